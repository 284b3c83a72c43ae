"""Small files of every kind for the tests of the readers, and the checks that hold for any document."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from kg.model import Document
from kg.reading import read_bytes
from kg.settings import Settings

SETTINGS = Settings()


def document(name: str, data: bytes | str, **limits: int) -> Document:
    """The document of a file of this name and content, checked."""
    settings = Settings(**limits) if limits else SETTINGS  # type: ignore[arg-type]
    found = read_bytes(name, data.encode() if isinstance(data, str) else data, settings=settings)
    check(found)
    return found


def check(found: Document) -> None:
    """Every block is its slice; its runs lead every character to the raw text it came from."""
    assert found.text == "\n".join(b.text for b in found.blocks)
    for b in found.blocks:
        assert b.span.of(found.text) == b.text
        assert found.lines_of(b.raw_span) == b.lines
        assert b.text.strip() == b.text or b.kind in {"code", "row"}
        assert all(s.end <= len(b.text) for s in (*b.cells, *b.strong))
        at = raw = b.runs[0].raw if b.runs else 0
        at = 0
        for run in b.runs:
            assert run.at == at
            assert run.raw >= raw
            at, raw = at + run.length, run.raw + run.raw_length
            assert b.raw_span.start <= run.raw <= raw <= b.raw_span.end
        assert at == (len(b.text) if b.runs else 0)
        for i, c in enumerate(b.text):
            if c.isalnum() and b.runs:
                origin = b.raw_of(i, i + 1).of(found.raw)
                assert c in origin or "&" in origin or found.repairs, (b.text, i, origin)


def outline(found: Document) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, b.text) for b in found.blocks]


def texts(found: Document, kind: str) -> list[str]:
    return [b.text for b in found.blocks if b.kind == kind]


def archive(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(fill: Callable[[Any], None]) -> bytes:
    from docx import Document as Word

    made, out = Word(), io.BytesIO()
    fill(made)
    made.save(out)
    return out.getvalue()


def pptx(fill: Callable[[Any], None]) -> bytes:
    from pptx import Presentation

    made, out = Presentation(), io.BytesIO()
    fill(made)
    made.save(out)
    return out.getvalue()


def pdf(pages: Sequence[Sequence[tuple[float, float, str]]], *, password: str | None = None) -> bytes:
    """Pages of (x, y, text), in points from the lower left."""
    from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password) if password else None)
    for page in pages:
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def epub(chapters: dict[str, str], *, extra: dict[str, bytes | str] | None = None) -> bytes:
    """A book whose spine holds the chapters (file name: body of XHTML) in reverse order of the manifest."""
    items = "".join(
        f'<item id="i{n}" href="{quote(c)}" media-type="application/xhtml+xml"/>' for n, c in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in reversed(range(len(chapters))))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A  small book</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    pages: dict[str, bytes | str] = {
        f"book/{c}": '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>x</title></head><body>{body}</body></html>"
        for c, body in chapters.items()
    }
    return archive({"META-INF/container.xml": CONTAINER, "book/content.opf": package, **pages, **(extra or {})})


def collection(notes: Sequence[tuple[int, str, int]], *, schema: int) -> bytes:
    """An Anki collection of notes (type, fields, deck); type 2 is cloze; deck 7 is "Course::Terms"."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, mid INTEGER, flds TEXT)")
    base.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, nid INTEGER, did INTEGER, ord INTEGER)")
    if schema >= 18:
        base.create_collation("unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))
        base.execute("CREATE TABLE notetypes (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase, config BLOB)")
        base.execute("CREATE TABLE decks (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase)")
        base.executemany("INSERT INTO notetypes VALUES (?, ?, ?)", [(1, "Basic", b"\x1a\x00"), (2, "Gap", b"\x08\x01")])
        base.executemany("INSERT INTO decks VALUES (?, ?)", [(1, "Default"), (7, "Course\x1fTerms")])
    else:
        base.execute("CREATE TABLE col (models TEXT, decks TEXT)")
        models = json.dumps({"1": {"type": 0}, "2": {"type": 1}})
        decks = json.dumps({"1": {"name": "Default"}, "7": {"name": "Course::Terms"}})
        base.execute("INSERT INTO col VALUES (?, ?)", (models, decks))
    for i, (kind, fields, deck) in enumerate(notes):
        base.execute("INSERT INTO notes VALUES (?, ?, ?)", (i, kind, fields))
        base.execute("INSERT INTO cards VALUES (?, ?, ?, 0)", (i, i, deck))
    base.commit()
    return base.serialize()
