"""Drawings: DOT, SVG and PNG through Graphviz, Mermaid as text.

DOT https://graphviz.org/doc/info/lang.html, Mermaid https://mermaid.js.org/syntax/flowchart.html.
Where the `dot` program is missing, or too slow for the graph at hand, SVG is drawn by `drawing`;
PNG then names what to install.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable

from kg.errors import UsageError
from kg.export import drawing
from kg.export.layout import wrap
from kg.export.view import SYMMETRIC, Node, View, one_line, places
from kg.model import Evidence

SECONDS = 30  # what `dot` may take: its layout grows faster than the graph
TIP = 500  # characters of a tooltip


def dot(view: View) -> bytes:
    import graphviz

    graph = graphviz.Digraph(
        "Studygraph",
        graph_attr={
            "label": graphviz.escape(view.title),
            "fontname": "sans-serif",
            "rankdir": "RL",  # arrows point from part to whole: wholes stand on the left
            "charset": "UTF-8",
        },
        node_attr={"shape": "box", "style": "rounded", "fontname": "sans-serif", "fontsize": "12"},
        edge_attr={"fontname": "sans-serif", "fontsize": "10", "color": "gray40"},
    )
    names = {id: f"n{i}" for i, id in enumerate(view.nodes, start=1)}
    for id, n in view.nodes.items():
        label = graphviz.nohtml("\\n".join(graphviz.escape(line) for line in wrap(n.label)))
        bold = {"penwidth": "2"} if id == view.centre else {}
        graph.node(
            names[id], label, URL=graphviz.escape(n.iri), tooltip=graphviz.escape(tip(n)), **bold
        )
    for e in view.edges:
        graph.edge(
            names[e.source],
            names[e.target],
            graphviz.escape(e.label),
            tooltip=graphviz.escape(cite(e.evidence)),
            labeltooltip=graphviz.escape(cite(e.evidence)),
            constraint="false" if e.predicate == "precedes" or e.predicate in SYMMETRIC else None,
        )
    return str(graph.source).encode()


def svg(view: View) -> bytes:
    drawn = _graphviz(view, "svg")
    return drawing.svg(view) if drawn is None else drawn


def png(view: View) -> bytes:
    drawn = _graphviz(view, "png")
    if drawn is None and shutil.which("dot") is None:
        raise UsageError("png needs the program `dot`: install the package graphviz, or export svg instead")
    if drawn is None:
        raise UsageError(f"png of {len(view.nodes)} concepts takes too long: name a concept, or export svg instead")
    return drawn


def mermaid(view: View) -> bytes:
    lines = ["flowchart LR", f"%% {_comment(view.title)}"]
    names = {id: f"n{i}" for i, id in enumerate(view.nodes, start=1)}
    for id, n in view.nodes.items():
        lines.append(f'{names[id]}["{escape_mermaid(n.label)}"]')
    for e in view.edges:
        lines.append(f'{names[e.source]} -->|"{escape_mermaid(e.label)}"| {names[e.target]}')
        lines.append(f"%% {_comment(cite(e.evidence))}")
    for id, n in view.nodes.items():
        lines.append(f'click {names[id]} href "{n.iri}" "{escape_mermaid(cite(n.evidence))}"')
    if view.centre:
        lines.append(f"style {names[view.centre]} stroke-width:3px")
    return ("\n".join(lines) + "\n").encode()


def tip(node: Node) -> str:
    """What a pointer over the node shows: its definition and where it stands."""
    definition = next((d.text for d in node.definitions), "")
    return " ".join(part for part in (definition, f"[{cite(node.evidence)}]") if part)[:TIP]


def cite(evidence: Iterable[Evidence]) -> str:
    """Places on one line, cut at the length of a tooltip."""
    text = places(evidence) or "no source"
    return text if len(text) <= TIP else text[: TIP - 1] + "…"


def _graphviz(view: View, kind: str) -> bytes | None:
    """What `dot` draws; None where it is missing or runs out of time."""
    program = shutil.which("dot")
    if program is None:
        return None
    try:
        done = subprocess.run([program, f"-T{kind}"], input=dot(view), capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, OSError):
        return None
    return done.stdout


def escape_mermaid(text: str) -> str:
    """Inside a quoted string: entities in Mermaid's form for what it or HTML would read as markup."""
    codes = {c: f"#{ord(c)};" for c in "#\"&<>`*_\\[]{}|~$%"}
    return "".join(codes.get(c, c) for c in one_line(text))


def _comment(text: str) -> str:
    """After `%%`: on one line, and without the braces that would make it a directive."""
    return one_line(text).replace("{", "(").replace("}", ")")
