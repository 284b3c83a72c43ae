"""The values that travel: frozen, standard library only, invariants held where a value is made.

Offsets are Unicode code points (W3C Web Annotation, TextPositionSelector), half-open; lines are
1-based and inclusive and count line feeds; pages are 1-based.

    raw text ──▶ Block.text (repaired, joined)       Block.runs map every character back into raw
    Block    ──▶ Statement(subject, predicate, object, evidence, rule)
    Statement──▶ Fact between Concepts (after resolving) ──▶ Graph ──▶ Answer
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Lang = str  # ISO 639-1, "en" or "ru"; "" where the text has no words


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Run:
    """`length` characters of a block's text from `at` stand for `raw_length` of the raw text from `raw`.

    Where the lengths are equal the run is a plain copy; elsewhere it is a repair.
    """

    at: int
    length: int
    raw: int
    raw_length: int


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document as a reader sees it.

    kind    heading | paragraph | item | front | row | code
            (front: the question side of a card; what follows until the next front is its back;
             item: a list item, its nesting in `level`; row: a table row, `cells` are spans in `text`)
    level   heading depth 1..6; item depth 1..; 0 elsewhere
    marker  what stood before the text of an item or front ("•", "3.", "Step 2:", "Q"), "" if nothing
    text    the text as it is read: joined over line breaks and repaired
    span    where `text` stands in Document.text
    raw_span, lines, page   where it stands in Document.raw
    """

    kind: str
    level: int
    text: str
    span: Span
    raw_span: Span
    lines: tuple[int, int]
    page: int | None = None
    marker: str = ""
    cells: tuple[Span, ...] = ()
    strong: tuple[Span, ...] = ()  # what the author emphasised, as spans of `text`
    runs: tuple[Run, ...] = ()

    def raw_of(self, start: int, end: int) -> Span:
        """Raw span of `self.text[start:end]`, whole repairs included."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"{start}..{end} is outside a block of {len(self.text)} characters")
        if not self.runs:
            return self.raw_span
        starts = [r.at for r in self.runs]

        def raw(position: int, *, closing: bool) -> int:
            i = max(0, bisect_right(starts, position - closing) - 1)
            run = self.runs[i]
            into = min(position - run.at, run.length)
            if run.length == run.raw_length:
                return run.raw + into
            return run.raw + (run.raw_length if closing else 0)

        first = raw(start, closing=False)
        return Span(first, max(first, raw(end, closing=True)) if end > start else first)


@dataclass(frozen=True, slots=True)
class Repair:
    """A change made to what is read, never to what is stored."""

    raw: Span
    before: str
    after: str
    rule: str


@dataclass(frozen=True, slots=True)
class Noise:
    """Raw lines that carry no content (site chrome, page headers, rating scales)."""

    lines: tuple[int, int]
    rule: str


@dataclass(frozen=True, slots=True)
class Document:
    name: str  # the file's name, unique in a build
    lang: Lang
    title: str
    media_type: str
    raw: str  # stored text: what evidence points into
    text: str  # the blocks' texts, one a line
    blocks: tuple[Block, ...]
    pages: tuple[int, ...] = ()  # raw offset at which each page starts; empty where there are none
    repairs: tuple[Repair, ...] = ()
    noise: tuple[Noise, ...] = ()
    _line_starts: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        at = self.raw.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.raw.find("\n", at + 1)
        object.__setattr__(self, "_line_starts", tuple(starts))
        for b in self.blocks:
            if b.span.of(self.text) != b.text:
                raise ValueError(f"{self.name}: block at {b.span} is not its slice of the text")
            if b.raw_span.end > len(self.raw) or self.lines_of(b.raw_span) != b.lines:
                raise ValueError(f"{self.name}: block at {b.raw_span} has the wrong lines {b.lines}")

    def lines_of(self, raw: Span) -> tuple[int, int]:
        first = bisect_right(self._line_starts, raw.start)
        return first, max(first, bisect_right(self._line_starts, max(raw.start, raw.end - 1)))

    def line_span(self, first: int, last: int) -> Span:
        """Raw span of whole lines, without the last line feed."""
        end = self._line_starts[last] - 1 if last < len(self._line_starts) else len(self.raw)
        return Span(self._line_starts[first - 1], end)

    def page_of(self, raw: int) -> int | None:
        return bisect_right(self.pages, raw) if self.pages else None

    def cite(self, raw: Span) -> Evidence:
        """Evidence for a raw span, white space at its edges cut off."""
        quote = raw.of(self.raw)
        start = raw.start + len(quote) - len(quote.lstrip())
        end = max(start, raw.end - (len(quote) - len(quote.rstrip())))
        span = Span(start, end)
        return Evidence(self.name, start, end, self.lines_of(span), span.of(self.raw), self.page_of(start))


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Where a fact stands. `quote` equals `raw[start:end]` of the named document's stored text."""

    document: str
    start: int
    end: int
    lines: tuple[int, int]
    quote: str
    page: int | None = None

    def __post_init__(self) -> None:
        if len(self.quote) != self.end - self.start:
            raise ValueError(f"{self.document}: a quote of {len(self.quote)} characters at {self.start}..{self.end}")

    def overlaps(self, other: Evidence) -> bool:
        return self.document == other.document and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept as one place in one document names it, before it is known which concept that is.

    kind    local name of its class in kebab-case, "concept" where nothing narrower is known
    scope   label of what it is a member of, "" where it stands alone: keeps homonyms apart
    alt     other names given at the same place (abbreviation, short form), as (text, lang)
    generic the label says too little by itself ("Usage", "Types"): identity needs the scope too
    """

    label: str
    lang: Lang
    kind: str = "concept"
    scope: str = ""
    alt: tuple[tuple[str, Lang], ...] = ()
    generic: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What one place says. `object` is a Mention, or a plain text in `lang` (definition, year, ...)."""

    subject: Mention
    predicate: str
    object: Mention | str
    evidence: Evidence
    rule: str
    lang: Lang = ""
    position: int | None = None  # place among its siblings in the source, from 1


