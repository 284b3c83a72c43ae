"""When a card comes back: FSRS 6 (https://github.com/open-spaced-repetition), by py-fsrs, without chance or clock.

The intervals carry no random part, so that the time that a button shows is the time that it gives, and that reviews
which are read again from the log lead to the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fsrs import Card as FsrsCard
from fsrs import Rating, Scheduler, State

Clock = Callable[[], datetime]

AGAIN, HARD, GOOD, EASY = RATINGS = (1, 2, 3, 4)
NAMES = {AGAIN: "again", HARD: "hard", GOOD: "good", EASY: "easy"}
MATURE = timedelta(days=21)  # an interval as long as this, and the card counts as mature
AHEAD = timedelta(minutes=20)  # a step of learning that is so near is taken now, where nothing else is left
_NIGHT = timedelta(hours=4)  # a day ends at four in the morning


def now() -> datetime:
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """The day that a moment belongs to, at the place of this machine."""
    return (at.astimezone() - _NIGHT).date()


def day_starts(day: date) -> datetime:
    """When a day begins, in UTC."""
    return (datetime(day.year, day.month, day.day).astimezone() + _NIGHT).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """How well a card is known. `state` is learning, review or relearning; `stability` in days."""

    state: str
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    last: datetime

    @property
    def interval(self) -> timedelta:
        return self.due - self.last

    @property
    def learning(self) -> bool:
        return self.state != "review"

    def is_due(self, at: datetime) -> bool:
        """A step of learning to the minute, anything longer from the beginning of its day."""
        return self.due <= at if self.learning else day_of(self.due) <= day_of(at)


@dataclass(frozen=True, slots=True)
class Plan:
    """`retention`: the share of reviews that should be remembered; the higher, the sooner cards come back."""

    retention: float

    def rate(self, memory: Memory | None, rating: int, at: datetime) -> Memory:
        """What is known after a review at this time; None before the first one."""
        at = at.astimezone(UTC)
        card = FsrsCard(card_id=1, due=at) if memory is None else _card(memory)
        scheduler = Scheduler(desired_retention=self.retention, enable_fuzzing=False)
        after, _ = scheduler.review_card(card, Rating(rating), at)
        if after.stability is None or after.difficulty is None:
            raise AssertionError("a review without a result")
        return Memory(after.state.name.lower(), after.step, after.stability, after.difficulty, after.due, at)

    def intervals(self, memory: Memory | None, at: datetime) -> Mapping[int, timedelta]:
        """How long it would be until the card comes back, for each rating."""
        return {rating: self.rate(memory, rating, at).due - at for rating in RATINGS}


def _card(memory: Memory) -> FsrsCard:
    return FsrsCard(
        card_id=1,
        state=State[memory.state.capitalize()],
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last,
    )
