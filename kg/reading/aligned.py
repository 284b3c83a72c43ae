"""Text that remembers where each of its characters came from.

An `Aligned` value is a string with runs (kg.model.Run) into the raw text. Joining lines, cutting
pieces and repairing words all keep the runs right, so evidence can always be cut from the raw text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from kg.model import Run, Span


@dataclass(frozen=True, slots=True)
class Aligned:
    text: str
    runs: tuple[Run, ...]

    def __post_init__(self) -> None:
        at = 0
        for run in self.runs:
            if run.at != at or run.length < 0 or run.raw_length < 0:
                raise ValueError(f"runs have a hole at {at}")
            at += run.length
        if at != len(self.text):
            raise ValueError(f"runs cover {at} of {len(self.text)} characters")

    @property
    def raw_span(self) -> Span:
        return Span(self.runs[0].raw, max(r.raw + r.raw_length for r in self.runs)) if self.runs else Span(0, 0)

    def cut(self, start: int, end: int) -> Aligned:
        """The piece `text[start:end]`; a repair that is cut in two keeps its whole raw place."""
        out = []
        first = max(0, bisect_right(self.runs, start, key=lambda r: r.at) - 1)
        for run in islice(self.runs, first, None):
            if run.at >= end:
                break
            a, b = max(start, run.at), min(end, run.at + run.length)
            if a < b:
                if run.length == run.raw_length:
                    out.append(Run(a - start, b - a, run.raw + a - run.at, b - a))
                else:
                    out.append(Run(a - start, b - a, run.raw, run.raw_length))
        return Aligned(self.text[start:end], tuple(out))

    def strip(self, characters: str | None = None) -> Aligned:
        left = len(self.text) - len(self.text.lstrip(characters))
        return self.cut(left, max(left, len(self.text.rstrip(characters))))

    def edited(self, edits: Sequence[tuple[int, int, str]]) -> Aligned:
        """The same text with each `text[start:end]` read as `new`; edits in order, none over another."""
        if not edits:
            return self
        parts, at = [], 0
        for start, end, new in edits:
            raw = self.cut(start, end).raw_span if end > start else Span(*(2 * [self._raw_at(start)]))
            parts.append(self.cut(at, start))
            parts.append(Aligned(new, (Run(0, len(new), raw.start, len(raw)),) if new else ()))
            at = end
        return concat([*parts, self.cut(at, len(self.text))])

    def _raw_at(self, position: int) -> int:
        for run in self.runs:
            if run.at <= position < run.at + run.length:
                return run.raw + (position - run.at if run.length == run.raw_length else 0)
        return self.raw_span.end


def copy(raw: str, span: Span) -> Aligned:
    """A plain copy of a raw span."""
    return Aligned(span.of(raw), (Run(0, len(span), span.start, len(span)),) if len(span) else ())


def concat(parts: Sequence[Aligned], separator: str = "") -> Aligned:
    """Parts in order; a separator stands for the raw text between its neighbours."""
    text, runs = "", list[Run]()
    for part in parts:
        if not part.text:
            continue
        if text and separator:
            end = runs[-1].raw + runs[-1].raw_length
            gap = max(0, part.raw_span.start - end)
            runs.append(Run(len(text), len(separator), end, gap))
            text += separator
        for run in part.runs:
            at = len(text) + run.at
            last = runs[-1] if runs else None
            if (
                last
                and last.length == last.raw_length
                and run.length == run.raw_length
                and last.at + last.length == at
                and last.raw + last.raw_length == run.raw
            ):
                runs[-1] = Run(last.at, last.length + run.length, last.raw, last.raw_length + run.raw_length)
            else:
                runs.append(Run(at, run.length, run.raw, run.raw_length))
        text += part.text
    return Aligned(text, tuple(runs))
