"""Ports: what the program asks of an engine. Each has two engines, at most five methods, results keyed by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kg.model import Lang

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What a hit must be. None: anything. `document` and `lang`: the unit has it among its own."""

    kind: str | None = None
    lang: Lang | None = None
    document: str | None = None

    def __bool__(self) -> bool:
        return self.kind is not None or self.lang is not None or self.document is not None


@dataclass(frozen=True, slots=True)
class TextUnit:
    """One searchable text. `key` is a stable 63-bit number made from the unit's id, never a position."""

    key: int
    kind: str
    langs: tuple[Lang, ...]
    documents: tuple[str, ...]
    label: str
    heading: str
    body: str


class GraphStore(Protocol):
    """RDF quads and SPARQL 1.1 over them. Errors: StoreError. For our own queries only: an outsider's
    query belongs in a process that can be killed."""

    def load(self, nquads: bytes) -> None:
        """Add quads, all or none."""

    def select(self, sparql: str) -> list[tuple[str | None, ...]]:
        """Rows of a SELECT: IRIs and lexical forms as text, None where unbound. Order as the query asks."""

    def dump(self) -> bytes:
        """All quads as N-Quads, sorted: equal contents give equal bytes."""

    def close(self) -> None:
        """Let go of files; nothing may be called afterwards."""


class TextIndex(Protocol):
    """BM25 over stemmed words. Scores are >= 0, best first, ties by key. Errors: StoreError."""

    def add(self, units: Iterable[TextUnit]) -> None:
        """Add or replace."""

    def remove(self, keys: Iterable[int]) -> None: ...

    def commit(self) -> None:
        """Make what was added and removed visible and durable."""

    def search(self, terms: Mapping[str, float], *, limit: int, where: UnitFilter) -> list[tuple[int, float]]:
        """Units holding any of the words, each word with its weight; the filter is part of the query."""


class VectorIndex(Protocol):
    """Nearest neighbours by cosine over unit vectors. Best first, ties by key. Errors: StoreError."""

    def add(self, keys: Sequence[int], vectors: NDArray[float32]) -> None:
        """Add or replace; float32 [len(keys), dimension], unit length."""

    def remove(self, keys: Iterable[int]) -> None: ...

    def commit(self) -> None:
        """Make what was added and removed durable."""

    def search(
        self, vector: NDArray[float32], *, limit: int, within: Sequence[int] | NDArray[int64] | None = None
    ) -> list[tuple[int, float]]:
        """The nearest among `within` (None: all); float32 [dimension]."""

    def scores(self, vector: NDArray[float32], keys: Sequence[int]) -> dict[int, float]:
        """Exact cosines of these; keys that are not in the index are left out."""
