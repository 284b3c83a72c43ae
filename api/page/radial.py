"""Places for a small map: the concept in the middle, what is around it on arcs left and right, step by step outwards.

Pure geometry in SVG user units (one is a CSS pixel at natural size), origin in the middle of the
centre. Boxes never overlap: each side is a column per step in which every box has its own height.
The number of boxes is capped (`MOST`), so that a map stays readable; `Map.left_out` counts the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

MOST = {1: 16, 2: 34, 3: 48}  # boxes drawn for so many steps
_LINE, _PAD, _GAP, _CAPTION = 17.0, 11.0, 10.0, 18.0
_WRAP, _ROWS, _REACH, _CLEAR = 14, 3, 92.0, 44.0
_MARGIN = 8.0
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()-[] "), frozenset("mwMWжшщыюфЖШЩЫЮФ@%")


@dataclass(frozen=True, slots=True)
class Link:
    """An edge as the map needs it. `outward` and `inward` say the predicate from either end."""

    source: str
    target: str
    outward: str
    inward: str
    place: int  # in the order of the sources


@dataclass(frozen=True, slots=True)
class Box:
    """A concept's box; x and y are its middle. `caption` stands above the first box of its group."""

    id: str
    label: str
    rows: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    step: int
    caption: str = ""

    @property
    def left(self) -> float:
        return round(self.x - self.width / 2, 1)

    @property
    def top(self) -> float:
        return round(self.y - self.height / 2, 1)

    def baselines(self) -> list[tuple[float, str]]:
        """Rows of the label with the y of their baselines."""
        first = self.y - (len(self.rows) - 1) * _LINE / 2 + 4.6
        return [(round(first + i * _LINE, 1), row) for i, row in enumerate(self.rows)]


@dataclass(frozen=True, slots=True)
class Map:
    centre: Box
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]  # SVG path data
    view: tuple[float, float, float, float]
    left_out: int


@dataclass(slots=True)
class _Node:
    id: str
    caption: str
    step: int
    children: list[_Node]
    rows: tuple[str, ...] = ()
    extent: float = 0.0  # height of what hangs on it, itself at least


def draw(centre: str, labels: Mapping[str, str], links: Sequence[Link], *, steps: int) -> Map:
    """The map around `centre`. `labels` names every concept that `links` speak of, in order of weight."""
    root, left_out = _tree(centre, labels, links, most=MOST[steps])
    middle = _box(_Node(centre, "", 0, [], _wrapped(labels[centre])), labels[centre], 0.0, 0.0)
    starts = _columns(root, middle)
    boxes: list[Box] = []
    lines: list[str] = []
    for side, nodes in zip((1, -1), _sides(root.children), strict=True):
        _place(nodes, labels, side=side, parent=middle, starts=starts, y0=-_height(nodes) / 2, boxes=boxes, lines=lines)
    everything = [middle, *boxes]
    left = min(b.left for b in everything) - _MARGIN
    right = max(b.left + b.width for b in everything) + _MARGIN
    half = max(abs(left), abs(right)) if boxes else right
    top = min(b.top - (_CAPTION if b.caption else 0) for b in everything) - _MARGIN
    bottom = max(b.top + b.height for b in everything) + _MARGIN
    view = (round(-half, 1), round(top, 1), round(2 * half, 1), round(bottom - top, 1))
    return Map(middle, tuple(boxes), tuple(lines), view, left_out)


def _tree(centre: str, labels: Mapping[str, str], links: Sequence[Link], *, most: int) -> tuple[_Node, int]:
    """Breadth first, so that each concept hangs as near to the middle as it can."""
    near: dict[str, dict[str, tuple[str, int]]] = {}
    for link in links:
        if link.source != link.target and link.source in labels and link.target in labels:
            near.setdefault(link.source, {}).setdefault(link.target, (link.outward, link.place))
            near.setdefault(link.target, {}).setdefault(link.source, (link.inward, link.place))
    root = _Node(centre, "", 0, [])
    seen, row, drawn, left_out = {centre}, [root], 0, 0
    while row:
        following = []
        for node in row:
            found = [(caption, place, id) for id, (caption, place) in near.get(node.id, {}).items()]
            for caption, _, id in sorted(found):
                if id in seen:
                    continue
                seen.add(id)
                if drawn >= most:
                    left_out += 1
                    continue
                drawn += 1
                child = _Node(id, caption, node.step + 1, [], _wrapped(labels[id]))
                node.children.append(child)
                following.append(child)
        row = following
    _measure(root)
    return root, left_out


