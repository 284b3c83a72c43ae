"""Graph to RDF and back: nothing is lost, and nothing depends on order or time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from graphs import line, nasty, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, BNode, Dataset, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, PROV, SKOS

from kg.errors import ShapeError, StoreError
from kg.model import Concept, Document, Evidence, Fact, Graph
from kg.ontology import Ontology, concept_iri, document_iri
from kg.ontology_files import load
from kg.ports import GraphStore
from kg.rdf import fact_order, from_store, label_order, nquads, to_dataset, to_nquads
from kg.stores.memory import MemoryStore
from kg.stores.oxigraph import OxigraphStore

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib's own calls

KG = Namespace("https://w3id.org/studygraph/ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
ISO = Namespace("http://purl.org/iso25964/skos-thes#")


@cache
def ontology() -> Ontology:
    return load()


def on_disk(folder: Path) -> GraphStore:
    return OxigraphStore.create(folder / "store")


def in_memory(folder: Path) -> GraphStore:
    return MemoryStore()


ENGINES = [pytest.param(on_disk, id="oxigraph"), pytest.param(in_memory, id="memory")]


def clean(graph: Graph) -> Graph:
    """What can be written: no lone surrogates."""

    def fits(text: str) -> bool:
        return not any("\ud800" <= c <= "\udfff" for c in text)

    concepts = {i: replace(c, labels={k: v for k, v in c.labels.items() if fits(v)}) for i, c in graph.concepts.items()}
    return replace(graph, concepts=concepts)


# ---------------------------------------------------------------- round trips

texts = st.text(st.characters(codec="utf-8"), max_size=12)
names = texts.filter(bool)
langs = st.sampled_from(["en", "ru"])
labels = st.lists(st.tuples(texts, st.sampled_from(["", "en", "ru"])), max_size=3, unique=True).map(
    lambda found: tuple(sorted(found, key=label_order))
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    documents = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    ids = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    predicates = ontology().predicates
    concepts = {
        i: Concept(
            i,
            concept_iri(i),
            draw(st.sampled_from(sorted(ontology().classes))),
            draw(st.dictionaries(langs, texts)),
            draw(labels),
            draw(labels),
            tuple(sorted(draw(st.sets(st.sampled_from(documents))))),
        )
        for i in ids
    }
    evidence = []
    for _ in range(draw(st.integers(1, 4))):
        quote, start, first = draw(texts), draw(st.integers(0, 99)), draw(st.integers(1, 9))
        lines = first, first + draw(st.integers(0, 3))
        page = draw(st.none() | st.integers(1, 9))
        evidence.append(Evidence(draw(st.sampled_from(documents)), start, start + len(quote), lines, quote, page))
    facts = set()
    for _ in range(draw(st.integers(0, 8))):
        predicate = draw(st.sampled_from(sorted(predicates.values(), key=lambda p: p.name)))
        facts.add(
            Fact(
                draw(st.sampled_from(ids)),
                predicate.name,
                draw(st.sampled_from(evidence)),
                draw(texts),
                None if predicate.literal else draw(st.sampled_from(ids)),
                draw(texts) if predicate.literal else None,
                draw(st.sampled_from(["", "en", "ru"])),
                draw(st.none() | st.integers(0, 3)),
            )
        )
    redirects = draw(st.dictionaries(names, st.sampled_from(ids), max_size=2))
    stored = tuple(Document(n, "en", "", "text/plain", "", "", ()) for n in documents)
    return Graph(concepts, tuple(facts), stored, (), redirects)


def without_disk(folder: Path) -> GraphStore:
    """Oxigraph in memory, as forty stores on disk take their time."""
    import pyoxigraph

    return OxigraphStore(pyoxigraph.Store(), folder)


@pytest.mark.parametrize("make", [pytest.param(without_disk, id="oxigraph"), pytest.param(in_memory, id="memory")])
@given(graph=graphs())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_graph_comes_back_from_the_store_as_it_was(
    make: Callable[[Path], GraphStore], tmp_path_factory: pytest.TempPathFactory, graph: Graph
) -> None:
    store = make(tmp_path_factory.mktemp("round"))
    store.load(nquads(graph, ontology()))
    concepts, facts, redirects = from_store(store, ontology())
    store.close()
    assert concepts == graph.concepts
    assert facts == tuple(sorted(graph.facts, key=fact_order))
    assert redirects == graph.redirects


@given(graph=graphs(), shuffle=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_two_writers_and_rdflib_agree_whatever_the_order(graph: Graph, shuffle: Callable[..., object]) -> None:
    written = nquads(graph, ontology())
    assert to_nquads(to_dataset(graph, ontology())) == written
    facts = list(graph.facts) * 2
    shuffle.shuffle(facts)  # type: ignore[attr-defined]
    concepts = dict(reversed(list(graph.concepts.items())))
    documents = tuple(reversed(graph.documents))
    assert nquads(replace(graph, facts=tuple(facts), concepts=concepts, documents=documents), ontology()) == written
    parsed = Dataset()
    parsed.parse(data=written, format="nquads")
    assert to_nquads(parsed) == written


@pytest.mark.parametrize("make", ENGINES)
@pytest.mark.parametrize("graph", [small(), clean(nasty())], ids=["small", "nasty"])
def test_the_example_graphs_come_back(make: Callable[[Path], GraphStore], tmp_path: Path, graph: Graph) -> None:
    store = make(tmp_path)
    store.load(nquads(graph, ontology()))
    concepts, facts, redirects = from_store(store, ontology())
    for id, c in graph.concepts.items():
        known = c.kind if c.kind in ontology().classes else concepts[id].kind
        assert concepts[id] == replace(
            c,
            kind=known,
            alt_labels=tuple(sorted(c.alt_labels, key=label_order)),
            hidden_labels=tuple(sorted(c.hidden_labels, key=label_order)),
            documents=tuple(sorted(c.documents)),
        )
    assert set(facts) == set(graph.facts)
    assert redirects == graph.redirects
    store.close()


def test_a_store_of_something_else_is_told() -> None:
    store = MemoryStore()
    base = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    store.load(
        f"<http://e/s> <{base}subject> <http://e/a> <http://e/g> .\n"
        f"<http://e/s> <{base}object> <http://e/b> <http://e/g> .\n"
        f"<http://e/s> <{base}predicate> <http://e/unknown> <http://e/g> .\n".encode()
    )
    with pytest.raises(StoreError, match="build it again"):
        from_store(store, ontology())


# ---------------------------------------------------------------- what is written


@cache
def dataset() -> Dataset:
    return to_dataset(small(), ontology())


def concept(id: str) -> URIRef:
    return URIRef(concept_iri(id))


DOC = URIRef(document_iri("bread.txt"))


def test_plain_triples_stand_in_the_graph_of_their_document_with_what_they_imply() -> None:
    graph = dataset().graph(DOC)
    assert (concept("mixing"), ISO.broaderPartitive, concept("baking-method")) in graph
    assert (concept("mixing"), SKOS.broader, concept("baking-method")) in graph
    assert (concept("rye-loaf"), ISO.broaderInstantial, concept("sourdough")) in graph
    assert (concept("sourdough"), KG.contrastsWith, concept("yeast-dough")) in graph
    definition = Literal("the rest in which the dough rises", lang="en")
    assert graph.value(concept("proving"), SKOS.definition) == definition
    other = dataset().graph(URIRef(document_iri("khleb.txt")))
    assert other.value(concept("proving"), SKOS.definition) == Literal(
        "отдых теста, во время которого оно поднимается", lang="ru"
    )


def test_concepts_have_a_graph_of_their_own() -> None:
    graph = dataset().graph(KG.Concepts)
    assert set(graph.objects(concept("mixing"), RDF.type)) == {SKOS.Concept, KG.Step}
    assert URIRef("http://xmlns.com/foaf/0.1/Person") in graph.objects(concept("anna-weber"), RDF.type)
    assert set(graph.objects(concept("mixing"), SKOS.prefLabel)) == {Literal("Mixing", "en"), Literal("Замес", "ru")}
    assert list(graph.objects(concept("proving"), SKOS.altLabel)) == [Literal("proofing", "en")]
    assert graph.value(concept("proofing"), DCTERMS.isReplacedBy) == concept("proving")
    assert len(list(graph.objects(concept("proving"), DCTERMS.isReferencedBy))) == 2


def test_each_fact_stands_beside_its_evidence() -> None:
    graph = dataset().graph(DOC)
    fact = small().facts[2]  # proving, second part of the baking method
    (statement,) = (
        s
        for s in graph.subjects(RDF.subject, concept("proving"))
        if graph.value(s, RDF.predicate) == ISO.broaderPartitive
    )
    assert graph.value(statement, RDF.object) == concept("baking-method")
    annotation = graph.value(predicate=OA.hasBody, object=statement)
    assert graph.value(annotation, KG.rule) == Literal("n-things")
    assert graph.value(annotation, KG.position) == Literal(2)
    assert graph.value(annotation, PROV.wasDerivedFrom) == DOC
    activity = graph.value(annotation, PROV.wasGeneratedBy)
    assert graph.value(activity, PROV.used) == DOC
    target = graph.value(annotation, OA.hasTarget)
    assert graph.value(target, OA.hasSource) == DOC
    where, what = sorted(graph.objects(target, OA.hasSelector), key=str)
    assert [int(str(graph.value(where, p))) for p in (OA.start, OA.end, KG.firstLine, KG.lastLine)] == [
        fact.evidence.start,
        fact.evidence.end,
        *fact.evidence.lines,
    ]
    assert graph.value(what, OA.exact) == Literal(fact.evidence.quote)
    raw = small().documents[0].raw
    assert raw[fact.evidence.start : fact.evidence.end] == fact.evidence.quote


def test_documents_are_described() -> None:
    graph = dataset().graph(DOC)
    assert graph.value(DOC, DCTERMS.title) == Literal("Baking bread", lang="en")
    assert graph.value(DOC, DCTERMS.language) == Literal("en")
    assert graph.value(DOC, DCTERMS.identifier) == Literal("bread.txt")
    assert (DOC, RDF.type, URIRef("http://purl.org/ontology/bibo/Document")) in graph


def test_placed_members_make_an_ordered_collection() -> None:
    graph = dataset().graph(DOC)
    (collection,) = graph.subjects(RDF.type, SKOS.OrderedCollection)
    assert graph.value(collection, KG.membersOf) == concept("baking-method")
    head = graph.value(collection, SKOS.memberList)
    assert head is not None
    assert list(Collection(graph, head)) == [concept(i) for i in ("mixing", "proving", "baking")]


def test_nothing_is_blank_and_every_name_used_is_declared() -> None:
    schema = Dataset()
    for file in ontology().files:
        schema.default_graph.parse(file, format="turtle")
    declared = set(schema.default_graph.subjects(RDF.type))
    for graph in (small(), clean(nasty())):
        for s, p, o, g in to_dataset(graph, ontology()).quads((None, None, None, None)):
            assert not any(isinstance(n, BNode) for n in (s, p, o, g))
            assert p in declared or str(p).startswith(str(RDF)), p
            if p == RDF.type and "NoSuchKind" not in str(o):
                assert o in declared or str(o).startswith(str(RDF)), o


def test_one_document_does_not_change_the_graph_of_another() -> None:
    whole = small()
    alone = replace(whole, facts=tuple(f for f in whole.facts if f.evidence.document == "khleb.txt"))
    other = URIRef(document_iri("khleb.txt"))
    assert isomorphic(to_dataset(alone, ontology()).graph(other), dataset().graph(other))


def test_texts_in_every_way_of_writing_stay_as_they_are() -> None:
    doc = small().documents[0]
    values = [
        "cafe\u0301 “é”",
        "café 'é'",
        "«тесто»",
        "„тесто“",
        "и\u0306",
        "й",
        'a "b" \\ c',
        "\u2028\x85",
        "<http://e/>",
    ]
    facts = tuple(Fact("dough", "note", line(doc, 2), "r", value=v, lang="ru") for v in values)
    written = nquads(replace(small(), facts=facts), ontology())
    parsed = Dataset()
    parsed.parse(data=written, format="nquads")
    assert {str(o) for _, _, o, _ in parsed.quads((concept("dough"), SKOS.note, None, None))} == set(values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"predicate": "no-such"}, 'bread.txt:2: the ontology has no predicate "no-such"'),
        ({"object": "dough"}, "either a concept or a text"),
        ({"value": None}, "either a concept or a text"),
        ({"lang": "not a tag"}, "language tag"),
        ({"value": "half \ud800"}, "surrogate"),
    ],
)
def test_what_cannot_be_written_is_told(change: dict[str, str | None], message: str) -> None:
    broken = replace(small().facts[0], **change)  # type: ignore[arg-type]
    graph = replace(small(), facts=(broken,))
    with pytest.raises(ShapeError, match=message) as caught:
        nquads(graph, ontology())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "iri", ["https://e/a> <b", "no-scheme", "https://e/a b", "", "https://e/\x00", "https://e/\ud800"]
)
def test_an_iri_cannot_smuggle_in_a_quad(iri: str) -> None:
    graph = small()
    concepts = {**graph.concepts, "dough": replace(graph.concepts["dough"], iri=iri)}
    for write in (nquads, to_dataset):
        with pytest.raises(ShapeError, match="not an IRI"):
            write(replace(graph, concepts=concepts), ontology())


def test_blank_nodes_are_refused() -> None:
    made = Dataset()
    made.graph(KG.Concepts).add((BNode(), RDF.type, SKOS.Concept))
    with pytest.raises(ShapeError, match="without an IRI"):
        to_nquads(made)


def test_ten_thousand_facts_in_a_few_seconds() -> None:
    """A guard against something quadratic, with room for slow machines: it takes about half a second."""
    import time

    whole = small()
    doc = whole.documents[0]
    facts: Sequence[Fact] = [
        Fact("dough", "note", Evidence(doc.name, n, n + 1, (1, 1), "x"), "r", value=f"note {n}", lang="en")
        for n in range(10_000)
    ]
    began = time.process_time()
    nquads(replace(whole, facts=tuple(facts)), ontology())
    assert time.process_time() - began < 8
