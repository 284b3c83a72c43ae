"""Which claims speak of what is asked: words, context and meaning, each as a share from 0 to 1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

from kg.answering.claims import CONTEXT, Claim, Claims
from kg.answering.likeness import Likeness
from kg.answering.question import Asked, Word
from kg.answering.relevance import Relevance
from kg.late_interaction import UNLIKE
from kg.model import Hit
from kg.search import Index

NEAR = 0.85  # a word near in meaning counts its cosine times this


@dataclass(frozen=True, slots=True)
class Weights:
    """What speaks for a claim and against it, in shares of what its words are worth.

    Rounded from a conditional logit over the claims of each question; what others are worth tells
    python bench/answer_lines.py --on HOME QUESTIONS.jsonl
    That of the relevance is from two courses that the cross-encoder had not learned from: 0.5 to 2 are worth the same.
    """

    words: float = 1.0  # share of the question's weight that stands in it or above it
    meaning: float = 0.6  # nearness to the question: cosine, and likeness word by word
    nearest: float = 0.4  # 1 / rank by meaning among all claims
    hit: float = 0.3  # score of the best search hit that cites it, to the best of all
    first: float = 0.45  # 1 / rank of that hit
    document: float = 0.4  # of a document that the question names
    tongue: float = 0.05  # in the language of the question
    bare: float = -0.2  # a heading with nothing below it
    asks: float = -0.3  # itself a question, where a question is asked
    row: float = -0.2  # an entry of a table or of contents, unless works are asked for
    relevance: float = 0.8  # chance that it answers the question, of the best by all others


SIGNS = tuple(f.name for f in fields(Weights))
_WORDS, _HIT = 1.0, 0.35  # by which the claims with words of the question are chosen ...
_ROUGH, _NEAR, _LIKE = 28, 12, 400  # ... so many of them, and so many nearest in meaning; most claims looked at a word
_READ = 8  # best claims that are read together with the question
_SHORT = 120  # claims of the nearest cosines that are compared word by word
_WORDED = 0.5  # share that this has in their meaning


@dataclass(frozen=True, slots=True)
class Scored:
    claim: Claim
    score: float
    signs: tuple[float, ...]  # in the order of SIGNS

    @property
    def words(self) -> float:
        """Share of the question's weight that stands in the claim or above it."""
        return self.signs[0]

    @property
    def meaning(self) -> float:
        """Nearness to the question, 0 where the model does not handle the language."""
        return self.signs[1]

    @property
    def nearest(self) -> float:
        """1 / rank by meaning among all claims, 0 for one that is far."""
        return self.signs[2]

    @property
    def relevance(self) -> float:
        """Chance that it answers the question, 0 where it was not read."""
        return self.signs[-1]


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


def nearness(asked: Asked, *, index: Index, claims: Claims, pool: Sequence[int]) -> dict[int, float]:
    """Cosine with the question, of all claims where the build has embedded them, else of those of the `pool`.

    Nothing of a claim or a question in a language that the model does not handle.
    """
    query = index.understand(asked.text).dense
    if not query.strip():
        return {}
    vector = index.embed_query(query)
    table = claims.matrix
    if table is not None:
        cosines = dict(enumerate((table @ vector).tolist()))
    else:
        kept = [n for n in pool if claims.all[n].lang != "ru" or index.handles("ru")]
        new = [n for n in kept if n not in claims.vectors]
        if new:
            claims.vectors.update(zip(new, index.embed([claims.all[n].read for n in new]), strict=True))
        cosines = {n: float(claims.vectors[n] @ vector) for n in kept}
    return {n: c for n, c in cosines.items() if c > 0 and (claims.all[n].lang != "ru" or index.handles("ru"))}


def compared(cosines: Mapping[int, float], like: Likeness | None, numbers: Iterable[int]) -> dict[int, float]:
    """Nearness of these claims: their cosine and their likeness word by word, half each; else the cosine alone."""
    some = [n for n in dict.fromkeys(numbers) if n in cosines]
    if like is None:
        return {n: cosines[n] for n in some}
    pairs = zip(some, like.of(some), strict=True)
    return {n: (1 - _WORDED) * cosines[n] + _WORDED * max(0.0, likeness - UNLIKE) for n, likeness in pairs}


def rank(
    asked: Asked,
    *,
    claims: Claims,
    hits: Sequence[Hit],
    index: Index,
    weights: Weights,
    like: Likeness | None = None,
    relevance: Relevance | None = None,
) -> list[Scored]:
    """Claims that share a word with the question, lie in a hit or are near in meaning, best first; ties by place."""
    top = hits[0].score if hits else 1.0
    from_hits: dict[int, float] = defaultdict(float)
    first: dict[int, float] = {}
    for place, hit in enumerate(hits):
        for evidence in hit.evidence[:3]:
            for claim in claims.within(evidence):
                from_hits[claim.number] = max(from_hits[claim.number], hit.score / top if top else 0.0)
                first.setdefault(claim.number, 1 / (1 + place))
    numbers = set(from_hits)
    for word in asked.words:
        for w in {w for form in word.forms for w in form} | {w for w, _ in word.near}:
            numbers.update(claims.by_word.get(w, ())[:_LIKE])
    share = {n: coverage(asked.words, claims.all[n]) for n in numbers}
    rough = sorted(share, key=lambda n: (-(_WORDS * share[n] + _HIT * from_hits[n]), n))[:_ROUGH]
    cosines = nearness(asked, index=index, claims=claims, pool=rough)
    meaning = compared(cosines, like, [*rough, *sorted(cosines, key=lambda n: (-cosines[n], n))[:_SHORT]])
    near = sorted(meaning, key=lambda n: (-meaning[n], n))[:_NEAR]
    place_of = {n: 1 / (1 + i) for i, n in enumerate(near)}
    worth = astuple(weights)
    out = []
    for n in dict.fromkeys([*rough, *near]):
        claim = claims.all[n]
        signs = (
            share[n] if n in share else coverage(asked.words, claim),
            meaning.get(n, 0.0),
            place_of.get(n, 0.0),
            from_hits.get(n, 0.0),
            first.get(n, 0.0),
            float(claim.evidence.document in asked.documents),
            float(claim.lang == asked.lang),
            float(claim.kind in {"heading", "front"} and not claims.children.get(n)),
            float(claim.asks and asked.sentence),
            float(claim.kind == "row" and asked.type != "source"),
            0.0,
        )
        out.append(_scored(claim, signs, worth))
    out.sort(key=_order)
    if relevance is not None:
        chances = relevance.of(s.claim.number for s in out[:_READ])
        out[:_READ] = [_scored(s.claim, (*s.signs[:-1], chances[s.claim.number]), worth) for s in out[:_READ]]
        out.sort(key=_order)
    return out


def _scored(claim: Claim, signs: tuple[float, ...], worth: Sequence[float]) -> Scored:
    return Scored(claim, sum(w * x for w, x in zip(worth, signs, strict=True)), signs)


def _order(scored: Scored) -> tuple[float, int]:
    return -scored.score, scored.claim.number
