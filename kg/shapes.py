"""Does a dataset keep its promises? SHACL (https://www.w3.org/TR/shacl/) and what SHACL Core cannot say.

The shapes stand in ontology/shapes.ttl and are run by pySHACL over all graphs of the dataset and
the schema together. Here stand: paths of any length, control characters, and each plain triple
against its annotation. A violation means that the program made a mistake; a warning, that the
sources leave something open or disagree, which must not stop a build.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SettingsError
from kg.ontology import DOCUMENT_BASE, NS, SKOS, Ontology, name_in, shipped

if TYPE_CHECKING:
    from rdflib import Dataset, Graph
    from rdflib.term import Node

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OA = "http://www.w3.org/ns/oa#"
_DCTERMS = "http://purl.org/dc/terms/"
_SH = "http://www.w3.org/ns/shacl#"
_LABELS = (f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}hiddenLabel")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """`shape` is the name of the shape that is broken, `node` the IRI at which; `line` is 0 and `document` ""
    where no place in a document is meant."""

    document: str
    line: int
    shape: str
    message: str
    node: str
    severity: str = "violation"


def check(dataset: Dataset, ontology: Ontology, *, warnings: bool = False) -> tuple[Violation, ...]:
    """Every violation, by place; with `warnings`, what the sources leave open too."""
    index = _Index(dataset)
    found = [
        *_shacl(dataset, ontology),
        *_characters(index),
        *_evidence(index, ontology),
        *_hierarchy(index),
        *_redirects(index),
    ]
    places = index.places() if found else {}
    placed = {
        Violation(*places.get(f.node, ("", 0)), f.shape, " ".join(f.message.split()), f.node, f.severity)
        for f in found
        if warnings or f.severity == "violation"
    }
    return tuple(sorted(placed))


@dataclass(frozen=True, slots=True)
class _Finding:
    shape: str
    node: str
    message: str
    severity: str = "violation"


class _Index:
    """The quads by predicate, as (subject, object, graph)."""

    def __init__(self, dataset: Dataset) -> None:
        from rdflib import Literal

        self._by: defaultdict[str, list[tuple[Node, Node, Node]]] = defaultdict(list)
        for s, p, o, g in dataset.quads((None, None, None, None)):
            if g is not None:
                self._by[str(p)].append((s, o, g))
        self.literal = Literal

    def of(self, predicate: str) -> list[tuple[Node, Node, Node]]:
        return self._by.get(predicate, [])

    def predicates(self) -> Iterable[str]:
        return self._by

    def map(self, predicate: str) -> dict[Node, Node]:
        return {s: o for s, o, _ in self.of(predicate)}

    def places(self) -> Mapping[str, tuple[str, int]]:
        """Node -> document and line, for whatever evidence tells the place of; the first place of a concept."""
        source = {t: name_in(str(d)) for t, d, _ in self.of(f"{_OA}hasSource")}
        lines = self.map(f"{NS}firstLine")
        out: dict[str, tuple[str, int]] = {str(d): (n, 0) for d, n in ((d, name_in(str(d))) for d in self._documents())}
        at: dict[Node, tuple[str, int]] = {}
        for target, selector, _ in self.of(f"{_OA}hasSelector"):
            line = str(lines.get(selector, "0"))
            place = source.get(target, ""), int(line) if line.isdecimal() else 0
            at[target] = max(place, at.get(target, ("", 0)))
        for target, selector, _ in self.of(f"{_OA}hasSelector"):
            out[str(selector)] = out[str(target)] = at[target]
        bodies = self.map(f"{_OA}hasBody")
        for annotation, target, _ in self.of(f"{_OA}hasTarget"):
            place = at.get(target, ("", 0))
            out[str(annotation)] = place
            if annotation in bodies:
                body = str(bodies[annotation])
                out[body] = min(place, out.get(body, place))
        for end in (f"{_RDF}subject", f"{_RDF}object"):
            for statement, node, _ in self.of(end):
                if (known := out.get(str(statement))) and not isinstance(node, self.literal):
                    out[str(node)] = min(known, out.get(str(node), known))
        for collection, _, graph in self.of(f"{SKOS}memberList"):
            out[str(collection)] = (name_in(str(graph)), 0)
        return out

    def _documents(self) -> Iterator[Node]:
        return (s for s, o, _ in self.of(f"{_RDF}type") if str(o) == f"{NS}Document")


# ---------------------------------------------------------------- SHACL


def _shacl(dataset: Dataset, ontology: Ontology) -> Iterator[_Finding]:
    """pySHACL on a view of all graphs as one.

    No copy, no inference and no SPARQL constraints, and shapes that carry their targets themselves:
    a tenth of the time of the plain call.
    """
    import pyshacl
    from rdflib import OWL, RDF, Dataset, Literal, URIRef

    view = Dataset(store=dataset.store, default_union=True)
    schema = view.graph(URIRef(NS.rstrip("#")))
    try:
        for c in ontology.classes.values():
            for iri in (c.iri, *c.also):
                schema.add((URIRef(iri), RDF.type, OWL.Class))
        for p in ontology.predicates.values():
            schema.add((URIRef(p.iri), URIRef(f"{NS}name"), Literal(p.name)))
        _, results, _ = pyshacl.validate(
            view, shacl_graph=_shapes(ontology), inplace=True, advanced=False, inference="none", meta_shacl=False
        )
    finally:
        view.remove_graph(schema)
    yield from _results(results)


def _shapes(ontology: Ontology) -> Graph:
    """shapes.ttl from the folder of the ontology, or the shipped one."""
    from rdflib import Graph

    beside = [folder / "shapes.ttl" for folder in dict.fromkeys(f.parent for f in ontology.files)]
    file: Path = next((f for f in beside if f.is_file()), shipped() / "shapes.ttl")
    try:
        return Graph().parse(file, format="turtle")
    except (OSError, SyntaxError, ValueError) as e:  # rdflib's BadSyntax is a SyntaxError
        raise SettingsError(f"{file}: cannot be read as shapes: {' '.join(str(e).split())}") from e


def _results(results: Graph) -> Iterator[_Finding]:
    from rdflib import RDF, URIRef

    for result in results.subjects(RDF.type, URIRef(f"{_SH}ValidationResult")):

        def value(name: str, result: Node = result) -> str:
            return str(results.value(result, URIRef(f"{_SH}{name}"), any=True) or "")

        severity = "violation" if value("resultSeverity") == f"{_SH}Violation" else "warning"
        shown = f": {_shown(found)}" if (found := value("value")) else ""
        shape = value("sourceShape").rsplit("/", 1)[-1]
        yield _Finding(shape, value("focusNode"), f"{value('resultMessage')}{shown}", severity)


def _shown(text: str) -> str:
    """For a message: one line, no characters that a terminal would act on."""
    shown = ascii(text) if _CONTROL.search(text) else f'"{text}"'
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


# ---------------------------------------------------------------- beyond SHACL Core


def _characters(index: _Index) -> Iterator[_Finding]:
    for predicate in _LABELS:
        for s, label, _ in index.of(predicate):
            if _CONTROL.search(str(label)):
                yield _Finding("label-characters", str(s), f"a label holds control characters: {_shown(str(label))}")
    for predicate in index.predicates():
        if predicate in _LABELS:
            continue
        for s, text, _ in index.of(predicate):
            if isinstance(text, index.literal) and _SURROGATE.search(text):
                message = f"a text holds half a character (a lone surrogate): {_shown(str(text))}"
                yield _Finding("text-characters", str(s), message)


def _evidence(index: _Index, ontology: Ontology) -> Iterator[_Finding]:
    """Plain triples and annotated statements say the same, each in the graph of its document."""
    predicates = {p.iri: p for p in ontology.predicates.values()}
    subjects, objects = index.map(f"{_RDF}subject"), index.map(f"{_RDF}object")
    annotated = {body for _, body, _ in index.of(f"{_OA}hasBody")}
    stated: set[tuple[Node, str, Node, Node]] = set()
    for statement, p, graph in index.of(f"{_RDF}predicate"):
        predicate = predicates.get(str(p))
        if statement not in subjects or statement not in objects or predicate is None:
            continue  # SHACL has said so
        s, o = subjects[statement], objects[statement]
        for iri in (predicate.iri, *predicate.implies):
            stated.add((s, iri, o, graph))
        if isinstance(o, index.literal) != predicate.literal:
            wants = "a text" if predicate.literal else "a concept"
            yield _Finding("object-kind", str(statement), f'"{predicate.name}" takes {wants}, not {_shown(str(o))}')
        if statement not in annotated:
            yield _Finding("annotated", str(statement), "a statement without evidence")
    plain: set[tuple[Node, str, Node, Node]] = set()
    concepts = {s for s, t, _ in index.of(f"{_RDF}type") if str(t) == f"{SKOS}Concept"}
    for iri in {i for p in predicates.values() for i in (p.iri, *p.implies)}:
        plain |= {(s, iri, o, g) for s, o, g in index.of(iri) if s in concepts}
    for s, iri, o, _ in plain - stated:
        yield _Finding("annotated", str(s), f"a fact without evidence: {_name(iri)} {_shown(str(o))}")
    for s, iri, o, _ in stated - plain:
        if s in concepts:
            yield _Finding("stated", str(s), f"evidence for a fact that is not stated: {_name(iri)} {_shown(str(o))}")
    yield from _quotes(index)


def _quotes(index: _Index) -> Iterator[_Finding]:
    starts, ends = index.map(f"{_OA}start"), index.map(f"{_OA}end")
    quotes = index.map(f"{_OA}exact")
    selectors: defaultdict[Node, list[Node]] = defaultdict(list)
    for target, selector, _ in index.of(f"{_OA}hasSelector"):
        selectors[target].append(selector)
    for target, document, graph in index.of(f"{_OA}hasSource"):
        if document != graph and str(document).startswith(DOCUMENT_BASE):
            yield _Finding("own-graph", str(target), f"evidence in {document} stands in the graph {graph}")
        where = next((s for s in selectors[target] if s in starts and s in ends), None)
        what = next((s for s in selectors[target] if s in quotes), None)
        if where is None or what is None:
            continue  # SHACL has said so
        length, start, end = len(str(quotes[what])), str(starts[where]), str(ends[where])
        if start.isdecimal() and end.isdecimal() and length != int(end) - int(start):
            yield _Finding("quote-length", str(target), f"a quote of {length} characters at {start}..{end}")


def _hierarchy(index: _Index) -> Iterator[_Finding]:
    """No concept is broader than itself (kg), and none both related and broader (SKOS S27)."""
    above: defaultdict[Node, set[Node]] = defaultdict(set)
    for s, o, _ in index.of(f"{SKOS}broader"):
        above[s].add(o)
        if s == o:
            yield _Finding("broader-self", str(s), "a concept is broader than itself")
    for ring in _rings(above):
        members = ", ".join(sorted(_name(str(n)) for n in ring)[:8])
        yield _Finding(
            "broader-ring", min(map(str, ring)), f"concepts are broader than themselves: {members}", "warning"
        )
    cache: dict[Node, set[Node]] = {}
    for s, o, _ in index.of(f"{SKOS}related"):
        for narrow, wide in ((s, o), (o, s)):
            if wide not in above[narrow] and wide in _reach(narrow, above, cache):  # of one step, SHACL says so
                message = f"related to {_name(str(wide))} and, over several steps, narrower than it"
                yield _Finding("related-above", str(narrow), message, "warning")


def _redirects(index: _Index) -> Iterator[_Finding]:
    """An old id leads to a concept, over other old ids at most; what it led to may have left with its note."""
    replaced = index.map(f"{_DCTERMS}isReplacedBy")
    concepts = {s for s, t, _ in index.of(f"{_RDF}type") if str(t) == f"{SKOS}Concept"}
    for old in replaced:
        seen, at = {old}, replaced[old]
        while at in replaced and at not in seen:
            seen.add(at)
            at = replaced[at]
        if at in seen:
            yield _Finding("redirect-ring", str(old), "an old id leads back to itself")
        elif at not in concepts:
            yield _Finding("redirect-end", str(old), f"an old id leads to {_name(str(at))}, which is gone", "warning")


def _reach(node: Node, above: Mapping[Node, set[Node]], cache: dict[Node, set[Node]]) -> set[Node]:
    """Everything broader than the node, over any number of steps."""
    if node not in cache:
        seen: set[Node] = set()
        waiting = [node]
        while waiting:
            for n in above.get(waiting.pop(), ()):
                if n not in seen:
                    seen.add(n)
                    waiting.append(n)
        cache[node] = seen
    return cache[node]


def _rings(above: Mapping[Node, set[Node]]) -> list[set[Node]]:
    """Strongly connected parts of more than one concept."""
    import networkx as nx

    graph = nx.DiGraph((s, o) for s, objects in above.items() for o in objects)
    return [part for part in nx.strongly_connected_components(graph) if len(part) > 1]


def _name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]
