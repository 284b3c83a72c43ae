"""Announcements of lists: "3 tiers of X", "types of X", "X: 4 stages", "X includes three tasks:".

From the phrase come the class of the members (by the ontology's cues), how many there are, and what
they are members of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.counts import counts_in
from kg.model import Lang
from kg.ontology import Ontology
from kg.text import fold, lemma, word_spans, words

_OF = re.compile(r"^\s*(?:of|in|for|to|behind|within|by which|у|в|для|при)?\s*(?:the|a|an)?\s+(?=\S)", re.IGNORECASE)
_DANGLING = re.compile(r"\s+(?:in|of|with|by|in the|из|в|на|с)$", re.IGNORECASE)
TYPE_WORDS = frozenset({"type", "kind", "category", "тип", "вид", "категория"})
_PREPOSITIONS = frozenset(
    [
        "of",
        "for",
        "in",
        "on",
        "to",
        "from",
        "by",
        "with",
        "at",
        "as",
        "about",
        "between",
        "within",
        "behind",
        "towards",
        "toward",
    ]
)
_TYPE_OF = re.compile(r"^\s*of\b", re.IGNORECASE)
_THERE = re.compile(r"^\s+(?:are|is)\s+(?:there|listed|named|given|distinguished)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_TAIL = re.compile(r"\s+(?:and|with|и|с)\s+(?:their|its|его|её|их)\b.*$", re.IGNORECASE)
_EDGE = re.compile(
    r"^(?:the|a|an|following|these|main|core|key|which|what|important|other|some|different|various)(?:\s+|$)|[\s:,;.?!–—-]+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """kind: class of the members; noun: the cue as it stands; about: what they belong to, "" if unsaid;
    count: how many, None if unsaid; types: the members are kinds of `about`, not parts."""

    kind: str
    noun: str
    about: str
    count: int | None
    types: bool


def announcement(text: str, lang: Lang, ontology: Ontology, *, clause: bool = False) -> Announcement | None:
    """What list a phrase announces, None where it announces none.

    clause  the text is (the end of) a sentence, so words before the noun do not make it a name
    """
    text = _BRACKETS.sub(lambda m: " " * len(m.group()), text)
    counts = counts_in(text, ontology)
    numbers = {str(n) for n in counts} | {w for w, n in ontology.numbers(lang).items() if n in counts}
    found = (counts and _counted_cue(text, lang, ontology, numbers)) or _cue(text, lang, ontology)
    if not found:
        return None
    kind, start, end = found
    noun = text[start:end]
    plural = bool(counts) or _plural(noun, lang)
    after = _THERE.sub("", _TAIL.sub("", text[end:]))
    about, linked = "", bool(counts)
    if (m := _OF.match(after)) and m.group().strip().split(" ")[0].casefold() in {
        "of",
        "in",
        "for",
        "to",
        "behind",
        "within",
        "у",
        "в",
        "для",
        "при",
    }:
        about, linked = after[m.end() :], lang == "en" or linked
    elif lang == "ru" and words(after):
        about = after
    if not about:
        about = text[:start]
        spans = word_spans(about)
        cut = next(
            (s.start for s in spans if fold(s.of(about)).rstrip("хx") in numbers or fold(s.of(about)) in numbers), None
        )
        about = about if cut is None else _DANGLING.sub("", about[:cut].rstrip())
    while (trimmed := _EDGE.sub("", about.strip())) != about:
        about = trimmed
    if " " in about and set(words(about)) & {
        "is",
        "are",
        "includes",
        "include",
        "offers",
        "stresses",
        "состоит",
        "stress",
        "has",
        "have",
    }:
        about = ""
    typed = lemma(words(noun)[-1]) in TYPE_WORDS
    types = typed or (ontology.is_a(kind, "type") and bool(counts))
    about = about.split(":")[-1].strip()
    if not plural or kind in {"framework", "organisation"}:
        return None
    if about and not (linked or types or clause) and lang == "en":
        return None  # "omnichannel relationships" names one thing, "relationships" a class
    if not (linked or types) or len(words(about)) > 8:
        about = ""
    if types and not typed and about and not _TYPE_OF.match(after):
        about = noun  # "4 touchpoints in shops": they are kinds of touchpoints, not of shops
    narrower = ontology.kind_of(f"{about} {noun}", lang) if about else None
    if narrower and narrower != kind and (types or ontology.is_a(narrower, kind)):
        kind = narrower
    return Announcement(kind, noun, about, counts[0] if counts else None, types)


def headed(text: str, lang: Lang, ontology: Ontology) -> str | None:
    """The class of a name by its head: an English name's last word before a preposition, a Russian one's first noun."""
    if not (found := _cue(text, lang, ontology)):
        return None
    kind, start, end = found
    if lang == "ru":
        return kind if len(words(text[:start])) <= 1 else None
    after = words(text[end:])
    return kind if not after or after[0] in _PREPOSITIONS or text[end:].lstrip().startswith((":", "(")) else None


def _plural(noun: str, lang: Lang) -> bool:
    last = words(noun)[-1]
    if lang == "en":
        return lemma(last) != last or last.endswith("s")
    return lemma(last) != last


def _counted_cue(text: str, lang: Lang, ontology: Ontology, numbers: set[str]) -> tuple[str, int, int] | None:
    """The first class cue among the four words behind a number."""
    spans = word_spans(text)
    for i, span in enumerate(spans):
        if fold(span.of(text)) in numbers or fold(span.of(text)).rstrip("xх") in numbers:
            for end in range(i + 1, min(i + 5, len(spans))):
                piece = text[spans[i + 1].start : spans[end].end]
                if ontology.kind_of(piece, lang) and (found := _cue(piece, lang, ontology)):
                    return found[0], spans[i + 1].start + found[1], spans[i + 1].start + found[2]
    return None


def _cue(text: str, lang: Lang, ontology: Ontology) -> tuple[str, int, int] | None:
    """The class cue that heads the phrase, and where it stands."""
    kind = ontology.kind_of(text, lang)
    if kind is None:
        return None
    cues = {tuple(lemma(w) for w in words(c)) for c in ontology.classes[kind].cues.get(lang, ())}
    spans = word_spans(text)
    said = [lemma(fold(s.of(text))) for s in spans]
    best: tuple[int, int, int] | None = None
    for cue in cues:
        n = len(cue)
        for i in range(len(said) - n + 1):
            if tuple(said[i : i + n]) == cue and (best is None or (n, -i) > (best[0], -best[1])):
                best = (n, i, i + n)
    if best is None:
        return None
    return kind, spans[best[1]].start, spans[best[2] - 1].end
