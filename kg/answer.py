"""Answering: from a question to a short answer with its lines, or a plain no.

question -> its parts (kg.answering.parts), each understood (kg.answering.question) -> hits and claims ranked
(kg.answering.ranking) -> every way of answering tried (kg.answering.candidates) -> the best answer chosen, or none
(kg.answering.choice) -> Answer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.answering import choice, signs
from kg.answering.candidates import candidates
from kg.answering.claims import Claims, stem
from kg.answering.contradictions import both_sides
from kg.answering.draft import Desk, Draft, brief
from kg.answering.likeness import likeness
from kg.answering.parts import joined, parts
from kg.answering.phrases import say
from kg.answering.question import Asked, Linker, Word, cue_words, has_cue, stop_words, understand
from kg.answering.ranking import Weights, rank
from kg.answering.relevance import Reader, Relevance
from kg.answering.signs import Judged, Signs, known
from kg.answering.structure import Structure
from kg.answering.titles import titles
from kg.conflicts import Conflict, conflicts
from kg.model import Answer, Fact, Graph, Hit, Lang
from kg.ontology import Ontology
from kg.search import Index
from kg.search_query import is_real, slip_of
from kg.text import script_of, word_spans, words

HITS = 12
# Chance of an answer, as a share of that of none, from which it is given. Chosen with dev and the sums of the held-out
# files in sight. Cross-validated afterwards it was the best of ten; the cross-encoder knew most of those questions.
CAUTION = 0.7
MENDED = 4  # letters from which a word may be misspelt
FRAMES = 82.0  # rapidfuzz ratio from which an unknown word is one that questions are made with
ABOUT = 0.3  # share of the question that must be known for "mentioned"
_REASONS = {
    "uncounted": "reason-number",
    "undated": "reason-date",
    "nobody": "reason-person",
    "open": "reason-question",
}
TELLING = 3.0  # idf of a single word from which a concept called so is what is asked about


@dataclass(frozen=True, slots=True)
class Choice:
    """What is given: `best` None where nothing could be said; `sure` is the probability of the lines that it cites,
    `refused` that of saying no."""

    best: Judged | None
    sure: float
    refused: float

    @property
    def answers(self) -> bool:
        return self.best is not None and self.sure >= CAUTION * self.refused

    @property
    def confidence(self) -> float:
        """How likely the answer is right rather than none there: calibrated, unlike the share among all candidates."""
        total = self.sure + self.refused
        return self.sure / total if total else 0.0


def chosen(judged: Sequence[Judged], refusal: Signs, model: choice.Model) -> Choice:
    """The candidate with the highest utility, weighed against saying no."""
    if not judged:
        return Choice(None, 0.0, 1.0)
    utilities = [model.utility(j.signs) for j in judged]
    chances = choice.probabilities([*utilities, model.utility(refusal)])
    best = judged[max(range(len(judged)), key=lambda i: (utilities[i], -i))]
    own = best.candidate.draft
    same = [p for j, p in zip(judged, chances, strict=False) if choice.alike(j.candidate.draft, own)]
    return Choice(best, min(1.0, sum(same)), chances[-1])


class Answerer:
    """Answers questions on one build. Immutable; safe for several threads."""

    def __init__(
        self,
        graph: Graph,
        *,
        index: Index,
        ontology: Ontology,
        weights: Weights | None = None,
        model: choice.Model | None = None,
        reader: Reader | None = None,
    ) -> None:
        """reader  reads lines together with a question; without one their words and vectors have to do"""
        self.reader = reader
        self.graph, self.index, self.ontology = graph, index, ontology
        self.weights, self.model = weights or Weights(), model or choice.model()
        self.structure = Structure(graph, ontology)
        self.claims = Claims(graph.documents, described=self.structure.described(graph.documents))
        if index.folder is not None:
            self.claims.load(index.folder, width=index.width)
        self.linker = Linker(graph.concepts)
        self.documents = {d.name: d for d in graph.documents}
        self.titles = titles(graph.documents, ontology)

    def answer(self, question: str, *, lang: Lang | None = None) -> Answer:
        whole = self._one(question, lang=lang)
        found = parts(question, ontology=self.ontology, named=self._named)
        if not found:
            return whole
        lang = lang or script_of(question) or "en"
        return joined(whole, found, [self._one(p.asked, lang=lang) for p in found], lang=lang) or whole

    def _one(self, question: str, *, lang: Lang | None) -> Answer:
        desk = self.desk(question, lang=lang)
        return self._told(desk, self.choose(desk))

    def _named(self, text: str) -> str:
        """The longest name of a concept in a text, "" for none."""
        links = self.linker.links(words(text), stop_words(self.ontology))
        return max(links, key=lambda k: (k.end - k.start, -k.start)).label if links else ""

    def desk(self, question: str, *, lang: Lang | None = None) -> Desk:
        question, said = self.index.read_anew(question), question
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
        if asked.type == "enumeration" and self._is_one(asked):
            asked = replace(asked, type="definition", cues=("definition",))
        asked = replace(asked, text=said)
        hits = self.index.search(question, limit=HITS).hits
        like = likeness(asked, index=self.index, claims=self.claims)
        relevance = None
        if self.reader is not None and not self._defines(asked):
            relevance = Relevance(question, reader=self.reader, claims=self.claims)
        ranked = rank(
            asked,
            claims=self.claims,
            hits=hits,
            index=self.index,
            weights=self.weights,
            like=like,
            relevance=relevance,
        )
        return Desk(asked, self.structure, self.claims, ranked, hits, self.ontology, self.documents, like, relevance)

    def _defines(self, asked: Asked) -> bool:
        """Whether the graph defines what is asked under the name that is all of the question: nothing need be read."""
        return asked.type == "definition" and any(f.lang == asked.lang for f in self._defining(asked))

    def _is_one(self, asked: Asked) -> bool:
        """Whether "what are fixed costs?" asks for the meaning of one thing in the plural: the graph defines it, and
        nothing is a part or a kind of it."""
        named = has_cue(asked.plain, "ask-what-they-are", self.ontology)
        if not named or asked.count is not None or not (facts := self._defining(asked)):
            return False
        return all(one.predicate == "example-of" for one in self.structure.by_whole[facts[0].subject])

    def _defining(self, asked: Asked) -> list[Fact]:
        """Definitions of the one thing whose name is all of a question."""
        if len(asked.links) != 1:
            return []
        [link] = asked.links
        named = set(words(link.label))
        if not all(named.issuperset(w.text.split()) for w in asked.words):
            return []
        return self.structure.values(link.concept, "definition")

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
        """Words that neither the course nor the language knows, and what they were to be: a word that frames
        questions ("wrot": "wrote"), or the course word of the same letters ("tires": "tiers").

        Other misspellings are mended by the search; a real word that stands in no note is left alone there.
        """
        stop, out = stop_words(self.ontology), {}
        typed = {span.of(question) for span in word_spans(question)}  # in capitals three letters are an abbreviation
        for word in words(question):
            if len(word) == MENDED - 1 and word in typed and not self.claims.knows(stem(word)):
                if (meant := slip_of(word, stop)) is not None:
                    out[word] = meant
                continue
            if len(word) < MENDED or word in stop or self.claims.knows(stem(word)) or not word.isalpha():
                continue
            near = [w for w in self.claims.spelt[word[0]] if len(w) == len(word) and sorted(w) == sorted(word)]
            if near and len(word) > MENDED:
                out[word] = min(near, key=lambda w: (self.claims.idf(stem(w)), w))
            elif not is_real(word):
                from rapidfuzz import fuzz, process

                frames = [w for w in self._frames if w[0] == word[0] and len(w) >= MENDED]
                found = process.extractOne(word, frames, scorer=fuzz.ratio, score_cutoff=FRAMES)
                if found is not None:
                    out[word] = found[0]
        return out

    @cached_property
    def _conflicts(self) -> tuple[Conflict, ...]:
        return conflicts(self.graph, self.ontology)

    @cached_property
    def _frames(self) -> list[str]:
        """Words that questions are made with, sorted."""
        return sorted(stop_words(self.ontology) | cue_words(self.ontology))

    def choose(self, desk: Desk) -> Choice:
        return chosen(signs.judged(desk, candidates(desk)), signs.refusal(desk), self.model)

    def _told(self, desk: Desk, chosen: Choice) -> Answer:
        asked, best = desk.asked, chosen.best
        unknown = [w for w in asked.words if not known(desk, w)]
        share = 1 - sum(w.weight for w in unknown) / asked.weight if asked.weight else 0.0
        if best is None or not chosen.answers:
            return self._refused(desk, best, 1 - chosen.confidence, self._why_not(desk, best, unknown), share)
        draft = both_sides(best.candidate.draft, desk, self._conflicts)
        concepts = tuple(self.graph.concepts[i] for i in self._concepts(draft, desk.hits))
        told = best.signs.get("share", 0.0)
        return Answer(
            q=asked.text,
            status="conflict" if draft.conflict else "answered",
            type=draft.type,
            answer=brief(draft.text),
            items=draft.items,
            concepts=concepts,
            evidence=draft.evidence,
            confidence=round(chosen.confidence, 3),
            reason=say("reason-covered", asked.lang, share=f"{told:.0%}"),
        )

    def _why_not(self, desk: Desk, best: Judged | None, unknown: Sequence[Word]) -> str:
        asked = desk.asked
        for sign, reason in _REASONS.items():
            if best is not None and sign in best.signs:
                return say(reason, asked.lang)
        told = ", ".join(w.text for w in (unknown or (best.missing if best is not None else ()) or asked.words))
        return say("reason-unknown" if unknown else "reason-uncovered", asked.lang, x=told)

    def _refused(self, desk: Desk, best: Judged | None, sure: float, reason: str, share: float) -> Answer:
        """A no: mentioned, where something that was asked about is named in the sources; else not in the course."""
        asked = desk.asked
        linked = [k for k in asked.links if k.end - k.start > 1 or self.claims.idf(stem(k.label)) > TELLING]
        if best is not None and linked and share >= ABOUT:
            concept = self.graph.concepts[max(linked, key=lambda k: (k.end - k.start, -k.start)).concept]
            evidence = tuple(f.evidence for f in self.structure.about[concept.id] if f.predicate == "label")[:3]
            text = say("mentioned", asked.lang, x=concept.label_in(asked.lang))
            return Answer(
                asked.text, "mentioned_only", asked.type, text, (), (concept,), evidence, round(sure, 3), reason
            )
        text = say("not_in_course", asked.lang)
        return Answer(asked.text, "not_in_course", asked.type, text, (), (), (), round(sure, 3), reason)

    def _concepts(self, draft: Draft, hits: Sequence[Hit]) -> list[str]:
        ids = [i for i in dict.fromkeys(draft.concepts) if i in self.graph.concepts]
        more = [h.id for h in hits if h.id in self.graph.concepts and h.id not in ids]
        return [*ids, *more][:10]
