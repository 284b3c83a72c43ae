"""The study desk: the cards of one build with what a person has learned of them (its JSON: kg.desk_views).

A card is shown only if every line that it stands on has just been found in the stored text. What was learned of a
card whose lines are gone is kept: it is retired, and goes on where it stopped should they come back. A concept that
was renamed or merged takes its history along.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import NotFound, QueryError, UsageError
from kg.ontology import concept_iri
from kg.study import history as log
from kg.study.card import TONGUES, Card, Tongue, card_id
from kg.study.check import Checked, check
from kg.study.compile import compile_cards
from kg.study.history import Face, History, Review
from kg.study.order import in_learning_order
from kg.study.progress import Standing
from kg.study.quiz import Question, Quiz
from kg.study.schedule import RATINGS, Clock, Plan, day_of, now
from kg.text import label_key

if TYPE_CHECKING:
    from kg.base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Change:
    """What a card showed when it was last reviewed, where its lines say something else now, or nothing any more."""

    card: Card | None
    before: Face
    review: Review


@dataclass(frozen=True, slots=True)
class _Seen:
    """The log as it was read; `last` by card, `shown` by language choice and card."""

    rows: Sequence[Review]
    log: Sequence[Review]
    last: Mapping[str, Review]
    shown: Mapping[str, Mapping[str, Review]]


class Deck:
    """The cards of one language choice."""

    def __init__(self, kb: KnowledgeBase, tongue: Tongue) -> None:
        made = compile_cards(kb.graph, kb.ontology, tongue=tongue)
        self._kb, self.tongue = kb, tongue
        self.cards = in_learning_order([c for c in made if all(map(kb.verified, c.evidence))])
        self.by_id: Mapping[str, Card] = {c.id: c for c in self.cards}

    @cached_property
    def quiz(self) -> Quiz:
        return Quiz.of(self._kb.graph, self.cards)


class Desk:
    """Study over one build. Safe to use from several threads; the history may be shared with other processes."""

    def __init__(self, kb: KnowledgeBase, *, history: History | None = None, clock: Clock = now) -> None:
        self.kb, self.clock = kb, clock
        self.history = history or History(log.place(kb.settings.home))
        self.plan = Plan(kb.settings.retention)
        self._decks: dict[str, Deck] = {}
        self._lock = threading.Lock()
        self._ids: dict[tuple[str, str, str | None], str] = {}
        self._seen = _Seen((), (), {}, {})

    # -- cards

    def deck(self, tongue: str) -> Deck:
        """The cards in one of TONGUES. UsageError for another name."""
        if tongue not in TONGUES:
            raise UsageError(f"there are no cards in {tongue[:20]!r}; choose one of {', '.join(TONGUES)}")
        with self._lock:
            if tongue not in self._decks:
                self._decks[tongue] = Deck(self.kb, TONGUES[tongue])
            return self._decks[tongue]

    def prepared(self, tongue: str) -> bool:
        """Whether `deck` would answer at once."""
        return tongue in self._decks

    @cached_property
    def _every_id(self) -> frozenset[str]:
        return frozenset(id for name in TONGUES for id in self.deck(name).by_id)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Keys of all names in the course: a typed answer that is one of them means that concept."""
        return frozenset(label_key(text) for c in self.kb.graph.concepts.values() for text, _ in c.all_labels()) - {""}

    def card(self, id: str, *, tongue: str) -> Card:
        """NotFound for a card that is not there, with the reason where it once was."""
        card = self.deck(tongue).by_id.get(id)
        if card is not None:
            return card
        if id in self._log().last:
            raise NotFound("the line that this card stood on is gone; the card is retired, its history is kept")
        raise NotFound(f"there is no card {id[:40]!r}; see /api/cards")

    def question(self, card: Card, *, tongue: str, at: datetime) -> Question | None:
        """Options of a quiz, others every day."""
        return self.deck(tongue).quiz.question(card, seed=day_of(at).isoformat())

    # -- history

    def _log(self) -> _Seen:
        """The log with concepts as they are called now; made anew when something was added."""
        rows = self.history.reviews()
        seen = self._seen
        if rows is not seen.rows:
            present = [self._named_now(r) for r in rows]
            last = {self._id(r): r for r in present}
            shown: dict[str, dict[str, Review]] = {}
            for r in present:
                shown.setdefault(r.tongue, {})[self._id(r)] = r
            seen = self._seen = _Seen(rows, present, last, shown)
        return seen

    def _present(self, id: str) -> str:
        seen: set[str] = set()
        while id not in self.kb.graph.concepts and id in self.kb.graph.redirects and id not in seen:
            seen.add(id)
            id = self.kb.graph.redirects[id]
        return id

    def _named_now(self, review: Review) -> Review:
        concept = self._present(review.concept)
        other = None if review.other is None else self._present(review.other)
        same = concept == review.concept and other == review.other
        return review if same else replace(review, concept=concept, other=other)

    def _id(self, review: Review) -> str:
        """Of the card that a review is of, by the present names of its concepts."""
        key = review.concept, review.type, review.other
        if key not in self._ids:
            other = None if review.other is None else self._iri(self._present(review.other))
            self._ids[key] = card_id(self._iri(self._present(review.concept)), review.type, other)
        return self._ids[key]

    def _iri(self, concept: str) -> str:
        found = self.kb.graph.concepts.get(concept)
        return concept_iri(concept) if found is None else found.iri

    def standing(self, tongue: str) -> Standing:
        seen, deck = self._log(), self.deck(tongue)
        return Standing(
            deck.cards, seen.last, seen.shown.get(tongue, {}), seen.log, self.clock(), self.kb.settings.new_per_day
        )

    def waiting(self, tongue: str) -> int:
        """Cards that could be reviewed or learned now: what the page shows beside "Study"."""
        standing = self.standing(tongue)
        return len(standing.due()) + standing.new_left

    def change(self, card: Card, *, tongue: str, standing: Standing | None = None) -> Change | None:
        """What changed about a card since it was last reviewed in this language choice; None where nothing did."""
        seen = (standing or self.standing(tongue)).shown.get(card.id)
        if seen is None or seen.digest == card.digest:
            return None
        before = self.history.face(seen.digest, tongue)
        return None if before is None else Change(card, before, seen)

    def changed(self, tongue: str) -> list[Change]:
        standing = self.standing(tongue)
        found = (self.change(c, tongue=tongue, standing=standing) for c in standing.deck if c.id in standing.shown)
        return [change for change in found if change is not None]

    def retired(self) -> list[Change]:
        """Cards that were learned and have no line left, the latest first."""
        gone = [r for id, r in self._log().last.items() if id not in self._every_id]
        faces = [(r, self.history.face(r.digest, r.tongue)) for r in sorted(gone, key=lambda r: r.id, reverse=True)]
        return [Change(None, face, r) for r, face in faces if face is not None]

    # -- what people do

    def check(self, card: Card, typed: str) -> Checked:
        return check(card, typed, others=self._names)

    def review(
        self, id: str, *, tongue: str, rating: int | None = None, typed: str | None = None, after: int | None = None
    ) -> tuple[Review, Checked | None]:
        """Take a review: a rating of 1 to 4, or a typed answer that is rated as `check` suggests; both: the rating.

        `after` is the number of the card's last review that the person had seen (0: none). A second click on the same
        card is a QueryError then, not a second review.
        """
        card = self.card(id, tongue=tongue)
        checked = None if typed is None else self.check(card, typed)
        given = rating if rating is not None else None if checked is None else checked.rating
        if given not in RATINGS:
            raise QueryError("a review has a rating (1 again, 2 hard, 3 good, 4 easy) or a typed answer")
        at = self.clock()

        def entry(rows: Sequence[Review]) -> tuple[Card, Review]:
            before = next((r for r in reversed(rows) if self._id(r) == id), None)
            if after is not None and after != (before.id if before else 0):
                raise QueryError("this card has been reviewed meanwhile; go on with the next one")
            memory = None if before is None else before.memory
            when = at if memory is None else max(at, memory.last)  # a clock that was set back
            made = self.plan.rate(memory, given, when)
            was = "new" if memory is None else memory.state
            result = checked.result if checked is not None else ""
            return card, Review(
                0, when, card.concept, card.type, card.other, tongue, card.digest, given, result, was, made
            )

        return self.history.add(entry), checked

    def undo(self) -> Review:
        """Take the last review back. NotFound where there is none."""
        undone = self.history.undo(self.clock())
        if undone is None:
            raise NotFound("there is no review to undo")
        return undone
