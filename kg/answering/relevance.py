"""How surely the lines of a build answer a question, read together with it (kg.cross_encoder)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from kg.answering.claims import Claims


class Reader(Protocol):
    """kg.cross_encoder.CrossEncoder"""

    def scores(self, question: str, lines: Sequence[str]) -> np.ndarray: ...  # type: ignore[type-arg, unused-ignore]


class Relevance:
    """Of one question; each line is read once. For one thread."""

    def __init__(self, question: str, *, reader: Reader, claims: Claims) -> None:
        self._question, self._reader, self._claims = question, reader, claims
        self._known: dict[int, float] = {}

    def of(self, claims: Iterable[int]) -> dict[int, float]:
        """By the numbers of claims: 0..1, the chance that a claim answers the question."""
        wanted = dict.fromkeys(claims)
        new = [n for n in wanted if n not in self._known]
        if new:
            odds = self._reader.scores(self._question, [self._claims.all[n].read for n in new])
            self._known |= dict(zip(new, (1 / (1 + np.exp(-odds.astype(np.float64)))).tolist(), strict=True))
        return {n: self._known[n] for n in wanted}
