"""What stands in a sentence before the thing that it is about: "In economics, ...", "Итак, ...", "The term ..."."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from kg.extract.labels import either, is_nominative
from kg.extract.nominative import nominative
from kg.ontology import Ontology
from kg.text import lemma, script_of, word_spans, words

_NOMINATIVE_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)$")
_QUOTES = "“”«»\"„'‘’"  # the last three also inside of names
_TOGETHER = 2  # openings in one sentence: "Thus, in economics, ..."


@lru_cache(maxsize=4)
def _openings(ontology: Ontology) -> re.Pattern[str]:
    """A word or phrase that binds a sentence to what is before it, or a field or speaker for whom it holds."""
    binding, within = (either(role, ontology) for role in ("sentence-opening", "scope-opening"))
    return re.compile(rf"(?:{within}\s+[^,;:.–—]{{2,60}},\s+|{binding}(?:\s*[,:]\s*|\s+))(?=\S)", re.IGNORECASE)


def opening(sentence: str, ontology: Ontology) -> int:
    """Where in a sentence its subject begins: behind phrases that only bind it to others, or tell for what it holds."""
    at = 0
    for _ in range(_TOGETHER):
        if (m := _openings(ontology).match(sentence, at)) is None:
            break
        at = m.end()
    return at if at else _place(sentence)


def _place(sentence: str) -> int:
    """"В экономике эластичность — ...": a Russian preposition with the words of its case, which no comma follows."""
    spans = word_spans(sentence)
    if not spans or spans[0].of(sentence).casefold() not in {"в", "во"}:
        return 0
    for before, span in pairwise(spans):
        if sentence[before.end : span.start].strip():
            return 0
        word = words(span.of(sentence))[0]
        if lemma(word) == word or (_NOMINATIVE_ADJECTIVE.search(word) and is_nominative(word)):
            return span.start if before is not spans[0] else 0
    return 0


@lru_cache(maxsize=4)
def _naming_nouns(ontology: Ontology) -> re.Pattern[str]:
    return re.compile(rf"(?:the\s+)?{either('term-noun', ontology)}\s+(?=\S)", re.IGNORECASE)


def called_by_noun(subject: str, ontology: Ontology) -> tuple[int, str] | None:
    """Of "the term osmosis", "понятие эластичности": where the name begins, and the name as it is called.

    None where no such noun stands before it, or a Russian name is in another case than the genitive.
    """
    m = _naming_nouns(ontology).match(subject)
    if m is None:
        return None
    rest = subject[m.end() :].strip()
    name = rest.strip(_QUOTES)
    if not words(name) or any(quote in name for quote in _QUOTES[:-3]):
        return None  # more than the name stands there
    if script_of(name) != "ru" or rest[0] in _QUOTES or lemma(words(name)[0]) == words(name)[0]:
        return m.end(), name
    base = nominative(name, case="genitive")
    return (m.end(), base) if base is not None else None
