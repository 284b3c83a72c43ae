"""GraphStore on Oxigraph (https://github.com/oxigraph/oxigraph), on disk: one writer, any number of readers.

A build creates its store, closes it, and it is never written again; serving opens it read-only,
which takes no lock and leaves the files as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from kg.errors import StoreError

if TYPE_CHECKING:
    from pyoxigraph import Store


class OxigraphStore:
    def __init__(self, store: Store, folder: Path) -> None:
        """`create` and `open` make these; `folder` names the store in messages."""
        self._store: Store | None = store
        self._folder = folder

    @classmethod
    def create(cls, folder: Path) -> OxigraphStore:
        """A store for writing in `folder`, made if it is not there. StoreError if another process writes to it."""
        import pyoxigraph as ox

        with _translated(folder):
            return cls(ox.Store(str(folder)), folder)

    @classmethod
    def open(cls, folder: Path) -> OxigraphStore:
        """An existing store, read-only. StoreError if there is none."""
        import pyoxigraph as ox

        with _translated(folder):
            return cls(ox.Store.read_only(str(folder)), folder)

    def load(self, nquads: bytes) -> None:
        import pyoxigraph as ox

        with _translated(self._folder):
            store = self._opened()
            # the bulk loader is several times as fast, but would keep what it had read before an error
            for _ in ox.parse(nquads, ox.RdfFormat.N_QUADS):
                pass
            store.bulk_load(nquads, ox.RdfFormat.N_QUADS)
            store.flush()

    def select(self, sparql: str) -> list[tuple[str | None, ...]]:
        import pyoxigraph as ox

        with _translated(self._folder):
            found = self._opened().query(sparql)
            if not isinstance(found, ox.QuerySolutions):
                raise StoreError(f"{self._folder}: only SELECT queries are taken here, not: {sparql[:60]!r}")
            variables = range(len(found.variables))
            return [tuple(None if (cell := row[i]) is None else _lexical(cell, ox) for i in variables) for row in found]

    def dump(self) -> bytes:
        import pyoxigraph as ox

        with _translated(self._folder):
            text = self._opened().dump(format=ox.RdfFormat.N_QUADS) or b""
            return b"".join(sorted(text.splitlines(keepends=True)))

    def close(self) -> None:
        self._store = None  # the engine closes its files when the last reference goes

    def _opened(self) -> Store:
        if self._store is None:
            raise StoreError(f"{self._folder}: the triple store is closed; open it again")
        return self._store


def _lexical(cell: object, ox: ModuleType) -> str:
    if isinstance(cell, (ox.NamedNode, ox.Literal)):
        value: str = cell.value
        return value
    return str(cell)


def _line(error: Exception) -> str:
    """The parser lists every character that it would have taken, over many lines."""
    return " ".join(str(error).split())[:300]


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """The engine's errors as ours, in one line."""
    try:
        yield
    except SyntaxError as e:
        raise StoreError(f"{folder}: the triple store cannot read this: {_line(e)}") from e
    except FileNotFoundError as e:
        raise StoreError(f"{folder}: no triple store there; build again") from e
    except (OSError, RuntimeError, ValueError) as e:
        raise StoreError(f"{folder}: the triple store failed: {_line(e)}") from e
