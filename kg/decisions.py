"""What people decided about names, in <home>/people/merges.sqlite: no build ever touches it.

A decision is kept under the ids of two names, which are made from the names themselves, so that it holds whatever
documents come and go. One whose names are gone waits until they are back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.resolve import Decision

FILE = "merges.sqlite"
_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS decision (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    a TEXT NOT NULL, b TEXT NOT NULL, accept INTEGER NOT NULL CHECK (accept IN (0, 1)),
    decided TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    UNIQUE (a, b), CHECK (a < b)
)"""


@dataclass(frozen=True, slots=True)
class Kept:
    """`decided` is UTC, ISO 8601."""

    decision: Decision
    decided: str


def pair(a: str, b: str, *, accept: bool) -> Decision:
    return Decision(min(a, b), max(a, b), accept)


class Decisions:
    """The decisions of one data folder. The file is made by the first of them."""

    def __init__(self, home: Path) -> None:
        self.path = home / "people" / FILE

    def all(self) -> tuple[Kept, ...]:
        """In the order in which they were made. StoreError for a file that is damaged or of a newer program."""
        if not self.path.is_file():
            return ()
        with self._open() as db:
            rows = db.execute("SELECT a, b, accept, decided FROM decision ORDER BY number").fetchall()
        return tuple(Kept(Decision(a, b, bool(accept)), decided) for a, b, accept, decided in rows)

    def get(self, a: str, b: str) -> Decision | None:
        pair = {a, b}
        return next((k.decision for k in self.all() if {k.decision.a, k.decision.b} == pair), None)

    def put(self, decision: Decision) -> None:
        """In place of what was decided about the two before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db, db:
            db.execute("DELETE FROM decision WHERE a = ? AND b = ?", (decision.a, decision.b))
            row = (decision.a, decision.b, int(decision.accept))
            db.execute("INSERT INTO decision (a, b, accept) VALUES (?, ?, ?)", row)

    def remove(self, decision: Decision) -> None:
        if self.path.is_file():
            with self._open() as db, db:
                db.execute("DELETE FROM decision WHERE a = ? AND b = ?", (decision.a, decision.b))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as db:
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version > _VERSION:
                    raise StoreError(f"{self.path} was written by a newer version of the program; use that one")
                if version < _VERSION:
                    with db:
                        db.execute(_TABLE)
                        db.execute(f"PRAGMA user_version = {_VERSION}")
                yield db
        except sqlite3.Error as e:
            raise StoreError(f"{self.path}: {e}; put back a copy of it, or move it away to begin again") from e
