"""RDF in five notations: Turtle, N-Triples, N-Quads, JSON-LD 1.1, RDF/XML.

N-Quads and JSON-LD keep the named graphs, one a document; the others hold their union. Evidence is part of the
data (Web Annotation). JSON-LD carries its whole context in itself, so nothing is ever fetched to read it.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.export.view import printable, restrict
from kg.model import Graph

if TYPE_CHECKING:
    import rdflib

    from kg.ontology import Ontology


def serialise(format: str, *, graph: Graph, ontology: Ontology, concept: str | None, depth: int) -> bytes:
    """The RDF of the graph, or of what is within `depth` facts of `concept`, in one of the five notations."""
    from kg.rdf import to_dataset, to_nquads

    dataset = to_dataset(restrict(graph, concept=concept, depth=depth), ontology)
    match format:
        case "nquads":
            return to_nquads(dataset)
        case "jsonld":
            return _jsonld(dataset)
        case "turtle":
            return _bytes(_union(dataset), "turtle")
        case "rdfxml":
            return _bytes(_union(dataset, for_xml=True), "xml")
        case _:
            lines = {line for line in _bytes(_union(dataset), "ntriples").splitlines() if line}
            return b"".join(line + b"\n" for line in sorted(lines))


def context() -> dict[str, Any]:
    """The JSON-LD context that every export carries."""
    value: dict[str, Any] = json.loads((files("kg.export") / "context.json").read_text("utf-8"))
    return value


def _union(dataset: rdflib.Dataset, *, for_xml: bool = False) -> rdflib.Graph:
    """All triples in one graph, added in sorted order: rdflib writes RDF/XML in the order of its store."""
    import rdflib

    triples = {(s, p, o) for s, p, o, _ in dataset.quads((None, None, None, None))}
    if for_xml:  # XML 1.0 cannot hold control characters, not even escaped
        triples = {(s, p, _printable(o)) for s, p, o in triples}
    out = rdflib.Graph()
    for prefix, iri in context().items():
        if not prefix.startswith("@") and iri.startswith("http"):
            out.bind(prefix, rdflib.Namespace(iri), override=True, replace=True)
    for triple in sorted(triples, key=lambda t: tuple(term.n3() for term in t)):
        out.add(triple)
    return out


def _printable(term: rdflib.term.Node) -> rdflib.term.Node:
    import rdflib

    if not isinstance(term, rdflib.Literal) or printable(str(term)) == str(term):
        return term
    return rdflib.Literal(printable(str(term)), lang=term.language, datatype=term.datatype)


def _jsonld(dataset: rdflib.Dataset) -> bytes:
    from rdflib.plugins.serializers.jsonld import from_rdf

    data = from_rdf(dataset, context(), use_native_types=False)
    return (json.dumps(_sorted(data), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sorted(value: Any) -> Any:
    """Sets of JSON-LD in a fixed order; the order of an @list is kept."""
    if isinstance(value, dict):
        return {k: v if k == "@list" else _sorted(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True, ensure_ascii=False))
    return value


def _bytes(graph: rdflib.Graph, format: str) -> bytes:
    return graph.serialize(format=format, encoding="utf-8")
