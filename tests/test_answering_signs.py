"""Signs of single candidates, and answers that show them: numbers, names, wholes, likeness; notes on bees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hives import opened, write

from kg.answer import Answerer
from kg.answering.candidates import candidates
from kg.answering.claims import stem
from kg.answering.signs import Judged, judged, known, refusal
from kg.base import KnowledgeBase

MORE = """\
# Voyages

In 1923 a caravan of bee-keepers crossed the pass (Novak, 1931).

Almaria sells honey in clay jars to monks.

Brovelli sends queens by rail in small cages.

The Experience of Wax is a song about a sticky resin.

A peak stands at the end of the valley.
"""


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("hives-signs")
    notes = write(folder / "notes")
    (notes / "voyages.md").write_text(MORE, encoding="utf-8")
    return opened(folder / "home", notes, kept_cache)


@pytest.fixture(scope="module")
def answerer(kb: KnowledgeBase) -> Answerer:
    return kb.answerer


def of(answerer: Answerer, question: str, way: str = "") -> list[Judged]:
    desk = answerer.desk(question)
    return [j for j in judged(desk, candidates(desk)) if way in ("", j.candidate.way)]


def citing(found: list[Judged], text: str) -> list[Judged]:
    return [j for j in found if any(text in e.quote for e in j.candidate.draft.evidence)]


def test_a_number_of_the_question_or_a_cited_year_is_no_quantity(answerer: Answerer) -> None:
    asked = citing(of(answerer, "How many bee-keepers crossed the pass in 1923?"), "caravan")
    assert asked
    assert all("uncounted" in j.signs for j in asked)
    told = citing(of(answerer, "How many frames does a nuc have?", "definition"), "five frames")
    assert told
    assert not any("uncounted" in j.signs for j in told)


@pytest.mark.parametrize(("name", "there"), [("sticky resin", True), ("peak resin", False), ("Propolis", True)])
def test_a_name_of_several_words_is_known_where_they_stand_together(answerer: Answerer, name: str, there: bool) -> None:
    assert answerer.claims.together([stem(part) for part in name.lower().split()]) is there


@pytest.mark.parametrize(
    "question", ["Compare what Almaria and Brovelli do", "Сравни, что делают Almaria и Brovelli"]
)
def test_names_that_are_no_concepts_are_compared_by_their_lines(answerer: Answerer, question: str) -> None:
    found = of(answerer, question, "names-compared")
    assert len(found) == 1
    draft = found[0].candidate.draft
    assert [i.label for i in draft.items] == ["Almaria", "Brovelli"]
    assert "clay jars" in draft.text
    assert "by rail" in draft.text
    assert len(draft.evidence) == 2
    assert not of(answerer, "Compare what Almaria and Zuckerman do", "names-compared")
    assert not of(answerer, "What does Almaria sell?", "names-compared")


def test_a_count_cites_the_line_that_states_it(answerer: Answerer) -> None:
    counted = of(answerer, "How many steps of moving an apiary are there?", "enumeration")
    assert "18 steps" in counted[0].candidate.draft.evidence[0].quote


def test_authors_are_told_with_the_year(kb: KnowledgeBase) -> None:
    answer = kb.ask("Who wrote Why colonies abandon a full hive?")
    assert "2016" in answer.answer
    assert "Dubois" in answer.answer.title()


def test_refusal_speaks_of_the_question_alone(answerer: Answerer) -> None:
    near, far = (refusal(answerer.desk(q)) for q in ("What is propolis?", "Who won the election of the senate?"))
    assert near["refuse-meaning"] < far["refuse-meaning"]
    assert near["refuse-unlike"] < far["refuse-unlike"]
    assert all(0 <= v <= 1.5 for signs in (near, far) for v in signs.values())


def test_a_build_without_vectors_of_words_has_no_such_signs(answerer: Answerer) -> None:
    desk = replace(answerer.desk("What is propolis?"), like=None)
    assert refusal(desk)["refuse-unlike"] == 0.0
    assert judged(desk, candidates(desk))
    assert known(desk, desk.asked.words[0])


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What comes after young workers take over from the old bees?", "Swarming"),
        ("What comes before half of the colony leaves with the old queen?", "Build-up"),
        ("Что идёт после того, как молодые рабочие пчёлы (young workers) заменят зимних?", "Swarming"),
    ],
)
def test_what_follows_is_told_of_what_is_found(answerer: Answerer, question: str, told: str) -> None:
    """None of the stages is named."""
    [found] = of(answerer, question, "ordering")
    assert [i.label for i in found.candidate.draft.items] == [told]
    assert found.candidate.draft.direct < 0.8


def test_what_follows_what_is_named_is_sure(answerer: Answerer) -> None:
    [found] = of(answerer, "What comes after swarming?", "ordering")
    assert [i.label for i in found.candidate.draft.items] == ["Wintering"]
    assert found.candidate.draft.direct > 0.9
    assert not of(answerer, "What is royal jelly?", "ordering")


def test_the_definition_that_fits_the_question_comes_first(answerer: Answerer) -> None:
    """Two documents define propolis."""
    for said, words in (("sticky resin that seals cracks", "sticky resin"), ("dark glue of saliva", "dark glue")):
        found = of(answerer, f"What is propolis, that {said}?", "definition")
        assert words in found[0].candidate.draft.text
