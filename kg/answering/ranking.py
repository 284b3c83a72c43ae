"""Which claims speak of what is asked: words, context and meaning, each as a share from 0 to 1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.answering.claims import CONTEXT, Claim, Claims
from kg.answering.question import Asked, Word
from kg.model import Hit
from kg.search import Index

if TYPE_CHECKING:
    pass


NEAR = 0.85  # a word near in meaning counts its cosine times this


@dataclass(frozen=True, slots=True)
class Weights:
    """Set by hand on development questions, each change judged by `kg eval`; see README, Quality."""

    words: float = 1.0
    meaning: float = 0.9
    hit: float = 0.35
    document: float = 0.25
    tongue: float = 0.12  # for a claim in the language of the question
    bare: float = 0.2  # taken off a heading with nothing below it, and off a contents entry unless works are asked for
    question: float = 0.5  # taken off a claim that is itself a question, when a question is asked
    pool: int = 28  # claims compared by meaning


@dataclass(frozen=True, slots=True)
class Scored:
    claim: Claim
    score: float
    words: float  # share of the question's weight that stands in the claim or above it
    meaning: float  # cosine with the question, 0 where the model does not handle the language


def covered(word: Word, claim: Claim) -> float:
    """1 where a form of the word stands in the claim, CONTEXT where above it, a part for a part of a term."""
    best = 0.0
    for form in word.forms:
        inside = sum(w in claim.words for w in form) / len(form)
        around = sum(w in claim.words or w in claim.above for w in form) / len(form)
        whole = 1.0 if len(form) == 1 else 0.0
        for share, weight in ((inside, 1.0), (around, CONTEXT)):
            value = weight * (share if share == 1.0 else 0.0 if whole else 0.6 * share)
            best = max(best, value)
    for near, cosine in word.near:
        if near in claim.words:
            best = max(best, NEAR * cosine)
        elif near in claim.above:
            best = max(best, NEAR * cosine * CONTEXT)
    if word.surface and best and word.surface not in claim.text and not any(word.surface in c for c in claim.context):
        best *= 0.7  # a name in other letters: likely another word
    return best


def coverage(words: Sequence[Word], claim: Claim) -> float:
    """Share of the words' weight that a claim covers."""
    total = sum(w.weight for w in words)
    return sum(w.weight * covered(w, claim) for w in words) / total if total else 0.0


def union_coverage(words: Sequence[Word], claims: Iterable[Claim]) -> float:
    """Share of the words' weight that some of the claims covers."""
    found = list(claims)
    total = sum(w.weight for w in words)
    return sum(w.weight * max((covered(w, c) for c in found), default=0.0) for w in words) / total if total else 0.0


def meanings(asked: Asked, pool: Sequence[Claim], *, index: Index, claims: Claims) -> list[float]:
    """Cosines of claims with the question, 0 where the model does not handle a language. Vectors are kept."""
    query = index.understand(asked.text).dense
    if not query.strip():
        return [0.0] * len(pool)
    handled = [c for c in pool if c.lang != "ru" or index.handles("ru")]
    new = [c for c in handled if claims.vector(c.number) is None]
    if new:
        claims.vectors.update(zip((c.number for c in new), index.embed([c.read for c in new]), strict=True))
    vector = index.embed_query(query)
    known = {c.number: claims.vector(c.number) for c in handled}
    return [max(0.0, float(row @ vector)) if (row := known.get(c.number)) is not None else 0.0 for c in pool]


def rank(asked: Asked, *, claims: Claims, hits: Sequence[Hit], index: Index, weights: Weights) -> list[Scored]:
    """Claims that share a word with the question or lie in a hit, best first; ties by their place."""
    from_hits: dict[int, float] = defaultdict(float)
    top = hits[0].score if hits else 1.0
    for hit in hits:
        for evidence in hit.evidence[:3]:
            for claim in claims.within(evidence):
                from_hits[claim.number] = max(from_hits[claim.number], hit.score / top if top else 0.0)
    numbers = set(from_hits)
    for word in asked.words:
        for form in word.forms:
            for w in form:
                numbers.update(claims.by_word.get(w, ())[:400])
        for w, _ in word.near:
            numbers.update(claims.by_word.get(w, ())[:400])
    rough = []
    for n in numbers:
        claim = claims.all[n]
        words = coverage(asked.words, claim)
        rough.append((weights.words * words + weights.hit * from_hits[n], words, n))
    rough.sort(key=lambda r: (-r[0], r[2]))
    pool = rough[: weights.pool]
    cosines = meanings(asked, [claims.all[n] for _, _, n in pool], index=index, claims=claims)
    out = []
    for (score, words, n), cosine in zip(pool, cosines, strict=True):
        claim = claims.all[n]
        score += weights.meaning * cosine
        score += weights.tongue * (claim.lang == asked.lang)
        if asked.documents and claim.evidence.document in asked.documents:
            score += weights.document
        if claim.asks and asked.sentence:
            score -= weights.question
        if claim.kind in {"heading", "front"} and not claims.children.get(n):
            score -= weights.bare
        if claim.kind == "row" and asked.type != "source":
            score -= weights.bare
        out.append(Scored(claim, score, words, cosine))
    return sorted(out, key=lambda s: (-s.score, s.claim.number))
