"""Graph formats for network programs (Gephi, yEd, Cytoscape, igraph), written by networkx.

GraphML http://graphml.graphdrawing.org/specification.html, GEXF 1.2 https://gexf.net, Cytoscape.js JSON
https://js.cytoscape.org/#notation/elements-json. GraphML and GEXF hold plain values only: there the
evidence is one text of places and one of quotes; in JSON it is a list of objects.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kg.export.view import View, one_line, places, printable
from kg.model import Evidence

if TYPE_CHECKING:
    import networkx as nx


def graphml(view: View) -> bytes:
    import networkx as nx

    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return ("\n".join([head, *nx.generate_graphml(_plain(view))]) + "\n").encode()


def gexf(view: View) -> bytes:
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(version="1.2draft")
    meta = writer.xml.find("meta")  # networkx puts today's date and its own version there
    if meta is not None:
        meta.attrib.clear()
        for child, text in zip(list(meta), ("Studygraph", one_line(view.title)), strict=False):
            child.text = text
    writer.add_graph(_plain(view))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def cytoscape(view: View) -> bytes:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for n in view.nodes.values():
        graph.add_node(
            n.id,
            name=n.label,
            label=n.label,
            labels={lang: printable(text) for lang, text in sorted(n.concept.labels.items())},
            iri=n.iri,
            kind=one_line(n.concept.kind),
            kind_label=n.kind,
            depth=n.depth,
            definitions=[{"text": d.text, "lang": d.lang, "evidence": cited(d.evidence)} for d in n.definitions],
            evidence=cited(n.evidence),
        )
    for i, e in enumerate(view.edges, start=1):
        graph.add_edge(
            e.source,
            e.target,
            key=e.predicate,
            id=f"edge:{i}",  # one id space with the nodes; no concept id has a colon
            label=e.label,
            predicate=e.predicate,
            position=e.position,
            rules=list(e.rules),
            evidence=cited(e.evidence),
        )
    data = nx.cytoscape_data(graph)
    data["data"] = {"title": view.title, "lang": view.lang, "centre": view.centre}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def cited(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Evidence as plain JSON values."""
    out: list[dict[str, Any]] = []
    for e in evidence:
        row = {"document": e.document, "lines": list(e.lines), "start": e.start, "end": e.end, "quote": e.quote}
        out.append(row if e.page is None else {**row, "page": e.page})
    return out


def _plain(view: View) -> nx.MultiDiGraph[str]:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=view.title)
    langs = sorted({lang for n in view.nodes.values() for lang in n.concept.labels})
    for n in view.nodes.values():
        labels = {f"label_{lang}": one_line(n.concept.labels.get(lang, "")) for lang in langs}
        graph.add_node(
            one_line(n.id),
            label=n.label,
            **labels,
            iri=n.iri,
            kind=one_line(n.concept.kind),
            definition=n.definition(view.lang),
            documents="; ".join(one_line(d) for d in n.concept.documents),
            evidence=places(n.evidence),
            quotes=_quotes(n.evidence),
        )
    for i, e in enumerate(view.edges, start=1):
        graph.add_edge(
            one_line(e.source),
            one_line(e.target),
            key=one_line(e.predicate),
            id=f"e{i}",
            label=e.label,
            predicate=one_line(e.predicate),
            position=e.position or 0,  # 0: none; both formats want one type a column
            rules=" ".join(one_line(r) for r in e.rules),
            evidence=places(e.evidence),
            quotes=_quotes(e.evidence),
        )
    return graph


def _quotes(evidence: Iterable[Evidence]) -> str:
    return "\n".join(dict.fromkeys(e.quote for e in evidence))
