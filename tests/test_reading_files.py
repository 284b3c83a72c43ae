"""Word, PowerPoint, PDF, HTML, EPUB and Anki packages, made here; damaged ones too."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import zstandard
from filekit import SETTINGS, archive, collection, document, docx, epub, outline, pdf, pptx, texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import EmptySource, SourceError, TooLarge
from kg.model import Document
from kg.reading import SUFFIXES, read, read_bytes

# ---------------------------------------------------------------- Word


def word(made: Any) -> None:
    made.add_heading("Навигация", 0)
    made.add_heading("Signals at sea", 1)
    line = made.add_paragraph("A ")
    line.add_run("buoy").bold = True
    line.add_run(" floats & marks a way; 1 < 2 <b>as typed</b>.")
    for text, style in [
        ("red", "List Bullet"), ("lamp", "List Bullet 2"), ("green", "List Bullet"), ("first", "List Number"),
        ("второе", "List Number"),
    ]:  # fmt: skip
        made.add_paragraph(text, style=style)
    table = made.add_table(2, 2)
    for i, text in enumerate(["Sign", "Sense | use", "cone", "sailing"]):
        table.cell(i // 2, i % 2).text = text


def test_docx() -> None:
    found = document("sea.docx", docx(word))
    assert outline(found) == [
        ("heading", 1, "Навигация"),
        ("heading", 1, "Signals at sea"),
        ("paragraph", 0, "A buoy floats & marks a way; 1 < 2 <b>as typed</b>."),
        ("item", 1, "red"),
        ("item", 2, "lamp"),
        ("item", 1, "green"),
        ("item", 1, "first"),
        ("item", 1, "второе"),
        ("row", 0, "Sign | Sense | use"),
        ("row", 0, "cone | sailing"),
    ]
    assert [s.of(found.blocks[2].text) for s in found.blocks[2].strong] == ["buoy"]
    assert [c.of(found.blocks[8].text) for c in found.blocks[8].cells] == ["Sign", "Sense | use"]
    assert found.raw.startswith("# Навигация\n\n# Signals at sea\n")


def test_docx_without_text() -> None:
    with pytest.raises(EmptySource, match="no text in it"):
        document("a.docx", docx(lambda made: None))


# ---------------------------------------------------------------- PowerPoint


def slides(made: Any) -> None:
    from pptx.util import Inches

    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "Kinds of\vknots"
    body = first.placeholders[1].text_frame
    body.text = "loops"
    for text, level in [("петля", 1), ("bends", 0)]:
        line = body.add_paragraph()
        line.text, line.level = text, level
    line = body.add_paragraph()
    line.add_run().text = "a "
    bold = line.add_run()
    bold.text, bold.font.bold = "hitch", True
    first.notes_slide.notes_text_frame.text = "Said aloud."
    second = made.slides.add_slide(made.slide_layouts[6])
    for text, left, top in [("right", 5, 1.0), ("left", 1, 1.1), ("below", 1, 3)]:
        box = second.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
        box.text_frame.text = text
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(4), Inches(2), Inches(0.5)).text_frame.text = "in a group"
    table = second.shapes.add_table(2, 2, Inches(1), Inches(5), Inches(3), Inches(1)).table
    for i, text in enumerate(["Knot", "Use", "bowline", "rescue"]):
        table.cell(i // 2, i % 2).text = text
    cover = made.slides.add_slide(made.slide_layouts[0])
    cover.shapes.title.text = "Конец"
    cover.placeholders[1].text = "thanks"


def test_pptx() -> None:
    found = document("knots.pptx", pptx(slides))
    assert [(b.kind, b.level, b.text, b.page) for b in found.blocks] == [
        ("heading", 1, "Kinds of knots", 1),
        ("item", 1, "loops", 1),
        ("item", 2, "петля", 1),
        ("item", 1, "bends", 1),
        ("item", 1, "a hitch", 1),
        ("paragraph", 0, "Said aloud.", 1),
        ("paragraph", 0, "left", 2),
        ("paragraph", 0, "right", 2),
        ("paragraph", 0, "below", 2),
        ("paragraph", 0, "in a group", 2),
        ("row", 0, "Knot | Use", 2),
        ("row", 0, "bowline | rescue", 2),
        ("heading", 1, "Конец", 3),
        ("paragraph", 0, "thanks", 3),
    ]
    assert [s.of(found.blocks[4].text) for s in found.blocks[4].strong] == ["hitch"]
    assert len(found.pages) == 3
    assert found.raw[found.pages[1] :].lstrip().startswith("left")


def test_numbered_paragraphs_of_slides_count() -> None:
    from lxml import etree

    def fill(made: Any) -> None:
        body = made.slides.add_slide(made.slide_layouts[1]).placeholders[1].text_frame
        body.text = "one"
        for text, level in [("inner", 1), ("inner two", 1), ("two", 0), ("plain", 0)]:
            line = body.add_paragraph()
            line.text, line.level = text, level
        for line in body.paragraphs[:4]:
            mark = etree.SubElement(
                line._p.get_or_add_pPr(), "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum"
            )
            mark.set("type", "arabicPeriod")

    found = document("a.pptx", pptx(fill))
    assert [(b.marker, b.level, b.text) for b in found.blocks] == [
        ("1.", 1, "one"), ("1.", 2, "inner"), ("2.", 2, "inner two"), ("2.", 1, "two"), ("•", 1, "plain"),
    ]  # fmt: skip


A = "http://schemas.openxmlformats.org/drawingml/2006/"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DIAGRAM = f'''<dgm:dataModel xmlns:dgm="{A}diagram" xmlns:a="{A}main"><dgm:ptLst><dgm:pt modelId="0" type="doc"/>
<dgm:pt modelId="2"><dgm:t><a:p><a:r><a:t>ловить</a:t></a:r></a:p></dgm:t></dgm:pt>
<dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>to cast </a:t></a:r><a:r><a:t>off</a:t></a:r></a:p></dgm:t></dgm:pt>
<dgm:pt modelId="3"><dgm:t><a:p><a:r><a:t>gently</a:t></a:r></a:p></dgm:t></dgm:pt>
<dgm:pt modelId="9" type="pres"/></dgm:ptLst><dgm:cxnLst><dgm:cxn srcId="0" destId="2" srcOrd="1"/>
<dgm:cxn srcId="0" destId="1" srcOrd="0"/><dgm:cxn srcId="1" destId="3" srcOrd="0"/><dgm:cxn srcId="3" destId="0"/>
<dgm:cxn type="presOf" srcId="1" destId="9"/></dgm:cxnLst></dgm:dataModel>'''
FRAME = f'''<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{A}main">
<p:nvGraphicFramePr><p:cNvPr id="44" name="d"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>
<p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData uri="{A}diagram">
<dgm:relIds xmlns:dgm="{A}diagram" xmlns:r="{REL}" r:dm="{{}}"/></a:graphicData></a:graphic></p:graphicFrame>'''


@pytest.mark.parametrize(("data", "items"), [(DIAGRAM, [(1, "to cast off"), (2, "gently"), (1, "ловить")]), ("<a", [])])
def test_diagrams_are_nested_lists(data: str, items: list[tuple[int, str]]) -> None:
    def fill(made: Any) -> None:
        from pptx.opc.package import Part
        from pptx.opc.packuri import PackURI
        from pptx.oxml import parse_xml

        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = "Steps"
        part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", made.part.package, data.encode())
        key = slide.part.relate_to(part, f"{REL}/diagramData")
        slide.shapes._spTree.append(parse_xml(FRAME.format(key)))

    found = document("a.pptx", pptx(fill))
    assert [(b.level, b.text) for b in found.blocks if b.kind == "item"] == items


def test_pptx_limits() -> None:
    with pytest.raises(TooLarge, match="3 slides, the limit is 2"):
        document("a.pptx", pptx(slides), max_pages=2)
    with pytest.raises(TooLarge, match="KG_MAX_CHARS"):
        document("a.pptx", pptx(slides), max_chars=20)


# ---------------------------------------------------------------- PDF


def test_pdf_lines_pages_gaps_and_bullets() -> None:
    first = [(72, 800, "Harbour manual"), (72, 700, "A pier is a plat-"), (72, 686, "form over water."),
             (72, 672, "It has two parts:"), (80, 658, "• deck"), (95, 644, "• planks"), (80, 630, "• piles"),
             (72, 590, "Another paragraph."), (300, 30, "1")]  # fmt: skip
    pages = [first, *([(72, 800, "Harbour manual"), (72, 700, f"Page number {n}."), (300, 30, str(n))] for n in (2, 3))]
    found = document("a.pdf", pdf(pages))
    assert found.raw.split("\n")[:10] == [
        "Harbour manual", "", "A pier is a plat-", "form over water.", "It has two parts:", "• deck", "  • planks",
        "• piles", "", "Another paragraph.",
    ]  # fmt: skip
    assert "\n1\n" not in found.raw
    assert found.raw.count("Harbour manual") == 1
    assert len(found.pages) == 3
    assert found.raw[found.pages[2] :].strip() == "Page number 3."
    assert next(b.page for b in found.blocks if "number 2" in b.text) == 2


def test_pdf_that_cannot_be_read() -> None:
    made = pdf([[(72, 700, "secret")]], password="x")
    with pytest.raises(SourceError, match="is encrypted; save it without a password"):
        document("a.pdf", made)
    with pytest.raises(SourceError, match="is damaged or cut off"):
        document("a.pdf", pdf([[(72, 700, "text")]])[:200])
    with pytest.raises(EmptySource, match="pictures, no text; run text recognition"):
        document("a.pdf", pdf([[]]))


# ---------------------------------------------------------------- HTML

PAGE = """<!doctype html><html><head><title>Site - Tides</title><style>p {}</style></head><body>
<nav><ul><li><a href="/">Start here</a></li><li>Log in</li></ul></nav>
<main><h1>Tides <span>[edit]</span></h1><p>A <b>tide</b> is the rise and fall of the sea, which the moon &amp; the sun
cause together<sup>[3]</sup>, twice a day at most coasts.</p><h2>Phases</h2><p>There are two phases:</p>
<ol><li>flood<ul><li>slack</li></ul></li><li>отлив</li></ol>
<table><tr><th>Phase</th><th>Sense</th></tr>
<tr><td>flood</td><td>rising | up<ul><li>a</li><li>b</li></ul></td></tr></table>
<dl><dt>Neap</dt><dd>the small tide.</dd></dl><p>Last line<br>and a break, with <a href="/x">a link</a> in it.</p>
</main><aside>Buy our charts!</aside><footer>All rights reserved</footer><script>var x = "seen";</script></body>"""


def test_html_keeps_the_content_and_drops_the_chrome() -> None:
    found = document("tides.html", PAGE)
    assert outline(found) == [
        ("heading", 1, "Tides"),
        ("paragraph", 0, "A tide is the rise and fall of the sea, which the moon & the sun cause together, twice a day "
                         "at most coasts."),
        ("heading", 2, "Phases"),
        ("paragraph", 0, "There are two phases:"),
        ("item", 1, "flood"),
        ("item", 2, "slack"),
        ("item", 1, "отлив"),
        ("row", 0, "Phase | Sense"),
        ("row", 0, "flood | rising | up • a  • b"),
        ("paragraph", 0, "Neap: the small tide."),
        ("paragraph", 0, "Last line"),
        ("paragraph", 0, "and a break, with a link in it."),
    ]  # fmt: skip
    assert found.title == "Tides"
    assert [s.of(b.text) for b in found.blocks for s in b.strong if b.kind == "paragraph"] == ["tide", "Neap"]


def test_short_pages_are_read_whole() -> None:
    assert document("a.htm", "<p>Одна строка.").text == "Одна строка."
    titled = document("a.html", "<title>Named</title><body><p>One line.")
    assert (titled.title, titled.text) == ("Named", "One line.")
    with pytest.raises(EmptySource, match="no visible text"):
        document("a.html", "<html><body><script>x</script></body></html>")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-8"])
def test_html_charsets(encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>Прилив и отлив, é нет</p>'.replace("é ", "")
    assert document("a.html", page.encode(encoding)).text == "Прилив и отлив, нет"


def test_xhtml_with_a_declaration_and_entities() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY a "b">]><html><body><p>x &amp; y</p></body>'
    assert "x & y" in document("a.xhtml", page).text


# ---------------------------------------------------------------- EPUB


def test_epub_reads_the_spine_in_its_order() -> None:
    chapters = {
        "part two.xhtml": "<h1>Two</h1><p>Вторая <i>глава</i>.</p>",
        "a.xhtml": "<h1>One</h1><ul><li>x</li></ul>",
    }
    found = document("a.epub", epub({**chapters, "cover.xhtml": "<img src='c.png'/>"}))
    assert outline(found) == [
        ("heading", 1, "One"), ("item", 1, "x"), ("heading", 1, "Two"), ("paragraph", 0, "Вторая глава."),
    ]  # fmt: skip
    assert found.title == "A small book"


def test_epub_with_copy_protection() -> None:
    mark = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
        'xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    )
    locked = mark.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    fonts = mark.format("http://www.idpf.org/2008/embedding")
    with pytest.raises(SourceError, match="copy-protected"):
        document("a.epub", epub({"a.xhtml": "<p>x</p>"}, extra={"META-INF/encryption.xml": locked}))
    assert document("a.epub", epub({"a.xhtml": "<p>x</p>"}, extra={"META-INF/encryption.xml": fonts})).text == "x"


# ---------------------------------------------------------------- Anki

NOTES = [
    (1, "What is <b>ebb</b>?\x1f<ul><li>falling &amp; low</li><li>отлив</li></ul>", 7),
    (2, "The {{c1::flood::hint}} comes {{c2::twice}} a day.[sound:a.mp3]\x1fextra", 7),
    (1, "Кто?\x1fЛоцман<br>pilot", 1),
]


@pytest.mark.parametrize(
    ("part", "schema"), [("collection.anki2", 11), ("collection.anki21", 11), ("collection.anki21b", 18)]
)
def test_anki_packages_of_all_forms(part: str, schema: int) -> None:
    data = collection(NOTES, schema=schema)
    parts: dict[str, bytes | str] = {"collection.anki2": collection([(1, "Please\x1fupdate", 1)], schema=11)}
    parts[part] = zstandard.ZstdCompressor().compress(data) if part.endswith("b") else data
    found = document("a.apkg", archive(parts))
    assert outline(found) == [
        ("front", 0, "Кто?"),
        ("paragraph", 0, "Лоцман"),
        ("paragraph", 0, "pilot"),
        ("heading", 1, "Course"),
        ("heading", 2, "Terms"),
        ("paragraph", 0, "The flood comes twice a day."),
        ("paragraph", 0, "extra"),
        ("front", 0, "What is ebb?"),
        ("item", 1, "falling & low"),
        ("item", 1, "отлив"),
    ]
    assert [s.of(found.blocks[5].text) for s in found.blocks[5].strong] == ["flood", "twice"]
    assert "Q: What is ebb?\nA:\n- falling & low\n" in found.raw
    assert found.title == "Course"


def test_anki_packages_that_cannot_be_read() -> None:
    for data, message in [(b"no database", "is damaged"), (collection([], schema=11), "no notes in it")]:
        with pytest.raises(SourceError, match=message):
            document("a.apkg", archive({"collection.anki2": data}))
    with pytest.raises(SourceError, match="is damaged"):
        document("a.apkg", archive({"collection.anki21b": b"not zstd"}))
    bomb = zstandard.ZstdCompressor().compress(b"\0" * 3_000_000)
    with pytest.raises(TooLarge, match="KG_MAX_UNPACKED_BYTES"):
        document("a.apkg", archive({"collection.anki21b": bomb}), max_unpacked_bytes=1_000_000)


# ---------------------------------------------------------------- damaged files of every kind

WHOLE = {
    ".docx": lambda: docx(word),
    ".pptx": lambda: pptx(slides),
    ".pdf": lambda: pdf([[(72, 700, "Some text")]]),
    ".epub": lambda: epub({"a.xhtml": "<p>x</p>"}),
    ".apkg": lambda: archive({"collection.anki2": collection(NOTES, schema=11)}),
}


def attempt(name: str, data: bytes) -> Document | SourceError:
    try:
        return read_bytes(name, data, settings=SETTINGS)
    except SourceError as error:
        return error


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_damaged_files_raise_source_errors_only(suffix: str) -> None:
    whole, chance = WHOLE[suffix](), random.Random(7)
    for i in range(25):
        data = bytearray(whole)
        if i % 5 == 0:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice([1, 8, 60])):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        found = attempt("x" + suffix, bytes(data))
        assert isinstance(found, Document) or "\n" not in str(found)


HEADS = [
    b"",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"<html>",
    b"#separator:tab\n",
    b"Q: a\nA: b\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(SUFFIXES)),
    st.sampled_from(HEADS),
    st.binary(max_size=120) | st.text(max_size=60).map(str.encode),
)
def test_any_bytes_under_any_name_are_a_document_or_a_source_error(suffix: str, head: bytes, rest: bytes) -> None:
    found = attempt("x" + suffix, head + rest)
    assert found.text.strip() if isinstance(found, Document) else str(found).startswith(f"x{suffix}: ")


def test_a_document_is_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "мои заметки.md"
    path.write_text("просто текст", encoding="utf-8")
    found = read(path, settings=SETTINGS)
    assert (found.name, found.title, found.lang) == ("мои заметки.md", "мои заметки", "ru")
    assert texts(found, "paragraph") == ["просто текст"]
