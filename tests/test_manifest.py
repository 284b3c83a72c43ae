"""A build's manifest: what it says must be so, and what cannot be opened says how to mend it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg import manifest
from kg.errors import StoreError
from kg.manifest import Manifest, SourceFile


@pytest.fixture
def build(tmp_path: Path) -> tuple[Path, Manifest]:
    (tmp_path / "graph.nq").write_text("<a> <b> <c> .\n")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "vectors").write_bytes(b"123")
    found = Manifest(
        format=manifest.FORMAT,
        program="0",
        code="c",
        ontology="o",
        model="m",
        sources=(SourceFile("лекция.md", "aa", "kk"),),
        counts={"concepts": 1},
        parts=manifest.parts_of(tmp_path),
    )
    manifest.write(tmp_path, found)
    return tmp_path, found


def test_it_reads_what_it_wrote(build: tuple[Path, Manifest]) -> None:
    folder, written = build
    assert manifest.read(folder) == written
    assert set(written.parts) == {"graph.nq", "index/vectors"}
    assert manifest.damage(folder, written, thorough=True) == ""


def test_damage_is_found(build: tuple[Path, Manifest]) -> None:
    folder, written = build
    (folder / "graph.nq").write_text("<a> <b> <d> .\n")  # the same length
    assert manifest.damage(folder, written, thorough=False) == ""
    assert manifest.damage(folder, written, thorough=True) == "graph.nq has been changed"
    (folder / "graph.nq").write_text("")
    assert manifest.damage(folder, written, thorough=False) == "graph.nq has been changed"
    (folder / "graph.nq").unlink()
    assert manifest.damage(folder, written, thorough=False) == "graph.nq is missing"


def test_the_id_follows_the_content_and_not_the_engines_files(build: tuple[Path, Manifest]) -> None:
    folder, written = build
    (folder / "index" / "vectors").write_bytes(b"456")
    assert replace(written, parts=manifest.parts_of(folder)).build_id == written.build_id
    (folder / "graph.nq").write_text("")
    assert replace(written, parts=manifest.parts_of(folder)).build_id != written.build_id
    for change in ({"code": "d"}, {"ontology": "d"}, {"model": "d"}, {"format": 0}):
        assert replace(written, **change).build_id != written.build_id, change  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("version", "words"), [(manifest.FORMAT - 1, "an older version"), (manifest.FORMAT + 1, "a newer version")]
)
def test_another_format_tells_to_build_again(build: tuple[Path, Manifest], version: int, words: str) -> None:
    folder, _ = build
    data = json.loads((folder / manifest.FILE).read_text()) | {"format": version}
    (folder / manifest.FILE).write_text(json.dumps(data))
    with pytest.raises(StoreError, match=f"{words}.*kg build PATH"):
        manifest.read(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}', '{"format": 1, "parts": 3}'])
def test_a_damaged_manifest_tells_to_build_again(tmp_path: Path, content: str) -> None:
    (tmp_path / manifest.FILE).write_text(content)
    with pytest.raises(StoreError, match=r"damaged.*kg build PATH"):
        manifest.read(tmp_path)


def test_a_digest_follows_names_and_bytes_and_ignores_compiled_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a").write_text("x")
    (two / "__pycache__").mkdir()
    (two / "__pycache__" / "a.pyc").write_text("x")
    assert manifest.digest_of([one]) == manifest.digest_of([two])
    (two / "a").rename(two / "b")
    assert manifest.digest_of([one]) != manifest.digest_of([two])
