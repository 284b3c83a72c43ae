"""Tables: the first column names things, the header says of what class the cells of a column are."""

from __future__ import annotations

import re

from kg.extract.context import Context
from kg.extract.labels import term_and_gist
from kg.extract.tree import Node
from kg.model import Mention, Span
from kg.text import words

_CELL_ITEM = re.compile(r"[•·●▪]\s*")


def tables(ctx: Context) -> None:
    """Rows of every table, and pairs of flattened columns."""
    for node in ctx.root.walk():
        rows = [
            c
            for c in node.children
            if c.kind == "row" and c.block and c.block.marker != "toc" and len(c.block.cells) > 1
        ]
        if not rows:
            continue
        arrows = [r for r in rows if r.block and r.block.marker == "→"]
        _pairs(node, arrows, ctx)
        plain = [r for r in rows if r not in arrows]
        if len(plain) > 1:
            _table(node, plain, ctx)


def _table(node: Node, rows: list[Node], ctx: Context) -> None:
    header = rows[0]
    assert header.block is not None
    names = [c.of(header.block.text) for c in header.block.cells]
    whole = ctx.head_of(node)
    kinds = [ctx.ontology.kind_of(n, ctx.lang(n)) or "concept" for n in names]
    questions = any(ctx.ontology.is_a(k, "research-question") for k in kinds)
    if kinds[0] == "topic" and questions and "research-topic" in ctx.ontology.classes:
        kinds[0] = "research-topic"
    for position, row in enumerate(rows[1:], 1):
        assert row.block is not None
        cells = row.block.cells
        name = cells[0].of(row.block.text)
        if split := term_and_gist(name, ctx.ontology):
            name = split[0].of(name)
        mention = ctx.mention(name, kind=kinds[0], listed=True)
        if mention is None:
            continue
        ctx.heads[row] = mention
        evidence = ctx.cite(row, cells[0])
        ctx.name(mention, evidence, "table-row")
        if whole is not None:
            ctx.state(mention, "part-of", whole, evidence, "table-row", position=position)
        for column, cell in enumerate(cells[1:], 1):
            _cell(
                row,
                cell,
                mention,
                kinds[column] if column < len(kinds) else "concept",
                names[column] if column < len(names) else "",
                ctx,
            )


def _cell(row: Node, cell: Span, subject: Mention, kind: str, column: str, ctx: Context) -> None:
    assert row.block is not None
    text = cell.of(row.block.text)
    starts = [m.end() for m in _CELL_ITEM.finditer(text)]
    if not starts:
        if len(words(text)) >= 2:
            value = f"{column}: {text}" if column else text
            ctx.state(
                subject,
                "definition" if kind == "concept" and len(words(text)) > 3 else "note",
                value,
                ctx.cite(row, cell),
                "table-cell",
            )
        return
    ends = [*[m.start() for m in _CELL_ITEM.finditer(text)][1:], len(text)]
    for position, (a, b) in enumerate(zip(starts, ends, strict=True), 1):
        piece = text[a:b].rstrip()
        if len(words(piece)) > 24 and (first := piece.find("? ")) > 0:
            piece = piece[: first + 1]  # the question; what follows asks on
        span = Span(cell.start + a, cell.start + a + len(piece))
        evidence = ctx.cite(row, span)
        member = ctx.mention(re.sub(r"\s+", " ", piece), kind=kind, scope=subject.label, listed=True)
        if member is None:
            ctx.state(subject, "note", piece, evidence, "table-cell")
            continue
        member = Mention(
            piece if piece.endswith("?") else member.label, member.lang, member.kind, member.scope, member.alt
        )
        ctx.name(member, evidence, "table-cell")
        ctx.state(member, "part-of", subject, evidence, "table-cell", position=position)


def _pairs(node: Node, rows: list[Node], ctx: Context) -> None:
    """"left -> right": the left thing becomes the right one."""
    whole = ctx.heads.get(node)
    for position, row in enumerate(rows, 1):
        assert row.block is not None
        left_span, right_span = row.block.cells[:2]
        left = ctx.mention(left_span.of(row.block.text))
        right = ctx.mention(right_span.of(row.block.text), listed=True)
        if right is None:
            continue
        kinds = [ctx.kind(m.label) for m in (left, right) if m]
        right = Mention(right.label, right.lang, kinds[-1], "", right.alt)
        ctx.heads[row] = right
        ctx.name(right, ctx.cite(row, right_span), "column-pair")
        if whole is not None:
            ctx.state(right, "part-of", whole, ctx.cite(row), "column-pair", position=position)
        if left is not None:
            left = Mention(left.label, left.lang, kinds[0], "", left.alt)
            ctx.name(left, ctx.cite(row, left_span), "column-pair")
            ctx.state(left, "becomes", right, ctx.cite(row), "column-pair")
        else:
            ctx.state(right, "note", row.block.text, ctx.cite(row), "column-pair")


_BECOMES = re.compile(r"^(?P<left>[^:.;]+?)\s*(?:[–—-]+>|=+>|→|⇒|➔)\s*(?P<right>\S[^:.;]*)$")


def becomes(node: Node, whole: Mention, position: int, ctx: Context) -> bool:
    """An item "left -> right": the left thing becomes the right one. Whether it was one."""
    m = _BECOMES.match(node.text)
    if not m or max(len(words(m["left"])), len(words(m["right"]))) > 14:
        return False
    evidence, right_span = ctx.cite(node), Span(*m.span("right"))
    right = ctx.mention(m["right"], kind=ctx.kind(m["right"]), listed=True)
    if right is None:
        return False
    ctx.heads[node] = right
    ctx.name(right, ctx.cite(node, right_span), "item-pair")
    ctx.state(right, "part-of", whole, evidence, "item-pair", position=position)
    left = ctx.mention(m["left"], kind=ctx.kind(m["left"]))
    if left is None or words(m["left"])[0] in {"nothing", "ничего"}:
        ctx.state(right, "note", node.text, evidence, "item-pair")
    else:
        ctx.name(left, ctx.cite(node, Span(*m.span("left"))), "item-pair")
        ctx.state(left, "becomes", right, evidence, "item-pair")
    return True
