"""Which files make a build, and under which names."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.sources import Collected, collect


def supported(path: Path) -> bool:
    return path.suffix in {".md", ".txt"}


def names(collected: Collected) -> list[str]:
    return [s.name for s in collected.sources]


def write(folder: Path, *files: str) -> None:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file)


def test_folders_are_walked_and_noise_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/c.txt", "README.md", "readme.txt", ".hidden.md", ".git/x.md", "a/make.py", "a/Makefile")
    found = collect([tmp_path], supported=supported)
    assert names(found) == ["b.md", "c.txt"]
    left = "\n".join(found.skipped)
    assert len(found.skipped) == 4
    assert "README.md: left out" in left
    assert "make.py: left out, no reader takes .py" in left
    assert "Makefile: left out, no reader takes files without a suffix" in left


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path: Path) -> None:
    write(tmp_path, "README.md", ".hidden.md", "odd.bin")
    paths = [tmp_path / n for n in ("README.md", ".hidden.md", "odd.bin")]
    assert names(collect(paths, supported=supported)) == [".hidden.md", "README.md", "odd.bin"]


def test_the_same_file_twice_is_one_source(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    assert names(collect([tmp_path, tmp_path / "a.md", tmp_path / "." / "a.md"], supported=supported)) == ["a.md"]


def test_namesakes_get_the_folder_before(tmp_path: Path) -> None:
    write(tmp_path, "week1/notes.md", "week2/notes.md", "x/week2/notes.md", "week3/NOTES.md")
    found = collect([tmp_path], supported=supported)
    assert names(found) == ["notes.md", "week2_notes.md", "week3_NOTES.md", "x_week2_notes.md"]
    assert {s.name: s.path.read_text() for s in found.sources}["x_week2_notes.md"] == "x/week2/notes.md"


@pytest.mark.parametrize("name", ["Лекция й.md", "café “one” – «два».md"])
def test_names_are_composed(tmp_path: Path, name: str) -> None:
    write(tmp_path, unicodedata.normalize("NFD", name))
    assert names(collect([tmp_path], supported=supported)) == [unicodedata.normalize("NFC", name)]


def test_names_carry_no_commands_for_a_terminal(tmp_path: Path) -> None:
    write(tmp_path, "a\x1b[31m\nb.md")
    assert names(collect([tmp_path], supported=supported)) == ["a_[31m_b.md"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere: no such file or folder"):
        collect([tmp_path / "nowhere"], supported=supported)
    with pytest.raises(UsageError, match="no document there"):
        collect([tmp_path], supported=supported)


def test_links_that_lead_nowhere_or_round_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "dead.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "round").symlink_to(tmp_path)
    assert names(collect([tmp_path], supported=supported)) == ["a.md"]
