"""Visible text of small pieces of HTML (a card's field, a tag block in Markdown), each character with its place.

No tree is built: tags are dropped, the tags of blocks end a line, entities are read (html.unescape), and the
contents of script and style are left out. Whole pages go through kg.reading.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from kg.model import Run, Span
from kg.reading.assemble import Tracked, cut

_TOKEN = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))"
    r"|(?P<hidden><(?P<skip>script|style)\b.*?(?:</(?P=skip)\s*>|\Z))"
    r"|(?P<tag></?(?P<name>[A-Za-z][A-Za-z0-9]*)\b[^<>]*>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<space>\s+)",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK = re.compile(r"br|p|div|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|pre|dd|dt|hr|section|summary")
_STRONG = frozenset({"b", "strong", "em", "i"})
_ANY_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*\b[^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VisibleLine:
    """One line as a browser would show it. `tag` is the block's (li, h2, ...), "" where there is none."""

    text: str
    runs: tuple[Run, ...]
    raw: Span
    tag: str
    depth: int  # of lists around it
    strong: tuple[Span, ...]


def has_tags(text: str) -> bool:
    return bool(_ANY_TAG.search(text))


def visible_lines(raw: str, span: Span) -> list[VisibleLine]:
    """The visible, non-empty lines of raw[span]. A line feed is a space, as in a browser."""
    out: list[VisibleLine] = []
    line = Tracked(raw)
    start = end = span.start
    spaced = False
    tag, depth, strong, opened = "", 0, list[Span](), list[int]()

    def close() -> None:
        nonlocal line, strong, opened
        size = len(line.text.rstrip())
        if size:
            text, runs = cut(line.text, line.runs, 0, size)
            whole = tuple(Span(s.start, min(s.end, size)) for s in strong if s.start < size)
            out.append(VisibleLine(text, runs, Span(start, max(start, end)), tag, depth, whole))
        line, strong, opened = Tracked(raw), [], []

    def add(text: str, first: int, last: int) -> None:
        nonlocal start, end, spaced
        if not line.length:
            start = first
        spaced = text[-1:].isspace()
        end = last if text.strip() else end
        line.put(text, first, last)

    at = span.start
    while at < span.end:
        found = _TOKEN.search(raw, at, span.end)
        stop = found.start() if found else span.end
        if stop > at:
            add(raw[at:stop], at, stop)
        if not found:
            break
        at = found.end()
        if found["space"]:
            if line.length and not spaced:
                add(" ", found.start(), found.end())
        elif found["entity"]:
            text = unescape(found[0]).replace("\xa0", " ")
            if text.strip() or line.length:
                add(text, found.start(), found.end())
        elif found["tag"]:
            name, closing = found["name"].lower(), found[0].startswith("</")
            if _BLOCK.fullmatch(name):
                close()
                if name in ("ul", "ol"):
                    depth = max(0, depth + (-1 if closing else 1))
                tag = "" if closing or name in ("br", "ul", "ol") else name
            elif name in _STRONG and not closing:
                opened.append(line.length)
            elif name in _STRONG and opened and opened[-1] < line.length:
                strong.append(Span(opened.pop(), line.length))
    close()
    return out
