"""The ontology: classes with their cues, predicates, cue lists and bilingual terms (read by kg.ontology_files).

The program knows no course: what is special to one stands in these files. Classes are OWL classes
below skos:Concept; a predicate is a property that carries kg:name; a cue list carries kg:role; a
term is a skos:Concept in the scheme kg:Terms. Phrases are compared by lemmas (kg.text).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote

from kg.model import Lang
from kg.text import label_key, lemmas, script_of, words

NS = "https://w3id.org/studygraph/ns#"
CONCEPT_BASE = "https://w3id.org/studygraph/id/"
DOCUMENT_BASE = "https://w3id.org/studygraph/doc/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
_UNSAFE = re.compile(r"[^\w.~-]")
_PREPOSITIONS = frozenset(
    {"of", "for", "in", "on", "to", "from", "by", "with", "at", "as", "about", "between", "within", "behind", "against",
     "through", "under", "over", "into", "that", "which"}
)  # fmt: skip


def shipped() -> Path:
    """The ontology folder that comes with the program: in the wheel, or beside the package in a checkout."""
    inside = Path(__file__).parent / "_ontology"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "ontology"


def _quoted(name: str) -> str:
    """An IRI segment that keeps letters of every script and percent-encodes what RFC 3987 forbids there."""
    return _UNSAFE.sub(lambda m: quote(m.group().encode("utf-8", "surrogatepass"), safe=""), name)


def concept_iri(concept: str) -> str:
    return CONCEPT_BASE + _quoted(concept)


def document_iri(name: str) -> str:
    return DOCUMENT_BASE + _quoted(name)


def name_in(iri: str) -> str:
    """The id or name from which `concept_iri` or `document_iri` made this IRI."""
    for base in (CONCEPT_BASE, DOCUMENT_BASE):
        if iri.startswith(base):
            return unquote(iri.removeprefix(base), errors="surrogatepass")
    return iri


def kebab(local: str) -> str:
    """CrmPerspective -> crm-perspective."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", local).lower()


