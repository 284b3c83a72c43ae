"""Lines and documents in answers: those near in meaning, each document by itself, what an answer has to hold."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from hives import SOURCES, opened, write

from kg.answer import Answerer
from kg.answering import signs
from kg.answering.candidates import Candidate, candidates
from kg.answering.likeness import likeness
from kg.answering.ranking import _WORDED, SIGNS, Weights, rank
from kg.base import KnowledgeBase
from kg.late_interaction import UNLIKE


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: object) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("lines")
    return opened(folder / "home", write(folder / "sources"), kept_cache)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def answerer(course: KnowledgeBase) -> Answerer:
    return course.answerer


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
        index, claims = answerer.index, answerer.claims
        like = likeness(desk.asked, index=index, claims=claims)
        found = rank(desk.asked, claims=claims, hits=desk.hits, index=index, weights=Weights(), like=like)
    finally:
        answerer.claims.matrix = kept
    assert found[0].claim.number == desk.ranked[0].claim.number
    assert found[0].meaning == pytest.approx(desk.ranked[0].meaning, abs=0.01)


@pytest.mark.parametrize("question", ["What is the sticky stuff that fills gaps?", "Чем замазывают трещины?"])
def test_meaning_is_the_cosine_and_the_likeness_of_words(answerer: Answerer, question: str) -> None:
    desk, claims, index = answerer.desk(question), answerer.claims, answerer.index
    like = likeness(desk.asked, index=index, claims=claims)
    assert like is not None
    assert claims.matrix is not None
    cosines = claims.matrix @ index.embed_query(index.understand(question).dense)
    for s in desk.ranked:
        cosine, likely = float(cosines[s.claim.number]), like.of([s.claim.number])[0]
        wanted = (1 - _WORDED) * cosine + _WORDED * max(0.0, likely - UNLIKE) if cosine > 0 else 0.0
        assert s.meaning == pytest.approx(wanted, abs=1e-4) or s.meaning == 0.0
    assert any(s.meaning > 0 for s in desk.ranked)


def test_words_that_only_name_a_document_are_not_looked_for_in_its_lines(answerer: Answerer) -> None:
    index, claims = answerer.index, answerer.claims
    desk = answerer.desk("What do the flashcards say about brood?")
    like = likeness(desk.asked, index=index, claims=claims)
    assert like is not None
    assert len(like.query.weights) == 1
    assert likeness(replace(desk.asked, words=()), index=index, claims=claims) is None


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
    own = [j for j in signs.judged(desk, candidates(desk)) if j.candidate.way == "definition"]
    assert own
    assert all(sign in j.signs for j in own)
    plain = answerer.desk("What is a smoker?")
    assert not any(sign in j.signs for j in signs.judged(plain, candidates(plain)))
