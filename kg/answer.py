"""Answering: from a question to a short answer with its lines, or a plain no.

question -> understood (kg.answering.question) -> hits and claims ranked (kg.answering.ranking) ->
an answer drafted by type from the graph, else from the best lines -> judged: does what is cited
cover what was asked? -> Answer
"""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from kg.answering import lists, texts
from kg.answering.claims import Claim, Claims, stem
from kg.answering.draft import Desk, Draft, brief
from kg.answering.phrases import say
from kg.answering.question import Asked, Linker, Word, understand
from kg.answering.ranking import Weights, covered, rank
from kg.answering.structure import Structure
from kg.model import Answer, Document, Graph, Hit, Lang
from kg.ontology import Ontology
from kg.search import Index
from kg.text import words

HITS = 12


@dataclass(frozen=True, slots=True)
class Limits:
    """When an answer is given. Found on the development questions; see README, Decisions."""

    bias: float = -2.1
    covered: float = 4.2  # weight of the share of the question that the cited lines cover
    meaning: float = 3.4  # weight of the cosine of the best cited line
    direct: float = 1.6  # weight of an answer that the graph states
    name: float = -3.2  # for each name or number in the question that the cited lines do not have
    unknown: float = -2.0  # for each word that the course does not know at all
    answered: float = 0.5  # least confidence of an answer
    about: float = 0.3  # share of the question that must be known for "mentioned"


class Answerer:
    """Answers questions on one build. Immutable; safe for several threads."""

    def __init__(self, graph: Graph, *, index: Index, ontology: Ontology, weights: Weights | None = None, limits: Limits | None = None) -> None:
        self.graph, self.index, self.ontology = graph, index, ontology
        self.weights, self.limits = weights or Weights(), limits or Limits()
        self.claims = Claims(graph.documents)
        self.structure = Structure(graph, ontology)
        self.linker = Linker(graph.concepts)
        self.documents = {d.name: d for d in graph.documents}
        self.titles = _titles(graph.documents)

    def answer(self, question: str, *, lang: Lang | None = None) -> Answer:
        desk = self.desk(question, lang=lang)
        draft = self.draft(desk)
        return self._judged(desk, draft)

    def desk(self, question: str, *, lang: Lang | None = None) -> Desk:
        mended = self.index.understand(question).mended
        asked = understand(
            question, mended=mended, linker=self.linker, claims=self.claims, ontology=self.ontology, titles=self.titles, lang=lang
        )
        hits = self.index.search(question, limit=HITS).hits
        ranked = rank(asked, claims=self.claims, hits=hits, index=self.index, weights=self.weights)
        return Desk(asked, self.structure, self.claims, ranked, hits, self.ontology, self.documents)

    def draft(self, desk: Desk) -> Draft | None:
        """The first way of answering that fits the type of question; the best lines where none does."""
        for way in _WAYS.get(desk.asked.type, ()):
            found = way(desk)
            if found is not None and self._fits(found, desk):
                return found
        return texts.quoted(desk, type=desk.asked.type)

    def _fits(self, draft: Draft, desk: Desk) -> bool:
        """Whether a drafted answer covers the question nearly as well as the best lines do."""
        own, _ = self._cover(desk.asked.words, draft)
        plain = texts.quoted(desk, type="other")
        if plain is None:
            return True
        other, _ = self._cover(desk.asked.words, plain)
        return own + 0.35 * draft.direct >= other - 0.05

    def _cover(self, asked: Sequence[Word], draft: Draft) -> tuple[float, list[Word]]:
        """Share of the question's weight told by the draft and its lines, and the words that are not."""
        claims = self._cited(draft)
        total = sum(w.weight for w in asked)
        got, missing = 0.0, []
        for word in asked:
            own = 1.0 if any(all(w in draft.told for w in form) for form in word.forms) else 0.0
            share = max([own, *(covered(word, c) for c in claims)])
            got += share * word.weight
            if share < 0.3:
                missing.append(word)
        return (got / total if total else 0.0), missing

    def _cited(self, draft: Draft) -> list[Claim]:
        return [c for e in draft.evidence for c in self.claims.within(e)]

    def _judged(self, desk: Desk, draft: Draft | None) -> Answer:
        asked, limits = desk.asked, self.limits
        unknown = [w for w in asked.words if not any(all(self.claims.knows(s) for s in form) for form in w.forms)]
        known_share = 1 - sum(w.weight for w in unknown) / asked.weight if asked.weight else 0.0
        if draft is None:
            return self._refused(desk, None, 0.0, say("reason-unknown", asked.lang, x=", ".join(w.text for w in unknown)), known_share)
        share, missing = self._cover(asked.words, draft)
        cited = self._cited(draft)
        numbers = {c.number for c in cited}
        meaning = max((s.meaning for s in desk.ranked if s.claim.number in numbers), default=0.0)
        names = [w for w in missing if w.name]
        reason = say("reason-covered", asked.lang, share=f"{share:.0%}")
        logit = (
            limits.bias + limits.covered * share + limits.meaning * meaning + limits.direct * draft.direct
            + limits.name * len(names) + limits.unknown * sum(1 for w in unknown if not w.name and share < 0.6) * 0.5
        )  # fmt: skip
        if asked.number and not any(re.search(r"\d", c.text) for c in cited):
            logit -= 4.0
            reason = say("reason-number", asked.lang)
        if asked.sentence and cited and all(c.asks or c.kind in {"heading", "front"} for c in cited):
            logit -= 4.0
            reason = say("reason-question", asked.lang)
        confidence = 1 / (1 + math.exp(-logit))
        if confidence < limits.answered:
            if missing and not reason.startswith(say("reason-number", asked.lang)):
                reason = say("reason-unknown" if unknown else "reason-uncovered", asked.lang, x=", ".join(w.text for w in (unknown or missing)))
            return self._refused(desk, draft, confidence, reason, known_share)
        ids = self._concepts(draft, desk.hits)
        concepts = tuple(self.graph.concepts[i] for i in ids)
        return Answer(asked.text, "answered", draft.type, brief(draft.text), draft.items, concepts, draft.evidence, round(confidence, 3), reason)

    def _refused(self, desk: Desk, draft: Draft | None, confidence: float, reason: str, known: float) -> Answer:
        """A no: mentioned, where something that was asked about is named in the sources; else not in the course."""
        asked = desk.asked
        linked = [k for k in asked.links if k.end - k.start > 1 or self.claims.idf(stem(k.label)) > 3]
        if draft is not None and linked and known >= self.limits.about:
            concept = self.graph.concepts[max(linked, key=lambda k: (k.end - k.start, -k.start)).concept]
            evidence = tuple(f.evidence for f in self.structure.about[concept.id] if f.predicate == "label")[:3]
            text = say("mentioned", asked.lang, x=concept.label_in(asked.lang))
            return Answer(asked.text, "mentioned_only", asked.type, text, (), (concept,), evidence, round(1 - confidence, 3), reason)
        return Answer(asked.text, "not_in_course", asked.type, say("not_in_course", asked.lang), (), (), (), round(1 - confidence, 3), reason)

    def _concepts(self, draft: Draft, hits: Sequence[Hit]) -> list[str]:
        ids = [i for i in dict.fromkeys(draft.concepts) if i in self.graph.concepts]
        more = [h.id for h in hits if h.id in self.graph.concepts and h.id not in ids]
        return [*ids, *more][:10]


