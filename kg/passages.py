"""Searchable pieces of a document: a card, a list with its intro, a row, some paragraphs of a section.

Pieces follow the outline, never cross a heading, and are at most MOST characters of text, so that a
long document is many pieces and none wins by its length.
"""

from __future__ import annotations

import hashlib

from kg.extract.tree import Node, outline
from kg.model import Document, Passage, Span
from kg.text import script_of

MOST = 900  # characters of text
LEAST = 250  # a shorter paragraph is joined with the next of its section


def passages(document: Document) -> tuple[Passage, ...]:
    """All passages of a document in reading order; every block is in at least one."""
    out: list[Passage] = []
    _section(outline(document), (), document, out)
    return tuple(out)


def _section(node: Node, path: tuple[str, ...], document: Document, out: list[Passage]) -> None:
    """The content of one heading (or of the document), then its sub-headings."""
    here: list[Node] = []

    def flush() -> None:
        if here:
            _emit(here, path, document, out)
            here.clear()

    for child in node.children:
        if child.kind in {"heading", "front"}:
            flush()
            below = (*path, child.text.strip())
            if child.kind == "front" or not any(c.kind not in {"heading", "front"} for c in child.children):
                _emit_card(child, path, document, out)
                if child.kind == "front":
                    continue
            _section(child, below, document, out)
            continue
        size = sum(len(n.text) for one in here for n in one.walk())
        more = sum(len(n.text) for n in child.walk())
        if here and size + more > MOST:
            flush()
        here.append(child)
        if child.kind == "paragraph" and not child.children and size + more >= LEAST and len(document.text) > 20_000:
            flush()
    flush()


def _emit_card(node: Node, path: tuple[str, ...], document: Document, out: list[Passage]) -> None:
    nodes = list(node.walk()) if node.kind == "front" else [node]
    _pieces(nodes, path, document, out)


def _emit(nodes: list[Node], path: tuple[str, ...], document: Document, out: list[Passage]) -> None:
    _pieces([n for one in nodes for n in one.walk()], path, document, out)


def _pieces(nodes: list[Node], path: tuple[str, ...], document: Document, out: list[Passage]) -> None:
    """These blocks as one passage, or as several where they are too long together."""
    run: list[Node] = []
    size = 0
    for node in [*nodes, None]:
        if node is None or (run and size + len(node.text) > MOST):
            if run:
                out.append(_passage(run, path, document, len(out)))
            run, size = [], 0
        if node is not None:
            run.append(node)
            size += len(node.text)


def _passage(nodes: list[Node], path: tuple[str, ...], document: Document, number: int) -> Passage:
    blocks = [n.block for n in nodes if n.block is not None]
    text = "\n".join(b.text for b in blocks)
    evidence = document.cite(Span(min(b.raw_span.start for b in blocks), max(b.raw_span.end for b in blocks)))
    key = hashlib.sha256(f"{document.name}\n{number}\n{text}".encode()).hexdigest()[:16]
    return Passage(f"passage-{key}", document.name, script_of(text) or document.lang, path, text, evidence)
