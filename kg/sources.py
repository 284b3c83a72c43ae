"""Which files make a build, and under which names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is to be read, under the name that its document will have."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Collected:
    """`skipped` tells, one line each, which files below the folders were left out and why."""

    sources: tuple[Source, ...]
    skipped: tuple[str, ...]


def collect(paths: Sequence[Path], *, supported: Callable[[Path], bool]) -> Collected:
    """The files below `paths`, sorted. UsageError for a path that does not exist, or where nothing is left.

    A file that is named itself is always taken; below a folder, hidden files, README files and types
    that no reader takes are left out. The first file of a name keeps it; a later one of the same name in
    another folder has the names of the folders above it put before, as few as make it unique.
    """
    files: dict[Path, Path] = {}  # real path -> path as it was given
    skipped = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        if path.is_file():
            files.setdefault(path.resolve(), path)
            continue
        for file in _below(path):
            if file.name.upper().split(".")[0] == "README":
                skipped.append(f"{file}: left out, a README describes the folder")
            elif not supported(file):
                skipped.append(f"{file}: left out, no reader takes {file.suffix or 'files without a suffix'}")
            else:
                files.setdefault(file.resolve(), file)
    if not files:
        where = ", ".join(map(str, paths)) or "no path"
        raise UsageError(f"{where}: no document there that can be read")
    return Collected(_named(files.values()), tuple(skipped))


def _below(folder: Path) -> Iterable[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(parent) / n for n in sorted(names) if not n.startswith(".") and (Path(parent) / n).is_file())


def _named(files: Iterable[Path]) -> tuple[Source, ...]:
    taken: dict[str, Source] = {}
    for path in files:
        name = _printable(path.name)
        above = [p for p in path.resolve().parent.parts if p.strip(os.sep)]
        while name.casefold() in taken:
            name = _printable(f"{above.pop()}_{name}" if above else f"_{name}")
        taken[name.casefold()] = Source(name, path)
    return tuple(sorted(taken.values(), key=lambda s: s.name))


def _printable(name: str) -> str:
    """Composed letters (some systems store names decomposed), and no control characters or undecodable bytes."""
    return "".join(c if c.isprintable() else "_" for c in unicodedata.normalize("NFC", name))
