"""Why a hit has its score: shares that add up, the name that matched, the way through the graph, the rules behind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graphs import concept, document, line, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_search import Words

from kg import terminal
from kg.embedding import Embedder, open_embedder
from kg.labels import LabelMatch
from kg.model import Fact, Graph, Hit
from kg.search import WEIGHTS, Index
from kg.search_build import build_index
from kg.search_explain import LEGS, _way
from kg.search_legs import _SPREAD, _SPREAD_OTHER
from kg.search_units import PASSAGE, Facts, units_of
from kg.settings import Settings

QUERIES = [
    "What is sourdough?", "proving", "Baking method", "Что такое закваска?", "the dough that rises overnight", "опара"
]  # fmt: skip


@pytest.fixture(scope="module")
def index(kept_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    embedder: Embedder = open_embedder(Settings(), serving=False, cache=kept_cache)
    folder = tmp_path_factory.mktemp("explain")
    build_index(small(), folder, embedder=embedder, ontology=Words())
    return Index.open(folder, small(), embedder=embedder, ontology=Words())


def explained(index: Index, query: str) -> list[tuple[Hit, Mapping[str, Any]]]:
    return [(h, h.explain) for h in index.search(query, limit=50, explain=True).hits if h.explain is not None]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.one_of(st.sampled_from(QUERIES), st.text(min_size=1, max_size=60).filter(str.strip)))
def test_the_shares_add_up_to_the_score_whatever_is_asked(index: Index, query: str) -> None:
    for hit, why in explained(index, query):
        assert set(why["legs"]) == set(LEGS)
        assert sum(why["legs"].values()) == pytest.approx(hit.score, abs=1e-9)
        assert sum(why["parts"].values()) == pytest.approx(hit.score, abs=1e-9)
        for leg, names in LEGS.items():
            assert why["legs"][leg] == pytest.approx(sum(why["parts"][n] for n in names), abs=1e-9)


@pytest.mark.parametrize("query", ["What is sourdough?", "proving", "Baking method"])
def test_the_shares_are_what_weights_and_raw_scores_give(index: Index, query: str) -> None:
    """A naive oracle: a share is its leg's weight in the sum of all, times the leg's own score."""
    w = WEIGHTS
    total = w.concept_labels + w.concept_text + w.concept_dense + w.asked_vote + w.concept_spread + w.asked_prior
    scale = index.understand(query).scale
    checked = 0
    for hit, why in explained(index, query):
        if hit.kind != PASSAGE and why["cosine"] is not None:
            x = why["bm25"] / scale
            text = x / (x + w.asked_half)
            label = why["label"]["score"] if why["label"] else 0.0
            assert why["legs"]["labels"] == pytest.approx(w.concept_labels * label / total, abs=2e-4)
            assert why["legs"]["text"] == pytest.approx(w.concept_text * text / total, abs=2e-4)
            share = 0 if why["likeness"] is None else w.concept_words
            near = (1 - share) * why["cosine"] + share * (why["likeness"] or 0)
            assert why["legs"]["dense"] == pytest.approx(w.concept_dense * max(0, near) / total, abs=2e-4)
            checked += 1
    assert checked


def test_the_name_that_matched_and_how(index: Index) -> None:
    found = {h.id: why["label"] for h, why in explained(index, "levain")}
    assert found["sourdough"] == {"label": "levain", "lang": "en", "how": "exact", "score": 0.97}
    assert found["dough"] is None
    assert {h.id: why["label"] for h, why in explained(index, "закваски")}["sourdough"]["lang"] == "ru"


def test_the_way_is_the_strongest_fact_between_a_named_concept_and_the_hit(index: Index) -> None:
    """A naive oracle over all facts of the graph."""
    facts = small().facts
    seen = set()
    for hit, why in explained(index, "Baking method"):
        if hit.kind == PASSAGE or not why["parts"]["spread"]:
            assert hit.kind == PASSAGE or why["way"] == []
            continue
        (step,) = why["way"]
        ties = [f for f in facts if {f.subject, f.object} == {step["from"], hit.id}]
        best = max(_SPREAD.get(f.predicate, _SPREAD_OTHER) for f in ties)
        assert _SPREAD.get(step["predicate"], _SPREAD_OTHER) == best
        same = [f for f in ties if f.predicate == step["predicate"]]
        assert step["direction"] == ("out" if same[0].subject == step["from"] else "in")
        assert step["rules"] == sorted({f.rule for f in same})
        assert (step["document"], step["line"]) in {(f.evidence.document, f.evidence.lines[0]) for f in same}
        assert step["to"] == hit.id
        seen.add(hit.id)
    assert {"mixing", "proving"} <= seen


def test_of_two_facts_and_two_named_concepts_the_strongest_way_is_told() -> None:
    doc = document("d.txt", "en", "one\ntwo\nthree\n")
    facts = (
        Fact("tail", "related", line(doc, 1), "weak", "kite"),
        Fact("tail", "part-of", line(doc, 2), "strong", "kite"),
        Fact("tail", "part-of", line(doc, 3), "named-badly", "rope"),
    )
    concepts = {name: concept(name, "concept", en=name, documents=["d.txt"]) for name in ("tail", "kite", "rope")}
    graph = Graph(concepts, facts, (doc,))
    unit = next(u for u in units_of(graph).values() if u.id == "tail")
    matches = {
        0: LabelMatch("rope", "rope", "en", "fuzzy", 0.5, False),
        1: LabelMatch("kite", "kite", "en", "exact", 0.9, True),
    }
    pool = SimpleNamespace(matches=matches, describes=False)
    (step,) = _way(unit, pool, Facts(graph))  # type: ignore[arg-type]
    assert (step["from"], step["predicate"], step["rules"], step["line"]) == ("kite", "part-of", ["strong"], 2)


def test_what_a_description_names_loses_what_the_correction_tells(index: Index) -> None:
    query = "a mixture of flour and water that ferments with wild yeast and that makes sourdough rise"
    found = [why["legs"]["correction"] for _, why in explained(index, query)]
    assert min(found) == pytest.approx(-WEIGHTS.named, abs=1e-5)
    assert max(found) == pytest.approx(0, abs=1e-5)


def test_a_passage_is_reached_by_what_it_states_of_a_named_concept(index: Index) -> None:
    ways = [why["way"] for h, why in explained(index, "What is sourdough?") if h.kind == PASSAGE and why["way"]]
    assert ways
    assert all(step["direction"] == "states" and step["from"] in small().concepts for (step,) in ways)


def test_the_rules_are_those_of_the_evidence_that_is_shown(index: Index) -> None:
    for hit, why in explained(index, "What is sourdough?"):
        if hit.kind == PASSAGE:
            assert why["statements"] == []
            continue
        wanted = {
            (f.predicate, f.rule, f.evidence.document, f.evidence.lines[0])
            for f in small().facts
            if hit.id in (f.subject, f.object) and f.evidence in hit.evidence
        }
        assert {(s["predicate"], s["rule"], s["document"], s["line"]) for s in why["statements"]} == wanted
        assert len(why["statements"]) == len(wanted)


def test_nothing_is_explained_unless_asked_and_the_hits_are_the_same(index: Index) -> None:
    for query in QUERIES:
        plain, told = index.search(query), index.search(query, explain=True)
        assert [(h.id, h.score, h.explain) for h in plain.hits] == [(h.id, h.score, None) for h in told.hits]


def test_the_terminal_shows_it() -> None:
    why = {
        "legs": {"labels": 0.4, "text": 0.1, "dense": 0.0, "graph": 0.05, "prior": 0.0, "correction": -0.02},
        "label": {"label": "levain\x1b[31m", "lang": "en", "how": "exact", "score": 1.0},
        "way": [{"from": "a", "predicate": "part-of", "direction": "in", "to": "b", "document": "d.md", "line": 3}],
        "vote": {"predicate": "definition", "rule": "r", "document": "d.md", "line": 4},
        "statements": [{"predicate": "definition", "rule": "is-definition"}] * 2,
        "translated": ["yeast"],
    }
    hit = {"label": "B", "kind": "k", "score": 0.53, "snippet": "", "evidence": [], "explain": why}
    result = {"query": "q", "total": 1, "hits": [{**hit, "matched": {"label": "B", "how": "exact"}}]}
    shown = "\n".join(line.plain for line in terminal.search(result))
    for part in (
        "score = labels +0.400 text +0.100 graph +0.050 correction -0.020",
        "way a part-of ← b d.md:3",
        "vote definition [r] d.md:4",
        "stated: definition by is-definition",
        "translated: ['yeast']",
    ):
        assert part in shown
    assert "\x1b" not in shown
