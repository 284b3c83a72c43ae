"""`kg eval`: the figures of the scale, whoever computes them: this program, the scorer over HTTP, a naive count."""

from __future__ import annotations

import importlib.util
import json
import math
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from evalkit import LABELS, QUESTIONS, Scripted, written
from hypothesis import given
from hypothesis import strategies as st

from kg import views
from kg.base import KnowledgeBase
from kg.evaluate import Evaluation, evaluate
from kg.evaluation import gold, measures, score

SCORER = Path(__file__).parents[2] / "shared" / "gold" / "score.py"
needs_scorer = pytest.mark.skipif(not SCORER.is_file(), reason="score.py stands in shared/ beside the checkout")


@pytest.fixture(scope="module")
def kb(scripted_bread: Scripted) -> KnowledgeBase:
    return scripted_bread


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path)


@pytest.fixture
def result(kb: KnowledgeBase, files: tuple[Path, Path]) -> Evaluation:
    return evaluate(kb, gold.read_questions(files[0]), labels=gold.read_labels(files[1]))


# -- questions, their reasons and causes


def test_every_question_fails_for_its_own_reason(result: Evaluation) -> None:
    assert {r.question.id: r.why for r in result.rows} == {
        "right": "",
        "steps": "",
        "backwards": "wrong or incomplete",
        "elsewhere": "no true citation at the gold lines",
        "false": "",  # the false quote does not leave the program
        "silent": "did not answer",
        "long": "wrong or incomplete",
        "no": "",
        "made up": "answered what the sources do not say",
        "broken": "it breaks",
    }
    assert {r.question.id: r.cause for r in result.rows if r.cause} == {
        "backwards": "item", "elsewhere": "not cited", "silent": "refused", "long": "item",
        "made up": "unanswerable", "broken": "error",
    }  # fmt: skip
    assert result.causes == {
        "error": 1, "unanswerable": 1, "refused": 1, "not cited": 1, "retrieval": 0, "type": 0, "item": 2
    }  # fmt: skip
    assert {r.question.id: r.lacking for r in result.rows if r.lacking} == {
        "backwards": "say in this order proving, mixing",
        "elsewhere": "cite khleb.txt:3",
        "long": "say weber",
    }
    everything = result.scores["all"]
    assert (everything["n"], everything["resolved"], everything["abstained"]) == (10, 0.4, 0.5)
    assert everything["right"] == round(4 / 7, 4)
    assert everything["cited"] == round(5 / 7, 4)  # "silent" too; "long" cites the gold line in the ninth place
    assert everything["answered"] == round(6 / 7, 4)
    assert result.scores["ru"]["n"] == 3
    assert result.scores["unanswerable"]["right"] is None


def test_a_failure_has_one_cause(result: Evaluation) -> None:
    wrong = next(r for r in result.rows if r.question.id == "long")
    assert wrong.rank is not None
    other = replace(wrong, answer={**wrong.answer, "type": "definition"})
    assert other.cause == "type"
    assert replace(other, question=replace(wrong.question, type="source/literature")).cause == "type"
    assert replace(other, question=replace(wrong.question, type="definition")).cause == "item"
    assert replace(other, question=replace(wrong.question, type="typo")).cause == "item"
    lost = replace(other, rank=None, values={**wrong.values, "cited": False})
    assert (lost.cause, lost.why) == ("retrieval", "the search missed the gold lines")


def test_evidence_is_scored_as_it_leaves_the_program(kb: KnowledgeBase) -> None:
    """A quote that does not stand in its source is dropped by the views, so that it is no citation either."""
    answer = views.answer(kb, kb.ask("Чем отличается дрожжевое тесто?"))
    assert [e["lines"] for e in answer["evidence"]] == [[13, 13]]


