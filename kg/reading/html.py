"""HTML to Markdown, and the Markdown layout over it: the Markdown is the stored text.

trafilatura finds the main content of a page; where it keeps too little, the whole body without its navigation,
headers and footers is taken. Word files and chapters of books, which are all content, come in by `to_markdown`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg.errors import EmptySource, SourceError
from kg.model import Document
from kg.reading.content import check_chars, decode
from kg.reading.markdown import from_markdown
from kg.text import words

if TYPE_CHECKING:
    from kg.settings import Settings

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,30})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHROME = ("script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "iframe",
           "svg", "head", "select", "dialog")  # fmt: skip
_KEPT = 0.5  # share of the page's words that trafilatura has to keep to be believed
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BRACKETS = re.compile(r"\s*\[[^\[\]]{1,40}\]\s*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_TEI = {"row": "tr", "item": "li", "quote": "blockquote", "lb": "br", "code": "pre", "ref": "span", "del": "del"}
_HI = {"#b": "strong", "#i": "em", "#u": "span", "#t": "code", "#sub": "sub", "#sup": "sup"}


def read_html(name: str, data: bytes, *, settings: Settings) -> Document:
    """The document of a web page. Raises SourceError and its kinds."""
    import lxml.html

    text = _DECLARATION.sub("", _text(name, data), count=1)
    check_chars(name, len(text), max_chars=settings.max_chars)
    page = _parsed(name, text)
    titled = page.find(".//title")
    title = " ".join((titled.text_content() if titled is not None else "").split())
    _drop_brackets(page)
    found = _main_content(lxml.html.tostring(page, encoding="unicode"))
    _drop(page, _CHROME)
    body = page.find(".//body")
    body = page if body is None else body
    main = body.xpath("//main|//article|//*[@role='main']")
    whole = main[0] if len(main) == 1 and len(words(main[0].text_content())) > 20 else body
    if found is None or len(words(found.text_content())) < _KEPT * len(words(whole.text_content())):
        found = whole
    markdown = to_markdown(name, lxml.html.tostring(found, encoding="unicode"))
    if not markdown.strip():
        raise EmptySource(name, "no visible text in it", "save the page with its content (Ctrl+S), or as PDF")
    return from_markdown(
        name=name,
        raw=markdown,
        media_type="text/html",
        html=False,
        title=None if re.search(r"^#{1,2} ", markdown, re.MULTILINE) else title or None,
    )


def to_markdown(name: str, html: str) -> str:
    """All visible content of some HTML as Markdown, without links and pictures. Raises SourceError."""
    import lxml.html
    from markdownify import markdownify

    root = _parsed(name, _CONTROL.sub("", html))
    _drop(root, ("script", "style", "head", "img", "picture", "svg", "iframe", "button", "input", "select"))
    _simplify(root)
    try:
        out: str = markdownify(
            lxml.html.tostring(root, encoding="unicode"),
            heading_style="ATX",
            bullets="-",
            strip=["a"],
            escape_asterisks=False,
            escape_underscores=False,
            table_infer_header=True,
        )
    except RecursionError as error:
        raise SourceError(name, "its tags are nested too deeply", "save it again from a browser") from error
    lines = (line.rstrip() + ("  " if line.endswith("  ") and line.strip() else "") for line in out.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _text(name: str, data: bytes) -> str:
    """Decoded by its mark or as UTF-8 where that fits, else by the charset it names, else by its letters."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(data[:4096])
        if named and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return decode(name, data.decode(named[1].decode("ascii")).encode("utf-8"))
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(name, data)


def _parsed(name: str, text: str) -> Any:
    import lxml.etree
    import lxml.html

    try:
        return lxml.html.document_fromstring(text)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise EmptySource(name, "no visible text in it", "check that it is HTML") from error


def _main_content(text: str) -> Any | None:
    """What trafilatura takes for the main content, as HTML elements; None where it finds none or fails."""
    import logging

    import lxml.etree
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(
            text, include_comments=False, include_tables=True, include_formatting=True, favor_recall=True
        )
    except (lxml.etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return None  # a page that it cannot handle is read whole
    body = getattr(found, "body", None)
    return None if body is None else _as_html(body)


def _as_html(body: Any) -> Any:
    """trafilatura's elements (a simple TEI) under their HTML names."""
    import lxml.etree
    import lxml.html

    for element in list(body.iter()):
        tag, rend = element.tag, element.get("rend", "")
        if tag == "head":
            element.tag = rend if re.fullmatch(r"h[1-6]", rend) else "h2"
        elif tag == "hi":
            element.tag = _HI.get(rend, "span")
        elif tag == "list":
            element.tag = rend if rend in {"ul", "ol"} else "dl" if rend == "dl" else "ul"
        elif tag == "item" and rend.startswith(("dt", "dd")):
            element.tag = rend[:2]
        elif tag == "cell":
            element.tag = "th" if element.get("role") == "head" else "td"
        elif tag == "code" and (parent := element.getparent()) is not None and parent.tag != "pre":
            element.tag = "pre" if "\n" in (element.text or "") or len(element) else "code"
        elif tag == "graphic":
            element.tag = "img"
        elif tag in _TEI and tag != "code":
            element.tag = _TEI[tag]
        element.attrib.clear()
    return lxml.html.document_fromstring(lxml.etree.tostring(body, encoding="unicode", method="html"))


def _drop(root: Any, tags: tuple[str, ...]) -> None:
    import lxml.etree

    for element in list(root.iter(lxml.etree.Comment, lxml.etree.ProcessingInstruction, *tags)):
        if element.getparent() is not None:
            element.drop_tree()


def _drop_brackets(root: Any) -> None:
    """Marks of editors and footnotes ("[edit]", "[3]") that stand in an element of their own."""
    for element in list(root.iter("span", "sup", "small")):
        if _BRACKETS.fullmatch(element.text_content()) and element.getparent() is not None:
            element.drop_tree()


def _simplify(root: Any) -> None:
    """White space as shown; "dt, dd" as "**term**: gist"; lists in cells as "• one • two", bars in them escaped."""
    _drop_brackets(root)
    for element in root.iter():
        if isinstance(element.tag, str) and not any(e.tag == "pre" for e in (element, *element.iterancestors())):
            element.text = _SPACE.sub(" ", element.text or "")
            for child in element:
                child.tail = _SPACE.sub(" ", child.tail or "")
    for term in list(root.iter("dt")):
        gist = term.getnext()
        text = " ".join(term.text_content().split())
        if gist is None or gist.tag != "dd" or not text:
            continue
        for child in list(term):
            term.remove(child)
        term.tag, term.text = "strong", text
        term.tail = None
        term.getparent().remove(term)
        term.tail = (": " if not text.endswith(":") else " ") + (gist.text or "").lstrip()
        gist.text = None
        gist.insert(0, term)
    for element in list(root.iter("dd", "dt", "dl")):
        element.tag = "div" if element.tag == "dl" else "p"
    for cell in root.iter("td", "th"):
        for element in cell.iter():
            if not isinstance(element.tag, str):
                continue
            element.text = (element.text or "").replace("|", "\\|")
            if element is not cell:
                element.tail = (element.tail or "").replace("|", "\\|")
            if element.tag == "li":
                element.text, element.tail = " • " + element.text.lstrip(), (element.tail or "").strip() + " "
            if element.tag in {"li", "ul", "ol"}:
                element.tag = "span"
