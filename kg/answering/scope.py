"""Of which documents a question asks, and which of its words only say so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kg.answering.claims import Claims, stem
from kg.ontology import Ontology
from kg.text import fold, lemma, words

_WITHIN = frozenset(words(
    "in on across from per both all our these those which the of by и в во на по из согласно обоих оба обе всех все "
    "каких какие этих наших к судя"
))  # fmt: skip
_REACH = 3  # words from such a word to that of the document
NUMBERED = re.compile(r"\b(?:\d+(?:\.\d+)+|[a-zа-я]{1,2}\d+)\b")  # "1.1", "l4": one of a series


def documents_named(
    text: str, plain: str, titles: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Documents that the question names by a word of their title or type, and those words.

    A document is left out where another has all its words and more ("knowledge clip flashcards").
    """
    stems = {stem(w): w for w in [*plain.split(), *NUMBERED.findall(fold(text))]}
    named = {d: {stem(w) for w in names} & stems.keys() for d, names in titles.items()}
    kept = {d: hits for d, hits in named.items() if hits and not any(hits < other for other in named.values())}
    return tuple(sorted(kept)), frozenset(stems[h] for hits in kept.values() for h in hits)


@lru_cache(maxsize=4)
def _document_words(ontology: Ontology) -> frozenset[str]:
    """Lemmas by which documents are named, in both languages."""
    return frozenset(
        lemma(w)
        for role in ("document-type", "document-any")
        for lang in ("en", "ru")
        for cue in ontology.cues(role, lang)
        for w in words(cue)
    )


def where_to_look(said: Sequence[str], claims: Claims, ontology: Ontology) -> frozenset[str]:
    """Words that only say where to look: "in our exam summary", "according to the slides", "в материалах курса"."""
    cues = _document_words(ontology)
    out = set()
    for i, word in enumerate(said):
        if lemma(word) not in cues:
            continue
        for start in range(i - 1, max(-1, i - 1 - _REACH), -1):
            if said[start] in _WITHIN:
                between = said[start + 1 : i]
                title = any(" ".join([*between, word]) in text for text in claims.titles)
                out |= {word, *(w for w in between if title or not claims.knows(stem(w)))}
                break
    return frozenset(out)


def nouns_beside(said: Sequence[str], named: frozenset[str], ontology: Ontology) -> frozenset[str]:
    """Nouns for a document right beside its name: "the Wikipedia article", "the slides file", "статья Википедии"."""
    nouns = _document_nouns(ontology)
    beside = {n for i, w in enumerate(said) if w in named for n in said[max(0, i - 1) : i + 2]}
    return frozenset(w for w in beside - named if lemma(w) in nouns)


@lru_cache(maxsize=4)
def _document_nouns(ontology: Ontology) -> frozenset[str]:
    return frozenset(lemma(w) for cue in cue_forms(ontology, "document-noun") for w in words(cue))


def of_several(said: Sequence[str], ontology: Ontology) -> bool:
    """Whether a question asks what the documents say each by itself: "in which materials ...", "в каких документах"."""
    several, about = cue_forms(ontology, "several-documents"), cue_forms(ontology, "where-about")
    places = [i for i, word in enumerate(said) if word in several]
    return any(set(said[max(0, i - _REACH) : i]) & about for i in places)


@lru_cache(maxsize=8)
def cue_forms(ontology: Ontology, role: str) -> frozenset[str]:
    """The cues of a role whose forms stand each for itself, folded, in both languages."""
    return frozenset(fold(cue) for lang in ("en", "ru") for cue in ontology.cues(role, lang))
