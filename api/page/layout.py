"""Where everything on a map stands. The layout follows the structure:

    wholes above the focus · what happens in an order as a row with arrows below it · members as a
    hierarchy and all else as a fan to its right and left, step by step outwards

Pure geometry in SVG user units (one is a CSS pixel at natural size), the middle of the focus at the
origin. Nothing overlaps: above, sides and below are bands of their own, a side is a column per step
(or, where `stacked`, one column with indents) in which every box has its own height.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from api.page.boxes import PLUS, ROW, Box, cut
from api.page.panels import draw_panels, hang
from api.page.shape import Branch, Node, left_out
from api.page.sheet import (
    BAND,
    BETWEEN,
    CAPTION,
    CLEAR,
    DEEP,
    GAP,
    INDENT,
    NARROW,
    PHONE,
    PILL,
    TITLE,
    WIDE,
    Caption,
    Map,
    Pill,
    Sheet,
    Style,
    Titles,
    arrow_head,
)

__all__ = ["DEEP", "NARROW", "PHONE", "WIDE", "Map", "Style", "draw", "fitted"]

_REACH, _MARGIN = 88.0, 10.0


def fitted(root: Node, labels: Mapping[str, str], title: Titles, style: Style) -> Map:
    """`draw`, with indents instead of columns where the columns would be too wide for the style."""
    drawn = draw(root, labels, title, style)
    return drawn if style.stacked or drawn.view[2] <= style.width * 1.1 else draw(root, labels, title, DEEP)


def draw(root: Node, labels: Mapping[str, str], title: Titles, style: Style) -> Map:
    """The map of a tree from `shape.arrange`. `labels` names every concept in it, `title` captions a branch."""
    sheet = Sheet(labels, title, style)
    focus = sheet.box(replace(root, hidden=0, opened=False), edge=0)
    if style.outline:
        hang(root, sheet, focus, focus.bottom + GAP, focus.left)
        return _map(root, focus, sheet)
    up = [b for b in root.branches if b.group.form == "up" and not any(n.branches for n in b.nodes)]
    rows = [b for b in root.branches if b.group.form == "sequence"]
    sides = _sides([b for b in root.branches if b not in up and b not in rows], sheet)
    heights = [_total(side, sheet) for side in sides]
    half = max(focus.height / 2, *((h + TITLE) / 2 for h in heights))
    for side, branches, height in zip((1, -1), sides, heights, strict=True):
        inner = _columns(branches, focus, sheet)
        _column(branches, sheet, side=side, parent=focus, owner=root, inner=inner, y=-(height + TITLE) / 2)
    if up:
        _above(up, sheet, owner=root, y=-half - BAND, focus=focus)
    if rows:
        draw_panels(rows, sheet, owner=root, y=half + BAND, focus=focus)
    return _map(root, focus, sheet)


def _map(root: Node, focus: Box, sheet: Sheet) -> Map:
    return Map(
        focus,
        tuple(sheet.boxes),
        tuple(sheet.captions),
        tuple(sheet.pills),
        tuple(sheet.frames),
        tuple(sheet.lines),
        tuple(sheet.arrows),
        _view(focus, sheet),
        left_out(root),
    )


# -- how much room things take


def _tall(branch: Branch, sheet: Sheet) -> float:
    nodes = [_extent(n, sheet) for n in branch.nodes] + ([PILL] if branch.more else [])
    return TITLE + sum(nodes) + GAP * max(0, len(nodes) - 1)


def _total(branches: Sequence[Branch], sheet: Sheet) -> float:
    return sum(_tall(b, sheet) for b in branches) + BETWEEN * max(0, len(branches) - 1)


def _extent(node: Node, sheet: Sheet) -> float:
    own, children = sheet.box(node, edge=1, number=1).height, _total(node.branches, sheet)
    if sheet.style.stacked:
        return own + (GAP + children if node.branches else 0.0)
    return max(own, children)


def _sides(branches: Sequence[Branch], sheet: Sheet) -> tuple[list[Branch], list[Branch]]:
    """Right and left: what comes after to the right and what comes before to the left, the rest to the shorter side."""
    right: list[Branch] = []
    left: list[Branch] = []
    rest = []
    for branch in branches:
        if branch.group.predicate == "precedes":
            (left if branch.group.inward else right).append(branch)
        else:
            rest.append(branch)
    for branch in rest:
        (right if _total(right, sheet) <= _total(left, sheet) else left).append(branch)
    return right, left


def _columns(branches: Sequence[Branch], focus: Box, sheet: Sheet) -> list[float]:
    """Where the boxes of each step begin: past the widest of the step before. With indents: an indent further."""
    starts = [0.0, max(focus.width / 2 + CLEAR / 2, _REACH if sheet.style.stacked else _REACH + 20)]
    row = [n for b in branches for n in b.nodes]
    while row:
        widest = max(sheet.box(n, edge=1, number=1).width for n in row)
        starts.append(starts[-1] + (INDENT if sheet.style.stacked else widest + CLEAR))
        row = [child for n in row for b in n.branches for child in b.nodes]
    return starts


# -- right and left


def _column(
    branches: Sequence[Branch],
    sheet: Sheet,
    *,
    side: int,
    parent: Box,
    owner: Node,
    inner: Sequence[float],
    y: float,
) -> None:
    """Branches below each other, beginning at `y`; `inner` is where each step begins."""
    step = owner.step + 1
    reach = max(1.0, _total(branches, sheet) / 2)
    round_ = step == 1 and all(b.group.form == "fan" for b in branches)
    for branch in branches:
        y += TITLE
        caption_at = y - 7
        before: Box | None = None
        numbered = branch.group.form == "sequence"
        start = 0.0
        for place, node in enumerate(branch.nodes, start=1):
            made = sheet.box(node, edge=side, number=place if numbered else 0)
            extent = _extent(node, sheet)
            at = y + (made.height if sheet.style.stacked else extent) / 2
            x = inner[step]
            if round_:
                x = _arc(x, at, made.height, parent, reach)
            if not start:
                start = x
            made = sheet.put(made, side * (x + made.width / 2), at)
            if before is None:
                caption_at = made.top - 7
            end = side * x
            if branch.group.predicate == "precedes" and step == 1:
                sheet.arrows.append(_across(parent, made, side, backwards=branch.group.inward))
            else:
                sheet.lines.append(_link(parent, made, side, end, form=branch.group.form, style=sheet.style))
            if numbered and before is not None:
                sheet.arrows.append(_down(before, made, side))
            before = made
            below = y + made.height + GAP if sheet.style.stacked else at - _total(node.branches, sheet) / 2
            _column(node.branches, sheet, side=side, parent=made, owner=node, inner=inner, y=below)
            y += extent + GAP
        if branch.more:
            pill = Pill(owner.id, branch.more, 0.0, 0.0)
            x = inner[step]
            sheet.pills.append(replace(pill, x=round(side * (x + pill.width / 2), 1), y=round(y + PILL / 2, 1)))
            start = start or x
            y += PILL + GAP
        text = cut(sheet.title(branch), _room(branch, inner, step, sheet), size=CAPTION)
        sheet.captions.append(
            Caption(text, round(side * (start + 2), 1), round(caption_at, 1), "start" if side > 0 else "end")
        )
        y += BETWEEN - GAP


def _room(branch: Branch, inner: Sequence[float], step: int, sheet: Sheet) -> float:
    """Width that a caption has: of its column, if something stands in the next one beside it."""
    if sheet.style.stacked:
        return 132.0
    return inner[step + 1] - inner[step] - CLEAR / 2 if branch.nodes and branch.nodes[0].branches else 230.0


def _arc(inner: float, at: float, height: float, focus: Box, reach: float) -> float:
    """Above and below the focus, boxes of a fan stand nearer to the middle line."""
    if abs(at) - height / 2 - TITLE <= focus.height / 2 + GAP:
        return inner
    return inner * (0.7 + 0.3 * math.sqrt(max(0.0, 1 - (at / (reach * 1.05)) ** 2)))


def _link(parent: Box, child: Box, side: int, end: float, *, form: str, style: Style) -> str:
    """Members hang on a trunk, at right angles; everything else on a curve."""
    if style.stacked and parent.step:
        trunk = side * (abs(end) - INDENT / 2)
        return f"M{trunk:.1f} {parent.bottom:.1f}V{child.y:.1f}H{end:.1f}"
    start = 0.0 if parent.step == 0 else (parent.right if side > 0 else parent.left)
    if form == "fan":
        bend = (start + end) / 2
        return f"M{start:.1f} {parent.y:.1f}C{bend:.1f} {parent.y:.1f} {bend:.1f} {child.y:.1f} {end:.1f} {child.y:.1f}"
    trunk = side * (abs(end) - 12)
    return f"M{start:.1f} {parent.y:.1f}H{trunk:.1f}V{child.y:.1f}H{end:.1f}"


def _across(parent: Box, child: Box, side: int, *, backwards: bool) -> str:
    """From what comes before to what comes after it."""
    inner, outer = (parent.right, child.left) if side > 0 else (parent.left, child.right)
    start, end = (outer, inner) if backwards else (inner, outer)
    sign = 1 if end > start else -1
    y0, y1 = (child.y, parent.y) if backwards else (parent.y, child.y)
    end -= sign * 3
    bend = (start + end) / 2
    return f"M{start:.1f} {y0:.1f}C{bend:.1f} {y0:.1f} {bend:.1f} {y1:.1f} {end:.1f} {y1:.1f}" + arrow_head(
        end, y1, sign, 0
    )


def _down(before: Box, after: Box, side: int) -> str:
    x = side * (min(abs(before.left), abs(before.right)) + 14)
    end = after.top - 1.5
    return f"M{x:.1f} {before.bottom:.1f}V{end:.1f}" + arrow_head(x, end, 0, 1)


# -- above


def _above(branches: Sequence[Branch], sheet: Sheet, *, owner: Node, y: float, focus: Box) -> None:
    """Wholes in rows, the last branch nearest to the focus; `y` is the lower edge."""
    for branch in reversed(branches):
        made: list[Box | Pill] = [sheet.box(node, edge=1) for node in branch.nodes]
        if branch.more:
            made.append(Pill(owner.id, branch.more, 0.0, 0.0))
        for row in reversed(_flow(made, sheet.style.width - 60, CLEAR / 2)):
            height = max(b.height for b in row)
            x = -(sum(b.width for b in row) + CLEAR / 2 * (len(row) - 1)) / 2
            for each in row:
                at = x + each.width / 2, y - height / 2
                if isinstance(each, Pill):
                    sheet.pills.append(replace(each, x=round(at[0], 1), y=round(at[1], 1)))
                else:
                    put = sheet.put(each, *at)
                    low = y + BAND * 0.7
                    sheet.lines.append(
                        f"M{put.x:.1f} {put.bottom:.1f}V{y:.1f}C{put.x:.1f} {low - 4:.1f} 0 {y + 4:.1f} 0 {low:.1f}V0"
                    )
                x += each.width + CLEAR / 2
            y -= height + GAP
        text = cut(sheet.title(branch), sheet.style.width * 0.8, size=CAPTION)
        sheet.captions.append(Caption(text, 0.0, round(y, 1), "middle"))
        y -= TITLE + BAND * 0.7


def _flow(made: Sequence[Box | Pill], width: float, gap: float) -> list[list[Box | Pill]]:
    """In rows no wider than `width`, one in a row at least."""
    rows: list[list[Box | Pill]] = []
    used = 0.0
    for each in made:
        if not rows or used + gap + each.width > width:
            rows.append([])
            used = -gap
        rows[-1].append(each)
        used += gap + each.width
    return rows


# -- the whole


def _view(focus: Box, sheet: Sheet) -> tuple[float, float, float, float]:
    lefts = [focus.left, *(b.left - PLUS for b in sheet.boxes), *(c.left for c in sheet.captions)]
    rights = [focus.right, *(b.right + PLUS for b in sheet.boxes), *(c.right for c in sheet.captions)]
    tops = [focus.top, *(b.top for b in sheet.boxes), *(c.y - ROW for c in sheet.captions)]
    bottoms = [focus.bottom, *(b.bottom + PLUS for b in sheet.boxes)]
    for p in sheet.pills:
        lefts.append(p.x - p.width / 2)
        rights.append(p.x + p.width / 2)
        tops.append(p.y - p.height / 2)
        bottoms.append(p.y + p.height / 2)
    for f in sheet.frames:
        lefts.append(f.left - 14)
        rights.append(f.left + f.width)
        bottoms.append(f.top + f.height)
    left, top = min(lefts) - _MARGIN, min(tops) - _MARGIN
    return round(left, 1), round(top, 1), round(max(rights) + _MARGIN - left, 1), round(max(bottoms) + _MARGIN - top, 1)
