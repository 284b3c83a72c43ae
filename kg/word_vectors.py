"""Words of the course near in meaning to a word of a question: "emblem" finds "logos".

The words that stand in the texts are embedded once at build with the model of the dense leg, for the
languages it handles; float16, one row a word.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.embedding import Embedder
from kg.errors import StoreError
from kg.model import Lang
from kg.text import script_of, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 20_000  # words kept of a large course: the frequent ones
SHORTEST = 4  # letters: shorter words mean too much


class WordVectors:
    def __init__(self, words_: list[str], table: NDArray[np.float16]) -> None:
        self._words, self._table = words_, table

    @staticmethod
    def build(texts: Iterable[str], folder: Path, *, embedder: Embedder, langs: frozenset[Lang]) -> None:
        """Write words.json and words.npy into `folder`."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(w for w in words(text) if len(w) >= SHORTEST and w.isalpha() and script_of(w) in langs)
        kept = sorted(sorted(counts, key=lambda w: (-counts[w], w))[:MOST])
        table = embedder.encode(kept) if kept else np.zeros((0, embedder.dimension), dtype=np.float32)
        np.save(folder / "words.npy", table.astype(np.float16))
        (folder / "words.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def open(folder: Path) -> WordVectors:
        """StoreError where the files are missing or do not fit each other."""
        try:
            found = json.loads((folder / "words.json").read_text(encoding="utf-8"))
            table = np.load(folder / "words.npy")
        except (OSError, ValueError, EOFError) as problem:
            raise StoreError(f"{folder}: the word vectors cannot be read ({problem}); build again") from problem
        if not isinstance(found, list) or table.ndim != 2:
            raise StoreError(f"{folder}: the word vectors are damaged; build again")
        if len(found) != len(table):
            raise StoreError(f"{folder}: {len(found)} words but {len(table)} vectors; build again")
        return WordVectors(found, table)

    def near(self, vector: NDArray[np.float32], *, most: int, least: float) -> list[tuple[str, float]]:
        """Words by falling cosine with `vector` (of length 1), at least `least`."""
        if not self._words:
            return []
        cosine = self._table.astype(np.float32) @ vector
        best = np.argsort(-cosine, kind="stable")[:most]
        return [(self._words[i], float(cosine[i])) for i in best if cosine[i] >= least]