def test_search_is_scored_as_a_naive_count_says(kb: KnowledgeBase, result: Evaluation) -> None:
    """Written again, from the definitions, with other means."""
    evidence_at_5, first, gains = [], [], []
    for q in QUESTIONS:
        if q["id"] in ("no", "made up", "broken"):
            continue
        hits = kb.search(q["q"], limit=10).hits
        lines = {(g["file"], n) for g in q["evidence"] for n in range(g["lines"][0], g["lines"][1] + 1)}
        near = {(e.document, n) for h in hits[:5] for e in h.evidence for n in range(e.lines[0], e.lines[1] + 1)}
        evidence_at_5.append(bool(lines & near))
        if not q["gold_concepts"]:
            continue
        worth = {id: 2 if i == 0 else 1 for i, id in enumerate(q["gold_concepts"])}
        total, best = 0.0, sum(w / math.log2(i + 2) for i, w in enumerate(worth.values()))
        for rank, h in enumerate(hits):
            names = {re.sub(r"\W+", " ", n.lower()).strip() for n in (h.label, *h.labels.values())}
            for id in list(worth):
                mine = {re.sub(r"\W+", " ", n.lower()).strip() for n in LABELS.get(id, [id.replace("-", " ")])}
                if names & mine:
                    total += worth.pop(id) / math.log2(rank + 2)
                    if rank == 0:
                        first.append(1)
                    break
        gains.append(total / best)
    scores = result.scores["all"]
    assert scores["search_evidence@5"] == round(sum(evidence_at_5) / 7, 4)
    assert scores["search_hit@1"] == round(len(first) / 6, 4)
    assert scores["search_ndcg@10"] == pytest.approx(sum(gains) / 6, abs=1e-4)
    assert 0 < scores["search_ndcg@10"] < 1
    assert result.legs["all"] == {"n": 7, **{m: scores[m] for m in measures.SEARCH_MEASURES}}


# -- the scale itself


@contextmanager
def served(kb: KnowledgeBase) -> Iterator[str]:
    """The address of a live server over `kb`."""
    import uvicorn

    from api.app import create_app

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(kb), log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@needs_scorer
@pytest.mark.parametrize("scripted", [True, False], ids=["scripted answers", "real answers"])
def test_the_figures_are_those_over_http(kb: KnowledgeBase, files: tuple[Path, Path], scripted: bool) -> None:
    if not scripted:
        kb = KnowledgeBase(
            settings=kb.settings, folder=kb.folder, manifest=kb.manifest, ontology=kb.ontology, graph=kb.graph,
            store=kb.store,
        )  # fmt: skip
    result = evaluate(kb, gold.read_questions(files[0]), labels=gold.read_labels(files[1]))
    with served(kb) as address:
        command = [sys.executable, str(SCORER), "--base", address, "--questions", str(files[0]), "--labels",
                   str(files[1]), "--json"]  # fmt: skip
        over_http = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    assert over_http["all"].pop("ask_ms_p50") is not None or not scripted
    assert result.scores == over_http
    assert list(result.scores) == list(over_http)


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SIGNS = "aBё е́йЙ«»“”‘’`ʼ'\"-–—−‑.,!\u00a0\u2028\t\x1fÉe\u0301ẞſ²_I"
WILD = st.text(st.sampled_from(SIGNS), max_size=12) | st.text(max_size=6)
OPTIONS = st.lists(st.lists(st.text("abё -«", max_size=2), max_size=3), max_size=3)


@needs_scorer
@given(text=WILD, wanted=OPTIONS, ordered=OPTIONS)
def test_texts_are_folded_and_searched_as_on_the_scale(
    scorer: ModuleType, text: str, wanted: list[list[str]], ordered: list[list[str]]
) -> None:
    assert score.fold(text) == scorer.fold(text)
    assert score.key(text) == scorer.label_key(text)
    folded = score.fold(text)
    lists = tuple(map(tuple, wanted)), tuple(map(tuple, ordered))
    assert score.says(folded, *lists) == scorer.contains(folded, wanted, ordered)


@needs_scorer
@given(
    found=st.lists(st.lists(st.sampled_from(["a b", "A-b", "b", "c", "ё", "е", "", "x"]), min_size=1, max_size=3)),
    ids=st.lists(st.sampled_from(["a-b", "b", "c", "e", "none"]), min_size=1, max_size=12),
)
def test_gains_are_those_of_the_scale(scorer: ModuleType, found: list[list[str]], ids: list[str]) -> None:
    labels = {"e": ["Ё!"], "none": [], "c": ["C", "b"]}
    hits = [{"label": row[0], "labels": dict(enumerate(row[1:]))} for row in found]
    gains = score.gains_of(hits, ids, labels=labels)
    assert gains == scorer.gains(hits, ids, labels)
    ideal = score.discounted([2] + [1] * (len(ids) - 1))
    assert score.discounted(gains) / ideal == scorer.ndcg(gains, ids)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ещё «Раз» — “два”", 'еще "раз" - "два"'),
        ("don’t  ‘stop’\u00a0now", "don't 'stop' now"),
        ("Cafe\u0301 CAFÉ", "cafe\u0301 café"),  # the scale does not compose accents
        ("й И\u0306", "й и\u0306"),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert score.fold(written) == folded
    assert score.fold(folded) == folded
