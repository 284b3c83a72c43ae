"""PDF to plain text by PDFium, page by page; the plain-text layout reads it.

PDFium gives lines without the gaps between them, and joins words that are broken at a line's end. Both are put
back from where the characters stand: a blank line for a gap, spaces before bullets that stand further in, and the
hyphen with its line feed (the layout decides whether the hyphen belongs to the word).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING, Any

from kg.errors import EmptySource, SourceError, TooLarge
from kg.model import Document
from kg.reading.content import check_chars
from kg.reading.plain import lay_out

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.settings import Settings

_BROKEN = re.compile("[\ufffe\x02]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\uffff]")
_BULLET = re.compile(r"[•·●○◦‣▪▫■□►▶➢➤✓✔✘*\-–—o]\s")
_PDFIUM = Lock()  # PDFium may be entered by one thread at a time
_WIDE_GAP = 1.35  # of the usual distance between two lines
_INDENT_STEP = 6.0  # points by which bullets of one level may differ
_COLUMN = 110.0  # points between the bullets of two columns, at least


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    x: float | None
    y: float | None


def read_pdf(name: str, data: bytes, *, settings: Settings, ontology: Ontology | None = None) -> Document:
    """The document of a PDF file; its pages are the PDF's. Raises SourceError and its kinds."""
    parts, pages, size = list[str](), list[int](), 0
    for lines in _without_margins(_pages(name, data, settings=settings)):
        text = _laid_out(lines)
        pages.append(size)
        parts.append(text + "\n")
        size += len(text) + 1
    raw = "".join(parts)
    if not raw.strip():
        raise EmptySource(name, "its pages hold pictures, no text", "run text recognition (OCR) on it first")
    return lay_out(raw, name=name, media_type="application/pdf", pages=tuple(pages), ontology=ontology)


def _pages(name: str, data: bytes, *, settings: Settings) -> list[list[_Line]]:
    import pypdfium2

    out: list[list[_Line]] = []
    size = 0

    with _PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise SourceError(name, "is encrypted", "save it without a password") from error
            raise SourceError(name, "is damaged or cut off", "get a complete copy, or print it to PDF again") from error
        try:
            count = len(pdf)
            if count > settings.max_pages:
                limit = f"the limit is {settings.max_pages:,}"
                raise TooLarge(name, f"{count:,} pages, {limit}", "split it, or raise KG_MAX_PAGES")
            for number in range(count):
                out.append(_page(pdf, number))
                size += sum(len(line.text) for line in out[-1])
                check_chars(name, size, max_chars=settings.max_chars)
        finally:
            pdf.close()
    return out


def _page(pdf: Any, number: int) -> list[_Line]:
    import pypdfium2

    try:
        page = pdf[number]
        found = page.get_textpage()
        lines = _mended(_lines(found))
        found.close()
        page.close()
    except pypdfium2.PdfiumError:
        return []  # one broken page does not cost the others
    return lines


def _lines(page: Any) -> Iterator[_Line]:
    """The lines of a text page with the place of their first character (points, y upwards)."""
    text = page.get_text_range()
    at = 0
    for line in re.split("(\r\n|\r|\n|[\ufffe\x02])", text):
        if _BROKEN.fullmatch(line):
            yield _Line("-", None, None)
        elif line.strip():
            x = y = None
            first = at + len(line) - len(line.lstrip())
            if not any(ord(c) > 0xFFFF for c in text[:first]):  # PDFium counts UTF-16 units
                try:
                    x, y, *_ = page.get_charbox(first, loose=True)
                except (IndexError, ValueError, RuntimeError):
                    x = y = None
            yield _Line(_CONTROL.sub("", line.replace("\xad", "").replace("\xa0", " ")).strip(), x, y)
        at += len(line)


def _mended(found: Iterator[_Line]) -> list[_Line]:
    """The lines with each lone hyphen put to the end of the line before."""
    lines = list[_Line]()
    for line in found:
        if line.text == "-" and line.x is None and lines:
            lines[-1] = _Line(lines[-1].text + "-", lines[-1].x, lines[-1].y)
        elif line.text:
            lines.append(line)
    return lines


def _without_margins(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Without page numbers, and with what stands at the head or foot of most pages (figures apart) only once."""
    edges = [{i for pick in (max, min) for i in _edge(lines, pick)} for lines in pages]
    seen = Counter(key for lines, found in zip(pages, edges, strict=True) for key in {_shape(lines[i]) for i in found})
    least = max(2, len(pages) / 2)
    running = {k for k, n in seen.items() if n >= least and (n > 2 or not any(c.isalpha() for c in k))}
    out, once = list[list[_Line]](), set[str]()
    for lines, found in zip(pages, edges, strict=True):
        kept = list[_Line]()
        for i, line in enumerate(lines):
            shape = _shape(line)
            if i in found and shape in running:
                if shape in once or not any(c.isalpha() for c in shape):
                    continue
                once.add(shape)
            kept.append(line)
        out.append(kept)
    return out


def _edge(lines: list[_Line], pick: Callable[[list[float]], float]) -> list[int]:
    """The lines that stand highest or lowest."""
    ys = [line.y for line in lines if line.y is not None]
    edge = pick(ys) if ys else 0.0
    return [i for i, line in enumerate(lines) if line.y is not None and abs(line.y - edge) < 1]


def _shape(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _laid_out(lines: list[_Line]) -> str:
    ys = [line.y for line in lines if line.y is not None]
    gaps = [a - b for a, b in pairwise(ys) if a - b > 1]
    usual = median(gaps) if gaps else 0.0
    levels = _levels([line.x for line in lines if line.x is not None and _BULLET.match(line.text)])
    out = list[str]()
    above: float | None = None
    for line in lines:
        if line.y is not None and above is not None and usual:
            gap = above - line.y
            if gap > _WIDE_GAP * usual or gap < -1:
                out.append("")
        indent = levels.get(round(line.x, 1), 0) if line.x is not None and _BULLET.match(line.text) else 0
        out.append("  " * indent + line.text)
        above = line.y if line.y is not None else above
    return "\n".join(out)


def _levels(xs: list[float]) -> dict[float, int]:
    """Nesting of bullets by where they stand; a bullet far to the right begins another column."""
    out, level = dict[float, int](), 0
    last: float | None = None
    for x in sorted({round(x, 1) for x in xs}):
        if last is not None:
            level = 0 if x - last > _COLUMN else level + (x - last > _INDENT_STEP)
        out[x] = level
        last = x
    return out
