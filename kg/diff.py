"""What changed between two builds, as concepts and statements.

A statement is the same if subject, predicate and object are, wherever it stands: moving a line
changes nothing. Its first place is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Concept, Fact, Graph
from kg.views import Json, evidence, ref

if TYPE_CHECKING:
    from kg.base import KnowledgeBase

_Said = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A concept that both builds have, differently: `what` names the differences."""

    before: Concept
    after: Concept
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Concepts sorted by label; `said` and `unsaid` are the statements that came and went."""

    added: tuple[Concept, ...]
    removed: tuple[Concept, ...]
    changed: tuple[Change, ...]
    said: tuple[Fact, ...]
    unsaid: tuple[Fact, ...]


def diff(old: Graph, new: Graph) -> Difference:
    """Concepts are compared by id; one that became another (redirects) is told as changed, not as removed."""
    moved = {i: _end(new, i) for i in old.concepts if i not in new.concepts}
    gone = {i for i, to in moved.items() if to not in new.concepts}
    reached = {to for i, to in moved.items() if i not in gone}
    changed = []
    for id, before in old.concepts.items():
        after = new.concepts.get(moved.get(id, id))
        if after is not None and (what := _differences(before, after)):
            changed.append(Change(before, after, what))
    before_said = {_said(f, moved): f for f in reversed(old.facts)}
    after_said = {_said(f, {}): f for f in reversed(new.facts)}
    return Difference(
        _sorted(c for i, c in new.concepts.items() if i not in old.concepts and i not in reached),
        _sorted(old.concepts[i] for i in gone),
        tuple(sorted(changed, key=lambda c: (c.before.label.casefold(), c.before.id))),
        tuple(f for key, f in sorted(after_said.items()) if key not in before_said),
        tuple(f for key, f in sorted(before_said.items()) if key not in after_said),
    )


def as_json(found: Difference, *, old: KnowledgeBase, new: KnowledgeBase) -> Json:
    """`{concepts: {added, removed, changed}, statements: {added, removed}}`."""
    return {
        "concepts": {
            "added": [ref(c) for c in found.added],
            "removed": [ref(c) for c in found.removed],
            "changed": [
                {"before": ref(c.before), "after": ref(c.after), "what": ", ".join(c.what)} for c in found.changed
            ],
        },
        "statements": {
            "added": _statements(found.said, new),
            "removed": _statements(found.unsaid, old),
        },
    }


def _statements(facts: Sequence[Fact], kb: KnowledgeBase) -> list[Json]:
    def name(id: str) -> str:
        return kb.graph.concepts[id].label if id in kb.graph.concepts else id

    return [
        {
            "subject": f.subject,
            "predicate": f.predicate,
            "object": f.object,
            "value": f.value,
            "text": f"{name(f.subject)} {f.predicate} {name(f.object) if f.object is not None else f.value}",
            "evidence": cited,
        }
        for f in facts
        if (cited := evidence(kb, [f.evidence]))
    ]


def _end(graph: Graph, id: str) -> str:
    """Where redirects lead; the id itself if nowhere."""
    seen = {id}
    while id in graph.redirects and graph.redirects[id] not in seen:
        id = graph.redirects[id]
        seen.add(id)
    return id


def _differences(before: Concept, after: Concept) -> tuple[str, ...]:
    what = []
    if before.id != after.id:
        what.append(f"id {before.id} became {after.id}")
    if before.kind != after.kind:
        what.append(f"kind {before.kind} became {after.kind}")
    if dict(before.labels) != dict(after.labels):
        what.append("preferred label")
    if set(before.alt_labels) != set(after.alt_labels):
        what.append("other labels")
    return tuple(what)


def _said(fact: Fact, moved: Mapping[str, str]) -> _Said:
    """What it says, in today's ids: subject, predicate, object or value, language."""
    said = moved.get(fact.object, fact.object) if fact.object is not None else f"= {fact.value}"
    return moved.get(fact.subject, fact.subject), fact.predicate, said, fact.lang


def _sorted(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    return tuple(sorted(concepts, key=lambda c: (c.label.casefold(), c.id)))
