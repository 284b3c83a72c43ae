"""The way back from a triple store to concepts, facts and redirects; kg.rdf describes what was written."""

from __future__ import annotations

from typing import Protocol

from kg.errors import StoreError
from kg.model import Concept, Evidence, Fact, Lang
from kg.ontology import NS, SKOS, Ontology, kebab, name_in
from kg.rdf_terms import DCTERMS, OA, RDF
from kg.text import fold

_PREFIXES = f"""
PREFIX kg: <{NS}> PREFIX skos: <{SKOS}> PREFIX rdf: <{RDF}> PREFIX oa: <{OA}> PREFIX dcterms: <{DCTERMS}>
"""
_KINDS = "SELECT ?c ?id ?type { GRAPH kg:Concepts { ?c dcterms:identifier ?id ; a ?type } }"
_LABELS = """SELECT ?c ?p ?label (LANG(?label) AS ?lang) {
  VALUES ?p { skos:prefLabel skos:altLabel skos:hiddenLabel } GRAPH kg:Concepts { ?c ?p ?label } }"""
_DOCUMENTS = "SELECT ?c ?d { GRAPH kg:Concepts { ?c dcterms:isReferencedBy ?d } }"
_REDIRECTS = "SELECT ?old ?new { GRAPH kg:Concepts { ?old dcterms:isReplacedBy ?new } }"
_STATEMENTS = """SELECT ?b ?s ?p ?o (LANG(?o) AS ?lang) (isIRI(?o) AS ?iri) {
  GRAPH ?g { ?b rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o } }"""
# One wide join takes twice the time of these narrow ones, put together here.
_TARGETS = "SELECT ?t ?doc ?selector { GRAPH ?g { ?t oa:hasSource ?doc ; oa:hasSelector ?selector } }"
_POSITIONS = """SELECT ?selector ?start ?end ?first ?last {
  GRAPH ?g { ?selector oa:start ?start ; oa:end ?end ; kg:firstLine ?first ; kg:lastLine ?last } }"""
_PAGES = "SELECT ?selector ?page { GRAPH ?g { ?selector kg:onPage ?page } }"
_QUOTES = "SELECT ?selector ?quote { GRAPH ?g { ?selector oa:exact ?quote } }"
_ANNOTATIONS = "SELECT ?a ?b ?t ?rule { GRAPH ?g { ?a oa:hasBody ?b ; oa:hasTarget ?t ; kg:rule ?rule } }"
_LANGUAGES = "SELECT ?a ?lang { GRAPH ?g { ?a oa:hasBody ?b ; dcterms:language ?lang } }"
_PLACES = "SELECT ?a ?position { GRAPH ?g { ?a kg:position ?position } }"


class Selects(Protocol):
    """The one method of a GraphStore that reading needs."""

    def select(self, sparql: str) -> list[tuple[str | None, ...]]: ...


def from_store(store: Selects, ontology: Ontology) -> tuple[dict[str, Concept], tuple[Fact, ...], dict[str, str]]:
    """Concepts by id, facts and redirects as they were written, in canonical order.

    RDF keeps no order, so: concepts by id; their labels by language, other labels as
    `label_order` sorts them; documents by name; facts as `fact_order` sorts them.
    StoreError if the store holds something else.
    """

    def rows(query: str) -> list[tuple[str | None, ...]]:
        return store.select(_PREFIXES + query)

    try:
        concepts, ids = _concepts(rows, ontology)
        names = {p.iri: p.name for p in ontology.predicates.values()}
        statements = {}
        for b, s, p, o, lang, is_iri in rows(_STATEMENTS):
            s, p, o = _bound(s), _bound(p), _bound(o)
            linked = is_iri == "true"
            statements[b] = (
                ids.get(s) or name_in(s),
                names[p],
                (ids.get(o) or name_in(o)) if linked else None,
                None if linked else o,
                "" if linked else lang or "",
            )
        evidence = _evidence(rows)
        places = {a: int(_bound(position)) for a, position in rows(_PLACES)}
        languages = {a: _bound(lang) for a, lang in rows(_LANGUAGES)}
        facts = []
        for a, b, t, rule in rows(_ANNOTATIONS):
            subject, predicate, object_, value, lang = statements[b]
            lang = languages.get(a, lang)
            facts.append(
                Fact(subject, predicate, evidence[_bound(t)], _bound(rule), object_, value, lang, places.get(a))
            )
        redirects = {}
        for old, new in sorted(rows(_REDIRECTS), key=str):
            new = _bound(new)
            redirects[name_in(_bound(old))] = ids.get(new) or name_in(new)
    except (KeyError, ValueError) as e:
        raise StoreError(f"the triple store holds no whole graph of this version ({e!r}); build it again") from e
    return concepts, tuple(sorted(facts, key=fact_order)), redirects


