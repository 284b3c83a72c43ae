"""Outlines and mind maps: Markmap Markdown, OPML 2.0, FreeMind.

Markmap https://markmap.js.org/docs/markmap, OPML http://opml.org/spec2.opml, FreeMind's freemind.xsd (1.0.1).
All three show `tree.outline`: a ring is cut, a concept under two parents is a leaf with a mark below the second.
"""

from __future__ import annotations

import hashlib
import re

from lxml import etree

from kg.export.tree import Line, outline
from kg.export.view import View, one_line, place, places

_MARKDOWN = re.compile(r"([\\`*_\[\]{}#|~$=%^])")
_AT_START = re.compile(r"(?:[+\-]|\d+[.)])(?=\s|$)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def escape_markdown(text: str) -> str:
    """One line of text that Markdown (and Obsidian's and Markmap's additions to it) shows as it is."""
    text = _MARKDOWN.sub(r"\\\1", one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    start = _AT_START.match(text)
    return text[: start.end() - 1] + "\\" + text[start.end() - 1 :] if start else text


def markmap(view: View) -> bytes:
    lines = ["---", "markmap:", "  initialExpandLevel: 3", "---", "", f"# {escape_markdown(view.title)}", ""]
    drop = 0 if view.centre is None else 1  # the centre is the heading
    for number, line in enumerate(outline(view)):
        indent = "  " * max(0, line.level - drop)
        where = f" *{escape_markdown(place(line.node.evidence[0]))}*" if line.node.evidence and not line.mark else ""
        said = "" if line.mark else escape_markdown(line.node.definition(view.lang))
        if number < drop:
            lines += [f"- {said}{where}".rstrip()] if said or where else []
            continue
        lines.append(f"{indent}- {escape_markdown(line.text)}{where}")
        lines += [f"{indent}  - {said}"] if said else []
    return ("\n".join(lines) + "\n").encode()


def opml(view: View) -> bytes:
    """Besides `text` every outline has its relation, id and sources as attributes, which OPML allows, and a `_note`."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = view.title
    path = [etree.SubElement(root, "body")]
    lines = outline(view)
    for line in lines:
        attributes = {"text": _no_tags(line.text), "concept": one_line(line.node.id), "kind": line.node.kind}
        if line.edge:
            attributes |= {"relation": line.relation, "relationEvidence": places(line.edge.evidence)}
        if not line.mark:
            attributes |= {"url": line.node.iri, "evidence": places(line.node.evidence)}
            note = _no_tags("\n".join(_notes(line)))
            attributes |= {"_note": note} if note else {}
        path[line.level + 1 :] = [etree.SubElement(path[line.level], "outline", attributes)]
    if not lines:  # a body holds at least one outline
        etree.SubElement(path[0], "outline", text=view.title)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def freemind(view: View) -> bytes:
    lines = outline(view)
    root = etree.Element("map", version="1.0.1")
    path = []
    if view.centre is None:  # a map has one root: the whole hangs on its title
        path.append(etree.SubElement(root, "node", ID="ID_root", TEXT=_plain(view.title)))
    base = len(path)
    for number, line in enumerate(lines):
        level = line.level + base
        if level == 0 and path:  # too deep below the centre to stay there
            level = 1
        above = path[level - 1] if level else root
        id = _id(line.node.id) if not line.mark else f"ID_leaf_{number}"
        node = etree.SubElement(above, "node", ID=id, TEXT=_plain(line.text), LINK=line.node.iri)
        path[level:] = [node]
        if line.mark:
            etree.SubElement(node, "arrowlink", DESTINATION=_id(line.node.id), ENDARROW="Default")
        if line.edge:
            etree.SubElement(node, "attribute", NAME=line.relation, VALUE=places(line.edge.evidence))
        if not line.mark and line.node.evidence:
            etree.SubElement(node, "attribute", NAME="evidence", VALUE=places(line.node.evidence))
        notes = [] if line.mark else _notes(line)
        if notes:
            html = etree.SubElement(etree.SubElement(node, "richcontent", TYPE="NOTE"), "html")
            etree.SubElement(html, "head")
            body = etree.SubElement(html, "body")
            for note in notes:
                etree.SubElement(body, "p").text = note
    return bytes(etree.tostring(root, encoding="UTF-8", pretty_print=True))  # FreeMind's files have no declaration


def _notes(line: Line) -> list[str]:
    return [f"{r.name}: {r.text} [{places(r.evidence)}]" for r in line.node.remarks]


def _no_tags(text: str) -> str:
    """OPML's text "may contain encoded HTML markup": what looks like a tag of ours must not become one."""
    return _TAG.sub("&lt;", text)


def _plain(text: str) -> str:
    """FreeMind reads `<html>` as markup and Freeplane `=` as a formula at the start of a text: a zero-width space
    before it makes it text."""
    return "\u200b" + text if re.match(r"\s*(<\s*html|=|\\latex|\\unparsedlatex)", text, re.IGNORECASE) else text


def _id(concept: str) -> str:
    """An XML ID, the same for the same concept in every map."""
    return "ID_" + hashlib.sha256(concept.encode("utf-8", "replace")).hexdigest()[:16]
