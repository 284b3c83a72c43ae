"""Boxes with words in them: how wide a label is, where it is broken, where its rows stand.

SVG user units (one is a CSS pixel at natural size). Widths are estimated, a little wide, since the
server does not know the reader's font.
"""

from __future__ import annotations

from dataclasses import dataclass

ROW = 17.0  # height of a row of a label
PLUS = 9.0  # radius of the sign that opens a box
_PAD, _ROWS = 11.0, 3
_NUMBER = 15.0  # room for the number of a step
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()-[] "), frozenset("mwMWжшщыюфЖШЩЫЮФ@%")


@dataclass(frozen=True, slots=True)
class Box:
    """A concept's box; x and y are its middle.

    number   its place in a sequence, 0 outside of one
    edge     where the sign that opens it stands: -1 left, 1 right, 0 below
    """

    id: str
    label: str
    rows: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    step: int
    number: int = 0
    edge: int = 1
    opened: bool = False
    hidden: int = 0

    @property
    def left(self) -> float:
        return round(self.x - self.width / 2, 1)

    @property
    def top(self) -> float:
        return round(self.y - self.height / 2, 1)

    @property
    def right(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def bottom(self) -> float:
        return round(self.y + self.height / 2, 1)

    @property
    def text_x(self) -> float:
        return round(self.x + (_NUMBER / 2 if self.number else 0), 1)

    def baselines(self) -> list[tuple[float, str]]:
        """Rows of the label with the y of their baselines."""
        first = self.y - (len(self.rows) - 1) * ROW / 2 + 4.6
        return [(round(first + i * ROW, 1), row) for i, row in enumerate(self.rows)]

    @property
    def sign(self) -> tuple[float, float]:
        """Middle of the sign that opens or closes the box."""
        if not self.edge:
            return self.x, self.bottom
        return (self.right if self.edge > 0 else self.left), self.y


def box(
    id: str,
    label: str,
    *,
    step: int,
    wrap: int,
    number: int = 0,
    edge: int = 1,
    opened: bool = False,
    hidden: int = 0,
) -> Box:
    """A box at the origin, as large as its label needs; rows have about `wrap` characters."""
    rows = wrapped(label, wrap)
    bold = 1.0 if step else 1.1  # the one in focus is set in bold
    sign = PLUS if (opened or hidden) and edge else 0.0
    width = max(width_of(row) for row in rows) * bold + 2 * _PAD + (_NUMBER if number else 0) + sign
    height = len(rows) * ROW + 13.0
    return Box(id, label, rows, 0.0, 0.0, round(max(width, 44.0), 1), height, step, number, edge, opened, hidden)


def width_of(text: str, size: float = 13.5) -> float:
    """About what the text takes, in whatever font the reader has."""
    units = sum(
        4.4 if c in _NARROW else 10.2 if c in _WIDE else 9.2 if c.isupper() else 8.2 if c > "\u02ff" else 7.5
        for c in text
    )
    return units * size / 13.5


def wrapped(label: str, wrap: int) -> tuple[str, ...]:
    """At most `_ROWS` rows; longer words are broken, the rest ends in an ellipsis."""
    longest = wrap + 2
    pieces = [
        word[i : i + longest] + ("-" if len(word) > i + longest else "")
        for word in label.split()
        for i in range(0, len(word), longest)
    ] or ["…"]
    rows = [pieces[0]]
    for piece in pieces[1:]:
        if len(rows[-1]) + 1 + len(piece) <= wrap and not rows[-1].endswith("-"):
            rows[-1] += " " + piece
        else:
            rows.append(piece)
    if len(rows) > _ROWS:
        rows = [*rows[: _ROWS - 1], rows[_ROWS - 1].rstrip("-") + "…"]
    return tuple(rows)


def cut(text: str, width: float, *, size: float) -> str:
    """As much of a caption as fits."""
    if width_of(text, size) <= width:
        return text
    kept = text
    while kept and width_of(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"
