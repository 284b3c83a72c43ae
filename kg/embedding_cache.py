"""Vectors of texts and of their words that were embedded before, in one SQLite file shared by all builds."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_T = TypeVar("_T")


class VectorCache:
    """Vectors by (model, text) hash in one SQLite file; another process's writes only make it wait."""

    def __init__(self, path: Path, model: str) -> None:
        self._path, self._model = path, model
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._make()
        except sqlite3.DatabaseError:  # torn or foreign: it holds nothing that cannot be made again
            path.unlink(missing_ok=True)
            self._make()

    def _make(self) -> None:
        with closing(self._connect()) as db, db:
            for table in ("vector", "word"):
                columns = "(hash BLOB PRIMARY KEY, value BLOB NOT NULL)"
                db.execute(f"CREATE TABLE IF NOT EXISTS {table} {columns} WITHOUT ROWID")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=60)

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self._model}\0{text}".encode(errors="surrogatepass"), digest_size=20).digest()

    def get(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """float32 [dimension] of each text that is known."""
        return {t: np.frombuffer(v, dtype="<f4").astype(np.float32) for t, v in self._read("vector", texts)}

    def put(self, vectors: dict[str, Vectors]) -> None:
        self._write("vector", {t: v.astype("<f4").tobytes() for t, v in vectors.items()})

    def get_words(self, texts: Sequence[str], *, width: int) -> dict[str, NDArray[np.int8]]:
        """int8 [words, width] of each text that is known."""
        return {t: np.frombuffer(v, dtype=np.int8).reshape(-1, width) for t, v in self._read("word", texts)}

    def put_words(self, tables: dict[str, NDArray[np.int8]]) -> None:
        self._write("word", {t: v.tobytes() for t, v in tables.items()})

    def _read(self, table: str, texts: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        by_hash = {self._hash(t): t for t in texts}
        with closing(self._connect()) as db:
            for some in chunks(list(by_hash), 500):
                marks = ",".join("?" * len(some))
                for key, value in db.execute(f"SELECT hash, value FROM {table} WHERE hash IN ({marks})", some):
                    yield by_hash[key], value

    def _write(self, table: str, values: dict[str, bytes]) -> None:
        with closing(self._connect()) as db, db:
            rows = [(self._hash(t), v) for t, v in values.items()]
            db.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", rows)


def chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
