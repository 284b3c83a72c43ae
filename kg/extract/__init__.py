"""From a document to statements, each with its evidence and the name of the rule that made it.

A pure function of the document and the ontology: rules run in a fixed order, each sees what the
earlier ones found out about the outline (`Context.heads`).
"""

from __future__ import annotations

from kg.extract.context import Context
from kg.model import Document, Statement
from kg.ontology import Ontology


def extract(document: Document, ontology: Ontology) -> tuple[Statement, ...]:
    """All statements of one document, in the order of its text, each once."""
    from kg.extract.rules import RULES  # what only looks at names or outlines (kg.extract.labels, tree) needs none

    ctx = Context.of(document, ontology)
    for rule in RULES:
        rule(ctx)
    unique = dict.fromkeys(ctx.statements)
    return tuple(sorted(unique, key=lambda s: (s.evidence.start, s.evidence.end, s.rule, s.predicate)))
