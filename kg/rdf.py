"""The graph as RDF, and back.

SKOS (https://www.w3.org/TR/skos-reference/) with the hierarchy of ISO 25964; evidence as Web
Annotations (https://www.w3.org/TR/annotation-model/); provenance as PROV-O. One named graph per
document holds its facts as plain triples and, beside each, an oa:Annotation on the reified
statement; the graph kg:Concepts holds labels, kinds and redirects. Every node has an IRI made from
its content, and nothing depends on the time, so that two builds of the same sources are the same bytes.

    Graph ──to_dataset──▶ rdflib.Dataset ──to_nquads──▶ bytes ──GraphStore.load──▶ store ──from_store──▶ concepts, facts
    Graph ─────────────────nquads─────────────────────▶ the same bytes, without rdflib
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from kg import __version__
from kg.errors import ShapeError
from kg.model import Document, Evidence, Fact, Graph
from kg.ontology import NS, SKOS, Ontology, Predicate, concept_iri, document_iri
from kg.rdf_reading import fact_order, from_store, label_order
from kg.rdf_terms import BASE, CONCEPTS, DCTERMS, OA, PROV, RDF, NodeTerms, Terms, TextTerms

if TYPE_CHECKING:
    from rdflib import Dataset
    from rdflib.term import Node

BROADER = f"{SKOS}broader"

__all__ = ["fact_order", "from_store", "label_order", "nquads", "to_dataset", "to_nquads"]

T = TypeVar("T")


# ---------------------------------------------------------------- writing


def to_dataset(graph: Graph, ontology: Ontology) -> Dataset:
    """The graph as an rdflib Dataset. ShapeError for a predicate, IRI or language tag that cannot be written."""
    from rdflib import Dataset
    from rdflib import Graph as RdfGraph
    from rdflib.term import IdentifiedNode

    dataset = Dataset()
    contexts: dict[Node, RdfGraph] = {}
    add = dataset.store.add
    for s, p, o, g in _quads(graph, ontology, NodeTerms()):
        context = contexts.get(g)
        if context is None:
            assert isinstance(g, IdentifiedNode)
            context = contexts[g] = dataset.graph(g)
        add((s, p, o), context)
    return dataset


def nquads(graph: Graph, ontology: Ontology) -> bytes:
    """What to_nquads(to_dataset(graph, ontology)) gives, without building the dataset."""
    return _sorted(f"{s} {p} {o} {g} .\n" for s, p, o, g in _quads(graph, ontology, TextTerms()))


def to_nquads(dataset: Dataset) -> bytes:
    """N-Quads in code point order, UTF-8. ShapeError for a blank node: its name would not last."""
    from rdflib import Literal, URIRef

    text = TextTerms()
    terms: dict[object, str] = {}

    def term(node: object) -> str:
        known = terms.get(node)
        if known is not None:
            return known
        if isinstance(node, URIRef):
            made = text.iri(str(node))
        elif isinstance(node, Literal):
            made = text.text(str(node), node.language or "")
            if node.datatype and str(node.datatype) != "http://www.w3.org/2001/XMLSchema#string":
                made += f"^^{text.iri(str(node.datatype))}"
        else:
            raise ShapeError(f"{node!r}: a node without an IRI; give it one made from its content")
        terms[node] = made
        return made

    quads = dataset.quads((None, None, None, None))
    return _sorted(f"{term(s)} {term(p)} {term(o)} {term(g)} .\n" for s, p, o, g in quads)


def _sorted(lines: Iterator[str]) -> bytes:
    try:
        return "".join(sorted(set(lines))).encode()
    except UnicodeEncodeError as e:
        line = e.object[max(0, e.object.rfind("\n", 0, e.start)) : e.start + 1]
        raise ShapeError(
            f"{line[:200].strip()!r}: half a character (a lone surrogate); the reader must leave it out"
        ) from e


def _quads(graph: Graph, ontology: Ontology, terms: Terms[T]) -> Iterator[tuple[T, T, T, T]]:
    yield from _concept_quads(graph, ontology, terms)
    documents = {d.name: d for d in graph.documents}
    by_document: dict[str, list[Fact]] = {name: [] for name in documents}
    for fact in graph.facts:
        by_document.setdefault(fact.evidence.document, []).append(fact)
    iris = {c.id: c.iri for c in graph.concepts.values()}
    for name, facts in by_document.items():
        g = terms.iri(document_iri(name))
        for s, p, o in _document_triples(name, documents.get(name), terms):
            yield s, p, o, g
        for s, p, o in _fact_triples(name, facts, iris, ontology, terms):
            yield s, p, o, g
        for s, p, o in _order_triples(name, facts, graph, ontology, terms):
            yield s, p, o, g


def _concept_quads(graph: Graph, ontology: Ontology, terms: Terms[T]) -> Iterator[tuple[T, T, T, T]]:
    iri, text, g = terms.iri, terms.text, terms.iri(CONCEPTS)
    a, scheme = iri(f"{RDF}type"), iri(CONCEPTS)
    types = {name: [iri(i) for i in _types(name, ontology)] for name in {c.kind for c in graph.concepts.values()}}
    if graph.concepts:
        yield scheme, a, iri(f"{SKOS}ConceptScheme"), g
    for c in graph.concepts.values():
        s = iri(c.iri)
        for t in types[c.kind]:
            yield s, a, t, g
        yield s, iri(f"{SKOS}inScheme"), scheme, g
        yield s, iri(f"{DCTERMS}identifier"), text(c.id, ""), g
        for lang, label in c.labels.items():
            yield s, iri(f"{SKOS}prefLabel"), text(label, lang), g
        for label, lang in c.alt_labels:
            yield s, iri(f"{SKOS}altLabel"), text(label, lang), g
        for label, lang in c.hidden_labels:
            yield s, iri(f"{SKOS}hiddenLabel"), text(label, lang), g
        for name in c.documents:
            yield s, iri(f"{DCTERMS}isReferencedBy"), iri(document_iri(name)), g
    for old, new in graph.redirects.items():
        to = graph.concepts[new].iri if new in graph.concepts else concept_iri(new)
        yield iri(concept_iri(old)), iri(f"{DCTERMS}isReplacedBy"), iri(to), g


def _types(kind: str, ontology: Ontology) -> list[str]:
    """skos:Concept, the class itself, and the classes of other vocabularies above it."""
    if kind not in ontology.classes:
        return [f"{SKOS}Concept", NS + "".join(part.capitalize() for part in kind.split("-"))]
    types, at = [f"{SKOS}Concept", ontology.classes[kind].iri], kind
    while True:
        types += ontology.classes[at].also
        above = ontology.classes[at].parent
        if above is None:
            return list(dict.fromkeys(types))
        at = above


def _document_triples(name: str, document: Document | None, terms: Terms[T]) -> Iterator[tuple[T, T, T]]:
    iri, text = terms.iri, terms.text
    a, d = iri(f"{RDF}type"), iri(document_iri(name))
    yield d, a, iri(f"{NS}Document")
    yield d, a, iri("http://purl.org/ontology/bibo/Document")
    yield d, iri(f"{DCTERMS}identifier"), text(name, "")
    if document:
        yield d, iri(f"{DCTERMS}format"), text(document.media_type, "")
        if document.title:
            yield d, iri(f"{DCTERMS}title"), text(document.title, document.lang)
        if document.lang:
            yield d, iri(f"{DCTERMS}language"), text(document.lang, "")
    activity = iri(_activity(name))
    yield activity, a, iri(f"{PROV}Activity")
    yield activity, iri(f"{PROV}used"), d
    yield activity, iri(f"{PROV}wasAssociatedWith"), iri(f"{NS}Studygraph")
    yield activity, iri(f"{NS}version"), text(__version__, "")


def _fact_triples(
    name: str, facts: list[Fact], iris: Mapping[str, str], ontology: Ontology, terms: Terms[T]
) -> Iterator[tuple[T, T, T]]:
    iri, text, number = terms.iri, terms.text, terms.number
    a, d, activity = iri(f"{RDF}type"), iri(document_iri(name)), iri(_activity(name))
    subject_, predicate_, object_ = iri(f"{RDF}subject"), iri(f"{RDF}predicate"), iri(f"{RDF}object")
    statement_class, annotation_class = iri(f"{RDF}Statement"), iri(f"{OA}Annotation")
    has_body, has_target, rule_, position_ = (
        iri(f"{OA}hasBody"),
        iri(f"{OA}hasTarget"),
        iri(f"{NS}rule"),
        iri(f"{NS}position"),
    )
    language_ = iri(f"{DCTERMS}language")
    derived, generated = iri(f"{PROV}wasDerivedFrom"), iri(f"{PROV}wasGeneratedBy")
    predicates = {p.name: (iri(p.iri), [iri(i) for i in p.implies]) for p in ontology.predicates.values()}
    stated: set[str] = set()
    cited: set[str] = set()
    for f in facts:
        predicate = _predicate(f, ontology)
        s_iri = iris.get(f.subject) or concept_iri(f.subject)
        o_iri = (iris.get(f.object) or concept_iri(f.object)) if f.object is not None else ""
        s, o = iri(s_iri), iri(o_iri) if o_iri else text(f.value or "", f.lang)
        p, implied = predicates[predicate.name]
        # the value's own kind is part of the key: a text that looks like an IRI is still a text
        statement = f"{BASE}statement/{_digest(s_iri, predicate.iri, o_iri or (f.value, f.lang))}"
        body = iri(statement)
        if statement not in stated:
            stated.add(statement)
            yield s, p, o
            for i in implied:
                yield s, i, o
            yield body, a, statement_class
            yield body, subject_, s
            yield body, predicate_, p
            yield body, object_, o
        e = f.evidence
        target = f"{BASE}evidence/{_digest(name, e.start, e.end, e.lines, e.quote, e.page)}"
        if target not in cited:
            cited.add(target)
            yield from _target_triples(target, d, e, terms)
        annotation = iri(f"{BASE}annotation/{_digest(statement, target, f.rule, f.position, f.lang)}")
        yield annotation, a, annotation_class
        yield annotation, has_body, body
        yield annotation, has_target, iri(target)
        yield annotation, rule_, text(f.rule, "")
        if f.position is not None:
            yield annotation, position_, number(f.position)
        if f.lang and o_iri:  # a text has its language with it
            yield annotation, language_, text(f.lang, "")
        yield annotation, derived, d
        yield annotation, generated, activity


def _target_triples(target: str, document: T, e: Evidence, terms: Terms[T]) -> Iterator[tuple[T, T, T]]:
    iri, number = terms.iri, terms.number
    a, t, where, what = iri(f"{RDF}type"), iri(target), iri(f"{target}/position"), iri(f"{target}/quote")
    yield t, a, iri(f"{OA}SpecificResource")
    yield t, iri(f"{OA}hasSource"), document
    yield t, iri(f"{OA}hasSelector"), where
    yield t, iri(f"{OA}hasSelector"), what
    yield where, a, iri(f"{OA}TextPositionSelector")
    yield where, iri(f"{OA}start"), number(e.start)
    yield where, iri(f"{OA}end"), number(e.end)
    yield where, iri(f"{NS}firstLine"), number(e.lines[0])
    yield where, iri(f"{NS}lastLine"), number(e.lines[1])
    if e.page is not None:
        yield where, iri(f"{NS}onPage"), number(e.page)
    yield what, a, iri(f"{OA}TextQuoteSelector")
    yield what, iri(f"{OA}exact"), terms.text(e.quote, "")


def _order_triples(
    name: str, facts: list[Fact], graph: Graph, ontology: Ontology, terms: Terms[T]
) -> Iterator[tuple[T, T, T]]:
    """The members of one whole and of one kind, in the order of this document, as a skos:OrderedCollection."""
    iri = terms.iri
    concepts = graph.concepts
    a, first, rest = iri(f"{RDF}type"), iri(f"{RDF}first"), iri(f"{RDF}rest")

    def group(f: Fact) -> tuple[str, str, str]:
        return f.object or "", f.predicate, concepts[f.subject].kind if f.subject in concepts else ""

    placed = [
        f
        for f in facts
        if f.position is not None and f.object is not None and BROADER in ontology.predicates[f.predicate].implies
    ]
    placed.sort(key=lambda f: (group(f), f.position or 0, f.evidence.start, f.subject))
    for (whole, predicate, kind), members in groupby(placed, group):
        ids = list(dict.fromkeys(f.subject for f in members))
        if len(ids) < 2:
            continue
        whole_iri = concepts[whole].iri if whole in concepts else concept_iri(whole)
        nodes = [concepts[i].iri if i in concepts else concept_iri(i) for i in ids]
        collection = f"{BASE}order/{_digest(name, whole_iri, predicate, kind, *nodes)}"
        yield iri(collection), a, iri(f"{NS}OrderedMembers")
        yield iri(collection), a, iri(f"{SKOS}OrderedCollection")
        yield iri(collection), iri(f"{NS}membersOf"), iri(whole_iri)
        yield iri(collection), iri(f"{SKOS}memberList"), iri(f"{collection}/1")
        for i, node in enumerate(nodes, start=1):
            cell = iri(f"{collection}/{i}")
            yield cell, a, iri(f"{RDF}List")
            yield cell, first, iri(node)
            yield cell, rest, iri(f"{collection}/{i + 1}" if i < len(nodes) else f"{RDF}nil")


def _predicate(fact: Fact, ontology: Ontology) -> Predicate:
    predicate = ontology.predicates.get(fact.predicate)
    at = f"{fact.evidence.document}:{fact.evidence.lines[0]}"
    if predicate is None:
        raise ShapeError(f'{at}: the ontology has no predicate "{fact.predicate}"; add it with kg:name')
    if (fact.object is None) == (fact.value is None):
        raise ShapeError(f'{at}: a fact with "{fact.predicate}" needs either a concept or a text')
    return predicate


def _activity(name: str) -> str:
    return f"{BASE}reading/{_digest(name, __version__)}"


def _digest(*parts: object) -> str:
    """Of the parts' values and types; 96 bits, far more than the facts of any course need."""
    return blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
