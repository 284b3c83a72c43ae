"""What `kg eval` measures beside the scale: concepts found, rules cited, searches without a leg, confidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evalkit import LABELS, Scripted, lines_of, written
from graphs import concept, document, line
from hypothesis import given
from hypothesis import strategies as st

from kg import views
from kg.base import KnowledgeBase
from kg.evaluate import Evaluation, evaluate
from kg.evaluation import gold, measures, score
from kg.model import Evidence, Fact, Span


@pytest.fixture(scope="module")
def kb(scripted_bread: Scripted) -> KnowledgeBase:
    return scripted_bread


@pytest.fixture
def result(kb: KnowledgeBase, tmp_path: Path) -> Evaluation:
    questions, labels = written(tmp_path)
    return evaluate(kb, gold.read_questions(questions), labels=gold.read_labels(labels))


def test_a_concept_is_found_by_any_label_in_any_language(kb: KnowledgeBase, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "label_en": "The doughs", "salience": "core"},
        {"id": "b", "label_en": "Bulk rest", "label_ru": "расстойки", "alt_labels": [], "salience": "core"},
        {"id": "c", "label_en": None, "alt_labels": ["Levain"], "salience": "support"},
        {"id": "d", "label_en": "Croissant", "salience": "core", "kind": "pastry",
         "mentions": [{"file": "bread.txt", "lines": [2, 3]}]},
        {"id": "e", "label_en": "!!!", "salience": "peripheral"},
    ]  # fmt: skip
    wanted = gold.read_concepts(lines_of(tmp_path / "c.jsonl", rows))
    nameless = concept("nameless", "concept", en="...")
    core, support, peripheral = measures.recall(wanted, [*kb.graph.concepts.values(), nameless])
    assert (core.of, core.found, core.value) == (3, 2, round(2 / 3, 4))
    assert [g.id for g in core.missed] == ["d"]
    assert (support.of, support.found) == (1, 1)
    assert (peripheral.of, peripheral.found) == (1, 0), "a label without words names nothing"


def test_rules_are_counted_and_judged_by_what_answers_cite() -> None:
    doc = document("d", "en", "one\ntwo\nthree\nfour\n")
    facts = (
        Fact("a", "note", line(doc, 1), "r1", value="x"),
        Fact("b", "note", line(doc, 1, 2), "r2", value="x"),
        Fact("c", "note", line(doc, 2), "r2", value="y"),
        Fact("c", "note", doc.cite(Span(0, 1)), "beside", value="y"),  # "o" and "e", where "n" is cited
        Fact("c", "note", doc.cite(Span(2, 3)), "beside", value="y"),
        Fact("c", "note", line(doc, 3), "r2", value="z"),
        Fact("c", "note", line(doc, 3), "idle", value="z"),
    )

    def cites(*evidence: Evidence) -> dict[str, Any]:
        rows = [{"document": e.document, "start": e.start, "end": e.end, "lines": list(e.lines)} for e in evidence]
        return {"evidence": rows, "items": []}

    question = gold.Question("q", "q", "en", "t", True, (), (), (gold.Place("d", 2, 2),), ())
    answers = [
        (question, cites(line(doc, 1), line(doc, 1), line(doc, 2))),  # r1 and r2 off the gold line; r2 at it
        # r1 and r2 at the gold line; no statement; r1 and r2 off it
        (question, cites(line(doc, 1, 2), line(doc, 4), doc.cite(Span(1, 2)))),
    ]
    rows = {r.name: (r.statements, r.cited, r.at_gold, r.precision) for r in measures.rules(facts, answers)}
    assert rows == {
        "r2": (3, 4, 2, 0.5),
        "beside": (2, 2, 1, 0.5),
        "idle": (1, 0, 0, None),
        "r1": (1, 3, 1, 0.3333),
        "(no statement)": (0, 1, 0, 0.0),
    }
    assert list(rows) == ["r2", "beside", "idle", "r1", "(no statement)"]


def test_each_leg_is_switched_off_once(kb: KnowledgeBase, result: Evaluation) -> None:
    assert list(result.legs) == ["all", "without dense", "without graph", "without labels", "without text"]
    rows = [r for r in result.rows if r.question.concepts and not r.error]
    for leg in ("dense", "graph", "labels", "text"):
        others = frozenset({"dense", "graph", "labels", "text"} - {leg})
        found = []
        for r in rows:
            hits = [views.hit(kb, h) for h in kb.index.search(r.question.q, limit=10, legs=others).hits]
            found.append(score.found(r.question, hits, labels=LABELS)["search_ndcg@10"])
        assert result.legs[f"without {leg}"]["n"] == 7
        assert result.legs[f"without {leg}"]["search_ndcg@10"] == round(sum(found) / len(found), 4)
    assert len({row["search_ndcg@10"] for row in result.legs.values()}) > 1, "no leg makes a difference here"


def test_confidence_by_hand() -> None:
    found = measures.confidence([(0.9, True), (0.95, False), (0.25, False), (0.25, True), (1.0, True)])
    assert found is not None
    assert [(b.low, b.n) for b in found.bins] == [(0.2, 2), (0.9, 3)]
    assert found.curve == ((0.2, 0.0), (0.4, 0.5), (0.6, 1 / 3), (1.0, 0.4))
    assert found.area == round((0 + 0.5 + 1 / 3 + 0.4 + 0.4) / 5, 4)
    assert found.safe == 0.2
    assert found.error == round((2 * abs(0.25 - 0.5) + 3 * abs(2.85 / 3 - 2 / 3)) / 5, 4)
    assert found.brier == round((0.01 + 0.95**2 + 0.0625 + 0.5625 + 0) / 5, 4)
    assert measures.confidence([]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_confidence_does_not_depend_on_the_order(rows: list[tuple[float, bool]]) -> None:
    found = measures.confidence(rows)
    assert found is not None
    again = measures.confidence(rows[::-1])
    assert again is not None
    assert found.curve == again.curve
    assert sum(b.n for b in found.bins) == len(rows) == found.n
    wrong = sum(not right for _, right in rows)
    assert found.curve[-1] == (1.0, wrong / len(rows))


def test_confidence_is_of_the_answers_that_were_given(result: Evaluation) -> None:
    assert result.confidence is not None
    assert result.confidence.n == 7
    assert result.confidence.curve[-1] == (1.0, 3 / 7)
