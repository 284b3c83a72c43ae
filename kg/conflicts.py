"""Where sources contradict each other: sides with their lines, found in the graph alone.

    order   one document puts A before B, another B before A
    year    a work has different years
    class   one document calls X a Y, another says that X is no Y
    count   two documents announce different numbers of members of one class for one whole
    number  two documents have the same sentence but for a number in it

Nothing is settled here: the reader is shown both sides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from kg.counts import counts_in
from kg.extract.announce import announcement
from kg.extract.headings import ORDERED
from kg.model import Concept, Document, Evidence, Fact, Graph, Lang, Passage, Span
from kg.ontology import Ontology
from kg.text import label_key, lemma, script_of, sentences, words

KINDS = ("order", "year", "class", "count", "number")
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_NOT = re.compile(
    r"\s*(?:\b(?:is|are|was|were)\s+(?:not|no|never)\b|\b(?:isn|aren|wasn|weren)['’]t\b|[—–-]\s*(?:это\s+)?не\b"
    r"|\bне\s+(?:явля\w+|есть|был\w*)\b|\bэто\s+не\b)\s*",
    re.IGNORECASE,
)
_IS = re.compile(r"^\s*(?:is|are|was|were|[—–-]\s*(?:это\b)?|это\b|явля\w+)\s*", re.IGNORECASE)
_EDGE = re.compile(
    r"[,;:.!?()]|\s[—–-]\s|\b(?:that|which|who|but|and|or|of|in|for|который|которая|которое|а|но|и|или)\b"
)
_MOST = 6  # words of a class that is denied
_SAME = 4  # words beside its numbers from which a sentence is the same one as another
_SUBJECT = 3  # words at the beginning of a sentence, in which its subject stands
_WHOLE = re.compile(r"[.!?…][\s*_\"'’”»)]*$")  # the end of a sentence


@dataclass(frozen=True, slots=True)
class Side:
    """What one document says: `value` is a year, a number, or in words what it claims."""

    value: str
    document: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """`concepts` are ids: of an order the two things, of a count the whole, of a number what the sentence states
    something of (none, where it states nothing), else the one that it is about; `about` is the whole in which things
    are ordered, or the class that is counted or denied, "" where there is none."""

    kind: str
    concepts: tuple[str, ...]
    about: str
    sides: tuple[Side, ...]


def conflicts(graph: Graph, ontology: Ontology) -> tuple[Conflict, ...]:
    """All contradictions between sources, in the order of kinds and concepts."""
    place = sorted(graph.facts, key=lambda f: (f.evidence, f.rule, f.predicate, f.subject, f.object or ""))
    graph = replace(graph, facts=tuple(place))
    found = [*_orders(graph, ontology), *_years(graph), *_classes(graph)]
    found += [*_counts(graph, ontology), *_numbers(graph, ontology)]
    return tuple(sorted(found, key=lambda c: (KINDS.index(c.kind), c.concepts, c.about, c.sides[0].document)))


# ---------------------------------------------------------------- order

_Pair = tuple[str, str]


def _orders(graph: Graph, ontology: Ontology) -> Iterator[Conflict]:
    """Of each two documents the first pair that they turn round, once for every whole: of a list that is reversed, all
    others follow from it."""
    before: dict[str, dict[_Pair, tuple[Evidence, ...]]] = defaultdict(dict)
    whole_of: dict[_Pair, str] = {}
    for whole, document, placed in _placed(graph, ontology):
        for first, second in combinations(placed, 2):
            before[document].setdefault((first.subject, second.subject), (first.evidence, second.evidence))
            whole_of.setdefault((first.subject, second.subject), whole)
    for f in graph.facts:
        if f.predicate == "precedes" and f.object is not None:
            before[f.evidence.document].setdefault((f.subject, f.object), (f.evidence,))
    told: set[tuple[str, ...]] = set()
    for one, other in combinations(sorted(before), 2):
        for a, b in before[one]:
            sides = before[other].get((b, a))
            # a document that has both orders holds both to be possible
            if sides is None or (b, a) in before[one] or (a, b) in before[other]:
                continue
            whole = whole_of.get((a, b), "")
            key = (one, other, whole) if whole else (one, other, a, b)
            if key not in told:
                told.add(key)
                names = [graph.concepts[i].label if i in graph.concepts else i for i in (a, b)]
                yield Conflict(
                    "order",
                    (a, b),
                    whole,
                    (
                        Side(" → ".join(names), one, before[one][a, b]),
                        Side(" → ".join(reversed(names)), other, sides),
                    ),
                )


def _placed(graph: Graph, ontology: Ontology) -> Iterator[tuple[str, str, list[Fact]]]:
    """(whole, document, its members in their order), for classes that have an order."""
    lists: dict[tuple[str, str], dict[str, Fact]] = defaultdict(dict)
    for f in graph.facts:
        kind = graph.concepts[f.subject].kind if f.subject in graph.concepts else ""
        ordered = any(ontology.is_a(kind, one) for one in ORDERED)
        if ordered and f.predicate == "part-of" and f.object is not None and f.position is not None:
            lists[f.object, f.evidence.document].setdefault(f.subject, f)
    for (whole, document), members in sorted(lists.items()):
        if len({f.position for f in members.values()}) == len(members):
            yield whole, document, sorted(members.values(), key=lambda f: f.position or 0)


# ---------------------------------------------------------------- years


def _years(graph: Graph) -> Iterator[Conflict]:
    said: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for f in graph.facts:
        if f.predicate == "year" and f.value and (year := _YEAR.search(f.value)):
            said[f.subject][year[1]].append(f)
    for work, years in said.items():
        if len(years) > 1:
            sides = (
                Side(year, facts[0].evidence.document, tuple(dict.fromkeys(f.evidence for f in facts)))
                for year, facts in sorted(years.items())
            )
            yield Conflict("year", (work,), "", tuple(sides))


# ---------------------------------------------------------------- classes


def _classes(graph: Graph) -> Iterator[Conflict]:
    """ "A whale is a fish ..." here, "A whale is not a fish" there."""
    by_label = _by_label(graph)
    classes = _said_classes(graph)
    told: set[tuple[str, str]] = set()
    for subject, denied, evidence in _denials(by_label, graph):
        for name, (document, affirmed) in classes[subject.id].items():
            if name == denied and document != evidence.document and (subject.id, name) not in told:
                told.add((subject.id, name))
                sides = (Side(e.quote, e.document, (e,)) for e in (affirmed, evidence))
                yield Conflict("class", (subject.id,), name, tuple(sides))


def _said_classes(graph: Graph) -> Mapping[str, dict[str, tuple[str, Evidence]]]:
    """Concept -> lemmas of what it is called -> where."""
    out: dict[str, dict[str, tuple[str, Evidence]]] = defaultdict(dict)
    for f in graph.facts:
        if f.predicate == "kind-of" and f.object is not None and f.object in graph.concepts:
            for text, _ in graph.concepts[f.object].all_labels():
                out[f.subject].setdefault(label_key(text), (f.evidence.document, f.evidence))
        elif f.predicate == "definition" and f.value and f.subject in graph.concepts:
            name = _genus(f.value, graph.concepts[f.subject])
            out[f.subject].setdefault(name, (f.evidence.document, f.evidence))  # "" is never looked for
    return out


def _genus(definition: str, concept: Concept) -> str:
    """Lemmas of the class with which a definition begins; "" where it denies one."""
    text = definition
    for name in sorted((t for t, _ in concept.all_labels()), key=len, reverse=True):
        opening = re.match(rf"\s*(?:the|an?)?\s*{re.escape(name)}\b", text, re.IGNORECASE)
        if opening:
            text = text[opening.end() :]
            break
    if _NOT.match(text):
        return ""
    return _class(_IS.sub("", text))


def _class(text: str) -> str:
    said = label_key(_EDGE.split(text.strip(), maxsplit=1)[0])
    return said if said and len(said.split()) <= _MOST else ""


def _denials(by_label: Mapping[str, Concept], graph: Graph) -> Iterator[tuple[Concept, str, Evidence]]:
    """Sentences that say of a concept, which they begin with, that it is no such thing."""
    for sentence, evidence in _sentences(graph):
        cut = _NOT.search(sentence)
        if cut is None:
            continue
        subject = by_label.get(label_key(sentence[: cut.start()]))
        denied = _class(sentence[cut.end() :])
        if subject is not None and denied:
            yield subject, denied, evidence()


def _by_label(graph: Graph) -> dict[str, Concept]:
    return {label_key(t): c for c in graph.concepts.values() for t, _ in c.all_labels()}


def _sentences(graph: Graph) -> Iterator[tuple[str, Callable[[], Evidence]]]:
    """Those of all passages in the order of the documents, each with what cites it."""
    documents = {d.name: d for d in graph.documents}
    for passage in sorted(graph.passages, key=lambda p: (p.evidence, p.id)):
        if (document := documents.get(passage.document)) is None:
            continue
        for span in sentences(passage.text):
            sentence = span.of(passage.text)
            yield sentence, partial(_cited, sentence, passage, document)


def _cited(sentence: str, passage: Passage, document: Document) -> Evidence:
    """The sentence in the stored text; where it was repaired or joined there, the passage's own place."""
    start = document.raw.find(sentence, passage.evidence.start, passage.evidence.end)
    return document.cite(Span(start, start + len(sentence))) if start >= 0 else passage.evidence


