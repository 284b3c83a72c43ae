"""Where boxes stand on a plane, for the formats that ask for it: columns by level of the outline, tops left.

Boxes of a column keep the order of the outline, so a parent's members stand together. A level that is
too tall for the whole is broken into several columns. Units are those of the text's size (pixels).
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.export.tree import outline
from kg.export.view import View

LETTER, LINE = 7, 17  # mean width and height of a line at 12 px; wide letters fit by the padding
GAP_X, GAP_Y, PAD = 120, 22, 10


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width, height, and the label broken into lines."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]


def wrap(text: str, width: int = 26, most: int = 5) -> tuple[str, ...]:
    """Lines of at most `width` characters; what goes past `most` lines becomes an ellipsis."""
    lines, line = [], ""
    for word in text.split():
        while len(word) > width:
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:width])
            word = word[width:]
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: width - 1] + "…"]
    return tuple(lines)


def layout(view: View, *, width: int = 0, height: int = 0) -> dict[str, Box]:
    """A box for every node of the view, none overlapping. `width` and `height` are fixed sizes; 0 fits the label."""
    levels: dict[int, list[str]] = {}
    for line in outline(view):
        if line.mark == "":
            levels.setdefault(line.level, []).append(line.node.id)
    tallest = max(8, int((2 * len(view.nodes)) ** 0.5))
    boxes: dict[str, Box] = {}
    x = 0
    for _, ids in sorted(levels.items()):
        for start in range(0, len(ids), tallest):
            column, y = ids[start : start + tallest], 0
            widest = 0
            for id in column:
                lines = wrap(view.nodes[id].label)
                w = width or max(len(part) for part in lines) * LETTER + 2 * PAD
                h = height or len(lines) * LINE + PAD
                boxes[id] = Box(x, y, w, h, lines)
                y += h + GAP_Y
                widest = max(widest, w)
            x += widest + GAP_X
    return boxes
