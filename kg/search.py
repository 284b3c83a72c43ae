"""Search: concepts and passages in one list, from four legs fused by calibrated scores (kg.search_legs).

Index.open(folder, graph, ...)    loads what kg.search_build has written of the same graph
Index.search(query, ...)          filters first, then legs, then fusion; the same query gives the same answer
Index.suggest(query)              concepts for somebody who is still typing
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.embedding import Embedder
from kg.errors import QueryError, StoreError
from kg.keyboard import Names, Sounds, readings, reread
from kg.labels import LabelIndex, LabelMatch
from kg.late_interaction import UNLIKE, LineWords, query_words
from kg.model import Graph, Hit, Lang, Passage
from kg.ports import TextIndex, UnitFilter, VectorIndex
from kg.search_build import FORMAT, LINES, SHELVES, Ontology
from kg.search_hits import Candidate, Facets, hit
from kg.search_legs import LEGS, Links, Pool, Weights, fuse
from kg.search_query import FRAME, Lexicon, Query, is_real, understand
from kg.search_units import PASSAGE, Facts, Unit, key_of, units_of
from kg.suggest import Suggester
from kg.text import fold, lemma, script_of
from kg.text_index import TantivyIndex
from kg.vector_index import FaissIndex
from kg.word_vectors import WordVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Found by coordinate ascent from the weights before, over terms, definitions and questions of a textbook, 400 questions
# on paragraphs in English and 400 in Russian, and course questions, all at once. What they are worth tells
# python bench/search_weights.py; with --fit it climbs from even weights.
WEIGHTS = Weights(
    concept_labels=0.3,
    concept_text=1.0,
    concept_dense=1.2,
    concept_spread=0.1,
    asked_vote=0.8,
    described_vote=2.6,
    asked_half=2.2,
    described_half=0.4,
    asked_prior=0.0,
    described_prior=0.7,
    described_labels=0.1,
    named=0.03,
    concept_words=0.7,
    passage_words=0.5,
    passage_text=1.0,
    passage_dense=0.8,
    passage_section=0.25,
    passage_spread=0.15,
    passage_half=1.5,  # by hand, with the textbook, dev and the held-out sums in sight
    section_decay=0.6,
)
_POOL = 100  # candidates that the text and dense legs each bring, of concepts and of passages
_COMPARED = 40  # the first of them, which are compared with the query word by word
_NAMED = 0.7  # a name that fits the query as well as this is what it asks for
_NAMING = frozenset({"labels", "graph"})  # legs that need to know which concepts the query names


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
    how: str  # exact | prefix | word | fuzzy | layout | translit (kg.suggest)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Concept cards or passages: apart, because BM25's statistics of long cards and short passages do not mix."""

    passages: bool
    keys: NDArray[np.int64]
    rows: NDArray[np.int64]
    text: TextIndex
    vectors: VectorIndex
    size: int = _POOL


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
        engines: Mapping[str, tuple[TextIndex, VectorIndex]],
        twins: Mapping[str, str],
        near: WordVectors,
        lines: LineWords | None,
        weights: Weights = WEIGHTS,
    ) -> None:
        self.folder: Path | None = None  # that it was opened from
        self._near, self._lines = near, lines
        self._graph, self._embedder, self._ontology = graph, embedder, ontology
        self._labels, self._lexicon = labels, lexicon
        self.weights = weights
        self._units = units_of(graph)
        self._facts = Facts(graph)
        self._beside = ThreadPoolExecutor(4, thread_name_prefix="embed")
        self._links = Links(graph, self._facts, self._units)
        self._facets = Facets(self._units.values())
        passages = {u.id: row for row, u in enumerate(self._units.values()) if u.kind == PASSAGE}
        own = np.arange(len(self._units))
        for twin, root in twins.items():
            own[passages[twin]] = passages[root]
        self._roots = own
        self._shelves = tuple(
            Shelf(name == "passages", self._links.key_array[rows], rows, text, vectors)
            for name, (text, vectors) in engines.items()
            for rows in [np.flatnonzero(self._links.passage == (name == "passages"))]
        )
        self._dense_langs = frozenset(lang for lang in ("en", "ru") if embedder.handles(lang))

    @staticmethod
    def open(folder: Path, graph: Graph, *, embedder: Embedder, ontology: Ontology | None = None) -> Index:
        """StoreError: nothing of this format there, or built from another graph or with another model."""
        meta = _read(folder / "index.json")
        if meta.get("format") != FORMAT:
            raise StoreError(f"{folder}: the search index has format {meta.get('format')}, not {FORMAT}; build again")
        if meta.get("model") != embedder.name:
            raise StoreError(
                f"{folder}: the index was built with the model {meta.get('model')}, not {embedder.name}; build again"
            )
        lexicon = Lexicon.open(folder / "lexicon.json")
        index = Index(
            graph,
            embedder=embedder,
            ontology=ontology,
            labels=LabelIndex.open(folder / "labels.json", weigh=lexicon.weigh),
            lexicon=lexicon,
            engines={n: (TantivyIndex(folder / f"{n}.text"), FaissIndex(folder / f"{n}.faiss")) for n in SHELVES},
            twins=_read(folder / "twins.json"),
            near=WordVectors.open(folder),
            lines=LineWords.open(folder, LINES, lines=int(meta.get("units", 0)), width=embedder.width),
        )
        index.folder = folder
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
        asked = self.understand(query)
        pool = self.pool(asked, where=where, legs=legs)
        dense = bool(asked.dense.strip())
        fused = fuse(pool, self._links, self.weights, legs=legs, query_weight=asked.scale, dense=dense)
        order = np.argsort(-fused.score, kind="stable")  # rows are in the order of ids: ties too
        order = order[fused.score[order] > 0]
        roots = self._roots[pool.rows[order]]
        first = np.sort(np.unique(roots, return_index=True)[1])  # passages that say the same are one hit
        page = first[offset : offset + limit]
        relevance = dict(zip((self._links.keys[r] for r in pool.rows.tolist()), fused.base.tolist(), strict=True))
        hits = []
        for at in page.tolist():
            again = [self._unit(pool, order[i]).of for i in np.flatnonzero(roots == roots[at]).tolist() if i != at]
            repeated = [p.evidence for p in again if isinstance(p, Passage)]
            one = Candidate(self._unit(pool, order[at]), int(order[at]), pool, fused)
            hits.append(hit(one, asked, self._facts, repeated=repeated, relevance=relevance, explain=explain))
        return SearchResult(query, len(first), tuple(hits), self._facets.count(pool.rows[order[first]]))

    def _unit(self, pool: Pool, at: int) -> Unit:
        return self._units[self._links.keys[pool.rows[at]]]

    def understand(self, query: str) -> Query:
        """The words of a query with their weights, misspelt ones mended, and its translation."""
        asked = understand(
            self.read_anew(query), lexicon=self._lexicon, translator=self._ontology, dense_langs=self._dense_langs
        )
        return replace(asked, text=query)

    @cached_property
    def _sounds(self) -> Sounds:
        return Sounds([*self._lexicon.spelt, *FRAME])

    def read_anew(self, query: str) -> str:
        """The query with what was typed on the other keyboard layout, in the other script or in look-alike letters
        read as it was meant (kg.keyboard); as it is where all its words are known."""
        found = readings(query, knows=self._is_word, sounds=self._sounds, named=self._name_of)
        return reread(query, found) if found else query

    def _name_of(self, said: str, first: bool) -> str | None:
        """The name of the sources that a Cyrillic word is by its sound; a word of the sources is what it is, and one
        of the language is a name only with a capital that no sentence begins with."""
        word = fold(said)
        if script_of(word) != "ru" or word in FRAME or self._lexicon.knows(word):
            return None
        capital, real = said[:1].isupper(), is_real(word) or is_real(lemma(word))
        return self._names.one(word, capital=capital) if not real or (capital and not first) else None

    @cached_property
    def _names(self) -> Names:
        texts = [p.text for p in self._graph.passages]
        labels = [label for c in self._graph.concepts.values() for label, _ in c.all_labels()]
        persons = [label for c in self._graph.concepts.values() if c.kind == "person" for label, _ in c.all_labels()]
        return Names.of([*texts, *labels], persons=persons)

    def _is_word(self, word: str) -> bool:
        known = word in FRAME or self._lexicon.knows(word) or is_real(word)
        return known or self._lexicon.mend(word) is not None  # misspelt in its own script

    def handles(self, lang: Lang) -> bool:
        """Whether the dense leg understands a language."""
        return lang in self._dense_langs

    def near_words(self, word: str, *, most: int = 8, least: float = 0.5) -> list[tuple[str, float]]:
        """Words of the course near in meaning to a word, with their cosines; none in a language without vectors."""
        if script_of(word) not in self._dense_langs:
            return []
        return self._near.near(self._embedder.encode_query(word), most=most, least=least)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts in the space of the dense leg, [n, d], of length 1."""
        return self._embedder.encode(texts)

    def embed_query(self, query: str) -> NDArray[np.float32]:
        """Vector of a question in the same space, [d], of length 1."""
        return self._embedder.encode_query(query)

    def embed_query_words(self, query: str) -> NDArray[np.float32]:
        """Vectors of its words, [n, w], of length 1, a row for each of kg.text.word_spans; no rows without any."""
        return self._embedder.encode_query_words(query)

    @property
    def width(self) -> int:
        """Of the vectors of words; 0 where the model has none."""
        return self._embedder.width

    def suggest(self, query: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Names that have the words typed, in the order of kg.suggest; one row per concept."""
        out = []
        for found in self._suggester.starting(query[:200], limit=limit):
            concept = self._graph.concepts[found.concept]
            shown = concept.labels.get(found.lang, found.label)
            out.append(Suggestion(concept.id, shown, found.lang, concept.kind, found.label, found.how))
        return tuple(out)

    @cached_property
    def _suggester(self) -> Suggester:
        links = {c: len({other for _, other in self._facts.neighbours(c)}) for c in self._graph.concepts}
        return Suggester(self._labels.rows, links=links.__getitem__, says=self._lexicon.weigh)

    def pool(self, asked: Query, *, where: UnitFilter, legs: frozenset[str] = LEGS) -> Pool:
        """Units that any leg brings, with what every leg says of each."""
        allowed = self._allowed(where)
        row = self._links.row
        dense = "dense" in legs and bool(asked.dense.strip())
        waiting = self._beside.submit(self._embedder.encode_query, asked.dense) if dense else None
        matches = self._matches(asked) if legs & _NAMING else {}  # while the query is being embedded
        best = max((m.score for m in matches.values()), default=0.0)
        describes = asked.describes and best < _NAMED
        active = self._links.spread(_seeds(matches, describes=describes)) if "graph" in legs else {}
        named = matches if "labels" in legs else {}
        shelves = [s for s in self._shelves if where.kind is None or (where.kind == PASSAGE) == s.passages]
        bm25: dict[int, float] = {}
        cosine: dict[int, float] = {}
        compared = set(named)  # rows that are compared word by word
        for shelf in shelves if "text" in legs else ():
            best_said = [(row[k], s) for k, s in shelf.text.search(asked.terms, limit=shelf.size, where=where)]
            bm25.update(best_said)
            compared.update(r for r, _ in best_said[:_COMPARED])
        vector = waiting.result() if waiting is not None else None
        for shelf in shelves:
            if vector is None:
                break
            within = None if allowed is None else shelf.keys[allowed[shelf.rows]]
            nearest = [(row[k], s) for k, s in shelf.vectors.search(vector, limit=shelf.size, within=within)]
            cosine.update(nearest)
            compared.update(r for r, _ in nearest[:_COMPARED])
        rows = sorted({*bm25, *cosine, *named, *active})
        if allowed is not None:
            rows = [r for r in rows if allowed[r]]
        if vector is not None:
            missing = [self._links.keys[r] for r in rows if r not in cosine]
            for shelf in self._shelves:
                cosine.update((row[k], s) for k, s in shelf.vectors.scores(vector, missing).items())
        return Pool(
            rows=np.array(rows, dtype=np.int64),
            labels=np.array([named[r].score if r in named else 0.0 for r in rows], dtype=np.float64),
            named=np.array([r in named and named[r].inside for r in rows], dtype=bool),
            bm25=np.array([bm25.get(r, 0.0) for r in rows], dtype=np.float64),
            cosine=np.array([cosine.get(r, np.nan) for r in rows], dtype=np.float64),
            likeness=self._likeness(asked, rows, compared if vector is not None else ()),
            spread=np.array([active.get(r, 0.0) for r in rows], dtype=np.float64),
            matches=named,
            describes=describes,
        )

    def _likeness(self, asked: Query, rows: Sequence[int], compared: Collection[int]) -> NDArray[np.float64]:
        """How well the words of each unit say the query's; nan for one that has none or is not compared."""
        out = np.full(len(rows), np.nan)
        if self._lines is None or not compared:
            return out
        found = query_words(asked.dense, self._embedder.encode_query_words(asked.dense), weigh=self._lexicon.weigh)
        if found is not None:
            some = [i for i, r in enumerate(rows) if r in compared and self._lines.size(r)]
            out[some] = self._lines.likeness(found, [rows[i] for i in some]) - UNLIKE
        return out

    def _matches(self, asked: Query) -> dict[int, LabelMatch]:
        """Rows of the concepts that the query names, in its own words or in translated ones."""
        out: dict[int, LabelMatch] = {}
        for said in (asked.tokens, asked.translated_tokens):
            for match in self._labels.match(said) if said else ():
                row = self._links.row[key_of("concept:" + match.concept)]
                if row not in out or match.score > out[row].score:
                    out[row] = match
        return out

    def _allowed(self, where: UnitFilter) -> NDArray[np.bool_] | None:
        """Which rows a filter lets through; None: all."""
        if not where:
            return None
        mask = np.ones(len(self._units), dtype=bool)
        for name, value in (("kind", where.kind), ("lang", where.lang), ("document", where.document)):
            if value is not None:
                mask &= self._facets.having(name, value)
        return mask


def _seeds(matches: Mapping[int, LabelMatch], *, describes: bool) -> dict[int, float]:
    """The concepts that the query names best, with the strength from which activation spreads."""
    best = sorted(matches.items(), key=lambda m: (-m[1].score, m[0]))[:5]
    return {key: match.score * (match.score if describes else 1.0) for key, match in best}


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise StoreError(f"{path}: the search index cannot be read ({problem}); build again") from problem
    if not isinstance(value, dict):
        raise StoreError(f"{path}: the search index is damaged; build again")
    return value
