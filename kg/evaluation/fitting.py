"""Logistic weights fitted with care: pulled towards weights that are there already, judged on what they have not seen.

    fit(x, right, ...)         ridge regression around `prior`, so that a hundred rows suffice
    tuned(x, right, ...)       how strong the pull, how sure the model, and from which probability on to say yes: all
                               found by cross-validation within the rows given, never on those that judge them
    folds(groups, ...)         parts of about the same size; rows of one group stay together

Only numpy; the same rows give the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

PENALTIES = (0.5, 2.0, 8.0, 32.0, 128.0)
THRESHOLDS = tuple(round(0.3 + 0.05 * n, 2) for n in range(9))
_TEMPERATURES = np.geomspace(0.4, 4.0, 47)
_STEPS = 50
_AWAY = 0.2  # of all rows must be won for a threshold that is 1 away from a half, where a sure model has its own
_INNER = 5  # folds within the rows that are fitted


@dataclass(frozen=True, slots=True)
class Model:
    """Probability of column vectors x: the logistic of (bias + x @ weights) / temperature; yes from `threshold` on."""

    bias: float
    weights: tuple[float, ...]
    temperature: float = 1.0
    threshold: float = 0.5
    penalty: float = 0.0

    def probability(self, x: Numbers) -> Numbers:
        return sigmoid((self.bias + x @ np.array(self.weights)) / self.temperature)

    @property
    def calibrated(self) -> Model:
        """The same model with the temperature in its weights."""
        t = self.temperature
        return Model(self.bias / t, tuple(w / t for w in self.weights), 1.0, self.threshold, self.penalty)


def sigmoid(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -40, 40))))


def fit(x: Numbers, right: Flags, *, prior: Model, penalty: float, weight: Numbers | None = None) -> Model:
    """Least weighted log loss + penalty / 2 * squared distance from the prior's weights, by Newton's method."""
    n = len(x)
    design = np.column_stack([np.ones(n), x])
    share = np.ones(n) if weight is None else weight
    start = np.array([prior.bias, *prior.weights])

    def loss(at: Numbers) -> float:
        return float((share * _losses(design @ at, right)).sum() + penalty / 2 * ((at - start) ** 2).sum())

    beta, pull = start.copy(), penalty * np.eye(len(start))
    for _ in range(_STEPS):
        p = sigmoid(design @ beta)
        slope = design.T @ (share * (p - right)) + penalty * (beta - start)
        bend = (design * (share * p * (1 - p))[:, None]).T @ design + pull
        step, now, size = np.linalg.solve(bend, slope), loss(beta), 1.0
        while size > 1e-6 and loss(beta - size * step) > now:  # a whole step may go too far where the curve is flat
            size /= 2
        beta = beta - size * step
        if np.abs(size * step).max() < 1e-8:
            break
    return Model(float(beta[0]), tuple(beta[1:].tolist()), penalty=penalty)


def tuned(
    x: Numbers,
    right: Flags,
    groups: Sequence[str],
    *,
    prior: Model,
    value: Callable[[Flags, NDArray[np.int64]], float],
    weight: Numbers | None = None,
    seed: int = 0,
) -> Model:
    """The model of these rows. `value(yes, rows)`: what saying yes to some of `rows` is worth; the threshold seeks it.

    Penalty, temperature and threshold are those that are best for rows left out in turn.
    """
    parts = folds(groups, _INNER, seed=seed)
    share = np.ones(len(x)) if weight is None else weight
    tried = {}
    for penalty in PENALTIES:
        out = np.zeros(len(x))
        for part in parts:
            rest = np.setdiff1d(np.arange(len(x)), part)
            model = fit(x[rest], right[rest], prior=prior, penalty=penalty, weight=share[rest])
            out[part] = model.bias + x[part] @ np.array(model.weights)
        tried[penalty] = out
    loss = {penalty: share * _losses(out, right) for penalty, out in tried.items()}
    least = min(loss.values(), key=lambda of: float(of.sum()))
    chosen = max(penalty for penalty, of in loss.items() if _no_worse(of, least))
    logits = tried[chosen]
    losses = [log_loss(logits / t, right, share) for t in _TEMPERATURES]
    temperature = float(_TEMPERATURES[int(np.argmin(losses))])
    p, rows = sigmoid(logits / temperature), np.arange(len(x))
    threshold = max(THRESHOLDS, key=lambda t: value(p >= t, rows) - _AWAY * len(x) * abs(t - 0.5))
    whole = fit(x, right, prior=prior, penalty=chosen, weight=share)
    return Model(whole.bias, whole.weights, temperature, threshold, chosen)


def log_loss(logits: Numbers, right: Flags, weight: Numbers) -> float:
    return float((weight * _losses(logits, right)).sum() / weight.sum())


def _losses(logits: Numbers, right: Flags) -> Numbers:
    return np.asarray(np.logaddexp(0, np.where(right, -logits, logits)))


def _no_worse(losses: Numbers, least: Numbers) -> bool:
    """By no more than one standard error: of models that so few rows cannot tell apart, the nearest to the prior."""
    apart = losses - least
    return bool(apart.mean() <= apart.std() / np.sqrt(len(apart)) + 1e-12)


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
