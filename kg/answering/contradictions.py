"""Where sources disagree about just what is asked (kg.conflicts), every side is told instead of one of them."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answering.draft import Desk, Draft, item, merged
from kg.answering.phrases import say
from kg.conflicts import Conflict
from kg.model import AnswerItem

_ASKED = {  # kinds of contradiction that bear on a type of question
    "ordering": frozenset({"order"}),
    "enumeration": frozenset({"order", "count"}),
    "membership": frozenset({"class"}),
    "definition": frozenset({"class"}),
    "source": frozenset({"year"}),
}


def both_sides(draft: Draft, desk: Desk, conflicts: Sequence[Conflict]) -> Draft:
    """The draft, or the sides of the contradiction that it would hide."""
    if draft.conflict:
        return draft
    for conflict in conflicts:
        if _bears(conflict, draft, desk):
            return _told(conflict, draft, desk)
    return draft


def _bears(conflict: Conflict, draft: Draft, desk: Desk) -> bool:
    asked = desk.asked
    if conflict.kind not in _ASKED.get(asked.type, ()) and conflict.kind not in _ASKED.get(draft.type, ()):
        return False
    subject = draft.concepts[:1]
    match conflict.kind:
        case "order":  # of a list as a whole, or of a thing and what stands beside it
            named = {k.concept for k in asked.links}
            ordered = asked.type == "ordering" or draft.type == "ordering"
            return ordered and bool(named & set(conflict.concepts) or {conflict.about} & (named | set(draft.concepts)))
        case "count":
            return asked.number and conflict.concepts[0] in subject
        case _:
            return conflict.concepts[0] in subject


def _told(conflict: Conflict, draft: Draft, desk: Desk) -> Draft:
    subject = conflict.about if conflict.kind == "order" and conflict.about else conflict.concepts[0]
    label = desk.label(subject) if subject in desk.structure.concepts else subject
    items: list[AnswerItem] = []
    for side in conflict.sides:
        known = next((c for c in conflict.concepts if c in desk.structure.concepts), None)
        items.append(item(side.value, known, side.evidence))
    text = say("conflict", desk.lang, x=label, y="; ".join(dict.fromkeys(i.label for i in items)))
    concepts = tuple(c for c in (subject, *conflict.concepts) if c in desk.structure.concepts)
    return Draft(
        draft.type, text, tuple(items), tuple(dict.fromkeys(concepts)), merged(e for i in items for e in i.evidence),
        draft.told, draft.direct, conflict=True,
    )  # fmt: skip
