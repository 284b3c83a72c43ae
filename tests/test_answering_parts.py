"""Questions of several parts: what they are split into, and when the parts are answered one by one."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hives import opened, write
from hypothesis import given, settings
from hypothesis import strategies as st

from api.catalogue import Catalogue
from api.page.cards import answer_card
from api.page.render import Words
from kg import views
from kg.answering.parts import Part, joined, parts
from kg.base import KnowledgeBase
from kg.model import Answer
from kg.ontology_files import load

NAMES = ("royal jelly", "propolis", "drone", "drones", "прополис", "пасека", "nectar flow")


def named(text: str) -> str:
    found = [n for n in NAMES if n in text.casefold()]
    return max(found, key=len) if found else ""


def split(question: str) -> list[str]:
    return [p.asked for p in parts(question, ontology=load(), named=named)]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Royal jelly: what is it, and which larvae are fed with it?",
            ["Royal jelly: what is it?", "Royal jelly: which larvae are fed with it?"],
        ),
        (
            "What is propolis and what do bees seal with it?",
            ["What is propolis?", "propolis: what do bees seal with it?"],
        ),
        (
            "What is “propolis”, and how long do drones live?",
            ["What is “propolis”?", "how long do drones live?"],
        ),
        (
            "What is propolis? And when does the nectar flow begin?",
            ["What is propolis?", "when does the nectar flow begin?"],
        ),
        (
            "Прополис — что это за вещество и какие щели им заделывают?",
            ["Прополис: что это за вещество?", "Прополис: какие щели им заделывают?"],
        ),
        (
            "Как готовят прополис, а также где стоит «пасека»?",
            ["Как готовят прополис?", "где стоит «пасека»?"],
        ),
        (
            "Из чего состоит прополис и в каких ульях её собирают?",
            ["Из чего состоит прополис?", "прополис: в каких ульях её собирают?"],
        ),
    ],
)
def test_parts_stand_by_themselves(question: str, asked: list[str]) -> None:
    assert split(question) == asked
    assert len(split(question.upper())) == len(asked)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_composed_or_not_split_alike(form: str) -> None:
    question = "Чьё это молочко, прополис, и о чём ещё пишут?"
    said = parts(unicodedata.normalize(form, question), ontology=load(), named=named)
    assert [unicodedata.normalize("NFC", p.said) for p in said] == ["Чьё это молочко, прополис", "о чём ещё пишут"]


@pytest.mark.parametrize(
    "question",
    [
        "What is propolis?",
        "Which bees feed larvae and build comb?",
        "What is the difference between royal jelly and propolis?",
        "How many and which bees are there?",  # the first half tells nothing of what it asks
        "What is propolis, and why?",  # nor does the second
        "What is it called, and what is done with it?",  # nothing that "it" could be
        "Какие пчёлы кормят личинок и строят соты?",
        "Чем прополис отличается от мёда и воска?",
        "Who says that what is and what was are one; and how; and when; and where?",
        "",
        "? ? ?",
        "and what and what",
    ],
)
def test_single_questions_stay_whole(question: str) -> None:
    assert split(question) == []


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_is_split_or_left(one: str, two: str) -> None:
    ontology = load()
    for p in parts(f"What is {one} and what is {two}?", ontology=ontology, named=named):
        assert p.said in p.asked
        assert p.said.strip()


def _answer(text: str, *, status: str = "answered", sure: float = 0.9) -> Answer:
    return Answer("q", status, "definition", text, confidence=sure)


PARTS = (Part("what is brood", "what is brood?"), Part("what is a nuc", "what is a nuc?"))


def test_every_part_has_to_be_answered() -> None:
    whole = _answer("", status="not_in_course", sure=0.5)
    one, none = _answer("Eggs."), _answer("", status="mentioned_only")
    assert joined(whole, PARTS, [one, none], lang="en") is None
    both = joined(whole, PARTS, [one, _answer("A: small | B: colony", sure=0.7)], lang="en")
    assert both is not None
    assert both.status == "answered"
    assert both.confidence == 0.7
    assert both.answer == "What is brood? Eggs. | What is a nuc? A: small; B: colony"


def test_a_surer_answer_to_the_whole_is_kept() -> None:
    answers = [_answer("Eggs.", sure=0.9), _answer("A colony.", sure=0.7)]
    assert joined(_answer("Both.", sure=0.8), PARTS, answers, lang="en") is None
    assert joined(_answer("Both.", sure=0.6), PARTS, answers, lang="en") is not None


def test_sources_that_disagree_on_a_part_disagree_on_the_whole() -> None:
    answers = [_answer("Eggs."), _answer("1904 or 1905", status="conflict")]
    both = joined(replace(_answer("x"), confidence=0.1), PARTS, answers, lang="en")
    assert both is not None
    assert both.status == "conflict"


def test_long_answers_leave_room_for_each_other() -> None:
    answers = [_answer("word " * 200), _answer("слово " * 200)]
    both = joined(_answer("x", sure=0.1), PARTS, answers, lang="en")
    assert both is not None
    assert len(both.answer.split()) <= 86
    assert both.answer.count("…") == 2


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: object) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("parts")
    return opened(folder / "home", write(folder / "sources"), kept_cache)  # type: ignore[arg-type]


def test_both_parts_are_answered_with_their_own_lines(course: KnowledgeBase) -> None:
    answer = course.ask("What is varroosis, and what is royal jelly?")
    assert answer.status == "answered"
    assert len(answer.answer.split()) <= 86
    assert "mites" in answer.answer
    assert "milky secretion" in answer.answer
    assert {e.document for e in answer.evidence} == {"apiary-handbook.md", "hive-flashcards.txt"}
    for item in answer.items:
        assert item.evidence


def test_a_part_that_the_notes_do_not_tell_is_not_made_up(course: KnowledgeBase) -> None:
    answerer = course.answerer
    question = "What is royal jelly, and who sells submarines?"
    assert answerer.answer(question) == answerer._one(question, lang=None)


def test_the_page_sets_the_parts_beside_each_other(course: KnowledgeBase) -> None:
    answer = views.answer(course, course.ask("What is varroosis, and what is royal jelly?"))
    for lang, heading in (("en", "Part by part"), ("ru", "По частям")):
        card = answer_card(answer, Words(course, Catalogue(course), lang))
        assert card.heading == heading
        assert [side.label for side in card.sides] == ["What is varroosis?", "What is royal jelly?"]
        assert "mites" in card.sides[0].text
        assert "milky" in card.sides[1].text
        assert all(side.evidence for side in card.sides)
