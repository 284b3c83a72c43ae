"""The rules of extraction, in the order in which they run: each sees what the earlier ones found out of the outline."""

from __future__ import annotations

from kg.extract.cards import cards
from kg.extract.contents import authors, contents, references
from kg.extract.doctrines import doctrines
from kg.extract.entries import entries
from kg.extract.forms import forms
from kg.extract.glosses import glosses
from kg.extract.headings import headings, labelled, steps
from kg.extract.items import items
from kg.extract.sentences import prose
from kg.extract.tables import tables
from kg.extract.terms import terms

RULES = (
    headings, cards, contents, references, authors, items, tables, labelled, entries, steps, prose,
    terms, doctrines, forms, glosses,
)  # fmt: skip
