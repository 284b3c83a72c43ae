"""Anki packages: opened as the ZIP of an SQLite file that they are."""

import dataclasses
import json
import sqlite3
import zipfile
from io import BytesIO
from typing import Any

import pytest
from graphs import nasty, ontology, small

from kg.export import export
from kg.model import Graph

ONTOLOGY = ontology()
FIELDS = ["question", "answer", "source", "concept", "type"]


def package(graph: Graph, **options: object) -> list[dict[str, Any]]:
    data = export("anki", graph=graph, ontology=ONTOLOGY, **options)  # type: ignore[arg-type]
    with zipfile.ZipFile(BytesIO(data)) as file:
        assert file.namelist() == ["collection.anki2", "media"]
        assert json.loads(file.read("media")) == {}
        connection = sqlite3.connect(":memory:")
        connection.deserialize(file.read("collection.anki2"))
    try:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        rows = connection.execute("select id, guid, mod, tags, flds from notes order by id").fetchall()
        assert connection.execute("select count(*) from cards").fetchone() == (len(rows),)
        (decks, models) = connection.execute("select decks, models from col").fetchone()
    finally:
        connection.close()
    assert "Studygraph" in {d["name"] for d in json.loads(decks).values()}
    assert {m["name"] for m in json.loads(models).values()} >= {"Studygraph"}
    out = []
    for id, guid, mod, tags, fields in rows:
        row = {"id": id, "guid": guid, "mod": mod, "tags": tags, **dict(zip(FIELDS, fields.split("\x1f"), strict=True))}
        out.append(row)
    return out


def guids(graph: Graph, **options: object) -> dict[tuple[str, str], str]:
    """By concept and type; of a type that asks about two concepts, no concept here has more than one card."""
    rows = package(graph, **options)
    found = {(r["concept"], r["type"]): r["guid"] for r in rows}
    assert len(found) == len(rows)
    return found


def test_notes_stand_in_the_order_in_which_they_are_learned() -> None:
    types = [(r["concept"].rpartition("/")[2], r["type"]) for r in package(small())]
    assert types.index(("proving", "definition")) < types.index(("baking-method", "members"))
    assert types.index(("baking-method", "members")) < types.index(("baking-method", "order"))
    assert types.index(("proving", "definition")) < types.index(("proving", "term"))


def test_a_deck_is_in_the_language_asked_for() -> None:
    (ru,) = [r for r in package(small(), lang="ru") if r["type"] == "members"]
    assert ru["question"] == "Метод выпечки — что сюда входит? Назовите все (3)."
    assert ru["answer"] == "<ol><li>Замес</li><li>Расстойка</li><li>Выпечка</li></ol>"


def test_the_source_is_on_the_back_and_a_quote_inside_another_is_not_repeated() -> None:
    by_type = {(r["concept"].rpartition("/")[2], r["type"]): r for r in package(small())}
    assert by_type["proving", "definition"]["source"] == (
        "<div>bread.txt:8<blockquote>Proving: the rest in which the dough rises.</blockquote></div>"
    )
    assert by_type["baking-method", "members"]["source"].count("<blockquote>") == 1
    assert by_type["baking-method", "members"]["source"].startswith("<div>bread.txt:3-6<")


def test_tags_name_kind_and_document_without_spaces() -> None:
    (proving,) = [r for r in package(small()) if r["type"] == "definition" and r["concept"].endswith("/proving")]
    assert proving["tags"].split() == ["kind::step", "type::definition", "document::bread.txt"]
    rows = package(nasty())
    assert rows
    for row in rows:
        assert len(row["tags"].split()) == 3


def test_a_guid_depends_on_the_concept_and_the_type_alone() -> None:
    before = guids(small())
    assert len(set(before.values())) == len(before)
    graph = small()
    new = [dataclasses.replace(c, labels={"en": f"New {c.label}"}, kind="concept") for c in graph.concepts.values()]
    changed = Graph({c.id: c for c in new}, graph.facts[1:], graph.documents)
    after = guids(changed)
    assert after
    assert {k: before[k] for k in after if k in before} == {k: v for k, v in after.items() if k in before}
    # Pinned for ever: a card that people have studied keeps its history.
    assert before["https://w3id.org/studygraph/id/proving", "definition"] == "tE81=oV$!P"
    assert before["https://w3id.org/studygraph/id/baking-method", "members"] == "iy=q63ByTv"


def test_a_deck_around_a_concept_has_the_same_cards_as_the_whole() -> None:
    whole = {r["guid"]: r for r in package(small())}
    part = package(small(), concept="proving", depth=1)
    assert {r["concept"].rpartition("/")[2] for r in part} == {"proving", "mixing", "baking-method"}
    alone = package(small(), concept="baking-method", depth=0)
    assert [r["type"] for r in alone] == ["members", "order", "origin"]
    for row in [*part, *alone]:
        assert {f: row[f] for f in FIELDS} == {f: whole[row["guid"]][f] for f in FIELDS}


def test_the_time_of_the_build_is_the_time_of_the_notes() -> None:
    early, late = package(small()), package(small(), modified=1_800_000_000)
    assert {r["mod"] for r in early} == {1_700_000_000}
    assert {r["mod"] for r in late} == {1_800_000_000}
    assert [r["guid"] for r in early] == [r["guid"] for r in late]


def test_fields_hold_no_markup_but_our_own() -> None:
    rows = package(nasty())
    assert rows
    for row in rows:
        text = row["question"] + row["answer"] + row["source"]
        assert "<script" not in text
        assert "<img" not in text
        assert not set("[]{}\\") & set(text)
        assert not [c for c in text if ord(c) < 32]


@pytest.mark.filterwarnings("error")
def test_an_empty_graph_makes_an_empty_deck() -> None:
    assert package(Graph({}, (), ())) == []
