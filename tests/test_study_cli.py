"""`kg study`: figures, the drill from a pipe and in a terminal, undo."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from graphs import nasty, small
from studykit import Watch, desk_over

from kg import cli
from kg.cli import drilling
from kg.desk import Desk
from kg.settings import Settings


def drill(desk: Desk, *lines: str, quiz: bool = False) -> str:
    out = io.StringIO()
    drilling.run(desk, "en", quiz=quiz, keys=drilling.keys(io.StringIO("".join(f"{x}\n" for x in lines))), out=out)
    return out.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_over(small(), tmp_path, Watch())


def test_the_drill_asks_shows_the_line_and_keeps_the_rating(desk: Desk) -> None:
    told = drill(desk, "", "4", ":q")
    assert "Define: Bread baking" in told
    assert "  the craft of turning flour and water into a loaf" in told
    assert "bread.txt:2 “Bread baking is the craft" in told
    assert "4 easy 8 d" in told
    assert "1 reviewed." in told
    [review] = desk.history.reviews()
    assert (review.concept, review.type, review.rating) == ("bread-baking", "definition", 4)


def test_what_is_typed_is_judged_and_enter_takes_the_suggestion(desk: Desk) -> None:
    told = drill(desk, "the craft of turning flour and water into a loaf", "", "nothing like it", "", ":q")
    assert "right" in told
    assert "wrong" in told
    assert [(r.rating, r.result) for r in desk.history.reviews()] == [(3, "right"), (1, "wrong")]


def test_undo_in_the_drill(desk: Desk) -> None:
    told = drill(desk, ":u", "", "1", ":u", "", "4", "", ":u", ":q")
    assert told.count("the last review is undone") == 2
    assert "there is no review to undo" in told
    assert desk.history.reviews() == ()


def test_the_drill_ends_when_there_is_nothing_more(desk: Desk) -> None:
    told = drill(desk, *["", "4"] * 40)
    assert f"{len(desk.deck('en').cards)} reviewed. Nothing is due. Come back at 2026-03-" in told
    assert drill(desk).splitlines()[-1].startswith("0 reviewed. Nothing is due. Come back")


def test_the_drill_with_answers_to_choose(desk: Desk) -> None:
    told = drill(desk, "1", "", ":q", quiz=True)
    assert "  1. " in told
    assert "  2. " in told
    assert len(desk.history.reviews()) == 1


def test_hostile_notes_write_no_control_characters(tmp_path: Path) -> None:
    told = drill(desk_over(nasty(), tmp_path, Watch()), *["", "4"] * 40)
    assert "reviewed" in told
    assert not [c for c in told if not c.isprintable() and c != "\n"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (60, "1 min"),
        (330, "6 min"),
        (3599, "1 h"),
        (86400, "1 d"),
        (8 * 86400, "8 d"),
        (60 * 86400, "2 mo"),
        (800 * 86400, "2.2 y"),
    ],
)
def test_spans(seconds: int, text: str) -> None:
    assert drilling.span(seconds) == text


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, built: Settings) -> object:
    monkeypatch.setenv("KG_HOME", str(built.home))

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = cli.run(arguments)
        return (status, *capfd.readouterr())

    return run


def test_the_command_tells_what_is_due(kg) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = kg("study")
    assert status == 0
    assert "0 due," in out
    status, out, _ = kg("study", "--json", "--cards", "ru")
    shown = json.loads(out)
    assert (status, shown["cards"]) == (0, "ru")
    assert shown["total"] == sum(shown["counts"].values()) > 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cards", "de"), "choose one of en, ru"),
        (("--drill", "--json"), "leave out"),
        (("--undo",), "no review to undo"),
    ],
)
def test_bad_usage_is_one_line(kg, arguments: tuple[str, ...], message: str) -> None:  # type: ignore[no-untyped-def]
    status, out, err = kg("study", *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_damaged_history_is_one_line(kg, built: Settings) -> None:  # type: ignore[no-untyped-def]
    (built.home / "people").mkdir()
    (built.home / "people" / "study.sqlite").write_bytes(b"nonsense" * 500)
    status, _, err = kg("study")
    assert status == 1
    assert "move it away to begin anew" in err
    assert err.count("\n") == 1


def test_keys_in_a_real_terminal(built: Settings) -> None:
    """Space shows, a digit rates, letters are typed and may be taken back, Esc ends."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "kg.cli", "study", "--drill", "--home", str(built.home)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment, close_fds=True)
    os.close(slave)
    seen = ""

    def wait_for(text: str, after: int = 0) -> None:
        nonlocal seen
        end = time.monotonic() + 60
        while text not in seen[after:]:
            assert time.monotonic() < end, seen
            if select.select([master], [], [], 0.2)[0]:
                seen += os.read(master, 4096).decode("utf-8", "replace")

    try:
        wait_for("· new")
        for keys in (" ", "бq\x7f\x7fxyz\r"):
            time.sleep(0.3)  # until keys are read one by one
            at = len(seen)
            os.write(master, keys.encode())
            wait_for("1 again", at)
            time.sleep(0.3)
            at = len(seen)
            os.write(master, b"3")
            wait_for("· new", at)
        time.sleep(0.3)
        os.write(master, b"\x1b")
        wait_for("2 reviewed.")
        assert process.wait(30) == 0
    finally:
        process.kill()
        os.close(master)
    assert "wrong" in seen
