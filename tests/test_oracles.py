"""Ranking parts against naive ones, over a course on sailing: names, BM25, cosine, activation (sums: test_search)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sailing
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from kg.base import KnowledgeBase
from kg.labels import LabelIndex, Row, Token, tokens
from kg.late_interaction import UNLIKE
from kg.model import Passage
from kg.ports import UnitFilter
from kg.search import WEIGHTS, Index
from kg.search_query import FRAME, understand
from kg.search_units import PASSAGE, cards, key_of, units_of
from kg.text import label_key, spoken, words
from kg.text_index import stems

QUERIES = (
    "wind", "the bow goes through the wind", "steel wire around the deck", "sand and mud", "heavy fin under the hull",
    "лодка", "плавник под корпусом", "концы заводят на кнехты", "Storm tactics",
    "steps of tacking", "types of anchors", "этапы швартовки",
)  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    return sailing.opened(tmp_path_factory.mktemp("sailing"), kept_cache)


# -- BM25: the order of the text leg is that of ten plain lines over the same tokens


def bm25(
    fields: Sequence[Sequence[Counter[str]]], query: dict[str, float], k: float = 1.2, b: float = 0.75
) -> list[float]:
    """Sum over fields (label, heading, body; a heading counts half) of the textbook formula, for every unit."""
    out = [0.0] * len(fields[0])
    for field, boost in zip(fields, (1.0, 0.5, 1.0), strict=True):
        sizes = [sum(f.values()) for f in field]
        mean = sum(sizes) / len(sizes)
        for word, weight in query.items():
            for stem in stems(word):
                n = sum(stem in f for f in field)
                idf = math.log(1 + (len(field) - n + 0.5) / (n + 0.5))
                for i, f in enumerate(field):
                    if f[stem]:
                        tf = f[stem] * (k + 1) / (f[stem] + k * (1 - b + b * sizes[i] / mean))
                        out[i] += boost * weight * idf * tf
    return out


@pytest.mark.parametrize("query", QUERIES)
def test_the_text_leg_ranks_passages_as_plain_bm25(course: KnowledgeBase, query: str) -> None:
    index = course.index
    asked = understand(query, lexicon=index._lexicon, translator=course.ontology, dense_langs=frozenset({"en", "ru"}))
    units = units_of(course.graph)
    texts = cards(
        units, course.graph, classes=course.ontology, labels=index._labels, dense_langs=frozenset({"en", "ru"})
    )
    mine = [(units[key].id, texts[key]) for key in units if isinstance(units[key].of, Passage)]
    fields = [[Counter(stems(getattr(card, name))) for _, card in mine] for name in ("label", "heading", "body")]
    scores = dict(zip((id for id, _ in mine), bm25(fields, dict(asked.terms)), strict=True))
    found = [h.id for h in index.search(query, limit=100, kind=PASSAGE, legs=frozenset({"text"})).hits]
    assert {id for id, s in scores.items() if s > 0} >= set(found) != set()
    pool = index.pool(asked, where=UnitFilter(kind=PASSAGE), legs=frozenset({"text"}))
    raw = {units[index._links.keys[r]].id: s for r, s in zip(pool.rows.tolist(), pool.bm25.tolist(), strict=True)}
    assert raw == {id: pytest.approx(scores[id], rel=0.1) for id in raw}
    # lengths are kept in one byte by the engine: what is as good as equal may change places
    for one, two in pairwise(found):
        assert scores[one] > scores[two] * 0.97


# -- meaning: the order of the dense leg is that of cosines and of MaxSim, computed word by word


def maxsim(index: Index, query: str, texts: Sequence[str]) -> float:
    """Of words that tell something: the mean over those asked, by weight, of the best cosine with one that is said."""
    asked = [(v, index._lexicon.weigh(w)) for v, w in zip(index.embed_query_words(query), spoken(query), strict=True)]
    said = []
    for text, rows in zip(texts, index._embedder.encode_words(texts)[1], strict=True):
        some = zip(rows.astype(np.float64), spoken(text), strict=False)
        said += [r / np.linalg.norm(r) for r, w in some if w not in FRAME]
    best = [(weight, max(float(v @ r) for r in said)) for v, weight in asked if weight > 0]
    return sum(w * max(0.0, s) for w, s in best) / sum(w for w, _ in best)


@pytest.mark.parametrize("query", QUERIES)
def test_the_dense_leg_ranks_passages_by_meaning(course: KnowledgeBase, query: str) -> None:
    index = course.index
    units = units_of(course.graph)
    texts = cards(
        units, course.graph, classes=course.ontology, labels=index._labels, dense_langs=frozenset({"en", "ru"})
    )
    asked, share = index.embed_query(query), WEIGHTS.passage_words
    near = {}
    for key, unit in units.items():
        if isinstance(unit.of, Passage) and texts[key].dense:
            mean = np.mean(index.embed(texts[key].dense), axis=0)
            cosine = float(asked @ (mean / np.linalg.norm(mean)))
            near[unit.id] = (1 - share) * cosine + share * (maxsim(index, query, texts[key].dense) - UNLIKE)
    hits = index.search(query, limit=100, kind=PASSAGE, legs=frozenset({"dense"})).hits
    found = [h.id for h in hits if h.id in near]
    wanted = [id for id in sorted(near, key=lambda id: -near[id]) if near[id] > 0]
    assert found == wanted
    assert found


# -- names


NAMES = ("keel", "plough anchor", "anchor", "steps of tacking", "mooring buoy", "buoy", "киль", "этапы швартовки")
SAID = ("keel", "anchors", "plough", "tacking", "steps", "what", "the", "of", "buoy", "киля", "этап", "швартовки")
SILENT = {"what", "the", "of"}


def row(n: int, text: str) -> Row:
    return Row(f"c{n}", text, "en", n % 3, label_key(text), " ".join(p for w in words(text) for p in w.split("-")))


def weigh(word: str) -> float:
    return 0.0 if word in SILENT else 1.0 + len(word) / 10


def naive_names(rows: Sequence[Row], query: Sequence[Token]) -> dict[str, float]:
    """The best of what each way of matching says of each name, by its definition; no index, no array."""
    content = {t.lemma: t for t in query if t.weight > 0}
    if not content:
        query = [Token(t.word, t.lemma, 1.0) for t in query]
        content = {t.lemma: t for t in query}
    total = sum(t.weight for t in content.values())
    kept = [t for t in query if t.lemma not in {"the", "a", "an"}]
    said = [t.lemma for t in kept]
    scores: dict[int, float] = {}

    def keep(i: int, score: float) -> None:
        scores[i] = max(scores.get(i, 0.0), min(1.0, score) * (1 - 0.03 * rows[i].rank))

    lexical = {}
    for i, one in enumerate(rows):
        own = dict(zip(one.key.split(), one.folded.split(), strict=False))
        size = sum(w for w in map(weigh, own.values()) if w > 0)
        shared = sum(t.weight for base, t in content.items() if base in own and weigh(own[base]) > 0)
        lexical[i] = min(1.0, shared / total) * min(1.0, shared / max(size, 1e-9)) ** 1.5
    for i in sorted(lexical, key=lambda i: (-lexical[i], i))[:60]:
        if lexical[i] >= 0.05:
            keep(i, 0.95 * lexical[i])
    covered, at = 0.0, 0
    while at < len(said):  # the longest names in a row, none overlapping
        sizes = [n for n in range(len(said) - at, 0, -1) if any(r.key == " ".join(said[at : at + n]) for r in rows)]
        if sizes:
            part = min(1.0, sum(t.weight for t in kept[at : at + sizes[0]]) / total)
            covered += part
            for i, r in enumerate(rows):
                if r.key == " ".join(said[at : at + sizes[0]]):
                    keep(i, part)
        at += sizes[0] if sizes else 1
    for i, r in enumerate(rows):
        if sorted(r.key.split()) == sorted(content):
            keep(i, 0.97)
    text = " ".join(t.word for t in content.values())
    if len(content) <= 6 and covered < 0.999:
        for i, r in enumerate(rows):
            starts = [0, *(n + 1 for n, c in enumerate(r.folded) if c == " ")]
            for start in starts:
                if r.folded[start:].startswith(text):
                    keep(i, (0.5 if start else 0.6) + 0.3 * len(text) / len(r.folded))
        ratios = sorted(((fuzz.ratio(text, r.folded), -i) for i, r in enumerate(rows)), reverse=True)
        for ratio, i in ratios[:10] if covered < 0.5 else ():
            if ratio >= 80:
                keep(-i, 0.9 * (ratio / 100) ** 2)
    best: dict[str, float] = {}
    for i, score in scores.items():
        best[rows[i].concept] = max(best.get(rows[i].concept, 0.0), score)
    return best


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True),
    st.lists(st.sampled_from(SAID), min_size=1, max_size=5),
)
def test_the_scores_of_names_are_the_naive_ones(names: list[str], said: list[str]) -> None:
    rows = [row(n, text) for n, text in enumerate(names)]
    query = tokens(" ".join(said), {word: weigh(word) for word in said})
    found = LabelIndex(rows, weigh).match(query)
    wanted = naive_names(rows, query)
    assert {m.concept: pytest.approx(m.score, abs=1e-9) for m in found} == wanted
    assert [m.concept for m in found] == sorted(wanted, key=lambda id: (-round(wanted[id], 12), id))


# -- activation over the graph


HALF = {"part-of": 0.5, "kind-of": 0.5}
MOST = {"example-of": 0.4, "contrasts-with": 0.4, "introduced-by": 0.4, "created-by": 0.4}
STATED = {"definition": 1.0, "note": 0.9, "label": 0.8}


def naive_spread(course: KnowledgeBase, named: dict[str, float]) -> dict[str, float]:
    """Over every fact, both ways, one step; and to the passages in which a fact of the concept begins."""
    out: dict[str, float] = {}

    def reach(unit: str, strength: float) -> None:
        out[unit] = max(out.get(unit, 0.0), strength)

    for id, strength in named.items():
        for fact in course.graph.facts:
            share = (HALF | MOST).get(fact.predicate, 0.3)
            if fact.subject == id:
                if fact.object is not None and fact.object != id:
                    reach("concept:" + fact.object, strength * share)
                for p in course.graph.passages:
                    here = p.evidence
                    if here.document == fact.evidence.document and here.start <= fact.evidence.start < here.end:
                        reach("passage:" + p.id, strength * STATED.get(fact.predicate, 0.8))
            elif fact.object == id:
                reach("concept:" + fact.subject, strength * share)
    return out


def test_activation_spreads_as_over_plain_facts(course: KnowledgeBase) -> None:
    links = course.index._links
    spread = 0
    for one in course.graph.concepts:
        for named in ({one: 1.0}, {one: 0.6, "keel": 0.9}):
            rows = {links.row[key_of("concept:" + id)]: strength for id, strength in named.items()}
            found = {links.keys[r]: v for r, v in links.spread(rows).items()}
            wanted = {key_of(unit): v for unit, v in naive_spread(course, named).items()}
            assert found == pytest.approx(wanted)
            spread += len(found)
    assert spread > 100
