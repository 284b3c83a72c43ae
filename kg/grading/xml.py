"""XML from strangers: no document type, no entities, limits on depth and count, a plain tree of standard elements.

https://docs.python.org/3/library/xml.html#xml-security, https://github.com/tiran/defusedxml
"""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element, ParseError

from kg.errors import TooLarge, Unsupported

MAX_DEPTH = 250
MAX_ELEMENTS = 100_000


def parse(data: bytes, *, name: str) -> Element:
    """The root element. Unsupported for what is not XML or brings a document type; TooLarge over the limits."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            depth, count = depth + 1, count + 1
            root = element if root is None else root
            if depth > MAX_DEPTH or count > MAX_ELEMENTS:
                limits = f"at most {MAX_ELEMENTS} elements, {MAX_DEPTH} deep, are taken"
                raise TooLarge(name, f"too many or too deeply nested elements; {limits}", "grade a part of the map")
    except DefusedXmlException as e:
        raise Unsupported(name, "it declares a document type or entities", "save it again without them") from e
    except (ParseError, ValueError, LookupError) as e:
        raise Unsupported(name, f"it cannot be read as XML ({e})", "save or export it again") from e
    if root is None:
        raise Unsupported(name, "it is empty XML", "save or export it again")
    return root


def local(element: Element) -> str:
    """Its name without the namespace, which programs write in several ways."""
    return str(element.tag).rpartition("}")[2]
