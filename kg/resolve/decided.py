"""What people decided about names, as the rules of resolving take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Evidence, Lang
from kg.resolve.joining import Proposal
from kg.resolve.names import Name, Naming, plain
from kg.resolve.sets import Sets
from kg.text import label_key


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """Somebody's word that two names are one thing or not; `a` and `b` are ids of names, `a` before `b`."""

    a: str
    b: str
    accept: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a merge, with a place that has it."""

    id: str
    label: str
    lang: Lang
    kind: str
    evidence: Evidence


def named_at(n: Naming) -> Named:
    return Named(n.name.id, n.mention.label, n.mention.lang, n.mention.kind, n.evidence)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision. `a` and `b` are None where no source has the name now; `problem` says why it was not
    followed, "" where it was."""

    decision: Decision
    a: Named | None
    b: Named | None
    problem: str


class Decided:
    """Decisions as names; a name that is gone is looked for by its lemmas, so that a plural counts for its singular."""

    def __init__(self, decisions: Sequence[Decision], named: Sequence[Naming]) -> None:
        self.decisions = decisions
        self._first = {n.name: n for n in reversed(named)}
        self._ids = {n.name.id: n.name for n in named}
        self._lemmas = {_loosely(n.name.id): n.name for n in sorted(named, key=lambda n: n.name, reverse=True)}
        self.together: list[Proposal] = []
        self.apart: list[tuple[Name, Name]] = []
        for d in decisions:
            a, b = self._name(d.a), self._name(d.b)
            if a is None or b is None or a == b:
                continue
            if d.accept:
                self.together.append(Proposal(min(a, b), max(a, b), "decided"))
            else:
                self.apart.append((a, b))

    @property
    def contested(self) -> frozenset[Name]:
        return frozenset(name for pair in self.apart for name in pair)

    def _name(self, id: str) -> Name | None:
        return self._ids.get(id) or self._lemmas.get(_loosely(id))

    def foreign(self, own: Sequence[Name]) -> Foreign:
        others = {b for a, b in [*self.apart, *((b, a) for a, b in self.apart)] if a in own}
        return Foreign(frozenset(n.text for n in others))

    def outcomes(self, sets: Sets) -> tuple[Outcome, ...]:
        out = []
        for d in self.decisions:
            a, b = self._name(d.a), self._name(d.b)
            problem = ""
            if a is None or b is None:
                gone = " and ".join(id for id, name in ((d.a, a), (d.b, b)) if name is None)
                problem = f"no source has the name {gone} now"
            elif a == b:
                problem = "both are one name now"
            elif d.accept != sets.same(a, b):
                problem = "another decision speaks against it"
            one, two = (None if n is None else named_at(self._first[n]) for n in (a, b))
            out.append(Outcome(d, one, two, problem))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Foreign:
    texts: frozenset[str]

    def __call__(self, label: str) -> bool:
        return bool(self.texts) and plain(label) in self.texts


def _loosely(id: str) -> str:
    group, colon, rest = id.rpartition(":")
    scope, _, text = rest.rpartition("--")
    return f"{group}{colon}{label_key(scope.replace('-', ' '))}--{label_key(text.replace('-', ' '))}"
