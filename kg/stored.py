"""Documents, passages, statements and merges as JSON files; reading checks every invariant of kg.model again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError
from kg.model import Document, Passage, Statement

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from kg.near import Near
    from kg.resolve import Merge, Outcome


@dataclass(frozen=True, slots=True)
class Extracted:
    """One source as far as it can be taken without the others."""

    document: Document
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """How the names of a build were joined (kg.resolve.Resolution): `names` are ids of names with their concepts."""

    merges: tuple[Merge, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    decided: tuple[Outcome, ...] = ()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def write_extracted(path: Path, value: Extracted) -> None:
    path.write_bytes(_adapter(Extracted).dump_json(value))


def read_extracted(path: Path) -> Extracted | None:
    """None where it is missing or damaged: a cache entry is made again."""
    from pydantic import ValidationError

    try:
        found: Extracted = _adapter(Extracted).validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return found


def write_documents(path: Path, documents: Sequence[Document]) -> None:
    path.write_bytes(_adapter(tuple[Document, ...]).dump_json(tuple(documents)))


def read_documents(path: Path) -> tuple[Document, ...]:
    found: tuple[Document, ...] = _read(path, tuple[Document, ...])
    return found


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    path.write_bytes(_adapter(tuple[Passage, ...]).dump_json(tuple(passages)))


def read_passages(path: Path) -> tuple[Passage, ...]:
    found: tuple[Passage, ...] = _read(path, tuple[Passage, ...])
    return found


@cache
def _merged() -> TypeAdapter[Any]:
    """What joins names is needed by a build only; pydantic finds the names of the fields' classes here."""
    from pydantic import TypeAdapter

    from kg.resolve import Merge, Outcome  # noqa: F401

    return TypeAdapter(Merged)


def write_merged(path: Path, value: Merged) -> None:
    path.write_bytes(_merged().dump_json(value))


def read_merged(path: Path) -> Merged:
    found: Merged = _read(path, Merged, adapter=_merged())
    return found


def write_near(path: Path, found: Sequence[Near]) -> None:
    from kg.near import Near  # what finds pairs is needed by a build only

    path.write_bytes(_adapter(tuple[Near, ...]).dump_json(tuple(found)))


def read_near(path: Path) -> tuple[Near, ...]:
    from kg.near import Near

    found: tuple[Near, ...] = _read(path, tuple[Near, ...])
    return found


def _read(path: Path, kind: Any, *, adapter: TypeAdapter[Any] | None = None) -> Any:
    from pydantic import ValidationError

    try:
        return (adapter or _adapter(kind)).validate_json(path.read_bytes())
    except (OSError, ValidationError) as e:
        raise StoreError(f"{path} is missing or damaged; build again: kg build PATH") from e
