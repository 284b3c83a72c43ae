"""Concept maps with a place for every box: CmapTools CXL, JSON Canvas 1.0 (Obsidian).

CXL https://cmap.ihmc.us/xml/CXL.html: a proposition is concept, linking phrase, concept, joined by two
connections; its evidence stands in the phrase's long comment. JSON Canvas https://jsoncanvas.org/spec/1.0/:
an edge has no room for evidence, so every relation is told with its source in the text of its subject.
"""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from kg.export.layout import layout
from kg.export.outlines import escape_markdown
from kg.export.view import Edge, Node, View, place, places

CMAP = "http://cmap.ihmc.us/xml/cmap/"
DC = "http://purl.org/dc/elements/1.1/"
CARD_WIDTH, CARD_HEIGHT = 320, 200


def cxl(view: View) -> bytes:
    boxes = layout(view)
    names: dict[Any, str] = {None: CMAP, "dc": DC}
    root = etree.Element(f"{{{CMAP}}}cmap", nsmap=names)
    meta = etree.SubElement(root, f"{{{CMAP}}}res-meta")
    for tag, text in (("title", view.title), ("format", "x-cmap/x-storable"), ("language", view.lang)):
        etree.SubElement(meta, f"{{{DC}}}{tag}").text = text
    width = max((b.x + b.width for b in boxes.values()), default=0)
    height = max((b.y + b.height for b in boxes.values()), default=0)
    body = _add(root, "map", width=str(width + 40), height=str(height + 40))
    concepts, phrases, joins = (_add(body, f"{name}-list") for name in ("concept", "linking-phrase", "connection"))
    looks, phrase_looks, join_looks = (
        _add(body, f"{name}-appearance-list") for name in ("concept", "linking-phrase", "connection")
    )
    ids = {id: f"c{i}" for i, id in enumerate(view.nodes, start=1)}
    for id, node in view.nodes.items():
        comments = {"short-comment": node.definition(view.lang), "long-comment": _told(node)}
        _add(concepts, "concept", id=ids[id], label=node.label, **{k: v for k, v in comments.items() if v})
        b = boxes[id]
        centre = {"x": str(20 + b.x + b.width // 2), "y": str(20 + b.y + b.height // 2)}  # CXL places the middle
        _add(looks, "concept-appearance", id=ids[id], **centre, width=str(b.width), height=str(b.height))
    for i, e in enumerate(view.edges, start=1):
        _add(phrases, "linking-phrase", id=f"p{i}", label=e.label, **{"long-comment": places(e.evidence)})
        a, b = boxes[e.source], boxes[e.target]
        x, y = (a.x + b.x + (a.width + b.width) // 2) // 2, (a.y + b.y + (a.height + b.height) // 2) // 2
        _add(phrase_looks, "linking-phrase-appearance", id=f"p{i}", x=str(20 + x), y=str(20 + y))
        _add(joins, "connection", id=f"k{2 * i - 1}", **{"from-id": ids[e.source], "to-id": f"p{i}"})
        _add(joins, "connection", id=f"k{2 * i}", **{"from-id": f"p{i}", "to-id": ids[e.target]})
        _add(join_looks, "connection-appearance", id=f"k{2 * i}", arrowhead="yes")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def canvas(view: View) -> bytes:
    boxes = layout(view, width=CARD_WIDTH, height=CARD_HEIGHT)
    told: dict[str, list[Edge]] = {}
    for e in view.edges:
        told.setdefault(e.source, []).append(e)
    nodes: list[dict[str, Any]] = []
    for id, node in view.nodes.items():
        b = boxes[id]
        text = "\n".join(_card(view, node, told.get(id, [])))
        row = {"id": id, "type": "text", "x": b.x, "y": b.y, "width": b.width, "height": b.height, "text": text}
        nodes.append({**row, "color": "4"} if id == view.centre else row)
    edges = []
    for i, e in enumerate(view.edges, start=1):
        left = boxes[e.target].x < boxes[e.source].x
        sides = {"fromSide": "left" if left else "right", "toSide": "right" if left else "left"}
        ends = {"id": f"edge:{i}", "fromNode": e.source, "toNode": e.target, **sides, "toEnd": "arrow"}
        edges.append({**ends, "label": e.label})
    return (json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False, indent=1) + "\n").encode()


def _card(view: View, node: Node, edges: list[Edge]) -> list[str]:
    """Markdown: label, remarks, relations, each with where it stands."""
    lines = [f"## {escape_markdown(node.label)}", ""]
    for r in node.remarks:
        lines += [f"{escape_markdown(r.text)} *{escape_markdown(places(r.evidence))}*", ""]
    for e in edges:
        other = escape_markdown(view.nodes[e.target].label)
        lines.append(f"- {escape_markdown(e.label)}: {other} *{escape_markdown(places(e.evidence))}*")
    if not node.remarks and not edges and node.evidence:
        lines.append(f"*{escape_markdown('; '.join(place(e) for e in node.evidence))}*")
    return lines


def _told(node: Node) -> str:
    """Every remark with its source, one a line; where there is none, the places alone."""
    return "\n".join(f"{r.name}: {r.text} [{places(r.evidence)}]" for r in node.remarks) or places(node.evidence)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CMAP}}}{tag}", attributes)
