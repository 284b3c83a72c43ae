"""VectorIndex by FAISS, keyed by stable numbers (IndexIDMap2), exact search.

Inner products over 10,000 vectors of 384 numbers take 0.4 ms, so nothing is approximated.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class FaissIndex:
    """One file. `path` need not exist when `create` is set; it is written by `commit`, whole and atomically."""

    def __init__(self, path: Path, *, create: int = 0) -> None:
        """`create`: dimension of a new index; 0 opens the file. StoreError: it cannot be read."""
        import faiss

        self._faiss: Any = faiss  # its hints know nothing of what its Python layer adds
        self._index: Any
        self._path = path
        faiss.omp_set_num_threads(1)  # one query is done in 0.4 ms by one thread, in 1.8 ms by two
        self._known: frozenset[int] | None = None
        if create:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(create))
            return
        try:
            self._index = faiss.read_index(str(path))
        except RuntimeError as problem:
            raise StoreError(f"{path}: the vector index cannot be read; build again") from problem

    def add(self, keys: Sequence[int], vectors: Vectors) -> None:
        if not len(keys):
            return
        if vectors.shape != (len(keys), self._index.d):
            raise StoreError(f"vectors of shape {vectors.shape} for {len(keys)} keys of {self._index.d} dimensions")
        self.remove(keys)
        self._known = None
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(keys, dtype=np.int64))

    def remove(self, keys: Iterable[int]) -> None:
        some = np.fromiter(keys, dtype=np.int64)
        if len(some) and self._index.ntotal:
            self._known = None
            self._index.remove_ids(some)

    def commit(self) -> None:
        beside = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._faiss.write_index(self._index, str(beside))
            os.replace(beside, self._path)
        except (RuntimeError, OSError) as problem:
            raise StoreError(f"{self._path}: the vector index cannot be written ({problem})") from problem

    def search(
        self, vector: Vectors, *, limit: int, within: Sequence[int] | NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        limit = min(limit, self._index.ntotal if within is None else len(within))
        if limit <= 0:
            return []
        params = None
        if within is not None:
            selector = self._faiss.IDSelectorBatch(np.asarray(within, dtype=np.int64))
            params = self._faiss.SearchParameters(sel=selector)
        scores, keys = self._index.search(vector.reshape(1, -1), limit, params=params)
        found = [(int(k), float(s)) for k, s in zip(keys[0], scores[0], strict=True) if k >= 0]
        return sorted(found, key=lambda row: (-row[1], row[0]))

    def scores(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        found: dict[int, float] = {}
        known = [k for k in keys if k in self._keys()]
        if known:
            table = self._index.reconstruct_batch(np.asarray(known, dtype=np.int64))
            found = dict(zip(known, (table @ vector).tolist(), strict=True))
        return found

    def _keys(self) -> frozenset[int]:
        if self._known is None:
            self._known = frozenset(self._faiss.vector_to_array(self._index.id_map).tolist())
        return self._known
