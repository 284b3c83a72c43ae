"""An answer in the making, and what all ways of making one share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.answering.claims import Claim, Claims, stemmed
from kg.answering.likeness import Likeness
from kg.answering.question import Asked
from kg.answering.ranking import Scored
from kg.answering.relevance import Relevance
from kg.answering.structure import Structure
from kg.model import AnswerItem, Concept, Document, Evidence, Hit, Lang
from kg.ontology import Ontology

WORDS, ITEMS, EVIDENCE = 80, 12, 8  # what a reader is asked to read, at most


@dataclass(frozen=True, slots=True)
class Draft:
    """`told`: stems that the answer's own words tell beyond its evidence (labels, classes)."""

    type: str
    text: str
    items: tuple[AnswerItem, ...]
    concepts: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    told: frozenset[str] = frozenset()
    direct: float = 0.0  # how surely the graph states just this, 0..1
    conflict: bool = False  # the sources disagree; every side is an item


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that stands before the one who answers."""

    asked: Asked
    structure: Structure
    claims: Claims
    ranked: Sequence[Scored]
    hits: Sequence[Hit]
    ontology: Ontology
    documents: dict[str, Document]
    like: Likeness | None = None  # where the build has vectors of words
    relevance: Relevance | None = None  # where lines are read together with the question

    @property
    def lang(self) -> Lang:
        return self.asked.lang

    def label(self, concept: str) -> str:
        """In the question's language where the sources name it so, else as they do."""
        return self.structure.label(concept, self.lang)

    def concept(self, concept: str) -> Concept:
        return self.structure.concepts[concept]

    def kind_label(self, kind: str) -> str:
        c = self.ontology.classes.get(kind)
        return c.labels.get(self.lang, c.labels.get("en", kind)) if c else kind

    def score_of(self, evidence: Evidence) -> float:
        """The best score of a ranked claim that overlaps an evidence."""
        best = 0.0
        for s in self.ranked:
            if s.claim.evidence.overlaps(evidence):
                best = max(best, s.score)
        return best

    def in_scope(self, document: str) -> bool:
        return not self.asked.documents or document in self.asked.documents


def brief(text: str, words: int = WORDS) -> str:
    """At most so many words, cut at a word with an ellipsis."""
    said = text.split()
    return text if len(said) <= words else " ".join(said[:words]) + " …"


def told(*texts: str) -> frozenset[str]:
    return frozenset(w for text in texts for w in stemmed(text))


def merged(evidence: Iterable[Evidence], most: int = EVIDENCE) -> tuple[Evidence, ...]:
    """Each evidence once, in the order given, without those that lie inside one before."""
    out: list[Evidence] = []
    for e in evidence:
        if not any(o.document == e.document and o.start <= e.start and e.end <= o.end for o in out):
            out.append(e)
    return tuple(out[:most])


def item(label: str, concept: str | None, evidence: Iterable[Evidence]) -> AnswerItem:
    return AnswerItem(brief(label, 24), concept, merged(evidence, 3))


def head_of(claim: Claim) -> str:
    """The name a claim stands under."""
    return claim.context[-1].rstrip(" :") if claim.context else ""
