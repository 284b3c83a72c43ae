"""Sentences that say what a word is used for: "Под спросом понимают ...", "Marshall defines demand as ..."."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.extract.labels import cue_set, either
from kg.extract.nominative import Case, nominative
from kg.model import Span
from kg.ontology import Ontology
from kg.text import words

LEAST = 2  # words of what is called so
_OPEN, _CLOSE = r"[«“\"„‘']?", r"[»”\"’']?"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Of a sentence with the name `x`, in a case where it is Russian, and its `gist`."""

    pattern: re.Pattern[str]
    case: Case | None = None


@lru_cache(maxsize=4)
def _patterns(ontology: Ontology) -> tuple[Pattern, ...]:
    called, meant, adverb, defines, speaks = (
        either(role, ontology, "ru") for role in ("call-verb", "mean-verb", "call-adverb", "define-verb", "speak-verb")
    )
    means, define, speak = (either(role, ontology, "en") for role in ("mean-verb", "define-verb", "speak-verb"))
    uses, noun, to_mean = (either(role, ontology) for role in ("use-verb", "term-noun", "use-purpose"))
    adverb = rf"(?:\s+{adverb})?"
    name = rf"{_OPEN}(?P<x>[^,.;:]{{3,60}}?){_CLOSE}"
    last = rf"{_OPEN}(?P<x>[^,.;:«»“”\"]{{3,60}}?){_CLOSE}\s*(?:\([^()]*\))?[.!]?$"
    gist, first = r"(?P<gist>\S.+)", r"(?P<gist>\S.+?)"
    who = r"(?:[^,.;:?]{1,60}?\s+(?:\(\d{4}[a-z]?\)\s+)?)?"
    active = r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bbe )(?<!\bbeen )"
    forms: tuple[tuple[str, Case | None], ...] = (
        (rf"^by\s+{name},?\s+{means}\s+{gist}$", None),
        (rf"^{who}{active}{define}\s+(?:the\s+|an?\s+)?{name}\s+as\s+{gist}$", None),
        (rf"^{who}(?<!\bto ){uses}\s+(?:the\s+)?{noun}\s+{name}\s+{to_mean}\s+{gist}$", None),
        (rf"^(?:when|if|where)\s+{gist},\s+{speak}\s+(?:an?\s+)?{last}", None),
        (rf"^(?P<gist>[^,–—]{{3,60}},\s+(?:\w+\s+)?котор\w+\s.+?),?\s+[–—-]\s+(?:это\s+)?(?:и\s+есть\s+)?{last}", None),
        (rf"^под\s+{name}{adverb}\s+{meant}\s+{gist}$", "instrumental"),
        (rf"^{name}{adverb}\s+{called}\s+{gist}$", "instrumental"),
        (rf"^{first},?{adverb}\s+{called}\s+{last}", "instrumental"),
        (rf"^{who}{defines}\s+{name},?\s+как\s+{gist}$", "accusative"),
        (rf"^(?:когда|если)\s+{gist},\s+(?:то\s+)?{speaks}\s+{last}", "prepositional"),
    )
    return tuple(Pattern(re.compile(form, re.IGNORECASE), case) for form, case in forms)


def called(sentence: str, ontology: Ontology) -> tuple[Span, str] | None:
    """Where a sentence has the name that it explains, and the name as it is called; None for another sentence.

    In Russian the case of the name shows that it is the name.
    """
    if sentence.rstrip().endswith("?"):
        return None
    unnamed = cue_set(ontology, "anaphor") | cue_set(ontology, "oneself")
    empty = unnamed | cue_set(ontology, "function-word")
    for one in _patterns(ontology):
        if (m := one.pattern.match(sentence)) is None:
            continue
        name = m["x"] if one.case is None else nominative(m["x"], case=one.case)
        said, gist = words(name or ""), words(m["gist"])
        remark = one.case is None and gist[0] in unnamed  # "skepticism as it is used"
        if name and said and said[0] not in empty and len(gist) >= LEAST and not remark:
            return Span(*m.span("x")), name
    return None
