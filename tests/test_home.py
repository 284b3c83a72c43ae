"""The data folder: one rename makes a build current, one writer at a time, old builds go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg import home as data
from kg.errors import NoBuild, UsageError


def make(home: Path, name: str, content: str = "x") -> Path:
    with data.new_folder(home) as folder:
        (folder / "part").write_text(content)
        return data.publish(home, folder, name)


def test_without_a_build_the_error_tells_the_command(tmp_path: Path) -> None:
    with pytest.raises(NoBuild, match=r"kg build PATH --home .*nothing"):
        data.current(tmp_path / "nothing")
    assert data.current_name(tmp_path / "nothing") is None
    assert data.finished(tmp_path / "nothing") == []


def test_a_build_is_seen_when_it_is_made_current(tmp_path: Path) -> None:
    with data.locked(tmp_path):
        make(tmp_path, "a")
        with pytest.raises(NoBuild):
            data.current(tmp_path)
        data.make_current(tmp_path, "a")
        assert (data.current(tmp_path) / "part").read_text() == "x"
        make(tmp_path, "b")
        assert data.current(tmp_path).name == "a"
        data.make_current(tmp_path, "b")
        assert data.current(tmp_path).name == "b"


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    with data.locked(tmp_path):
        assert [make(tmp_path, "a").name for _ in range(3)] == ["a", "a-2", "a-3"]


def test_the_build_before_stays_and_older_ones_go(tmp_path: Path) -> None:
    with data.locked(tmp_path):
        for name in ("a", "b", "c"):
            make(tmp_path, name)
            data.make_current(tmp_path, name)
        data.make_current(tmp_path, "a")  # used last, though made first
        data.prune(tmp_path)
        assert [p.name for p in data.finished(tmp_path)] == ["a", "c"]


def test_an_unfinished_build_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with data.new_folder(tmp_path) as folder:
            (folder / "part").write_text("half")
            raise RuntimeError("stop")

    with data.locked(tmp_path):
        with pytest.raises(RuntimeError, match="stop"):
            interrupted()
        assert list(data.builds(tmp_path).iterdir()) == []


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    with data.locked(tmp_path):
        pass
    left = data.builds(tmp_path) / ".new-dead"
    left.mkdir()
    (tmp_path / ".CURRENT.123").write_text("half a na")
    assert data.finished(tmp_path) == []
    with data.locked(tmp_path):
        assert not left.exists()
        assert not (tmp_path / ".CURRENT.123").exists()


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    other = "import sys; from pathlib import Path; from kg import home\nwith home.locked(Path(sys.argv[1])): pass"
    command = [sys.executable, "-c", other, str(tmp_path)]
    root = Path(__file__).parents[1]
    with data.locked(tmp_path):
        second = subprocess.run(command, cwd=root, capture_output=True, text=True)
        assert second.returncode != 0
        assert "another build is running there" in second.stderr
    assert subprocess.run(command, cwd=root).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be written"), data.locked(tmp_path / "home"):
        pass


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file: cannot be written"), data.locked(tmp_path / "file"):
        pass
