"""A student's map from a file: CmapTools CXL, Mermaid flowchart, OPML, GraphML (also yEd's), told by its contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from kg.errors import EmptySource, TooLarge, Unsupported
from kg.grading import cxl, graphml, mermaid, opml
from kg.grading.model import Link, StudentMap
from kg.grading.xml import local, parse
from kg.text import printable

MAX_BYTES = 5_000_000
MAX_NODES = 2_000
MAX_LINKS = 10_000
MAX_LABEL = 1_000  # characters; what is longer is cut
_MEND = "give a CXL file of CmapTools, a Mermaid flowchart, OPML or GraphML"


def read(data: bytes, *, name: str) -> StudentMap:
    """The map in a file's bytes; `name` is for messages only.

    Unsupported: not one of the formats, or damaged. TooLarge: over a limit. EmptySource: no concept in it.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(name, f"{len(data)} bytes, a map may have {MAX_BYTES}", "grade a part of it")
    if not data.strip():
        raise EmptySource(name, "the file is empty", _MEND)
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:9].lower().startswith((b"<!doctype", b"<html")):
        raise Unsupported(name, "it is a web page, or declares a document type", _MEND)
    if head.startswith(b"<") or data.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<")):
        found = _of_xml(parse(data, name=name), data, name=name)
    else:
        found = mermaid.read(_text(data, name=name), name=name, most=MAX_LINKS)
    return _limited(found, name=name)


def _of_xml(root: Element, data: bytes, *, name: str) -> StudentMap:
    match local(root):
        case "cmap":
            return cxl.read(root, most=MAX_LINKS, name=name)
        case "opml":
            return opml.read(root)
        case "graphml":
            return graphml.read(data, name=name)
        case other:
            raise Unsupported(name, f"XML with the root {other[:40]!r} is no concept map", _MEND)


def _text(data: bytes, *, name: str) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as e:
        raise Unsupported(name, "it is neither XML nor text in UTF-8", _MEND) from e
    if not mermaid.begins(text):
        raise Unsupported(name, "it is no concept map that can be read", _MEND)
    return text


def _limited(found: StudentMap, *, name: str) -> StudentMap:
    if len(found.nodes) > MAX_NODES or len(found.links) > MAX_LINKS:
        had = f"{len(found.nodes)} concepts and {len(found.links)} links"
        raise TooLarge(name, f"{had}; at most {MAX_NODES} and {MAX_LINKS} are graded", "grade a part of the map")
    nodes = {id: _clean(label) for id, label in found.nodes.items()}
    nodes = {id: label for id, label in nodes.items() if label}
    if not nodes:
        raise EmptySource(name, "there is no concept with a name in it", _MEND)
    return StudentMap(_clean(found.title), found.format, nodes, tuple(_known(found.links, nodes)))


def _known(links: Iterable[Link], nodes: Mapping[str, str]) -> Iterable[Link]:
    """Links between nodes that have names, each once."""
    cleaned = (Link(k.source, _clean(k.phrase), k.target, k.directed, k.nested) for k in links)
    return dict.fromkeys(k for k in cleaned if k.source in nodes and k.target in nodes and k.source != k.target)


def _clean(text: str) -> str:
    """One line without control characters."""
    text = printable(text)
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + "…"
