"""What does not change an answer, what holds for every one, and hostile questions, over the course on bee-keeping."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest
from answerkit import labels, sound
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.base import KnowledgeBase
from kg.errors import QueryError
from kg.model import Answer

ASKED = [
    "What is propolis?", "What are the four stages of colony growth?", "What comes after build-up?", "bees", "hive",
    "Compare queen, worker and drone", "Which works are in the reading list?", "Oksanen", "мёд", "Что такое улей?",
    "Tell me everything about bees, hives, honey, queens, stages, steps, types and mites", "How are larvae fed?",
    "Какие книги о пчёлах?", "Why do colonies abandon a hive?", "winter",
]  # fmt: skip


@pytest.fixture(scope="module")
def course(bees: KnowledgeBase) -> KnowledgeBase:
    return bees


# -- what must not matter


@pytest.mark.parametrize(
    ("question", "others"),
    [
        (
            "What is propolis?",
            [
                "What is propoliss?", "what is PROPOLIS", "propolis what is", "What is “propolis”?",
                "What is «propolis»?", "What is 'propolis'?", 'What is "propolis"?', "What  is\tpropolis ?",
                "What is the meaning of propolis?",
            ],
        ),
        (
            "What is royal jelly?",
            ["What is royl jelly?", "ROYAL JELLY", "royal jelly: what is it?", "what is ‘royal jelly’", "Royal-jelly?"],
        ),
        ("What are the four stages of colony growth?", ["What are the four stages of colony grwoth?"]),
        (
            "Что такое пасека?",
            [
                "что такое «пасека»?", "ПАСЕКА — что это?", "Пасека это что такое", "Что такое пасекка?",
                "Что такое “пасека”",
            ],
        ),
        ("цветочный мёд", ["цветочный мед", "ЦВЕТОЧНЫЙ МЁД", "Что такое цветочный мёд?"]),
    ],
)  # fmt: skip
def test_spelling_case_order_and_quotes_do_not_matter(course: KnowledgeBase, question: str, others: list[str]) -> None:
    first = course.ask(question)
    for other in (*others, *(unicodedata.normalize("NFD", o) for o in [question, *others])):
        found = course.ask(other)
        assert found.status == "answered", other
        assert found.concepts[0].id == first.concepts[0].id, other


def test_the_same_question_has_the_same_answer(course: KnowledgeBase) -> None:
    def fresh(question: str) -> Answer:
        from kg.answer import Answerer

        made = Answerer(course.graph, index=course.index, ontology=course.ontology, reader=course.answerer.reader)
        return made.answer(question)

    for question in ("What is propolis?", "Какие этапы осмотра улья?", "Compare queen and drone.", "Who is Plato?"):
        assert course.ask(question) == course.ask(question) == fresh(question)


def test_the_language_of_the_program_s_own_words_can_be_chosen(course: KnowledgeBase) -> None:
    question = "What is the capital of Australia?"
    assert course.ask(question, lang="ru").answer == "В источниках об этом ничего нет."
    assert course.ask(question).answer.isascii()


@pytest.mark.parametrize("question", ["Propolis is wat?", "«wat» is propolis", "wat is propolis"])
def test_a_slip_of_a_short_word_is_mended_beside_a_sign_too(course: KnowledgeBase, question: str) -> None:
    assert [w.text for w in course.answerer.desk(question).asked.words] == ["propolis"]


def test_three_capitals_are_no_slip(course: KnowledgeBase) -> None:
    assert "wat" in [w.text for w in course.answerer.desk("What is the WAT?").asked.words]


# -- what holds for every answer


@pytest.mark.parametrize("question", ASKED)
def test_every_answer_is_short_and_its_quotes_stand_there(course: KnowledgeBase, question: str) -> None:
    found = course.ask(question)
    assert found.q == question
    sound(found, course)


@pytest.mark.parametrize("question", ["List the steps of moving an apiary.", "steps of moving an apiary"])
def test_a_long_list_is_cut(course: KnowledgeBase, question: str) -> None:
    found = course.ask(question)
    assert found.status == "answered"
    assert labels(found)[::11] == ["Alder", "Larch"]
    assert labels(found) == sorted(labels(found))
    sound(found, course)


# -- hostile questions


@pytest.mark.parametrize(
    "question", ["", "   ", "\n\t\u00a0", "x" * 10_000, "What is propolis? " * 600, "мёд " * 2_500]
)
def test_nothing_and_too_much_are_query_errors(course: KnowledgeBase, question: str) -> None:
    with pytest.raises(QueryError) as raised:
        course.ask(question)
    assert len(str(raised.value)) < 200
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "question",
    [
        "What is propolis?\x00", "\x1b[31mWhat is propolis?\x1b[0m", "What is\u2028propolis\u202e?",
        "\ufeffWhat is propolis?", "What is pro\u00adpolis?", "What is pro\u200bpolis?",
        "What is propolis? OR 1=1 --", "(((What is [propolis]{*}?",
        "What is propolis?" + "?" * 300, "What is propolis?\r\nX-Header: 1", "label:propolis AND (", '"propolis',
    ],
)  # fmt: skip
def test_control_characters_and_query_syntax_are_plain_text(course: KnowledgeBase, question: str) -> None:
    sound(course.ask(question), course)


pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*ASKED, "propolis", "первый", "the second", "1927", "улей's"]),
    st.sampled_from(["«", "”", "'", "\x00", "\u0301", "-", "🐝"]),
)


def join(parts: Iterable[str]) -> str:
    return " ".join(parts)


@settings(max_examples=60, deadline=None)
@given(question=st.lists(pieces, max_size=5).map(join))
def test_any_text_is_answered_or_a_query_error(course: KnowledgeBase, question: str) -> None:
    try:
        found = course.ask(question)
    except QueryError:
        assert not question.strip() or len(question) > course.settings.max_query_chars
        return
    sound(found, course)
