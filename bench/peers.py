"""Our search beside simple peers, in one run: `python bench/peers.py [--few 200] [--cache FOLDER]` (`make bench`).

    ours    kg.search over concepts and passages; an answer's place is where its evidence stands
    bm25    bm25s over the same passages with their headings, stemmed by Snowball
    dense   cosine of the same model's vectors of the same passages
    fused   reciprocal rank fusion of the two, k = 60

Sets: a textbook's terms, definitions and questions, each to find its section, and paragraphs in English and Russian
(shared/bench beside the checkout). R@1 and nDCG@10 over distinct places; behind ± is half of the interval that holds
95 % of 2,000 bootstrap samples of the queries, in the last column that of the paired difference to the best peer.
Milliseconds are per query, without the embedding of the query, which all but bm25 need.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from search_weights import SHARED, dcg, graph_of, paragraphs, rows

from kg.embedding import Embedder, open_embedder
from kg.model import Evidence, Graph
from kg.ontology_files import load
from kg.search import Index
from kg.search_build import build_index
from kg.settings import Settings

SYSTEMS = ("ours", "bm25", "dense", "fused")
DEPTH, PLACES, SAMPLES = 100, 10, 2_000
Ranker = Callable[[str], Iterable[str]]  # query -> places, best first, repeated ones welcome
Place = Callable[[Evidence], str | None]


@dataclass
class Scores:
    """Per query, for one system and one kind of query."""

    first: list[float] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    seconds: float = 0.0


def peers(graph: Graph, place: Place, embedder: Embedder, lang: str) -> dict[str, Ranker]:
    """Each peer over the passages of `graph`."""
    import bm25s
    import Stemmer

    passages = [(p, where) for p in graph.passages if (where := place(p.evidence)) is not None]
    texts = [". ".join([*p.heading[-2:], p.text]) for p, _ in passages]
    places = [where for _, where in passages]
    stemmer = Stemmer.Stemmer("russian" if lang == "ru" else "english")
    stop = "ru" if lang == "ru" else "en"

    def split(said: Sequence[str]) -> object:
        return bm25s.tokenize(list(said), stopwords=stop, stemmer=stemmer, show_progress=False)

    index = bm25s.BM25()
    index.index(split(texts), show_progress=False)
    vectors = embedder.encode(texts)
    depth = min(DEPTH, len(texts))

    def lexical(query: str) -> list[int]:
        found, scores = index.retrieve(split([query]), k=depth, show_progress=False)
        return [int(i) for i, s in zip(found[0], scores[0], strict=True) if s > 0]

    def dense(query: str) -> list[int]:
        return [int(i) for i in np.argsort(-(vectors @ embedder.encode_query(query)), kind="stable")[:depth]]

    def fused(query: str) -> list[int]:
        score: dict[int, float] = defaultdict(float)
        for ranking in (lexical(query), dense(query)):
            for rank, i in enumerate(ranking, start=1):
                score[i] += 1 / (60 + rank)
        return sorted(score, key=lambda i: (-score[i], i))

    def placed(ranking: Callable[[str], list[int]]) -> Ranker:
        return lambda query: (places[i] for i in ranking(query))

    return {"bm25": placed(lexical), "dense": placed(dense), "fused": placed(fused)}


def ours(index: Index, place: Place) -> Ranker:
    def ranked(query: str) -> Iterable[str]:
        hits = index.search(query, limit=20).hits
        return (where for h in hits for e in h.evidence if (where := place(e)) is not None)

    return ranked


def measure(
    systems: Mapping[str, Ranker], queries: Sequence[tuple[str, set[str]]], embedder: Embedder
) -> dict[str, Scores]:
    out = {name: Scores() for name in systems}
    for query, relevant in queries:
        embedder.encode_query(query)  # kept from here on: no system pays for it
        for name, ranked in systems.items():
            began = time.perf_counter()
            places = list(dict.fromkeys(ranked(query)))[:PLACES]
            out[name].seconds += time.perf_counter() - began
            gains = [float(p in relevant) for p in places]
            out[name].first.append(gains[0] if gains else 0.0)
            out[name].gain.append(dcg(gains) / dcg([1.0] * min(PLACES, len(relevant))))
    return out


def spread(values: Sequence[float]) -> float:
    """Half the width of the interval that holds 95 % of the means of bootstrap samples."""
    table = np.array(values)
    chance = np.random.default_rng(0)
    means = [table[chance.integers(0, len(table), len(table))].mean() for _ in range(SAMPLES)]
    low, high = np.percentile(means, (2.5, 97.5))
    return float(high - low) / 2


def show(kind: str, scores: Mapping[str, Scores]) -> None:
    n = len(scores["ours"].gain)
    best = max((s for s in scores if s != "ours"), key=lambda s: float(np.mean(scores[s].gain)))
    print(f"\n{kind} ({n} queries)\n  {'':6s} {'R@1':>14s} {'nDCG@10':>14s} {'ms':>6s}   nDCG@10 over the best peer")
    for name in SYSTEMS:
        s = scores[name]
        apart = ""
        if name == "ours":
            differences = [a - b for a, b in zip(s.gain, scores[best].gain, strict=True)]
            apart = f"{np.mean(differences):+.3f} ±{spread(differences):.3f} ({best})"
        print(
            f"  {name:6s} {np.mean(s.first):7.3f} ±{spread(s.first):.3f} {np.mean(s.gain):7.3f} ±{spread(s.gain):.3f} "
            f"{s.seconds / n * 1000:6.1f}   {apart}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=0, help="so many queries of each kind, the same ones each time")
    parser.add_argument("--cache", type=Path, default=Path(".kg/cache"))
    given = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is missing: the bench material stands beside the checkout")
    embedder = open_embedder(Settings(), serving=False, cache=given.cache)
    with tempfile.TemporaryDirectory() as folder:
        for name, lang, graph, place, queries in sets():
            ontology = load()
            build_index(graph, Path(folder) / name, embedder=embedder, ontology=ontology)
            index = Index.open(Path(folder) / name, graph, embedder=embedder, ontology=ontology)
            systems = {"ours": ours(index, place), **peers(graph, place, embedder, lang)}
            for kind, some in queries.items():
                chosen = random.Random(0).sample(some, given.few) if 0 < given.few < len(some) else some
                show(kind, measure(systems, chosen, embedder))


def sets() -> Iterable[tuple[str, str, Graph, Place, dict[str, list[tuple[str, set[str]]]]]]:
    """(name, language, graph, place of an evidence, kind -> queries with their relevant places), one after another."""
    book = SHARED / "bench" / "philosophy"
    sections: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for s in rows(book / "sections.jsonl"):
        if s["parent"] is None:
            sections[Path(str(s["file"])).name].append((s["start_line"], s["end_line"], s["id"]))  # type: ignore[arg-type]

    def section(e: Evidence) -> str | None:
        return next((i for a, b, i in sections[e.document] if a <= e.lines[0] <= b), None)

    yield "book", "en", graph_of((book / "notes").glob("*.md"), load()), section, by_kind(rows(book / "queries.jsonl"))
    asked = by_kind(rows(SHARED / "bench" / "xquad" / "queries.jsonl"))
    for lang in ("en", "ru"):
        kind = f"{lang}->{lang}"
        yield lang, lang, paragraphs(lang), lambda e: e.document, {kind: asked[kind]}


def by_kind(queries: Iterable[dict[str, object]]) -> dict[str, list[tuple[str, set[str]]]]:
    out: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for q in queries:
        out[str(q["kind"])].append((str(q["query"]), set(q["relevant"])))  # type: ignore[call-overload]
    return out


if __name__ == "__main__":
    main()
