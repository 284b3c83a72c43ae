"""Why a hit has its score: the share of each leg, the name that matched, the way through the graph, the rules behind.

legs        labels, text, dense, graph, prior, correction: they add up to the score
            (prior: how surely the sources use the name as a term; correction: what is taken off, mostly because
            a description that names a thing asks for another)
parts       the same, with the three parts of the graph leg apart: vote, section, spread
label       {label, lang, how, score}: the name of the concept that the query has; null where it has none
way         from the concept that the query names to the hit: [{from, predicate, direction, to, rules, document, line}]
vote        the statement about a concept whose passage speaks best for it: {predicate, rule, document, line}
statements  what made each piece of evidence that is shown: [{predicate, rule, document, line}]
bm25, cosine, likeness, mended, translated   what lies behind the shares
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kg.model import Concept, Evidence, Fact, Passage
from kg.search_legs import _SPREAD, _SPREAD_OTHER, _STATES, _STATES_OTHER, Pool
from kg.search_query import Query
from kg.search_units import Facts, Unit

if TYPE_CHECKING:
    from kg.labels import LabelMatch

LEGS = {
    "labels": ("labels",),
    "text": ("text",),
    "dense": ("dense",),
    "graph": ("vote", "section", "spread"),
    "prior": ("prior",),
    "correction": ("correction",),
}
_DIGITS = 6  # of every share: as many as a score has
_SEEDS = 5  # concepts that a query names and from which activation spreads


def reasons(
    unit: Unit,
    at: int,
    pool: Pool,
    asked: Query,
    facts: Facts,
    *,
    score: float,
    parts: Mapping[str, float],
    evidence: Sequence[Evidence],
    relevance: Mapping[int, float],
) -> dict[str, object]:
    """`at` is the unit's column in the pool, `parts` the shares as they were fused, `relevance` of passages by key."""
    shares = _exact({**parts, "correction": score - sum(parts.values())}, round(score, _DIGITS))
    cosine = float(pool.cosine[at])
    found = pool.matches.get(int(pool.rows[at]))
    out: dict[str, object] = {
        "legs": {leg: round(sum(shares.get(name, 0.0) for name in names), _DIGITS) for leg, names in LEGS.items()},
        "parts": shares,
        "bm25": round(float(pool.bm25[at]), 3),
        "cosine": None if np.isnan(cosine) else round(cosine, 4),
        "likeness": None if np.isnan(pool.likeness[at]) else round(float(pool.likeness[at]), 4),
        "label": None if found is None else _label(found),
        "way": _way(unit, pool, facts) if shares["spread"] > 0 else [],
        "vote": _vote(unit, facts, relevance) if shares["vote"] > 0 else None,
        "statements": _statements(unit, facts, evidence),
    }
    if asked.mended:
        out["mended"] = dict(asked.mended)
    if asked.translated:
        out["translated"] = list(asked.translated)
    return out


def _exact(shares: Mapping[str, float], score: float) -> dict[str, float]:
    """Rounded so that they still add up: what rounding leaves over goes to the largest of them."""
    out = {name: round(value, _DIGITS) + 0.0 for name, value in shares.items()}
    largest = max(out, key=lambda name: (abs(out[name]), name))
    out[largest] = round(out[largest] + score - sum(out.values()), _DIGITS)
    return out


def _label(found: LabelMatch) -> dict[str, object]:
    return {"label": found.label, "lang": found.lang, "how": found.how, "score": round(found.score, 4)}


def _way(unit: Unit, pool: Pool, facts: Facts) -> list[dict[str, object]]:
    """The step from a named concept that brings the hit the most activation; one is all that activation makes."""
    best: tuple[float, str, Fact] | None = None
    seeds = sorted(pool.matches.items(), key=lambda m: (-m[1].score, m[0]))[:_SEEDS]
    for _, match in seeds:
        strength = match.score * (match.score if pool.describes else 1.0)
        for fact, share in _steps(match.concept, unit, facts):
            if best is None or strength * share > best[0]:
                best = strength * share, match.concept, fact
    if best is None:
        return []
    _, named, fact = best
    if isinstance(unit.of, Passage):
        end, direction = unit.id, "states"
    else:
        end, direction = unit.id, "out" if fact.subject == named else "in"
    rules = sorted({f.rule for f in _between(named, unit, facts) if f.predicate == fact.predicate})
    return [
        {"from": named, "predicate": fact.predicate, "direction": direction, "to": end, "rules": rules, **_at(fact)}
    ]


def _steps(named: str, unit: Unit, facts: Facts) -> Iterable[tuple[Fact, float]]:
    for fact in _between(named, unit, facts):
        if isinstance(unit.of, Passage):
            yield fact, _STATES.get(fact.predicate, _STATES_OTHER)
        else:
            yield fact, _SPREAD.get(fact.predicate, _SPREAD_OTHER)


def _between(named: str, unit: Unit, facts: Facts) -> list[Fact]:
    """Facts that tie a concept to the unit: that it takes part in with it, or that the passage states of it."""
    if isinstance(unit.of, Passage):
        return [f for f in facts.about[named] if facts.place(f) == unit.key]
    out = [f for f in facts.about[named] if f.object == unit.id and unit.id != named]
    return out + [f for f in facts.on[named] if f.subject == unit.id and unit.id != named]


def _vote(unit: Unit, facts: Facts, relevance: Mapping[int, float]) -> dict[str, object] | None:
    """The passage whose own score, for what it states of the concept, counts most."""
    best: tuple[float, Fact] | None = None
    for fact in facts.about[unit.id]:
        near = relevance.get(facts.place(fact) or -1, 0.0) * _STATES.get(fact.predicate, _STATES_OTHER)
        if near > 0 and (best is None or near > best[0]):
            best = near, fact
    if best is None:
        return None
    return {"predicate": best[1].predicate, "rule": best[1].rule, **_at(best[1])}


def _statements(unit: Unit, facts: Facts, evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    """By evidence, in its order; a passage is a piece of its source, which no rule has made."""
    if not isinstance(unit.of, Concept):
        return []
    said = [*facts.about[unit.id], *facts.on[unit.id]]
    rows = [(e, f) for e in evidence for f in said if f.evidence == e]
    out = [{"predicate": f.predicate, "rule": f.rule, **_at(f)} for _, f in rows]
    return [row for i, row in enumerate(out) if row not in out[:i]]


def _at(fact: Fact) -> dict[str, object]:
    return {"document": fact.evidence.document, "line": fact.evidence.lines[0]}
