"""Several questions in one: "Osmosis: what is it, and who named it?" is asked and answered part by part.

parts(question)        its parts, each such that it can be understood by itself
joined(parts, answers) their answers as one, where it is surer than that to the question as a whole
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.answering.draft import EVIDENCE, WORDS, brief, item, merged
from kg.answering.phrases import say
from kg.answering.question import stop_words
from kg.answering.scope import cue_forms
from kg.model import Answer
from kg.ontology import Ontology
from kg.text import words

MOST = 3  # parts that fit into one answer
_CONJUNCTIONS = r"(?:and|и|а)\s+(?:(?:also|также|ещё|еще)\s+)?"


@dataclass(frozen=True, slots=True)
class Part:
    """`said` as the question has it; `asked` such that it can be understood by itself."""

    said: str
    asked: str


@lru_cache(maxsize=4)
def _patterns(ontology: Ontology) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands between two questions; a topic set before its questions."""
    asking = cue_forms(ontology, "question-word")
    before = {w for w in cue_forms(ontology, "function-word") if w.isalpha()} - asking
    opening = rf"(?:(?:{_any(before)})\s+)?(?:{_any(asking)})\b(?!-)"
    between = re.compile(
        rf"(?:\s*[?;]\s+(?:{_CONJUNCTIONS})?|\s*[,—–]?\s+{_CONJUNCTIONS})(?={opening})", re.IGNORECASE
    )
    topic = re.compile(
        rf"(?P<topic>[^:?!—–]{{2,80}}?)\s*(?::|\s[—–-])\s+(?P<rest>(?:{_CONJUNCTIONS})?{opening}.*)",
        re.IGNORECASE | re.DOTALL,
    )
    return between, topic


def _any(words: frozenset[str] | set[str]) -> str:
    """Alternatives for a pattern, the longest first; of none, one that never matches."""
    return "|".join(sorted(map(_spelt, words), key=lambda w: (-len(w), w))) or r"(?!)"


def _spelt(word: str) -> str:
    return re.escape(word).replace("е", "[её]")


def parts(question: str, *, ontology: Ontology, named: Callable[[str], str]) -> tuple[Part, ...]:
    """The questions that a question is made of, none where it is a single one.

    `named` gives the name in a text that is most surely a concept's, "" for none: what "it" and "their" in a later
    part stand for, and what such a part is about if it names nothing itself.
    """
    between, set_before = _patterns(ontology)
    question = unicodedata.normalize("NFC", question).strip()
    match = set_before.fullmatch(question)
    topic = match["topic"].strip() if match else ""
    said = [p.strip(" ,;.?!") for p in between.split(match["rest"] if match else question)]
    telling = said[1:] if topic else said  # "Osmosis: what is it?" tells by its topic
    if not 2 <= len(said) <= MOST or not all(_tells(s, ontology) for s in telling):
        return ()
    about = topic or named(said[0])
    out = []
    for i, text in enumerate(said):
        leans = bool(set(words(text)) & cue_forms(ontology, "anaphor")) or not named(text)
        if i and leans and not about:
            return ()
        out.append(Part(text, f"{about}: {text}?" if topic or (i and leans) else f"{text}?"))
    return tuple(out)


def _tells(text: str, ontology: Ontology) -> bool:
    """Whether a part says what it asks for."""
    frame = stop_words(ontology) | cue_forms(ontology, "anaphor") | cue_forms(ontology, "question-word")
    return any(w not in frame for w in words(text))


def joined(whole: Answer, parts: Sequence[Part], answers: Sequence[Answer], *, lang: str) -> Answer | None:
    """The parts' answers beside each other, as sure as the least sure of them.

    None where a part has none, or where the question as a whole is answered as surely: one sentence that tells all
    is better than two.
    """
    given = [a.status in ("answered", "conflict") for a in (*answers, whole)]
    sure = min(a.confidence for a in answers)
    if not all(given[:-1]) or (given[-1] and whole.confidence >= sure):
        return None
    each, lines = WORDS // len(parts), EVIDENCE // len(parts)
    labels = [f"{p.said[:1].upper()}{p.said[1:]}?" for p in parts]
    return replace(
        whole,
        status="conflict" if any(a.status == "conflict" for a in answers) else "answered",
        type="other",
        answer=" | ".join(
            f"{label} {brief(a.answer.replace(' | ', '; '), each - len(label.split()))}"
            for label, a in zip(labels, answers, strict=True)
        ),
        items=tuple(item(label, None, a.evidence) for label, a in zip(labels, answers, strict=True)),
        concepts=tuple({c.id: c for a in answers for c in a.concepts[:5]}.values()),
        evidence=merged([e for a in answers for e in a.evidence[:lines]]),
        confidence=sure,
        reason=say("reason-parts", lang),
    )