# ---------------------------------------------------------------- counts


def _counts(graph: Graph, ontology: Ontology) -> Iterator[Conflict]:
    """Announced numbers; a document that announces several for one whole divides it in several ways, which is none."""
    said: dict[tuple[str, str], dict[str, dict[int, list[Evidence]]]] = defaultdict(lambda: defaultdict(dict))
    for f in graph.facts:
        if f.rule == "announcement" and f.predicate == "related" and f.object is not None:
            for text in _announcing(f, graph):
                found = announcement(text, _lang(text), ontology)
                if found is not None and found.count is not None:
                    places = said[f.object, found.kind][f.evidence.document].setdefault(found.count, [])
                    places.append(f.evidence)
                    break
    for concept, kind, count, evidence in _existing(graph, ontology):
        said[concept, kind][evidence.document].setdefault(count, []).append(evidence)
    for (whole, kind), documents in said.items():
        for one, other in combinations(sorted(documents), 2):
            left, right = documents[one], documents[other]
            if len(left) == len(right) == 1 and left.keys() != right.keys():
                sides = (
                    Side(str(n), document, tuple(dict.fromkeys(places)))
                    for document, counted in ((one, left), (other, right))
                    for n, places in counted.items()
                )
                yield Conflict("count", (whole,), kind, tuple(sides))


