"""Every format that a graph leaves the program in: one file a family, one way to call them all.

    export("opml", graph=graph, ontology=ontology)                              the whole graph
    export("svg", graph=graph, ontology=ontology, concept=id, depth=2)          what is around one concept

The same graph gives the same bytes (svg and png drawn by Graphviz: with the same version of it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.model import Graph, Lang

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["FORMATS", "Format", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """`suffix` begins with a dot; `title` is for people."""

    name: str
    media_type: str
    suffix: str
    title: str


_FORMATS = (
    Format("turtle", "text/turtle; charset=utf-8", ".ttl", "RDF, Turtle"),
    Format("ntriples", "application/n-triples", ".nt", "RDF, N-Triples"),
    Format("nquads", "application/n-quads", ".nq", "RDF, N-Quads, one named graph a document"),
    Format("jsonld", "application/ld+json", ".jsonld", "RDF, JSON-LD"),
    Format("rdfxml", "application/rdf+xml", ".rdf", "RDF/XML"),
    Format("graphml", "application/graphml+xml", ".graphml", "GraphML (yEd, igraph)"),
    Format("gexf", "application/gexf+xml", ".gexf", "GEXF (Gephi)"),
    Format("cytoscape", "application/json", ".cyjs", "Cytoscape JSON"),
    Format("dot", "text/vnd.graphviz; charset=utf-8", ".dot", "Graphviz DOT"),
    Format("svg", "image/svg+xml", ".svg", "Drawing, SVG"),
    Format("png", "image/png", ".png", "Drawing, PNG"),
    Format("mermaid", "text/vnd.mermaid; charset=utf-8", ".mmd", "Mermaid flowchart"),
    Format("markmap", "text/markdown; charset=utf-8", ".md", "Markmap mind map (Markdown)"),
    Format("opml", "text/x-opml; charset=utf-8", ".opml", "OPML outline"),
    Format("freemind", "application/x-freemind", ".mm", "FreeMind mind map"),
    Format("cxl", "application/xml", ".cxl", "CmapTools concept map"),
    Format("canvas", "application/json", ".canvas", "JSON Canvas (Obsidian)"),
    Format("obsidian", "application/zip", ".zip", "Obsidian vault"),
    Format("anki", "application/vnd.anki", ".apkg", "Anki deck"),
    Format("csv", "text/csv; charset=utf-8", ".csv", "Table (CSV)"),
)
FORMATS: Mapping[str, Format] = {f.name: f for f in _FORMATS}


def export(
    format: str,
    *,
    graph: Graph,
    ontology: Ontology,
    concept: str | None = None,
    depth: int = 1,
    lang: Lang = "en",
    modified: int | None = None,
) -> bytes:
    """`graph`, or what is within `depth` facts of `concept`, as the bytes of a file.

    lang      which labels to show where a format has room for one; what has none in it shows another
    modified  when the graph was built, in Unix seconds; only Anki asks for it (see `cards`)

    UsageError for an unknown format, a depth below 0, and png without Graphviz; NotFound for an unknown concept.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no format {format[:40]!r}; formats: {', '.join(FORMATS)}")
    if format in ("turtle", "ntriples", "nquads", "jsonld", "rdfxml"):
        from kg.export import rdf

        return rdf.serialise(format, graph=graph, ontology=ontology, concept=concept, depth=depth)
    from kg.export.view import View, view

    shown = view(graph, ontology, concept=concept, depth=depth, lang=lang)
    if format == "anki":
        from kg.export import cards

        whole = shown if concept is None else view(graph, ontology, lang=lang)
        return cards.deck(whole, graph, ontology, shown=shown.nodes.keys(), modified=modified)
    from kg.export import diagrams, graphs, maps, outlines, table, vault

    write: Mapping[str, Callable[[View], bytes]] = {
        "graphml": graphs.graphml,
        "gexf": graphs.gexf,
        "cytoscape": graphs.cytoscape,
        "dot": diagrams.dot,
        "svg": diagrams.svg,
        "png": diagrams.png,
        "mermaid": diagrams.mermaid,
        "markmap": outlines.markmap,
        "opml": outlines.opml,
        "freemind": outlines.freemind,
        "cxl": maps.cxl,
        "canvas": maps.canvas,
        "obsidian": vault.vault,
        "csv": table.table,
    }
    return write[format](shown)
