"""Commands that change the sources: build, add, remove."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import AsJson, Home, Paths, app, load, print_json, say

if TYPE_CHECKING:
    from kg.base import BuildReport
    from kg.progress import Progress
    from kg.settings import Settings


@app.command(epilog="Example: kg build notes/ slides.pdf --home .kg")
def build(paths: Paths, home: Home = None, as_json: AsJson = False) -> None:
    """Read every supported file under the paths and make the new graph current in one step."""
    from kg.base import build

    _change(lambda s, p: build(paths, settings=s, progress=p, say=say), home, as_json)


@app.command(epilog="Example: kg add notes/week-5.md")
def add(paths: Paths, home: Home = None, as_json: AsJson = False) -> None:
    """Add documents to the current build; one of the same name is replaced."""
    from kg.base import add

    _change(lambda s, p: add(paths, settings=s, progress=p, say=say), home, as_json)


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

    settings = load(home=home)
    with bar() as progress:
        report = change(settings, progress)
    for problem in report.problems:
        say(f"kg: {problem}")
    counts = {n: getattr(report, n) for n in ("documents", "concepts", "facts", "passages")}
    if as_json:
        problems = [{"document": p.name, "message": str(p)} for p in report.problems]
        seconds = round(report.seconds, 3)
        print_json({"build_id": report.build_id, **counts, "problems": problems, "seconds": seconds})
    else:
        print(f"{report.build_id}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        say(f"built in {report.seconds:.1f} s; next: kg serve" + (f" --home {settings.home}" if home else ""))
    if report.problems:
        raise typer.Exit(1)