class _Rows(Protocol):
    def __call__(self, query: str) -> list[tuple[str | None, ...]]: ...


def _concepts(rows: _Rows, ontology: Ontology) -> tuple[dict[str, Concept], dict[str, str]]:
    """Concepts by id, and ids by IRI."""
    kinds = {c.iri: c.name for c in ontology.classes.values()}
    root = f"{SKOS}Concept"
    ids: dict[str, str] = {}
    kind: dict[str, str] = {}
    for iri, id, type_ in rows(_KINDS):
        iri, type_ = _bound(iri), _bound(type_)
        ids[iri] = _bound(id)
        if type_ in kinds and type_ != root:
            kind[iri] = kinds[type_]
        elif type_.startswith(NS):
            kind.setdefault(iri, kebab(type_.removeprefix(NS)))
    labels: dict[str, dict[str, list[tuple[str, Lang]]]] = {iri: {} for iri in ids}
    for iri, p, label, lang in rows(_LABELS):
        labels[_bound(iri)].setdefault(_bound(p).removeprefix(SKOS), []).append((_bound(label), lang or ""))
    documents: dict[str, list[str]] = {iri: [] for iri in ids}
    for iri, document in rows(_DOCUMENTS):
        documents[_bound(iri)].append(name_in(_bound(document)))
    concepts = {}
    for id, iri in sorted((id, iri) for iri, id in ids.items()):
        own = labels[iri]
        concepts[id] = Concept(
            id,
            iri,
            kind.get(iri, "concept"),
            {lang: label for label, lang in sorted(own.get("prefLabel", ()), key=lambda x: x[1])},
            tuple(sorted(own.get("altLabel", ()), key=label_order)),
            tuple(sorted(own.get("hiddenLabel", ()), key=label_order)),
            tuple(sorted(documents[iri])),
        )
    return concepts, ids


def _evidence(rows: _Rows) -> dict[str, Evidence]:
    """Evidence by the IRI of its target."""
    where = {
        selector: (int(_bound(start)), int(_bound(end)), (int(_bound(first)), int(_bound(last))))
        for selector, start, end, first, last in rows(_POSITIONS)
    }
    pages = {selector: int(_bound(page)) for selector, page in rows(_PAGES)}
    quotes = {selector: _bound(quote) for selector, quote in rows(_QUOTES)}
    position: dict[str, tuple[str, str]] = {}  # target -> document, position selector
    quote: dict[str, str] = {}
    for target, document, selector in rows(_TARGETS):
        if selector in where:
            position[_bound(target)] = _bound(document), _bound(selector)
        else:
            quote[_bound(target)] = quotes[selector]
    names = {iri: name_in(iri) for iri in {document for document, _ in position.values()}}
    evidence = {}
    for target, (document, selector) in position.items():
        start, end, lines = where[selector]
        evidence[target] = Evidence(names[document], start, end, lines, quote[target], pages.get(selector))
    return evidence


def _bound(cell: str | None) -> str:
    if cell is None:
        raise ValueError("an unbound variable")
    return cell


def label_order(label: tuple[str, Lang]) -> tuple[str, ...]:
    """By language, then as people sort words."""
    text, lang = label
    return lang, fold(text), text


def fact_order(f: Fact) -> tuple[object, ...]:
    """By place in the sources, then by content: a total order over different facts."""
    e = f.evidence
    place = (e.document, e.start, e.end, f.position or 0, f.predicate, f.subject)
    content = (f.object or "", f.value or "", f.lang, f.rule, e.lines, e.page or 0, e.quote)
    return place + content + (f.position is None, f.object is None, e.page is None)
