"""Which concepts a label may mean: by name, in either language, abbreviated, misspelt, with a word of its class.

A name is compared by kg.labels (lemmas, no articles). A misspelling is taken for a name only where no word of it is a
word of its own: "expertise" is no misspelt "experience".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein

from kg.frequencies import zipf
from kg.grading.model import Named
from kg.labels import LabelIndex, LabelMatch
from kg.model import Graph
from kg.ontology import Ontology
from kg.text import fold, label_key, script_of, unaccent, words

_TAG = re.compile(r"<[^<>]{0,200}>")
_ASIDE = re.compile(r"\s*[(\[]([^()\[\]]{1,80})[)\]]\s*")
_REAL = 2.0  # Zipf frequency (once in ten million words) from which a word is one of its own
_SHORT, _LONG = 4, 8  # letters: below the first nothing is a misspelling, from the second two slips are one
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_BETWEEN = frozenset({"and", "et", "al", "и", "др", "соавт"})  # of names in a citation


class Names:
    """`labels` is the index of all names of the graph's concepts."""

    def __init__(self, labels: LabelIndex, graph: Graph, ontology: Ontology) -> None:
        self._labels, self._concepts, self._ontology = labels, graph.concepts, ontology
        self._class_words, self._cited = _class_words(ontology), _citations(graph)

    def candidates(self, label: str) -> tuple[Named, ...]:
        """Concepts so called, surest first; homonyms are all of them. Empty for what the course does not know."""
        for text in _variants(label):
            if found := self._exact(text):
                return tuple(Named(id, "exact") for id in found)
        for text in _variants(label):
            for how, find in (
                ("class-word", self._without_class),
                ("citation", self._citation),
                ("translated", self._translated),
            ):
                if found := find(text):
                    return tuple(Named(id, how) for id in found)
        for text in _variants(label):
            found, wrong = self._misspelt(text)
            if found:
                return tuple(Named(id, "typo" if wrong else "exact") for id in found)
        return ()

    def _exact(self, text: str) -> list[str]:
        return self._ids(self._labels.named(text))

    def _ids(self, matches: Iterable[LabelMatch]) -> list[str]:
        return [id for id in dict.fromkeys(m.concept for m in matches) if id in self._concepts]

    def _without_class(self, text: str) -> list[str]:
        """"Proving step" is the step "Proving": the concept must be of the class whose word is left out."""
        key = label_key(text).split()
        for size in (2, 1):
            for rest, cue in ((key[:-size], key[-size:]), (key[size:], key[:size])):
                classes = self._class_words.get(tuple(cue), ())
                if not rest or not classes:
                    continue
                found = self._exact(" ".join(rest))
                fitting = [i for i in found if any(self._ontology.is_a(self._concepts[i].kind, c) for c in classes)]
                if fitting:
                    return fitting
        return []

    def _citation(self, text: str) -> list[str]:
        """Works by authors and year: "Weber & Stein (2016)", "Weber et al. 2016"."""
        return self._cited.get(_citation_key(text), [])

    def _translated(self, text: str) -> list[str]:
        lang = script_of(text)
        said = self._ontology.translate(text, "en" if lang == "ru" else "ru") if lang else ()
        return self._exact(" ".join(said)) if said else []

    def _misspelt(self, text: str) -> tuple[list[str], int]:
        """The nearest names, and how many letters are wrong: none where only a space or a hyphen is."""
        near = [(d, m) for m in self._labels.alike(text) if (d := slips(text, m.label)) is not None]
        least = min((d for d, _ in near), default=0)
        return self._ids(m for d, m in near if d == least), least


def slips(typed: str, name: str) -> int | None:
    """How many letters are wrong; None where `typed` is another name and no misspelling."""
    a, b = _words(typed), _words(name)
    if "".join(a) == "".join(b):
        return 0
    if len(a) != len(b):
        return None
    total = 0
    for x, y in zip(a, b, strict=True):
        if x == y or label_key(x) == label_key(y):
            continue
        wrong = DamerauLevenshtein.distance(x, y)
        allowed = 0 if min(len(x), len(y)) < _SHORT else 2 if len(y) >= _LONG else 1
        if wrong > allowed or any(c.isdigit() for c in x + y) or _is_word(x):
            return None
        total += wrong
    return total


def _is_word(word: str) -> bool:
    return script_of(word) in {"en", "ru"} and zipf(word) >= _REAL


def _words(text: str) -> list[str]:
    return [part for word in words(unaccent(fold(text))) for part in word.split("-")]


def _variants(label: str) -> list[str]:
    """The label, then without markup, without an aside in brackets, the aside alone ("Customer experience (CX)")."""
    plain = " ".join(_TAG.sub(" ", label).split())
    found = [label, plain, _ASIDE.sub(" ", plain).strip(), *_ASIDE.findall(plain)]
    return [text for text in dict.fromkeys(found) if label_key(text)]


def _citations(graph: Graph) -> dict[tuple[str, ...], list[str]]:
    """Works by the surnames of their authors, all of them or the first alone, and the year."""
    authors: dict[str, dict[str, None]] = {}
    years: dict[str, set[str]] = {}
    for f in graph.facts:
        if f.predicate == "created-by" and f.object in graph.concepts:
            surname = _words(graph.concepts[str(f.object)].label)[-1:]
            authors.setdefault(f.subject, {}).update(dict.fromkeys(surname))
        elif f.predicate == "year" and f.value:
            years.setdefault(f.subject, set()).update(_YEAR.findall(f.value))
    out: dict[tuple[str, ...], list[str]] = {}
    for work in authors.keys() & years.keys():
        names = list(authors[work])
        for key in {(*sorted(some), year) for some in (names, names[:1]) for year in years[work]}:
            out.setdefault(key, []).append(work)
    return {key: sorted(works) for key, works in out.items()}


def _citation_key(text: str) -> tuple[str, ...]:
    said = [w for w in _words(text) if w not in _BETWEEN]
    year = [w for w in said if _YEAR.fullmatch(w)]
    return (*sorted(w for w in said if w not in year), *year) if len(year) == 1 else ()


def _class_words(ontology: Ontology) -> dict[tuple[str, ...], tuple[str, ...]]:
    out: dict[tuple[str, ...], list[str]] = {}
    for c in ontology.classes.values():
        for phrase in (p for cues in c.cues.values() for p in cues):
            if key := tuple(label_key(phrase).split()):
                out.setdefault(key, []).append(c.name)
    return {key: tuple(names) for key, names in out.items()}
