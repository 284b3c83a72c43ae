"""What the notes say between concepts, for grading: only facts whose quotes stand where they are said to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kg.export.view import HIERARCHY, SYMMETRIC
from kg.model import Fact

if TYPE_CHECKING:
    from kg.base import KnowledgeBase

# What holds from the first to the third where it holds from the first to the second and from there to the third.
TRANSITIVE = frozenset({"part-of", "kind-of", "precedes", "same-as"})
# What cannot hold both ways; "supports" can.
ONE_WAY = frozenset({*HIERARCHY, "precedes", "becomes", "introduced-by", "created-by", "covers"})
_STEPS = 6  # facts in a chain: longer ones prove little


class Course:
    """Facts between concepts by their ends; every fact in it has been verified while it was made."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.graph, self.ontology = kb.graph, kb.ontology
        self._facts: dict[tuple[str, str, str], list[Fact]] = {}
        self._out: dict[tuple[str, str], list[str]] = {}
        self._into: dict[tuple[str, str], list[str]] = {}
        self._between: dict[frozenset[str], list[Fact]] = {}
        self.near: dict[str, set[str]] = {id: set() for id in kb.graph.concepts}
        for f in kb.graph.facts:
            if f.object is None or f.object == f.subject or f.object not in self.near or f.subject not in self.near:
                continue
            if not kb.verified(f.evidence):
                continue
            self._facts.setdefault((f.subject, f.predicate, f.object), []).append(f)
            self._between.setdefault(frozenset((f.subject, f.object)), []).append(f)
            self.near[f.subject].add(f.object)
            self.near[f.object].add(f.subject)
        for s, p, o in self._facts:
            self._out.setdefault((p, s), []).append(o)
            self._into.setdefault((p, o), []).append(s)

    def between(self, a: str, b: str) -> tuple[Fact, ...]:
        """All that is said directly of the two, either way."""
        return tuple(self._between.get(frozenset((a, b)), ()))

    def proof(self, subject: str, predicate: str, object: str) -> tuple[Fact, ...]:
        """Facts by which it holds: stated, or through a chain; empty if the notes do not say so."""
        if subject == object:
            return ()
        stated = self._facts.get((subject, predicate, object), [])
        if not stated and predicate in SYMMETRIC:
            stated = self._facts.get((object, predicate, subject), [])
        if stated:
            return tuple(stated)
        if predicate in TRANSITIVE:
            return self._chain(subject, (predicate,), object)
        if predicate == "example-of":  # an example of a kind is one of the genus
            for kind in self._out.get(("example-of", subject), ()):
                if further := self._chain(kind, ("kind-of",), object):
                    return (*self._facts[subject, "example-of", kind][:1], *further)
        return ()

    def above(self, below: str, above: str) -> tuple[Fact, ...]:
        """Facts that put the one above the other, by whatever relation of the hierarchy."""
        return self._chain(below, HIERARCHY, above)

    def members(self, whole: str, predicate: str) -> dict[str, Fact]:
        """What a source lists of `whole`, in its order: members that have a place in the list."""
        found: dict[str, Fact] = {}
        for s in self._into.get((predicate, whole), ()):
            placed = [f for f in self._facts[s, predicate, whole] if f.position is not None]
            if placed:
                found[s] = placed[0]
        return dict(sorted(found.items(), key=lambda row: (row[1].evidence.document, row[1].position or 0, row[0])))

    def wholes(self, member: str, predicate: str) -> list[str]:
        """The wholes whose lists have this member."""
        return [w for w in self._out.get((predicate, member), ()) if member in self.members(w, predicate)]

    def siblings(self, a: str, b: str) -> bool:
        """Whether the two are set beside each other: below one thing. One class is not enough: all lists are of few."""
        return bool(self.parents(a) & self.parents(b))

    def parents(self, id: str) -> frozenset[str]:
        """What it is a part, a kind or an example of."""
        return self._parents.get(id, frozenset())

    def listed_together(self, a: str, b: str) -> tuple[Fact, ...]:
        """Two facts by which one list has both, () if none has."""
        for p in ("part-of", "kind-of"):
            for whole in self.wholes(a, p):
                members = self.members(whole, p)
                if b in members:
                    return members[a], members[b]
        return ()

    @cached_property
    def _parents(self) -> Mapping[str, frozenset[str]]:
        out: dict[str, set[str]] = {}
        for s, p, o in self._facts:
            if p in HIERARCHY:
                out.setdefault(s, set()).add(o)
        return {id: frozenset(above) for id, above in out.items()}

    def _chain(self, start: str, predicates: Iterable[str], end: str) -> tuple[Fact, ...]:
        """The shortest chain of facts from `start` to `end`, one fact a step."""
        predicates = tuple(predicates)
        came: dict[str, tuple[str, Fact] | None] = {start: None}
        queue = deque([(start, 0)])
        while queue:
            here, steps = queue.popleft()
            if here == end or steps == _STEPS:
                continue
            for p in predicates:
                for there in self._out.get((p, here), ()):
                    if there not in came:
                        came[there] = (here, self._facts[here, p, there][0])
                        queue.append((there, steps + 1))
        way: list[Fact] = []
        step = came.get(end)
        while step is not None:
            way.append(step[1])
            step = came[step[0]]
        return tuple(reversed(way))
