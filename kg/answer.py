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
from dataclasses import dataclass, fields, replace
from pathlib import PurePath

from kg.answering import lists, sources, texts
from kg.answering.claims import Claim, Claims, stem
from kg.answering.draft import Desk, Draft, brief
from kg.answering.phrases import say
from kg.answering.question import Asked, Linker, Word, stop_words, understand
from kg.answering.ranking import Weights, covered, rank
from kg.answering.structure import Structure
from kg.model import Answer, Document, Graph, Hit, Lang
from kg.ontology import Ontology
from kg.search import Index
from kg.text import script_of, words

HITS = 12
COUNTS = 0.8  # how surely a list must be the one asked for, to answer "how many"


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against an answer; each 0..1 or a small count.

    share      of the question's weight that the answer and its lines tell
    meaning    cosine of the question with the best cited line
    direct     how surely the graph states just this
    foreign    names in the question that no source knows
    absent     names that the sources know but the cited lines do not
    unknown    share of the question's weight in words that no source knows
    residue    1 - share where a concept is named in the question: it is known, but not for this
    thin       the cited lines only name things (contents entries, headings), or lie past the end of an order
    uncounted  a number is asked for and no cited line has one
    open       the sources themselves only ask this
    """

    share: float
    meaning: float
    direct: float
    foreign: int
    absent: int
    unknown: float
    residue: float
    thin: bool
    uncounted: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """When an answer is given: a logistic model over Signs.

    `python bench/answer_limits.py` fits it and judges it on questions left out; signs that few questions
    have (a name no source knows, a number asked for) are set by hand, stronger than so few rows can show.
    """

    bias: float = -1.6
    share: float = 4.2
    meaning: float = 3.4
    direct: float = 1.6
    foreign: float = -3.2
    absent: float = -0.8
    unknown: float = -1.5
    residue: float = -2.0
    thin: float = -5.0
    uncounted: float = -7.0
    open: float = -7.0
    answered: float = 0.5  # least confidence of an answer
    about: float = 0.3  # share of the question that must be known for "mentioned"

    def confidence(self, signs: Signs) -> float:
        """Probability that the answer is right."""
        logit = self.bias + sum(float(getattr(signs, f.name)) * float(getattr(self, f.name)) for f in fields(signs))
        return 1 / (1 + math.exp(-logit))


class Answerer:
    """Answers questions on one build. Immutable; safe for several threads."""

    def __init__(
        self,
        graph: Graph,
        *,
        index: Index,
        ontology: Ontology,
        weights: Weights | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.graph, self.index, self.ontology = graph, index, ontology
        self.weights, self.limits = weights or Weights(), limits or Limits()
        self.claims = Claims(graph.documents)
        self.structure = Structure(graph, ontology)
        self.linker = Linker(graph.concepts)
        self.documents = {d.name: d for d in graph.documents}
        self.titles = _titles(graph.documents, ontology)

    def answer(self, question: str, *, lang: Lang | None = None) -> Answer:
        desk = self.desk(question, lang=lang)
        draft = self.draft(desk)
        return self._judged(desk, draft)

    def desk(self, question: str, *, lang: Lang | None = None) -> Desk:
        mended = {**self._near(question), **self.index.understand(question).mended}
        asked = understand(
            question,
            mended=mended,
            linker=self.linker,
            claims=self.claims,
            ontology=self.ontology,
            titles=self.titles,
            lang=lang,
        )
        if asked.type != "definition" or len(asked.words) > 1:  # of one word its own meaning is asked
            asked = replace(asked, words=tuple(self._soft(w) for w in asked.words))
        hits = self.index.search(question, limit=HITS).hits
        ranked = rank(asked, claims=self.claims, hits=hits, index=self.index, weights=self.weights)
        return Desk(asked, self.structure, self.claims, ranked, hits, self.ontology, self.documents)

    def _soft(self, word: Word) -> Word:
        """The word with course words near in meaning; a name has none."""
        if word.name or word.surface or " " in word.text:
            return word
        source = word.text if script_of(word.text) == "en" else word.gloss
        if not source or " " in source:
            return word
        own = {s for form in word.forms for s in form}
        near = {stem(w): c for w, c in reversed(self.index.near_words(source)) if stem(w) not in own}
        return replace(word, near=tuple(sorted(near.items())))

    def _near(self, question: str) -> dict[str, str]:
        """Words that the course does not know, and the course word of the same letters ("tires": "tiers").

        Other misspellings are mended by the search; a real word that stands in no note is left alone there.
        """
        stop = stop_words(self.ontology)
        out = {}
        for word in words(question):
            if len(word) < 5 or word in stop or self.claims.knows(stem(word)) or not word.isalpha():
                continue
            near = [w for w in self.claims.spelt[word[0]] if len(w) == len(word) and sorted(w) == sorted(word)]
            if near:
                out[word] = min(near, key=lambda w: (self.claims.idf(stem(w)), w))
        return out

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
        return own + 0.5 * draft.direct >= other - 0.05

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

    def signs(self, desk: Desk, draft: Draft) -> tuple[Signs, list[Word]]:
        """The signs of a draft, and the words of the question that it does not tell."""
        asked = desk.asked
        share, missing = self._cover(asked.words, draft)
        cited = self._cited(draft)
        numbers = {c.number for c in cited}
        unknown = [w for w in asked.words if not self._known(w)]
        asks = max((s.words for s in desk.ranked if s.claim.asks and s.claim.kind in {"item", "row"}), default=0.0)
        only_asked = bool(cited) and all(c.asks for c in cited)
        weight = asked.weight or 1.0
        counted = draft.type == "enumeration" and draft.direct >= COUNTS  # a list told whole is its own count
        signs = Signs(
            share=share,
            meaning=max((s.meaning for s in desk.ranked if s.claim.number in numbers), default=0.0),
            direct=draft.direct,
            foreign=sum(w.name for w in missing if w in unknown),
            absent=sum(w.name for w in missing if w not in unknown),
            unknown=sum(w.weight for w in unknown if not w.name) / weight,
            residue=(1 - share) if asked.links else 0.0,
            thin=_thin(asked, draft, cited) or self._past_the_end(desk, draft),
            uncounted=asked.number and not counted and not any(re.search(r"\d", c.text) for c in cited),
            open=asked.sentence and (only_asked or (asks > 0.7 and asks >= share - 0.1 and draft.direct < 0.9)),
        )
        return signs, missing

    def _past_the_end(self, desk: Desk, draft: Draft) -> bool:
        """What comes after the last or before the first is asked: the order is known, and ends there."""
        asked = desk.asked
        if asked.type != "ordering" or not asked.direction or draft.direct >= 0.5:
            return False
        named = [k.concept for k in asked.links]
        return any(self.structure.following(c) or self.structure.preceding(c) for c in named)

    def _known(self, word: Word) -> bool:
        return any(all(self.claims.knows(s) for s in form) for form in word.forms)

    def _judged(self, desk: Desk, draft: Draft | None) -> Answer:
        asked = desk.asked
        unknown = [w for w in asked.words if not self._known(w)]
        known = 1 - sum(w.weight for w in unknown) / asked.weight if asked.weight else 0.0
        if draft is None:
            return self._refused(
                desk, None, 0.0, say("reason-unknown", asked.lang, x=", ".join(w.text for w in unknown)), known
            )
        signs, missing = self.signs(desk, draft)
        confidence = self.limits.confidence(signs)
        if confidence < self.limits.answered:
            if signs.uncounted:
                reason = say("reason-number", asked.lang)
            elif signs.open:
                reason = say("reason-question", asked.lang)
            else:
                told = ", ".join(w.text for w in (unknown or missing or asked.words))
                reason = say("reason-unknown" if unknown else "reason-uncovered", asked.lang, x=told)
            return self._refused(desk, draft, confidence, reason, known)
        ids = self._concepts(draft, desk.hits)
        concepts = tuple(self.graph.concepts[i] for i in ids)
        reason = say("reason-covered", asked.lang, share=f"{signs.share:.0%}")
        return Answer(
            asked.text,
            "conflict" if draft.conflict else "answered",
            draft.type,
            brief(draft.text),
            draft.items,
            concepts,
            draft.evidence,
            round(confidence, 3),
            reason,
        )

    def _refused(self, desk: Desk, draft: Draft | None, confidence: float, reason: str, known: float) -> Answer:
        """A no: mentioned, where something that was asked about is named in the sources; else not in the course."""
        asked = desk.asked
        linked = [k for k in asked.links if k.end - k.start > 1 or self.claims.idf(stem(k.label)) > 3]
        if draft is not None and linked and known >= self.limits.about:
            concept = self.graph.concepts[max(linked, key=lambda k: (k.end - k.start, -k.start)).concept]
            evidence = tuple(f.evidence for f in self.structure.about[concept.id] if f.predicate == "label")[:3]
            text = say("mentioned", asked.lang, x=concept.label_in(asked.lang))
            return Answer(
                asked.text,
                "mentioned_only",
                asked.type,
                text,
                (),
                (concept,),
                evidence,
                round(1 - confidence, 3),
                reason,
            )
        return Answer(
            asked.text,
            "not_in_course",
            asked.type,
            say("not_in_course", asked.lang),
            (),
            (),
            (),
            round(1 - confidence, 3),
            reason,
        )

    def _concepts(self, draft: Draft, hits: Sequence[Hit]) -> list[str]:
        ids = [i for i in dict.fromkeys(draft.concepts) if i in self.graph.concepts]
        more = [h.id for h in hits if h.id in self.graph.concepts and h.id not in ids]
        return [*ids, *more][:10]


_WAYS: dict[str, tuple[Callable[[Desk], Draft | None], ...]] = {
    "definition": (texts.definition, lists.enumeration),
    "enumeration": (lists.enumeration, lists.of_kind),
    "membership": (lists.membership,),
    "ordering": (lists.ordering,),
    "comparison": (texts.comparison,),
    "relation": (lists.becomes,),
    "source": (sources.value, sources.source),
    "example": (texts.example, lists.of_kind),
    "other": (sources.value, lists.enumeration, texts.definition),
}


def _thin(asked: Asked, draft: Draft, cited: Sequence[Claim]) -> bool:
    """The lines only name things, and more than a name is asked for."""
    if not asked.sentence or asked.type == "source" or draft.direct >= 0.5:
        return False
    return all(c.kind in {"row", "heading", "front"} for c in cited)


def _titles(documents: Sequence[Document], ontology: Ontology) -> dict[str, list[str]]:
    """Words by which a question may name a document: those of its title, name and first lines that few others have."""
    said = {
        d.name: {w for text in (d.title, PurePath(d.name).stem.replace("_", " ")) for w in words(text)}
        for d in documents
    }
    types = {w for lang in ("en", "ru") for cue in ontology.cues("document-type", lang) for w in words(cue)}
    for d in documents:
        chrome = " ".join(d.line_span(*n.lines).of(d.raw) for n in d.noise[:12])
        said[d.name] |= types & set(words(chrome))
        if d.lang == "ru" or d.media_type.endswith("presentation"):
            said[d.name] |= types & {"deck", "slides", "presentation", "презентация", "слайды"}
        said[d.name] |= {"ru": {"russian", "русский", "русскоязычный"}, "en": {"english", "английский"}}.get(
            d.lang, set()
        )
    most = max(1, len(documents) // 2)
    common = stop_words(ontology) | {w for d in documents for b in d.blocks[1:400] for w in words(b.text)}
    counts: dict[str, int] = {}
    for names in said.values():
        for word in names:
            counts[word] = counts.get(word, 0) + 1
    return {
        name: sorted(
            w
            for w in names
            if len(w) > 3 and ((counts[w] == 1 and w not in common) or (w in types and counts[w] <= most))
        )
        for name, names in said.items()
    }


_KEPT: weakref.WeakKeyDictionary[Index, Answerer] = weakref.WeakKeyDictionary()


def answer(question: str, *, graph: Graph, index: Index, ontology: Ontology, lang: Lang | None = None) -> Answer:
    """Answer one question; what is prepared for a build is kept as long as its index lives."""
    answerer = _KEPT.get(index)
    if answerer is None or answerer.graph is not graph:
        answerer = _KEPT[index] = Answerer(graph, index=index, ontology=ontology)
    return answerer.answer(question, lang=lang)
