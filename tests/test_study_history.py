"""The log of reviews: only added to, shared by processes, readable errors for what cannot be read."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from graphs import ontology, small
from studykit import NOON

from kg.errors import StoreError
from kg.study.card import Card
from kg.study.compile import compile_cards
from kg.study.history import VERSION, Face, History, Review, place
from kg.study.schedule import GOOD, Plan

CARDS = compile_cards(small(), ontology())
PLAN = Plan(0.9)


def entry(rows: Sequence[Review], card: Card = CARDS[0], minutes: int = 0) -> tuple[Card, Review]:
    known = [r.memory for r in rows if (r.concept, r.type) == (card.concept, card.type)]
    at = NOON + timedelta(minutes=minutes)
    memory = PLAN.rate(known[-1] if known else None, GOOD, at)
    was = known[-1].state if known else "new"
    return card, Review(0, at, card.concept, card.type, card.other, "en", card.digest, GOOD, "", was, memory)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(place(tmp_path))


def test_reading_makes_no_file(history: History) -> None:
    assert history.reviews() == ()
    assert history.undo(NOON) is None
    assert history.face("x", "en") is None
    assert not history.path.parent.exists()


def test_what_is_added_is_read_again_by_another(history: History) -> None:
    added = [history.add(lambda rows, n=n: entry(rows, minutes=10 * n)) for n in range(3)]
    assert [r.id for r in added] == [1, 2, 3]
    assert history.reviews() == tuple(added) == History(history.path).reviews()
    assert added[2].memory.due.tzinfo is not None
    assert history.reviews() is history.reviews(), "nothing is read twice"
    card = CARDS[0]
    assert History(history.path).face(card.digest, "en") == Face.of(card)
    assert history.face(card.digest, "ru") is None


def test_undo_passes_over_and_deletes_nothing(history: History) -> None:
    first, second = (history.add(lambda rows, n=n: entry(rows, minutes=n)) for n in (0, 10))
    assert history.undo(NOON) == second
    assert history.reviews() == (first,) == History(history.path).reviews()
    third = history.add(lambda rows: entry(rows, minutes=20))
    assert third.id == 3
    assert [r.id for r in history.reviews()] == [1, 3]
    assert [history.undo(NOON), history.undo(NOON), history.undo(NOON)] == [third, first, None]
    with sqlite3.connect(history.path) as db:
        assert db.execute("SELECT count(*) FROM reviews").fetchone() == (3,)
    db.close()


@pytest.mark.parametrize("statement", ["UPDATE reviews SET rating = 4", "DELETE FROM reviews"])
def test_the_log_is_only_added_to(history: History, statement: str) -> None:
    history.add(entry)
    db = sqlite3.connect(history.path)
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        db.execute(statement)
    db.close()


def test_what_fails_leaves_nothing_behind(history: History) -> None:
    history.add(entry)

    def failing(rows: Sequence[Review]) -> tuple[Card, Review]:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        history.add(failing)
    assert len(history.reviews()) == 1
    assert len(History(history.path).reviews()) == 1
    history.add(lambda rows: entry(rows, minutes=10))
    assert len(history.reviews()) == 2


def test_a_first_review_that_fails_leaves_a_history_that_can_begin(history: History) -> None:
    def failing(rows: Sequence[Review]) -> tuple[Card, Review]:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        history.add(failing)
    for again in (history, History(history.path)):
        assert again.reviews() == ()
        assert again.undo(NOON) is None
        assert again.face("x", "en") is None
    assert history.add(entry).id == 1


WRITER = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from test_study_history import CARDS, entry
from kg.study.history import History
history = History(Path(sys.argv[1]))
for n in range(30):
    history.add(lambda rows: entry(rows, CARDS[n % 3], minutes=len(rows)))
"""


def test_two_processes_at_once_lose_nothing(history: History) -> None:
    tests = Path(__file__).parent
    command = [sys.executable, "-c", WRITER, str(history.path), str(tests), str(tests.parent)]
    running = [subprocess.Popen(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}) for _ in range(2)]
    assert [p.wait(120) for p in running] == [0, 0]
    rows = history.reviews()
    assert [r.id for r in rows] == list(range(1, 61))
    for card in CARDS[:3]:
        mine = [r for r in rows if (r.concept, r.type) == (card.concept, card.type)]
        assert len(mine) == 20
        memory = None
        for review in mine:  # every review went on from the one before it, whoever made that
            memory = PLAN.rate(memory, GOOD, review.at)
            assert review.memory == memory


@pytest.mark.parametrize("damage", ["garbage", "hole", "other", "newer"])
def test_a_damaged_file_is_named_with_what_to_do(history: History, damage: str) -> None:
    for n in range(40):
        history.add(lambda rows, n=n: entry(rows, CARDS[n % len(CARDS)], minutes=n))
    data = history.path.read_bytes()
    expected = "damaged.*restore it from a backup, or move it away"
    if damage == "garbage":
        history.path.write_bytes(b"not a database, by any means" * 200)
    elif damage == "hole":
        history.path.write_bytes(data[:4096] + b"\xff" * (len(data) - 8192) + data[-4096:])
    else:
        history.path.unlink()
        db = sqlite3.connect(history.path)
        db.execute("CREATE TABLE recipes (id)")
        if damage == "newer":
            db.execute(f"PRAGMA user_version = {VERSION + 1}")
            expected = "newer version"
        db.commit()
        db.close()
    with pytest.raises(StoreError, match=expected) as caught:
        History(history.path).reviews()
    assert str(history.path) in str(caught.value)
    assert "\n" not in str(caught.value)
    before = history.path.read_bytes()
    with pytest.raises(StoreError):
        History(history.path).add(entry)
    assert history.path.read_bytes() == before, "what cannot be read is not written over"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "people").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="study history cannot be"):
        History(place(tmp_path)).add(entry)


def test_a_file_that_is_put_back_is_read_anew(history: History) -> None:
    history.add(entry)
    copy = history.path.read_bytes()
    for n in range(3):
        history.add(lambda rows, n=n: entry(rows, minutes=n))
    assert len(history.reviews()) == 4
    history.path.write_bytes(copy)
    assert len(history.reviews()) == 1
