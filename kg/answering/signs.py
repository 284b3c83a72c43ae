"""What speaks for and against each of the possible answers, and for saying no; kg.answering.choice weighs it.

A sign is a number, most of them from 0 to 1; one that is 0 is left out. What they are worth is found from questions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.answering.candidates import Candidate
from kg.answering.claims import Claim, stem
from kg.answering.draft import ITEMS, Desk, Draft
from kg.answering.question import Word
from kg.answering.question import telling as telling_word
from kg.answering.ranking import covered
from kg.text import words

OWN: Mapping[str, tuple[str, ...]] = {  # the ways that belong to a type of question
    "definition": ("definition", "enumeration"),
    "enumeration": ("enumeration", "of-kind"),
    "membership": ("membership",),
    "ordering": ("ordering",),
    "comparison": ("comparison", "names-compared", "across", "each-document"),
    "relation": ("becomes", "lines", "several-lines"),
    "source": ("value", "source"),
    "example": ("example", "of-kind"),
    "other": ("value", "enumeration", "definition", "lines", "several-lines"),
}
ORDERED = 0.5  # how surely, to say that it has no such place
CLOSE = 0.1  # to the surest list
COUNTS = 0.8  # how surely a list must be the one asked for, to answer "how many"
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b|[’'‘]\d\d\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CITED_YEAR = re.compile(r"\((?:[^()]*\D)?(?:1[0-9]|20)\d\d[a-z]?\)")
_FULL_NAME = re.compile(
    r"\b[A-ZА-ЯЁ](?:[a-zа-яё]+|\.) (?:[A-ZА-ЯЁ]\. )?[A-ZА-ЯЁ][a-zа-яё]+\b|\b[A-ZА-ЯЁ]\w+,? (?:et al|\(\d{4})"
)
_PLAIN = 0.5  # how much a word tells by itself (question.telling), up to which a question may have it for the talk
NAME = 3  # words that "what is ..." has about one name, at most
_READ = 2  # lines of a draft that are read together with the question
_TOLD = 0.3  # share of a word from which it counts as told

Signs = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    candidate: Candidate
    signs: Signs
    missing: tuple[Word, ...]  # words of the question that it does not tell


def cited(desk: Desk, draft: Draft) -> list[Claim]:
    """The claims that a draft's evidence lies in."""
    return [c for e in draft.evidence for c in desk.claims.within(e)]


def telling(desk: Desk, draft: Draft) -> list[Claim]:
    """Those that tell something: to a question, a question is no answer."""
    return [c for c in cited(desk, draft) if not (c.asks and desk.asked.sentence)]


def known(desk: Desk, word: Word) -> bool:
    """Whether the sources have a word in some form; one of several words ("peak-end rule") at one place."""
    return any(desk.claims.together(form) for form in word.forms)


def cover(asked: Sequence[Word], draft: Draft, claims: Sequence[Claim]) -> tuple[float, tuple[Word, ...]]:
    """Share of the question's weight told by a draft and its lines, and the words that are not."""
    total = sum(w.weight for w in asked)
    got, missing = 0.0, []
    for word in asked:
        own = 1.0 if any(all(w in draft.told for w in form) for form in word.forms) else 0.0
        share = max([own, *(covered(word, c) for c in claims)])
        got += share * word.weight
        if share < _TOLD:
            missing.append(word)
    return (got / total if total else 0.0), tuple(missing)


