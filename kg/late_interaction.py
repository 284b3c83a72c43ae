"""Late interaction: a line is as near to a query as its words are to the query's words, each to the one that suits it.

    sum over the query's words of weight * max over the line's words of their cosine, to the sum of the weights

That is MaxSim of ColBERT (Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832), with the words' states of a
model that was not trained for it, centred (kg.token_states). It finds lines that say a thing in other words where one
vector a text is too coarse: of 48 questions without a word of the line that answers them it is the likest for 22, and
the nearest by one vector for 12.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.text import spoken
from kg.token_states import unpacked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]
    Packed = NDArray[np.int8]

UNLIKE = 0.15  # by which a likeness is larger than a cosine, on average
_AT_ONCE = 2_000  # words, so that their vectors stay in the processor's cache
_ROWS, _ENDS = "{}.words.npy", "{}.ends.npy"


@dataclass(frozen=True, slots=True)
class QueryWords:
    """vectors  [words, width] of length 1; weights  [words], how much each tells, none of them 0"""

    vectors: Numbers
    weights: Numbers


def query_words(text: str, vectors: Numbers, *, weigh: Callable[[str], float]) -> QueryWords | None:
    """Those words of a query that tell something. None where none does, or the model has no vectors of words.

    vectors  as kg.embedding.Embedder.encode_query_words gives them for `text`
    weigh    of a folded word, how much it tells; 0 for one that only frames the question
    """
    weights = np.array([weigh(w) for w in spoken(text)[: len(vectors)]], dtype=np.float32)
    kept = np.flatnonzero(weights > 0)
    return QueryWords(vectors[kept], weights[kept]) if len(kept) else None


def telling(text: str, rows: Packed, stop: frozenset[str]) -> Packed:
    """Of the rows of a text's words, those of words that are not in `stop`."""
    out: Packed = rows[np.array([w not in stop for w in spoken(text)[: len(rows)]], dtype=bool)]
    return out


class LineWords:
    """The vectors of the words of many lines: int8 rows, mapped, and where those of each line end.

    Immutable, safe for several threads.
    """

    def __init__(self, rows: Packed, ends: NDArray[np.int64]) -> None:
        self._rows, self._starts = rows, np.concatenate([[0], ends]).astype(np.int64)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def size(self, line: int) -> int:
        """How many words of a line are kept."""
        return int(self._starts[line + 1] - self._starts[line])

    @staticmethod
    def write(folder: Path, name: str, lines: Sequence[Packed]) -> None:
        """A file of rows [all words, width], and one of the ends [lines]."""
        width = max((line.shape[1] for line in lines), default=0)
        rows = np.concatenate(lines) if lines else np.zeros((0, width), dtype=np.int8)
        np.save(folder / _ROWS.format(name), rows)
        np.save(folder / _ENDS.format(name), np.cumsum([len(line) for line in lines], dtype=np.int64))

    @staticmethod
    def open(folder: Path, name: str, *, lines: int, width: int) -> LineWords | None:
        """None where there are none, or others than those of so many lines."""
        try:
            rows = np.load(folder / _ROWS.format(name), mmap_mode="r")
            ends = np.load(folder / _ENDS.format(name))
        except (OSError, ValueError, EOFError):
            return None
        fits = rows.ndim == 2 and rows.shape[1] == width and rows.dtype == np.int8 and len(ends) == lines
        return LineWords(rows, ends) if fits and width and (not lines or ends[-1] == len(rows)) else None

    def likeness(self, query: QueryWords, lines: Sequence[int]) -> Numbers:
        """[len(lines)], at most 1: MaxSim of each line. 0 for a line without words."""
        best = self.best(query, lines)
        out: Numbers = (query.weights @ best) / query.weights.sum() if len(query.weights) else best.sum(axis=0)
        return out

    def best(self, query: QueryWords, lines: Sequence[int]) -> Numbers:
        """[query's words, len(lines)]: the cosine of each word with the word of each line nearest to it, at least 0."""
        out: Numbers = np.zeros((len(query.vectors), len(lines)), dtype=np.float32)
        if not len(query.vectors):
            return out
        spans = [(int(self._starts[n]), int(self._starts[n + 1])) for n in lines]
        some: list[int] = []
        size = 0
        for i, (start, end) in enumerate(spans):
            if end > start:
                some.append(i)
                size += end - start
            if some and (size >= _AT_ONCE or i == len(spans) - 1):
                table = unpacked(np.concatenate([self._rows[slice(*spans[j])] for j in some]))
                begins = np.cumsum([0, *(spans[j][1] - spans[j][0] for j in some[:-1])])
                out[:, some] = np.maximum(0.0, np.maximum.reduceat(query.vectors @ table.T, begins, axis=1))
                some, size = [], 0
        return out
