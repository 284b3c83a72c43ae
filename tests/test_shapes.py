"""A sound graph passes; every shape is broken once, and the violation names document, line and shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from graphs import line, nasty, small
from hypothesis import HealthCheck, given, settings
from rdflib import RDF, XSD, Dataset, Literal, Namespace, URIRef
from rdflib import Graph as RdfGraph
from rdflib.namespace import DCTERMS, PROV, SH, SKOS
from test_rdf import graphs

from kg.errors import SettingsError
from kg.model import Concept, Fact, Graph
from kg.ontology import Ontology, concept_iri, document_iri, shipped
from kg.ontology_files import load
from kg.rdf import to_dataset, to_nquads
from kg.shapes import Violation, check

KG = Namespace("https://w3id.org/studygraph/ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
ISO = Namespace("http://purl.org/iso25964/skos-thes#")
DOC = URIRef(document_iri("bread.txt"))
MIXING, METHOD = URIRef(concept_iri("mixing")), URIRef(concept_iri("baking-method"))


@cache
def ontology() -> Ontology:
    return load()


NESTED = "is-" + "concept"  # stands within another shape
AT_5 = ("bread.txt", 5)


def found(graph: Graph, *, warnings: bool = False) -> tuple[Violation, ...]:
    return check(to_dataset(graph, ontology()), ontology(), warnings=warnings)


def with_fact(**fact: object) -> Graph:
    whole = small()
    new = Fact(**{"rule": "r", "evidence": line(whole.documents[0], 5), **fact})  # type: ignore[arg-type]
    return replace(whole, facts=(*whole.facts, new))


def with_concept(id: str, /, **change: object) -> Graph:
    whole = small()
    changed = replace(whole.concepts[id], **change)  # type: ignore[arg-type]
    return replace(whole, concepts={**whole.concepts, id: changed})


def test_a_sound_graph_has_nothing_to_say_and_is_left_as_it_was() -> None:
    dataset = to_dataset(small(), ontology())
    before = to_nquads(dataset)
    assert check(dataset, ontology(), warnings=True) == ()
    assert to_nquads(dataset) == before


@given(graph=graphs())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_graph_can_be_checked(graph: Graph) -> None:
    for v in found(graph, warnings=True):
        assert v.shape
        assert "\n" not in v.message


def test_a_hostile_graph_is_told_in_plain_lines() -> None:
    broken = found(nasty(), warnings=True)
    shapes = {v.shape for v in broken}
    assert {"concept-preferred-label", "concept-class", "label-characters", "broader-self", "broader-ring"} <= shapes
    assert all(v.message.isprintable() for v in broken)
    assert {v.severity for v in broken if v.shape == "broader-ring"} == {"warning"}
    assert "broader-ring" not in {v.shape for v in found(nasty())}


# ---------------------------------------------------------------- breaking the graph


@pytest.mark.parametrize(
    ("graph", "shape", "place"),
    [
        (lambda: with_concept("mixing", labels={}), "concept-preferred-label", ("bread.txt", 3)),
        (lambda: with_concept("mixing", labels={"en": " \u00a0"}), "concept-preferred-label", ("bread.txt", 3)),
        (lambda: with_concept("mixing", alt_labels=(("Mixing", "en"),)), "concept-preferred-label", ("bread.txt", 3)),
        (lambda: with_concept("mixing", hidden_labels=(("Замес", "ru"),)), "concept-preferred-label", ("bread.txt", 3)),
        (lambda: with_concept("mixing", alt_labels=(("x", "en"),), hidden_labels=(("x", "en"),)), "concept-other-label",
         ("bread.txt", 3)),
        (lambda: with_concept("mixing", alt_labels=(("", "en"),)), "concept-other-label", ("bread.txt", 3)),
        (lambda: with_concept("mixing", hidden_labels=(("", "ru"),)), "concept-hidden-label", ("bread.txt", 3)),
        (lambda: with_concept("mixing", labels={"en": "Mix\x0bing"}), "label-characters", ("bread.txt", 3)),
        (lambda: with_concept("mixing", labels={"ru": "Замес\n"}), "label-characters", ("bread.txt", 3)),
        (lambda: with_concept("mixing", alt_labels=(("\ud83d", "en"),)), "label-characters", ("bread.txt", 3)),
        (lambda: with_concept("mixing", kind="no-such-kind"), "concept-class", ("bread.txt", 3)),
        (lambda: with_concept("mixing", id=""), "concept-id", ("bread.txt", 3)),
        (lambda: with_concept("mixing", documents=("gone.txt",)), "concept-documents", ("bread.txt", 3)),
        (lambda: with_fact(subject="dough", predicate="kind-of", object="dough"), "broader-self", AT_5),
        (lambda: with_fact(subject="dough", predicate="kind-of", object="gone"), "object-is-concept", AT_5),
        (lambda: with_fact(subject="gone", predicate="kind-of", object="dough"), "subject-is-concept", AT_5),
        (lambda: with_fact(subject="gone", predicate="note", value="x"), "statement-subject", AT_5),
        (lambda: with_fact(subject="dough", predicate="kind-of", value="a text"), "object-kind", AT_5),
        (lambda: with_fact(subject="dough", predicate="definition", object="mixing"), "object-kind", AT_5),
        (lambda: with_fact(subject="dough", predicate="definition", value=""), "text-value", AT_5),
        (lambda: with_fact(subject="dough", predicate="note", value="\ud800"), "text-characters", AT_5),
        (lambda: with_fact(subject="dough", predicate="note", value="x", rule=""), "annotation-rule", AT_5),
        (lambda: with_fact(subject="dough", predicate="note", value="x", position=0), "annotation-position", AT_5),
        (lambda: replace(small(), redirects={"dough": "mixing"}), "redirect", ("bread.txt", 9)),
        (lambda: replace(small(), redirects={"a": "b", "b": "a"}), "redirect-ring", ("", 0)),
    ],
)  # fmt: skip
def test_a_broken_graph_is_told_with_its_place(graph: Callable[[], Graph], shape: str, place: tuple[str, int]) -> None:
    broken = found(graph())
    assert place in {(v.document, v.line) for v in broken if v.shape == shape}, broken
    assert all(v.severity == "violation" for v in broken)


@pytest.mark.parametrize(
    ("graph", "shape"),
    [
        (lambda: with_concept("dough", kind="paper"), "paper-title"),
        (lambda: with_fact(subject="dough", predicate="part-of", object="rye-loaf"), "broader-ring"),
        (lambda: with_fact(subject="sourdough", predicate="related", object="dough"), "concept-related"),
        (lambda: with_fact(subject="dough", predicate="related", object="sourdough"), "concept-related"),
        (lambda: with_fact(subject="rye-loaf", predicate="related", object="dough"), "related-above"),
        (lambda: with_fact(subject="dough", predicate="related", object="rye-loaf"), "related-above"),
        (lambda: replace(small(), redirects={"old": "gone"}), "redirect-end"),
    ],
)
def test_what_the_sources_leave_open_is_a_warning(graph: Callable[[], Graph], shape: str) -> None:
    assert [(v.shape, v.severity) for v in found(graph(), warnings=True)] == [(shape, "warning")]
    assert found(graph()) == ()


def test_a_paper_with_a_title_is_sound() -> None:
    graph = with_fact(subject="dough", predicate="title", value="On dough", lang="en")
    paper = replace(graph.concepts["dough"], kind="paper")
    assert found(replace(graph, concepts={**graph.concepts, "dough": paper}), warnings=True) == ()


# ---------------------------------------------------------------- breaking the triples

Change = Callable[[RdfGraph], object]


def first(graph: RdfGraph, type_: URIRef) -> URIRef:
    node = min(graph.subjects(RDF.type, type_), key=str)
    assert isinstance(node, URIRef)
    return node


def drop(type_: URIRef, predicate: URIRef) -> Change:
    return lambda g: g.remove((first(g, type_), predicate, None))


def swap(type_: URIRef, predicate: URIRef, value: Literal | URIRef) -> Change:
    return lambda g: g.set((first(g, type_), predicate, value))


def more(type_: URIRef, predicate: URIRef, value: Literal | URIRef) -> Change:
    return lambda g: g.add((first(g, type_), predicate, value))


HERE, QUOTE, PLACE = OA.TextPositionSelector, OA.TextQuoteSelector, OA.SpecificResource
NOTHING = URIRef("https://example.org/nothing")


@pytest.mark.parametrize(
    ("change", "shape"),
    [
        (drop(OA.Annotation, OA.hasBody), "annotation-body"),
        (swap(OA.Annotation, OA.hasBody, NOTHING), "annotation-body"),
        (drop(OA.Annotation, OA.hasTarget), "annotation-target"),
        (swap(OA.Annotation, OA.hasTarget, NOTHING), "annotation-target"),
        (drop(OA.Annotation, KG.rule), "annotation-rule"),
        (drop(OA.Annotation, PROV.wasDerivedFrom), "annotation-document"),
        (swap(OA.Annotation, PROV.wasDerivedFrom, NOTHING), "annotation-document"),
        (drop(OA.Annotation, PROV.wasGeneratedBy), "annotation-activity"),
        (drop(RDF.Statement, RDF.subject), "statement-subject"),
        (drop(RDF.Statement, RDF.predicate), "statement-predicate"),
        (swap(RDF.Statement, RDF.predicate, NOTHING), "statement-predicate"),
        (drop(RDF.Statement, RDF.object), "statement-object"),
        (more(RDF.Statement, RDF.object, METHOD), "statement-object"),
        (drop(PLACE, OA.hasSource), "place-document"),
        (swap(PLACE, OA.hasSource, NOTHING), "place-document"),
        (drop(PLACE, OA.hasSelector), "place-position"),
        (drop(PLACE, OA.hasSelector), "place-quote"),
        (drop(HERE, OA.start), "offsets-start"),
        (swap(HERE, OA.start, Literal(10**6)), "offsets-start"),
        (swap(HERE, OA.start, Literal(-1)), "offsets-start"),
        (swap(HERE, OA.start, Literal("one")), "offsets-start"),
        (drop(HERE, OA.end), "offsets-end"),
        (swap(HERE, OA.end, Literal(1.5)), "offsets-end"),
        (drop(HERE, KG.firstLine), "offsets-first-line"),
        (swap(HERE, KG.firstLine, Literal(10**6)), "offsets-first-line"),
        (drop(HERE, KG.lastLine), "offsets-last-line"),
        (more(HERE, KG.onPage, Literal(0)), "offsets-page"),
        (drop(QUOTE, OA.exact), "quote-text"),
        (swap(QUOTE, OA.exact, Literal("")), "quote-text"),
        (swap(QUOTE, OA.exact, Literal("not so long a quote")), "quote-length"),
        (drop(KG.Document, DCTERMS.identifier), "document-name"),
        (swap(KG.Document, DCTERMS.language, Literal("English")), "document-language"),
        (drop(KG.OrderedMembers, KG.membersOf), "order-whole"),
        (drop(KG.OrderedMembers, SKOS.memberList), "order-members"),
        (lambda g: g.remove((MIXING, ISO.broaderPartitive, METHOD)), "stated"),
        (lambda g: g.remove((MIXING, SKOS.broader, METHOD)), "stated"),
        (lambda g: g.add((MIXING, KG.supports, METHOD)), "annotated"),
        (lambda g: g.add((MIXING, SKOS.broader, METHOD + "-2")), "annotated"),
        (lambda g: g.add((MIXING, SKOS.definition, Literal("from nowhere", lang="en"))), "annotated"),
        (lambda g: g.remove((None, OA.hasBody, None)), "annotated"),
    ],
)  # fmt: skip
def test_a_broken_triple_is_told(change: Change, shape: str) -> None:
    dataset = to_dataset(small(), ontology())
    change(dataset.graph(DOC))
    broken = check(dataset, ontology())
    assert shape in {v.shape for v in broken}, broken
    assert all("\n" not in v.message and v.node for v in broken)


def test_two_preferred_labels_in_one_language_are_told() -> None:
    dataset = to_dataset(small(), ontology())
    dataset.graph(KG.Concepts).add((MIXING, SKOS.prefLabel, Literal("Blending", lang="en")))
    (only,) = check(dataset, ontology())
    assert (only.document, only.line, only.shape, only.node) == ("bread.txt", 3, "concept-preferred-label", str(MIXING))


def test_evidence_stands_in_the_graph_of_its_document() -> None:
    dataset = to_dataset(small(), ontology())
    graph, other = dataset.graph(DOC), dataset.graph(URIRef(document_iri("khleb.txt")))
    target = first(graph, PLACE)
    graph.remove((target, OA.hasSource, DOC))
    other.add((target, OA.hasSource, DOC))
    assert "own-graph" in {v.shape for v in check(dataset, ontology())}


def test_every_shape_is_broken_by_some_test_here() -> None:
    declared = {
        str(s).rsplit("/", 1)[-1]
        for kind in (SH.NodeShape, SH.PropertyShape)
        for s in RdfGraph().parse(shipped() / "shapes.ttl", format="turtle").subjects(RDF.type, kind)
    }
    text = Path(__file__).read_text("utf-8")
    assert {s for s in declared if f'"{s}"' not in text} == {NESTED}


def test_shapes_of_a_course_folder_are_taken_and_broken_ones_told(tmp_path: Path) -> None:
    for file in ontology().files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://e/shape/need-note> a sh:PropertyShape ; sh:targetClass skos:Concept ; sh:path skos:note ;\n"
        "  sh:minCount 1 ."
    )
    own = load([tmp_path])
    broken = check(to_dataset(small(), own), own)
    assert {v.shape for v in broken} == {"need-note"}
    assert len(broken) == len(small().concepts) - 1  # yeast-dough has one
    (tmp_path / "shapes.ttl").write_text("nonsense")
    with pytest.raises(SettingsError, match=r"shapes\.ttl"):
        check(to_dataset(small(), own), own)


def test_a_thousand_facts_are_checked_in_seconds() -> None:
    """A guard against something quadratic; it takes about a second."""
    import time

    whole = small()
    ids = [f"c{n}" for n in range(300)]
    concepts = {i: Concept(i, concept_iri(i), "concept", {"en": i}) for i in ids}
    doc = whole.documents[0]
    facts = tuple(
        Fact(ids[n % 299 + 1], "part-of", line(doc, n % 9 + 2), f"r{n}", ids[n % 299], position=n + 1)
        for n in range(1000)
    )
    dataset = to_dataset(replace(whole, concepts=concepts, facts=facts, redirects={}), ontology())
    began = time.process_time()
    assert check(dataset, ontology()) == ()
    assert time.process_time() - began < 12


def test_integers_are_written_as_the_selectors_want_them() -> None:
    dataset: Dataset = to_dataset(small(), ontology())
    assert {o.datatype for o in dataset.graph(DOC).objects(None, OA.start) if isinstance(o, Literal)} == {XSD.integer}
