"""Settings: one table of name, default and help, which also prints itself. Environment variables are KG_<NAME>."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kg.errors import SettingsError

_PREFIX = "KG_"


class Settings(BaseSettings):
    """What can be set, by environment variable or by keyword; a wrong value is a SettingsError in `load_settings`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid", protected_namespaces=())

    home: Path = Field(default=Path(".kg"), description="Data folder: builds and what the next build can use again")
    ontology: Path | None = Field(
        default=None, description="Folder of ontology files (.ttl); empty: the one that is shipped"
    )
    model: str = Field(
        default="",
        description="Folder or name of a sentence-transformers model (all-MiniLM-L6-v2); empty: multilingual-e5-small",
    )

    max_file_bytes: int = Field(default=50_000_000, gt=0, description="Largest source file, in bytes")
    max_pages: int = Field(default=2000, gt=0, description="Most pages or slides of one source")
    max_chars: int = Field(default=5_000_000, gt=0, description="Most characters of one source's text")
    max_unpacked_bytes: int = Field(
        default=500_000_000,
        gt=0,
        description="Most bytes that the parts of one packed source (docx, pptx, epub, apkg) may unpack to",
    )

    graph_store: str = Field(
        default="oxigraph", description="Triple store: oxigraph (on disk), or memory (read from graph.nq at each start)"
    )

    new_per_day: int = Field(default=20, ge=0, le=9999, description="New study cards a day")
    retention: float = Field(
        default=0.9, ge=0.7, le=0.99, description="Share of study cards that should be remembered when they come back"
    )

    host: str = Field(default="127.0.0.1", description="Address that `kg serve` listens at")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `kg serve` listens at; 0: any free one")
    max_query_chars: int = Field(default=1000, gt=0, description="Longest question or search query, in characters")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of the table; `default` is as it would be written in the environment."""

    name: str
    variable: str
    default: str
    help: str


def table() -> tuple[SettingRow, ...]:
    """Every setting, in the order of the class."""
    return tuple(
        SettingRow(name, _PREFIX + name.upper(), _written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    )


def as_text() -> str:
    """The table for people: one setting a line, columns aligned."""
    rows = [("variable", "default", "what it is"), *((r.variable, r.default or "(empty)", r.help) for r in table())]
    first, second = (max(len(row[i]) for row in rows) for i in (0, 1))
    return "\n".join(f"{a:<{first}}  {b:<{second}}  {c}" for a, b, c in rows)


def load_settings(**given: Any) -> Settings:
    """Settings from the environment, `given` ones (None: not given) going first. Raises SettingsError, one line."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(
            f"{_PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg'].lower()}, not {e['input']!r}"
            for e in error.errors()
        )
        raise SettingsError(f"settings: {wrong}") from error


def _written(value: object) -> str:
    return "" if value is None else str(value)
