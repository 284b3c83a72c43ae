"""For formats without a text of their own (slides, decks): writes the text that is stored, and its blocks with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model import Run, Span
from kg.reading.assemble import Draft
from kg.reading.content import check_chars

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


def one_line(text: str) -> str:
    """White space of any kind as single spaces, control characters left out."""
    return " ".join(_CONTROL.sub("", text).split())


class Writer:
    """Lines of Markdown-like text and their drafts. Raises TooLarge past `max_chars` characters."""

    def __init__(self, name: str, *, max_chars: int) -> None:
        self._name, self._max = name, max_chars
        self._lines: list[str] = []
        self.size = 0
        self.drafts: list[Draft] = []
        self.pages: list[int] = []

    def page(self) -> None:
        """A page starts here."""
        if self._lines:
            self.blank()
        self.pages.append(self.size)

    def blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._line("")

    def add(
        self, kind: str, text: str, *, level: int = 0, before: str = "", marker: str = "", strong: Sequence[Span] = ()
    ) -> None:
        """A block on a line of its own; `before` is written in front of its text. `text` has to be one line."""
        if text:
            start = self.size + len(before)
            span = Span(start, start + len(text))
            runs = (Run(0, len(text), start, len(text)),)
            self.drafts.append(Draft(kind, level, text, span, marker=marker, strong=tuple(strong), runs=runs))
            self._line(before + text)

    def bare(self, text: str) -> None:
        """A line that belongs to no block."""
        self._line(text)

    def heading(self, text: str, *, level: int = 1) -> None:
        if text:
            self.blank()
            self.add("heading", text, level=level, before="#" * level + " ")
            self.blank()

    def item(self, text: str, *, level: int = 1, marker: str = "-") -> None:
        self.add("item", text, level=level, before="  " * (level - 1) + marker + " ", marker=marker)

    def row(self, cells: Sequence[str], *, heading: bool = False) -> None:
        """A table row; the cells of a heading row are marked strong."""
        text, spans = "", list[Span]()
        for i, cell in enumerate(cells):
            text += " | " if i else ""
            spans.append(Span(len(text), len(text) + len(cell)))
            text += cell
        if any(cells):
            start = self.size + 2
            runs = (Run(0, len(text), start, len(text)),)
            strong = tuple(s for s in spans if len(s)) if heading else ()
            span = Span(start, start + len(text))
            self.drafts.append(Draft("row", 0, text, span, cells=tuple(spans), strong=strong, runs=runs))
            self._line(f"| {text} |")

    def _line(self, line: str) -> None:
        self._lines.append(line)
        self.size += len(line) + 1
        check_chars(self._name, self.size, max_chars=self._max)

    @property
    def raw(self) -> str:
        return "".join(line + "\n" for line in self._lines)
