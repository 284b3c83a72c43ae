"""What is searched: a card for each concept and the passages, as texts for the legs."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.labels import LabelIndex
from kg.model import Concept, Evidence, Fact, Graph, Lang, Passage
from kg.text import label_key, script_of, sentences, words

PASSAGE = "passage"
_HIERARCHY = ("part-of", "kind-of", "example-of")
_SHOWN = 3  # definitions of a concept whose mean is its vector
_MENTIONS = 12  # places that name a concept, kept on its card
_READ = 900  # characters that surely fit into a model's 256 tokens
_AROUND = 1  # sentences before and after that belong to a mention
_SENTENCE = 400  # characters of one of them
_EVIDENCE = 6
# What evidence has ahead of relevance, by predicate: where all is as relevant, definitions come first. More than
# this costs the reader the right place (question->section .946 without any lead, .939 with definitions always first).
_LEAD = {
    "definition": 0.05,
    "note": 0.02,
    "part-of": 0.02,
    "kind-of": 0.02,
    "example-of": 0.02,
    "label": -0.02,
    "created-by": 0.05,
}
_SAME = 0.7  # Jaccard of word shingles from which two passages are one


class ClassLabels(Protocol):
    @property
    def labels(self) -> Mapping[Lang, str]: ...


class Classes(Protocol):
    """The part of kg.ontology.Ontology that is needed here."""

    @property
    def classes(self) -> Mapping[str, ClassLabels]: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """A search unit. `of` is the concept or passage itself; `twin` the id of the passage it repeats."""

    key: int
    id: str
    kind: str
    langs: tuple[Lang, ...]
    documents: tuple[str, ...]
    of: Concept | Passage
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """The texts of a unit: three fields for BM25; the mean of `dense` is embedded, nothing where the model has no use
    for it; `near` are keys of passages whose vectors say something of the unit too."""

    label: str
    heading: str
    body: str
    dense: tuple[str, ...]
    near: tuple[int, ...] = ()


def key_of(unit_id: str) -> int:
    """A stable positive 63-bit number."""
    return int.from_bytes(hashlib.blake2b(unit_id.encode(), digest_size=8).digest(), "big") >> 1


def units_of(graph: Graph) -> dict[int, Unit]:
    """All units by key, ordered by id. Passages come last where ids tie."""
    definitions: dict[str, set[Lang]] = defaultdict(set)
    for fact in graph.facts:
        if fact.predicate in ("definition", "note") and fact.lang:
            definitions[fact.subject].add(fact.lang)
    out: dict[int, Unit] = {}
    for concept in sorted(graph.concepts.values(), key=lambda c: c.id):
        if not concept.labels:
            continue  # nothing to find it by, nothing to show
        langs = tuple(sorted({lang for lang in concept.labels if lang} | definitions[concept.id]))
        key = key_of("concept:" + concept.id)
        out[key] = Unit(key, concept.id, concept.kind, langs, concept.documents, concept)
    for passage in sorted(graph.passages, key=lambda p: p.id):
        key = key_of("passage:" + passage.id)
        section = (passage.document, *passage.heading)
        langs = (passage.lang,) if passage.lang else ()
        out[key] = Unit(key, passage.id, PASSAGE, langs, (passage.document,), passage, section)
    return out


class Facts:
    """Facts by concept, and where in the passages they stand."""

    def __init__(self, graph: Graph) -> None:
        self.about: dict[str, list[Fact]] = defaultdict(list)
        self.on: dict[str, list[Fact]] = defaultdict(list)
        order = sorted(graph.facts, key=lambda f: (f.evidence, f.predicate, f.subject, f.object or "", f.value or ""))
        for fact in order:
            self.about[fact.subject].append(fact)
            if fact.object is not None and fact.object != fact.subject:
                self.on[fact.object].append(fact)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._passages: dict[str, list[Passage]] = defaultdict(list)
        for passage in sorted(graph.passages, key=lambda p: (p.document, p.evidence.start, p.id)):
            self._starts[passage.document].append(passage.evidence.start)
            self._passages[passage.document].append(passage)
        self._order = order  # kept, so that ids of facts stay theirs
        self._places = {id(fact): self._passage_at(fact.evidence) for fact in order}

    def neighbours(self, concept: str) -> Iterable[tuple[str, str]]:
        """(predicate, id) in both directions, in the order of the facts."""
        for fact in self.about[concept]:
            if fact.object is not None and fact.object != concept:
                yield fact.predicate, fact.object
        for fact in self.on[concept]:
            yield fact.predicate, fact.subject

    def place(self, fact: Fact) -> int | None:
        """Key of the passage in which a fact's evidence begins."""
        return self._places[id(fact)]

    def _passage_at(self, evidence: Evidence) -> int | None:
        at = bisect_right(self._starts[evidence.document], evidence.start) - 1
        if at < 0:
            return None
        passage = self._passages[evidence.document][at]
        return key_of("passage:" + passage.id) if evidence.start < passage.evidence.end else None

    def evidence(self, concept: str, relevance: Mapping[int, float]) -> tuple[Evidence, ...]:
        """What shows a concept best, at most 6: its definitions, its place and members, then mentions of its name.

        `relevance` of passages (by key) to the query decides among definitions, and so on.
        """

        def order(fact: Fact) -> tuple[float, int]:
            near = relevance.get(self._places[id(fact)] or -1, 0.0)
            lead = _LEAD.get(fact.predicate, 0.0)
            return -(near + lead), 0 if fact.subject == concept else 1

        facts = sorted([*self.about[concept], *self.on[concept]], key=order)
        return tuple(dict.fromkeys(f.evidence for f in facts))[:_EVIDENCE]


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names a concept: the sentence with its neighbours, and the passage it stands in."""

    passage: str
    text: str


def mentions(graph: Graph, labels: LabelIndex) -> dict[str, list[Mention]]:
    """Concept id -> where the passages name it, in the order of the sources, at most `_MENTIONS`."""
    out: dict[str, list[Mention]] = defaultdict(list)
    for passage in sorted(graph.passages, key=lambda p: (p.document, p.evidence.start, p.id)):
        said = [span.of(passage.text)[:_SENTENCE] for span in sentences(passage.text)]
        for i, sentence in enumerate(said):
            around = " ".join(said[max(0, i - _AROUND) : i + 1 + _AROUND])
            for _, _, ids in labels.inside(label_key(sentence).split()):
                for concept in ids:
                    if len(out[concept]) < _MENTIONS:
                        out[concept].append(Mention(passage.id, around))
    return out


def cards(
    units: Mapping[int, Unit],
    graph: Graph,
    *,
    classes: Classes | None,
    labels: LabelIndex,
    dense_langs: frozenset[Lang],
) -> dict[int, Card]:
    """The texts to index. `dense_langs`: languages that the embedding model handles."""
    facts = Facts(graph)
    named = mentions(graph, labels)
    out = {}
    for key, unit in units.items():
        if isinstance(unit.of, Passage):
            # the whole path drowns the text: the last two headings do better (question->section .966 for .948)
            above = ". ".join(unit.of.heading[-2:])
            pieces = _pieces(unit.of.text) if _handled(unit.of.text, dense_langs) else ()
            dense = tuple(f"{above}. {piece}" if above else piece for piece in pieces)
            out[key] = Card("", " ".join(unit.of.heading[1:] or unit.of.heading), unit.of.text, dense)
        else:
            out[key] = _concept_card(unit.of, graph, facts, named.get(unit.id, ()), classes, dense_langs)
    return out


def _handled(text: str, dense_langs: frozenset[Lang]) -> bool:
    return (script_of(text) or "en") in dense_langs


def _pieces(text: str) -> tuple[str, ...]:
    """A text in parts of about equal length that a model reads whole, cut between sentences."""
    number = math.ceil(len(text) / _READ)
    if number < 2:
        return (text,)
    out: list[str] = []
    start = 0
    for span in sentences(text):
        if span.end - start >= len(text) / number and len(out) < number - 1:
            out.append(text[start : span.end])
            start = span.end
    return tuple(p.strip() for p in (*out, text[start:]) if p.strip())


def _concept_card(
    concept: Concept,
    graph: Graph,
    facts: Facts,
    named: Sequence[Mention],
    classes: Classes | None,
    dense_langs: frozenset[Lang],
) -> Card:
    names = list(dict.fromkeys(text for text, _ in concept.all_labels()))
    above = [
        graph.concepts[f.object]
        for f in facts.about[concept.id]
        if f.predicate in _HIERARCHY and f.object is not None and f.object in graph.concepts
    ]
    kind = classes.classes.get(concept.kind) if classes is not None else None
    class_labels = list(kind.labels.values()) if kind is not None else []
    heading = [*class_labels, *dict.fromkeys(text for parent in above for text in parent.labels.values())]
    told = [f for f in facts.about[concept.id] if f.predicate in ("definition", "note") and f.value]
    told = sorted(told, key=lambda f: f.predicate != "definition")
    defined = list(dict.fromkeys(f.value for f in told if f.value))
    around = list(dict.fromkeys(m.text for m in named))
    handled = [t for t in [*defined, *around] if _handled(t, dense_langs)]
    meant = {f.value for f in told if f.predicate == "definition"}
    shown = [*handled[:1], *(t for t in handled[1:_SHOWN] if t in meant)]
    own = [n for n in names if _handled(n, dense_langs)]
    dense: tuple[str, ...] = ()
    if own or handled:
        context = [t for t in heading if _handled(t, dense_langs)]
        name = ", ".join(own[:3]) + (f" ({', '.join(context[:3])})" if context else "")
        dense = tuple(f"{name}: {t}" for t in shown) or (name,)
    near = tuple(dict.fromkeys(key_of("passage:" + m.passage) for m in named))
    return Card(" ".join(names), " ".join(heading), "\n".join([*defined, *around]), dense, near)


def twins(passages: Iterable[Passage]) -> dict[str, str]:
    """Passage id -> id of the first passage that says (nearly) the same; only those that repeat one."""
    sets: dict[str, frozenset[str]] = {}
    by_sketch: dict[str, list[str]] = defaultdict(list)
    out: dict[str, str] = {}
    for passage in sorted(passages, key=lambda p: p.id):
        found = words(passage.text)
        size = min(3, len(found))
        shingles = (
            frozenset(" ".join(found[i : i + size]) for i in range(len(found) - size + 1)) if found else frozenset()
        )
        sketch = sorted(shingles, key=key_of)[:6]
        near = {other for s in sketch for other in by_sketch[s]}
        for other in sorted(near):
            both = len(shingles & sets[other])
            if both >= _SAME * (len(shingles) + len(sets[other]) - both):
                out[passage.id] = other
                break
        else:
            sets[passage.id] = shingles
            for s in sketch:
                by_sketch[s].append(passage.id)
    return out
