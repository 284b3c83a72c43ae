"""Search as a whole: both scripts, filters before the legs, the same answer each time, fusion against a naive one."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from graphs import document, nasty, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.embedding import Embedder, open_embedder
from kg.errors import QueryError, StoreError
from kg.model import Concept, Graph, Passage, Span
from kg.ports import UnitFilter
from kg.search import WEIGHTS, Index
from kg.search_build import build_index
from kg.search_legs import LEGS, Links, Pool, fuse
from kg.search_query import Lexicon, understand
from kg.search_units import PASSAGE, Facts, key_of, twins, units_of
from kg.settings import Settings

TERMS = {"dough": "тесто", "sourdough": "закваска", "rises": "поднимается", "steps": "шаги", "yeast": "дрожжи"}


class Words:
    """A translator of single words, and no classes."""

    classes: dict[str, Concept] = {}  # noqa: RUF012

    def translate(self, text: str, to: str) -> tuple[str, ...]:
        table = TERMS if to == "ru" else {ru: en for en, ru in TERMS.items()}
        return tuple(table[w] for w in text.casefold().replace("?", " ").split() if w in table)


@pytest.fixture(scope="module")
def embedder(kept_cache: Path) -> Embedder:
    return open_embedder(Settings(), serving=False, cache=kept_cache)


@pytest.fixture(scope="module")
def folder(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    build_index(small(), folder, embedder=embedder, ontology=Words())
    return folder


@pytest.fixture(scope="module")
def index(folder: Path, embedder: Embedder) -> Index:
    return Index.open(folder, small(), embedder=embedder, ontology=Words())


def top(index: Index, query: str, **filters: str) -> str:
    return index.search(query, limit=1, **filters).hits[0].id  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("Proving", "proving"),
        ("What is proving?", "proving"),
        ("WHAT IS PROVING", "proving"),
        ("proofing", "proving"),
        ("provign", "proving"),
        ("What is sourdoug?", "sourdough"),
        ("the method of baking", "baking-method"),
        ("method baking", "baking-method"),
        ("levain", "sourdough"),
        ("Что такое расстойка?", "proving"),
        ("расстойку", "proving"),
        ("росстойка", "proving"),
        ("РАССТОЙКА", "proving"),
        ("закваски", "sourdough"),
        ("ОПАРА", "opara"),
        ("Who is Anna Weber?", "anna-weber"),
        ("\u201canna weber\u201d", "anna-weber"),
        ("«Закваска»", "sourdough"),
    ],
)
def test_typos_case_order_and_quotes_keep_the_concept_on_top(index: Index, query: str, id: str) -> None:
    assert top(index, query) == id


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("the rest in which the dough rises", "proving"),
        ("craft of turning flour and water into a loaf", "bread-baking"),
    ],
)
def test_a_description_finds_what_it_describes(index: Index, query: str, id: str) -> None:
    assert top(index, query) == id


def test_composed_and_decomposed_queries_are_one(index: Index) -> None:
    one, two = index.search("поднимается тесто й"), index.search("поднимается тесто и\u0306")
    assert [h.id for h in one.hits] == [h.id for h in two.hits]


def test_evidence_of_a_concept_begins_with_its_definition(index: Index) -> None:
    hit = index.search("What is proving?").hits[0]
    assert hit.evidence[0].quote.startswith("Proving: the rest")
    assert len(hit.evidence) <= 6
    assert len(set(hit.evidence)) == len(hit.evidence)
    assert hit.snippet == "the rest in which the dough rises"
    assert (hit.matched.label, hit.matched.lang, hit.matched.how) == ("Proving", "en", "exact")


def test_a_russian_question_gets_the_russian_definition_first(index: Index) -> None:
    hit = index.search("Что такое расстойка?").hits[0]
    assert hit.snippet == "отдых теста, во время которого оно поднимается"
    assert (hit.matched.label, hit.matched.lang) == ("Расстойка", "ru")


def test_evidence_of_a_passage_is_its_own(index: Index) -> None:
    graph = small()
    for hit in index.search("wild yeast", kind=PASSAGE).hits:
        passage = next(p for p in graph.passages if p.id == hit.id)
        assert hit.evidence == (passage.evidence,)
        assert hit.kind == PASSAGE
        assert hit.label


def test_translation_reaches_the_other_language(index: Index) -> None:
    russian = index.search("дрожжи", explain=True, legs=frozenset({"text"}))
    assert "bread.txt#1" in [h.id for h in russian.hits]
    assert russian.hits[0].explain is not None
    assert russian.hits[0].explain["translated"] == ["yeast"]
    english = index.search("yeast", legs=frozenset({"text"}))
    assert "khleb.txt#1" in [h.id for h in english.hits]


def test_a_model_without_russian_is_not_asked_in_russian(index: Index, kept_cache: Path, tmp_path: Path) -> None:
    def dense(index: Index) -> list[float]:
        hits = index.search("замес", explain=True).hits
        return [h.explain["parts"]["dense"] for h in hits if h.explain]  # type: ignore[index]

    assert any(dense(index))
    embedder = open_embedder(Settings(model="all-MiniLM-L6-v2"), serving=False, cache=kept_cache)
    build_index(small(), tmp_path, embedder=embedder, ontology=Words())
    english = dense(Index.open(tmp_path, small(), embedder=embedder, ontology=Words()))
    assert english
    assert not any(english)


def test_filters_come_before_the_legs(index: Index) -> None:
    everything = {h.id for h in index.search("dough", limit=50).hits}
    assert {"dough", "bread.txt#1"} <= everything
    for where in ({"kind": "step"}, {"kind": PASSAGE}, {"lang": "ru"}, {"document": "khleb.txt"}, {"document": "none"}):
        for legs in (LEGS, *(frozenset({leg}) for leg in LEGS)):
            result = index.search("dough that rises", limit=50, legs=legs, **where)  # type: ignore[arg-type]
            for hit in result.hits:
                unit = next(u for u in units_of(small()).values() if u.id == hit.id)
                assert where.get("kind", unit.kind) == unit.kind
                assert where.get("lang", "ru") in unit.langs or "lang" not in where
                assert where.get("document") in (None, *unit.documents)
    assert index.search("dough", document="none").total == 0
    assert index.search("bread", kind="step", limit=1).hits  # the best of its kind, however far down it would be


def test_total_and_facets_do_not_depend_on_the_page(index: Index) -> None:
    whole = index.search("dough", limit=100)
    assert whole.total == len(whole.hits) == sum(whole.facets["kind"].values())
    pages = [index.search("dough", limit=2, offset=at) for at in range(0, whole.total + 2, 2)]
    assert [h for p in pages for h in p.hits] == list(whole.hits)
    assert {p.total for p in pages} == {whole.total}
    assert all(p.facets == whole.facets for p in pages)
    assert whole.facets["document"]["bread.txt"] > 0
    assert set(whole.facets["lang"]) == {"en", "ru"}


def test_scores_fall_and_stay_between_0_and_1(index: Index) -> None:
    for query in ("dough", "What is proving?", "закваска", "the", "42"):
        scores = [h.score for h in index.search(query, limit=50).hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < s <= 1 for s in scores)


def test_shares_of_the_parts_make_the_score(index: Index) -> None:
    for hit in index.search("What is sourdough?", explain=True).hits:
        assert hit.explain is not None
        assert sum(hit.explain["parts"].values()) == pytest.approx(hit.score, abs=1e-3)  # type: ignore[attr-defined]
    assert index.search("What is sourdough?").hits[0].explain is None


@pytest.mark.parametrize("leg", sorted(LEGS))
def test_each_leg_can_be_switched_off(index: Index, leg: str) -> None:
    zero = {"labels": ["labels"], "text": ["text"], "dense": ["dense"], "graph": ["vote", "section", "spread"]}[leg]
    for hit in index.search("What is proving?", explain=True, legs=LEGS - {leg}).hits:
        assert hit.explain is not None
        assert all(hit.explain["parts"][name] == 0 for name in zero)  # type: ignore[index]


def test_the_graph_leg_brings_members(index: Index) -> None:
    found = index.search("Baking method", limit=50, legs=frozenset({"graph"}))
    assert {"mixing", "proving", "anna-weber"} <= {h.id for h in found.hits}
    assert all(h.matched.how == "graph" for h in found.hits)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=80).filter(str.strip))
def test_whatever_is_asked_gets_the_same_answer_twice(index: Index, query: str) -> None:
    assert index.search(query) == index.search(query)


@pytest.mark.parametrize(
    "query",
    ['body:"dough" AND *:*', "dough OR (", "../../etc/passwd dough", "dough'; DROP TABLE unit; --",
     "<b>dough</b>", "dough\x00",
     "*dough*", "dough~9^9", "{dough}", "\\dough", "dough " * 200],
)  # fmt: skip
def test_operators_and_markup_are_words(index: Index, query: str) -> None:
    assert "dough" in [h.id for h in index.search(query, limit=5).hits]


@pytest.mark.parametrize("query", ["", "   ", "\n", "x" * 2001])
def test_what_is_no_query_is_refused(index: Index, query: str) -> None:
    with pytest.raises(QueryError):
        index.search(query)


def test_wrong_arguments_are_refused(index: Index) -> None:
    for wrong in ({"limit": -1}, {"offset": -1}, {"legs": frozenset({"magic"})}):
        with pytest.raises(QueryError):
            index.search("dough", **wrong)
    assert index.search("dough", limit=0).hits == ()


def test_signs_alone_find_nothing_by_words(index: Index) -> None:
    assert index.search("?!…", legs=LEGS - {"dense"}).total == 0


@pytest.mark.parametrize(
    ("typed", "label", "lang", "how"),
    [
        ("pro", "Proving", "en", "prefix"),
        ("PROV", "Proving", "en", "prefix"),
        ("рас", "Расстойка", "ru", "prefix"),
        ("meth", "Baking method", "en", "word"),
        ("sourdoh", "Sourdough", "en", "fuzzy"),
        ("levai", "Sourdough", "en", "prefix"),
        ("proving", "Proving", "en", "exact"),
        ("hfccn", "Расстойка", "ru", "layout"),
        ("зкщм", "Proving", "en", "layout"),
        ("zakvask", "Закваска", "ru", "translit"),
    ],
)
def test_suggestions(index: Index, typed: str, label: str, lang: str, how: str) -> None:
    first = index.suggest(typed)[0]
    assert (first.label, first.lang, first.how) == (label, lang, how)


def test_suggestions_are_few_and_each_concept_once(index: Index) -> None:
    found = index.suggest("b", limit=2)
    assert len(found) == 2
    ids = [s.id for s in index.suggest("b", limit=50)]
    assert len(ids) == len(set(ids))
    assert index.suggest("") == index.suggest("  ") == index.suggest("b", limit=0) == ()
    assert [s.matched for s in index.suggest("levai")] == ["levain"]


def test_a_build_is_the_same_each_time(folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    graph = small()
    build_index(
        replace(graph, facts=graph.facts[::-1], passages=graph.passages[::-1]),
        tmp_path,
        embedder=embedder,
        ontology=Words(),
    )
    again = Index.open(tmp_path, replace(graph, facts=graph.facts[::-1]), embedder=embedder, ontology=Words())
    first = Index.open(folder, graph, embedder=embedder, ontology=Words())
    for query in ("dough", "What is proving?", "закваска"):
        assert again.search(query, limit=50) == first.search(query, limit=50)
    for name in ("labels.json", "lexicon.json", "twins.json", "index.json"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_an_index_of_another_graph_or_model_is_refused(folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="build again"):
        Index.open(folder, replace(small(), passages=()), embedder=embedder)
    with pytest.raises(StoreError, match="build again"):
        Index.open(tmp_path, small(), embedder=embedder)
    meta = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    for change in ({"format": 0}, {"model": "other"}):
        (tmp_path / "index.json").write_text(json.dumps(meta | change), encoding="utf-8")
        with pytest.raises(StoreError, match="build again"):
            Index.open(tmp_path, small(), embedder=embedder)


def test_hostile_and_empty_graphs_are_searchable(embedder: Embedder, tmp_path: Path) -> None:
    graph = nasty()
    build_index(graph, tmp_path / "nasty", embedder=embedder)
    index = Index.open(tmp_path / "nasty", graph, embedder=embedder)
    for name in graph.concepts.values():
        if name.labels:
            index.search(name.label[:500], limit=50, explain=True)
            index.suggest(name.label)
    assert {h.id for h in index.search("twin", limit=4).hits} >= {"twin-1", "twin-2"}
    empty = Graph({}, (), ())
    build_index(empty, tmp_path / "empty", embedder=embedder)
    assert Index.open(tmp_path / "empty", empty, embedder=embedder).search("anything").total == 0


def passage(id: str, text: str, *, name: str = "a.txt", heading: tuple[str, ...] = ()) -> Passage:
    doc = document(name, "en", text)
    return Passage(id, name, "en", heading, text, doc.cite(Span(0, len(text))))


LONG = (
    "The committee met on Monday to discuss the new rules for visitors and closed the meeting early in the afternoon."
)


def test_repeated_passages_are_one_hit_with_both_places(embedder: Embedder, tmp_path: Path) -> None:
    rows = (
        passage("p1", LONG),
        passage("p2", LONG.replace("early", "late"), name="b.txt"),
        passage("p3", "Visitors have to register at the gate before they enter.", name="c.txt"),
    )
    assert twins(rows) == {"p2": "p1"}
    graph = Graph({}, (), (), rows)
    build_index(graph, tmp_path, embedder=embedder)
    index = Index.open(tmp_path, graph, embedder=embedder)
    hits = index.search("committee rules for visitors").hits
    assert [h.id for h in hits] in (["p1", "p3"], ["p2", "p3"])
    assert {e.document for e in hits[0].evidence} == {"a.txt", "b.txt"}
    assert top(index, "committee rules", document="b.txt") == "p2"


def test_a_long_document_does_not_win_by_its_length(embedder: Embedder, tmp_path: Path) -> None:
    rows = [
        passage(
            f"long-{i}", f"Chapter {i} speaks of glaciers among many other things, like number {i}.", name="long.txt"
        )
        for i in range(30)
    ]
    rows.append(passage("short", "A glacier is a slow river of ice.", name="short.txt"))
    graph = Graph({}, (), (), tuple(rows))
    build_index(graph, tmp_path, embedder=embedder)
    assert top(Index.open(tmp_path, graph, embedder=embedder), "What is a glacier?") == "short"


def naive_fusion(label: float, bm25: float, cosine: float, *, scale: float, w: dict[str, float], half: float) -> float:
    x = bm25 / scale
    parts = {"labels": label, "text": x / (x + half), "dense": max(0.0, cosine)}
    return sum(w[n] * v for n, v in parts.items()) / sum(w.values())


@given(
    st.floats(0, 1), st.floats(0, 40), st.floats(-1, 1), st.floats(-0.2, 1) | st.just(math.nan), st.floats(0.1, 20),
    st.booleans(),
)  # fmt: skip
def test_fusion_is_the_convex_combination(
    label: float, bm25: float, cosine: float, likeness: float, scale: float, is_passage: bool
) -> None:
    graph = Graph({"c": Concept("c", "x:c", "concept", {"en": "c"})}, (), (), (passage("p", "text"),))
    units = units_of(graph)
    links = Links(graph, Facts(graph), units)
    one = np.array([1.0])
    rows = np.array([1 if is_passage else 0])
    pool = Pool(rows, label * one, np.array([False]), bm25 * one, cosine * one, likeness * one, 0 * one, {}, False)
    w = replace(WEIGHTS, asked_prior=0.0)
    fused = fuse(pool, links, w, legs=LEGS - {"graph"}, query_weight=scale, dense=True)
    if not math.isnan(likeness):
        share = w.passage_words if is_passage else w.concept_words
        cosine = (1 - share) * cosine + share * likeness
    if is_passage:
        wanted = naive_fusion(
            0.0, bm25, cosine, scale=scale, half=w.passage_half,
            w={"labels": 0.0, "text": w.passage_text, "dense": w.passage_dense},
        )  # fmt: skip
    else:
        shares = {"labels": w.concept_labels, "text": w.concept_text, "dense": w.concept_dense}
        wanted = naive_fusion(label, bm25, cosine, scale=scale, w=shares, half=w.asked_half)
    assert float(fused.score[0]) == pytest.approx(wanted, abs=1e-9)


def test_nearest_of_the_dense_leg_are_the_nearest_vectors(index: Index, embedder: Embedder) -> None:
    asked = understand("a slice of toast", lexicon=index._lexicon, translator=None, dense_langs=frozenset({"en"}))
    pool = index.pool(asked, where=UnitFilter(), legs=frozenset({"dense"}))
    vector = embedder.encode_query("a slice of toast")
    for shelf in index._shelves:
        exact = shelf.vectors.scores(vector, shelf.keys.tolist())
        found = {index._links.keys[r]: c for r, c in zip(pool.rows.tolist(), pool.cosine.tolist(), strict=True)}
        assert {k: pytest.approx(found[k], abs=1e-5) for k in exact} == exact


@pytest.mark.parametrize(
    ("word", "mended"),
    [("provign", "proving"), ("sourdouh", "sourdough"), ("дрожи", "дрожжи"), ("закавска", "закваска"),
     ("bread", None), ("photosynthesis", None),
     ("xyz", None), ("1234567", None)],
)  # fmt: skip
def test_spelling_is_mended_towards_the_course(index: Index, word: str, mended: str | None) -> None:
    assert index._lexicon.mend(word) == mended


def test_a_damaged_lexicon_is_named(tmp_path: Path) -> None:
    (tmp_path / "lexicon.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="build again"):
        Lexicon.open(tmp_path / "lexicon.json")


def test_keys_come_from_ids_alone() -> None:
    assert key_of("concept:proving") == key_of("concept:proving") < 2**63
    assert len({key_of(f"{kind}:{i}") for kind in ("concept", "passage") for i in range(5_000)}) == 10_000


def test_serving_searches_without_torch(folder: Path, embedder: Embedder, kept_cache: Path) -> None:
    import subprocess
    import sys

    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path; from graphs import small; from kg.embedding import Embedder, open_embedder\n"
        "from kg.search import Index; from kg.settings import Settings\n"
        f"e = open_embedder(Settings(), serving=True, cache=Path({str(kept_cache)!r}))\n"
        f"i = Index.open(Path({str(folder)!r}), small(), embedder=e)\n"
        "print(i.search('What is proving?').hits[0].id, 'torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["proving", "False"]


def test_suggesting_is_quick(index: Index) -> None:
    typed = ["p", "pr", "sour", "закв", "bakng"] * 20
    index.suggest("warm")
    took = []
    for text in typed:
        started = time.perf_counter()
        index.suggest(text)
        took.append(time.perf_counter() - started)
    assert sorted(took)[len(took) // 2] < 0.01
