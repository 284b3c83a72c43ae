"""A plain SVG 1.1 drawing of a view, for machines without Graphviz: boxes in columns, arrows between them."""

from __future__ import annotations

from typing import Any

from lxml import etree

from kg.export.layout import LINE, PAD, Box, layout
from kg.export.view import View, places

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
MARGIN, TITLE_HEIGHT = 24, 34


def svg(view: View) -> bytes:
    """Every box is a link to its concept; definitions and sources are titles, which browsers show as tooltips."""
    boxes = layout(view)
    width = max((b.x + b.width for b in boxes.values()), default=0) + 2 * MARGIN
    height = max((b.y + b.height for b in boxes.values()), default=0) + 2 * MARGIN + TITLE_HEIGHT
    names: dict[Any, str] = {None: SVG, "xlink": XLINK}
    size = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}", "role": "img"}
    root = etree.Element(f"{{{SVG}}}svg", size, nsmap=names)
    _add(root, "title", text=view.title)
    marker = {"viewBox": "0 0 10 10", "refX": "10", "refY": "5", "markerWidth": "7", "markerHeight": "7"}
    head = _add(_add(root, "defs"), "marker", id="arrow", orient="auto", **marker)
    _add(head, "path", d="M0 0 10 5 0 10z", fill="#666")
    _add(root, "rect", width=str(width), height=str(height), fill="#fff")
    font = {"font-family": "sans-serif", "font-size": "12"}
    _add(root, "text", x=str(MARGIN), y=str(MARGIN), text=view.title, **{**font, "font-weight": "bold"})
    body = _add(root, "g", transform=f"translate({MARGIN} {MARGIN + TITLE_HEIGHT - 10})", **font)
    for e in view.edges:
        path, (x, y) = _curve(boxes[e.source], boxes[e.target])
        group = _add(body, "g")
        _add(group, "title", text=f"{e.label} [{places(e.evidence)}]")
        _add(group, "path", d=path, fill="none", stroke="#666", **{"marker-end": "url(#arrow)"})
        halo = {"text-anchor": "middle", "paint-order": "stroke", "stroke-width": "4", "font-size": "10"}
        _add(group, "text", x=str(x), y=str(y), fill="#444", stroke="#fff", text=e.label, **halo)
    for id, box in boxes.items():
        node = view.nodes[id]
        link = _add(body, "a", **{f"{{{XLINK}}}href": node.iri})
        said = " ".join(d.text for d in node.definitions[:1])
        _add(link, "title", text=f"{node.label}: {said} [{places(node.evidence)}]")
        shape = {"x": str(box.x), "y": str(box.y), "width": str(box.width), "height": str(box.height)}
        stroke = {"stroke-width": "2" if id == view.centre else "1"}
        _add(link, "rect", rx="6", fill="#f6f6f2", stroke="#333", **shape, **stroke)
        for i, part in enumerate(box.lines):
            at = {"x": str(box.x + box.width // 2), "y": str(box.y + PAD // 2 + LINE * i + 13)}
            _add(link, "text", text=part, **at, **{"text-anchor": "middle"})
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(parent: etree._Element, tag: str, *, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{SVG}}}{tag}", attributes)
    child.text = text
    return child


def _curve(a: Box, b: Box) -> tuple[str, tuple[int, int]]:
    """A path from one box to the other, and the middle of it."""
    if a == b:  # a loop on the right
        x, y = a.x + a.width, a.y + a.height // 2
        return f"M{x} {y - 6}C{x + 40} {y - 14} {x + 40} {y + 14} {x} {y + 6}", (x + 52, y + 4)
    if b.x > a.x:
        x1, x2, bend1, bend2 = a.x + a.width, b.x, 60, -60
    elif b.x < a.x:
        x1, x2, bend1, bend2 = a.x, b.x + b.width, -60, 60
    else:  # one above the other: out and in on the right
        x1, x2, bend1, bend2 = a.x + a.width, b.x + b.width, 50, 50
    y1, y2 = a.y + a.height // 2, b.y + b.height // 2
    middle = ((x1 + x2) // 2 + (38 if a.x == b.x else 0), (y1 + y2) // 2)
    return f"M{x1} {y1}C{x1 + bend1} {y1} {x2 + bend2} {y2} {x2} {y2}", middle
