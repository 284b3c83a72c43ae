"""The data folder: builds beside each other, one of them current.

    <home>/CURRENT              one line, the folder name of the build that serves; replaced by one rename
    <home>/lock                 held (flock) while a build is being written
    <home>/builds/<name>/       a finished build, never changed again
    <home>/builds/.new-*/       a build in the making; rubbish if nobody holds the lock
    <home>/people/              what people decided (kg.decisions); no build touches it
    <home>/cache/               what the next build would make again: exported model, embeddings, documents read

A build becomes visible by `os.replace`, first of its folder and then of CURRENT, each after its
bytes were flushed; whatever happens in between, CURRENT names a whole build.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import NoBuild, UsageError

CURRENT = "CURRENT"
KEPT = 2  # the current build and the one before it


def builds(home: Path) -> Path:
    return home / "builds"


def cache(home: Path) -> Path:
    return home / "cache"


def words(home: Path) -> Path:
    """Where the lemma dictionaries and the frequencies of words are kept."""
    return cache(home) / "words"


def reader(home: Path) -> Path:
    """Where what reads questions and lines together is kept (kg.cross_encoder)."""
    return cache(home) / "models" / "cross-encoder"


def current_name(home: Path) -> str | None:
    """Name of the current build's folder; None where nothing was built yet."""
    try:
        name = (home / CURRENT).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return name or None


def current(home: Path) -> Path:
    """Folder of the current build. NoBuild says which command makes one."""
    name = current_name(home)
    folder = builds(home) / name if name else None
    if folder is None or not folder.is_dir():
        raise NoBuild(f"nothing has been built in {home} yet; run: kg build PATH --home {home}")
    return folder


def finished(home: Path) -> list[Path]:
    """Finished builds, the newest first."""
    folder = builds(home)
    found = [p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")] if folder.is_dir() else []
    return sorted(found, key=lambda p: (p.name == current_name(home), p.stat().st_mtime_ns, p.name), reverse=True)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Only one writer at a time; what a killed one left behind is removed. UsageError if it is taken."""
    try:
        builds(home).mkdir(parents=True, exist_ok=True)
        cache(home).mkdir(exist_ok=True)
        handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as e:
        raise UsageError(f"{home}: cannot be written ({e.strerror}); choose another folder with --home") from e
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise UsageError(f"{home}: another build is running there; wait until it has ended") from e
        for left in builds(home).glob(".new-*"):
            shutil.rmtree(left, ignore_errors=True)
        for left in home.glob(f".{CURRENT}.*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


@contextmanager
def new_folder(home: Path) -> Iterator[Path]:
    """A folder to write a build into; it is gone at the end unless `publish` has taken it."""
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=builds(home)))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)


def publish(home: Path, folder: Path, name: str) -> Path:
    """Move a finished folder to its place under `name`, or `name-2`, ... where a damaged one stands there."""
    flush(folder)
    target, n = builds(home) / name, 1
    while target.exists():
        n += 1
        target = builds(home) / f"{name}-{n}"
    os.replace(folder, target)
    _flush_path(builds(home))
    return target


def make_current(home: Path, name: str) -> None:
    """One rename: readers see the old name or the new one, never half of it."""
    os.utime(builds(home) / name)  # the order of use, by which `prune` knows the predecessor
    temporary = home / f".{CURRENT}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as f:
        f.write(name + "\n")
        f.flush()
        os.fsync(f.fileno())
    os.replace(temporary, home / CURRENT)
    _flush_path(home)


def prune(home: Path) -> None:
    """Remove all but the current build and its predecessor."""
    for old in finished(home)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def flush(folder: Path) -> None:
    """fsync every file and folder below."""
    for parent, _, files in os.walk(folder):
        for name in files:
            with suppress(FileNotFoundError):
                _flush_path(Path(parent) / name)
        _flush_path(Path(parent))


def _flush_path(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
