"""Commands that write the graph out, and judge it: export, check, diff, eval."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.common import AsJson, Home, app, load, opened, print_json, say
from kg.errors import UsageError


@app.command(epilog="Example: kg export graphml --out course.graphml")
def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="turtle, jsonld, graphml, svg, anki, csv, ...")],
    concept: Annotated[str | None, typer.Option(help="Only what is around this concept (its id).")] = None,
    depth: Annotated[int, typer.Option(help="How many steps around it.", min=0, max=5)] = 1,
    out: Annotated[Path | None, typer.Option(help="File to write; default: stdout.")] = None,
    home: Home = None,
) -> None:
    """Write the graph, or a part of it, in one of the export formats."""
    from kg.export import FORMATS

    if format not in FORMATS:
        raise UsageError(f"{format}: no such format; there are {', '.join(FORMATS)}")
    data = opened(home).export(format, concept=concept, depth=depth)
    if out is not None:
        beside = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            beside.write_bytes(data)
            os.replace(beside, out)
        finally:
            beside.unlink(missing_ok=True)
        say(f"wrote {out} ({len(data)} bytes)")
        return
    if sys.stdout.isatty() and b"\0" in data[:4096]:
        raise UsageError(f"{format} is no text; name a file with --out")
    sys.stdout.buffer.write(data)


@app.command(epilog="Example: kg check || echo 'something to mend'")
def check(home: Home = None, as_json: AsJson = False) -> None:
    """Check the current build: shapes, SKOS integrity, quotes, and gaps in the course. Exit 1 for a violation."""
    from kg import lint, terminal

    result = lint.as_json(lint.check(opened(home)))
    if as_json:
        print_json(result)
    else:
        terminal.show(terminal.findings(result), sys.stdout)
    if result["violations"]:
        raise typer.Exit(1)


@app.command(epilog="Example: kg diff previous current")
def diff(
    old: Annotated[str, typer.Argument(help="'previous', 'current', a build's id, or a data folder.")],
    new: Annotated[str, typer.Argument(help="The same.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Tell what changed between two builds, as concepts and statements."""
    from kg import terminal
    from kg.base import open_build
    from kg.diff import as_json as shaped
    from kg.diff import diff as compare

    settings = load(home=home)
    before, after = open_build(old, settings=settings), open_build(new, settings=settings)
    result = shaped(compare(before.graph, after.graph), old=before, new=after)
    if as_json:
        print_json(result)
    else:
        terminal.show(terminal.difference(result), sys.stdout)


@app.command("eval", epilog="Example: kg eval questions.jsonl --labels labels.json")
def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="One question a line.")],
    labels: Annotated[Path | None, typer.Option(help="Labels that count as each concept (JSON).")] = None,
    concepts: Annotated[Path | None, typer.Option(help="Concepts that should be found (JSON lines).")] = None,
    report: Annotated[Path | None, typer.Option(help="Folder to write a report into.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fit no weights to the questions to compare with.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure the quality of answers and search on a file of questions."""
    for path in (questions, labels, concepts):
        if path is not None and not path.is_file():
            raise UsageError(f"{path}: no such file")
    from kg.evaluate import run

    run(opened(home), questions, labels=labels, concepts=concepts, report=report, as_json=as_json, fit=not quick)
