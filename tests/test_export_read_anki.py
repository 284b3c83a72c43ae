"""The deck in the official Anki: imported again after studying, it keeps every schedule and doubles nothing."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exportkit import anki_python, hostile, material
from graphs import small

from kg.export import export
from kg.model import Graph
from kg.ontology import Ontology

READER = Path(__file__).parent / "anki_reader.py"
DAY = 86_400
FIRST = 1_750_000_000


def imported(decks: list[bytes], folder: Path, kept: Path) -> list[dict[str, Any]]:
    paths = []
    for i, deck in enumerate(decks):
        (path := folder / f"deck-{i}.apkg").write_bytes(deck)
        paths.append(str(path))
    command = [str(anki_python(kept)), str(READER), str(folder / "collection.anki2"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    states: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    for found in states:
        assert found["count"] == len(found["notes"]), "a GUID twice"
        assert found["media"] == []
    return states


def deck(graph: Graph, ontology: Ontology, *, modified: int, **options: Any) -> bytes:
    return export("anki", graph=graph, ontology=ontology, modified=modified, **options)


def renamed(graph: Graph, id: str, label: str) -> Graph:
    changed = replace(graph.concepts[id], labels={**graph.concepts[id].labels, "en": label})
    return replace(graph, concepts={**graph.concepts, id: changed})


def test_what_was_studied_stays_studied_when_the_notes_change(tmp_path: Path, kept_cache: Path) -> None:
    shown = material("small", kept_cache)
    new = renamed(small(), "proving", "Proving of the dough")
    decks = [
        deck(shown.graph, shown.ontology, modified=FIRST),
        deck(shown.graph, shown.ontology, modified=FIRST),
        deck(new, shown.ontology, modified=FIRST + DAY),
    ]
    first, again, later = imported(decks, tmp_path, kept_cache)
    assert first["new"] == first["count"] > 5
    assert first["studied"] == len(first["cards"])
    assert (again["new"], again["updated"], again["studied"]) == (0, 0, 0)
    assert (later["new"], later["studied"]) == (0, 0)
    assert later["updated"] > 0
    for state in (again, later):
        assert state["notes"].keys() == first["notes"].keys()
        assert {k: v["schedule"] for k, v in state["cards"].items()} == first["after"]
        assert all(c["reviews"] == 1 for c in state["cards"].values())
        assert state["types"] == first["types"]
    texts = [" ".join(n["fields"].values()) for n in later["notes"].values()]
    assert any("Proving of the dough" in t for t in texts)
    assert not any("Proving of the dough" in " ".join(n["fields"].values()) for n in again["notes"].values())


def test_a_part_imported_first_is_not_doubled_by_the_whole(tmp_path: Path, kept_cache: Path) -> None:
    shown = material("small", kept_cache)
    part = deck(shown.graph, shown.ontology, modified=FIRST, concept="proving", depth=1)
    whole = deck(shown.graph, shown.ontology, modified=FIRST)
    first, second = imported([part, whole], tmp_path, kept_cache)
    assert 0 < first["count"] < second["count"]
    assert first["notes"].keys() < second["notes"].keys()
    assert second["new"] == second["count"] - first["count"]
    kept = {k: second["cards"][k]["schedule"] for k in first["cards"]}
    assert kept == first["after"]


def test_every_card_shows_its_line_and_says_its_source(tmp_path: Path, kept_cache: Path) -> None:
    shown = material("small", kept_cache)
    (found,) = imported([deck(shown.graph, shown.ontology, modified=FIRST)], tmp_path, kept_cache)
    for card in found["cards"].values():
        assert re.search(r"(?:bread|khleb)\.txt:\d+", card["answer"]), card["answer"][:300]
        assert not re.search(r"(?:bread|khleb)\.txt:\d+", card["question"])
    for note in found["notes"].values():
        assert any(tag.startswith("document::") for tag in note["tags"])


@pytest.mark.parametrize("of", ["hostile", "course"])
def test_whatever_the_notes_say_a_card_is_text(of: str, tmp_path: Path, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    data = deck(shown.graph, shown.ontology, modified=FIRST)
    first, second = imported([data, data], tmp_path, kept_cache)
    assert (first["count"] > 10, second["new"]) == (True, 0)
    assert {k: v["schedule"] for k, v in second["cards"].items()} == first["after"]
    style = re.compile(r"<style>.*?</style>", re.DOTALL)
    for card in first["cards"].values():
        for side in (card["question"], card["answer"]):
            shown_html = style.sub("", side)
            tags = {t.lower() for t in re.findall(r"<\s*/?\s*([A-Za-z][\w-]*)", shown_html)}
            assert tags <= {"div", "blockquote", "ol", "ul", "li", "hr", "br", "b", "p", "span", "i", "small"}, tags
            assert "javascript:" not in " ".join(re.findall(r"<[^>]*>", shown_html))
            assert not re.search(r"<[^>]*\son\w+\s*=", shown_html)
    if of == "hostile":
        raw = " ".join(" ".join(n["fields"].values()) for n in first["notes"].values())
        assert "<script>alert('x')</script>" in html.unescape(raw)  # shown, not run
        assert hostile().concepts["cloze"].label in html.unescape(raw)
        assert not {"{{c1", "[sound:", "[latex]"} & set(re.findall(r"\{\{c1|\[sound:|\[latex\]", raw))
