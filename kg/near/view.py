"""What the search for near merges asks of a graph, looked up once; and what forbids that two concepts are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.extract.labels import cue_set
from kg.model import Concept, Evidence, Fact, Graph
from kg.ontology import Ontology
from kg.resolve import Named
from kg.resolve.joining import MEMBERSHIP, can_be_one
from kg.resolve.names import plain
from kg.text import label_key, script_of, words

_APART = MEMBERSHIP | {"precedes", "contrasts-with", "covers", "created-by", "introduced-by"}


class View:
    """A graph, for the rules of one run; `names` are ids of names with the ids of their concepts."""

    def __init__(self, graph: Graph, names: Mapping[str, str], ontology: Ontology) -> None:
        self.ontology = ontology
        self.concepts = dict(sorted(graph.concepts.items()))
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        self.parents: dict[str, set[str]] = defaultdict(set)
        self.members: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # whole, document, members
        self.around: dict[str, set[str]] = defaultdict(set)
        self.direct: dict[frozenset[str], list[Fact]] = defaultdict(list)
        self.listed: dict[str, dict[tuple[str, str, str, str], Fact]] = defaultdict(dict)
        for f in graph.facts:
            self.facts[f.subject].append(f)
            if f.object is None or f.object not in self.concepts:
                continue
            self.around[f.subject].add(f.object)
            self.around[f.object].add(f.subject)
            self.direct[frozenset((f.subject, f.object))].append(f)
            if f.predicate in MEMBERSHIP:
                self.parents[f.subject].add(f.object)
                self.members[f.object][f.evidence.document].add(f.subject)
                self.listed[f.subject].setdefault((f.evidence.document, f.predicate, f.object, f.rule), f)
        self.names: dict[str, list[str]] = defaultdict(list)
        for name, concept in names.items():
            self.names[concept].append(name)
        self.function_words = cue_set(ontology, "function-word")

    def things(self) -> Iterator[Concept]:
        """Concepts that can have a second name: no persons, whose names have rules of their own."""
        return (c for c in self.concepts.values() if c.kind != "person")

    def content(self, text: str) -> list[str]:
        return [w for w in label_key(text).split() if w not in self.function_words]

    def obstacle(self, a: str, b: str) -> str:
        """Why two concepts cannot be one; "" if nothing is known that forbids it."""
        one, two = self.concepts[a], self.concepts[b]
        kinds = {one.kind, two.kind}
        works = [any(self.ontology.is_a(c.kind, group) for group in ("source", "session")) for c in (one, two)]
        if works[0] != works[1] or not can_be_one({one.kind} - {"concept"}, {two.kind} - {"concept"}, self.ontology):
            return f"a {one.kind} and a {two.kind} cannot be one"
        if "person" in kinds and len(kinds) > 1 and label_key(one.label) != label_key(two.label):
            return "a person and a thing of another name cannot be one"
        for f in self.direct[frozenset((a, b))]:
            if f.predicate in _APART:
                return f"{_at(f)} puts one as {f.predicate} of the other"
        if both := self.listed[a].keys() & self.listed[b].keys():
            return f"{_at(self.listed[a][min(both)])} begins a list that has both"
        return ""

    def unlike(self, a: str, b: str, rules: Iterable[str]) -> bool:
        """Whether a pair is not worth proposing: its numbers differ ("Session 5"), or it is a list and its subject."""
        one, two = self.concepts[a], self.concepts[b]
        numbers = [self._numbers(c) for c in (one, two)]
        announced = "members" in rules and any(f.predicate == "related" for f in self.direct[frozenset((a, b))])
        other = all(numbers) and numbers[0] != numbers[1]
        return other or announced or self._collects(one, two) or self._collects(two, one)

    def _numbers(self, c: Concept) -> frozenset[int]:
        said = words(c.label)
        values = self.ontology.numbers(script_of(c.label) or "en")
        return frozenset(int(w) if w.isdigit() else values[w] for w in said if w.isdigit() or w in values)

    def _collects(self, one: Concept, two: Concept) -> bool:
        """Whether one is named as the kinds or parts of the other: "types of touchpoints", "touchpoints"."""
        more = [w for w in label_key(one.label).split() if w not in label_key(two.label).split()]
        fewer = set(label_key(two.label).split()) <= set(label_key(one.label).split())
        return fewer and self.ontology.kind_of(" ".join(more), script_of(one.label) or "en") is not None

    def shown(self, id: str) -> Named:
        """The concept under the name that it has in a source and that is nearest to its label."""
        concept = self.concepts[id]
        wanted = {plain(text).replace(" ", "-"): i for i, text in enumerate(t for t, _ in concept.all_labels())}
        names = self.names[id]
        best = min(names, key=lambda n: (n != id, wanted.get(n.rpartition("--")[2], len(wanted)), n))
        lang = next(lang for lang, text in concept.labels.items() if text == concept.label)
        return Named(best, concept.label, lang, concept.kind, self.place(id))

    def place(self, id: str) -> Evidence:
        first = {"definition": 0, "note": 1}
        facts = self.facts[id] or [f for o in self.around[id] for f in self.facts[o] if f.object == id]
        return min(facts, key=lambda f: (first.get(f.predicate, 2), f.evidence)).evidence


def _at(f: Fact) -> str:
    return f"{f.evidence.document}:{f.evidence.lines[0]}"
