"""From a document to statements, each with its evidence and the name of the rule that made it.

A pure function of the document and the ontology: rules run in a fixed order, each sees what the
earlier ones found out about the outline (`Context.heads`).
"""

from __future__ import annotations

from kg.extract.cards import cards
from kg.extract.contents import authors, contents, references
from kg.extract.context import Context
from kg.extract.forms import forms
from kg.extract.headings import headings, labelled, steps
from kg.extract.items import items
from kg.extract.sentences import prose
from kg.extract.tables import tables
from kg.extract.terms import terms
from kg.model import Document, Statement
from kg.ontology import Ontology

RULES = (headings, cards, contents, references, authors, items, tables, labelled, steps, prose, terms, forms)


def extract(document: Document, ontology: Ontology) -> tuple[Statement, ...]:
    """All statements of one document, in the order of its text, each once."""
    ctx = Context.of(document, ontology)
    for rule in RULES:
        rule(ctx)
    unique = dict.fromkeys(ctx.statements)
    return tuple(sorted(unique, key=lambda s: (s.evidence.start, s.evidence.end, s.rule, s.predicate)))
