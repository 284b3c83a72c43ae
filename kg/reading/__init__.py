"""Readers: a file in, a kg.model.Document out, whose stored text every later quote is sliced from.

suffix                  stored text                         reader
.txt .text              the file's                          plain (cards, dumps, slides, notes), tables for Anki exports
.md .markdown           the file's                          markdown
.csv .tsv               the file's                          tables
.html .htm .xhtml       Markdown of the main content        html
.docx                   Markdown                            office
.pptx                   Markdown-like, one page a slide     office
.pdf                    lines of its pages                  pdf
.epub                   Markdown of the chapters            epub
.apkg .colpkg           "Q: ...", "A: ..."                  anki
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from kg.errors import EmptySource, SourceError, Unsupported
from kg.model import Document
from kg.reading.content import check_chars, decode, load, sniff, too_large

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.settings import Settings

_TEXTS = frozenset({".txt", ".text", ".md", ".markdown", ".csv", ".tsv"})
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_ARCHIVES = {".docx": "docx", ".pptx": "pptx", ".epub": "epub", ".apkg": "apkg", ".colpkg": "apkg"}
SUFFIXES = _TEXTS | _PAGES | _ARCHIVES.keys() | {".pdf"}


def supported(path: Path) -> bool:
    """Whether a reader takes files of this name's ending."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path, *, settings: Settings, ontology: Ontology | None = None) -> Document:
    """The document of a file. Raises SourceError or one of its kinds (EmptySource, TooLarge, Unsupported)."""
    _refuse_unknown(path.name)
    return read_bytes(path.name, load(path, max_bytes=settings.max_file_bytes), settings=settings, ontology=ontology)


def read_bytes(name: str, data: bytes, *, settings: Settings, ontology: Ontology | None = None) -> Document:
    """The document of a file's content; its type is told by the ending of `name` and checked against the bytes."""
    _refuse_unknown(name)
    if len(data) > settings.max_file_bytes:
        raise too_large(name, len(data), settings.max_file_bytes)
    if not data.strip(b"\x00\t\n\r "):
        raise EmptySource(name, "is empty", "leave it out, or save it again with its text")
    try:
        return _read(name, data, settings=settings, ontology=ontology)
    except RecursionError as error:
        raise SourceError(name, "is nested too deeply", "flatten it") from error


def _refuse_unknown(name: str) -> None:
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        raise Unsupported(name, f"no reader takes {suffix or 'files without an ending'}", f"save it as one of {known}")


def _read(name: str, data: bytes, *, settings: Settings, ontology: Ontology | None) -> Document:
    suffix = PurePath(name).suffix.lower()
    kind = sniff(data)
    if suffix == ".pdf":
        if kind != "pdf":
            raise _misnamed(name, _exactly(name, data, kind, settings=settings), "pdf")
        from kg.reading.pdf import read_pdf

        return read_pdf(name, data, settings=settings, ontology=ontology)
    if suffix in _ARCHIVES:
        return _read_archive(name, data, kind, _ARCHIVES[suffix], settings=settings)
    if kind and not (kind == "html" and (suffix in _PAGES or suffix in {".md", ".markdown"})):
        raise _misnamed(name, _exactly(name, data, kind, settings=settings), "text")
    if suffix in _PAGES:
        from kg.reading.html import read_html

        return read_html(name, data, settings=settings)
    return _read_text(name, data, suffix, settings=settings, ontology=ontology)


def _read_text(name: str, data: bytes, suffix: str, *, settings: Settings, ontology: Ontology | None) -> Document:
    from kg.reading.cards import split_cards
    from kg.reading.markdown import read_markdown, read_markdown_cards
    from kg.reading.plain import lay_out
    from kg.reading.tables import is_anki_export, read_table

    raw = decode(name, data)
    check_chars(name, len(raw), max_chars=settings.max_chars)
    if suffix == ".tsv":
        return read_table(name, raw, media_type="text/tab-separated-values", separator="\t")
    if suffix == ".csv":
        return read_table(name, raw, media_type="text/csv")
    if suffix in {".md", ".markdown"}:
        cards = split_cards(raw) or ()
        if cards and cards[-1].rule in {"marks", "colons", "mark-line"}:  # the others are Markdown's own layouts too
            return read_markdown_cards(name, raw, cards)
        return read_markdown(name, raw)
    if is_anki_export(raw):
        return read_table(name, raw, media_type="text/plain")
    return lay_out(raw, name=name, media_type="text/plain", ontology=ontology)


def _read_archive(name: str, data: bytes, kind: str, wanted: str, *, settings: Settings) -> Document:
    from kg.reading.archive import Archive, refuse_ole

    if kind == "ole":
        refuse_ole(name, data)
    if kind != "zip":
        raise _misnamed(name, kind, wanted)
    archive = Archive(name, data, max_unpacked=settings.max_unpacked_bytes)
    if (found := archive.kind()) != wanted:
        raise _misnamed(name, found, wanted)
    match wanted:
        case "docx":
            from kg.reading.office import read_docx

            return read_docx(name, archive, data, settings=settings)
        case "pptx":
            from kg.reading.office import read_pptx

            return read_pptx(name, archive, data, settings=settings)
        case "epub":
            from kg.reading.epub import read_epub

            return read_epub(name, archive, settings=settings)
        case _:
            from kg.reading.anki import read_apkg

            return read_apkg(name, archive, settings=settings)


def _exactly(name: str, data: bytes, kind: str, *, settings: Settings) -> str:
    """What kind of zip archive it is."""
    if kind != "zip":
        return kind
    from kg.reading.archive import Archive

    return Archive(name, data, max_unpacked=settings.max_unpacked_bytes).kind()


def _misnamed(name: str, found: str, wanted: str) -> Unsupported:
    if found:
        return Unsupported(name, f"its content is {found}, not {wanted}", "give it the ending of its true type")
    return Unsupported(name, f"its content is not {wanted}", "it may be damaged or cut off: get a complete copy")
