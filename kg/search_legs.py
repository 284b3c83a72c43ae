"""The legs of a search and how their scores are made one.

Every leg gives each candidate a number from 0 to 1 on a scale that does not depend on the other
candidates, so that a score means the same in every query:

    labels   share of the query's weight that the concept's name accounts for (kg.labels)
    text     x / (x + half), x = BM25 / sum of the query words' idf
    dense    cosine of the whole texts, and likeness word by word (kg.late_interaction), at least 0
    graph    vote     a concept: the best passage that states something of it
             section  a passage: the other passages below the same headings
             spread   activation from the concepts that the query names, over facts and into passages

The score is their convex combination: weights of one sum, so it stays between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kg.labels import LabelMatch
from kg.model import Concept, Fact, Graph, Passage
from kg.search_units import Facts, Unit, key_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

LEGS = frozenset({"labels", "text", "dense", "graph"})
_DEPTH = 6  # headings of a path that count


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the legs, for concepts and for passages, and the constants of the calibrations.

    A query either asks ("What is a touchpoint?", a name) or describes ("the view that all is one"): what a description
    names is its context, and what it means is a concept that it does not name.
    """

    concept_labels: float
    concept_text: float
    concept_dense: float
    concept_spread: float
    asked_vote: float
    described_vote: float
    asked_half: float  # text score from which BM25 counts half
    described_half: float
    asked_prior: float  # what a concept has before a passage, by its salience
    described_prior: float
    described_labels: float  # of `concept_labels`, where the query describes
    named: float  # loss of a concept that a description names
    concept_words: float  # share that the likeness of words has in the dense leg
    passage_words: float
    passage_text: float
    passage_dense: float
    passage_section: float
    passage_spread: float
    passage_half: float
    section_decay: float  # of the support, with each heading further up


# How much of a concept's activation a neighbour by this predicate gets; others get `_SPREAD_OTHER`.
_SPREAD = {
    "part-of": 0.5,
    "kind-of": 0.5,
    "example-of": 0.4,
    "contrasts-with": 0.4,
    "introduced-by": 0.4,
    "created-by": 0.4,
}
_SPREAD_OTHER = 0.3
_STATES = {"definition": 1.0, "note": 0.9, "label": 0.8}  # what a passage has to say of a concept, by its fact
_STATES_OTHER = 0.8


# How surely a text means a term by a name: what its author set in bold or defines is one, a heading often is not.
_TERM = {"emphasis": 1.0, "emphasis-definition": 1.0, "inline": 0.6, "term": 0.6, "definition": 0.4, "naming": 0.3}


def salience(concept: Concept, facts: Sequence[Fact]) -> float:
    """0..1, from how the sources name a concept; long names are more often phrases than terms."""
    best = 0.0
    for fact in facts:
        for kind in (fact.rule, fact.rule.split("-")[0], fact.predicate):
            best = max(best, _TERM.get(kind, 0.0))
    return best * min(1.0, 3 / max(1, len(concept.label.split())))


class Links:
    """What the graph ties together, as arrays with a row for each unit: made once, when an index is opened.

    Rows are for this process alone; everything stored or given out is keyed by the units' keys.
    """

    def __init__(self, graph: Graph, facts: Facts, units: Mapping[int, Unit]) -> None:
        self.keys = list(units)
        self.key_array = np.array(self.keys, dtype=np.int64)
        self.row = {key: i for i, key in enumerate(self.keys)}
        self.passage = np.array([isinstance(u.of, Passage) for u in units.values()], dtype=bool)
        self.salience = np.zeros(len(units))
        self.sections = np.zeros((len(units), _DEPTH - 1), dtype=np.int64)
        self._around: dict[int, tuple[tuple[int, float], ...]] = {}
        self._stated: list[int] = []  # rows of passages that state something of a concept, concept after concept
        self._weights: list[float] = []
        self._owners: list[int] = []  # rows of concepts that have any, and where theirs begin
        self._starts: list[int] = []
        numbers: dict[tuple[str, ...], int] = {}
        for row, unit in enumerate(units.values()):
            if isinstance(unit.of, Passage):
                path = unit.section[:_DEPTH]
                for level in range(2, len(path) + 1):
                    self.sections[row, level - 2] = numbers.setdefault(path[:level], len(numbers) + 1)
            else:
                self.salience[row] = salience(unit.of, facts.about[unit.id])
                self._link(row, unit.id, facts)
        self._stated_rows, self._stated_weights = np.array(self._stated, dtype=np.int64), np.array(self._weights)

    def _link(self, row: int, concept: str, facts: Facts) -> None:
        places: dict[int, float] = {}
        for fact in facts.about[concept]:
            at = self.row.get(facts.place(fact) or -1)
            if at is not None:
                places[at] = max(places.get(at, 0.0), _STATES.get(fact.predicate, _STATES_OTHER))
        if places:
            self._owners.append(row)
            self._starts.append(len(self._stated))
            self._stated += places
            self._weights += places.values()
        for predicate, other in facts.neighbours(concept):
            at = self.row.get(key_of("concept:" + other))
            if at is not None:
                places[at] = max(places.get(at, 0.0), _SPREAD.get(predicate, _SPREAD_OTHER))
        self._around[row] = tuple(places.items())

    def spread(self, named: Mapping[int, float]) -> dict[int, float]:
        """Activation from named concepts (row -> strength) to their neighbours and to the passages about them."""
        active: dict[int, float] = {}
        for row, strength in named.items():
            for other, share in self._around.get(row, ()):
                active[other] = max(active.get(other, 0.0), strength * share)
        return active

    def vote(self, rows: NDArray[np.int64], strength: Numbers) -> Numbers:
        """For each of `rows`, the strength of the best passage that states something of it."""
        everywhere = np.zeros(len(self.keys))
        everywhere[rows] = np.where(self.passage[rows], strength, 0.0)
        best = np.zeros(len(self.keys))
        if self._owners:
            best[self._owners] = np.maximum.reduceat(everywhere[self._stated_rows] * self._stated_weights, self._starts)
        return best[rows]


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates as columns over `rows` of Links, ascending; `cosine` and `likeness` are nan where a unit has none."""

    rows: NDArray[np.int64]
    labels: Numbers
    named: NDArray[np.bool_]
    bm25: Numbers
    cosine: Numbers
    likeness: Numbers
    spread: Numbers
    matches: Mapping[int, LabelMatch]  # by row
    describes: bool


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores and the share of each part in them, column for column; `base` is text and dense alone."""

    score: Numbers
    base: Numbers
    parts: Mapping[str, Numbers]


