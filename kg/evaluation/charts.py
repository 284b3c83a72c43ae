"""Two charts as inline SVG: confidence against the share of right answers, and risk against coverage.

Every number in them is formatted here and every text is fixed, so nothing in them needs escaping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from kg.evaluation.measures import Bin

_SIDE, _LEFT, _TOP, _BELOW = 320.0, 48.0, 14.0, 44.0  # plot, and the room around it


def reliability(bins: Sequence[Bin]) -> Markup:
    """A bar a bin, from what it should be (the diagonal) one sees how far it is; under it how many answers."""
    parts = [_line((0, 0), (1, 1), "ideal")]
    for b in bins:
        x, top = _x(b.low), _y(b.right)
        parts.append(
            f'<rect class="bar" x="{x + 1:.1f}" y="{top:.1f}" width="{_x(b.high) - x - 2:.1f}" '
            f'height="{_y(0) - top:.1f}"><title>{b.n} answers, confidence {b.confidence:.2f}, '
            f"right {b.right:.2f}</title></rect>"
        )
        parts.append(f'<circle class="dot" cx="{_x(b.confidence):.1f}" cy="{top:.1f}" r="3.5"/>')
        middle = (x + _x(b.high)) / 2
        parts.append(f'<text class="count" x="{middle:.1f}" y="{_y(0) - 4:.1f}" text-anchor="middle">{b.n}</text>')
    return _chart("Reliability: confidence against the share of right answers", "confidence", "share right", parts)


def risk_coverage(
    curves: Mapping[str, Sequence[tuple[float, float]]], *, marked: Sequence[tuple[float, float]] = (), bound: float
) -> Markup:
    """Step curves: as less confident answers are taken in, from left to right, how many of them are wrong.

    `curves` by the name of their style; `marked` points; `bound`: a risk that is drawn as a line. The axis of the risk
    ends above the highest one.
    """
    most = max([0.0, *(risk for curve in curves.values() for _, risk in curve)])
    top = next(t for t in (0.1, 0.2, 0.5, 1.0) if most <= t)
    parts = [_line((0, bound / top), (1, bound / top), "ideal")]
    for style, curve in curves.items():
        points, before = list[tuple[float, float]](), 0.0
        for coverage, risk in curve:
            points += [(before, risk), (coverage, risk)]
            before = coverage
        path = " ".join(f"{_x(c):.1f},{_y(r / top):.1f}" for c, r in points)
        parts.append(f'<polyline class="{style}" points="{path}"/>')
    for coverage, risk in marked:
        parts.append(
            f'<circle class="dot" cx="{_x(coverage):.1f}" cy="{_y(risk / top):.1f}" r="4">'
            f"<title>{coverage:.2f} answered, {risk:.2f} of them wrong</title></circle>"
        )
    title = "Risk and coverage: share of wrong answers among the most confident"
    return _chart(title, "coverage", "risk", parts, top=top)


def _x(value: float) -> float:
    return _LEFT + _SIDE * min(max(value, 0.0), 1.0)


def _y(value: float) -> float:
    return _TOP + _SIDE * (1 - min(max(value, 0.0), 1.0))


def _line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line class="{style}" x1="{_x(x1):.1f}" y1="{_y(y1):.1f}" x2="{_x(x2):.1f}" y2="{_y(y2):.1f}"/>'


def _chart(title: str, across: str, up: str, parts: Iterable[str], *, top: float = 1.0) -> Markup:
    """Axes from 0 to 1 (upwards to `top`) with ticks at fifths, and the parts over them."""
    width, height = _LEFT + _SIDE + 14, _TOP + _SIDE + _BELOW
    out = [f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="{title}">']
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        out.append(_line((0, tick), (1, tick), "grid"))
        out.append(_line((tick, 0), (tick, 1), "grid"))
        shown = f"{tick * top:.1f}" if top == 1 else f"{tick * top:.2f}"
        out.append(f'<text x="{_LEFT - 6:.1f}" y="{_y(tick) + 4:.1f}" text-anchor="end">{shown}</text>')
        out.append(f'<text x="{_x(tick):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{tick:.1f}</text>')
    out += parts
    middle = _TOP + _SIDE / 2
    out.append(f'<text x="{_x(0.5):.1f}" y="{_y(0) + 36:.1f}" text-anchor="middle">{across}</text>')
    out.append(f'<text transform="translate(12 {middle:.1f}) rotate(-90)" text-anchor="middle">{up}</text></svg>')
    return Markup("".join(out))  # numbers and fixed words only
