"""Hits as they leave the program: what matched, a snippet, the evidence, and the reasons where they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from kg.model import Evidence, Hit, Lang, Matched, Passage
from kg.search_legs import Fused, Pool
from kg.search_query import Query
from kg.search_units import PASSAGE, Facts, Unit
from kg.text import sentences, words

_SNIPPET = 280
_PASSAGE_IRI = "https://w3id.org/studygraph/passage/"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked unit; `at` is its column in the pool."""

    unit: Unit
    score: float
    at: int
    pool: Pool
    fused: Fused


def hit(
    c: Candidate,
    asked: Query,
    facts: Facts,
    *,
    repeated: Sequence[Evidence],
    relevance: Mapping[int, float],
    explain: bool,
) -> Hit:
    """The hit of a candidate; `repeated` is where else a passage stands, `relevance` of passages by key."""
    unit, parts = c.unit, {name: float(column[c.at]) for name, column in c.fused.parts.items()}
    reasons = _reasons(c, parts, asked) if explain else None
    strongest = max(("text", "dense", "labels", "vote", "section", "spread"), key=lambda name: parts[name])
    how = {"text": "lexical", "dense": "dense", "labels": "lexical"}.get(strongest, "graph")
    if isinstance(unit.of, Passage):
        label = unit.of.heading[-1] if unit.of.heading else _shorten(unit.of.text, 80)
        lang = unit.of.lang or "en"
        evidence = (unit.of.evidence, *repeated)
        snippet = _snippet(unit.of.text, asked)
        matched = Matched(label, lang, how)
        iri = _PASSAGE_IRI + quote(unit.id, safe="")
        return Hit(unit.id, iri, label, {lang: label}, PASSAGE, round(c.score, 6), snippet, matched, evidence, reasons)
    concept = unit.of
    found = c.pool.matches.get(unit.key)
    if found is not None and (found.whole or strongest == "labels"):
        matched = Matched(found.label, found.lang, found.how)
    else:
        lang = asked.lang if asked.lang in concept.labels else next(iter(concept.labels))
        matched = Matched(concept.labels[lang], lang, how)
    evidence = facts.evidence(concept.id, relevance)
    defined = _definition(facts, concept.id, evidence, asked.lang)
    snippet = _shorten(defined or (evidence[0].quote if evidence else concept.label), _SNIPPET)
    labels = dict(concept.labels)
    return Hit(
        concept.id,
        concept.iri,
        concept.label,
        labels,
        concept.kind,
        round(c.score, 6),
        snippet,
        matched,
        evidence,
        reasons,
    )


def _definition(facts: Facts, concept: str, evidence: Sequence[Evidence], lang: Lang) -> str | None:
    """The definition to show: one in the query's language before others, then in the order of the evidence."""
    place = {e: i for i, e in enumerate(evidence)}
    found = [f for f in facts.about[concept] if f.value and f.predicate in ("definition", "note")]
    found.sort(key=lambda f: (f.predicate, f.lang != lang, place.get(f.evidence, len(place))))
    return found[0].value if found else None


def _reasons(c: Candidate, parts: Mapping[str, float], asked: Query) -> dict[str, object]:
    """The share of each part in the score, the raw scores behind, and what was done to the query."""
    cosine = float(c.pool.cosine[c.at])
    out: dict[str, object] = {
        "parts": {name: round(value, 4) for name, value in parts.items()},
        "bm25": round(float(c.pool.bm25[c.at]), 3),
        "cosine": None if np.isnan(cosine) else round(cosine, 4),
    }
    if asked.mended:
        out["mended"] = dict(asked.mended)
    if asked.translated:
        out["translated"] = list(asked.translated)
    return out


def facets(ranked: Iterable[Candidate]) -> dict[str, dict[str, int]]:
    kinds, documents, langs = Counter[str](), Counter[str](), Counter[str]()
    for c in ranked:
        kinds[c.unit.kind] += 1
        documents.update(c.unit.documents)
        langs.update(c.unit.langs)
    tables = {"kind": kinds, "document": documents, "lang": langs}
    return {name: dict(sorted(t.items(), key=lambda r: (-r[1], r[0]))) for name, t in tables.items()}


def _snippet(text: str, asked: Query) -> str:
    """The sentences around the one that holds the most of the query's weight."""
    if len(text) <= _SNIPPET:
        return text
    weights = {t.lemma: t.weight for t in asked.tokens} | {t.word: t.weight for t in asked.tokens}
    spans = sentences(text)
    best = max(spans, key=lambda s: (sum(weights.get(w, 0.0) for w in set(words(s.of(text)))), -s.start), default=None)
    return _shorten(text[best.start :] if best else text, _SNIPPET)


def _shorten(text: str, size: int) -> str:
    text = " ".join(text.split())
    if len(text) <= size:
        return text
    return text[: size - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
