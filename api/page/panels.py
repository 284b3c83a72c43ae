"""Sequences on a map: a panel for each, its stages in rows with arrows, what hangs on a stage below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.page.boxes import PLUS, Box, cut, width_of
from api.page.shape import Branch, Node
from api.page.sheet import (
    BETWEEN,
    CAPTION,
    GAP,
    INDENT,
    PILL,
    PILL_WIDTH,
    TITLE,
    Caption,
    Frame,
    Pill,
    Sheet,
    arrow_head,
)

_ARROW, _TURN, _FRAME = 34.0, 26.0, 18.0  # between stages, between rows, inside the panel
_TITLED = 150.0  # width of a caption


@dataclass(slots=True)
class _Stage:
    """A column of a sequence: the stage and what hangs on it, or the sign for the rest."""

    head: Box | Pill
    node: Node | None
    width: float
    height: float  # of what hangs on it


def draw_panels(branches: Sequence[Branch], sheet: Sheet, *, owner: Node, y: float, focus: Box) -> None:
    """A panel for each sequence, in rows with arrows from stage to stage; `y` is the upper edge."""
    panels = [_panel(branch, sheet, owner) for branch in branches]
    titles = [cut(sheet.title(branch), sheet.style.width - 2 * _FRAME, size=CAPTION) for branch in branches]
    inside = max(*(width_of(t, CAPTION) for t in titles), *(_row_width(row) for rows in panels for row in rows))
    wide = inside + 2 * _FRAME
    for title, rows in zip(titles, panels, strict=True):
        left, top = -wide / 2, y
        sheet.captions.append(Caption(title, round(left + _FRAME, 1), round(top + 20, 1), "start"))
        y = top + 20 + 14
        before: Box | Pill | None = None
        below = 0.0  # lower edge of the row before, where one has just ended
        number = 0
        for row in rows:
            high = max(s.head.height for s in row)
            x = left + _FRAME
            for stage in row:
                at = x + stage.width / 2, y + high / 2
                if isinstance(stage.head, Pill):
                    put: Box | Pill = replace(stage.head, x=round(at[0], 1), y=round(at[1], 1))
                    sheet.pills.append(replace(stage.head, x=round(at[0], 1), y=round(at[1], 1)))
                else:
                    number += 1
                    put = stands = sheet.put(replace(stage.head, number=number), *at)
                    if stage.node and stage.node.branches:
                        hang(stage.node, sheet, stands, y + high + GAP + 4, x)
                if before is not None:
                    sheet.arrows.append(_onwards(before, put, below=below, top=y))
                before, below = put, 0.0
                x += stage.width + _ARROW
            y += high + max(s.height for s in row)
            below = y
            y += _TURN
        y += _FRAME - _TURN + 4
        sheet.frames.append(Frame(round(left, 1), round(top, 1), round(wide, 1), round(y - top, 1)))
        if top == sheet.frames[0].top:
            sheet.lines.append(f"M0 {focus.bottom:.1f}V{top:.1f}")
        else:
            trunk = left - 12
            gap = sheet.frames[0].top - 14
            sheet.lines.append(f"M0 {gap:.1f}H{trunk:.1f}V{top + 17:.1f}H{left:.1f}")
        y += BETWEEN


def _panel(branch: Branch, sheet: Sheet, owner: Node) -> list[list[_Stage]]:
    stages = []
    for node in branch.nodes:
        head = sheet.box(node, edge=0, number=1)
        inside, tall = head.width, 0.0
        if node.branches:
            inside = max(inside, _hanging_width(node, sheet))
            tall = GAP + 4 + _hanging_height(node, sheet)
        elif node.hidden:
            tall = PLUS
        stages.append(_Stage(head, node, inside, tall))
    if branch.more:
        pill = Pill(owner.id, branch.more, 0.0, 0.0)
        stages.append(_Stage(pill, None, pill.width, 0.0))
    rows: list[list[_Stage]] = []
    for stage in stages:
        if not rows or _row_width(rows[-1]) + _ARROW + stage.width > sheet.style.width - 2 * _FRAME:
            rows.append([])
        rows[-1].append(stage)
    return rows


def _row_width(row: Sequence[_Stage]) -> float:
    return sum(s.width for s in row) + _ARROW * max(0, len(row) - 1)


def _onwards(before: Box | Pill, after: Box | Pill, *, below: float, top: float) -> str:
    """To the right; at the end of a row round to the beginning of the next one, through the gap between them."""
    right, left = before.x + before.width / 2, after.x - after.width / 2 - 3
    way = f"M{right:.1f} {before.y:.1f}"
    if below:
        way += f"h10V{(below + top) / 2:.1f}H{left - 10:.1f}V{after.y:.1f}"
    return way + f"H{left:.1f}" + arrow_head(left, after.y, 1, 0)


def hang(node: Node, sheet: Sheet, head: Box, y: float, left: float) -> None:
    """What hangs on a box: one column below it from `y` on, with indents from `left`."""
    for branch in node.branches:
        text = cut(sheet.title(branch), _titled(sheet), size=CAPTION)
        sheet.captions.append(Caption(text, round(left + INDENT, 1), round(y + TITLE - 7, 1), "start"))
        y += TITLE
        before: Box | None = None
        for place, child in enumerate(branch.nodes, start=1):
            made = sheet.box(child, edge=1, number=place if branch.group.form == "sequence" else 0)
            put = sheet.put(made, left + INDENT + made.width / 2, y + made.height / 2)
            trunk = left + INDENT / 2
            start = max(trunk, head.left + 8)
            sheet.lines.append(f"M{start:.1f} {head.bottom:.1f}v5H{trunk:.1f}V{put.y:.1f}H{put.left:.1f}")
            if put.number and before is not None and not branch.nodes[place - 2].branches:
                end = put.top - 1.5
                sheet.arrows.append(
                    f"M{put.left + 12:.1f} {before.bottom:.1f}V{end:.1f}" + arrow_head(put.left + 12, end, 0, 1)
                )
            before = put
            y += made.height + GAP
            if child.branches:
                hang(child, sheet, put, y, left + INDENT)
                y += _hanging_height(child, sheet) + GAP
        if branch.more:
            pill = Pill(node.id, branch.more, 0.0, 0.0)
            sheet.pills.append(replace(pill, x=round(left + INDENT + pill.width / 2, 1), y=round(y + PILL / 2, 1)))
            y += PILL + GAP
        y += BETWEEN - GAP


def _titled(sheet: Sheet) -> float:
    return sheet.style.width - 40 if sheet.style.outline else _TITLED


def _hanging_height(node: Node, sheet: Sheet) -> float:
    total = 0.0
    for branch in node.branches:
        total += TITLE + (PILL + GAP if branch.more else 0.0) + BETWEEN - GAP
        for child in branch.nodes:
            total += sheet.box(child, edge=1, number=1).height + GAP
            total += _hanging_height(child, sheet) + GAP if child.branches else 0.0
    return total


def _hanging_width(node: Node, sheet: Sheet) -> float:
    widest = 0.0
    for branch in node.branches:
        widest = max(widest, min(_TITLED, width_of(sheet.title(branch), CAPTION)), PILL_WIDTH if branch.more else 0.0)
        for child in branch.nodes:
            widest = max(widest, sheet.box(child, edge=1, number=1).width + PLUS, _hanging_width(child, sheet))
    return widest + INDENT
