"""The table and the vault as spreadsheets, Obsidian and three file systems take them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from exportkit import MATERIAL, TRICKS, hostile, material
from markdown_it import MarkdownIt

from kg.export.view import one_line, place

ALL = pytest.mark.parametrize("of", MATERIAL)
FORMULA = re.compile(r"[\s\u200b\ufeff\ufffd]*[=+\-@\t\r＝＋－＠]")
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f]')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
DIRECTION = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LINK = re.compile(r"(?<!\\)\[\[([^\]|#^]+)(?:\|([^\]]*))?\]\]")


# ---------------------------------------------------------------- CSV


@ALL
def test_csv_has_every_place_and_no_cell_that_runs(of: str, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    data = shown.export("csv")
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    view = shown.view
    assert [r["id"].removeprefix("'") for r in rows if r["record"] == "concept"] == [one_line(i) for i in view.nodes]
    told = sum(len(r.evidence) for n in view.nodes.values() for r in n.remarks) + sum(
        len(e.evidence) for e in view.edges
    )
    assert sum(r["record"] == "statement" for r in rows) == told
    numbers = {"position", "first_line", "last_line", "page", "start", "end"}
    for row in rows:
        assert None not in row  # a cell more than there are columns
        assert None not in row.values()
        for name, value in row.items():
            assert not FORMULA.match(value), (name, value[:80])
            assert name not in numbers or re.fullmatch(r"\d*", value)


def test_csv_keeps_the_text_behind_the_apostrophe(kept_cache: Path) -> None:
    text = material("hostile", kept_cache).export("csv").decode("utf-8-sig")
    rows = {r["id"]: r for r in csv.DictReader(io.StringIO(text, newline="")) if r["record"] == "concept"}
    for id in (i for i in TRICKS if i.startswith("formula")):
        assert rows[id]["label"] == "'" + one_line(TRICKS[id])
    assert rows["script"]["label"] == TRICKS["script"]
    assert rows["composed"]["label"] == TRICKS["composed"]


# ---------------------------------------------------------------- vault


def vault(of: str, kept: Path) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(material(of, kept).export("obsidian"))) as file:
        assert file.testzip() is None
        return {i.filename: file.read(i).decode("utf-8") for i in file.infolist()}


@ALL
def test_names_of_notes_are_safe_and_unique_on_every_system(of: str, kept_cache: Path) -> None:
    notes = vault(of, kept_cache)
    assert len(notes) == len(material(of, kept_cache).view.nodes) + 1
    seen: set[str] = set()
    for name in notes:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert len(path.parts) <= 2
        for part in path.parts:
            assert part not in {".", ".."}
            assert not FORBIDDEN.search(part)
            assert not DIRECTION.search(part)
            assert not RESERVED.fullmatch(part.removesuffix(".md"))
            assert not RESERVED.fullmatch(part)
            assert not part.startswith((".", " "))
            assert not part.removesuffix(".md").endswith((".", " "))
            assert len(part.encode()) <= 240  # UTF-8: Linux and macOS take 255
            assert len(part.encode("utf-16-le")) // 2 <= 240  # Windows
        for form in ("NFC", "NFD"):
            key = f"{form}:{unicodedata.normalize(form, name).casefold()}"
            assert key not in seen, name
            seen.add(key)


@ALL
def test_every_link_leads_to_one_note_and_every_note_is_in_the_index(of: str, kept_cache: Path) -> None:
    notes = vault(of, kept_cache)
    stems = {PurePosixPath(n).stem if n.endswith(".md") else n: n for n in notes}
    linked: set[str] = set()
    for name, text in notes.items():
        for target, _ in LINK.findall(text.split("\n---\n", 1)[-1]):
            assert target in stems, (name, target)
            if name == "Index.md":
                linked.add(stems[target])
    assert linked == set(notes) - {"Index.md"}


@ALL
def test_links_of_a_note_are_the_edges_of_its_concept(of: str, kept_cache: Path) -> None:
    notes, view = vault(of, kept_cache), material(of, kept_cache).view
    ids = {PurePosixPath(name).stem: id for name, id in zip(list(notes)[1:], view.nodes, strict=True)}
    for name, text in list(notes.items())[1:]:
        id = ids[PurePosixPath(name).stem]
        body = text.split("\n---\n", 1)[1].partition("\n## Relations\n")[2].partition("\n## Sources\n")[0]
        found = sorted(ids[target] for target, _ in LINK.findall(body))
        assert found == sorted([e.target for e in view.edges if e.source == id] +
                               [e.source for e in view.edges if e.target == id])  # fmt: skip


@ALL
def test_every_note_cites_the_lines_of_what_it_says(of: str, kept_cache: Path) -> None:
    notes, view = vault(of, kept_cache), material(of, kept_cache).view
    parser = MarkdownIt("commonmark", {"html": True})
    for text, node in zip(list(notes.values())[1:], view.nodes.values(), strict=True):
        tokens = parser.parse(text.split("\n---\n", 1)[1])
        inline = [c for t in tokens if t.type == "inline" for c in t.children or []]
        assert not [t for t in [*tokens, *inline] if t.type in {"html_block", "html_inline", "image", "link_open"}]
        plain = "\n".join("".join(c.content for c in t.children or []) for t in tokens if t.type == "inline")
        said = [e for r in node.remarks for e in r.evidence]
        for e in said:
            assert place(e) in plain, (node.id, place(e))
        quoted = [i for i, t in enumerate(tokens) if t.type == "blockquote_open"]
        assert len(quoted) >= len(set(said))


def test_the_properties_are_read_as_yaml_would(kept_cache: Path) -> None:
    import yaml

    for name, text in list(vault("hostile", kept_cache).items())[1:]:
        assert text.startswith("---\n")
        head = yaml.safe_load(text[4:].split("\n---\n", 1)[0])
        assert set(head) == {"id", "iri", "aliases", "tags", "sources"}, name
        assert all(isinstance(v, str) for k in ("aliases", "tags", "sources") for v in head[k])
        assert all(re.fullmatch(r"[\w/-]+", tag) for tag in head["tags"])
    assert hostile().concepts