def fuse(
    pool: Pool,
    links: Links,
    weights: Weights,
    *,
    legs: frozenset[str],
    query_weight: float,
    dense: bool,
) -> Fused:
    """`query_weight`: sum of the idf of the query's words; `dense`: whether the query has a vector."""
    w, p, describes = weights, links.passage[pool.rows], pool.describes
    x = pool.bm25 / query_weight if query_weight > 0 else np.zeros(len(p))
    text = x / (x + np.where(p, w.passage_half, w.described_half if describes else w.asked_half))
    near = np.where(np.isnan(pool.cosine), 0.8 * text, np.maximum(0.0, _nearness(pool, p, w)))
    on = {
        "text": 1.0 if "text" in legs else 0.0,
        "dense": 1.0 if dense and "dense" in legs else 0.0,
        "labels": 1.0 if "labels" in legs else 0.0,
        "graph": 1.0 if "graph" in legs else 0.0,
    }
    t, d = w.passage_text * on["text"], w.passage_dense * on["dense"]
    base = (t * text + d * near) / ((t + d) or 1.0)
    section = (
        _section(np.where(p, base, 0.0), links.sections[pool.rows], w.section_decay)
        if on["graph"]
        else np.zeros(len(p))
    )
    vote = links.vote(pool.rows, base)
    passage = {
        "text": (t, text),
        "dense": (d, near),
        "section": (w.passage_section * on["graph"], section),
        "spread": (w.passage_spread * on["graph"], pool.spread),
    }
    prior = w.described_prior if describes else w.asked_prior
    concept = {
        "labels": (w.concept_labels * on["labels"] * (w.described_labels if describes else 1.0), pool.labels),
        "text": (w.concept_text * on["text"], text),
        "dense": (w.concept_dense * on["dense"], near),
        "vote": ((w.described_vote if describes else w.asked_vote) * on["graph"], vote),
        "spread": (w.concept_spread * on["graph"], pool.spread),
        "prior": (prior, 0.3 + 0.7 * links.salience[pool.rows]),
    }
    sums = [sum(share for share, _ in table.values()) or 1.0 for table in (passage, concept)]
    nothing = (0.0, np.zeros(len(p)))
    parts = {}
    for name in ("labels", "text", "dense", "vote", "section", "spread", "prior"):
        (a, one), (b, two) = passage.get(name, nothing), concept.get(name, nothing)
        parts[name] = np.where(p, a * one / sums[0], b * two / sums[1])
    score = np.sum(list(parts.values()), axis=0)
    if describes:
        score = score - w.named * on["labels"] * np.where(p, 0.0, pool.named & (pool.labels < 0.95))
    return Fused(np.clip(score, 0.0, 1.0), base, parts)


def _nearness(pool: Pool, passage: NDArray[np.bool_], w: Weights) -> Numbers:
    """The cosine, and the likeness for its share; the cosine alone where there is none."""
    share = np.where(np.isnan(pool.likeness), 0.0, np.where(passage, w.passage_words, w.concept_words))
    out: Numbers = (1 - share) * pool.cosine + share * np.nan_to_num(pool.likeness)
    return out


def _section(strength: Numbers, sections: NDArray[np.int64], decay: float) -> Numbers:
    """Mean of the best two other passages below the same heading, less with each level up."""
    out, total, share = np.zeros(len(strength)), np.zeros(len(strength)), np.ones(len(strength))
    for level in range(sections.shape[1] - 1, -1, -1):
        rows = np.flatnonzero(sections[:, level])
        if not len(rows):
            continue
        order = rows[np.lexsort((-strength[rows], sections[rows, level]))]
        group = sections[order, level]
        first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
        number = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(order)]))
        rank = np.arange(len(order)) - first[number]
        top = np.zeros((len(first), 3))
        kept = rank < 3
        top[number[kept], rank[kept]] = strength[order[kept]]
        others = np.where(rank < 2, top.sum(axis=1)[number] - strength[order], top[:, :2].sum(axis=1)[number]) / 2
        out[order] += share[order] * others
        total[order] += share[order]
        share[order] *= decay
    mean: Numbers = out / np.maximum(total, 1e-9)
    return mean
