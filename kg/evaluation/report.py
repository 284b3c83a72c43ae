"""The evaluation as one HTML file that needs nothing else: no scripts, no fonts, no pictures from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.evaluation import charts, tables
from kg.terminal import clean

if TYPE_CHECKING:
    from kg.evaluate import Evaluation

FILE = "index.html"


def write(result: Evaluation, folder: Path, *, title: str) -> Path:
    """Write the page into `folder`, made if missing. UsageError where that cannot be done."""
    page = render(result, title=title)
    target, beside = folder / FILE, folder / f".{FILE}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(page, encoding="utf-8")
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as problem:
        why = problem.strerror or problem
        raise UsageError(f"{folder}: the report cannot be written ({why}); name another folder") from problem
    return target


def render(result: Evaluation, *, title: str) -> str:
    """The page; every text in it is escaped. It holds no times: equal figures give equal pages."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    drawn = None
    if result.confidence is not None:
        drawn = {
            "reliability": charts.reliability(result.confidence.bins),
            "risk": charts.risk_coverage(result.confidence.curve),
        }
    return environment.get_template("report.html").render(
        title=title,
        build_id=result.build_id,
        n=len(result.rows),
        resolved=sum(r.resolved for r in result.rows),
        tables=list(tables.tables(result)),
        charts=drawn,
        failures=tables.failures(result),
    )