def _measure(node: _Node) -> None:
    for child in node.children:
        _measure(child)
    own = _box_height(node.rows)
    node.extent = max(own, _height(node.children))


def _height(nodes: Sequence[_Node]) -> float:
    return sum(n.extent for n in nodes) + _GAP * max(0, len(nodes) - 1) + _CAPTION * len(_captioned(nodes))


def _captioned(nodes: Sequence[_Node]) -> set[str]:
    """Ids of the nodes that begin a group of one caption."""
    return {
        n.id for before, n in zip([None, *nodes], nodes, strict=False) if before is None or before.caption != n.caption
    }


def _sides(nodes: Sequence[_Node]) -> tuple[list[_Node], list[_Node]]:
    """Right and left half by height; clockwise, so the left one runs upwards and is turned round to keep its order."""
    total, used = sum(n.extent + _GAP for n in nodes), 0.0
    right: list[_Node] = []
    for node in nodes:
        if right and used + (node.extent + _GAP) / 2 > total / 2:
            break
        right.append(node)
        used += node.extent + _GAP
    return right, list(nodes[len(right) :])


def _columns(root: _Node, middle: Box) -> list[float]:
    """Where the boxes of each step begin, to either side: past the widest box of the step before."""
    starts, row = [0.0, max(middle.width / 2 + _CLEAR / 2, _REACH)], root.children
    while row:
        widest = max(_box(node, "", 0.0, 0.0).width for node in row)
        starts.append(starts[-1] + widest + _CLEAR)
        row = [child for node in row for child in node.children]
    return starts


def _place(
    nodes: Sequence[_Node],
    labels: Mapping[str, str],
    *,
    side: int,
    parent: Box,
    starts: Sequence[float],
    y0: float,
    boxes: list[Box],
    lines: list[str],
) -> None:
    captioned, y = _captioned(nodes), y0
    reach = max(1.0, _height(nodes) / 2)
    for node in nodes:
        caption = node.caption if node.id in captioned else ""
        y += _CAPTION if caption else 0
        at = y + node.extent / 2
        box = _box(node, labels[node.id], 0.0, at)
        inner = starts[node.step]
        if node.step == 1 and abs(at) > (parent.height + box.height) / 2 + _GAP:
            # an arc: boxes above and below the centre stand nearer to the middle line
            inner *= 0.62 + 0.38 * math.sqrt(max(0.0, 1 - (at / (reach * 1.05)) ** 2))
        box = replace(box, x=round(side * (inner + box.width / 2), 1), caption=caption)
        boxes.append(box)
        start = 0.0 if node.step == 1 else parent.x + side * parent.width / 2
        end = box.x - side * box.width / 2
        bend = (start + end) / 2
        lines.append(f"M{start:.1f} {parent.y:.1f}C{bend:.1f} {parent.y:.1f} {bend:.1f} {at:.1f} {end:.1f} {at:.1f}")
        below = at - _height(node.children) / 2
        _place(node.children, labels, side=side, parent=box, starts=starts, y0=below, boxes=boxes, lines=lines)
        y += node.extent + _GAP


def _box(node: _Node, label: str, x: float, y: float) -> Box:
    wide = 1.0 if node.step else 1.1  # the centre is set in bold
    width = max(_width(row) for row in node.rows) * wide + 2 * _PAD
    return Box(node.id, label, node.rows, x, round(y, 1), round(max(width, 44.0), 1), _box_height(node.rows), node.step)


def _width(text: str) -> float:
    """About what the text takes at the size of the style sheet, in whatever font the reader has."""
    return sum(
        4.4 if c in _NARROW else 10.2 if c in _WIDE else 9.2 if c.isupper() else 8.2 if c > "\u02ff" else 7.5
        for c in text
    )


def _box_height(rows: Sequence[str]) -> float:
    return len(rows) * _LINE + 13.0


def _wrapped(label: str) -> tuple[str, ...]:
    """At most `_ROWS` rows of about `_WRAP` characters; longer words are broken, the rest ends in an ellipsis."""
    pieces = [
        word[i : i + _WRAP + 2] + ("-" if len(word) > i + _WRAP + 2 else "")
        for word in label.split()
        for i in range(0, len(word), _WRAP + 2)
    ] or ["…"]
    rows = [pieces[0]]
    for piece in pieces[1:]:
        if len(rows[-1]) + 1 + len(piece) <= _WRAP and not rows[-1].endswith("-"):
            rows[-1] += " " + piece
        else:
            rows.append(piece)
    if len(rows) > _ROWS:
        rows = [*rows[: _ROWS - 1], rows[_ROWS - 1].rstrip("-") + "…"]
    return tuple(rows)
