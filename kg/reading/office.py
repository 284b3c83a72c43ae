"""Word and PowerPoint files.

DOCX goes by mammoth to HTML, and on as Markdown. PPTX has no text of its own: one page a slide is written, its
title as a heading, then its frames from the top left to the bottom right, tables, diagrams, and the notes below.
Bullets are inherited in PowerPoint: paragraph, frame, placeholder of the layout, of the master, text style of the
master (ECMA-376 part 1, 21.1.2.4).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.errors import EmptySource, KgError, SourceError, TooLarge
from kg.model import Document, Span
from kg.reading.archive import Archive
from kg.reading.assemble import assemble
from kg.reading.content import check_chars
from kg.reading.html import to_markdown
from kg.reading.markdown import from_markdown
from kg.reading.writer import Writer, one_line

if TYPE_CHECKING:
    from kg.settings import Settings

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        "p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh",
        "p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh",
        "p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh",
        "p[style-name='List Number 3'] => ul|ol > li > ul|ol > li > ol > li:fresh",
    ]
)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ROW_STEP = 250_000  # EMU (7 mm): frames whose tops differ less stand side by side
_DEEPEST = 20
_COUNTED = "#"  # stands for the number of an automatically numbered paragraph


def read_docx(name: str, archive: Archive, data: bytes, *, settings: Settings) -> Document:
    """The document of a Word file. Raises SourceError and its kinds."""
    import mammoth

    archive.refuse_entities()
    try:
        html = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
            ignore_empty_paragraphs=True,
            include_embedded_style_map=False,
            external_file_access=False,
        ).value
    except (KgError, MemoryError):
        raise
    except Exception as error:  # mammoth lets whatever a damaged part leads to through
        raise SourceError(name, "is damaged", "open it in Word or LibreOffice and save it again") from error
    check_chars(name, len(html), max_chars=4 * settings.max_chars)
    markdown = to_markdown(name, f"<html><body>{html}</body></html>") if html.strip() else ""
    check_chars(name, len(markdown), max_chars=settings.max_chars)
    if not markdown.strip():
        raise EmptySource(name, "no text in it", "leave it out, or save it again with its text")
    return from_markdown(name=name, raw=markdown, media_type=_DOCX, html=False)


def read_pptx(name: str, archive: Archive, data: bytes, *, settings: Settings) -> Document:
    """The document of a PowerPoint file; a page is a slide. Raises SourceError and its kinds."""
    import pptx

    archive.refuse_entities()
    writer = Writer(name, max_chars=settings.max_chars)
    try:
        slides = list(pptx.Presentation(io.BytesIO(data)).slides)
        if len(slides) > settings.max_pages:
            limit = f"the limit is {settings.max_pages:,}"
            raise TooLarge(name, f"{len(slides):,} slides, {limit}", "split it, or raise KG_MAX_PAGES")
        for slide in slides:
            writer.page()
            _slide(writer, slide)
    except (KgError, MemoryError):
        raise
    except Exception as error:  # python-pptx lets whatever a damaged part leads to through
        raise SourceError(name, "is damaged", "open it in PowerPoint or LibreOffice and save it again") from error
    return assemble(name=name, raw=writer.raw, media_type=_PPTX, blocks=writer.drafts, pages=tuple(writer.pages))


def _slide(writer: Writer, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        writer.heading(one_line(title.text_frame.text))
    for shape in _in_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _shape(writer, shape, slide, depth=0)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        writer.blank()
        for paragraph in frame.paragraphs:
            _text(writer, paragraph, bulleted=None)


def _in_order(shapes: Any) -> list[Any]:
    """From the top left to the bottom right, frames at about the same height from left to right."""
    placed = sorted(shapes, key=lambda s: (s.top or 0, s.left or 0))
    rows: list[list[Any]] = []
    for shape in placed:
        if rows and (shape.top or 0) - (rows[-1][0].top or 0) < _ROW_STEP:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    return [shape for row in rows for shape in sorted(row, key=lambda s: s.left or 0)]


def _shape(writer: Writer, shape: Any, slide: Any, *, depth: int) -> None:
    from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

    if depth > _DEEPEST:
        return
    if shape.is_placeholder and shape.placeholder_format.type in (
        PP_PLACEHOLDER.SLIDE_NUMBER,
        PP_PLACEHOLDER.FOOTER,
        PP_PLACEHOLDER.DATE,
    ):
        return
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        for inner in _in_order(shape.shapes):
            _shape(writer, inner, slide, depth=depth + 1)
    elif getattr(shape, "has_table", False) and shape.has_table:
        writer.blank()
        for i, row in enumerate(shape.table.rows):
            cells = [one_line(cell.text) for cell in row.cells]
            writer.row(cells, heading=i == 0 and bool(shape.table.first_row))
        writer.blank()
    elif getattr(shape, "has_text_frame", False) and shape.has_text_frame:
        writer.blank()
        numbers: dict[int, int] = {}
        for paragraph in shape.text_frame.paragraphs:
            bullet = _bullet(paragraph, shape)
            level = paragraph.level or 0
            if paragraph.text.strip():
                numbers = {
                    deep: n for deep, n in numbers.items() if deep < level or (deep == level and bullet == _COUNTED)
                }
            if bullet == _COUNTED and paragraph.text.strip():
                numbers[level] = numbers.get(level, 0) + 1
                bullet = f"{numbers[level]}."
            _text(writer, paragraph, bulleted=bullet)
    else:
        for text, level in _diagram(shape, slide):
            writer.item(text, level=level)


def _text(writer: Writer, paragraph: Any, *, bulleted: str | None) -> None:
    """One paragraph; its bold and italic runs are strong, unless all of it is."""
    parts: list[str] = []
    strong: list[Span] = []
    size = 0
    for run in paragraph.runs:
        text = run.text.replace("\v", " ")
        if (run.font.bold or run.font.italic) and text.strip():
            strong.append(Span(size, size + len(text)))
        parts.append(text)
        size += len(text)
    whole = "".join(parts)
    shown = one_line(paragraph.text.replace("\v", " "))
    if whole.strip() != shown:  # fields and odd white space: no telling where the runs are
        strong = []
    lead = len(whole) - len(whole.lstrip())
    kept = tuple(
        Span(max(0, s.start - lead), min(len(shown), s.end - lead)) for s in strong if s.start - lead < len(shown)
    )
    kept = tuple(s for s in kept if len(s) < len(shown))
    level = (paragraph.level or 0) + 1
    if bulleted is None:
        writer.add("paragraph", shown, strong=kept)
    elif shown:
        before = "  " * (level - 1) + bulleted + " "
        writer.add("item", shown, level=level, before=before, marker=bulleted, strong=kept)


def _bullet(paragraph: Any, shape: Any) -> str | None:
    """The bullet that PowerPoint shows before a paragraph, None where it shows none."""
    level = (paragraph.level or 0) + 1
    for properties in _properties(paragraph, shape, level):
        if properties is None:
            continue
        if properties.find(_A + "buNone") is not None:
            return None
        if (char := properties.find(_A + "buChar")) is not None:
            return "-" if len(char.get("char", "")) != 1 or ord(char.get("char")) >= 0xE000 else str(char.get("char"))
        if properties.find(_A + "buAutoNum") is not None:
            return _COUNTED
        if properties.find(_A + "buBlip") is not None:
            return "-"
    return None


def _properties(paragraph: Any, shape: Any, level: int) -> Iterator[Any]:
    """Paragraph properties from the nearest to the most general."""
    named = f"{_A}lvl{level}pPr"
    yield paragraph._p.find(_A + "pPr")
    yield _list_style(shape, named)
    if not shape.is_placeholder:
        return
    base = getattr(shape, "_base_placeholder", None)
    while base is not None:
        yield _list_style(base, named)
        base = getattr(base, "_base_placeholder", None)
    master = shape.part.slide_layout.slide_master
    p = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
    styles = master._element.find(f"{p}txStyles/{p}bodyStyle")
    yield None if styles is None else styles.find(named)


def _list_style(shape: Any, named: str) -> Any:
    return next((style.find(named) for style in shape._element.iter(_A + "lstStyle")), None)


def _diagram(shape: Any, slide: Any) -> Iterator[tuple[str, int]]:
    """The texts of a SmartArt diagram with their levels, in its order."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    found = next(iter(shape._element.iter(_DGM + "relIds")), None)
    if found is None:
        return
    try:
        data = fromstring(slide.part.related_part(found.get(_REL + "dm")).blob)
    except (KeyError, ParseError, DefusedXmlException):
        return  # a broken diagram does not cost the slides
    texts, children, roots = dict[str, str](), dict[str, list[tuple[int, str]]](), list[str]()
    for point in data.iter(_DGM + "pt"):
        if point.get("type", "node") == "doc":
            roots.append(point.get("modelId", ""))
        elif point.get("type", "node") in {"node", "asst"}:
            paragraphs = ("".join(t.text or "" for t in p.iter(_A + "t")) for p in point.iter(_A + "p"))
            texts[point.get("modelId", "")] = one_line(" ".join(paragraphs))
    for edge in data.iter(_DGM + "cxn"):
        if edge.get("type", "parOf") == "parOf":
            children.setdefault(edge.get("srcId", ""), []).append(
                (int(edge.get("srcOrd", "0")), edge.get("destId", ""))
            )
    seen: set[str] = set()
    stack = [(root, 0) for root in reversed(roots)]
    while stack:
        node, level = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if texts.get(node):
            yield texts[node], level
        stack.extend((child, level + 1) for _, child in sorted(children.get(node, []), reverse=True))
