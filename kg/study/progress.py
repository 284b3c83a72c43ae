"""How far somebody is: what each card stands at, what comes next, what the coming days bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kg.study.card import Card
from kg.study.history import Review
from kg.study.order import needs
from kg.study.schedule import AHEAD, MATURE, Memory, day_of, day_starts

RECENT = 200  # reviews that the true retention is measured on
FORECAST = 14  # days


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of every card of a deck at one moment.

    `last` holds the last review of each card by its id, `shown` the last one in the language choice of the deck.
    """

    deck: Sequence[Card]  # in learning order
    last: Mapping[str, Review]
    shown: Mapping[str, Review]
    log: Sequence[Review]
    at: datetime
    new_per_day: int

    def memory(self, id: str) -> Memory | None:
        found = self.last.get(id)
        return None if found is None else found.memory

    def state(self, id: str) -> str:
        """new, learning, young or mature."""
        memory = self.memory(id)
        if memory is None:
            return "new"
        return "learning" if memory.learning else "mature" if memory.interval >= MATURE else "young"

    # -- today

    @property
    def today(self) -> list[Review]:
        day = day_of(self.at)
        out = []
        for review in reversed(self.log):
            if day_of(review.at) < day:
                break
            out.append(review)
        return out

    @property
    def done(self) -> int:
        """Cards of the deck that were asked today."""
        asked = {(r.concept, r.type, r.other) for r in self.today}
        return sum((c.concept, c.type, c.other) in asked for c in self.deck)

    @property
    def new_left(self) -> int:
        """New cards that may still be shown today, as far as there are any."""
        begun = sum(review.was == "new" for review in self.today)
        return max(0, min(self.new_per_day - begun, sum(c.id not in self.last for c in self.deck)))

    def due(self) -> list[Card]:
        """What is to be reviewed now: steps of learning by the minute, then reviews by how long they have waited."""
        waiting = [(c, m) for c in self.deck if (m := self.memory(c.id)) is not None and m.is_due(self.at)]
        return [c for c, _ in sorted(waiting, key=lambda row: (not row[1].learning, row[1].due))]

    def next(self) -> Card | None:
        """Due cards first, then new ones, then a step of learning that is nearly due."""
        if due := self.due():
            return due[0]
        if self.new_left and (card := self._new()) is not None:
            return card
        soon = [(m.due, c) for c in self.deck if (m := self.memory(c.id)) is not None and m.learning]
        soon = [(when, c) for when, c in soon if when <= self.at + AHEAD]
        return min(soon, key=lambda row: row[0])[1] if soon else None

    def _new(self) -> Card | None:
        """The next in learning order; one on a concept that was asked about today waits for the others.

        (One card often gives the answer of the next one away where both are about the same concept.)
        """
        fresh = [c for c in self.deck if c.id not in self.last]
        asked = {review.concept for review in self.today}
        waiting = {(c.concept, c.type) for c in fresh}
        apart = (c for c in fresh if c.concept not in asked and not any(n in waiting for n in needs(c)))
        return next(apart, fresh[0] if fresh else None)

    @property
    def come_back(self) -> datetime | None:
        """When there is something to do again, if there is nothing now; None where no card has been learned."""
        times = []
        for card in self.deck:
            memory = self.memory(card.id)
            if memory is not None:
                times.append(memory.due - AHEAD if memory.learning else day_starts(day_of(memory.due)))
        if any(c.id not in self.last for c in self.deck) and self.new_per_day:
            times.append(day_starts(day_of(self.at) + timedelta(days=1)))
        return max(min(times), self.at) if times else None

    # -- altogether

    def counts(self) -> dict[str, int]:
        """Cards by state."""
        out = {"new": 0, "learning": 0, "young": 0, "mature": 0}
        for card in self.deck:
            out[self.state(card.id)] += 1
        return out

    def retention(self, *, most: int = RECENT) -> tuple[int, int]:
        """(remembered, asked) among the last reviews of cards that had been learned: what FSRS calls true retention."""
        asked = [r.rating > 1 for r in reversed(self.log) if r.was == "review"][:most]
        return sum(asked), len(asked)

    def forecast(self, *, days: int = FORECAST) -> list[tuple[date, int]]:
        """Reviews of the coming days as things stand, today with what is overdue first; new cards are not foreseen."""
        today = day_of(self.at)
        out = {today + timedelta(days=n): 0 for n in range(days)}
        for card in self.deck:
            memory = self.memory(card.id)
            if memory is not None:
                day = max(today, day_of(memory.due))
                if day in out:
                    out[day] += 1
        return list(out.items())
