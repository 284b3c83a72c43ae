"""What a person has learned: an append-only log of reviews in one SQLite file, beside the builds and outliving them.

Every row holds what was known after it, so that the last row of a card is its state and undoing is to pass over a
row. Nothing is ever changed or deleted: an undone review is named in a table of its own. Two processes may write at
the same time; one waits for the other.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.study.card import Card
from kg.study.schedule import Memory

VERSION = 1  # of the schema; raised whenever an older program could not use it
_WAIT = 10.0  # seconds for another process to finish writing
_SCHEMA = f"""
CREATE TABLE faces (
    digest TEXT NOT NULL,
    tongue TEXT NOT NULL,
    face TEXT NOT NULL,             -- what the card showed, as JSON
    PRIMARY KEY (digest, tongue)
) WITHOUT ROWID;
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,               -- UTC, ISO 8601
    concept TEXT NOT NULL, type TEXT NOT NULL, other TEXT NOT NULL,
    tongue TEXT NOT NULL,
    digest TEXT NOT NULL,
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
    result TEXT NOT NULL CHECK (result IN ('', 'right', 'almost', 'wrong')),
    was TEXT NOT NULL CHECK (was IN ('new', 'learning', 'review', 'relearning')),
    state TEXT NOT NULL, step INTEGER, stability REAL NOT NULL, difficulty REAL NOT NULL, due TEXT NOT NULL
);
CREATE TABLE undone (review INTEGER PRIMARY KEY REFERENCES reviews, at TEXT NOT NULL);
CREATE TRIGGER reviews_stay BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER reviews_remain BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
PRAGMA user_version = {VERSION};
"""
_COLUMNS = "id, at, concept, type, other, tongue, digest, rating, result, was, state, step, stability, difficulty, due"


def place(home: Path) -> Path:
    """Where a data folder keeps it."""
    return home / "people" / "study.sqlite"


@dataclass(frozen=True, slots=True)
class Review:
    """One row of the log. `was` is the state before it; `digest` that of the card as it was shown."""

    id: int
    at: datetime
    concept: str
    type: str
    other: str | None
    tongue: str
    digest: str
    rating: int
    result: str
    was: str
    memory: Memory


@dataclass(frozen=True, slots=True)
class Face:
    """What a card showed when it was last reviewed: lines that may have changed or gone since."""

    front: str
    shown: tuple[str, ...]
    answer: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, tuple[int, int], str], ...]  # document, lines, quote

    @classmethod
    def of(cls, card: Card) -> Face:
        answer = tuple(tuple(item.text for item in of) for of in card.answer)
        return cls(card.front, card.shown, answer, tuple((e.document, e.lines, e.quote) for e in card.evidence))


Entry = Callable[[Sequence[Review]], tuple[Card, Review]]


class History:
    """The log in one file. Reading makes no file; the first review does. Safe to use from several threads.

    StoreError, with what to do, for a file that is damaged, of a newer version or that cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._rows: tuple[Review, ...] = ()
        self._undone: frozenset[int] = frozenset()
        self._read_to = 0
        self._standing: tuple[Review, ...] = ()
        self._checked = False

    def reviews(self) -> tuple[Review, ...]:
        """All that were not undone, in the order in which they were made; the same tuple until something is added."""
        if not self.path.exists():
            return ()
        with self._lock, self._open(write=False) as db:
            return () if _is_new(db) else self._refreshed(db)

    def add(self, entry: Entry) -> Review:
        """Add what `entry` makes of the reviews so far: nobody else can add one in between. Its `id` is ignored."""
        with self._lock, self._open(write=True) as db:
            card, made = entry(self._refreshed(db))
            face = json.dumps(_plain(Face.of(card)), ensure_ascii=True)
            db.execute("INSERT OR IGNORE INTO faces VALUES (?, ?, ?)", (made.digest, made.tongue, face))
            m = made.memory
            row = (
                *(_iso(made.at), made.concept, made.type, made.other or "", made.tongue, made.digest),
                *(made.rating, made.result, made.was),
                *(m.state, m.step, m.stability, m.difficulty, _iso(m.due)),
            )
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO reviews ({_COLUMNS.removeprefix('id, ')}) VALUES ({marks})", row)
            return self._refreshed(db)[-1]

    def undo(self, at: datetime) -> Review | None:
        """Pass over the last review that still counts, and return it; None where there is none."""
        if not self.path.exists():
            return None
        with self._lock, self._open(write=True) as db:
            standing = self._refreshed(db)
            if not standing:
                return None
            db.execute("INSERT INTO undone VALUES (?, ?)", (standing[-1].id, _iso(at)))
            return standing[-1]

    def face(self, digest: str, tongue: str) -> Face | None:
        """What a card with this digest showed."""
        if not self.path.exists():
            return None
        with self._lock, self._open(write=False) as db:
            if _is_new(db):
                return None
            found = db.execute("SELECT face FROM faces WHERE digest = ? AND tongue = ?", (digest, tongue)).fetchone()
        return None if found is None else _face(json.loads(found[0]))

    # -- the file

    def _refreshed(self, db: sqlite3.Connection) -> tuple[Review, ...]:
        """The reviews that count; only what was added since the last time is read."""
        last, count = db.execute("SELECT (SELECT max(id) FROM reviews), (SELECT count(*) FROM undone)").fetchone()
        if (last or 0) < self._read_to:  # another file has taken its place
            self._rows, self._undone, self._read_to = (), frozenset(), 0
        if (last or 0) == self._read_to and count == len(self._undone):
            return self._standing
        new = db.execute(f"SELECT {_COLUMNS} FROM reviews WHERE id > ? ORDER BY id", (self._read_to,)).fetchall()
        self._rows += tuple(map(_review, new))
        self._undone = frozenset(id for (id,) in db.execute("SELECT review FROM undone"))
        self._read_to = self._rows[-1].id if self._rows else 0
        self._standing = tuple(r for r in self._rows if r.id not in self._undone)
        return self._standing

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction, which is taken back if anything goes wrong."""
        try:
            if write:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connection()) as db:
                db.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                try:
                    self._check(db, write=write)
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    self._rows, self._undone, self._read_to, self._standing = (), frozenset(), 0, ()
                    raise
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as e:
            if isinstance(e, sqlite3.OperationalError) and "locked" in str(e):
                why = "another program is writing to it; try again"
            elif isinstance(e, sqlite3.OperationalError) and ("readonly" in str(e) or "unable to open" in str(e)):
                why = "it cannot be opened for writing; check who owns the folder"
            else:
                what = " ".join(str(e).split())
                why = f"it is damaged ({what}); restore it from a backup, or move it away to begin anew"
            raise StoreError(f"{self.path}: the study history cannot be used: {why}") from e
        except OSError as e:
            raise StoreError(f"{self.path}: the study history cannot be written ({e.strerror})") from e

    def _connection(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = FULL")  # a review that was answered is on the disk
        except BaseException:
            db.close()
            raise
        return db

    def _check(self, db: sqlite3.Connection, *, write: bool) -> None:
        """Make the tables in a new file; refuse one that is damaged or of a newer version."""
        [version] = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreError(f"{self.path} was written by a newer version of this program; use that one")
        if _is_new(db):
            for statement in _statements(_SCHEMA) if write else ():
                db.execute(statement)
        elif version == 0:
            raise sqlite3.DatabaseError("no study history")
        if not self._checked:
            [first] = db.execute("PRAGMA quick_check(1)").fetchone()
            if first != "ok":
                raise sqlite3.DatabaseError(first)
            self._checked = True


def _is_new(db: sqlite3.Connection) -> bool:
    """Whether nothing has been written yet: the first review failed, or its process died."""
    return db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _statements(script: str) -> Iterator[str]:
    """One by one, since `executescript` would end the transaction."""
    part = ""
    for line in script.splitlines():
        part += line + "\n"
        if sqlite3.complete_statement(part):
            yield part
            part = ""


def _review(row: Sequence[Any]) -> Review:
    id, at, concept, type, other, tongue, digest, rating, result, was, state, step, stability, difficulty, due = row
    when = _time(at)
    memory = Memory(state, step, stability, difficulty, _time(due), when)
    return Review(id, when, concept, type, other or None, tongue, digest, rating, result, was, memory)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _plain(face: Face) -> dict[str, Any]:
    return {"front": face.front, "shown": face.shown, "answer": face.answer, "lines": face.lines}


def _face(value: dict[str, Any]) -> Face:
    return Face(
        value["front"],
        tuple(value["shown"]),
        tuple(tuple(of) for of in value["answer"]),
        tuple((document, (lines[0], lines[1]), quote) for document, lines, quote in value["lines"]),
    )
