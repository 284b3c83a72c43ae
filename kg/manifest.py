"""What a build consists of: versions, sources, counts, and a checksum of every part.

    graph.nq         the whole graph, sorted N-Quads: the same bytes for the same sources
    documents.json   documents as they were read, with stored text and blocks
    passages.json    their passages
    merges.json      how names were joined, and what was decided about them
    sources/         the files themselves, so that one can be changed without the others at hand
    ontology/        the ontology that the build was made with
    store/  index/   engines' own files, made from the parts above
    manifest.json    this
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import StoreError

FORMAT = 1  # of the build folder; raised whenever an older program could not open it, or a newer one its
FILE = "manifest.json"
KEPT_ONTOLOGY = "index/ontology.json"
UNCHECKED = ("store/", "index/")  # engines may touch their own files while they serve


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`extraction` is the key under which the cache holds what was read from it."""

    name: str
    sha256: str
    extraction: str


@dataclass(frozen=True, slots=True)
class Part:
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """No time stamps: two builds of the same sources have the same manifest but for the engines' files."""

    format: int
    program: str
    code: str
    ontology: str
    model: str
    sources: tuple[SourceFile, ...]
    counts: Mapping[str, int]
    parts: Mapping[str, Part]

    @property
    def build_id(self) -> str:
        """Sixteen hexadecimal digits, from everything that decides what the build says and how it is searched."""
        content = {
            "format": self.format,
            "code": self.code,
            "ontology": self.ontology,
            "model": self.model,
            "parts": {n: p.sha256 for n, p in sorted(self.parts.items()) if not n.startswith(UNCHECKED)},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def write(folder: Path, manifest: Manifest) -> None:
    from pydantic import TypeAdapter

    (folder / FILE).write_bytes(TypeAdapter(Manifest).dump_json(manifest, indent=1))


def read(folder: Path) -> Manifest:
    """StoreError names the command that mends it: a missing, damaged or older manifest means building again."""
    from pydantic import TypeAdapter, ValidationError

    again = "build again: kg build PATH"
    try:
        data = (folder / FILE).read_bytes()
        found: Any = json.loads(data)
        version = found["format"]
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise StoreError(f"{folder / FILE} is missing or damaged; {again}") from e
    if version != FORMAT:
        age = "an older" if isinstance(version, int) and version < FORMAT else "a newer"
        raise StoreError(f"{folder} was written by {age} version (format {version}, this one reads {FORMAT}); {again}")
    try:
        return TypeAdapter(Manifest).validate_json(data)
    except ValidationError as e:
        raise StoreError(f"{folder / FILE} is damaged; {again}") from e


def parts_of(folder: Path) -> dict[str, Part]:
    """Checksums of all files below, keyed by their path with forward slashes."""
    out = {}
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        if name != FILE:
            out[name] = Part(sha256_of(path), path.stat().st_size)
    return out


def damage(folder: Path, manifest: Manifest, *, thorough: bool) -> str:
    """The first thing that is not as the manifest says, "" if all is well. `thorough` reads every byte."""
    for name, part in sorted(manifest.parts.items()):
        path = folder / name
        if name.startswith(UNCHECKED):
            continue
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != part.bytes or (thorough and sha256_of(path) != part.sha256):
            return f"{name} has been changed"
    return ""


def files_below(folder: Path) -> list[Path]:
    """Every file, sorted by path; folders that are links are not entered."""
    return sorted(Path(parent) / n for parent, _, names in os.walk(folder) for n in names)


def sha256_of(path: Path) -> str:
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


@cache
def code_digest(parts: tuple[str, ...] = (".",)) -> str:
    """Checksum of the program, or of these files and folders of it: as it was when first asked in this process."""
    here = Path(__file__).parent
    return digest_of(here / part for part in parts)


def ontology_made_from(digest: str) -> str:
    """What decides how kg.ontology_kept keeps the ontology of this checksum."""
    return f"{digest}/{code_digest(('ontology.py', 'ontology_files.py', 'ontology_kept.py', 'text.py'))}"


def digest_of(paths: Iterable[Path]) -> str:
    """One checksum of many files and folders, by name below the folder and content; compiled Python is left out."""
    total = hashlib.sha256()
    for root in paths:
        for path in files_below(root) if root.is_dir() else [root]:
            name = path.relative_to(root).as_posix() if root.is_dir() else path.name
            if "__pycache__" not in path.parts and not path.name.startswith("."):
                total.update(f"{name}\0{sha256_of(path)}\n".encode())
    return total.hexdigest()