def judged(desk: Desk, candidates: Sequence[Candidate]) -> list[Judged]:
    """The signs of each candidate, in their order."""
    scores = {s.claim.number: s for s in desk.ranked}
    asks = max((s.words for s in desk.ranked if s.claim.asks and s.claim.kind in {"item", "row"}), default=0.0)
    lines = [telling(desk, c.draft) for c in candidates]
    shares = [cover(desk.asked.words, c.draft, told) for c, told in zip(candidates, lines, strict=True)]
    most = max((s for s, _ in shares), default=0.0)
    subject = _subject(desk)
    surest = max((c.draft.direct for c in candidates if c.way in OWN[desk.asked.type]), default=0.0)
    nearest = max((s.meaning for s in desk.ranked), default=0.0)
    margins = _margins(desk)
    chances = _chances(desk, lines)
    likeliest = max((s.relevance for s in desk.ranked), default=0.0)
    beyond = _beyond(desk, candidates)
    exact = [replace(w, near=()) for w in desk.asked.words] if any(w.near for w in desk.asked.words) else []
    out = []
    for candidate, telling_claims, (share, missing), chance in zip(candidates, lines, shares, chances, strict=True):
        draft, asked = candidate.draft, desk.asked
        claims = cited(desk, draft)
        ranked = [scores[c.number] for c in telling_claims if c.number in scores]
        meaning = max((s.meaning for s in ranked), default=0.0)
        lost = [w for w in missing if w.name]
        own = candidate.way in OWN[asked.type]
        scope = [desk.in_scope(e.document) for e in draft.evidence]
        numbers = any(_has_number(c, desk) for c in claims)
        counted = candidate.way == "enumeration" and draft.direct >= COUNTS  # a list told whole is its own count
        only_asked = bool(claims) and all(c.asks for c in claims)
        only_there = asks > 0.7 and asks >= share - 0.1 and draft.direct < 0.8  # the sources themselves only ask it
        listed = candidate.way == "enumeration" or len(draft.items) > 1
        off_subject = bool(subject) and all(w in missing for w in subject)
        named = {k.concept: k.end - k.start for k in asked.links}
        length = len(asked.plain.split()) or 1
        signs = {
            f"way:{candidate.way}": 1.0,
            "own": float(own),
            "own-first": float(own and candidate.place == 0),
            **{f"{cue}:{candidate.way}": 1.0 for cue in asked.cues},
            "cued": float(any(candidate.way in OWN[cue] for cue in asked.cues)),
            "passed-over": 0.0 if own else surest,
            "place": min(3, candidate.place) / 3,
            "share": share,
            "behind": most - share,
            "meaning": meaning,
            "farther": nearest - meaning,
            "nearest": max((s.nearest for s in ranked), default=0.0),
            "stands-out": max((margins.get(c.number, 0.0) for c in telling_claims), default=0.0),
            "relevance": chance,
            "less-relevant": max(0.0, likeliest - chance),
            "direct": draft.direct,
            "own-direct": draft.direct * own,
            "hit": _hit(desk, draft),
            "concept": max((named.get(c, 0) for c in draft.concepts[:1]), default=0) / length,
            "foreign": float(sum(not known(desk, w) for w in lost)),
            "absent": float(sum(known(desk, w) for w in lost)),
            "residue": (1 - share) if asked.links else 0.0,
            "thin": float(_thin(candidate, desk, claims)),
            "uncounted": float(asked.number and not numbers and not counted),
            "undated": float(asked.date and not any(_YEAR.search(c.text) for c in claims)),
            "nobody": float(asked.person and not _names_somebody(desk, candidate, claims)),
            "missing-telling": min(3, sum(not w.name and telling_word(w.text) > _PLAIN for w in missing)) / 3,
            "open": float(asked.sentence and (only_asked or only_there)),
            "off-subject": float((listed or bool(asked.links)) and off_subject),
            "outside": 1 - sum(scope) / len(scope) if scope and asked.documents else 0.0,
            "plural": float(asked.plural and len(draft.items) > 1),
            "single": float(not asked.plural and len(draft.items) > 1 and candidate.way == "enumeration"),
            "count": float(asked.count is not None and asked.count == len(draft.items)),
            "miscount": float(asked.count is not None and len(draft.items) > 1 and asked.count != len(draft.items)),
            "long": min(1.0, len(draft.text.split()) / 80),
            "items": len(draft.items) / ITEMS,
            "keywords:" + candidate.way: float(not asked.sentence),
            "several:" + candidate.way: float(asked.several),
            "reason:" + candidate.way: float(asked.reason),
            "near": share - cover(exact, draft, telling_claims)[0] if exact else 0.0,
            "beyond": float(beyond),
            "defined-otherwise": (1 - share) * (asked.type == "definition" and len(asked.words) <= NAME),
        }
        out.append(Judged(candidate, {name: value for name, value in signs.items() if value}, missing))
    return out


def _chances(desk: Desk, lines: Sequence[Sequence[Claim]]) -> list[float]:
    """Of each draft, by the lines it cites: of the first of them, the likeliest answers the question."""
    if desk.relevance is None:
        return [0.0] * len(lines)
    first = [[c.number for c in claims[:_READ]] for claims in lines]
    chances = desk.relevance.of(number for numbers in first for number in numbers)  # all at once
    return [max((chances[n] for n in numbers), default=0.0) for numbers in first]


