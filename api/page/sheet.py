"""The sheet that a map is drawn on: its marks, its measures, and the box of a concept.

SVG user units; one is a CSS pixel at natural size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from api.page.boxes import Box, box, width_of
from api.page.shape import Branch, Node

CAPTION = 11.5  # font size
GAP, BETWEEN = 10.0, 16.0  # between boxes, between branches
TITLE, PILL = 19.0, 24.0  # height of a caption's row, of the sign for the rest
CLEAR, BAND, INDENT = 48.0, 34.0, 16.0  # between columns, between bands, of what hangs on a box
PILL_WIDTH = 74.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a map fits its place.

    width    that rows may take
    wrap     characters of a row of a label
    stacked  what hangs on a box stands below it with an indent, not in a column further out
    outline  the focus on top and everything below it, as on a phone
    """

    width: float
    wrap: int
    stacked: bool
    outline: bool = False


WIDE = Style(820.0, 18, False)
DEEP = Style(820.0, 24, True)
NARROW = Style(380.0, 13, True)
PHONE = Style(340.0, 30, True, True)


@dataclass(frozen=True, slots=True)
class Caption:
    """Words above a group; `anchor` is SVG's text-anchor."""

    text: str
    x: float
    y: float
    anchor: str

    @property
    def left(self) -> float:
        width = width_of(self.text, CAPTION)
        return self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]

    @property
    def right(self) -> float:
        return self.left + width_of(self.text, CAPTION)


@dataclass(frozen=True, slots=True)
class Pill:
    """ "n more": opens the concept `id`."""

    id: str
    n: int
    x: float  # middle
    y: float
    width: float = PILL_WIDTH
    height: float = PILL


@dataclass(frozen=True, slots=True)
class Frame:
    """The panel around a sequence."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Map:
    focus: Box
    boxes: tuple[Box, ...]
    captions: tuple[Caption, ...]
    pills: tuple[Pill, ...]
    frames: tuple[Frame, ...]
    lines: tuple[str, ...]  # SVG path data
    arrows: tuple[str, ...]  # with their heads
    view: tuple[float, float, float, float]
    left_out: int


Titles = Callable[[Branch], str]


@dataclass(slots=True)
class Sheet:
    """What has been drawn so far."""

    labels: Mapping[str, str]
    title: Titles
    style: Style
    boxes: list[Box] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    pills: list[Pill] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)

    def box(self, node: Node, *, edge: int, number: int = 0) -> Box:
        return box(
            node.id,
            self.labels[node.id],
            step=node.step,
            wrap=self.style.wrap,
            number=number,
            edge=edge,
            opened=node.opened,
            hidden=node.hidden,
        )

    def put(self, made: Box, x: float, y: float) -> Box:
        made = replace(made, x=round(x, 1), y=round(y, 1))
        self.boxes.append(made)
        return made


def arrow_head(x: float, y: float, dx: int, dy: int) -> str:
    """Two strokes that end at x, y; the arrow runs along dx or, where that is 0, along dy."""
    if dx:
        return f"M{x - dx * 5:.1f} {y - 4:.1f}L{x:.1f} {y:.1f}L{x - dx * 5:.1f} {y + 4:.1f}"
    return f"M{x - 4:.1f} {y - 5 * dy:.1f}L{x:.1f} {y:.1f}L{x + 4:.1f} {y - 5 * dy:.1f}"
