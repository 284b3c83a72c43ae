"""`kg`: the command line. Results go to stdout, everything else to stderr.

Exit status: 0 done, 1 something is wrong with the content, 2 bad usage or input, 130 interrupted.
Every import beyond typer stands inside a command: `kg --help` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg import __version__
from kg.errors import KgError, UsageError

if TYPE_CHECKING:
    import socket

    from kg.base import BuildReport, KnowledgeBase
    from kg.progress import Progress
    from kg.settings import Settings

app = typer.Typer(
    name="kg",
    help="Course notes in; a concept graph, cited answers, study cards and concept maps out.",
    epilog='Start with: kg build FOLDER, then kg ask "What is ...?" or kg serve. Settings: kg settings.',
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Data folder (default: KG_HOME, else .kg).", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="The same JSON as the API.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders to look through.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: runs a command and ends the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; what went wrong is one line on stderr."""
    try:
        status = app(list(arguments) or ["--help"], prog_name="kg", standalone_mode=False)
    except (KgError, typer.TyperException) as e:
        message = e.format_message() if isinstance(e, typer.TyperException) else str(e)
        _say("kg: " + " ".join(message.split()))
        return e.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except OSError as e:
        _say(f"kg: {e.filename or 'system'}: {e.strerror or e}")
        return 1
    return status if isinstance(status, int) else 0


def _say(line: str) -> None:
    """One line on stderr, without anything that a terminal would take as a command."""
    print("".join(c if c.isprintable() else " " for c in line), file=sys.stderr)


def _settings(**given: Any) -> Settings:
    from kg.settings import load_settings

    return load_settings(**given)


