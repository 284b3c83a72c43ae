"""Search: concepts and passages in one list, from four legs fused by calibrated scores (kg.search_legs).

Index.build(graph, folder, ...)   writes labels.json, lexicon.json, twins.json, text/, vectors.faiss, index.json
Index.open(folder, graph, ...)    loads them; the graph must be the one that was built
Index.search(query, ...)          filters first, then legs, then fusion; the same query gives the same answer
Index.suggest(query)              concepts for somebody who is still typing
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kg.embedding import Embedder
from kg.errors import QueryError, StoreError
from kg.labels import LabelIndex
from kg.model import Evidence, Graph, Hit, Lang, Matched, Passage
from kg.ports import TextIndex, TextUnit, UnitFilter, VectorIndex
from kg.search_legs import LEGS, Candidate, Weights, calibrate, fuse, spread, support
from kg.search_query import Lexicon, Query, Translator, understand
from kg.search_units import PASSAGE, Card, Classes, Facts, Unit, cards, key_of, twins, units_of
from kg.text import sentences, words
from kg.text_index import TantivyIndex
from kg.vector_index import FaissIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Weights()
_FORMAT = 1
_POOL = 150  # candidates that the text and dense legs each bring
_SNIPPET = 280
_PASSAGE_IRI = "https://w3id.org/studygraph/passage/"


class Ontology(Translator, Classes, Protocol):
    """The part of kg.ontology.Ontology that is needed here."""


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: str
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]  # kind | document | lang -> value -> number of hits


@dataclass(frozen=True, slots=True)
class Suggestion:
    id: str
    label: str
    lang: Lang
    kind: str
    matched: str  # the name that matched, where it is not the label


class Index:
    """Everything that one build serves for searching. Immutable, safe for several threads."""

    def __init__(
        self,
        graph: Graph,
        *,
        embedder: Embedder,
        ontology: Ontology | None,
        labels: LabelIndex,
        lexicon: Lexicon,
        text: TextIndex,
        vectors: VectorIndex,
        twins: Mapping[str, str],
        weights: Weights = WEIGHTS,
    ) -> None:
        self._graph, self._embedder, self._ontology = graph, embedder, ontology
        self._labels, self._lexicon, self._text, self._vectors = labels, lexicon, text, vectors
        self._twins, self.weights = twins, weights
        self._units = units_of(graph)
        self._facts = Facts(graph)
        self._dense_langs = frozenset(lang for lang in ("en", "ru") if embedder.handles(lang))

    @staticmethod
    def build(
        graph: Graph,
        folder: Path,
        *,
        embedder: Embedder,
        ontology: Ontology | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Write the index of a graph into `folder` (made if missing; what it holds is replaced)."""
        folder.mkdir(parents=True, exist_ok=True)
        langs = frozenset(lang for lang in ("en", "ru") if embedder.handles(lang))
        units = units_of(graph)
        labels = LabelIndex.build(graph.concepts.values(), folder / "labels.json")
        texts = cards(units, graph, classes=ontology, labels=labels, dense_langs=langs)
        Lexicon.build((f"{c.label} {c.heading} {c.body}" for c in texts.values()), folder / "lexicon.json")
        text = TantivyIndex(folder / "text", create=True)
        text.add(_text_units(units, texts))
        text.commit()
        keys, table = _embed(texts, embedder, progress)
        vectors = FaissIndex(folder / "vectors.faiss", create=embedder.dimension)
        vectors.add(keys, table)
        vectors.commit()
        _write(folder / "twins.json", twins(graph.passages))
        _write(folder / "index.json", {"format": _FORMAT, "model": embedder.name, "units": len(units)})

    @staticmethod
    def open(folder: Path, graph: Graph, *, embedder: Embedder, ontology: Ontology | None = None) -> Index:
        """StoreError: nothing of this format there, or built from another graph or with another model."""
        meta = _read(folder / "index.json")
        if meta.get("format") != _FORMAT:
            raise StoreError(f"{folder}: the search index has format {meta.get('format')}, not {_FORMAT}; build again")
        if meta.get("model") != embedder.name:
            raise StoreError(
                f"{folder}: the index was built with the model {meta.get('model')}, not {embedder.name}; build again"
            )
        index = Index(
            graph,
            embedder=embedder,
            ontology=ontology,
            labels=LabelIndex.open(folder / "labels.json"),
            lexicon=Lexicon.open(folder / "lexicon.json"),
            text=TantivyIndex(folder / "text"),
            vectors=FaissIndex(folder / "vectors.faiss"),
            twins=_read(folder / "twins.json"),
        )
        if meta.get("units") != len(index._units):
            raise StoreError(
                f"{folder}: the index holds {meta.get('units')} units, the graph {len(index._units)}; build again"
            )
        return index

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        kind: str | None = None,
        lang: Lang | None = None,
        document: str | None = None,
        explain: bool = False,
        legs: frozenset[str] = LEGS,
    ) -> SearchResult:
        """Hits, best first. `total` and `facets` count all candidates of the query, whatever the page.

        QueryError: an empty or too long query, a limit or offset out of range, an unknown leg.
        """
        if limit < 0 or offset < 0:
            raise QueryError(f"limit {limit} and offset {offset} must not be negative")
        if legs - LEGS:
            raise QueryError(f"no such leg: {', '.join(sorted(legs - LEGS))}; there are {', '.join(sorted(LEGS))}")
        where = UnitFilter(kind or None, lang or None, document or None)
        asked = understand(query, lexicon=self._lexicon, translator=self._ontology, dense_langs=self._dense_langs)
        ranked, folded = self._fold(self.candidates(asked, where=where, legs=legs))
        hits = tuple(self._hit(c, folded, asked, explain=explain) for c in ranked[offset : offset + limit])
        return SearchResult(query, len(ranked), hits, _facets(ranked))

    def suggest(self, query: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Names that begin like what was typed; one row per concept, in the language that was typed."""
        if limit <= 0 or not query.strip():
            return ()
        out = []
        for match in self._labels.starting(query[:200], limit=limit):
            concept = self._graph.concepts[match.concept]
            shown = concept.labels.get(match.lang, match.label)
            out.append(Suggestion(concept.id, shown, match.lang, concept.kind, match.label))
        return tuple(out)

    def candidates(self, asked: Query, *, where: UnitFilter, legs: frozenset[str] = LEGS) -> list[Candidate]:
        """Units that any leg brings, with every leg's score, best first."""
        allowed = self._allowed(where)
        pool: dict[int, Candidate] = {}

        def candidate(key: int) -> Candidate:
            if key not in pool:
                pool[key] = Candidate(self._units[key])
            return pool[key]

        if "labels" in legs or "graph" in legs:
            for match in self._labels.match(asked.tokens):
                key = key_of("concept:" + match.concept)
                if "labels" in legs and (allowed is None or key in allowed):
                    c = candidate(key)
                    c.labels, c.match = match.score, match
        if "text" in legs:
            for key, score in self._text.search(asked.terms, limit=_POOL, where=where):
                candidate(key).bm25 = score
        vector = self._embedder.encode_query(asked.dense) if "dense" in legs and asked.dense.strip() else None
        if vector is not None:
            within = None if allowed is None else sorted(allowed)
            for key, score in self._vectors.search(vector, limit=_POOL, within=within):
                candidate(key).cosine = score
            self._fill(pool, vector)
        query_weight = sum(w * self._lexicon.idf(t) for t, w in asked.terms.items())
        calibrate(pool, self.weights, query_weight=query_weight)
        if "graph" in legs:
            added = []
            for key, value in spread(pool, self._facts, self._units, self.weights).items():
                if allowed is None or key in allowed:
                    if key not in pool:
                        added.append(key)
                    candidate(key).graph = value
            if vector is not None and added:
                self._fill({key: pool[key] for key in added}, vector)
                calibrate({key: pool[key] for key in added}, self.weights, query_weight=query_weight)
        support(pool, self.weights)
        for c in pool.values():
            fuse(c, self.weights, legs, dense=vector is not None)
        return sorted((c for c in pool.values() if c.score > 0), key=lambda c: (-c.score, c.unit.id))

    def _fill(self, pool: Mapping[int, Candidate], vector: NDArray[np.float32]) -> None:
        """Cosines of candidates that another leg brought."""
        missing = [key for key, c in pool.items() if c.cosine is None]
        for key, score in self._vectors.scores(vector, missing).items():
            pool[key].cosine = score

    def _allowed(self, where: UnitFilter) -> set[int] | None:
        if not where:
            return None
        return {
            key
            for key, u in self._units.items()
            if (where.kind is None or u.kind == where.kind)
            and (where.lang is None or where.lang in u.langs)
            and (where.document is None or where.document in u.documents)
        }

    def _fold(self, ranked: Iterable[Candidate]) -> tuple[list[Candidate], dict[str, list[Evidence]]]:
        """One hit for passages that say the same; the others lend it their evidence."""
        out: list[Candidate] = []
        folded: dict[str, list[Evidence]] = {}
        for c in ranked:
            if isinstance(c.unit.of, Passage):
                root = self._twins.get(c.unit.id, c.unit.id)
                if root in folded:
                    folded[root].append(c.unit.of.evidence)
                    continue
                folded[root] = []
            out.append(c)
        return out, folded

    def _hit(self, c: Candidate, folded: Mapping[str, Sequence[Evidence]], asked: Query, *, explain: bool) -> Hit:
        unit = c.unit
        strongest = max(c.parts, key=lambda n: (c.parts[n], n), default="text")
        how = {"text": "lexical", "dense": "dense", "section": "graph"}.get(strongest, strongest)
        reasons: dict[str, object] | None = None
        if explain:
            reasons = {"legs": {n: round(v, 4) for n, v in c.parts.items()}, "bm25": round(c.bm25, 3),
                       "cosine": None if c.cosine is None else round(c.cosine, 4)}  # fmt: skip
            if asked.mended:
                reasons["mended"] = dict(asked.mended)
            if asked.translated:
                reasons["translated"] = list(asked.translated)
        if isinstance(unit.of, Passage):
            label = unit.of.heading[-1] if unit.of.heading else _shorten(unit.of.text, 80)
            matched = Matched(label, unit.of.lang, how)
            evidence = (unit.of.evidence, *folded.get(self._twins.get(unit.id, unit.id), ()))
            return Hit(
                unit.id, _PASSAGE_IRI + unit.id, label, {unit.of.lang or "en": label}, PASSAGE, round(c.score, 6),
                _snippet(unit.of.text, asked), matched, evidence, reasons,
            )  # fmt: skip
        concept = unit.of
        label = concept.label_in(asked.lang)
        if c.match is not None and (c.match.whole or strongest == "labels"):
            matched = Matched(c.match.label, c.match.lang, c.match.how)
        else:
            matched = Matched(
                label,
                asked.lang if asked.lang in concept.labels else next(iter(concept.labels)),
                "lexical" if how == "labels" else how,
            )
        evidence = self._facts.evidence(concept.id)
        defined = next((f.value for f in self._facts.definitions(concept.id) if f.value), None)
        text = defined or (evidence[0].quote if evidence else label)
        return Hit(
            concept.id, concept.iri, concept.label, dict(concept.labels), concept.kind, round(c.score, 6), _shorten(text, _SNIPPET), matched, evidence, reasons
        )  # fmt: skip


def _text_units(units: Mapping[int, Unit], texts: Mapping[int, Card]) -> Iterable[TextUnit]:
    for key, unit in units.items():
        card = texts[key]
        yield TextUnit(key, unit.kind, unit.langs, unit.documents, card.label, card.heading, card.body)


def _embed(
    texts: Mapping[int, Card], embedder: Embedder, progress: Progress | None
) -> tuple[list[int], NDArray[np.float32]]:
    """One unit vector per card that has anything to embed: the weighted mean of its texts."""
    keys = [key for key, card in texts.items() if card.dense]
    flat = [text for key in keys for text, _ in texts[key].dense]
    tell = (lambda done, total: progress("embed", done, total)) if progress else None
    table = embedder.encode(flat, progress=tell)
    out = np.zeros((len(keys), embedder.dimension), dtype=np.float32)
    at = 0
    for row, key in enumerate(keys):
        for _, weight in texts[key].dense:
            out[row] += weight * table[at]
            at += 1
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return keys, out


def _facets(ranked: Iterable[Candidate]) -> dict[str, dict[str, int]]:
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


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")


def _read(path: Path) -> dict[str, str]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise StoreError(f"{path}: the search index cannot be read ({problem}); build again") from problem
    if not isinstance(value, dict):
        raise StoreError(f"{path}: the search index is damaged; build again")
    return value
