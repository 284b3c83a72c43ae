"""Lines and documents in answers: those near in meaning, each document by itself, what an answer has to hold."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hives import SOURCES, opened, write

from kg.answer import Answerer
from kg.answering import choice
from kg.answering.candidates import Candidate, candidates
from kg.answering.ranking import SIGNS, Weights, rank
from kg.base import KnowledgeBase


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: object) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("lines")
    return opened(folder / "home", write(folder / "sources"), kept_cache)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def answerer(course: KnowledgeBase) -> Answerer:
    return Answerer(course.graph, index=course.index, ontology=course.ontology)


QUESTIONS = ("What is propolis?", "Что такое пасека?", "Why do insects seal cracks?", "spinning")


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_order_is_that_of_the_weighted_signs(answerer: Answerer, question: str) -> None:
    ranked = answerer.desk(question).ranked
    sums = [float(np.dot(astuple(Weights()), s.signs)) for s in ranked]
    assert [s.score for s in ranked] == pytest.approx(sums)
    assert sums == sorted(sums, reverse=True)
    assert all(len(s.signs) == len(SIGNS) for s in ranked)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_nearest_line_of_all_is_among_those_ranked(answerer: Answerer, question: str) -> None:
    claims = answerer.claims
    assert claims.matrix is not None
    vector = answerer.index.embed_query(answerer.index.understand(question).dense)
    nearest = int(np.argmax(claims.matrix @ vector))
    ranked = {s.claim.number: s for s in answerer.desk(question).ranked}
    assert ranked[nearest].nearest == 1.0


def test_without_stored_vectors_the_lines_with_words_are_compared(answerer: Answerer) -> None:
    desk = answerer.desk("What is propolis?")
    kept, answerer.claims.matrix = answerer.claims.matrix, None
    try:
        found = rank(desk.asked, claims=answerer.claims, hits=desk.hits, index=answerer.index, weights=Weights())
    finally:
        answerer.claims.matrix = kept
    assert found[0].claim.number == desk.ranked[0].claim.number
    assert found[0].meaning == pytest.approx(desk.ranked[0].meaning, abs=0.01)


def drafts(answerer: Answerer, question: str, way: str) -> list[Candidate]:
    return [c for c in candidates(answerer.desk(question)) if c.way == way]


@pytest.mark.parametrize(
    "question", ["How do the documents define propolis?", "Compare the definitions of propolis in both sources."]
)
def test_each_document_tells_by_itself_what_it_calls_so(answerer: Answerer, question: str) -> None:
    [found] = drafts(answerer, question, "across")
    cited = {e.document for e in found.draft.evidence}
    assert cited == {name for name, text in SOURCES.items() if "**Propolis** is" in text}
    assert len(found.draft.items) == len(cited) == 2
    assert "In common:" in found.draft.text


def test_one_document_is_not_set_beside_itself(answerer: Answerer) -> None:
    assert not drafts(answerer, "How do the documents define a smoker?", "across")
    assert not drafts(answerer, "What is propolis?", "across")


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("How many litres does a smoker hold?", "uncounted"),
        ("In which year was the smoker invented?", "undated"),
        ("Who invented the smoker?", "nobody"),
    ],
)
def test_what_is_asked_for_has_to_be_there(answerer: Answerer, question: str, sign: str) -> None:
    desk = answerer.desk(question)
    own = [j for j in choice.judged(desk, candidates(desk)) if j.candidate.way == "definition"]
    assert own
    assert all(sign in j.signs for j in own)
    plain = answerer.desk("What is a smoker?")
    assert not any(sign in j.signs for j in choice.judged(plain, candidates(plain)))