def _announcing(f: Fact, graph: Graph) -> Iterable[str]:
    yield f.evidence.quote
    if f.subject in graph.concepts:
        yield from (text for text, _ in graph.concepts[f.subject].all_labels())


def _existing(graph: Graph, ontology: Ontology) -> Iterator[tuple[str, str, int, Evidence]]:
    """(whole, class, count, where) of sentences like "There are three types of anchors."."""
    cues = {lang: ontology.cues("existence", lang) for lang in ("en", "ru")}
    by_label = _by_label(graph)
    for sentence, evidence in _sentences(graph):
        said, lang = sentence.strip(), _lang(sentence)
        cue = next((c for c in cues[lang] if re.match(rf"{re.escape(c)}\b", said, re.IGNORECASE)), None)
        found = announcement(said[len(cue) :], lang, ontology) if cue and counts_in(said, ontology) else None
        if found is not None and found.count is not None and (whole := by_label.get(label_key(found.about))):
            yield whole.id, found.kind, found.count, evidence()


# ---------------------------------------------------------------- numbers


def _numbers(graph: Graph, ontology: Ontology) -> Iterator[Conflict]:
    """Sentences of different documents that are the same but for their numbers; not where one has several of them, or
    a subject that points to what was said before."""
    words_of = {**ontology.numbers("en"), **ontology.numbers("ru")}
    pointing = {w for lang in ("en", "ru") for cue in ontology.cues("anaphor", lang) for w in words(cue)}
    told: dict[tuple[str, ...], dict[str, dict[tuple[str, ...], Evidence]]] = defaultdict(lambda: defaultdict(dict))
    for sentence, evidence in _sentences(graph):
        said = words(sentence)
        numbers = tuple(str(words_of.get(w, w)) for w in said if w in words_of or w.isdigit())
        same = len(said) - len(numbers) >= _SAME and _WHOLE.search(sentence)
        if numbers and same and not pointing & set(said[:_SUBJECT]):
            key = tuple("#" if w in words_of or w.isdigit() else lemma(w) for w in said)
            place = evidence()
            told[key][place.document].setdefault(numbers, place)
    for documents in told.values():
        sides = {d: next(iter(n.items())) for d, n in sorted(documents.items()) if len(n) == 1}
        if len({numbers for numbers, _ in sides.values()}) > 1:
            places = [e for _, e in sides.values()]
            about = [f.subject for f in graph.facts if f.predicate != "label" and any(map(f.evidence.overlaps, places))]
            yield Conflict(
                "number",
                tuple(i for i in dict.fromkeys(about) if i in graph.concepts),
                "",
                tuple(Side(e.quote, d, (e,)) for d, (_, e) in sides.items()),
            )


def _lang(text: str) -> Lang:
    return script_of(text) or "en"
