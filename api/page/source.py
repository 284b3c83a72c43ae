"""Lines of a source as the page shows them: numbered, what was left out dimmed, the quote marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import Document, Repair, Span

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


@dataclass(frozen=True, slots=True)
class Mended:
    """Raw lines beside what was read of them; `pieces` mark what was changed."""

    lines: tuple[int, int]
    raw: tuple[Piece, ...]
    read: tuple[Piece, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines without content, and the rule that found them so."""

    lines: tuple[int, int]
    text: str
    rule: str


def mended(document: Document) -> list[Mended]:
    """Every repair with the whole lines around it, repairs of the same lines together, in the order of the text."""
    by_lines: list[tuple[tuple[int, int], list[Repair]]] = []
    for repair in sorted(document.repairs, key=lambda r: r.raw):
        first, last = document.lines_of(repair.raw)
        if by_lines and first <= by_lines[-1][0][1]:
            lines, same = by_lines[-1]
            by_lines[-1] = (lines[0], max(last, lines[1])), [*same, repair]
        else:
            by_lines.append(((first, last), [repair]))
    return [_mended(document, lines, repairs) for lines, repairs in by_lines]


def _mended(document: Document, lines: tuple[int, int], repairs: list[Repair]) -> Mended:
    span = document.line_span(*lines)
    raw: list[Piece] = []
    read: list[Piece] = []
    at = span.start
    for repair in repairs:
        if repair.raw.start < at:  # inside another repair, which shows it
            continue
        same = Piece(document.raw[at : repair.raw.start], False)
        raw += [same, Piece(repair.raw.of(document.raw), True)]
        read += [same, Piece(repair.after, True)]
        at = repair.raw.end
    rest = Piece(document.raw[at : max(at, span.end)], False)
    rules = tuple(dict.fromkeys(r.rule for r in repairs))
    return Mended(lines, tuple(_shortened([*raw, rest])), tuple(_shortened([*read, rest])), rules)


def _shortened(pieces: list[Piece]) -> list[Piece]:
    """Long stretches without a change are cut in their middle or at their outer end."""
    last = len(pieces) - 1
    out = []
    for i, piece in enumerate(pieces):
        text = piece.text
        if not piece.marked and len(text) > 2 * _CONTEXT:
            head = "" if i == 0 else _cut(text[: _CONTEXT + 1], keep_end=False).removesuffix(" …")
            tail = "" if i == last else _cut(text[-_CONTEXT - 1 :], keep_end=True).removeprefix("… ")
            text = f"{head} … {tail}"
        if text:
            out.append(Piece(text, piece.marked))
    return out


def left_out(document: Document) -> list[LeftOut]:
    """What the reader took as noise, in the order of the text."""
    return [
        LeftOut(noise.lines, document.line_span(*noise.lines).of(document.raw).strip(), noise.rule)
        for noise in sorted(document.noise, key=lambda n: n.lines)
    ]


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
