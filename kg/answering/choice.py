"""Which of the possible answers is given, or none: a conditional logit over what speaks for each of them.

Every candidate has signs (kg.answering.signs); its utility is their weighted sum. Refusing is one more option, with
signs of the question alone. The probabilities of all options are the softmax of their utilities (McFadden 1974), so a
good answer is one that is better than the others and better than saying nothing, and its probability is the confidence
that is told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg.answering.draft import Draft
from kg.answering.signs import Signs


def alike(one: Draft, other: Draft) -> bool:
    """Whether two drafts cite the same place first: then they say it with the same right."""
    if not one.evidence or not other.evidence:
        return one is other
    return one.evidence[0].overlaps(other.evidence[0])


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the signs, and the command that found them."""

    weights: Mapping[str, float]
    found_by: str

    def utility(self, signs: Signs) -> float:
        return sum(value * self.weights.get(name, 0.0) for name, value in signs.items())


@cache
def model() -> Model:
    """The weights that are shipped, from choice.json beside this file."""
    table = json.loads(files("kg.answering").joinpath("choice.json").read_text(encoding="utf-8"))
    return Model(table["weights"], table["found_by"])


def probabilities(utilities: Sequence[float]) -> list[float]:
    """Softmax."""
    top = max(utilities)
    raised = [math.exp(u - top) for u in utilities]
    total = sum(raised)
    return [r / total for r in raised]
