"""The graph as answers need it: lists with their members in order, what stands before and after, what belongs where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.answering.claims import stemmed
from kg.model import Concept, Document, Fact, Graph
from kg.ontology import Ontology
from kg.text import label_key

MEMBERSHIP = ("part-of", "kind-of", "example-of")


@dataclass(frozen=True, slots=True)
class Listing:
    """Members of one whole as one document lists them. `words` are the stems of what describes the list."""

    whole: str
    predicate: str
    document: str
    kind: str
    members: tuple[Fact, ...]
    words: frozenset[str]
    announced: bool

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(f.subject for f in self.members)


def first_said(facts: Sequence[Fact]) -> list[Fact]:
    """The first fact of each subject, in their order."""
    found: dict[str, Fact] = {}
    for f in facts:
        found.setdefault(f.subject, f)
    return list(found.values())


class Structure:
    def __init__(self, graph: Graph, ontology: Ontology) -> None:
        self.concepts: Mapping[str, Concept] = graph.concepts
        self.ontology = ontology
        self.about: dict[str, list[Fact]] = defaultdict(list)
        self.to: dict[str, list[Fact]] = defaultdict(list)
        for fact in graph.facts:
            self.about[fact.subject].append(fact)
            if fact.object is not None:
                self.to[fact.object].append(fact)
        self._attested = {(f.subject, f.lang) for f in graph.facts if f.predicate == "label"}
        self.listings = self._listings()
        self.by_whole: dict[str, list[Listing]] = defaultdict(list)
        self.of_member: dict[str, list[Listing]] = defaultdict(list)
        for one in self.listings:
            self.by_whole[one.whole].append(one)
            for member in dict.fromkeys(one.ids):
                self.of_member[member].append(one)

    def _listings(self) -> list[Listing]:
        groups: dict[tuple[str, str, str, bool], list[Fact]] = defaultdict(list)
        for whole, facts in self.to.items():
            for f in facts:
                if f.predicate in MEMBERSHIP and f.position is not None:
                    groups[whole, f.predicate, f.evidence.document, f.rule.startswith("inline")].append(f)
        out = []
        for (whole, predicate, document, inline), facts in sorted(groups.items()):
            facts = sorted(facts, key=lambda f: (f.evidence.start, f.position or 0))
            runs: list[list[Fact]] = []
            for f in first_said(facts):  # two lists of one whole in one document stay two
                if runs and (f.position or 0) > (runs[-1][-1].position or 0):
                    runs[-1].append(f)
                else:
                    runs.append([f])
            for run in runs:
                kinds = [self.concepts[f.subject].kind for f in run]
                kind = max(set(kinds), key=lambda k: (kinds.count(k), k))
                described = [text for text, _ in self.concepts[whole].all_labels()]
                for name in (kind, self.ontology.classes[kind].parent or kind) if kind in self.ontology.classes else ():
                    c = self.ontology.classes[name]
                    if name != "concept":
                        described += [*c.labels.values(), *(cue for cues in c.cues.values() for cue in cues)]
                names = frozenset(w for text in described for w in stemmed(text))
                out.append(Listing(whole, predicate, document, kind, tuple(run), names, not inline))
        return out

    def label(self, concept: str, lang: str) -> str:
        """The label in a language if a source uses one; a translation of the ontology names nothing there."""
        labels = self.concepts[concept].labels
        if lang in labels and (concept, lang) in self._attested:
            return labels[lang]
        used = [k for k in labels if (concept, k) in self._attested]
        return labels[used[0]] if used else self.concepts[concept].label

    def values(self, concept: str, predicate: str) -> list[Fact]:
        """Plain texts stated of a concept."""
        return [f for f in self.about[concept] if f.predicate == predicate and f.value]

    def related(self, concept: str, predicate: str, *, incoming: bool = False) -> list[Fact]:
        if incoming:
            return [f for f in self.to[concept] if f.predicate == predicate]
        return [f for f in self.about[concept] if f.predicate == predicate and f.object]

    def wholes(self, concept: str) -> list[Fact]:
        """What a concept is part, kind or example of; explicit lists before lists inside sentences."""
        found = [f for f in self.about[concept] if f.predicate in MEMBERSHIP and f.object]
        return sorted(found, key=lambda f: (f.rule.startswith("inline"), f.evidence.document, f.evidence.start))

    def following(self, concept: str) -> list[Fact]:
        return self.related(concept, "precedes")

    def preceding(self, concept: str) -> list[Fact]:
        return self.related(concept, "precedes", incoming=True)

    def work_of(self, documents: Iterable[Document]) -> dict[str, str]:
        """Document that is about one work, by its title -> the work."""
        by_title: dict[str, set[str]] = defaultdict(set)
        for concept in self.concepts.values():
            if self.ontology.is_a(concept.kind, "source"):
                for text, _ in concept.all_labels():
                    by_title[label_key(text)].add(concept.id)
        out = {}
        for document in documents:
            titles = [document.title, document.title.split(":")[0]]
            found = next((by_title[k] for t in titles if (k := label_key(t)) in by_title), set())
            if len(found) == 1:
                [out[document.name]] = found
        return out

    def described(self, documents: Iterable[Document]) -> dict[str, frozenset[str]]:
        """Document that is about one work -> stems of the names of the work's authors, and its year."""
        out = {}
        for document, work in self.work_of(documents).items():
            told = {self.concepts[f.object or ""].label for f in self.related(work, "created-by")}
            told |= {f.value or "" for f in self.values(work, "year")}
            if told:
                out[document] = frozenset(stem for text in told for stem in stemmed(text))
        return out

    def documents_of(self, concept: str) -> Sequence[str]:
        return self.concepts[concept].documents
