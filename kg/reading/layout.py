"""From lines to blocks: which lines are headings, items, paragraphs, and which belong together.

The lines come from people: wrapped at a width, broken by narrow boxes, with bullets of several
glyphs, some of them lost. Nothing here knows words of a course; only shapes count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from kg.model import Span
from kg.reading import lines as shape
from kg.reading.aligned import Aligned, concat, copy
from kg.reading.assemble import Draft
from kg.reading.lines import Line
from kg.reading.repair import joins, zipf
from kg.text import script_of, words

_CONTINUES = re.compile(
    r"(?:[,–—-]|\b(?:and|or|of|the|a|an|to|in|for|with|by|as|on|their|и|или|в|на|с|по|для|о))$", re.IGNORECASE
)
_TERM = re.compile(r"^[^\s.:][^.:]{1,60}:\s+\S")
_SECTION = re.compile(r"^(?P<n>\d{1,2})\.\s+(?P<text>[^\W\d_a-zа-яё].*[^.,;:])$")
_SHORTEST = 2  # lines of a section
_HASHES = re.compile(r"^(#{1,6})\s+(?=\S)")


@dataclass(slots=True)
class Chunk:
    """One block in the making. `parts` are raw spans, a line each."""

    kind: str
    parts: list[Span]
    lines: list[Line]
    level: int = 0
    marker: str = ""
    glyph: str = ""
    lost: bool = False  # an item whose bullet was lost
    cells: list[Span] = field(default_factory=list)

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]


def structure(raw: str, lines: Sequence[Line], *, card: bool = False, counts: Sequence[int] = ()) -> list[Draft]:
    """Blocks of these lines, in order.

    card    the lines are the back of a card: headings stay below it, lists may have lost a bullet
    counts  numbers that the front promised: so many lines are so many items, whatever their bullets
    """
    opened = [c for line in lines if (c := _opened(line))]
    if len(opened) in counts and all(c.kind in {"paragraph", "item"} for c in opened):
        chunks = [replace(c, kind="item", glyph="counted") for c in opened]
    else:
        chunks = _chunks(lines, _width(lines), card, frozenset() if card else _numbered_headings(lines))
    _ordinal_headings(chunks)
    _counted_items(chunks)
    _boxes(chunks, card)
    if chunks and chunks[0].kind == "heading" and not card and not chunks[0].marker:
        chunks[0].level = 1
    _item_levels(chunks)
    return [_draft(raw, chunk, 2 * card) for chunk in chunks]


def _width(lines: Sequence[Line]) -> int:
    """The width at which the text was wrapped, in characters; 0 where it was not."""
    lengths = sorted(len(line.text) for line in lines if not shape.leader(line.text))
    if len(lengths) < 4:
        return 0
    widest = lengths[int(len(lengths) * 0.95)]
    follows = sum(1 for a, b in pairwise(lines) if not b.blank_before and b.text[:1].islower())
    return widest if widest <= 140 and follows >= 2 else 0


def _numbered_headings(lines: Sequence[Line]) -> frozenset[int]:
    """Numbers of the lines "1. Title", "2. Title", ... that have a section each below them: they are no list."""
    spots: list[int] = []
    for i, line in enumerate(lines):
        m = _SECTION.match(line.text)
        if m and int(m["n"]) == len(spots) + 1 and (line.blank_before or i < 2) and shape.is_phrase(m["text"], most=8):
            spots.append(i)
    lengths = [b - a - 1 for a, b in pairwise([*spots, len(lines)])]
    if len(spots) < 2 or min(lengths) < _SHORTEST or max(lengths) <= _SHORTEST:
        return frozenset()
    return frozenset(lines[i].number for i in spots)


def _chunks(lines: Sequence[Line], width: int, card: bool, headings: frozenset[int]) -> list[Chunk]:
    out: list[Chunk] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        chunk = _opened(line)
        if chunk is not None and line.number in headings:
            chunk = replace(chunk, kind="heading", level=3, glyph="")
        if chunk is None:
            continue
        previous = out[-1] if out else None
        if chunk.kind == "paragraph" and previous and _belongs(previous, line, width):
            previous.parts += chunk.parts
            previous.lines += chunk.lines
        elif (
            chunk.kind == "paragraph"
            and previous
            and previous.kind == "item"
            and _lost_bullet(out, line, following, card)
        ):
            out.append(replace(chunk, kind="item", glyph=previous.glyph, lost=True))
        elif (
            chunk.kind == "heading" and chunk.level == 3 and previous and previous.kind == "heading"
            and previous.level == 3 and not line.blank_before and not previous.marker
        ):  # fmt: skip
            previous.parts += chunk.parts  # a title in capitals over several lines
            previous.lines += chunk.lines
        else:
            out.append(chunk)
    return out


def _opened(line: Line) -> Chunk | None:
    """What a line opens by its own shape; a paragraph where it has none; None for a line that only draws."""
    text = line.text
    if shape.is_rule(text):
        return None
    if m := _HASHES.match(text):
        return Chunk("heading", [Span(line.start + m.end(), line.end)], [line], level=len(m[1]))
    if m := shape.row(text):
        return Chunk("row", [line.span], [line], cells=_cells(line, m))
    if m := shape.leader(text):
        cells = [line.piece(m, "title"), line.piece(m, "page")]
        return Chunk("row", cells, [line], marker="toc", cells=cells)
    if cut := shape.edit_mark(text):
        return Chunk("heading", [Span(line.start + cut, line.end)], [line], level=2)
    start, glyph = line.start, ""
    while m := shape.bullet(line.text[start - line.start :]):  # "- ✘ text" has two
        glyph += m["mark"]
        start += m.start("text")
    rest, end = line.text[start - line.start :], line.end
    if glyph.endswith("*") and rest.endswith("*") and len(rest) > 2:  # emphasis, not a bullet
        glyph, end = glyph[:-1], end - 1
    if m := shape.numbered(rest):
        return Chunk(
            "item", [Span(start + m.start("text"), end)], [line], marker=m["mark"].lstrip("#("), glyph=glyph or "1"
        )
    if glyph:
        return Chunk("item", [Span(start, end)], [line], marker=glyph[-1], glyph=glyph)
    if (m := shape.labelled(text)) and m["text"] and len(words(m["text"])) <= 14:
        return Chunk("heading", [line.piece(m, "text")], [line], level=2, marker=m["mark"])
    if m and not m["text"]:
        return Chunk("heading", [line.piece(m, "mark")], [line], level=2, marker=m["mark"])
    if shape.is_capitals(text) and not text.endswith((",", ";")):
        return Chunk("heading", [line.span], [line], level=3)
    return Chunk("paragraph", [line.span], [line])


def _cells(line: Line, match: re.Match[str]) -> list[Span]:
    out, at = [], line.start + match.start("cells")
    for cell in match["cells"].split("|"):
        inner = cell.strip()
        start = at + cell.find(inner) if inner else at
        out.append(Span(start, start + len(inner)))
        at += len(cell) + 1
    return out


def _belongs(previous: Chunk, line: Line, width: int) -> bool:
    """Whether a shapeless line goes on with the block above it."""
    above = previous.last
    if line.blank_before or previous.kind not in {"paragraph", "item"}:
        return False
    said = above.text
    if line.text[:1].islower() or line.text[:1] == "(" or _CONTINUES.search(said):
        return True
    if above.text.endswith(":") or (_TERM.match(line.text) and width):
        return False
    full = bool(width) and len(said) >= width - max(12, len(line.text.split()[0]) + 2)
    if previous.kind == "item":
        return full and not shape.SENTENCE_END.search(said)
    if not width:  # narrow boxes: what stands together belongs together
        return len(said) <= 40 and not shape.SENTENCE_END.search(said) and len(line.text) <= 40
    return full or not (shape.SENTENCE_END.search(said) or shape.is_phrase(said, most=8))


def _lost_bullet(out: Sequence[Chunk], line: Line, following: Line | None, card: bool) -> bool:
    """A shapeless line in a list: directly below an item, or a "Term: gist" after items of that form."""
    items = []
    for chunk in reversed(out):
        if chunk.kind != "item":
            break
        items.append(chunk)
    if line.blank_before:
        apart = len(items) >= 2 and all(c.first.blank_before for c in items)  # the whole list is set with gaps
        alike = apart or all(_TERM.match(_said(c)) for c in items)
        return card and bool(_TERM.match(line.text)) and alike
    if line.text.endswith("?"):
        return False
    more = following is not None and not following.blank_before and bool(shape.bullet(following.text))
    return len(items) >= 2 or more


def _said(chunk: Chunk) -> str:
    first = chunk.first
    return first.text[chunk.parts[0].start - first.start :]


def _ordinal_headings(chunks: list[Chunk]) -> None:
    """A line "2 этап" or "Stage 2" numbers the heading beside it: above it in some documents, below in others."""
    spots = [
        i for i, c in enumerate(chunks) if c.kind == "paragraph" and len(c.lines) == 1 and shape.ordinal(c.first.text)
    ]
    by_noun: dict[str, list[int]] = {}
    for i in spots:
        by_noun.setdefault(shape.ordinal(chunks[i].first.text)[1], []).append(i)  # type: ignore[index]
    dropped = []
    for places in by_noun.values():
        numbers = [shape.ordinal(chunks[i].first.text)[0] for i in places]  # type: ignore[index]
        if len(places) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            continue
        title_above = sum(i > 0 and chunks[i - 1].kind == "paragraph" for i in places) == len(places)
        for i in places:
            j = i - 1 if title_above else i + 1
            if 0 <= j < len(chunks) and chunks[j].kind == "paragraph" and shape.is_phrase(_said(chunks[j]), most=14):
                chunks[j].kind, chunks[j].level, chunks[j].marker = "heading", 5, chunks[i].first.text
                chunks[j].lines = sorted([*chunks[j].lines, *chunks[i].lines], key=lambda one: one.number)
                dropped.append(i)
    for i in sorted(dropped, reverse=True):
        del chunks[i]


def _counted_items(chunks: list[Chunk]) -> None:
    """Lone numbers 1, 2, 3 ... each before a text are the bullets of a list."""
    spots = [
        i
        for i, (c, following) in enumerate(pairwise(chunks))
        if c.kind == following.kind == "paragraph"
        and len(c.lines) == 1
        and re.fullmatch(r"#?\d{1,2}[.)]?", c.first.text)
    ]
    expected, runs = 1, list[list[int]]()
    for i in spots:
        number = int(re.sub(r"\D", "", chunks[i].first.text))
        if number == 1:
            runs.append([i])
        elif runs and number == expected:
            runs[-1].append(i)
        else:
            continue
        expected = number + 1
    for i in sorted((i for run in runs if len(run) >= 2 for i in run), reverse=True):
        chunks[i + 1].kind, chunks[i + 1].marker, chunks[i + 1].glyph = "item", chunks[i].first.text + ".", "1"
        del chunks[i]


def _boxes(chunks: list[Chunk], card: bool) -> None:
    """Short isolated lines: a row of like ones is a list in boxes, a single one before content is a heading."""

    def lone(c: Chunk) -> bool:
        return (
            c.kind == "paragraph" and shape.is_phrase(" ".join(line.text for line in c.lines))
            and len(c.lines) <= 4 and not c.last.text.endswith(":") and " = " not in c.first.text
        )  # fmt: skip

    i = 0
    while i < len(chunks):
        if not lone(chunks[i]):
            i += 1
            continue
        j = i + 1
        while j < len(chunks) and lone(chunks[j]) and chunks[j].first.blank_before and _alike(chunks[j - 1], chunks[j]):
            j += 1
        before = chunks[i - 1] if i else None
        if j - i >= 3 or (j - i == 2 and before is not None and before.kind != "heading" and i > 1):
            for c in chunks[i:j]:
                c.kind, c.glyph = "item", "box"
        else:
            for k in range(i, j):
                opens = k + 1 < len(chunks) and (chunks[k].first.blank_before or k == 0)
                opens = opens and not (card and (k == 0 or not chunks[k].first.blank_before))
                if opens and len(chunks[k].lines) <= 2 and not _TERM.match(chunks[k].first.text):
                    chunks[k].kind, chunks[k].level = (
                        "heading",
                        1 if k == 0 else 3 if chunks[k].first.blank_before > 2 else 4,
                    )
        i = j


def _alike(a: Chunk, b: Chunk) -> bool:
    one, two = (" ".join(line.text for line in c.lines) for c in (a, b))
    return script_of(one) == script_of(two) and abs(len(words(one)) - len(words(two))) <= 2


def _item_levels(chunks: list[Chunk]) -> None:
    """Nesting by indentation where there is any, else by the order in which glyphs appear under a heading."""
    stack: list[tuple[str, int]] = []
    for n, chunk in enumerate(chunks):
        if chunk.kind in {"heading", "front", "row"} or (
            chunk.first.blank_before > 2 and not (chunk.glyph == "box" == chunks[n - 1].glyph)
        ):
            stack = []
        if chunk.kind != "item":
            if chunk.first.blank_before and not chunk.first.text[:1].islower():
                stack = []
            continue
        following = chunks[n + 1] if n + 1 < len(chunks) else None
        if chunk.lost and following and following.kind == "item" and not following.lost:
            at = next((k for k, (g, _) in enumerate(stack) if g == following.glyph), None)
            if at:  # its items follow one level deeper
                stack = stack[:at]
                chunk.level = at
                continue
        key = (chunk.glyph, chunk.first.indent)
        found = next((k for k, one in enumerate(stack) if one == key), None)
        if found is None:
            same = [k for k, (g, _) in enumerate(stack) if g == chunk.glyph]
            deeper = stack and key[1] > stack[-1][1]
            if same and not deeper:
                found = next((k for k in same if stack[k][1] >= key[1]), same[-1])
        if found is None:
            while stack and stack[-1][1] > key[1]:
                stack.pop()
            stack.append(key)
            found = len(stack) - 1
        stack = stack[: found + 1]
        chunk.level = found + 1


def _join(pieces: Sequence[Aligned]) -> Aligned:
    """Lines as one text: words broken by a hyphen or a narrow box are one again."""
    whole = pieces[0]
    for piece in pieces[1:]:
        tail, head = re.search(r"([^\W\d_]+)(-?)$", whole.text), re.match(r"[^\W\d_]+", piece.text)
        if tail and head and not tail[2] and joins(tail[1], head[0]):
            whole = concat([whole, piece])
        elif tail and head and tail[2]:
            glued = zipf(tail[1] + head[0]) >= 2.5 and zipf(tail[1]) < 3.5
            whole = concat([whole.cut(0, len(whole.text) - 1) if glued else whole, piece])
        else:
            whole = concat([whole, piece], " ")
    return whole


def _draft(raw: str, chunk: Chunk, deeper: int) -> Draft:
    pieces = [copy(raw, span) for span in chunk.parts]
    if chunk.kind == "row":
        # cells side by side, one space apart, the drawing between them left out
        cells, whole, at = [], list[Aligned](), 0
        for span in chunk.cells:
            cells.append(Span(at, at + len(span)))
            if len(span):
                whole.append(copy(raw, span))
                at += len(span) + 1
        text = concat(whole, " ")
        cells = [Span(min(c.start, len(text.text)), min(c.end, len(text.text))) for c in cells]
    else:
        text, cells = _join(pieces), []
    start = min(chunk.first.start, text.raw_span.start)
    end = max(chunk.last.end, text.raw_span.end)
    level = min(6, chunk.level + deeper) if chunk.kind == "heading" else chunk.level
    return Draft(chunk.kind, level, text.text, Span(start, end), chunk.marker, tuple(cells), (), text.runs)
