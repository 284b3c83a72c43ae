"""CmapTools CXL: concepts and linking phrases joined by connections (http://cmap.ihmc.us/xml/CXL.html).

A proposition is every way concept → phrase → concept; a connection between two concepts has no phrase.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from kg.errors import TooLarge
from kg.grading.model import Link, StudentMap
from kg.grading.xml import local


def read(root: Element, *, most: int, name: str) -> StudentMap:
    """TooLarge where the joins through shared phrases are more than `most`."""
    nodes: dict[str, str] = {}
    phrases: dict[str, str] = {}
    joins: list[tuple[str, str]] = []
    title = ""
    for element in root.iter():
        match local(element):
            case "concept":
                nodes[element.get("id", "")] = element.get("label", "")
            case "linking-phrase":
                phrases[element.get("id", "")] = element.get("label", "")
            case "connection":
                joins.append((element.get("from-id", ""), element.get("to-id", "")))
            case "title" if not title:
                title = element.text or ""
    into: dict[str, list[str]] = {p: [] for p in phrases}
    out: dict[str, list[str]] = {p: [] for p in phrases}
    for a, b in joins:
        if b in phrases and a in nodes:
            into[b].append(a)
        elif a in phrases and b in nodes:
            out[a].append(b)
    if sum(len(into[p]) * len(out[p]) for p in phrases) > most:
        raise TooLarge(name, f"more than {most} propositions", "grade a part of the map")
    links = [Link(a, text, b) for p, text in phrases.items() for a in into[p] for b in out[p]]
    links += [Link(a, "", b) for a, b in joins if a in nodes and b in nodes]
    return StudentMap(title, "cxl", nodes, tuple(links))