_WAYS: dict[str, tuple[Callable[[Desk], Draft | None], ...]] = {
    "definition": (texts.definition, lists.enumeration),
    "enumeration": (lists.enumeration, lists.of_kind),
    "membership": (lists.membership,),
    "ordering": (lists.ordering, lists.enumeration),
    "comparison": (texts.comparison,),
    "relation": (lists.becomes,),
    "source": (texts.source,),
    "example": (texts.example, lists.of_kind),
    "other": (lists.enumeration, texts.definition),
}


def _titles(documents: Sequence[Document]) -> dict[str, list[str]]:
    """Words by which a question may name a document: those of its title, name and first lines that few others have."""
    said = {d.name: {w for text in (d.title, PurePath(d.name).stem.replace("_", " "), d.raw[:160]) for w in words(text)} for d in documents}
    for d in documents:
        said[d.name] |= {"ru": {"russian", "русский", "русскоязычный"}, "en": {"english", "английский"}}.get(d.lang, set())
    most = max(1, len(documents) // 2)
    counts: dict[str, int] = {}
    for names in said.values():
        for word in names:
            counts[word] = counts.get(word, 0) + 1
    return {name: sorted(w for w in names if counts[w] <= most and len(w) > 3) for name, names in said.items()}


_KEPT: weakref.WeakKeyDictionary[Index, Answerer] = weakref.WeakKeyDictionary()


def answer(question: str, *, graph: Graph, index: Index, ontology: Ontology, lang: Lang | None = None) -> Answer:
    """Answer one question; what is prepared for a build is kept as long as its index lives."""
    answerer = _KEPT.get(index)
    if answerer is None or answerer.graph is not graph:
        answerer = _KEPT[index] = Answerer(graph, index=index, ontology=ontology)
    return answerer.answer(question, lang=lang)
