"""Where sources disagree about just what is asked (kg.conflicts), every side is told instead of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.answering.draft import Desk, Draft, item, merged
from kg.answering.phrases import say
from kg.conflicts import Conflict, Side
from kg.model import AnswerItem, Fact

_ASKED = {  # kinds of contradiction that bear on a type of question
    "ordering": frozenset({"order"}),
    "enumeration": frozenset({"count"}),
    "membership": frozenset({"class"}),
    "definition": frozenset({"class"}),
    "source": frozenset({"year"}),
}


def both_sides(draft: Draft, desk: Desk, conflicts: Sequence[Conflict]) -> Draft:
    """The draft, or the sides of the contradiction that it would hide."""
    if draft.conflict:
        return draft
    for conflict in conflicts:
        if conflict.kind == "order":
            sides = _order_sides(conflict, draft, desk)
        else:
            sides = _sides(conflict, desk) if _bears(conflict, draft, desk) else []
        if sides:
            return _told(conflict, sides, draft, desk)
    return draft


def _bears(conflict: Conflict, draft: Draft, desk: Desk) -> bool:
    asked = desk.asked
    if conflict.kind == "number":  # whatever was asked: the sentence that answers has another number elsewhere
        first = draft.evidence[:1]
        return any(e.overlaps(f) for side in conflict.sides for e in side.evidence for f in first)
    if conflict.kind not in _ASKED.get(asked.type, frozenset()) | _ASKED.get(draft.type, frozenset()):
        return False
    return conflict.concepts[0] in draft.concepts[:1] and (asked.number or conflict.kind != "count")


def _sides(conflict: Conflict, desk: Desk) -> list[AnswerItem]:
    known = next((c for c in conflict.concepts if c in desk.structure.concepts), None)
    return [item(side.value, known, side.evidence) for side in conflict.sides]


def _order_sides(conflict: Conflict, draft: Draft, desk: Desk) -> list[AnswerItem]:
    """What each document has beside the thing that is asked about, or at the place; the pair that they turn round,
    where one has nothing there; none, where they say the same of it."""
    asked = desk.asked
    if "order" not in _ASKED.get(asked.type, frozenset()) | _ASKED.get(draft.type, frozenset()):
        return []
    anchor = ""
    if asked.direction:
        named = [*(k.concept for k in asked.links), *draft.concepts[-1:]]
        anchor = next((i for i in named if _ordered_with(i, conflict, desk)), "")
        found = [_beside(anchor, side, desk) for side in conflict.sides]
    elif asked.position is not None and len(draft.concepts) > 1:
        found = [_placed(draft.concepts[1], conflict, side, desk) for side in conflict.sides]
        if not all(found):
            return []
    else:
        return []
    if len({frozenset(own) for own in found}) < len(found):
        return []
    if not all(found):
        return _sides(conflict, desk)
    return [_said(own, anchor, desk) for own in found]


def _ordered_with(anchor: str, conflict: Conflict, desk: Desk) -> bool:
    if anchor in conflict.concepts:
        return True
    return any(set(conflict.concepts) <= set(one.ids) for one in desk.structure.of_member.get(anchor, ()))


def _beside(anchor: str, side: Side, desk: Desk) -> Mapping[str, Fact]:
    """What the side's document has right after a thing, or right before it."""
    after = desk.asked.direction == "after"
    facts = desk.structure.following(anchor) if after else desk.structure.preceding(anchor)
    return {(f.object if after else f.subject) or "": f for f in facts if f.evidence.document == side.document}


def _placed(whole: str, conflict: Conflict, side: Side, desk: Desk) -> Mapping[str, Fact]:
    """What stands at the place that is asked for in the side's list."""
    for one in desk.structure.by_whole.get(whole, ()):
        if one.document == side.document and set(conflict.concepts) <= set(one.ids):
            n = len(one.members) if desk.asked.position == -1 else desk.asked.position or 0
            return {f.subject: f for f in one.members[max(0, n - 1) : n]}
    return {}


def _said(own: Mapping[str, Fact], anchor: str, desk: Desk) -> AnswerItem:
    """`anchor`: what it stands beside, "" where a place was asked for."""
    names = ", ".join(desk.label(i) for i in own)
    if anchor:
        sides = [desk.label(anchor), names]
        names = " → ".join(sides if desk.asked.direction == "after" else reversed(sides))
    return item(names, next(iter(own)), [f.evidence for f in own.values()])


def _told(conflict: Conflict, items: Sequence[AnswerItem], draft: Draft, desk: Desk) -> Draft:
    whole = (conflict.about,) if conflict.kind == "order" else ()
    linked = [k.concept for k in desk.asked.links] if conflict.kind == "number" else []
    known = [c for c in (*whole, *linked, *conflict.concepts, *draft.concepts) if c in desk.structure.concepts]
    sides = "; ".join(dict.fromkeys(i.label.removesuffix(".") for i in items))
    text = say("conflict", desk.lang, x=desk.label(known[0]) if known else desk.asked.text, y=sides)
    evidence = merged(e for i in items for e in i.evidence)
    return Draft(
        draft.type, text, tuple(items), tuple(dict.fromkeys(known)), evidence, draft.told, draft.direct, conflict=True
    )
