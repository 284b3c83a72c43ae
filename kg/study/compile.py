"""Cards out of a graph: a pure function of graph, ontology and language.

    definition  concept -> what the notes say it is        next        step -> the step after it
    term        what the notes say -> concept              compare     two contrasts or siblings -> what each is
    members     whole -> its parts                         belongs-to  part -> its whole
    kinds       concept -> its kinds                       author      work -> who wrote it
    order       parts of a whole -> their order            origin      idea -> who introduced it

Every card cites the lines that it was made from. What would make a bad card makes none: a name that is a sentence, an
answer that the question gives away, a question that has been asked already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.model import Graph
from kg.ontology import Ontology
from kg.study.card import TONGUES, Card, Tongue
from kg.study.concepts import of_concept
from kg.study.maker import Maker
from kg.study.material import gather
from kg.study.pairs import authors, compared, nexts
from kg.study.quality import number_of, rules
from kg.text import fold, words


def compile_cards(graph: Graph, ontology: Ontology, *, tongue: Tongue = TONGUES["en"]) -> tuple[Card, ...]:
    """All cards, in the order of the sources, no two with the same question or the same knowledge."""
    k = Maker(gather(graph), rules(ontology), tongue)
    made = [
        *(card for id in sorted(k.m.concepts) for card in of_concept(k, id)),
        *nexts(k),
        *compared(k),
        *authors(k, "created-by", "author"),
        *authors(k, "introduced-by", "origin"),
    ]
    made = list(_told_once(made, {id: k.name(id, "en") for id in k.m.concepts}))
    return tuple(sorted(_apart(k, made), key=_by_place))


def _apart(k: Maker, cards: Sequence[Card]) -> Iterator[Card]:
    """Of cards that ask the same, each says where its concept belongs; what stays alike is not asked."""
    asked = Counter(map(_question, cards))
    told: dict[str, list[Card]] = {}
    for card in cards:
        where = ""
        if asked[_question(card)] > 1 and card.type != "belongs-to":
            where = k.where(card.concept, card.lang, card.items[0].text)
        named = replace(card, front=f"{card.front} ({where})") if where else card
        told.setdefault(_question(named), []).append(named)
    yield from (same[0] for same in told.values() if len(same) == 1)


def _question(card: Card) -> str:
    return "\n".join(map(fold, (card.front, *sorted(card.shown))))


def _by_place(card: Card) -> tuple[str, int, str, str, str]:
    first = card.evidence[0]
    return first.document, first.start, card.concept, card.type, card.id


def _told_once(cards: Iterable[Card], names: Mapping[str, str]) -> Iterator[Card]:
    """One card for the same list or order, however many names the whole goes by: that of the name with a count."""

    def rank(card: Card) -> tuple[bool, int, str]:
        name = names[card.concept]
        return number_of(name) is None, len(name), card.concept

    kept: dict[object, Card] = {}
    rest: list[Card] = []
    for card in cards:
        if card.type not in {"members", "kinds", "order"}:
            rest.append(card)
            continue
        kind = "order" if card.type == "order" else "list"
        key = (kind, frozenset(i.concept for i in card.items))
        if key not in kept or rank(card) < rank(kept[key]):
            kept[key] = card
    works = [c for c in rest if c.type == "author"]
    yield from (c for c in rest if c.type != "author" or not any(_same_work(c, other) for other in works))
    yield from kept.values()


def _same_work(card: Card, other: Card) -> bool:
    """Whether `other` asks for the same work by a longer title, with at least one of the same authors."""
    a, b = words(card.front), words(other.front)
    people = {words(n)[-1] for i in card.items for n in i.accept if words(n)}
    shared = any(words(n)[-1:] and words(n)[-1] in people for i in other.items for n in i.accept)
    title = [w for w in a if not w.isdigit()]
    return card.id != other.id and len(title) < len(b) and b[: len(title)] == title and shared
