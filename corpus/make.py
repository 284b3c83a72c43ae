"""Makes the PDF and the PPTX of corpus/course from the plain text in corpus/source, the same bytes each time.

The source files are called `.source` so that a build over the whole corpus does not read the same notes twice.

    python corpus/make.py [FOLDER]      FOLDER: where to write, default corpus/course

Source of the PDF, line by line: `# title`, `## section`, `### subsection`, `> contents entry | page`, `* item` (two and
three stars: nested items), `---` for a new page, an empty line between paragraphs, anything else a paragraph.
Source of the PPTX: `# slide title`, then `- item`, `1. item`, `| cell | cell |` (in a cell ` / ` parts paragraphs),
`! speaker note`, anything else a paragraph.

Needs reportlab and python-pptx (the `test` extra). Exit 0 done, 2 bad usage.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = HERE / "source"
PDF = "cem-course-summary"
PPTX = "sozdanie-potrebitelskogo-opyta"
RUNNING_HEAD = "Exam: 17 December, a Tuesday (closed book)"
MADE = datetime(2025, 2, 4)  # written into both files instead of the clock

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 56.0  # A4, points
BULLETS = ("•", "o", "-")
FONTS = {"title": ("Helvetica-Bold", 17.0), "section": ("Helvetica-Bold", 14.0), "subsection": ("Helvetica-Bold", 11.0)}
CONTENTS = ("Helvetica", 8.0)
BODY = ("Helvetica", 10.0)


@dataclass
class Slide:
    title: str
    items: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def pdf(text: str) -> bytes:
    """The course summary as A4 pages, each with the running head and its page number."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle("Customer Experience Management: course summary")
    y = _new_page(canvas, first=True)
    for kind, line in _pdf_lines(text):
        font, size = FONTS.get(kind, CONTENTS if kind == "contents" else BODY)
        if kind == "page":
            y = _new_page(canvas)
            continue
        depth = int(kind[-1]) if kind.startswith("item") else 0
        left = MARGIN + 16 * depth
        pieces = [_leader(line)] if kind == "contents" else _wrap(line, font, size, WIDTH - MARGIN - left)
        y -= {"title": 8.0, "section": 14.0, "subsection": 10.0}.get(kind, 2.0)
        if y - len(pieces) * size * 1.35 < MARGIN:
            y = _new_page(canvas)
        canvas.setFont(font, size)
        for number, piece in enumerate(pieces):
            y -= size * 1.35
            if depth and number == 0:
                canvas.drawString(left - 12, y, f"{BULLETS[depth - 1]} {piece}")
            else:
                canvas.drawString(left - 12 if depth else left, y, ("  " if depth else "") + piece)
    canvas.save()
    return buffer.getvalue()


def _pdf_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line.strip():
            continue
        mark, _, rest = line.partition(" ")
        if line == "---":
            yield "page", ""
        elif mark in ("#", "##", "###"):
            yield ("title", "section", "subsection")[len(mark) - 1], rest
        elif mark == ">":
            yield "contents", rest
        elif set(mark) == {"*"}:
            yield f"item{len(mark)}", rest
        else:
            yield "paragraph", line


def _new_page(canvas: Any, *, first: bool = False) -> float:
    if not first:
        canvas.showPage()
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, HEIGHT - 36, RUNNING_HEAD)
    canvas.drawRightString(WIDTH - MARGIN, 36, str(canvas.getPageNumber()))
    return HEIGHT - MARGIN


def _wrap(line: str, font: str, size: float, room: float) -> list[str]:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    pieces: list[str] = []
    for word in line.split():
        if pieces and stringWidth(f"{pieces[-1]} {word}", font, size) <= room:
            pieces[-1] = f"{pieces[-1]} {word}"
        else:
            pieces.append(word)
    return pieces


def _leader(entry: str) -> str:
    """`title | page` as one line that dots fill up to the right margin."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    title, _, page = entry.rpartition(" | ")
    room = WIDTH - 2 * MARGIN - stringWidth(f"{title}  {page}", *CONTENTS)
    return f"{title} {'.' * max(3, int(room / stringWidth('.', *CONTENTS)))} {page}"


def slides(text: str) -> list[Slide]:
    """The slides of a PPTX source, in order; ValueError where text stands before the first title."""
    found: list[Slide] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith("# "):
            found.append(Slide(line[2:]))
        elif not found:
            raise ValueError(f"text before the first slide title: {line!r}")
        elif line.startswith("| "):
            found[-1].rows.append([cell.strip() for cell in line.strip("| ").split(" | ")])
        elif line.startswith("! "):
            found[-1].notes.append(line[2:])
        else:
            found[-1].items.append(line)
    return found


def pptx(text: str) -> bytes:
    """The slide deck, with tables and speaker notes."""
    from pptx import Presentation
    from pptx.util import Inches, Pt

    deck = Presentation()
    for number, slide in enumerate(slides(text)):
        page = deck.slides.add_slide(deck.slide_layouts[0 if number == 0 else 5 if slide.rows else 1])
        page.shapes.title.text = slide.title
        if slide.rows:
            table = page.shapes.add_table(
                len(slide.rows), len(slide.rows[0]), Inches(0.4), Inches(1.3), Inches(9.2), Inches(5.6)
            ).table
            table.columns[0].width, table.columns[1].width = Inches(1.8), Inches(7.4)
            for row, cells in enumerate(slide.rows):
                for column, cell in enumerate(cells):
                    table.cell(row, column).text = cell.replace(" / ", "\n")
                    for paragraph in table.cell(row, column).text_frame.paragraphs:
                        paragraph.font.size = Pt(9)
        else:
            frame = page.placeholders[1].text_frame
            for at, item in enumerate(slide.items):
                paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
                _fill(paragraph, item)
                if number:
                    paragraph.font.size = Pt(20)
        if slide.notes:
            page.notes_slide.notes_text_frame.text = "\n".join(slide.notes)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = slides(text)[0].title, "Studygraph", "Studygraph"
    about.language, about.created, about.modified, about.revision = "ru-RU", MADE, MADE, 1
    buffer = io.BytesIO()
    deck.save(buffer)
    return _undated(buffer.getvalue())


def _fill(paragraph: Any, item: str) -> None:
    """Text of one paragraph, with the list mark that the source line has: bullet, automatic number or none."""
    from pptx.oxml.ns import qn

    numbered = re.match(r"\d+\. ", item)
    paragraph.text = item[numbered.end() :] if numbered else item.removeprefix("- ")
    properties = paragraph._p.get_or_add_pPr()  # python-pptx has no public call for list marks
    if numbered:
        mark = properties.makeelement(qn("a:buAutoNum"), {"type": "arabicPeriod"})
    elif item.startswith("- "):
        mark = properties.makeelement(qn("a:buChar"), {"char": "•"})
    else:
        mark = properties.makeelement(qn("a:buNone"), {})
    properties.append(mark)


def _undated(package: bytes) -> bytes:
    """The same zip package with one fixed date on every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        print("usage: make.py [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else HERE / "course"
    (folder / f"{PDF}.pdf").write_bytes(pdf((SOURCE / f"{PDF}.source").read_text(encoding="utf-8")))
    (folder / f"{PPTX}.pptx").write_bytes(pptx((SOURCE / f"{PPTX}.source").read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
