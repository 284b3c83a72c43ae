"""RDF terms in the two forms in which the graph is written: N-Quads text and rdflib nodes, each checked once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from kg.errors import ShapeError
from kg.model import Lang
from kg.ontology import NS

if TYPE_CHECKING:
    from rdflib.term import Node

BASE = "https://w3id.org/studygraph/"
CONCEPTS = f"{NS}Concepts"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"

T_co = TypeVar("T_co", covariant=True)
_NO_IRI = re.compile(r'^(?![A-Za-z][A-Za-z0-9+.-]*:)|[\x00-\x20<>"{}|^`\\\ud800-\udfff]')
_LANG = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Terms(Protocol[T_co]):
    """Makes the terms of one representation: N-Quads text, or rdflib nodes."""

    def iri(self, iri: str) -> T_co: ...
    def text(self, text: str, lang: Lang) -> T_co: ...
    def number(self, number: int) -> T_co: ...


class TextTerms:
    """Terms as N-Quads (https://www.w3.org/TR/n-quads/), escaped as its canonical form asks."""

    def __init__(self) -> None:
        self._iris: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        known = self._iris.get(iri)
        if known is None:
            known = self._iris[iri] = f"<{_checked_iri(iri)}>"
        return known

    def text(self, text: str, lang: Lang) -> str:
        escaped = _ESCAPE.sub(_escaped, text)
        return f'"{escaped}"@{_checked_lang(lang)}' if lang else f'"{escaped}"'

    def number(self, number: int) -> str:
        return f'"{number}"^^<{INTEGER}>'


class NodeTerms:
    """Terms as rdflib nodes, equal ones made once."""

    def __init__(self) -> None:
        from rdflib import Literal, URIRef

        self._literal, self._ref, self._integer = Literal, URIRef, URIRef(INTEGER)
        self._iris: dict[str, Node] = {}
        self._numbers: dict[int, Node] = {}

    def iri(self, iri: str) -> Node:
        known = self._iris.get(iri)
        if known is None:
            known = self._iris[iri] = self._ref(_checked_iri(iri))
        return known

    def text(self, text: str, lang: Lang) -> Node:
        return self._literal(text, lang=_checked_lang(lang) if lang else None)

    def number(self, number: int) -> Node:
        known = self._numbers.get(number)
        if known is None:
            known = self._numbers[number] = self._literal(str(number), datatype=self._integer)
        return known


def _checked_iri(iri: str) -> str:
    if _NO_IRI.search(iri):
        raise ShapeError(f"{iri!r}: not an IRI; make it with kg.ontology.concept_iri")
    return iri


def _checked_lang(lang: Lang) -> Lang:
    if not _LANG.fullmatch(lang):
        raise ShapeError(f"{lang!r}: not a language tag; use one as in BCP 47, such as en or ru")
    return lang


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    return _SHORT.get(char) or f"\\u{ord(char):04X}"
