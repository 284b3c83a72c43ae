"""RDF exports, read back by rdflib."""

import json
import re
import warnings

import pytest
from graphs import concept, nasty, ontology, small
from hypothesis import given
from hypothesis import strategies as st

from kg.export import export
from kg.model import Graph
from kg.ontology import concept_iri
from kg.rdf import nquads

rdflib = pytest.importorskip("rdflib")

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib's JSON-LD writer, its own API
ONTOLOGY = ontology()
SKOS = rdflib.Namespace("http://www.w3.org/2004/02/skos/core#")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
RDF_NAMES = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}


def quads(data: bytes, format: str) -> set[tuple[str, ...]]:
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.parse(data=data, format=format)
    return {tuple(t.n3() if hasattr(t, "n3") else str(t) for t in q) for q in dataset.quads((None, None, None, None))}


def triples(data: bytes, format: str) -> set[tuple[str, ...]]:
    graph = rdflib.Graph()
    graph.parse(data=data, format=format)
    return {tuple(t.n3() for t in triple) for triple in graph}


@pytest.mark.parametrize("name", RDF_NAMES)
def test_the_triples_are_those_of_all_named_graphs(name: str) -> None:
    wanted = {q[:3] for q in quads(nquads(small(), ONTOLOGY), "nquads")}
    assert len(wanted) > 300
    assert triples(export(name, graph=small(), ontology=ONTOLOGY), RDF_NAMES[name]) == wanted


@pytest.mark.parametrize(("name", "format"), [("nquads", "nquads"), ("jsonld", "json-ld")])
def test_named_graphs_are_kept(name: str, format: str) -> None:
    found = quads(export(name, graph=small(), ontology=ONTOLOGY), format)
    assert found == quads(nquads(small(), ONTOLOGY), "nquads")
    assert len({q[3] for q in found}) == 3  # two documents, and the concepts


@pytest.mark.parametrize("name", ["turtle", "ntriples"])
def test_control_characters_come_back_where_the_notation_can_hold_them(name: str) -> None:
    stored = nquads(nasty(), ONTOLOGY)
    for unreadable in (b"\\u0000", "\ufffe".encode()):
        stored = stored.replace(unreadable, "\ufffd".encode())
    wanted = {q[:3] for q in quads(stored, "nquads")}
    found = triples(export(name, graph=nasty(), ontology=ONTOLOGY), RDF_NAMES[name])
    assert found == wanted
    assert any("alpha\ufffd\x0b\x1f\ufffd\x85omega" in t[2] for t in found)


@given(st.text())
def test_nul_and_non_characters_go_and_backslashes_stay(text: str) -> None:
    graph = Graph({"c": concept("c", "concept", en=text or "x")}, (), ())
    data = json.loads(export("jsonld", graph=graph, ontology=ONTOLOGY))
    (label,) = [n["skos:prefLabel"] for n in data["@graph"] if "skos:prefLabel" in n]
    assert label["@value"] == re.sub("[\x00\ufffe\uffff]", "\ufffd", text or "x")


def test_xml_has_a_sign_in_the_place_of_a_control_character() -> None:
    graph = rdflib.Graph().parse(data=export("rdfxml", graph=nasty(), ontology=ONTOLOGY), format="xml")
    label = graph.value(rdflib.URIRef(concept_iri("control")), SKOS.prefLabel)
    assert str(label) == "alpha\ufffd\ufffd\ufffd\ufffd\ufffdomega"
    assert label.language == "en"
    assert len(graph) == len({q[:3] for q in quads(nquads(nasty(), ONTOLOGY), "nquads")})


@pytest.mark.parametrize("name", ["turtle", "rdfxml", "ntriples"])
def test_an_export_around_a_concept_names_no_other_concept(name: str) -> None:
    data = export(name, graph=small(), ontology=ONTOLOGY, concept="old-proofing", depth=1)
    graph = rdflib.Graph().parse(data=data, format=RDF_NAMES[name])
    found = {str(s) for s in graph.subjects(rdflib.RDF.type, SKOS.Concept)}
    assert found == {concept_iri(i) for i in ("proving", "mixing", "baking", "baking-method")}
    quotes = {str(o) for o in graph.objects(None, OA.exact)}
    assert "Proving: the rest in which the dough rises." in quotes
    assert not [q for q in quotes if "rye" in q]


def test_json_ld_carries_its_context_and_asks_for_no_other() -> None:
    data = json.loads(export("jsonld", graph=small(), ontology=ONTOLOGY))
    assert isinstance(data["@context"], dict)

    def contexts(value: object) -> list[object]:
        if isinstance(value, dict):
            return [v for k, v in value.items() if k == "@context"] + [c for v in value.values() for c in contexts(v)]
        return [c for v in value for c in contexts(v)] if isinstance(value, list) else []

    assert contexts(data) == [data["@context"]]


def test_turtle_uses_short_names_and_begins_with_concepts() -> None:
    text = export("turtle", graph=small(), ontology=ONTOLOGY).decode()
    heads = [line for line in text.splitlines() if line.startswith("@prefix")]
    assert heads == sorted(heads)
    assert "skos:prefLabel" in text
    first = next(line for line in text.splitlines() if line.startswith("<"))
    assert first.startswith(f"<{concept_iri('anna-weber')}>")
