"""Lines of a source as the page shows them: numbered, what was left out dimmed, the quote marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import Document, Span

WINDOW = 1500  # lines on one page of the source view
_CONTEXT = 160  # characters kept before and after a mark in an excerpt
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    pieces: tuple[Piece, ...]
    cited: bool
    noise: str  # rule by which the reader left the line out, or ""
    page: int | None  # set on the first line of a page


def line_count(document: Document) -> int:
    raw = document.raw
    return raw.count("\n") + (0 if raw.endswith("\n") else 1) if raw else 0


def parse_range(text: str | None) -> tuple[int, int] | None:
    """ "12-15" or "12"; None for anything else."""
    found = _RANGE.fullmatch(text.strip()) if text else None
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else (last, first)


def lines(
    document: Document, first: int, last: int, *, cited: tuple[int, int] | None = None, quote: Span | None = None
) -> list[Line]:
    """Lines `first` to `last` (1-based, inclusive, cut to what is there).

    `cited` are the lines to mark; with `quote`, a raw span, only its characters are.
    """
    last = min(last, line_count(document))
    noise = {
        n: entry.rule
        for entry in document.noise
        for n in range(max(first, entry.lines[0]), min(last, entry.lines[1]) + 1)
    }
    out = []
    for number in range(max(1, first), last + 1):
        span = document.line_span(number, number)
        is_cited = cited is not None and cited[0] <= number <= cited[1]
        mark = None
        if is_cited:
            mark = (
                span
                if quote is None
                else Span(min(max(span.start, quote.start), span.end), max(span.start, min(span.end, quote.end)))
                if quote.start < span.end and quote.end > span.start
                else None
            )
        out.append(
            Line(number, _pieces(document.raw, span, mark), is_cited, noise.get(number, ""), _page(document, span))
        )
    return out


def excerpt(document: Document, cited: tuple[int, int], quote: Span, *, around: int = 3) -> list[Line]:
    """The cited lines and what stands around them; long lines are cut near the mark, empty ones left out."""
    last = min(cited[1], cited[0] + 24)
    found = lines(document, cited[0] - around, last + around, cited=cited, quote=quote)
    kept = []
    for line in found:
        if not line.cited and not "".join(p.text for p in line.pieces).strip():
            continue
        marked = [p.marked for p in line.pieces]
        at = marked.index(True) if True in marked else -1
        pieces = tuple(
            Piece(p.text, True) if p.marked else Piece(_cut(p.text, keep_end=i < at), False)
            for i, p in enumerate(line.pieces)
        )
        kept.append(Line(line.number, pieces, line.cited, line.noise, line.page))
    return kept


def _cut(text: str, *, keep_end: bool) -> str:
    if len(text) <= _CONTEXT:
        return text
    if keep_end:
        return "… " + text[-_CONTEXT:].partition(" ")[2]
    return text[:_CONTEXT].rpartition(" ")[0] + " …"


def _pieces(raw: str, line: Span, mark: Span | None) -> tuple[Piece, ...]:
    if mark is None or not len(mark):
        return (Piece(line.of(raw), False),)
    spans = ((Span(line.start, mark.start), False), (mark, True), (Span(mark.end, line.end), False))
    return tuple(Piece(s.of(raw), marked) for s, marked in spans if len(s))


def _page(document: Document, line: Span) -> int | None:
    """Number of the page that begins on this line."""
    page = document.page_of(line.end)
    if page is None:
        return None
    before = document.page_of(line.start - 1) if line.start else 0
    return page if page != before else None
