"""Commands that answer: search, ask, documents."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kg.cli.common import AsJson, Home, app, opened, print_json


@app.command(epilog='Example: kg search "service quality" --kind framework --limit 5')
def search(
    query: Annotated[str, typer.Argument(help="Words to look for, in any of the languages.")],
    limit: Annotated[int, typer.Option(help="Most results.")] = 10,
    offset: Annotated[int, typer.Option(help="Results to leave out at the beginning.")] = 0,
    kind: Annotated[str | None, typer.Option(help="Only concepts of this kind, or 'passage'.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only what has this language (en, ru).")] = None,
    document: Annotated[str | None, typer.Option(help="Only what stands in this document.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how each score came about.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Find concepts and passages, best first."""
    import time

    from kg import terminal, views

    kb = opened(home)
    began = time.perf_counter()
    found = kb.search(query, limit=limit, offset=offset, kind=kind, lang=lang, document=document, explain=explain)
    result = views.search(kb, found, took_ms=(time.perf_counter() - began) * 1000)
    if as_json:
        print_json(result)
    else:
        terminal.show(terminal.search(result), sys.stdout)


@app.command(epilog='Example: kg ask "Which steps does the framework have?"')
def ask(
    question: Annotated[str, typer.Argument(help="A question, in any of the languages.")],
    lang: Annotated[str | None, typer.Option(help="Language of the answer (en, ru); default: as asked.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the sources, with the lines that say so."""
    from kg import terminal, views

    kb = opened(home)
    result = views.answer(kb, kb.ask(question, lang=lang))
    if as_json:
        print_json(result)
    else:
        terminal.show(terminal.answer(result), sys.stdout)


@app.command(epilog="Example: kg documents --json")
def documents(home: Home = None, as_json: AsJson = False) -> None:
    """List the sources of the current build, with counts."""
    from kg import terminal, views

    kb = opened(home)
    result = views.documents(kb)
    if as_json:
        print_json(result)
    else:
        terminal.show(terminal.documents(result), sys.stdout)
