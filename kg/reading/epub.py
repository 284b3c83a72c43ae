"""EPUB 2 and 3 (https://www.w3.org/TR/epub-33/): the chapters of the spine, in its order, as Markdown."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kg.errors import EmptySource, SourceError, TooLarge
from kg.model import Document
from kg.reading.archive import Archive
from kg.reading.content import check_chars, decode
from kg.reading.html import to_markdown
from kg.reading.markdown import from_markdown

if TYPE_CHECKING:
    from kg.settings import Settings

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ENC = "{http://www.w3.org/2001/04/xmlenc#}"
_FONT_SCRAMBLING = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_DAMAGED = "is damaged"
_AGAIN = "export it again, or get another copy"


def read_epub(name: str, archive: Archive, *, settings: Settings) -> Document:
    """The document of an EPUB book. Raises SourceError and its kinds."""
    _refuse_protected(name, archive)
    container = _xml(name, archive, "META-INF/container.xml")
    root = next(container.iter(_CONTAINER + "rootfile"), None)
    path = root.get("full-path", "") if root is not None else ""
    package = _xml(name, archive, path)
    folder = posixpath.dirname(path)
    parts = {
        item.get("id", ""): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in package.iter(_OPF + "item")
        if item.get("media-type") in _CHAPTERS and "nav" not in (item.get("properties") or "").split()
    }
    spine = [parts[key] for ref in package.iter(_OPF + "itemref") if (key := ref.get("idref", "")) in parts]
    if len(spine) > settings.max_pages:
        limit = f"the limit is {settings.max_pages:,}"
        raise TooLarge(name, f"{len(spine):,} chapters, {limit}", "split it, or raise KG_MAX_PAGES")
    chapters, size = list[str](), 0
    for part in spine:
        if part not in archive.names:
            continue
        try:
            text = decode(name, archive.read(part))
            check_chars(name, len(text), max_chars=4 * settings.max_chars)
            chapters.append(to_markdown(name, _without_declaration(text)))
        except EmptySource:
            continue  # a cover, or a page of pictures
        size += len(chapters[-1])
        check_chars(name, size, max_chars=settings.max_chars)
    raw = "\n".join(c for c in chapters if c.strip())
    if not raw.strip():
        raise EmptySource(name, "no text in its chapters", "leave it out, or convert it to text first")
    titled = next((t.text for t in package.iter(_DC + "title") if t.text and t.text.strip()), None)
    return from_markdown(
        name=name,
        raw=raw,
        media_type="application/epub+zip",
        html=False,
        title=" ".join(titled.split()) if titled else None,
    )


def _refuse_protected(name: str, archive: Archive) -> None:
    """Fonts may be scrambled; anything else that is encrypted means copy protection."""
    if "META-INF/encryption.xml" not in archive.names:
        return
    methods = _xml(name, archive, "META-INF/encryption.xml").iter(_ENC + "EncryptionMethod")
    if any(m.get("Algorithm") not in _FONT_SCRAMBLING for m in methods):
        raise SourceError(name, "is copy-protected", "use a copy without protection")


def _xml(name: str, archive: Archive, part: str) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(archive.read(part))
    except DefusedXmlException as error:
        raise SourceError(name, f"its part {part!r} declares XML entities", _AGAIN) from error
    except (ParseError, ValueError, LookupError) as error:
        raise SourceError(name, f"{_DAMAGED} (part {part!r})", _AGAIN) from error


def _without_declaration(text: str) -> str:
    start = text.lstrip()
    return start[start.find("?>") + 2 :] if start.startswith("<?xml") else text
