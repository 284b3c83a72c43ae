"""The command that grades a student's concept map: grade."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.common import AsJson, Home, app, opened, print_json
from kg.errors import UsageError


@app.command(epilog="Example: kg grade my-map.cxl")
def grade(
    map: Annotated[Path, typer.Argument(metavar="MAP", help="A CXL, Mermaid, OPML or GraphML file.")],
    lang: Annotated[str, typer.Option(help="Language of the reasons (en, ru).")] = "en",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Grade a concept map by the notes: what they support, contradict or do not mention, and what is missing."""
    if not map.is_file():
        raise UsageError(f"{map}: no such file")
    if lang not in {"en", "ru"}:
        raise UsageError(f"{lang}: reasons are written in en or ru")
    from kg import grading, terminal
    from kg.grading import report, show

    if map.stat().st_size > grading.MAX_BYTES:
        raise UsageError(f"{map}: larger than {grading.MAX_BYTES} bytes; grade a part of it")
    student = grading.read(map.read_bytes(), name=map.name)
    kb = opened(home)
    result = report.as_json(kb, grading.grade(student, kb=kb), lang=lang)
    if as_json:
        print_json(result)
    else:
        terminal.show(show.grade(result), sys.stdout)