@dataclass(frozen=True, slots=True)
class OntologyClass:
    """`parent` is the kebab name of the class above, None for "concept". `also` are classes of other vocabularies."""

    name: str
    iri: str
    parent: str | None
    labels: Mapping[Lang, str]
    cues: Mapping[Lang, tuple[str, ...]]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicate:
    """`implies` are the properties above it, as IRIs: who states the predicate states them too."""

    name: str
    iri: str
    labels: Mapping[Lang, str]
    inverse_labels: Mapping[Lang, str]
    literal: bool
    implies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term in both languages; the first label of a language is the preferred one. `hidden` are misspellings."""

    id: str
    labels: Mapping[Lang, tuple[str, ...]]
    hidden: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict)


_Key = tuple[str, ...]


@dataclass(frozen=True, eq=False)  # compared and hashed by identity, so it can key caches
class Ontology:
    """`order` ranks classes by the file that declares them: a course's own class wins a tie over a general one."""

    classes: Mapping[str, OntologyClass]
    predicates: Mapping[str, Predicate]
    terms: tuple[Term, ...]  # names of one thing: they merge concepts, and they translate
    words: tuple[Term, ...]  # loose translations of single words: for searching only
    cue_lists: Mapping[tuple[str, Lang], tuple[str, ...]]
    files: tuple[Path, ...] = ()
    order: Mapping[str, int] = field(default_factory=dict)

    def cues(self, role: str, lang: Lang) -> tuple[str, ...]:
        """Phrases of the cue list with this role; none for an unknown role."""
        return self.cue_lists.get((role, lang), ())

    def numbers(self, lang: Lang) -> Mapping[str, int]:
        """Number words (folded as by kg.text.fold) with their values."""
        return self._numbers.get(lang, {})

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether the class is `ancestor` or below it; False for unknown names."""
        at: str | None = name if name in self.classes else None
        while at is not None:
            if at == ancestor:
                return True
            at = self.classes[at].parent
        return False

    def kind_of(self, phrase: str, lang: Lang) -> str | None:
        """The class whose cue stands in `phrase`, nearest to its head; of two at one place, the longer cue.

        The head of an English phrase is its last word before the first preposition ("tiers of
        quality": "tiers"), that of a Russian phrase its first cue, since what depends on a noun
        follows it ("уровни качества": "уровни"). None where no cue stands.
        """
        cues = self._class_cues.get(lang)
        if not cues:
            return None
        tokens = _key(phrase)
        head = _head(tokens) if lang == "en" else 0
        best: tuple[tuple[int, int, int, str], str] | None = None
        for start, end, name in _matches(tokens, cues):
            distance = 0 if start <= head < end else min(abs(start - head), abs(end - 1 - head))
            rank = (distance, start - end, -self.order.get(name, 0), name)
            if best is None or rank < best[0]:
                best = rank, name
        return best[1] if best else None

    def translate(self, text: str, to: Lang) -> tuple[str, ...]:
        """The words of `text` in the other language, in their order; the longest term wins, each term once.

        A word that is in the script of `to` already stays as it is (names, abbreviations); other
        words without a term are left out.
        """
        source = "en" if to == "ru" else "ru"
        by_key = self.term_keys.get(source, {})
        tokens: list[str] = []
        originals: list[str] = []
        for word in words(text):
            for part in (parts := _key(word)):
                tokens.append(part)
                originals.append(word if len(parts) == 1 else part)
        longest = max(map(len, by_key), default=0)
        out: list[str] = []
        at = 0
        while at < len(tokens):
            for length in range(min(longest, len(tokens) - at), 0, -1):
                term = by_key.get(tuple(tokens[at : at + length]))
                if term is not None and term.labels.get(to):
                    out.append(term.labels[to][0])
                    at += length
                    break
            else:
                if script_of(tokens[at]) == to:
                    out.append(originals[at])
                at += 1
        return tuple(dict.fromkeys(out))

    def glosses(self, text: str, to: Lang) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
        """(start, end, labels in both languages) over the words of `text` (kg.text.words), longest term first;
        hyphenated words count as one. Words without a term are left out."""
        by_key = self.term_keys.get("en" if to == "ru" else "ru", {})
        keys = [_key(word) for word in words(text)]
        out: list[tuple[int, int, tuple[str, ...]]] = []
        at = 0
        while at < len(keys):
            for end in range(min(len(keys), at + 6), at, -1):
                term = by_key.get(tuple(part for key in keys[at:end] for part in key))
                if term is not None and term.labels.get(to):
                    out.append((at, end, (*term.labels.get("en" if to == "ru" else "ru", ()), *term.labels[to])))
                    at = end - 1
                    break
            at += 1
        return tuple(out)

    def term_of(self, label: str, lang: Lang) -> Term | None:
        """The term that has this label, compared by kg.text.label_key."""
        return self._term_labels.get((lang, label_key(label)))

    @cached_property
    def _class_cues(self) -> dict[Lang, dict[str, list[tuple[_Key, str]]]]:
        """Per language: first lemma of a cue -> (lemmas of the cue, class)."""
        out: dict[Lang, dict[str, list[tuple[_Key, str]]]] = {}
        for c in self.classes.values():
            for lang, phrases in c.cues.items():
                for phrase in phrases:
                    if key := _key(phrase):
                        out.setdefault(lang, {}).setdefault(key[0], []).append((key, c.name))
        return out

    @cached_property
    def term_keys(self) -> dict[Lang, dict[_Key, Term]]:
        """Labels by lemmas. Of equal ones a term's wins over a word's, the preferred over the alternative."""
        out: dict[Lang, dict[_Key, Term]] = {}
        for lang, label, term in (*_ranked(self.terms), *_ranked(self.words)):
            if key := _key(label):
                out.setdefault(lang, {}).setdefault(key, term)
        return out

    @cached_property
    def _term_labels(self) -> dict[tuple[Lang, str], Term]:
        out: dict[tuple[Lang, str], Term] = {}
        for lang, label, term in _ranked(self.terms):
            if key := label_key(label):
                out.setdefault((lang, key), term)
        return out

    @cached_property
    def _numbers(self) -> dict[Lang, dict[str, int]]:
        from kg.text import fold

        out: dict[Lang, dict[str, int]] = {}
        for (role, lang), phrases in self.cue_lists.items():
            if role == "number-words":
                pairs = (p.rsplit("=", 1) for p in phrases)
                out[lang] = {fold(form): int(value) for form, value in pairs}
        return out


def _ranked(terms: Sequence[Term]) -> Iterable[tuple[Lang, str, Term]]:
    """All labels: preferred ones first, misspellings last."""
    for rank in range(3):
        for term in terms:
            for lang, own in (term.hidden if rank == 2 else term.labels).items():
                for label in (own[:1], own[1:], own)[rank]:
                    yield lang, label, term


def _key(phrase: str) -> _Key:
    """Lemmas; a hyphenated word counts as its parts."""
    return tuple(p for w in lemmas(phrase) for p in w.split("-") if p)


def _head(tokens: Sequence[str]) -> int:
    for i, token in enumerate(tokens):
        if i and token in _PREPOSITIONS:
            return i - 1
    return max(0, len(tokens) - 1)


def _matches(tokens: _Key, cues: Mapping[str, list[tuple[_Key, str]]]) -> Iterable[tuple[int, int, str]]:
    for start, token in enumerate(tokens):
        for key, name in cues.get(token, ()):
            if tokens[start : start + len(key)] == key:
                yield start, start + len(key), name