def _open(home: Path | None) -> KnowledgeBase:
    from kg.base import KnowledgeBase

    return KnowledgeBase.open(_settings(home=home))


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _version(wanted: bool) -> None:
    if wanted:
        print(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None: ...


# -- changing the sources


@app.command(epilog="Example: kg build notes/ slides.pdf --home .kg")
def build(paths: Paths, home: Home = None, as_json: AsJson = False) -> None:
    """Read every supported file under the paths and make the new graph current in one step."""
    from kg.base import build

    _change(lambda s, p: build(paths, settings=s, progress=p, say=_say), home, as_json)


@app.command(epilog="Example: kg add notes/week-5.md")
def add(paths: Paths, home: Home = None, as_json: AsJson = False) -> None:
    """Add documents to the current build; one of the same name is replaced."""
    from kg.base import add

    _change(lambda s, p: add(paths, settings=s, progress=p, say=_say), home, as_json)


@app.command(epilog="Example: kg remove week-5.md")
def remove(
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help="Names, as kg documents lists them.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Remove documents from the current build; what only they said is gone."""
    from kg.base import remove

    _change(lambda s, p: remove(documents, settings=s, progress=p), home, as_json)


def _change(change: Callable[[Settings, Progress], BuildReport], home: Path | None, as_json: bool) -> None:
    from kg.progress import bar

    settings = _settings(home=home)
    with bar() as progress:
        report = change(settings, progress)
    for problem in report.problems:
        _say(f"kg: {problem}")
    counts = {n: getattr(report, n) for n in ("documents", "concepts", "facts", "passages")}
    if as_json:
        problems = [{"document": p.name, "message": str(p)} for p in report.problems]
        seconds = round(report.seconds, 3)
        _print_json({"build_id": report.build_id, **counts, "problems": problems, "seconds": seconds})
    else:
        print(f"{report.build_id}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        _say(f"built in {report.seconds:.1f} s; next: kg serve" + (f" --home {settings.home}" if home else ""))
    if report.problems:
        raise typer.Exit(1)


# -- questions


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

    kb = _open(home)
    began = time.perf_counter()
    found = kb.search(
        query, limit=limit, offset=offset, kind=kind, lang=lang, document=document, explain=explain
    )
    result = views.search(kb, found, took_ms=(time.perf_counter() - began) * 1000)
    if as_json:
        _print_json(result)
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

    kb = _open(home)
    result = views.answer(kb, kb.ask(question, lang=lang))
    if as_json:
        _print_json(result)
    else:
        terminal.show(terminal.answer(result), sys.stdout)


@app.command(epilog="Example: kg documents --json")
def documents(home: Home = None, as_json: AsJson = False) -> None:
    """List the sources of the current build, with counts."""
    from kg import terminal, views

    kb = _open(home)
    result = views.documents(kb)
    if as_json:
        _print_json(result)
    else:
        terminal.show(terminal.documents(result), sys.stdout)


# -- files


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
    data = _open(home).export(format, concept=concept, depth=depth)
    if out is not None:
        beside = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            beside.write_bytes(data)
            os.replace(beside, out)
        finally:
            beside.unlink(missing_ok=True)
        _say(f"wrote {out} ({len(data)} bytes)")
        return
    if sys.stdout.isatty() and b"\0" in data[:4096]:
        raise UsageError(f"{format} is no text; name a file with --out")
    sys.stdout.buffer.write(data)


@app.command(epilog="Example: kg check || echo 'something to mend'")
def check(home: Home = None, as_json: AsJson = False) -> None:
    """Check the current build: shapes, SKOS integrity, quotes, and gaps in the course. Exit 1 for a violation."""
    from kg import lint, terminal

    result = lint.as_json(lint.check(_open(home)))
    if as_json:
        _print_json(result)
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

    settings = _settings(home=home)
    before, after = open_build(old, settings=settings), open_build(new, settings=settings)
    result = shaped(compare(before.graph, after.graph), old=before, new=after)
    if as_json:
        _print_json(result)
    else:
        terminal.show(terminal.difference(result), sys.stdout)


@app.command("eval", epilog="Example: kg eval questions.jsonl --labels labels.json")
def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="One question a line.")],
    labels: Annotated[Path | None, typer.Option(help="Labels that count as each concept (JSON).")] = None,
    concepts: Annotated[Path | None, typer.Option(help="Concepts that should be found (JSON lines).")] = None,
    report: Annotated[Path | None, typer.Option(help="Folder to write a report into.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure the quality of answers and search on a file of questions."""
    for path in (questions, labels, concepts):
        if path is not None and not path.is_file():
            raise UsageError(f"{path}: no such file")
    from kg.evaluate import run

    run(_open(home), questions, labels=labels, concepts=concepts, report=report, as_json=as_json)


# -- service and settings


@app.command(epilog="Example: kg serve --port 8080")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at (default: KG_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one (default: KG_PORT).")] = None,
    home: Home = None,
) -> None:
    """Serve the API and the web page; a new build is taken over while serving."""
    from pkgutil import resolve_name

    import uvicorn

    from kg.base import Live

    settings = _settings(home=home, host=host, port=port)
    live = Live(settings)
    create_app = resolve_name("api.app:create_app")  # the layer above, so it is not imported but looked up
    with _listening(settings.host, settings.port) as listener:
        address, number = listener.getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, f"[{address}]" if ":" in address else address)
        config = uvicorn.Config(create_app(live), log_level="warning", server_header=False, timeout_graceful_shutdown=3)
        _say(f"Open http://{shown}:{number}/ (API: http://{shown}:{number}/docs); Ctrl-C ends.")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as e:
        raise UsageError(f"cannot listen at {host}, port {port} ({e.strerror}); choose another one with --port") from e


@app.command(epilog="Example: KG_HOME=~/course kg settings")
def settings(as_json: AsJson = False) -> None:
    """Print the table of settings: variable, default, what it is."""
    from kg.settings import as_text, table

    if as_json:
        _print_json([{"variable": r.variable, "default": r.default, "help": r.help} for r in table()])
    else:
        print(as_text())


if __name__ == "__main__":
    main()
