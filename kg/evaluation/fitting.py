"""Weights of a conditional logit, found from questions whose right answers are known, and parts for cross-validation.

McFadden, Conditional logit analysis of qualitative choice behavior (1974): the chance of each option is the softmax of
its signs times the weights. What is made likely is the set of right options: any right answer, or saying no.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

PENALTY = (
    1.0  # half of it times the squared distance is added to the loss: chosen by cross-validation from 0.5, 1, 2, 4
)
_STEPS = 300


@dataclass(frozen=True, slots=True)
class Case:
    """The options of one question, a row of signs each; `right` has at least one; `weight` of the question."""

    signs: Numbers
    right: Flags
    weight: float = 1.0


def fit(
    cases: Sequence[Case],
    *,
    prior: Numbers | None = None,
    bounds: Sequence[tuple[float, float]] | None = None,
    penalty: float = PENALTY,
) -> Numbers:
    """Weights of the columns: least weighted log loss of the right options, by L-BFGS.

    They are pulled towards `prior` (0), and each lies between its `bounds` (none).
    """
    from scipy.optimize import minimize

    columns = cases[0].signs.shape[1] if cases else 0
    start = np.zeros(columns) if prior is None else prior

    def loss(at: Numbers) -> tuple[float, Numbers]:
        away = at - start
        value, slope = 0.5 * penalty * float(away @ away), penalty * away
        for case in cases:
            utility = case.signs @ at
            raised = np.exp(utility - utility.max())
            right = raised * case.right
            value -= case.weight * float(np.log(right.sum() / raised.sum()))
            slope = slope - case.weight * (case.signs.T @ (right / right.sum() - raised / raised.sum()))
        return value, slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
    weights: Numbers = found.x
    return weights


def folds(groups: Sequence[str], count: int, *, seed: int) -> list[NDArray[np.int64]]:
    """At most `count` parts of the rows, none empty, about equally large; rows of one group are in one part."""
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    places: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        places.setdefault(group, []).append(i)
    parts: list[list[int]] = [[] for _ in range(min(count, len(names)))]
    for name in names:
        min(parts, key=len).extend(places[name])
    return [np.array(sorted(part), dtype=np.int64) for part in parts]
