"""OPML outlines (http://opml.org/spec2.opml): what is indented belongs to what stands above it.

Our own outlines say how a line hangs on the one above in the attribute `relation`, and repeat it before the text;
in others a text like "has part: Yeast" says so itself, and is taken apart where the phrases are known (grade.py).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from kg.grading.model import Link, StudentMap
from kg.grading.xml import local

_MARKS = ("↻", "→")  # of kg.export.tree: unfolded elsewhere


def read(root: Element) -> StudentMap:
    nodes: dict[str, str] = {}
    links: list[Link] = []
    title = next((e.text or "" for e in root.iter() if local(e) == "title"), "")
    body = next((e for e in root if local(e) == "body"), None)
    stack = [] if body is None else [(e, "") for e in reversed(list(body))]
    while stack:
        element, above = stack.pop()
        if local(element) != "outline":
            continue
        relation = element.get("relation", "")
        text = element.get("text", "")
        if relation and text.startswith(f"{relation}: "):
            text = text[len(relation) + 2 :]
        if relation or element.get("concept"):
            text = text.removesuffix(_MARKS[0]).removesuffix(_MARKS[1]).rstrip()
        id = element.get("concept") or f"#{len(nodes)}"  # a line that only repeats a concept of ours is the same node
        nodes[id] = text.replace("&lt;", "<")  # OPML's texts hold encoded markup
        if above:
            links.append(Link(above, relation, id, nested=not relation))
        stack += [(child, id) for child in reversed(list(element))]
    return StudentMap(title, "opml", nodes, tuple(links))
