"""The shares of the search legs: as they are, fitted to the questions, and fitted to others than they are judged on.

Each leg's weights (kg.search.WEIGHTS) are taken by a common factor, one leg after the other: so few questions cannot
tell more apart. What all constants of the search are worth on larger sets tells `python bench/search_weights.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from kg import views
from kg.evaluation import fitting, score
from kg.evaluation.gold import Question
from kg.evaluation.measures import SEARCH_MEASURES
from kg.progress import Progress, silent
from kg.search_legs import Weights

if TYPE_CHECKING:
    from kg.base import KnowledgeBase
    from kg.views import Json

FACTORS = (0.5, 0.7, 1.0, 1.4, 2.0)
FOLDS = 5
LEAST = 20
# Which constants of kg.search_legs.Weights are shares of a leg, by what their names end in.
_LEGS: Mapping[str, tuple[str, ...]] = {
    "labels": ("_labels",),
    "text": ("_text",),
    "dense": ("_dense",),
    "graph": ("_vote", "_section", "_spread"),
}
_NO_SHARES = frozenset({"described_labels"})  # a factor of another constant
_WORTH = 0.01  # by which a mean of the measures must rise for a factor to change
Factors = tuple[float, ...]  # of the legs, in the order of _LEGS
Measured = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fusion:
    """Means of SEARCH_MEASURES with the present shares, the fitted ones, and each question left out."""

    n: int
    present: Mapping[str, float | None]
    fitted: Mapping[str, float | None]
    cross_validated: Mapping[str, float | None]
    factors: Mapping[str, float]  # leg -> by what its weights would be taken
    folds: int = FOLDS


def fusion(
    kb: KnowledgeBase,
    questions: Sequence[Question],
    *,
    labels: Mapping[str, Sequence[str]],
    progress: Progress = silent,
) -> Fusion | None:
    """None where fewer than 20 of the questions have an answer."""
    asked = [q for q in questions if q.answerable]
    if len(asked) < LEAST:
        return None
    known: dict[Factors, list[Measured]] = {}
    steps = len(_LEGS) * (len(FACTORS) - 1) + 1

    def measured(factors: Factors) -> list[Measured]:
        if factors not in known:
            known[factors] = _search(kb, asked, factors, labels=labels)
            progress("Searches with other weights", min(len(known), steps), steps)
        return known[factors]

    everything = list(range(len(asked)))
    best = climb(measured, everything)
    left_out: list[Measured] = [{}] * len(asked)
    for part in fitting.folds([str(q.places[0]) if q.places else q.q for q in asked], FOLDS, seed=0):
        held = set(part.tolist())
        other = climb(measured, [i for i in everything if i not in held])
        for i in held:
            left_out[i] = measured(other)[i]
    return Fusion(
        n=len(asked),
        present=_means(measured((1.0,) * len(_LEGS))),
        fitted=_means(measured(best)),
        cross_validated=_means(left_out),
        factors=dict(zip(_LEGS, best, strict=True)),
    )


def climb(measured: Callable[[Factors], Sequence[Measured]], rows: Sequence[int]) -> Factors:
    """From the present shares, leg by leg, each to the factor that is best for `rows`; a small gain changes nothing."""

    def height(factors: Factors) -> float:
        found = measured(factors)
        values = [value for i in rows for value in found[i].values()]
        return sum(values) / len(values)

    best: Factors = (1.0,) * len(_LEGS)
    reached = height(best)
    for leg in range(len(_LEGS)):
        start = best
        for factor in FACTORS:
            other = (*start[:leg], factor, *start[leg + 1 :])
            if (high := height(other)) > reached + _WORTH:
                best, reached = other, high
    return best


def _search(
    kb: KnowledgeBase, asked: Sequence[Question], factors: Factors, *, labels: Mapping[str, Sequence[str]]
) -> list[Measured]:
    index = copy.copy(kb.index)  # the same engines with other weights
    index.weights = scaled(kb.index.weights, factors)
    out: list[Measured] = []
    for question in asked:
        hits = index.search(" ".join(question.q.split()), limit=score.HITS).hits
        shown: list[Json] = [views.hit(kb, hit) for hit in hits]
        out.append(score.found(question, shown, labels=labels))
    return out


def scaled(weights: Weights, factors: Factors) -> Weights:
    """The weights with every leg's shares taken by its factor."""
    changed = {
        field.name: getattr(weights, field.name) * factor
        for ends, factor in zip(_LEGS.values(), factors, strict=True)
        for field in fields(weights)
        if field.name.endswith(ends) and field.name not in _NO_SHARES
    }
    return replace(weights, **changed)


def _means(rows: Sequence[Measured]) -> dict[str, float | None]:
    return {name: score.mean(rows, name) for name in SEARCH_MEASURES}
