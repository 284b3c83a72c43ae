"""The shapes of the study desk, as api.schemas has them for the rest."""

from __future__ import annotations

from typing import Literal

from api.schemas import ConceptRef, Evidence, Shape

CardType = Literal[
    "definition", "term", "members", "kinds", "order", "next", "compare", "belongs-to", "author", "origin"
]


class Item(Shape):
    """`id` is the concept that it names, if it names one."""

    text: str
    id: str | None


class OldLine(Shape):
    document: str
    lines: tuple[int, int]
    quote: str


class Before(Shape):
    """What a card showed when it was last reviewed. Its lines are history: they may be gone."""

    type: CardType
    front: str
    answer: list[list[str]]
    lines: list[OldLine]
    reviewed: str


class Intervals(Shape):
    """Seconds until the card comes back, for each rating."""

    again: int
    hard: int
    good: int
    easy: int


class Card(Shape):
    """`answer` holds one list for each source where sources say different things; `how` says what counts as right."""

    id: str
    type: CardType
    lang: str
    concept: ConceptRef
    other: ConceptRef | None
    front: str
    shown: list[str]
    answer: list[list[Item]]
    how: Literal["said", "any", "all", "ordered"]
    evidence: list[Evidence]
    state: Literal["new", "learning", "young", "mature"]
    due: str | None
    after: int
    intervals: Intervals
    changed: Before | None
    options: list[str] | None = None


class Cards(Shape):
    total: int
    cards: list[Card]


class Left(Shape):
    due: int
    new: int
    done: int


class Next(Shape):
    card: Card | None
    left: Left
    come_back: str | None


class Counts(Shape):
    new: int
    learning: int
    young: int
    mature: int


class Retention(Shape):
    """The share of reviews of learned cards that were remembered, and the share that is aimed at."""

    share: float | None
    reviews: int
    wanted: float


class Day(Shape):
    day: str
    reviews: int


class Overview(Shape):
    cards: str
    total: int
    due: int
    new: int
    done: int
    counts: Counts
    changed: int
    retired: int
    retention: Retention
    forecast: list[Day]
    come_back: str | None


class Verdict(Shape):
    """What a typed answer was worth; `rating` is the one that it suggests."""

    result: Literal["right", "almost", "wrong"]
    rating: int
    found: list[str]
    missing: list[str]
    extra: list[str]
    in_order: bool


class Reviewed(Shape):
    rating: int
    was: Literal["new", "learning", "review", "relearning"]
    state: Literal["learning", "review", "relearning"]
    due: str
    checked: Verdict | None
