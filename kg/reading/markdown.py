"""Markdown (CommonMark 0.31 with GitHub's tables and strikethrough) to a document whose raw text is the source.

Specifications: https://spec.commonmark.org/0.31.2/, https://github.github.com/gfm/#tables-extension-.
Beyond them: YAML front matter (noise; its `title` is the document's), [[wiki links]], bullets of other glyphs
("•") at line starts, and lines that each read "Term: gist", which stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from kg.model import Document, Noise, Span
from kg.reading.assemble import Draft, Tracked, assemble, cut, joined
from kg.reading.cards import Piece
from kg.reading.inline import Inline, parser, render
from kg.reading.tags import visible_lines

CELL_GAP = " | "  # stands between the cells of a row's text
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<body>(?:.*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_TITLE = re.compile(r"^title:[ \t]*[\"']?(?P<title>.*?)[\"']?[ \t]*\r?$", re.MULTILINE)
_GLYPH = re.compile(r"(?P<mark>[•·●○◦‣▪▫■□►▶➢➤✓✔✘✗✦])\s*(?=\S)")
_GIST = re.compile(r"[^\W_][^:.!?]{0,60}(?:\s*::?\s|\s[–—=]\s)\S")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}$")
_CONTAINER = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")


def read_markdown(name: str, raw: str) -> Document:
    """The document of a Markdown file. Raises EmptySource."""
    found = _FRONT_MATTER.match(raw)
    if not found:
        return from_markdown(name=name, raw=raw, media_type="text/markdown", html=True)
    titled = _TITLE.search(found["body"])
    lines = raw.count("\n", 0, found.end())
    noise = (Noise((1, max(1, lines if raw[found.end() - 1] == "\n" else lines + 1)), "front-matter"),)
    title = titled["title"] if titled else None
    return from_markdown(
        name=name, raw=raw, media_type="text/markdown", html=True, start=found.end(), noise=noise, title=title or None
    )


def from_markdown(
    *,
    name: str,
    raw: str,
    media_type: str,
    html: bool,
    start: int = 0,
    pages: tuple[int, ...] = (),
    noise: tuple[Noise, ...] = (),
    title: str | None = None,
) -> Document:
    """The document of Markdown text, read from offset `start` (at a line's start) on.

    html    whether tags in it are markup; False for text that was made from another format
    """
    blocks = drafts(raw, html=html, start=start)
    return assemble(name=name, raw=raw, media_type=media_type, blocks=blocks, pages=pages, noise=noise, title=title)


def read_markdown_cards(name: str, raw: str, pieces: Sequence[Piece]) -> Document:
    """The document of a Markdown file that consists of cards: each side is read as Markdown. Raises EmptySource."""
    blocks, noise = list[Draft](), list[Noise]()
    for piece in pieces:
        found = drafts(raw, html=True, start=piece.span.start, end=piece.span.end)
        if piece.role == "noise":
            first = raw.count("\n", 0, piece.span.start) + 1
            noise.append(Noise((first, first + raw.count("\n", piece.span.start, piece.span.end)), piece.rule))
        elif found and piece.role == "heading":
            line = raw.rfind("\n", 0, piece.span.start) + 1
            level = raw.count("#", line, piece.span.start) or 1
            blocks.append(joined(raw, found, kind="heading", level=min(level, 6)))
        elif found and piece.role == "front":
            blocks.append(joined(raw, found, kind="front"))
        else:
            blocks += found
    return assemble(name=name, raw=raw, media_type="text/markdown", blocks=blocks, noise=tuple(noise))


def drafts(raw: str, *, html: bool, start: int = 0, end: int | None = None) -> list[Draft]:
    """The blocks of raw[start:end]; spans count from the start of `raw`."""
    source = raw[start:end].replace("\r\n", "\n").replace("\r", " ").replace("\0", "\ufffd")
    tokens = parser(html=html).parse(source)
    return list(_Walk(raw, start, end, html=html).blocks(tokens))


@dataclass(slots=True)
class _Item:
    """An open list item; its first block takes the marker."""

    depth: int
    marker: str
    fresh: bool = True


class _Walk:
    """One pass over the block tokens."""

    def __init__(self, raw: str, start: int, end: int | None, *, html: bool) -> None:
        self._raw = raw
        self._parser = parser(html=html)
        self._lines: list[Span] = []
        at = start
        for line in raw[start:end].split("\n"):
            self._lines.append(Span(at, at + len(line)))
            at += len(line) + 1
        self._depth = 0
        self._items: list[_Item] = []
        self._heading = 0

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Draft]:
        in_table = in_head = False
        for token in tokens:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    self._depth -= 1
                case "list_item_open":
                    self._items.append(_Item(self._depth, token.info + token.markup))
                case "list_item_close":
                    self._items.pop()
                case "heading_open" | "heading_close":
                    self._heading = int(token.tag[1]) if token.nesting > 0 else 0
                case "table_open" | "table_close":
                    in_table = token.nesting > 0
                case "thead_open" | "thead_close":
                    in_head = token.nesting > 0
                case "tr_open":
                    yield from self._row(self._first_line(token), heading=in_head)
                case "inline" if in_table:
                    pass  # a row is read whole: the parser drops cells beyond the heading's
                case "inline" if self._heading:
                    yield from self._heading_block(token)
                case "inline":
                    yield from self._paragraph(token)
                case "fence" | "code_block":
                    yield from self._code(token)
                case "html_block":
                    yield from self._tags(token)

    @staticmethod
    def _first_line(token: Token) -> int:
        return token.map[0] if token.map else 0

    def _line(self, number: int) -> Span:
        return self._lines[min(number, len(self._lines) - 1)]

    def _offsets(self, token: Token) -> list[int]:
        """Raw offsets of token.content: its lines are the ends of raw lines, without what opens their container."""
        out: list[int] = []
        for number, line in enumerate(token.content.split("\n"), start=self._first_line(token)):
            span = self._line(number)
            raw = span.of(self._raw).rstrip()
            body = line.strip()
            at = max(0, len(raw) - len(body))
            if self._heading and not raw.startswith(body, at):  # "## Heading ##"
                marks = re.match(r"[^#]*#+", raw)
                at = max(0, raw.find(body, marks.end() if marks else 0))
            at += span.start
            indent = len(line) - len(line.lstrip())
            out.extend([at] * indent)
            out.extend(range(at, at + len(line) - indent + 1))  # the line feed too, at last the end
        return out

    def _rendered(self, token: Token) -> Inline:
        return render(self._raw, token.content, self._offsets(token), token.children or [])

    def _take_item(self) -> _Item | None:
        """The innermost list item, if nothing was read in it yet."""
        if not self._items or not self._items[-1].fresh:
            return None
        self._items[-1].fresh = False
        return self._items[-1]

    def _heading_block(self, token: Token) -> Iterator[Draft]:
        inline = self._rendered(token)
        text = inline.tracked.text
        end = len(text) - len(found[0]) if (found := _ATTRIBUTES.search(text)) else len(text)
        item = self._take_item()
        if item:
            yield from _draft(inline, 0, end, "item", item.depth, item.marker, strong=(Span(0, end),))
        else:
            yield from _draft(inline, 0, end, "heading", self._heading)

    def _paragraph(self, token: Token) -> Iterator[Draft]:
        inline = self._rendered(token)
        text = inline.tracked.text
        item = self._take_item()
        for start, end in _pieces(inline, in_item=bool(item)):
            start += len(text[start:end]) - len(text[start:end].lstrip())
            if item:
                task = _TASK.match(text, start, end)
                marker = item.marker + (" " + task[0].rstrip() if task else "")
                yield from _draft(inline, task.end() if task else start, end, "item", item.depth, marker)
                item = None
            elif glyph := _GLYPH.match(text, start, end):
                yield from _draft(inline, glyph.end(), end, "item", self._depth + 1, glyph["mark"])
            else:
                yield from _draft(inline, start, end, "paragraph", 0)

    def _code(self, token: Token) -> Iterator[Draft]:
        self._take_item()
        first = self._first_line(token) + (token.type == "fence")
        out = Tracked(self._raw)
        for number, line in enumerate(token.content.rstrip("\n").split("\n"), start=first):
            span = self._line(number)
            raw = span.of(self._raw)
            at = span.end - len(raw) + max(0, len(raw.rstrip("\r")) - len(line))
            if out.length:
                out.put("\n", at, at)
            if self._raw.startswith(line, at):
                out.copy(at, at + len(line))
            else:
                out.put(line, span.start, span.end)  # its tabs were widened
        runs = out.runs
        if runs:
            yield from _draft(
                Inline(out, (), (), Span(runs[0].raw, runs[-1].raw + runs[-1].raw_length)), 0, out.length, "code", 0
            )

    def _tags(self, token: Token) -> Iterator[Draft]:
        self._take_item()
        first, last = token.map or [0, 1]
        for line in visible_lines(self._raw, Span(self._line(first).start, self._line(last - 1).end)):
            kind, level, marker = "paragraph", 0, ""
            if line.tag == "li":
                kind, level, marker = "item", max(1, line.depth), "-"
            elif re.fullmatch(r"h[1-6]", line.tag):
                kind, level = "heading", int(line.tag[1])
            yield Draft(kind, level, line.text, line.raw, marker=marker, strong=line.strong, runs=line.runs)

    def _row(self, number: int, *, heading: bool) -> Iterator[Draft]:
        out, cells, strong = Tracked(self._raw), list[Span](), list[Span]()
        first = last = -1
        for content, at in _cells(self._raw, self._line(number)):
            if cells:
                out.put(CELL_GAP, last, at[0])
            children = self._parser.parseInline(content)[0].children or []
            inline = render(self._raw, content, at, children)
            start = out.length
            first, last = at[0] if first < 0 else first, at[-1]
            out.append(inline.tracked)
            cells.append(Span(start, out.length))
            strong.extend(Span(s.start + start, s.end + start) for s in inline.strong)
        if heading:
            strong = [c for c in cells if len(c)]
        if any(len(c) for c in cells):
            span = Span(first, last)
            yield Draft("row", 0, out.text, span, cells=tuple(cells), strong=tuple(strong), runs=out.runs)


def _draft(
    inline: Inline,
    start: int,
    end: int,
    kind: str,
    level: int,
    marker: str = "",
    *,
    strong: tuple[Span, ...] | None = None,
) -> Iterator[Draft]:
    """The block of inline.text[start:end], white space at its edges cut off; nothing where nothing is left."""
    whole = inline.tracked.text
    piece = whole[start:end]
    start, end = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
    if start >= end:
        return
    text, runs = cut(whole, inline.tracked.runs, start, end)
    first = runs[0].raw if start else inline.raw.start
    last = runs[-1].raw + runs[-1].raw_length if end < len(whole) else inline.raw.end
    span = Span(first, last)
    marked = inline.strong if strong is None else strong
    kept = (
        Span(max(s.start, start) - start, min(s.end, end) - start) for s in marked if s.start < end and s.end > start
    )
    yield Draft(kind, level, text, span, marker=marker, strong=tuple(kept), runs=runs)


def _pieces(inline: Inline, *, in_item: bool) -> list[tuple[int, int]]:
    """Where a paragraph falls apart: at forced breaks, before bullets, and between lines of the form "Term: gist"."""
    text = inline.tracked.text
    edges = [0, *(at for at, _ in inline.breaks), len(text)]
    lines = [text[a:b].strip() for a, b in pairwise(edges)]
    gists = len(lines) > 1 and not in_item and all(_GIST.match(line) and not line[0].islower() for line in lines)
    cuts = [
        at
        for (at, forced), line in zip(inline.breaks, lines[1:], strict=True)
        if gists or _GLYPH.match(line) or (forced and not in_item)
    ]
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def _cells(raw: str, line: Span) -> Iterator[tuple[str, list[int]]]:
    """The cells of a table row as (content, raw offset of each character and of the end)."""
    opened = _CONTAINER.match(raw, line.start, line.end)
    start, end = opened.end() if opened else line.start, line.end
    while end > start and raw[end - 1].isspace():
        end -= 1
    start += raw.startswith("|", start)
    if end > start and raw[end - 1] == "|" and raw[end - 2 : end - 1] != "\\":
        end -= 1
    cell = list[int]()
    for at in range(start, end + 1):
        if at < end and raw[at] != "|":
            cell.append(at)
        elif at < end and cell and raw[at - 1] == "\\":
            cell[-1] = at  # an escaped bar
        else:
            while cell and raw[cell[-1]].isspace():
                cell.pop()
            while cell and raw[cell[0]].isspace():
                cell.pop(0)
            yield "".join(raw[i] for i in cell), [*cell, cell[-1] + 1 if cell else at]
            cell = []
