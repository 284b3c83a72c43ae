"""GraphML, GEXF and Cytoscape JSON, read back by networkx."""

import io
import json

import networkx as nx
import pytest
from graphs import nasty, ontology, small

from kg.export import export
from kg.export.view import one_line, view

ONTOLOGY = ontology()
READ = {
    "graphml": lambda data: nx.read_graphml(io.BytesIO(data), force_multigraph=True),
    "gexf": lambda data: nx.read_gexf(io.BytesIO(data)),
    "cytoscape": lambda data: nx.cytoscape_graph(json.loads(data)),
}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("make", [small, nasty], ids=["small", "nasty"])
def test_nodes_edges_and_labels_come_back(name: str, make: object) -> None:
    graph = make()  # type: ignore[operator]
    back = READ[name](export(name, graph=graph, ontology=ONTOLOGY))
    shown = view(graph, ONTOLOGY)
    assert set(back.nodes) == set(shown.nodes)
    assert {id: data["label"] for id, data in back.nodes(data=True)} == {id: n.label for id, n in shown.nodes.items()}
    found = sorted((a, b, data["predicate"], data["label"]) for a, b, data in back.edges(data=True))
    assert found == sorted((e.source, e.target, e.predicate, e.label) for e in shown.edges)


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_both_languages_and_the_evidence_come_back(name: str) -> None:
    back = READ[name](export(name, graph=small(), ontology=ONTOLOGY))
    node = back.nodes["proving"]
    assert (node["label_en"], node["label_ru"]) == ("Proving", "Расстойка")
    assert node["evidence"] == "bread.txt:8; khleb.txt:2"
    assert node["quotes"].splitlines()[0] == "Proving: the rest in which the dough rises."
    assert node["definition"] == "the rest in which the dough rises"
    (edge,) = [d for a, b, d in back.edges(data=True) if (a, b) == ("mixing", "baking-method")]
    assert (edge["evidence"], edge["position"]) == ("bread.txt:3-4", 1)


def test_cytoscape_ids_are_unique_over_nodes_and_edges_and_evidence_is_whole() -> None:
    data = json.loads(export("cytoscape", graph=small(), ontology=ONTOLOGY, concept="sourdough"))
    items = [x["data"] for kind in ("nodes", "edges") for x in data["elements"][kind]]
    ids = [x["id"] for x in items]
    assert len(set(ids)) == len(ids)
    assert data["data"]["centre"] == "sourdough"
    raw = {d.name: d.raw for d in small().documents}
    cited = [e for x in items for e in x["evidence"]]
    assert cited
    for e in cited:
        assert raw[e["document"]][e["start"] : e["end"]] == e["quote"]


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_no_date_and_no_version_of_a_library_is_written(name: str) -> None:
    text = export(name, graph=small(), ontology=ONTOLOGY).decode()
    assert nx.__version__ not in text
    assert "lastmodified" not in text


def test_a_name_of_a_document_with_markup_stays_text() -> None:
    back = READ["graphml"](export("graphml", graph=nasty(), ontology=ONTOLOGY))
    assert one_line(nasty().documents[0].name) in back.nodes["ring-a"]["evidence"]
