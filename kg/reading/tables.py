"""CSV, TSV and Anki's text exports: files of two columns are cards, wider ones are tables.

Specifications: RFC 4180 as the csv module reads it (a quote opens a field only at its start; what follows the
closing quote belongs to the field); https://docs.ankiweb.net/importing/text-files.html for lines like
`#separator:tab`, `#html:true`, `#columns:...` and `#tags column:3`. The csv module tells no offsets, so that the
fields are split here; tests compare both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import Document, Noise, Run, Span
from kg.reading.assemble import Draft, Tracked, assemble, compose, cut, joined
from kg.reading.lines import bullet, numbered
from kg.reading.markdown import CELL_GAP
from kg.reading.tags import has_tags, visible_lines
from kg.text import fold, words

_HEADER = re.compile(r"#(?P<key>[a-z ]+):(?P<value>[^\r\n]*)\r?(?:\n|\Z)")
_NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_LONGEST_QUOTED = 20_000  # characters; a longer quoted field is taken for a stray quote
_SIDES = frozenset({
    "front", "back", "term", "definition", "question", "answer", "word", "meaning", "concept", "description", "name",
    "gist", "explanation", "key", "value", "text", "note", "translation", "notion",
    "термин", "определение", "вопрос", "ответ", "понятие", "значение", "описание", "название", "слово", "перевод",
    "пояснение", "лицо", "оборот",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is read; `raw` is its place, quotes included."""

    text: str
    runs: tuple[Run, ...]
    raw: Span


@dataclass(frozen=True, slots=True)
class _Headers:
    """What the `#key:value` lines at the head of an Anki export say. `dropped` are columns counted from 0."""

    end: int = 0
    lines: int = 0
    separator: str = ""
    dropped: frozenset[int] = frozenset()


def is_anki_export(raw: str) -> bool:
    found = _HEADER.match(raw)
    return bool(found and found["key"] in {"separator", "html"})


def read_table(name: str, raw: str, *, media_type: str, separator: str = "") -> Document:
    """The document of a file of separated values; without `separator` the likeliest is taken. Raises EmptySource."""
    headers = _headers(raw)
    separator = headers.separator or separator or _likeliest(raw, headers.end)
    records = [r for r in fields(raw, separator, start=headers.end) if any(f.text.strip() for f in r)]
    records = [[f for i, f in enumerate(r) if i not in headers.dropped] for r in records]
    columns = Counter(len(r) for r in records).most_common(1)[0][0] if records else 0
    noise = (Noise((1, headers.lines), "table-header"),) if headers.lines else ()
    is_deck = bool(headers.lines) or _two_sides(records, columns)
    if is_deck and columns >= 2:
        titled = not headers.lines and all(fold(f.text) in _SIDES for f in records[0])
        if titled:
            line = raw.count("\n", 0, records[0][0].raw.start) + 1
            noise = (Noise((line, line), "table-header"),)
        drafts = [d for record in records[titled:] for d in _card(raw, record)]
    elif columns >= 2:
        titled = _is_title(records)
        drafts = [_row(raw, record, heading=titled and not i) for i, record in enumerate(records)]
    else:
        said = (f for record in records for f in record if any(c.isalnum() for c in f.text))
        drafts = [d for f in said for d in _lines(raw, f)]
    return assemble(name=name, raw=raw, media_type=media_type, blocks=drafts, noise=noise)


def fields(raw: str, separator: str, *, start: int = 0, most: int | None = None) -> Iterator[list[Field]]:
    """The records of raw[start:] (at most `most`), as the csv module splits them."""
    at, size, count = start, len(raw), 0
    while at < size and (most is None or count < most):
        record: list[Field] = []
        while True:
            field, at = _field(raw, at, separator)
            record.append(field)
            if raw.startswith(separator, at) and at < size:
                at += len(separator)
                continue
            break
        at += 2 if raw.startswith("\r\n", at) else 1
        count += 1
        yield record


def _field(raw: str, start: int, separator: str) -> tuple[Field, int]:
    text, at = Tracked(raw), start
    if raw.startswith('"', at):
        quoted = _quoted(raw, at, text)
        if quoted is None:
            text = Tracked(raw)
        else:
            at = quoted
    end = at
    while end < len(raw) and raw[end] not in "\r\n" and not raw.startswith(separator, end):
        end += 1
    text.copy(at, end)
    return Field(text.text, text.runs, Span(start, end)), end


def _quoted(raw: str, start: int, text: Tracked) -> int | None:
    """Reads a quoted field into `text`; where it ends, or None where the quote is never closed."""
    at = start + 1
    while True:
        quote = raw.find('"', at, start + _LONGEST_QUOTED)
        if quote < 0:
            return None
        text.copy(at, quote)
        if not raw.startswith('""', quote):
            return quote + 1
        text.put('"', quote, quote + 2)
        at = quote + 2


