"""The outline of a document: headings, cards, intros and items as nested nodes.

A node's children are what stands under it: sub-headings, cards, paragraphs, items, rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.model import Block, Document

_LABELLED = re.compile(
    r"^(?P<mark>(?P<noun>[A-ZА-ЯЁ][^\W\d_]{2,14})\s+(?P<n>\d{1,3}(?:\.\d{1,2})*))\s*(?:[:.]|\s[-–—])\s*(?P<text>\S.*)?$"
)
_NUMBER = re.compile(r"^(?P<mark>\d{1,3}(?:\.\d{1,3})*\.?)\s+(?P<text>[^\W\d_].*)$")
SLIDE_GAP = 4  # lines from one block to the next beyond which they stand on different slides
_FRONT, _INTRO, _ITEM = 7.0, 8.0, 10.0


@dataclass(slots=True, eq=False)
class Node:
    """`text` is the block's text from `offset` on: a number or "Step 2:" before it is in `marker`."""

    block: Block | None
    rank: float
    parent: Node | None
    marker: str = ""
    offset: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.block.text[self.offset :] if self.block else ""

    @property
    def kind(self) -> str:
        return self.block.kind if self.block else "root"

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None and node.block is not None:
            yield node
            node = node.parent

    def items(self) -> list[Node]:
        return [c for c in self.children if c.kind == "item"]


def number(marker: str) -> int | None:
    """The number of an item, None where its marker is none."""
    m = re.fullmatch(r"\(?(\d{1,3})[.)]?", marker)
    return int(m[1]) if m else None


def _opening(block: Block) -> tuple[float, str, int]:
    """Rank, marker and offset of the text of a heading."""
    marker, offset, rank = block.marker, 0, float(block.level)
    if m := _LABELLED.match(block.text):
        marker = m["mark"]
        offset = m.start("text") if m["text"] else 0
    elif (m := _NUMBER.match(block.text)) and ("." in m["mark"] or not m["text"][0].islower()):
        # "3 kinds of ..." is no numbered heading
        marker, offset = m["mark"], m.start("text")
    if block.marker and _LABELLED.match(block.marker + ": x") and block.level == 2:
        rank = 2.5  # "Step 1: ..." found by its shape stands below the heading before it
    return rank, marker, offset


def outline(document: Document) -> Node:
    """The root node of a document; each block is one node, in reading order."""
    root = Node(None, 0.0, None)
    stack = [root]

    def push(node: Node) -> None:
        while stack[-1].rank >= node.rank:
            stack.pop()
        node.parent = stack[-1]
        stack[-1].children.append(node)
        stack.append(node)

    blocks = document.blocks
    for i, block in enumerate(blocks):
        gap = block.lines[0] - blocks[i - 1].lines[1] if i else 0
        counted_on = bool(i) and number(block.marker) == (number(blocks[i - 1].marker) or -1) + 1
        if gap > SLIDE_GAP and block.kind not in {"heading", "front", "row"} and not counted_on:
            while stack[-1].rank > 1:  # a slide without a title: what the last one was about has ended
                stack.pop()
        following = blocks[i + 1].kind if i + 1 < len(blocks) else ""
        if block.kind == "heading":
            rank, marker, offset = _opening(block)
            push(Node(block, rank, None, marker, offset))
        elif block.kind == "front":
            push(Node(block, _FRONT, None, block.marker))
        elif block.kind == "item":
            push(Node(block, _ITEM + max(1, block.level), None, block.marker))
        else:
            intro = block.kind == "paragraph" and following == "item" and block.text.rstrip().endswith(":")
            while stack[-1].rank >= _INTRO:
                stack.pop()
            node = Node(block, _INTRO if intro else 99.0, stack[-1])
            stack[-1].children.append(node)
            if intro:
                stack.append(node)
    return root
