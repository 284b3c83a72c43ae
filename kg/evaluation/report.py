"""The evaluation as one HTML file that needs nothing else: no scripts, no fonts, no pictures from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.evaluation import charts, measures, tables
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
    failed = tables.failures(result)
    *first, rules = tables.tables(result)
    return environment.get_template("report.html").render(
        title=title,
        build_id=result.build_id,
        n=len(result.rows),
        resolved=sum(r.resolved for r in result.rows),
        headline=tables.headline(result),
        tables=first,
        rules=rules,
        charts=_charts(result),
        failures=failed,
    )


def _charts(result: Evaluation) -> dict[str, Any] | None:
    c, n = result.confidence, len(result.rows)
    if c is None:
        return None

    def of_all(curve: Sequence[tuple[float, float]], of: int) -> list[tuple[float, float]]:
        return [(coverage * of / n, risk) for coverage, risk in curve]

    curves = {"curve": of_all(c.curve, c.n)}
    if result.possible is not None:
        curves["beyond"] = of_all(result.possible.curve, result.possible.n)
    return {
        "reliability": charts.reliability(c.bins),
        "risk": charts.risk_coverage(curves, marked=[curves["curve"][-1]], bound=measures.RISK),
        "error": tables.share(c.error),
        "brier": tables.share(c.brier),
        "area": tables.share(c.area),
        "safe": tables.share(c.safe),
        "given": c.n,
        "beyond": result.possible is not None,
    }
