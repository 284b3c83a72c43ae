"""In which order cards are learned: as the sources go, but parts before the whole, and what is before how it differs.

definition ◀── term, belongs-to        definitions of the members ◀── members ◀── order
definitions of both sides ◀── compare  definitions of both steps  ◀── next
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.study.card import Card

_FIRST = {"definition": 0, "members": 1, "kinds": 1, "term": 2, "order": 3, "next": 4, "compare": 5, "belongs-to": 6}


def in_learning_order(cards: Sequence[Card]) -> tuple[Card, ...]:
    """The same cards, every one after those that it builds on; concepts that build on each other go as they come."""
    by_id = {c.id: c for c in cards}
    of: dict[tuple[str, str], str] = {}
    for c in cards:
        of.setdefault((c.concept, c.type), c.id)
    out: dict[str, Card] = {}
    for card in sorted(cards, key=_by_place):
        waiting: list[tuple[str, bool]] = [(card.id, False)]
        entered: set[str] = set()
        while waiting:
            id, ready = waiting.pop()
            if id in out or (not ready and id in entered):
                continue
            if ready:
                out[id] = by_id[id]
                continue
            entered.add(id)
            waiting.append((id, True))
            needed = [of[key] for key in needs(by_id[id]) if key in of and of[key] not in out]
            waiting += [(n, False) for n in reversed(needed)]
    return tuple(out.values())


def needs(card: Card) -> Iterable[tuple[str, str]]:
    """What should be known before, as pairs of concept and type of card."""
    members = dict.fromkeys(i.concept for i in card.items if i.concept is not None)
    match card.type:
        case "members" | "kinds":
            for m in members:
                yield from ((m, "definition"), (m, "members"), (m, "kinds"))
        case "order":
            yield from ((card.concept, "members"), *((m, "definition") for m in members))
        case "next" | "compare":
            yield from ((card.concept, "definition"), (card.other or "", "definition"))
        case "term" | "belongs-to":
            yield card.concept, "definition"


def _by_place(card: Card) -> tuple[str, bool, int, int, str, str]:
    """Where the source says it, a definition before the list on the same line; who said it comes last."""
    first = card.evidence[0]
    names = card.type in {"author", "origin"}
    return first.document, names, first.lines[0], _FIRST.get(card.type, 7), card.concept, card.id
