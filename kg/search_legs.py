"""The legs of a search and how their scores are made one.

Every leg gives each candidate a number from 0 to 1 on a scale that does not depend on the other
candidates, so that a score means the same in every query:

    labels  share of the query's weight that the concept's name accounts for (kg.labels)
    text    x / (x + text_half), x = BM25 / sum of the query words' idf
    dense   (cosine - dense_floor) / (1 - dense_floor), at least 0
    graph   activation that spreads from the best concepts over facts and their places
    section support of a passage by the other passages below the same headings
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.labels import LabelMatch
from kg.model import Passage
from kg.search_units import Facts, Unit, key_of

LEGS = frozenset({"labels", "text", "dense", "graph"})


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the legs, for concepts and for passages, and the constants of the calibrations."""

    concept_labels: float = 1.0
    concept_text: float = 0.6
    concept_dense: float = 0.6
    concept_graph: float = 0.2
    passage_text: float = 1.0
    passage_dense: float = 0.8
    passage_graph: float = 0.2
    passage_section: float = 0.3
    concept_bias: float = 0.0
    text_half: float = 1.0
    dense_floor: float = 0.0
    section_decay: float = 0.5


@dataclass(slots=True)
class Candidate:
    """A unit with what each leg says of it; `dense` None: it has no vector."""

    unit: Unit
    labels: float = 0.0
    bm25: float = 0.0
    text: float = 0.0
    cosine: float | None = None
    dense: float | None = None
    graph: float = 0.0
    section: float = 0.0
    match: LabelMatch | None = None
    parts: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


# How much of a concept's activation a neighbour by this predicate gets; others get the last line's.
_SPREAD = {"part-of": 0.5, "kind-of": 0.5, "example-of": 0.4, "contrasts-with": 0.4, "precedes": 0.3, "introduced-by": 0.4,
           "created-by": 0.4}  # fmt: skip
_SPREAD_OTHER = 0.3
_AT = {"definition": 1.0, "note": 0.7}  # activation of the passage in which a concept's fact stands
_AT_OTHER = 0.5
_SEEDS = 5


def calibrate(candidates: Mapping[int, Candidate], weights: Weights, *, query_weight: float) -> None:
    for c in candidates.values():
        x = c.bm25 / query_weight if query_weight else 0.0
        c.text = x / (x + weights.text_half)
        c.dense = None if c.cosine is None else max(0.0, c.cosine - weights.dense_floor) / (1 - weights.dense_floor)


def spread(
    candidates: Mapping[int, Candidate], facts: Facts, units: Mapping[int, Unit], weights: Weights
) -> dict[int, float]:
    """Activation of units from the best concepts, one step over facts and into the passages that state them."""
    seeds = []
    for c in candidates.values():
        if not isinstance(c.unit.of, Passage):
            strength = max(c.labels, 0.6 * c.text + 0.4 * (c.dense or 0.0) if c.labels or c.text else 0.0)
            seeds.append((strength, c.unit.id))
    seeds.sort(key=lambda s: (-s[0], s[1]))
    active: dict[int, float] = defaultdict(float)
    for strength, concept in seeds[:_SEEDS]:
        if strength <= 0:
            continue
        for predicate, other in facts.neighbours(concept):
            key = key_of("concept:" + other)
            active[key] = max(active[key], strength * _SPREAD.get(predicate, _SPREAD_OTHER))
        for fact in facts.about[concept]:
            passage = facts.passage_at(fact.evidence)
            if passage is not None:
                key = key_of("passage:" + passage.id)
                active[key] = max(active[key], strength * _AT.get(fact.predicate, _AT_OTHER))
    return {key: value for key, value in active.items() if key in units}


def support(candidates: Mapping[int, Candidate], weights: Weights) -> None:
    """What passages below the same headings lend each other: the best two others, less with each level up."""
    lend: dict[tuple[str, ...], list[tuple[float, int]]] = defaultdict(list)
    passages = [c for c in candidates.values() if c.unit.section]
    for c in passages:
        strength = (c.text + (c.dense if c.dense is not None else c.text)) / 2
        for depth in range(2, len(c.unit.section) + 1):
            lend[c.unit.section[:depth]].append((strength, c.unit.key))
    for rows in lend.values():
        rows.sort(reverse=True)
        del rows[3:]
    for c in passages:
        share, total, best = 1.0, 0.0, 0.0
        for depth in range(len(c.unit.section), 1, -1):
            others = [s for s, key in lend[c.unit.section[:depth]] if key != c.unit.key][:2]
            best += share * sum(others) / 2
            total += share
            share *= weights.section_decay
        c.section = best / total if total else 0.0


def fuse(candidate: Candidate, weights: Weights, legs: frozenset[str], *, dense: bool) -> None:
    """Convex combination over the legs that are on; `dense`: whether this query could be embedded."""
    c = candidate
    if isinstance(c.unit.of, Passage):
        table = {
            "text": (weights.passage_text, c.text),
            "dense": (weights.passage_dense, c.text * 0.8 if c.dense is None else c.dense),
            "graph": (weights.passage_graph, c.graph),
            "section": (weights.passage_section, c.section),
        }
        bias = 0.0
    else:
        table = {
            "labels": (weights.concept_labels, c.labels),
            "text": (weights.concept_text, c.text),
            "dense": (weights.concept_dense, c.text * 0.8 if c.dense is None else c.dense),
            "graph": (weights.concept_graph, c.graph),
        }
        bias = weights.concept_bias
    on = {n: row for n, row in table.items() if (n in legs or n == "section") and (dense or n != "dense")}
    total = sum(w for w, _ in on.values()) or 1.0
    c.parts = {n: w * value / total for n, (w, value) in on.items()}
    c.score = min(1.0, max(0.0, sum(c.parts.values()) + bias))
