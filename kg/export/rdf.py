"""RDF in five notations: Turtle, N-Triples, N-Quads, JSON-LD 1.1, RDF/XML.

N-Quads and JSON-LD keep the named graphs, one a document; the others hold their union. Evidence is part of the
data (Web Annotation). JSON-LD carries its whole context in itself, so nothing is ever fetched to read it.
What no version of XML allows in a string (NUL, U+FFFE, U+FFFF) is U+FFFD here, one for one: Raptor cuts a text off
at the first and refuses a file with the others.
"""

from __future__ import annotations

import io
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.export.view import printable, restrict
from kg.model import Graph
from kg.ontology import CONCEPT_BASE, DOCUMENT_BASE, Ontology

# As they stand in N-Quads and in JSON, which escape NUL in the same way.
_UNREADABLE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000|\xef\xbf[\xbe\xbf]")

if TYPE_CHECKING:
    from pyoxigraph import RdfFormat, Triple


def serialise(format: str, *, graph: Graph, ontology: Ontology, concept: str | None, depth: int) -> bytes:
    """The RDF of the graph, or of what is within `depth` facts of `concept`, in one of the five notations."""
    from kg.rdf import nquads

    shown = restrict(graph, concept=concept, depth=depth)
    if format == "jsonld":
        return _readable(_jsonld(shown, ontology))
    quads = _readable(nquads(shown, ontology))
    match format:
        case "nquads":
            return quads
        case "turtle":
            return _turtle(_triples(quads))
        case "rdfxml":
            return _rdfxml(_triples(quads))
        case _:
            return "".join(sorted(f"{t} .\n" for t in _triples(quads))).encode()


def _readable(data: bytes) -> bytes:
    return _UNREADABLE.sub(lambda m: (m.group(1) or b"") + "\ufffd".encode(), data)


def context() -> dict[str, Any]:
    """The JSON-LD context that every export carries."""
    value: dict[str, Any] = json.loads((files("kg.export") / "context.json").read_text("utf-8"))
    return value


def _prefixes() -> dict[str, str]:
    return {k: v for k, v in context().items() if not k.startswith("@") and not v.startswith("@")}


def _triples(quads: bytes) -> list[Triple]:
    """The triples of all graphs, each once: concepts first, then documents, then their evidence; types first."""
    import pyoxigraph as ox  # its writers take a tenth of the time of rdflib's

    def order(t: Triple) -> tuple[bool, bool, str, bool, str, str]:
        s, p = str(t.subject)[1:], str(t.predicate)
        told = s.startswith(DOCUMENT_BASE)
        return not s.startswith(CONCEPT_BASE), not told, s, not p.endswith("#type>"), p, str(t.object)

    return sorted({q.triple for q in ox.parse(quads, ox.RdfFormat.N_QUADS)}, key=order)


def _turtle(triples: list[Triple]) -> bytes:
    import pyoxigraph as ox

    text = _written(triples, ox.RdfFormat.TURTLE)
    lines = text.splitlines(keepends=True)
    head = [line for line in lines if line.startswith("@prefix")]  # they come in no fixed order
    return ("".join(sorted(head)) + "\n" + "".join(lines[len(head) :])).encode()


def _rdfxml(triples: list[Triple]) -> bytes:
    """XML 1.0 cannot hold control characters, not even escaped: they become U+FFFD."""
    import pyoxigraph as ox

    clean = [ox.Triple(t.subject, t.predicate, _printable(t.object)) for t in triples]
    text = _written(clean, ox.RdfFormat.RDF_XML)
    root = re.search(r"<rdf:RDF((?: xmlns:[\w-]+=\"[^\"]*\")*)>", text)
    if root:  # its namespaces come in no fixed order
        names = " ".join(sorted(root.group(1).split()))
        text = text[: root.start()] + f"<rdf:RDF {names}>" + text[root.end() :]
    return text.encode()


def _written(triples: list[Triple], format: RdfFormat) -> str:
    import pyoxigraph as ox

    out = io.BytesIO()
    ox.serialize(triples, out, format, prefixes=_prefixes())
    return out.getvalue().decode()


def _printable(term: Any) -> Any:
    import pyoxigraph as ox

    if not isinstance(term, ox.Literal) or printable(term.value) == term.value:
        return term
    if term.language:
        return ox.Literal(printable(term.value), language=term.language)
    return ox.Literal(printable(term.value), datatype=term.datatype)


def _jsonld(graph: Graph, ontology: Ontology) -> bytes:
    from rdflib.plugins.serializers.jsonld import from_rdf

    from kg.rdf import to_dataset

    data: Any = from_rdf(to_dataset(graph, ontology), context(), use_native_types=False)  # type: ignore[no-untyped-call]
    return (json.dumps(_sorted(data), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sorted(value: Any) -> Any:
    """Sets of JSON-LD in a fixed order; the order of an @list is kept."""
    if isinstance(value, dict):
        return {k: v if k == "@list" else _sorted(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True, ensure_ascii=False))
    return value
