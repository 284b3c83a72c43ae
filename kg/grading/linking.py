"""What a linking phrase says: predicates, and the way it reads. The phrases stand in ontology/link-cues.ttl.

A phrase is compared by lemmas: the whole of it first, then the longest known phrase inside it. What the ontology calls
its predicates counts too, so that every map of ours is understood in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.export.view import HIERARCHY
from kg.ontology import Ontology, shipped
from kg.ontology_files import load
from kg.text import lemmas

_PREFIX, _INVERSE = "link-", "link-inverse-"
_VAGUE, _NEGATION = "link-vague", "link-negation"
_ARTICLES = frozenset({"the", "a", "an"})
_LONE = 5  # letters from which a word counts as a phrase inside a longer one

_Key = tuple[str, ...]


@dataclass(frozen=True, order=True, slots=True)
class Reading:
    """A predicate that a phrase may mean; `inverse` where its subject is what the arrow points to."""

    predicate: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a phrase says. No `readings`: it is not understood. `vague`: only that there is some link."""

    readings: frozenset[Reading]
    vague: bool = False
    negated: bool = False


NOTHING = Said(frozenset())
NESTED = Said(frozenset(Reading(p, inverse=True) for p in HIERARCHY))  # what is indented is below what stands above


class Phrasebook:
    """The phrases of an ontology; one that has none, of an older build or of one's own, takes the shipped ones."""

    def __init__(self, ontology: Ontology) -> None:
        cue_lists = ontology.cue_lists
        if not any(role.startswith(_PREFIX) for role, _ in cue_lists):
            cue_lists = load([shipped() / "link-cues.ttl"]).cue_lists
        by_key: dict[_Key, set[Reading]] = {}
        self._vague: set[_Key] = set()
        self._negations: set[str] = set()
        for (role, _), phrases in cue_lists.items():
            if role == _NEGATION:
                self._negations.update(lemma for p in phrases for lemma in lemmas(p))
            elif role == _VAGUE:
                self._vague.update(map(_key, phrases))
            elif role.startswith(_PREFIX):
                inverse = role.startswith(_INVERSE)
                reading = Reading(role.removeprefix(_INVERSE if inverse else _PREFIX), inverse)
                for phrase in phrases:
                    by_key.setdefault(_key(phrase), set()).add(reading)
        for p in ontology.predicates.values():
            if p.literal:
                continue
            for labels, inverse in ((p.labels, False), (p.inverse_labels, True)):
                for label in labels.values():
                    by_key.setdefault(_key(label), set()).add(Reading(p.name, inverse))
            by_key.setdefault(_key(p.name.replace("-", " ")), set()).add(Reading(p.name))
        by_key.pop((), None)
        self._vague.discard(())
        for key in self._vague:
            by_key.setdefault(key, set()).add(Reading("related"))
        self._by_key: Mapping[_Key, frozenset[Reading]] = {k: frozenset(v) for k, v in by_key.items()}
        self._longest = max(map(len, self._by_key), default=0)

    def read(self, phrase: str) -> Said:
        key = _key(phrase)
        if not key:
            return NOTHING
        start, end = self._longest_inside(key)
        outside = key[:start] + key[end:]
        negated = any(word in self._negations for word in outside)
        if start == end:
            return Said(frozenset(), negated=negated)
        found = key[start:end]
        return Said(self._by_key[found], vague=found in self._vague, negated=negated)

    def _longest_inside(self, key: _Key) -> tuple[int, int]:
        """Where the longest known phrase stands, the first of equally long ones; (0, 0) for none."""
        for size in range(min(len(key), self._longest), 0, -1):
            for start in range(len(key) - size + 1):
                part = key[start : start + size]
                bare = tuple(w for w in key if w not in self._negations)
                if part in self._by_key and (part in (key, bare) or size > 1 or len(part[0]) >= _LONE):
                    return start, start + size
        return 0, 0


def _key(phrase: str) -> _Key:
    return tuple(p for w in lemmas(phrase) if w not in _ARTICLES for p in w.split("-") if p)
