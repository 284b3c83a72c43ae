"""What the extraction says of small notes, as plain tuples, for the tests of its rules."""

from __future__ import annotations

from functools import lru_cache

from kg.extract import extract
from kg.model import Document, Graph, Mention, Statement
from kg.ontology import Ontology
from kg.ontology_files import load
from kg.reading import read_bytes
from kg.resolve import resolve
from kg.settings import Settings


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    return load()


def read(text: str, name: str = "notes.md") -> Document:
    return read_bytes(name, text.encode(), settings=Settings(), ontology=ontology())


def statements(text: str, name: str = "notes.md") -> tuple[Statement, ...]:
    return extract(read(text, name), ontology())


def said(text: str, name: str = "notes.md") -> set[tuple[str, str, str]]:
    """(subject, predicate, object or value) without the evidence of names."""
    return {
        (s.subject.label, s.predicate, s.object.label if isinstance(s.object, Mention) else s.object)
        for s in statements(text, name)
        if s.predicate != "label"
    }


def names(text: str, name: str = "notes.md") -> set[str]:
    found = set()
    for s in statements(text, name):
        found |= {s.subject.label} | ({s.object.label} if isinstance(s.object, Mention) else set())
    return found


def graph(**notes: str) -> Graph:
    """The graph of notes given as name_suffix="text": `a_md`, `b_txt`."""
    documents = [read(text, name.replace("_", ".")) for name, text in notes.items()]
    return resolve(documents, [s for d in documents for s in extract(d, ontology())], ontology())
