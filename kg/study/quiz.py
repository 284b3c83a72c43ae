"""Multiple choice: the right answer among wrong ones that are near to it, the same for the same card and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Graph
from kg.study.card import Card
from kg.study.material import HIERARCHY
from kg.study.quality import gives_away
from kg.text import fold, label_key, printable, script_of

WRONG = 3
_UNEVEN = 2.5  # an option so many times longer than another one is told by its looks
_ONE = frozenset({"definition", "term", "next", "belongs-to"})  # types with one answer to choose


@dataclass(frozen=True, slots=True)
class Question:
    """`options[right]` is true, all the others are not."""

    options: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Quiz:
    """What is near to what, from one graph and its cards."""

    cards: Sequence[Card]
    siblings: Mapping[str, frozenset[str]]  # members of the same wholes
    above: Mapping[str, frozenset[str]]  # all wholes of a concept, whatever is between
    near: Mapping[str, frozenset[str]]  # what one fact connects
    kinds: Mapping[str, str]

    @classmethod
    def of(cls, graph: Graph, cards: Sequence[Card]) -> Quiz:
        up: dict[str, set[str]] = {}
        near: dict[str, set[str]] = {}
        for f in graph.facts:
            if f.object is not None and f.object != f.subject:
                near.setdefault(f.subject, set()).add(f.object)
                near.setdefault(f.object, set()).add(f.subject)
                if f.predicate in HIERARCHY:
                    up.setdefault(f.subject, set()).add(f.object)
        down: dict[str, set[str]] = {}
        for part, wholes in up.items():
            for whole in wholes:
                down.setdefault(whole, set()).add(part)
        siblings = {part: frozenset(s for w in wholes for s in down[w]) - {part} for part, wholes in up.items()}
        return cls(
            cards,
            siblings,
            {part: _closure(part, up) for part in up},
            {id: frozenset(others) for id, others in near.items()},
            {id: c.kind for id, c in graph.concepts.items()},
        )

    def question(self, card: Card, *, seed: str = "") -> Question | None:
        """Options for a card; None for a type that has no single answer, or where there is nothing wrong to offer."""
        if card.type not in _ONE:
            return None
        right = card.items[0].text
        wrong: list[str] = []
        for text in self._wrong(card, seed):
            if len(wrong) == WRONG:
                break
            if not any(_alike(text, other) for other in (*(i.text for i in card.items), *wrong)):
                wrong.append(text)
        if not wrong:
            return None
        options = sorted([right, *wrong], key=lambda text: _draw(seed, card.id, "place", text))
        return Question(tuple(options), options.index(right))

    def _wrong(self, card: Card, seed: str) -> Iterator[str]:
        """Texts that do not answer, the nearest first: siblings, then of the same kind, source and length."""
        true = {label_key(n) for i in card.items for n in i.accept}
        forbidden = self._true(card)
        script = script_of(card.items[0].text)
        ranked = []
        for other in self.cards:
            if other.type != card.type or other.concept == card.concept:
                continue
            answer = other.items[0]
            about = answer.concept if answer.concept is not None else other.concept
            if about in forbidden or label_key(answer.text) in true or {label_key(n) for n in answer.accept} & true:
                continue
            if script_of(answer.text) != script or (card.type == "term" and gives_away(card.shown, answer.text)):
                continue
            ranked.append((self._distance(card, other, about), _draw(seed, card.id, other.id), answer.text))
        yield from (text for _, _, text in sorted(ranked))

    def _distance(self, card: Card, other: Card, about: str) -> int:
        mine = card.items[0].concept or card.concept
        siblings = self.siblings.get(mine, frozenset()) | self.siblings.get(card.concept, frozenset())
        if about in siblings or other.concept in siblings:
            return 0
        far = 1 if self.kinds.get(about) == self.kinds.get(mine) else 3
        a, b = len(card.items[0].text), len(other.items[0].text)
        return far + (card.evidence[0].document != other.evidence[0].document) + 2 * (max(a, b) > _UNEVEN * min(a, b))

    def _true(self, card: Card) -> frozenset[str]:
        """Concepts that would be an answer as well, or almost one."""
        own = {i.concept for i in card.items if i.concept is not None} | {card.concept}
        if card.type == "belongs-to":
            own |= self.above.get(card.concept, frozenset()) | self.near.get(card.concept, frozenset())
        if card.type == "next":
            own |= {c.items[0].concept or "" for c in self.cards if c.type == "next" and c.concept == card.concept}
        return frozenset(own)


def _closure(start: str, up: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for whole in up.get(waiting.pop(), ()):
            if whole not in found:
                found.add(whole)
                waiting.append(whole)
    return frozenset(found)


def _alike(a: str, b: str) -> bool:
    """The same, or one inside the other: neither could be told to be wrong."""
    x, y = fold(printable(a)).rstrip("."), fold(printable(b)).rstrip(".")
    return x in y or y in x or label_key(a) == label_key(b)


def _draw(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).digest()
