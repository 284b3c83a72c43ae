"""How a question's words fare in lines that may say them in other words (kg.late_interaction)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.answering.claims import Claims, stem
from kg.answering.question import Asked
from kg.late_interaction import LineWords, QueryWords, query_words
from kg.search import Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A question's words and the lines of a build, by the numbers of their claims."""

    query: QueryWords
    lines: LineWords

    def of(self, claims: Sequence[int]) -> list[float]:
        """0..1 for each claim: how well it says all words of the question."""
        found: list[float] = self.lines.likeness(self.query, claims).tolist()
        return found

    def best(self, claims: Sequence[int]) -> Numbers:
        """[words, claims], 0..1: how well each claim says each word."""
        return self.lines.best(self.query, claims)


def likeness(asked: Asked, *, index: Index, claims: Claims) -> Likeness | None:
    """Of a question, by the words that say what it asks about: not those that only say which document to look into.

    None where the build or the model has no vectors of words, or no word of the question tells.
    """
    query = index.understand(asked.text).dense
    if claims.lines is None or not query.strip():
        return None
    telling = {part for word in asked.words for part in word.text.split()}

    def weigh(word: str) -> float:
        return claims.idf(stem(word)) if word in telling else 0.0

    found = query_words(query, index.embed_query_words(query), weigh=weigh)
    return None if found is None else Likeness(found, claims.lines)
