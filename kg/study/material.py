"""What the facts of a graph hold for cards, gathered once: definitions, lists as their sources give them, orders.

Everything is sorted by where it stands in the sources, so that the order in which facts were stored does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Concept, Evidence, Fact, Graph, Lang
from kg.text import fold, label_key, printable

HIERARCHY = ("part-of", "kind-of", "example-of")  # the subject is below the object
_OVERLAP = 0.5  # of two lists: more in common than this, and they are one list told twice


@dataclass(frozen=True, slots=True)
class Said:
    """A text about a concept, with all the lines that say it in these words."""

    text: str
    lang: Lang
    rule: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """The members of a whole as one source lists them; `lines` are theirs, one or more each."""

    members: tuple[str, ...]
    lines: Mapping[str, tuple[Evidence, ...]]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(e for m in self.members for e in self.lines[m])


@dataclass(frozen=True, slots=True)
class Material:
    """`above` and `lists` are keyed by concept, then by predicate; `links` by (subject, predicate, object)."""

    concepts: Mapping[str, Concept]
    said: Mapping[tuple[str, str], tuple[Said, ...]]
    lists: Mapping[tuple[str, str], tuple[Listed, ...]]
    above: Mapping[str, tuple[tuple[str, str], ...]]
    links: Mapping[tuple[str, str, str], tuple[Evidence, ...]]

    def of(self, predicate: str) -> list[tuple[str, str]]:
        return [(a, b) for a, p, b in self.links if p == predicate]

    def objects(self, subject: str, predicate: str) -> list[str]:
        return [b for a, p, b in self.links if a == subject and p == predicate]


def gather(graph: Graph) -> Material:
    """Facts between concepts of the graph, and its literal facts; what hangs in the air is left out."""
    known = {id: c for id, c in graph.concepts.items() if any(printable(text) for text in c.labels.values())}
    facts = sorted((f for f in graph.facts if f.subject in known), key=_place)
    said: dict[tuple[str, str], dict[tuple[Lang, str], list[Fact]]] = {}
    links: dict[tuple[str, str, str], list[Fact]] = {}
    for f in facts:
        if f.object is None:
            text = printable(f.value or "")
            if text:
                said.setdefault((f.subject, f.predicate), {}).setdefault((f.lang, fold(text)), []).append(f)
        elif f.object in known and f.object != f.subject:
            links.setdefault((f.subject, f.predicate, f.object), []).append(f)
    below: dict[tuple[str, str], list[Fact]] = {}
    above: dict[str, dict[tuple[str, str], None]] = {}
    for (subject, predicate, whole), same in links.items():
        if predicate in HIERARCHY:
            below.setdefault((whole, predicate), []).extend(same)
            above.setdefault(subject, {})[predicate, whole] = None
    return Material(
        known,
        {key: tuple(_said(of) for of in found.values()) for key, found in said.items()},
        {key: tuple(_lists(of, known)) for key, of in below.items()},
        {id: tuple(rows) for id, rows in above.items()},
        {key: _evidence(of) for key, of in links.items()},
    )


def _place(f: Fact) -> tuple[str, int, int, str, str, str, str]:
    e = f.evidence
    return e.document, e.start, f.position or 0, f.subject, f.predicate, f.object or "", f.value or ""


def _said(facts: Sequence[Fact]) -> Said:
    first = facts[0]
    return Said(printable(first.value or ""), first.lang, first.rule, _evidence(facts))


def _evidence(facts: Iterable[Fact]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(f.evidence for f in facts))


def _lists(facts: list[Fact], concepts: Mapping[str, Concept]) -> Iterable[Listed]:
    """The runs of rising positions in each source; what stands in no list is one of its own, after the others.

    A list that mostly repeats another one is left out: the longer stays, of equal ones the first.
    """
    runs: list[list[Fact]] = []
    loose: list[Fact] = []
    for f in sorted(facts, key=_place):
        if f.position is None:
            loose.append(f)
        elif runs and runs[-1][-1].evidence.document == f.evidence.document and _next(runs[-1][-1], f):
            runs[-1].append(f)
        else:
            runs.append([f])
    if loose:
        runs.append(loose)
    found = [_listed(run, concepts) for run in runs]
    kept: list[Listed] = []
    for one in sorted(found, key=lambda x: -len(x.members)):
        if not any(_repeats(one, other) for other in kept):
            kept.append(one)
    return [one for one in found if one in kept]


def _next(before: Fact, f: Fact) -> bool:
    a, b = before.position or 0, f.position or 0
    return b > a or (b == a and before.subject == f.subject)


def _listed(run: list[Fact], concepts: Mapping[str, Concept]) -> Listed:
    lines: dict[str, list[Fact]] = {}
    names: dict[str, str] = {}
    for f in run:
        key = label_key(concepts[f.subject].label)
        lines.setdefault(names.setdefault(key, f.subject), []).append(f)
    return Listed(tuple(lines), {m: _evidence(of) for m, of in lines.items()})


def _repeats(one: Listed, other: Listed) -> bool:
    a, b = set(one.members), set(other.members)
    return len(a & b) > _OVERLAP * min(len(a), len(b))
