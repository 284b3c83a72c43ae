"""Sentences that say what a word is used for: "Под спросом понимают ...", "Такую цену называют равновесной ценой"."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.extract.nominative import nominative
from kg.model import Span
from kg.ontology import Ontology

LEAST = 2  # words of what is called so


@lru_cache(maxsize=4)
def _patterns(ontology: Ontology) -> tuple[re.Pattern[str], ...]:
    """The name `x` before what it means, after "под" or "by", and behind it. Its case shows what is the name."""

    def verbs(role: str, lang: str) -> str:
        cues = sorted(ontology.cues(role, lang), key=len, reverse=True)
        return "(?:" + "|".join(re.escape(c) for c in cues) + ")"

    called, meant = verbs("call-verb", "ru"), verbs("mean-verb", "ru")
    adverb = rf"(?:\s+{verbs('call-adverb', 'ru')})?"
    quotes = r"[«“\"„]?"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"^под\s+{quotes}(?P<x>[^,.;:]{{3,60}}?)[»”\"]?{adverb}\s+{meant}\s+(?P<gist>\S.+)$",
            rf"^{quotes}(?P<x>[^,.;:]{{3,60}}?)[»”\"]?{adverb}\s+{called}\s+(?P<gist>\S.+)$",
            rf"^(?P<gist>\S.+?),?{adverb}\s+{called}\s+{quotes}(?P<x>[^,.;:«»“”\"]{{3,60}}?)[»”\"]?\s*(?:\([^()]*\))?[.!]?$",
        )
    )


@lru_cache(maxsize=4)
def _english(ontology: Ontology) -> re.Pattern[str]:
    cues = sorted(ontology.cues("mean-verb", "en"), key=len, reverse=True)
    verbs = "|".join(map(re.escape, cues))
    return re.compile(rf"^by\s+[“\"‘']?(?P<x>[^,.;:]{{3,60}}?)[”\"’']?,?\s+(?:{verbs})\s+\S.+$", re.IGNORECASE)


def called(sentence: str, ontology: Ontology) -> tuple[Span, str] | None:
    """Where a sentence has the name that it explains, and the name as it is called; None for another sentence."""
    if m := _english(ontology).match(sentence):
        return Span(*m.span("x")), m["x"]
    for pattern in _patterns(ontology):
        m = pattern.match(sentence)
        name = nominative(m["x"]) if m else None
        if m and name and len(m["gist"].split()) >= LEAST:
            return Span(*m.span("x")), name
    return None
