"""All the answers that could be given to a question: each way of answering tried, whatever the type seems to be.

Which of them is given, or none, is decided by kg.answering.choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kg.answering import across, comparing, lists, sources, texts
from kg.answering.draft import Desk, Draft

KNOWN = 0.15  # share of the question that the sources must have words for
PARAPHRASE = 3  # words of a question that need not be known
LINES, LISTS, NAMED = 10, 3, 4  # most answers from single lines, from lists, and from definitions


@dataclass(frozen=True, slots=True)
class Candidate:
    """`way` names what made the draft; `place` counts those of the same way, the most likely first (from 0)."""

    way: str
    place: int
    draft: Draft


_WAYS: Mapping[str, Callable[[Desk], Draft | None]] = {
    "definition": texts.definition,
    "enumeration": lists.enumeration,
    "of-kind": lists.of_kind,
    "membership": lists.membership,
    "ordering": lists.ordering,
    "comparison": comparing.comparison,
    "names-compared": comparing.names_compared,
    "across": across.across,
    "each-document": across.each_document,
    "becomes": lists.becomes,
    "value": sources.value,
    "source": sources.source,
    "example": texts.example,
}


def candidates(desk: Desk) -> list[Candidate]:
    """Drafts that differ in what they say or cite, in a fixed order; none where nothing that is asked about is known,
    or where what is asked for lies past the end of an order."""
    if not (told_of(desk) or paraphrased(desk)) or _past_the_end(desk):
        return []
    out: list[Candidate] = []
    seen: set[tuple[object, ...]] = set()
    places: dict[str, int] = {}
    for way, draft in _all(desk):
        key = (draft.text, draft.items, draft.evidence)
        if key not in seen:
            seen.add(key)
            out.append(Candidate(way, places.get(way, 0), texts.supported(draft, desk)))
        places[way] = places.get(way, 0) + 1
    return out


def told_of(desk: Desk) -> bool:
    """Whether the sources have any word of what is asked about, or one of the same meaning."""
    asked = desk.asked
    known = [w for w in asked.words if any(all(desk.claims.knows(s) for s in form) for form in w.forms) or w.near]
    return bool(known) and sum(w.weight for w in known) >= KNOWN * asked.weight


def paraphrased(desk: Desk) -> bool:
    """Whether a question tells so much that it may be about something that it says in other words."""
    return desk.asked.sentence and len(desk.asked.words) >= PARAPHRASE and not any(w.name for w in desk.asked.words)


def _past_the_end(desk: Desk) -> bool:
    """What comes after the last or before the first is asked: the order is known, and ends there."""
    asked, structure = desk.asked, desk.structure
    if asked.type != "ordering" or not asked.direction or lists.ordering(desk) is not None:
        return False
    return any(structure.following(k.concept) or structure.preceding(k.concept) for k in asked.links)


def _all(desk: Desk) -> Iterator[tuple[str, Draft]]:
    for way, make in _WAYS.items():
        draft = make(desk)
        if draft is not None:
            yield way, draft
    near = lists.ordering_near(desk)
    if near is not None:
        yield "ordering", near
    for concept in _concepts(desk):
        draft = texts.defined_as(concept, desk)
        if draft is not None:
            yield "definition", draft
    for listing, score in lists.best_listings(desk, most=LISTS):
        yield "enumeration", lists.of_listing(listing, desk, type="enumeration", direct=max(0.0, min(1.0, score / 1.4)))
    for start in range(LINES):
        draft = texts.quoted(desk, type=desk.asked.type, start=start)
        if draft is not None:
            yield "lines", draft
    draft = texts.side_by_side(desk, type=desk.asked.type)
    if draft is not None:
        yield "several-lines", draft


def _concepts(desk: Desk) -> list[str]:
    """Concepts that the question names, then those found for it."""
    found = [k.concept for k in desk.asked.links] + [h.id for h in desk.hits if h.kind != "passage"]
    return list(dict.fromkeys(c for c in found if c in desk.structure.concepts))[:NAMED]