def _headers(raw: str) -> _Headers:
    at = lines = 0
    separator, dropped = "", set[int]()
    while found := _HEADER.match(raw, at):
        key, value = found["key"], found["value"].strip("\r")
        if key == "separator":
            separator = _NAMED.get(value.strip().lower(), value[:1])
        elif key.endswith(" column") and value.strip().isdecimal():
            dropped.add(int(value) - 1)
        elif key == "columns":
            names = re.split(r"[\t,;|]", value)
            dropped |= {i for i, column in enumerate(names) if fold(column) in {"tags", "guid", "deck", "note type"}}
        at, lines = found.end(), lines + 1
    return _Headers(at, lines, separator, frozenset(dropped))


def _likeliest(raw: str, start: int) -> str:
    """The separator by which most of the first records have the same number of columns, two or more."""

    def fit(separator: str) -> tuple[float, int]:
        sizes = [len(r) for r in fields(raw, separator, start=start, most=60) if any(f.text.strip() for f in r)]
        often, times = Counter(s for s in sizes if s > 1).most_common(1)[0] if any(s > 1 for s in sizes) else (0, 0)
        return (round(times / len(sizes), 1) if sizes else 0.0, often)

    return max(("\t", ",", ";", "|"), key=fit)


def _two_sides(records: Sequence[Sequence[Field]], columns: int) -> bool:
    """Two columns, both of words: cards. Figures in the second make it a table."""
    if columns != 2:
        return False
    backs = [r[1].text for r in records if len(r) > 1]
    return sum(any(c.isalpha() for c in b) for b in backs) > 0.6 * len(backs)


def _is_title(records: Sequence[Sequence[Field]]) -> bool:
    """The first record names the columns: short, different, no figures."""
    texts = [f.text.strip() for f in records[0]]
    short = all(t and len(words(t)) <= 5 and not re.fullmatch(r"[\d.,%\s-]+", t) for t in texts)
    return len(records) > 1 and short and len(set(texts)) == len(texts)


def _card(raw: str, record: Sequence[Field]) -> Iterator[Draft]:
    filled = [f for f in record if f.text.strip()]
    if not filled:
        return
    fronts = list(_lines(raw, filled[0]))
    if fronts:
        yield joined(raw, fronts, kind="front")
    for field in filled[1:]:
        yield from _lines(raw, field)


def _lines(raw: str, field: Field) -> Iterator[Draft]:
    """The lines of a field as paragraphs and items."""
    if has_tags(field.text):
        for line in visible_lines(field.text, Span(0, len(field.text))):
            runs = compose(line.runs, field.text, field.runs)
            if line.tag == "li":
                yield from _slice(line.text, runs, 0, len(line.text), "item", max(1, line.depth), "-", line.strong)
            else:
                yield from _line(line.text, runs, 0, len(line.text), line.strong)
        return
    at = 0
    for plain in field.text.split("\n"):
        yield from _line(field.text, field.runs, at, at + len(plain), ())
        at += len(plain) + 1


def _line(text: str, runs: Sequence[Run], start: int, end: int, strong: tuple[Span, ...]) -> Iterator[Draft]:
    shown = text[start:end]
    start += len(shown) - len(shown.lstrip())
    shown = shown.strip()
    found = bullet(shown) or numbered(shown)
    if found and found.start("mark") == 0:
        at = start + found.start("text")
        yield from _slice(text, runs, at, start + len(shown), "item", 1, found["mark"], strong)
    else:
        yield from _slice(text, runs, start, start + len(shown), "paragraph", 0, "", strong)


def _slice(
    text: str,
    runs: Sequence[Run],
    start: int,
    end: int,
    kind: str,
    level: int,
    marker: str,
    strong: tuple[Span, ...],
) -> Iterator[Draft]:
    if start >= end:
        return
    shown, kept = cut(text, runs, start, end)
    span = Span(kept[0].raw, max(r.raw + r.raw_length for r in kept))
    inside = tuple(
        Span(max(s.start, start) - start, min(s.end, end) - start) for s in strong if s.start < end and s.end > start
    )
    yield Draft(kind, level, shown, span, marker=marker, strong=inside, runs=kept)


def _row(raw: str, record: Sequence[Field], *, heading: bool) -> Draft:
    """A row; line feeds and tags within its cells become spaces."""
    out, cells = Tracked(raw), list[Span]()
    end = record[0].raw.start
    for field in record:
        if cells:
            out.put(CELL_GAP, end, field.raw.start)
        start = out.length
        for draft in _lines(raw, field):
            if out.length > start:
                out.put(" ", out.runs[-1].raw + out.runs[-1].raw_length, draft.raw_span.start)
            for run in draft.runs:
                out.put(draft.text[run.at : run.at + run.length], run.raw, run.raw + run.raw_length)
        cells.append(Span(start, out.length))
        end = field.raw.end
    strong = tuple(c for c in cells if len(c)) if heading else ()
    span = Span(record[0].raw.start, record[-1].raw.end)
    return Draft("row", 0, out.text, span, cells=tuple(cells), strong=strong, runs=out.runs)
