"""Hits as they leave the program: what matched, a snippet, the evidence, and the reasons where they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from kg.model import Evidence, Hit, Lang, Matched, Passage
from kg.search_explain import reasons
from kg.search_legs import Fused, Pool
from kg.search_query import Query
from kg.search_units import PASSAGE, Facts, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SNIPPET = 280
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*\s+(?=\S)")
_PASSAGE_IRI = "https://w3id.org/studygraph/passage/"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit and its column in the pool."""

    unit: Unit
    at: int
    pool: Pool
    fused: Fused

    @property
    def score(self) -> float:
        return float(self.fused.score[self.at])


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

    def told(evidence: Sequence[Evidence]) -> Mapping[str, object] | None:
        if not explain:
            return None
        return reasons(
            unit, c.at, c.pool, asked, facts, score=c.score, parts=parts, evidence=evidence, relevance=relevance
        )

    strongest = max(("text", "dense", "labels", "vote", "section", "spread"), key=lambda name: parts[name])
    how = {"text": "lexical", "dense": "dense", "labels": "lexical"}.get(strongest, "graph")
    if isinstance(unit.of, Passage):
        label = unit.of.heading[-1] if unit.of.heading else _shorten(unit.of.text, 80)
        lang = unit.of.lang or "en"
        evidence = (unit.of.evidence, *repeated)
        snippet = _snippet(unit.of.text, asked)
        matched = Matched(label, lang, how)
        iri = _PASSAGE_IRI + quote(unit.id, safe="")
        why = told(evidence)
        return Hit(unit.id, iri, label, {lang: label}, PASSAGE, round(c.score, 6), snippet, matched, evidence, why)
    concept = unit.of
    found = c.pool.matches.get(int(c.pool.rows[c.at]))
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
        told(evidence),
    )


def _definition(facts: Facts, concept: str, evidence: Sequence[Evidence], lang: Lang) -> str | None:
    """The definition to show: one in the query's language before others, then in the order of the evidence."""
    place = {e: i for i, e in enumerate(evidence)}
    found = [f for f in facts.about[concept] if f.value and f.predicate in ("definition", "note")]
    found.sort(key=lambda f: (f.predicate, f.lang != lang, place.get(f.evidence, len(place))))
    return found[0].value if found else None


def _snippet(text: str, asked: Query) -> str:
    """What begins with the sentence that holds most of what the query says."""
    if len(text) <= _SNIPPET:
        return " ".join(text.split())
    stems = {t.word[: max(4, len(t.word) - 2)]: t.weight for t in asked.tokens if t.weight > 0}
    best, at = -1.0, 0
    for start in [0, *(m.end() for m in _SENTENCE_END.finditer(text))]:
        said = text[start : start + _SNIPPET].casefold()
        found = sum(weight for stem, weight in stems.items() if stem in said)
        if found > best:
            best, at = found, start
    return _shorten(text[at:], _SNIPPET)


def _shorten(text: str, size: int) -> str:
    text = " ".join(text.split())
    if len(text) <= size:
        return text
    return text[: size - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


class Facets:
    """Counts of kinds, documents and languages, from arrays that are made once."""

    def __init__(self, units: Iterable[Unit]) -> None:
        rows = list(units)
        self._tables = {
            "kind": _Column([(u.kind,) for u in rows]),
            "document": _Column([u.documents for u in rows]),
            "lang": _Column([u.langs for u in rows]),
        }

    def count(self, rows: NDArray[np.int64]) -> dict[str, dict[str, int]]:
        """Facet -> value -> number of the rows that have it, the most frequent first."""
        return {name: column.count(rows) for name, column in self._tables.items()}

    def having(self, name: str, value: str) -> NDArray[np.bool_]:
        """Which rows have the value."""
        return self._tables[name].having(value)


class _Column:
    """The values of each row, as numbers one after the other."""

    def __init__(self, values: Sequence[Sequence[str]]) -> None:
        self._names = sorted({v for row in values for v in row})
        number = {name: i for i, name in enumerate(self._names)}
        self._flat = np.array([number[v] for row in values for v in dict.fromkeys(row)], dtype=np.int64)
        self._sizes = np.array([len(set(row)) for row in values], dtype=np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def count(self, rows: NDArray[np.int64]) -> dict[str, int]:
        sizes = self._sizes[rows]
        before = np.cumsum(sizes) - sizes
        at = np.repeat(self._starts[rows] - before, sizes) + np.arange(int(sizes.sum()))
        found = np.bincount(self._flat[at], minlength=len(self._names)).tolist()
        table = {name: n for name, n in zip(self._names, found, strict=False) if n}
        return dict(sorted(table.items(), key=lambda r: (-r[1], r[0])))

    def having(self, value: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self._sizes), dtype=bool)
        if value in self._names:
            owners = np.repeat(np.arange(len(self._sizes)), self._sizes)
            mask[owners[self._flat == self._names.index(value)]] = True
        return mask