@dataclass(frozen=True, slots=True)
class Concept:
    """A resolved concept. `labels` holds one preferred label per language."""

    id: str
    iri: str
    kind: str
    labels: Mapping[Lang, str]
    alt_labels: tuple[tuple[str, Lang], ...] = ()
    hidden_labels: tuple[tuple[str, Lang], ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.labels.get("en") or next(iter(self.labels.values()))

    def label_in(self, lang: Lang) -> str:
        return self.labels.get(lang) or self.label

    def all_labels(self) -> Iterable[tuple[str, Lang]]:
        yield from ((text, lang) for lang, text in self.labels.items())
        yield from self.alt_labels
        yield from self.hidden_labels


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement between resolved concepts. Either `object` (a concept's id) or `value` is set."""

    subject: str
    predicate: str
    evidence: Evidence
    rule: str
    object: str | None = None
    value: str | None = None
    lang: Lang = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A searchable piece of a document: a section's paragraph, a list with its intro, a card.

    `text` is as read (repaired), `heading` the path of headings above it, `raw` its place in the raw text.
    """

    id: str
    document: str
    lang: Lang
    heading: tuple[str, ...]
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Graph:
    concepts: Mapping[str, Concept]
    facts: tuple[Fact, ...]
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)  # old id -> id


@dataclass(frozen=True, slots=True)
class Matched:
    label: str
    lang: Lang
    how: str  # exact | prefix | fuzzy | lexical | dense | graph


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a concept, or a passage (kind "passage")."""

    id: str
    iri: str
    label: str
    labels: Mapping[Lang, str]
    kind: str
    score: float  # 0..1
    snippet: str
    matched: Matched
    evidence: tuple[Evidence, ...]
    explain: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class AnswerItem:
    label: str
    id: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    q: str
    status: str  # answered | not_in_course | mentioned_only | conflict
    type: str  # definition | enumeration | membership | comparison | relation | ordering | source | example | other
    answer: str
    items: tuple[AnswerItem, ...] = ()
    concepts: tuple[Concept, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0
    reason: str = ""
