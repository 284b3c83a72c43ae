"""The JSON that command line, API and page tell of the study desk; evidence is looked up again as it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kg import views
from kg.desk import Change, Desk
from kg.study.card import Card
from kg.study.check import Checked
from kg.study.history import Review
from kg.study.progress import Standing
from kg.study.schedule import NAMES
from kg.views import Json

MOST_GONE = 100  # changed and retired cards that are listed


def overview(desk: Desk, tongue: str) -> Json:
    """`{cards, total, due, new, done, counts, changed, retired, retention, forecast, come_back}`."""
    standing = desk.standing(tongue)
    remembered, asked = standing.retention()
    due, fresh = len(standing.due()), standing.new_left
    return {
        "cards": tongue,
        "total": len(standing.deck),
        "due": due,
        "new": fresh,
        "done": standing.done,
        "counts": standing.counts(),
        "changed": len(desk.changed(tongue)),
        "retired": len(desk.retired()),
        "retention": {
            "share": round(remembered / asked, 4) if asked else None,
            "reviews": asked,
            "wanted": desk.plan.retention,
        },
        "forecast": [{"day": day.isoformat(), "reviews": n} for day, n in standing.forecast()],
        "come_back": _iso(standing.come_back) if not due and not fresh else None,
    }


def following(desk: Desk, tongue: str, *, quiz: bool = False, concept: str | None = None) -> Json:
    """`{card, left: {due, new, done}, come_back}`; without a card, `come_back` says when there is one again.

    With `concept` all of it is told of the cards that ask about it or that it answers. NotFound: no such concept.
    """
    standing = desk.standing(tongue)
    if concept is not None:
        id = desk.kb.concept(concept).id
        standing = replace(standing, deck=[c for c in standing.deck if id in c.concepts])
    found = standing.next()
    return {
        "card": None if found is None else card(desk, found, tongue=tongue, standing=standing, quiz=quiz),
        "left": {"due": len(standing.due()), "new": standing.new_left, "done": standing.done},
        "come_back": _iso(standing.come_back) if found is None else None,
    }


def cards(desk: Desk, tongue: str, *, concept: str | None = None, limit: int = 100, offset: int = 0) -> Json:
    """`{total, cards}` in learning order; with `concept` those that ask about it, then those that it answers."""
    standing = desk.standing(tongue)
    id = None if concept is None else desk.kb.concept(concept).id
    found = [c for c in standing.deck if id is None or id in c.concepts]
    found.sort(key=lambda c: id is not None and c.concept != id)
    rows = [card(desk, c, tongue=tongue, standing=standing) for c in found[offset : offset + limit]]
    return {"total": len(found), "cards": rows}


def card(desk: Desk, card: Card, *, tongue: str, standing: Standing, quiz: bool = False) -> Json:
    """A card with its answer and its lines, and how it stands; `intervals` in seconds, `options` in a quiz only."""
    memory, last = standing.memory(card.id), standing.last.get(card.id)
    change = desk.change(card, tongue=tongue, standing=standing)
    concepts = desk.kb.graph.concepts
    row: Json = {
        "id": card.id,
        "type": card.type,
        "lang": card.lang,
        "concept": views.ref(concepts[card.concept]),
        "other": None if card.other is None else views.ref(concepts[card.other]),
        "front": card.front,
        "shown": list(card.shown),
        "answer": [[{"text": i.text, "id": i.concept} for i in of] for of in card.answer],
        "how": card.how,
        "evidence": views.evidence(desk.kb, card.evidence),
        "state": standing.state(card.id),
        "due": None if memory is None else _iso(memory.due),
        "after": 0 if last is None else last.id,
        "intervals": {
            NAMES[rating]: round(span.total_seconds())
            for rating, span in desk.plan.intervals(memory, standing.at).items()
        },
        "changed": None if change is None else before(change),
    }
    if quiz:
        question = desk.question(card, tongue=tongue, at=standing.at)
        row["options"] = None if question is None else list(question.options)
    return row


def gone(desk: Desk, tongue: str) -> Json:
    """`{changed: [{card, before}], retired: [before]}`: what cards showed before their lines changed or went."""
    standing = desk.standing(tongue)
    return {
        "changed": [
            {"card": card(desk, c.card, tongue=tongue, standing=standing), "before": before(c)}
            for c in desk.changed(tongue)[:MOST_GONE]
            if c.card is not None
        ],
        "retired": [before(c) for c in desk.retired()[:MOST_GONE]],
    }


def before(change: Change) -> Json:
    """`{type, front, answer, lines, reviewed}` as they were; these lines are not verified, they are history."""
    return {
        "type": change.review.type,
        "front": change.before.front,
        "answer": [list(of) for of in change.before.answer],
        "lines": [
            {"document": document, "lines": list(lines), "quote": quote}
            for document, lines, quote in change.before.lines
        ],
        "reviewed": _iso(change.review.at),
    }


def reviewed(review: Review, checked: Checked | None = None) -> Json:
    """`{rating, was, state, due, checked}`: what became of a review."""
    return {
        "rating": review.rating,
        "was": review.was,
        "state": review.memory.state,
        "due": _iso(review.memory.due),
        "checked": None if checked is None else verdict(checked),
    }


def verdict(checked: Checked) -> Json:
    """`{result, rating, found, missing, extra, in_order}` of a typed answer."""
    return {
        "result": checked.result,
        "rating": checked.rating,
        "found": list(checked.found),
        "missing": list(checked.missing),
        "extra": list(checked.extra),
        "in_order": checked.in_order,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
