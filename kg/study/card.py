"""What a card is: a question, its answer, the lines that say so, and an identity that outlives a rebuild."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kg.model import Evidence, Lang
from kg.text import fold

TYPES = ("definition", "term", "members", "kinds", "order", "next", "compare", "belongs-to", "author", "origin")


@dataclass(frozen=True, slots=True)
class Tongue:
    """Which language the cards speak: questions and definitions in `ask`, names of concepts in `terms`.

    A card whose concept has no name in `terms`, or whose definition is in another language only, takes what there is.
    """

    ask: Lang
    terms: Lang

    @property
    def name(self) -> str:
        return self.ask if self.ask == self.terms else f"{self.ask}-{self.terms}"


TONGUES = {t.name: t for t in (Tongue("en", "en"), Tongue("ru", "ru"), Tongue("en", "ru"), Tongue("ru", "en"))}


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of an answer. `accept` are all the names that count when it is typed, `text` among them."""

    text: str
    concept: str | None = None
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """
    id        from the concept's IRI and the type, for some types from the other concept's IRI too
    concept   id of the concept that it asks about; `other` the second one, where the type has one
    type      one of TYPES
    lang      of the question
    front     the question; `shown` is what stands below it: a definition to be named, steps to be put in order
    answer    lists of items: one for each source where sources say different things, else a single one
    how       what a right answer has: said (the sense), any (one of the items), all (in any order), ordered
    digest    changes when the lines or the answer change, not when lines move
    """

    id: str
    concept: str
    other: str | None
    type: str
    lang: Lang
    front: str
    shown: tuple[str, ...]
    answer: tuple[tuple[Item, ...], ...]
    how: str
    evidence: tuple[Evidence, ...]
    digest: str = field(default="")

    def __post_init__(self) -> None:
        if not self.front or not self.evidence or not self.answer or not all(i.text for of in self.answer for i in of):
            raise ValueError(f"{self.concept}: a {self.type} card with nothing on one of its sides")
        object.__setattr__(self, "digest", self.digest or _digest(self))

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for of in self.answer for item in of)

    @property
    def concepts(self) -> frozenset[str]:
        """Ids of the concepts that it asks about or that answer it."""
        return frozenset({self.concept, self.other, *(i.concept for i in self.items)} - {None})  # type: ignore[arg-type]


def card_id(iri: str, type: str, other_iri: str | None = None) -> str:
    """Sixteen hexadecimal digits, for ever the same: people's history hangs on them."""
    key = "\n".join((iri, type, other_iri or ""))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _digest(card: Card) -> str:
    parts = [fold(i.text) for i in card.items]
    if card.how in {"any", "all"}:
        parts.sort()
    parts += sorted({fold(e.quote) for e in card.evidence})
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
