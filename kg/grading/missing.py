"""What a map leaves out: concepts that the notes link with several of its own, and the rest of a list it has begun."""

from __future__ import annotations

from collections.abc import Collection
from statistics import median

from kg.grading.course import Course
from kg.grading.model import Missing
from kg.model import Fact

_LEAST = 2  # links with the map from which a concept may be central
# What stands in notes beside the concepts: expected only in a map that is about such things.
_ABOUT = 3  # concepts of such a class from which it is
_BESIDE = ("source", "session", "person", "organisation", "example", "question")


def central(course: Course, present: Collection[str]) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """(central concepts that are there, those that are not), the best linked first.

    Central for the part of the course that the map is about is what is linked with at least as many of its
    concepts as half of them are among each other, and with two at least; and every member of a list that the map
    has the whole and another member of.
    """
    there = set(present)
    links = {id: len(course.near[id] & there) for id in there}
    least = max(_LEAST, median(links.values())) if links else _LEAST
    left_out = [kind for kind in _BESIDE if sum(_is(course, id, [kind]) for id in there) < _ABOUT]
    around = {near for id in there for near in course.near[id]} - there
    found: list[Missing] = []
    for id in around:
        concept = course.graph.concepts[id]
        if _is(course, id, left_out):
            continue
        count = len(course.near[id] & there)
        if _only_a_heading(course, id, there):
            continue
        listed = _list_of(course, id, there)
        if listed is not None:
            found.append(Missing(concept, "list", count, listed[1], listed[0]))
        elif count >= least:
            found.append(Missing(concept, "central", count, _to_map(course, id, there)))
    found.sort(key=lambda m: (-m.links, m.concept.label, m.concept.id))
    return tuple(sorted(id for id, n in links.items() if n >= least)), tuple(found)


def _is(course: Course, id: str, classes: Collection[str]) -> bool:
    return any(course.ontology.is_a(course.graph.concepts[id].kind, c) for c in classes)


def _only_a_heading(course: Course, id: str, there: set[str]) -> bool:
    """Whether it only gathers what the map has below another concept already ("4 types of touchpoints")."""
    near = {n for n in course.near[id] & there if not _is(course, n, _BESIDE)}
    members = {m for m in near if id in course.parents(m)}
    wholes = {w for m in members for w in course.parents(m) if w in there}
    return bool(members) and all(course.parents(m) & there for m in members) and near - members <= wholes


def _list_of(course: Course, id: str, there: set[str]) -> tuple[str, tuple[Fact, ...]] | None:
    """A whole of the map whose list has this concept and another one of the map, and the line of the list."""
    for p in ("part-of", "kind-of"):
        for whole in course.wholes(id, p):
            members = course.members(whole, p)
            if whole in there and any(m in there for m in members):
                return whole, (members[id],)
    return None


def _to_map(course: Course, id: str, there: set[str]) -> tuple[Fact, ...]:
    """One fact for each concept of the map that it is linked with."""
    return tuple(course.between(id, other)[0] for other in sorted(course.near[id] & there))
