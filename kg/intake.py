"""From files to what each says by itself: copied into the build, and read unless the cache knows the same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg import manifest, stored
from kg.errors import SourceError, TooLarge
from kg.manifest import SourceFile, code_digest
from kg.progress import Progress
from kg.sources import Source
from kg.stored import Extracted

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.settings import Settings

READ_BY = (  # what decides it
    "model.py", "text.py", "frequencies.py", "ontology.py", "ontology_files.py", "counts.py",
    "reading", "extract", "passages.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """Parallel tuples, sorted by name; `problems` are the new sources that could not be read."""

    extracted: tuple[Extracted, ...]
    files: tuple[SourceFile, ...]
    problems: tuple[SourceError, ...]


def take(
    new: Sequence[Source],
    kept: Sequence[Source],
    *,
    folder: Path,
    cache: Path,
    settings: Settings,
    ontology: Ontology,
    ontology_digest: str,
    progress: Progress,
) -> Taken:
    """Copy the sources into `folder` (made here) and read them.

    A new source replaces a kept one of its name, unless it cannot be read. SourceError if there are
    new ones and none can be read.
    """
    folder.mkdir()
    cache.mkdir(parents=True, exist_ok=True)
    made_by = _made_by(settings, ontology_digest)
    found: dict[str, tuple[Extracted, SourceFile]] = {}
    problems: list[SourceError] = []
    waiting = [*((s, False) for s in new), *((s, True) for s in kept)]
    readable = 0  # of the new ones
    for done, (source, is_kept) in enumerate(waiting, start=1):
        if source.name not in found:
            try:
                copy = _copy(source, folder, link=is_kept, limit=settings.max_file_bytes)
                found[source.name] = _extracted(copy, cache, made_by, settings=settings, ontology=ontology)
                readable += not is_kept
            except SourceError as e:
                problems.append(e)
                (folder / source.name).unlink(missing_ok=True)
        progress("Reading", done, len(waiting))
    if new and not readable:
        raise problems[0] if len(problems) == 1 else _none_of(problems)
    ordered = [found[name] for name in sorted(found)]
    return Taken(tuple(e for e, _ in ordered), tuple(f for _, f in ordered), tuple(problems))


def forget(cache: Path, used: set[str]) -> None:
    """Remove what the cache holds beyond the keys in `used`."""
    for entry in cache.glob("*.json"):
        if entry.stem not in used:
            entry.unlink(missing_ok=True)


def _made_by(settings: Settings, ontology_digest: str) -> str:
    limits = (settings.max_file_bytes, settings.max_pages, settings.max_chars, settings.max_unpacked_bytes)
    return f"{code_digest(READ_BY)} {ontology_digest} {limits}"


def _copy(source: Source, folder: Path, *, link: bool, limit: int) -> Path:
    """A copy of its own, as its owner may edit the file in place; only between builds a hard link will do."""
    target = folder / source.name
    try:
        size = source.path.stat().st_size
        if size > limit:
            raise TooLarge(source.name, f"{size} bytes, the limit is {limit}", "raise KG_MAX_FILE_BYTES or split it")
        if link:
            try:
                os.link(source.path, target)
                return target
            except OSError:
                pass  # another file system, or one without links
        shutil.copyfile(source.path, target)
    except OSError as e:
        raise SourceError(source.name, f"cannot be read ({e.strerror or e})") from e
    return target


def _extracted(
    path: Path, cache: Path, made_by: str, *, settings: Settings, ontology: Ontology
) -> tuple[Extracted, SourceFile]:
    sha256 = manifest.sha256_of(path)
    key = hashlib.sha256(f"{made_by}\0{path.name}\0{sha256}".encode()).hexdigest()
    file = SourceFile(path.name, sha256, key)
    entry = cache / f"{key}.json"
    if (known := stored.read_extracted(entry)) is not None:
        return known, file
    from kg.extract import extract
    from kg.passages import passages
    from kg.reading import read

    document = read(path, settings=settings, ontology=ontology)
    value = Extracted(document, tuple(extract(document, ontology)), tuple(passages(document)))
    temporary = entry.with_suffix(f".{os.getpid()}")
    stored.write_extracted(temporary, value)
    os.replace(temporary, entry)
    return value, file


def _none_of(problems: Sequence[SourceError]) -> SourceError:
    first = problems[0]
    return SourceError(first.name, f"{first.why}; none of the other {len(problems) - 1} files could be read either")
