"""Plain text as people have it: cards, dumps of cards, slides, notes, encyclopedia pages, contents."""

from __future__ import annotations

from functools import lru_cache

from kg.counts import counts_in
from kg.model import Document, Span
from kg.ontology import Ontology
from kg.ontology_files import load
from kg.reading import dump, noise
from kg.reading.aligned import concat, copy
from kg.reading.assemble import Draft, assemble
from kg.reading.cards import Piece, split_cards
from kg.reading.layout import structure
from kg.reading.lines import ARROW, Line, bullet, split


@lru_cache(maxsize=1)
def _shipped() -> Ontology:
    return load()


def lay_out(
    raw: str, *, name: str, media_type: str, pages: tuple[int, ...] = (), ontology: Ontology | None = None
) -> Document:
    """The document of a plain text; `pages` are raw offsets of page starts. Raises EmptySource."""
    ontology = ontology or _shipped()
    pieces = split_cards(raw)
    lines = split(raw, pages=pages)
    found = noise.find(lines, ontology)
    if pieces is not None:
        drafts = _cards(raw, pieces, lines, found)
    else:
        kept = [line for line in lines if line.number not in found]
        drafts = _dump(raw, kept, ontology) if dump.is_dump(kept, ontology) else structure(raw, kept)
    return assemble(
        name=name,
        raw=raw,
        media_type=media_type,
        blocks=drafts,
        pages=pages,
        noise=noise.merged(found),
    )


def _cards(raw: str, pieces: tuple[Piece, ...], lines: list[Line], found: dict[int, str]) -> list[Draft]:
    """Fronts as they are, everything behind them by its own layout; noise pieces go into `found`."""
    out: list[Draft] = []
    for piece in pieces:
        inside = [line for line in lines if line.start < piece.span.end and line.end > piece.span.start]
        if piece.role == "noise":
            found.update({line.number: piece.rule for line in inside})
            continue
        inside = [line for line in inside if line.number not in found]
        if not inside:
            continue
        if piece.role in {"front", "heading"}:
            text = concat(
                [copy(raw, Span(max(line.start, piece.span.start), min(line.end, piece.span.end))) for line in inside],
                " ",
            )
            out.append(Draft(piece.role, int(piece.role == "heading"), text.text, text.raw_span, "", (), (), text.runs))
        else:
            cut = split(raw, span=piece.span, first=inside[0].number)
            out += structure(raw, [line for line in cut if line.number not in found], card=True)
    return out


def _dump(raw: str, lines: list[Line], ontology: Ontology) -> list[Draft]:
    title, rest = lines[0], lines[1:]
    out = [Draft("heading", 1, title.text, title.span)]
    starts = dump.fronts(rest, ontology)
    for a, b in zip(starts, [*starts[1:], len(rest)], strict=True):
        front, back = rest[a], rest[a + 1 : b]
        out.append(Draft("front", 0, front.text, front.span))
        pairs = dump.columns(back)
        out += (
            [_pair(raw, left, right) for left, right in pairs]
            if pairs
            else structure(raw, back, card=True, counts=counts_in(front.text, ontology))
        )
    return out


def _pair(raw: str, left: Line, right: Line) -> Draft:
    arrow = ARROW.search(left.text)
    a = copy(raw, Span(left.start, left.start + (arrow.start() if arrow else len(left.text))))
    mark = bullet(right.text)
    b = copy(raw, Span(right.start + (mark.start("text") if mark else 0), right.end))
    text = concat([a, b], " ")
    cells = (Span(0, len(a.text)), Span(len(a.text) + 1, len(text.text)))
    return Draft("row", 0, text.text, text.raw_span, "→", cells, (), text.runs)
