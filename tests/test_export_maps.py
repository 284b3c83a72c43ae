"""CmapTools CXL and JSON Canvas: what they name exists, and every place of a fact is told."""

import json

import pytest
from graphs import nasty, ontology, small
from lxml import etree

from kg.export import export
from kg.export.view import places, view
from kg.model import Graph

ONTOLOGY = ontology()
CMAP = "{http://cmap.ihmc.us/xml/cmap/}"
BOTH = pytest.mark.parametrize("graph", [small(), nasty()], ids=["small", "nasty"])


@BOTH
def test_cxl_joins_concepts_by_linking_phrases(graph: Graph) -> None:
    root = etree.fromstring(export("cxl", graph=graph, ontology=ONTOLOGY))
    shown = view(graph, ONTOLOGY)
    concepts = {e.get("id"): e.get("label") for e in root.iter(f"{CMAP}concept")}
    phrases = {e.get("id"): e.get("label") for e in root.iter(f"{CMAP}linking-phrase")}
    assert list(concepts.values()) == [n.label for n in shown.nodes.values()]
    into = {e.get("to-id"): e.get("from-id") for e in root.iter(f"{CMAP}connection") if e.get("to-id") in phrases}
    out = {e.get("from-id"): e.get("to-id") for e in root.iter(f"{CMAP}connection") if e.get("from-id") in phrases}
    found = [(concepts[into[p]], phrases[p], concepts[out[p]]) for p in phrases]
    label = {id: n.label for id, n in shown.nodes.items()}
    assert found == [(label[e.source], e.label, label[e.target]) for e in shown.edges]
    comments = [e.get("long-comment") for e in root.iter(f"{CMAP}linking-phrase")]
    assert comments == [places(e.evidence) for e in shown.edges]


@BOTH
def test_cxl_places_everything_it_names_inside_the_map(graph: Graph) -> None:
    root = etree.fromstring(export("cxl", graph=graph, ontology=ONTOLOGY))
    body = root.find(f"{CMAP}map")
    assert body is not None
    assert [e.tag.removeprefix(CMAP) for e in body] == [
        "concept-list",
        "linking-phrase-list",
        "connection-list",
        "concept-appearance-list",
        "linking-phrase-appearance-list",
        "connection-appearance-list",
    ]
    for kind in ("concept", "linking-phrase"):
        named = [e.get("id") for e in root.iter(f"{CMAP}{kind}")]
        placed = list(root.iter(f"{CMAP}{kind}-appearance"))
        assert [e.get("id") for e in placed] == named
        assert all(0 <= int(e.get("x", "")) <= int(body.get("width", "")) for e in placed)
        assert all(0 <= int(e.get("y", "")) <= int(body.get("height", "")) for e in placed)


def test_cxl_tells_the_definition_and_where_it_stands() -> None:
    root = etree.fromstring(export("cxl", graph=small(), ontology=ONTOLOGY, lang="ru"))
    (node,) = [e for e in root.iter(f"{CMAP}concept") if e.get("label") == "Расстойка"]
    assert node.get("short-comment") == "отдых теста, во время которого оно поднимается"
    assert "[bread.txt:8]" in node.get("long-comment", "")
    assert root.findtext(".//{http://purl.org/dc/elements/1.1/}language") == "ru"


@BOTH
def test_canvas_follows_json_canvas_1_0(graph: Graph) -> None:
    data = json.loads(export("canvas", graph=graph, ontology=ONTOLOGY))
    shown = view(graph, ONTOLOGY)
    assert set(data) == {"nodes", "edges"}
    ids = [n["id"] for n in data["nodes"]]
    assert ids == list(shown.nodes)
    for n in data["nodes"]:
        assert n["type"] == "text"
        assert all(isinstance(n[k], int) for k in ("x", "y", "width", "height"))
    edge_ids = [e["id"] for e in data["edges"]]
    assert len(set(edge_ids + ids)) == len(edge_ids + ids)
    for e in data["edges"]:
        assert set(e) == {"id", "fromNode", "toNode", "fromSide", "toSide", "toEnd", "label"}
        assert {e["fromNode"], e["toNode"]} <= set(ids)
        assert {e["fromSide"], e["toSide"]} <= {"top", "right", "bottom", "left"}
        assert e["toEnd"] == "arrow"
    assert len(data["edges"]) == len(shown.edges)


def test_canvas_tells_definitions_and_relations_with_their_places() -> None:
    data = json.loads(export("canvas", graph=small(), ontology=ONTOLOGY, concept="proving"))
    centre = data["nodes"][0]
    assert centre["color"] == "4"
    assert [n.get("color") for n in data["nodes"][1:]] == [None] * 3
    assert centre["text"] == (
        "## Proving\n\nthe rest in which the dough rises *bread.txt:8*\n\n"
        "отдых теста, во время которого оно поднимается *khleb.txt:2*\n\n"
        "- part of: Baking method *bread.txt:3-5*\n- precedes: Baking *bread.txt:7*"
    )


def test_canvas_text_is_escaped() -> None:
    text = export("canvas", graph=nasty(), ontology=ONTOLOGY).decode()
    assert "<script" not in text
    assert "<img" not in text
