"""Lines read together with the question: what is read, once, and what it does to ranking, choosing and saying no."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hives import opened, write

from kg.answer import Answerer
from kg.answering import signs
from kg.answering.candidates import candidates
from kg.answering.ranking import _READ, Weights
from kg.answering.relevance import Relevance
from kg.base import KnowledgeBase
from kg.evaluation import gold, judge


class Fake:
    """A reader that says of each line what it is told to, and keeps what it was asked."""

    def __init__(self, odds: Callable[[str], float]) -> None:
        self.odds = odds
        self.asked: list[tuple[str, str]] = []

    def scores(self, question: str, lines: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        self.asked += [(question, line) for line in lines]
        return np.array([self.odds(line) for line in lines], dtype=np.float32)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("read")
    return opened(folder / "home", write(folder / "sources"), kept_cache)


def answerer(course: KnowledgeBase, reader: Fake | None) -> Answerer:
    return Answerer(course.graph, index=course.index, ontology=course.ontology, reader=reader)


QUESTIONS = (
    "What do workers use propolis for?",
    "Why do insects seal cracks?",
    "How many queens has a hive?",
    "Зачем пчёлам прополис?",
)


@pytest.mark.parametrize("question", ["What is propolis?", "propolis", "Что такое пасека?"])
def test_what_the_graph_defines_by_that_name_needs_no_reading(course: KnowledgeBase, question: str) -> None:
    reader = Fake(lambda _: -9.0)
    assert answerer(course, reader).answer(question).status == "answered"
    assert not reader.asked


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_line_is_read_once(course: KnowledgeBase, question: str) -> None:
    reader = Fake(lambda _: 0.0)
    desk = answerer(course, reader).desk(question)
    assert len(reader.asked) == min(_READ, len(desk.ranked))
    signs.judged(desk, candidates(desk))
    assert desk.relevance is not None
    desk.relevance.of(s.claim.number for s in desk.ranked)
    assert len(reader.asked) == len(set(reader.asked))


def test_chances_are_the_logistic_function_of_the_odds(course: KnowledgeBase) -> None:
    claims = answerer(course, None).claims
    odds = {claims.all[0].read: -40.0, claims.all[1].read: 0.0, claims.all[2].read: 2.0}
    found = Relevance("?", reader=Fake(lambda line: odds.get(line, 0.0)), claims=claims).of([2, 0, 1, 2])
    assert list(found) == [2, 0, 1]
    assert found == {2: pytest.approx(1 / (1 + math.exp(-2))), 0: pytest.approx(0.0), 1: 0.5}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_line_that_is_read_best_rises(course: KnowledgeBase, question: str) -> None:
    before = answerer(course, None).desk(question).ranked
    last = before[min(_READ, len(before)) - 1].claim
    after = answerer(course, Fake(lambda line: 9.0 if line == last.read else -9.0)).desk(question).ranked
    assert {s.claim.number for s in after} == {s.claim.number for s in before}
    place = {s.claim.number: n for n, s in enumerate(after)}
    assert place[last.number] < min(_READ, len(before)) - 1 or len(before) == 1
    scores = {s.claim.number: s.score for s in before}
    for s in after:
        assert s.score == pytest.approx(scores[s.claim.number] + Weights().relevance * s.relevance)


def test_without_a_reader_nothing_is_said_of_relevance(course: KnowledgeBase) -> None:
    desk = answerer(course, None).desk("What is propolis?")
    assert desk.relevance is None
    assert all(s.relevance == 0 for s in desk.ranked)
    named = {name for j in signs.judged(desk, candidates(desk)) for name in j.signs} | set(signs.refusal(desk))
    assert not {name for name, value in signs.refusal(desk).items() if "relevan" in name and value}
    assert not {n for n in named if "relevan" in n} - {"refuse-irrelevant"}


def test_signs_tell_the_likeliest_of_the_lines_that_are_cited(course: KnowledgeBase) -> None:
    reader = Fake(lambda line: 1.0 if "resin" in line else -3.0)
    desk = answerer(course, reader).desk("What do workers use propolis for?")
    assert desk.relevance is not None
    best = max(s.relevance for s in desk.ranked)
    for one in signs.judged(desk, candidates(desk)):
        first = [c.number for c in signs.telling(desk, one.candidate.draft)][: signs._READ]
        chance = max(desk.relevance.of(first).values(), default=0.0)
        assert one.signs.get("relevance", 0.0) == chance
        assert one.signs.get("less-relevant", 0.0) == max(0.0, best - chance)
    assert signs.refusal(desk)["refuse-irrelevant"] == 1 - best


@pytest.mark.parametrize("question", ["What do workers use propolis for?", "How many queens has a hive?"])
def test_what_the_reader_denies_is_answered_less_surely(course: KnowledgeBase, question: str) -> None:
    yes, no = (answerer(course, Fake(lambda _, odds=odds: odds)).answer(question) for odds in (6.0, -6.0))  # type: ignore[misc]
    assert yes.status == "answered"
    assert no.status != "answered" or no.confidence < yes.confidence


def test_the_judge_can_be_given_another_reader_for_each_question(course: KnowledgeBase, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"q": "Why is  propolis sticky?", "answerable": false}\n{"q": "Why?", "answerable": false}\n')
    readers = [Fake(lambda _: 3.0), Fake(lambda _: -3.0)]
    first, second = (answerer(course, reader) for reader in readers)
    rows = judge.drafts(
        course, gold.read_questions(file), answerer=lambda question: first if "propolis" in question.q else second
    )
    assert len(rows) == 2
    assert {q for q, _ in readers[0].asked} == {"Why is propolis sticky?"}
    assert "Why is propolis sticky?" not in {q for q, _ in readers[1].asked}
