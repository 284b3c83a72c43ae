"""From drafts of blocks to a Document: the one place where spans of text, lines and pages are counted.

A reader (or layout) names what it saw as Drafts, whose spans all lie in the raw text; `assemble` joins their
texts by line feeds into Document.text. `Tracked` builds the text of one draft together with its runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from kg.errors import EmptySource
from kg.model import Block, Document, Noise, Run, Span
from kg.reading.repair import mend
from kg.text import printable, script_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A block that does not know its place in Document.text yet; the fields are those of kg.model.Block."""

    kind: str
    level: int
    text: str
    raw_span: Span
    marker: str = ""
    cells: tuple[Span, ...] = ()
    strong: tuple[Span, ...] = ()
    runs: tuple[Run, ...] = ()


class Tracked:
    """A text under construction in which every character knows what it stands for in the raw text."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._parts: list[str] = []
        self._runs: list[Run] = []
        self.length = 0

    def copy(self, start: int, end: int) -> None:
        """Append raw[start:end] as it stands."""
        if end > start:
            self._add(self._raw[start:end], start, end)

    def put(self, text: str, start: int, end: int) -> None:
        """Append `text`, which stands for raw[start:end] (which may be empty)."""
        if text:
            self._add(text, start, end)

    def _add(self, text: str, start: int, end: int) -> None:
        last = self._runs[-1] if self._runs else None
        plain = len(text) == end - start
        if last and plain and last.length == last.raw_length and last.raw + last.raw_length == start:
            self._runs[-1] = Run(last.at, last.length + len(text), last.raw, last.raw_length + len(text))
        else:
            self._runs.append(Run(self.length, len(text), start, end - start))
        self._parts.append(text)
        self.length += len(text)

    def append(self, other: Tracked) -> None:
        """Append all of `other`, which was built over the same raw text."""
        text = other.text
        for run in other.runs:
            self._add(text[run.at : run.at + run.length], run.raw, run.raw + run.raw_length)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def runs(self) -> tuple[Run, ...]:
        return tuple(self._runs)


def cut(text: str, runs: Sequence[Run], start: int, end: int) -> tuple[str, tuple[Run, ...]]:
    """text[start:end] and the runs of that slice; a repair at an edge keeps the whole of its raw text."""
    kept = []
    for run in runs:
        at, stop = max(run.at, start), min(run.at + run.length, end)
        if at >= stop:
            continue
        if run.length == run.raw_length:
            kept.append(Run(at - start, stop - at, run.raw + at - run.at, stop - at))
        else:
            kept.append(Run(at - start, stop - at, run.raw, run.raw_length))
    return text[start:end], tuple(kept)


def compose(inner: Sequence[Run], text: str, runs: Sequence[Run]) -> tuple[Run, ...]:
    """`inner` points into `text`, whose `runs` point into the raw text: the runs that lead there straight."""
    out: list[Run] = []
    for run in inner:
        _, through = cut(text, runs, run.raw, run.raw + run.raw_length)
        if run.length == run.raw_length:
            out.extend(Run(run.at + r.at, r.length, r.raw, r.raw_length) for r in through)
        elif through:
            first, last = through[0].raw, through[-1].raw + through[-1].raw_length
            out.append(Run(run.at, run.length, first, last - first))
        else:  # it stands for nothing
            near = next((r.raw for r in runs if r.at >= run.raw), runs[-1].raw + runs[-1].raw_length if runs else 0)
            out.append(Run(run.at, run.length, near, 0))
    return tuple(out)


def joined(raw: str, drafts: Sequence[Draft], *, kind: str, level: int = 0) -> Draft:
    """These drafts (at least one) as one block of this kind, spaces between them."""
    out, strong = Tracked(raw), list[Span]()
    for d in drafts:
        if out.length:
            last = out.runs[-1]
            out.put(" ", last.raw + last.raw_length, d.raw_span.start)
        strong.extend(Span(s.start + out.length, s.end + out.length) for s in d.strong)
        for run in d.runs:
            out.put(d.text[run.at : run.at + run.length], run.raw, run.raw + run.raw_length)
    span = Span(drafts[0].raw_span.start, drafts[-1].raw_span.end)
    return Draft(kind, level, out.text, span, strong=tuple(strong), runs=out.runs)


def assemble(
    *,
    name: str,
    raw: str,
    media_type: str,
    blocks: Iterable[Draft],
    pages: tuple[int, ...] = (),
    noise: tuple[Noise, ...] = (),
    title: str | None = None,
) -> Document:
    """The document of these drafts, in their order and repaired; drafts without a visible character are left out.

    title   by default the first heading, else the file's stem
    Raises EmptySource where no draft is left, ValueError where a draft's spans or runs do not fit.
    """
    mended, repairs = mend([d for d in blocks if d.text.strip()], tags=media_type == "text/plain")
    drafts = [d for d in mended if d.text.strip()]
    if not drafts:
        raise EmptySource(
            name, "nothing in it that could be read", "leave the file out, or save it again with its text"
        )
    text = "\n".join(d.text for d in drafts)
    if title is None:
        title = next((d.text for d in drafts if d.kind == "heading"), "") or PurePath(name).stem
    title = printable(title)
    shell = Document(name, script_of(text), title, media_type, raw, text, (), pages, repairs, noise)
    placed, at = [], 0
    for d in drafts:
        _check(name, d)
        end = at + len(d.text)
        placed.append(
            Block(
                kind=d.kind,
                level=d.level,
                text=d.text,
                span=Span(at, end),
                raw_span=d.raw_span,
                lines=shell.lines_of(d.raw_span),
                page=shell.page_of(d.raw_span.start),
                marker=d.marker,
                cells=d.cells,
                strong=d.strong,
                runs=d.runs,
            )
        )
        at = end + 1
    return replace(shell, blocks=tuple(placed))


def _check(name: str, draft: Draft) -> None:
    size = len(draft.text)
    if any(s.end > size for s in (*draft.cells, *draft.strong)):
        raise ValueError(f"{name}: a cell or strong span ends after its block {draft.text[:40]!r}")
    at = 0
    for run in draft.runs:
        if run.at != at or run.raw < draft.raw_span.start or run.raw + run.raw_length > draft.raw_span.end:
            raise ValueError(f"{name}: the runs of block {draft.text[:40]!r} do not fit its text and raw span")
        at += run.length
    if draft.runs and at != size:
        raise ValueError(f"{name}: the runs of block {draft.text[:40]!r} cover {at} of {size} characters")