def refusal(desk: Desk) -> Signs:
    """What speaks for saying no, of the question alone."""
    asked = desk.asked
    unknown, subject = [w for w in asked.words if not known(desk, w)], _subject(desk)
    return {
        "refuse": 1.0,
        "refuse-unknown": sum(w.weight for w in unknown) / asked.weight if asked.weight else 1.0,
        "refuse-stranger": float(bool(subject) and not any(known(desk, w) for w in subject)),
        "refuse-name": float(any(w.name for w in unknown)),
        "refuse-number": float(asked.number),
        "refuse-date": float(asked.date),
        "refuse-person": float(asked.person),
        "refuse-keywords": float(not asked.sentence),
        "refuse-unlinked": float(not asked.links),
        "refuse-reason": float(asked.reason),
        "refuse-several": float(asked.several),
        "refuse-words": min(1.0, len(asked.words) / 8),
        "refuse-meaning": 1 - max((s.meaning for s in desk.ranked), default=0.0),
        "refuse-unlike": _unlike(desk),
        "refuse-irrelevant": 1 - max((s.relevance for s in desk.ranked), default=0.0) if desk.relevance else 0.0,
        "refuse-size": math.log10(1 + len(desk.claims.all)) / 4,
    }


def _unlike(desk: Desk) -> float:
    """How unlike the most unlike word of the question is to all that the ranked line says that fits best there."""
    if desk.like is None or not desk.ranked:
        return 0.0
    best = desk.like.best([s.claim.number for s in desk.ranked])
    return 1 - float(best.min(axis=0).max())


def _has_number(claim: Claim, desk: Desk) -> bool:
    """In digits, or in words from two on ("one" says too little); not one that the question has, nor a year in
    brackets."""
    spelt = {w for w, n in desk.ontology.numbers(claim.lang or "en").items() if n > 1}
    found = set(_NUMBER.findall(_CITED_YEAR.sub(" ", claim.text))) - set(_NUMBER.findall(desk.asked.text))
    return bool(found) or not (spelt & set(words(claim.text))) <= set(words(desk.asked.text))


def _beyond(desk: Desk, candidates: Sequence[Candidate]) -> bool:
    """Whether a place is asked for ("the sixth step") that the list of what is asked about does not have."""
    place = desk.asked.position
    lists = [c.draft for c in candidates if c.way == "enumeration" and c.draft.direct >= ORDERED]
    best = max((d.direct for d in lists), default=0.0)  # another list may be longer
    shown = [len(d.items) for d in lists if d.direct > best - CLOSE]
    return place is not None and bool(shown) and all(n < min(place, ITEMS) for n in shown)  # ITEMS: cut off


def _margins(desk: Desk) -> dict[int, float]:
    """How far the claim nearest in meaning is ahead of those of other places; nothing for all others."""
    order = sorted(desk.ranked, key=lambda s: (-s.meaning, s.claim.number))
    if not order:
        return {}
    first = order[0].claim
    own = {first.number, first.parent, *desk.claims.children.get(first.number, ())} - {None}
    rest = [s.meaning for s in order[1:] if s.claim.number not in own and s.claim.parent not in {first.parent, *own}]
    return {first.number: order[0].meaning - max(rest, default=0.0)}


def _names_somebody(desk: Desk, candidate: Candidate, claims: Sequence[Claim]) -> bool:
    """Whether a draft cites somebody by name: a person that the graph knows, or a first name with a last one."""
    if candidate.way in {"source", "value"}:
        return True
    kinds = [desk.concept(c).kind for c in candidate.draft.concepts[:1] if c in desk.structure.concepts]
    persons = [k for k in kinds if any(desk.ontology.is_a(k, one) for one in ("person", "organisation", "source"))]
    return bool(persons) or any(_FULL_NAME.search(c.text) for c in claims)


def _subject(desk: Desk) -> tuple[Word, ...]:
    """The words that say what is asked about, without those that only name a class ("steps", "types").

    A class word that names a concept here is what is asked about.
    """
    classes = desk.ontology.classes
    cues = {stem(w) for kind in desk.asked.kinds for cue in classes[kind].cues.get(desk.lang, ()) for w in words(cue)}
    named = {k.label for k in desk.asked.links}
    return tuple(w for w in desk.asked.words if w.text in named or not set(w.forms[0]) <= cues)


def _hit(desk: Desk, draft: Draft) -> float:
    """1 / rank of the first search hit whose evidence the draft cites."""
    for rank, hit in enumerate(desk.hits):
        for e in hit.evidence:
            if any(map(e.overlaps, draft.evidence)):
                return 1 / (1 + rank)
    return 0.0


def _thin(candidate: Candidate, desk: Desk, claims: Sequence[Claim]) -> bool:
    """Only titles and names are given, and more than a name is asked for."""
    asked = desk.asked
    if not asked.sentence or "source" in asked.cues:
        return False
    if candidate.way in {"source", "value"}:
        return True
    return candidate.draft.direct < 0.5 and all(c.kind in {"row", "heading", "front"} for c in claims)
