"""Find and judge the weights of the search: `python bench/search_weights.py [--fit] [--folds 5] [--ablate]`.

Queries of all kinds at once: terms, definitions and questions of a textbook, paragraphs in English
and Russian, questions on the course notes. The material stands in shared/ beside the checkout.
Without options it scores kg.search.WEIGHTS; `--fit` climbs from even weights, one constant at a
time; `--folds` fits on all folds but one and scores the one left out; `--ablate` switches legs off.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kg.embedding import Embedder, open_embedder
from kg.extract import extract
from kg.model import Document, Evidence, Graph, Passage
from kg.ontology import Ontology
from kg.ontology_files import load
from kg.passages import passages
from kg.ports import UnitFilter
from kg.reading import read_bytes
from kg.resolve import resolve
from kg.search import WEIGHTS, Index
from kg.search_build import build_index
from kg.search_legs import LEGS, Fused, Pool, Weights, fuse
from kg.search_query import understand
from kg.settings import Settings
from kg.text import label_key

SHARED = Path(__file__).parents[2] / "shared"
GRID: Mapping[str, Sequence[float]] = {
    "concept_words": (0.3, 0.5, 0.7, 0.85, 1.0),
    "passage_words": (0.3, 0.5, 0.7, 0.85, 1.0),
    "concept_labels": (0.3, 0.5, 1.0, 1.6),
    "concept_dense": (0.5, 0.8, 1.2, 1.6),
    "concept_spread": (0.1, 0.15, 0.25),
    "asked_vote": (0.0, 0.3, 0.8, 1.2),
    "described_vote": (0.5, 1.0, 1.6, 2.0, 2.6),
    "asked_half": (0.7, 1.2, 2.2, 3.0),
    "described_half": (0.25, 0.4, 0.7, 1.2),
    "asked_prior": (0.0, 0.2),
    "described_prior": (0.3, 0.45, 0.7, 1.1),
    "described_labels": (0.0, 0.1, 0.3),
    "named": (0.0, 0.03, 0.05, 0.1),
    "passage_dense": (0.6, 0.8, 1.1),
    "passage_section": (0.0, 0.08, 0.15, 0.25, 0.35),
    "passage_spread": (0.0, 0.15),
    "passage_half": (0.8, 1.2, 1.5, 2.0),
}
EVEN = replace(
    WEIGHTS,
    concept_labels=1.0,
    concept_dense=1.0,
    concept_spread=0.2,
    asked_vote=0.5,
    described_vote=0.5,
    asked_half=1.0,
    described_half=1.0,
    asked_prior=0.0,
    described_prior=0.3,
    described_labels=0.3,
    named=0.0,
    concept_words=0.5,
    passage_words=0.5,
    passage_dense=1.0,
    passage_section=0.2,
    passage_spread=0.2,
    passage_half=1.0,
)
# What counts, and how much, for each kind of query.
AIMS: Mapping[str, Mapping[str, float]] = {
    "term->section": {"ndcg": 1.0, "first": 0.5},
    "definition->term": {"ndcg": 1.0, "first": 0.5, "term1": 1.0, "term10": 0.5},
    "question->section": {"ndcg": 3.0, "first": 1.0},
    "en->en": {"ndcg": 0.5, "first": 1.0},
    "ru->ru": {"ndcg": 0.5, "first": 1.0},
    "course en": {"concepts": 0.6, "concept1": 0.3, "evidence5": 0.4},
    "course ru": {"concepts": 0.6, "concept1": 0.3, "evidence5": 0.4},
}


@dataclass(frozen=True)
class Case:
    """A query, its candidates, and how a ranking of them (rows, best first) is scored."""

    kind: str
    index: Index
    pool: Pool
    scale: float
    dense: bool
    judge: Callable[[list[int], Mapping[int, float]], dict[str, float]]


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def graph_of(paths: Iterable[Path], ontology: Ontology) -> Graph:
    documents = [read_bytes(p.name, p.read_bytes(), settings=Settings(), ontology=ontology) for p in sorted(paths)]
    statements = [s for d in documents for s in extract(d, ontology)]
    return resolve(documents, statements, ontology, passages=[p for d in documents for p in passages(d)])


def paragraphs(lang: str) -> Graph:
    documents = [
        Document(f"{r['id']}", lang, "", "text/plain", str(r["text"]), "", ())
        for r in rows(SHARED / "bench" / "xquad" / f"paragraphs.{lang}.jsonl")
    ]
    pieces = [
        Passage(d.name, d.name, lang, (), d.raw, d.cite(d.line_span(1, d.raw.count("\n") + 1))) for d in documents
    ]
    return Graph({}, (), tuple(documents), tuple(pieces))


def unit(index: Index, row: int):  # type: ignore[no-untyped-def]
    return index._units[index._links.keys[row]]


def shown(index: Index, row: int, relevance: Mapping[int, float]) -> tuple[Evidence, ...]:
    of = unit(index, row).of
    return (of.evidence,) if isinstance(of, Passage) else index._facts.evidence(of.id, relevance)


def dcg(gains: Iterable[float]) -> float:
    return sum(g / math.log2(i + 2) for i, g in enumerate(gains))


def by_place(index: Index, place: Callable[[Evidence], str | None], wanted: set[str], terms: set[str]):  # type: ignore[no-untyped-def]
    def judge(ranked: list[int], relevance: Mapping[int, float]) -> dict[str, float]:
        places = list(dict.fromkeys(place(e) for row in ranked[:20] for e in shown(index, row, relevance)))
        gains = [float(p in wanted) for p in places if p is not None][:10]
        out = {"ndcg": dcg(gains) / dcg([1.0] * min(10, len(wanted))), "first": gains[0] if gains else 0.0}
        if terms:
            names = [
                label_key(u.label) if not isinstance(u, Passage) else ""
                for u in (unit(index, r).of for r in ranked[:10])
            ]
            out |= {"term1": float(bool(names) and names[0] in terms), "term10": float(bool(terms & set(names)))}
        return out

    return judge


def by_concepts(index: Index, gold: list[set[str]], places: list[dict[str, object]]):  # type: ignore[no-untyped-def]
    def judge(ranked: list[int], relevance: Mapping[int, float]) -> dict[str, float]:
        cited = [e for row in ranked[:5] for e in shown(index, row, relevance)]
        at = [(p["file"], p["lines"]) for p in places]
        hit = any(e.document == f and e.lines[0] <= n[1] and n[0] <= e.lines[1] for e in cited for f, n in at)  # type: ignore[index]
        left, gains = list(range(len(gold))), []
        for row in ranked[:10]:
            of = unit(index, row).of
            names = set() if isinstance(of, Passage) else {label_key(text) for text in of.labels.values()}
            found = next((g for g in left if gold[g] & names), None)
            gains.append(0.0 if found is None else 2.0 if found == 0 else 1.0)
            left = [g for g in left if g != found]
        ideal = dcg(([2.0] + [1.0] * (len(gold) - 1))[:10])
        return {"evidence5": float(hit), "concepts": dcg(gains) / ideal, "concept1": float(bool(gains and gains[0]))}

    return judge


def ask(index: Index, kind: str, text: str, ontology: Ontology | None, judge) -> Case:  # type: ignore[no-untyped-def]
    asked = understand(text, lexicon=index._lexicon, translator=ontology, dense_langs=index._dense_langs)
    pool = index.pool(asked, where=UnitFilter())
    return Case(kind, index, pool, asked.scale, bool(asked.dense.strip()), judge)


def cases(embedder: Embedder, folder: Path, few: int) -> list[Case]:
    ontology = load()

    def index_of(name: str, graph: Graph) -> Index:
        build_index(graph, folder / name, embedder=embedder, ontology=ontology)
        return Index.open(folder / name, graph, embedder=embedder, ontology=ontology)

    out: list[Case] = []
    book = SHARED / "bench" / "philosophy"
    index = index_of("book", graph_of((book / "notes").glob("*.md"), ontology))
    sections: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for s in rows(book / "sections.jsonl"):
        if s["parent"] is None:
            sections[Path(str(s["file"])).name].append((s["start_line"], s["end_line"], s["id"]))  # type: ignore[arg-type]

    def section(e: Evidence) -> str | None:
        return next((i for a, b, i in sections[e.document] if a <= e.lines[0] <= b), None)

    for q in rows(book / "queries.jsonl"):
        terms = {label_key(t) for t in q.get("relevant_terms") or ()}  # type: ignore[attr-defined]
        judge = by_place(index, section, set(q["relevant"]), terms)  # type: ignore[call-overload]
        out.append(ask(index, str(q["kind"]), str(q["query"]), ontology, judge))
    for lang in ("en", "ru"):
        index = index_of(lang, paragraphs(lang))
        some = [q for q in rows(SHARED / "bench" / "xquad" / "queries.jsonl") if q["kind"] == f"{lang}->{lang}"]
        for q in random.Random(0).sample(some, few) if few else some:
            judge = by_place(index, lambda e: e.document, set(q["relevant"]), set())  # type: ignore[call-overload]
            out.append(ask(index, str(q["kind"]), str(q["query"]), None, judge))
    index = index_of("course", graph_of((SHARED / "seeds").glob("*.txt"), ontology))
    labels = json.loads((SHARED / "gold" / "labels.dev.json").read_text(encoding="utf-8"))
    for q in rows(SHARED / "gold" / "questions.dev.jsonl"):
        if q.get("answerable", True) and q.get("gold_concepts"):
            gold = [{label_key(text) for text in labels.get(g, [g.replace("-", " ")])} for g in q["gold_concepts"]]  # type: ignore[attr-defined]
            judge = by_concepts(index, gold, q["evidence"])  # type: ignore[arg-type]
            out.append(ask(index, f"course {q['lang']}", str(q["q"]), ontology, judge))
    return out


def scored(case: Case, weights: Weights, legs: frozenset[str] = LEGS) -> dict[str, float]:
    fused: Fused = fuse(case.pool, case.index._links, weights, legs=legs, query_weight=case.scale, dense=case.dense)
    order = np.argsort(-fused.score, kind="stable")[:60]
    roots = case.index._roots[case.pool.rows[order]]
    order = order[np.sort(np.unique(roots, return_index=True)[1])]
    keys = (case.index._links.keys[r] for r in case.pool.rows.tolist())
    return case.judge(case.pool.rows[order].tolist(), dict(zip(keys, fused.base.tolist(), strict=True)))


def table(found: Iterable[Case], weights: Weights, legs: frozenset[str] = LEGS) -> dict[str, dict[str, float]]:
    sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for case in found:
        for name, value in scored(case, weights, legs).items():
            sums[case.kind][name].append(value)
    return {kind: {name: round(float(np.mean(v)), 4) for name, v in row.items()} for kind, row in sums.items()}


def aim(result: Mapping[str, Mapping[str, float]]) -> float:
    return sum(share * result[kind][name] for kind, of in AIMS.items() if kind in result for name, share in of.items())


def climb(found: Sequence[Case], start: Weights, rounds: int) -> Weights:
    best, height = start, aim(table(found, start))
    for _ in range(rounds):
        before = height
        for name, values in GRID.items():
            for value in values:
                other = replace(best, **{name: value})
                if other != best and (reached := aim(table(found, other))) > height + 1e-6:
                    best, height = other, reached
        if height == before:
            break
    return best


def show(title: str, result: Mapping[str, Mapping[str, float]]) -> None:
    print(f"{title}: {aim(result):.4f}")
    for kind, row in sorted(result.items()):
        print(f"  {kind:18s}", "  ".join(f"{n} {v:.3f}" for n, v in row.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--few", type=int, default=0, help="so many paragraph queries of each language, 0: all")
    parser.add_argument("--cache", type=Path, default=Path(".kg/cache"))
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is missing: the bench material stands beside the checkout")
    with tempfile.TemporaryDirectory() as folder:
        found = cases(open_embedder(Settings(), serving=False, cache=args.cache), Path(folder), args.few)
        show("kg.search.WEIGHTS", table(found, WEIGHTS))
        if args.ablate:
            for leg in sorted(LEGS):
                show(f"without {leg}", table(found, WEIGHTS, LEGS - {leg}))
        if args.fit:
            best = climb(found, EVEN, rounds=3)
            show(f"fitted {best}", table(found, best))
        if args.folds:
            random.Random(0).shuffle(found)
            sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
            for fold in range(args.folds):
                best = climb([c for i, c in enumerate(found) if i % args.folds != fold], EVEN, rounds=2)
                for case in found[fold :: args.folds]:
                    for name, value in scored(case, best).items():
                        sums[case.kind][name].append(value)
            show("cross-validated", {k: {n: float(np.mean(v)) for n, v in row.items()} for k, row in sums.items()})


if __name__ == "__main__":
    main()
