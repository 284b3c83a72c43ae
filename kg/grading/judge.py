"""One proposition of a map against the notes: supported, in substance, contradicted, or not mentioned.

Every reading of the phrase and every concept that a label may mean is tried, and the best is what counts: a student is
not to be marked down for a homonym or for a phrase of two senses.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.export.view import HIERARCHY
from kg.grading.course import ONE_WAY, Course
from kg.grading.linking import NESTED, Phrasebook, Reading, Said
from kg.grading.model import VERDICTS, Judgement, Link, Named, Verdict
from kg.model import Fact

_SHOWN = 6  # facts of a list that are shown as proof that something is not in it

_Finding = tuple[Verdict, str, tuple[Fact, ...]]


def judge(
    link: Link, *, subjects: Sequence[Named], objects: Sequence[Named], course: Course, phrasebook: Phrasebook
) -> Judgement:
    """The best judgement over all concepts that the two labels may mean."""
    said = NESTED if link.nested else phrasebook.read(link.phrase)
    best: Judgement | None = None
    for s in subjects:
        for o in objects:
            if s.concept == o.concept:
                continue
            verdict, rule, facts = _of_pair(s.concept, o.concept, said, link, course)
            found = Judgement(link, verdict, rule, s.concept, o.concept, facts)
            if best is None or VERDICTS.index(verdict) < VERDICTS.index(best.verdict):
                best = found
    if best is not None:
        return best
    known = (subjects[0].concept if subjects else None), (objects[0].concept if objects else None)
    rule = "one-concept" if subjects and objects else "unknown-concept"
    return Judgement(link, "not_mentioned", rule, *known)


def _of_pair(s: str, o: str, said: Said, link: Link, course: Course) -> _Finding:
    readings = _turned(said, link)
    holds = _holds(s, o, readings, course)
    against = None if holds else _against(s, o, readings, course)
    if said.negated:
        if holds:
            return "contradicted", "denied", holds[1]
        if against:
            return "supported", "rightly-denied", against[1]
        return "not_mentioned", "no-statement", ()
    if holds:
        return "supported", *holds
    if against:
        return "contradicted", *against
    there = course.between(s, o)
    if there:
        return "imprecise", _why_imprecise(said, link, there), there
    together = course.listed_together(s, o)
    return "not_mentioned", "siblings" if together else "no-statement", together


def _turned(said: Said, link: Link) -> list[Reading]:
    """The readings in a fixed order; both ways where the line has no direction."""
    found = set(said.readings)
    if not link.directed:
        found |= {Reading(r.predicate, not r.inverse) for r in found}
    return sorted(found)


def _ends(s: str, o: str, reading: Reading) -> tuple[str, str]:
    return (o, s) if reading.inverse else (s, o)


def _holds(s: str, o: str, readings: Sequence[Reading], course: Course) -> tuple[str, tuple[Fact, ...]] | None:
    chained: tuple[str, tuple[Fact, ...]] | None = None
    for reading in readings:
        a, b = _ends(s, o, reading)
        proof = course.proof(a, reading.predicate, b)
        if proof and all({f.subject, f.object} == {a, b} for f in proof):
            return "stated", proof
        if proof and chained is None:
            chained = "chain", proof
    return chained


def _against(s: str, o: str, readings: Sequence[Reading], course: Course) -> tuple[str, tuple[Fact, ...]] | None:
    """What in the notes rules the proposition out, by the first rule that does."""
    for reading in readings:
        a, b = _ends(s, o, reading)
        if reading.predicate in ONE_WAY and (proof := course.proof(b, reading.predicate, a)):
            return "reversed", proof
        if reading.predicate in HIERARCHY and (proof := course.above(b, a)):
            return "reversed", proof
    for reading in readings:
        other = {"same-as": "contrasts-with", "contrasts-with": "same-as"}.get(reading.predicate)
        if other and (proof := course.proof(s, other, o)):
            return "set-apart" if other == "contrasts-with" else "one-thing", proof
    for reading in readings:
        a, b = _ends(s, o, reading)
        if reading.predicate in HIERARCHY and not course.above(a, b) and (proof := _other_whole(a, b, course)):
            return "other-whole", proof
    return None


def _other_whole(member: str, whole: str, course: Course) -> tuple[Fact, ...]:
    """Proof that `member` stands in the list of another whole, while the list of `whole` has others: () if not so.

    Both lists must be of things set beside each other; that a member of one stands in no list proves nothing.
    """
    for p in ("part-of", "kind-of"):
        listed = course.members(whole, p)
        if len(listed) < 2:
            continue
        for right in course.wholes(member, p):
            if course.siblings(right, whole) and not course.above(right, whole) and not course.above(whole, right):
                return (course.members(right, p)[member], *list(listed.values())[:_SHOWN])
    return ()


def _why_imprecise(said: Said, link: Link, there: Sequence[Fact]) -> str:
    if link.nested:
        return "other-link"
    if not link.phrase:
        return "unlabelled"
    if not said.readings:
        return "unknown-link"
    if said.vague:
        return "vague"
    return "only-related" if {f.predicate for f in there} == {"related"} else "other-link"
