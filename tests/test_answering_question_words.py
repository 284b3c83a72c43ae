"""What a question speaks of: names, words and their weights, documents, language; any text, however it is composed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questionkit import asked, ontology

from kg.answering.claims import stem
from kg.answering.question import HEAVIEST, LEAST, LIGHTEST, Linker
from kg.text import words


def linked(text: str) -> list[str]:
    return [k.concept for k in asked(text).links]


# -- names


@pytest.mark.parametrize(
    ("question", "concepts"),
    [
        ("What is a hive?", ["hive"]),
        ("What are HIVES?", ["hive"]),
        ("Compare a Langstroth hive with a top-bar hive", ["langstroth", "top-bar-hive"]),
        ("the Langstroth", ["langstroth"]),
        ("Who wrote Queens and their daughters in the north?", ["paper"]),
        ("Who wrote “Queens and Their Daughters in the North”?", ["paper"]),
        ("works by Oksanen", ["oksanen"]),
        ("works by Aino Oksanen", ["oksanen"]),
        ("Что такое «пасека»?", ["apiary"]),
        ("Где стоит улей на пасеке?", ["hive", "apiary"]),
        ("цветочный мед", ["honey"]),
        ("цветочный ме\u0308д", ["honey"]),
        ("jelly", ["jelly-1", "jelly-2"]),
        ("What is a zebra?", []),
        ("the", []),
        ("", []),
    ],
)
def test_names_of_concepts(question: str, concepts: list[str]) -> None:
    assert linked(question) == concepts


def test_links_stand_where_they_say() -> None:
    found = asked("How does a top-bar hive differ from the Langstroth hive?")
    said = found.plain.split()
    assert [" ".join(said[k.start : k.end]) for k in found.links] == ["top-bar hive", "langstroth hive"]
    assert [k.label for k in found.links] == ["top-bar hive", "langstroth hive"]


def test_a_misspelt_name_is_found_as_it_is_meant() -> None:
    found = asked("What is propolsi?", mended={"propolsi": "propolis"})
    assert [k.concept for k in found.links] == ["propolis"]
    assert found.text == "What is propolsi?"
    assert "propolis" in found.plain


def test_no_concepts_no_links() -> None:
    assert Linker({}).links(["hive"], frozenset()) == []


@pytest.mark.parametrize("quoted", ["“{}”", "«{}»", "'{}'", '"{}"', "‘{}’", "„{}“"])
def test_quotes_do_not_matter(quoted: str) -> None:
    for name in ("Langstroth hive", "цветочный мёд"):
        plain, marked = asked(f"What is {name}?"), asked(f"What is {quoted.format(name)}?")
        assert (marked.links, marked.type, marked.plain) == (plain.links, plain.type, plain.plain)
        assert [w.forms for w in marked.words] == [w.forms for w in plain.words]


# -- words


def test_words_that_frame_tell_nothing() -> None:
    found = asked("What is the definition of propolis?")
    assert [w.text for w in found.words] == ["propolis"]
    assert (stem("propolis"),) in found.words[0].forms
    assert [w.text for w in asked("Что такое пасека?").words] == ["пасека"]
    assert asked("What is it?").words == asked("что это?").words == ()


def test_a_hyphenated_word_may_stand_in_parts() -> None:
    [one, *_] = asked("top-bar").words
    assert {(stem("top-bar"),), (stem("top"), stem("bar"))} <= set(one.forms)


def test_rare_and_unknown_words_weigh_more() -> None:
    weigh = {w.text: w.weight for w in asked("Is a hive of propolis like a zebra?").words}
    assert LIGHTEST * LEAST <= weigh["hive"] < weigh["propolis"] < weigh["zebra"]
    assert asked("hive propolis").weight == pytest.approx(weigh["hive"] + weigh["propolis"])


def test_names_and_years_are_names() -> None:
    found = {w.text: w for w in asked("What did Zimmermann say of hives in 1984?").words}
    assert found["zimmermann"].name
    assert found["zimmermann"].surface == "Zimmermann"
    assert found["1984"].name
    assert not found["hives"].name


@pytest.mark.parametrize("question", ["Which book did Pine, B. J. write?", "Какую книгу написал Pine, B. J.?"])
def test_initials_are_not_asked_about(question: str) -> None:
    told = {w.text for w in asked(question).words}
    assert "pine" in told
    assert not told & {"b", "j"}


def test_a_term_has_forms_in_both_languages() -> None:
    term = next(
        t
        for t in ontology().terms
        if {"en", "ru"} <= set(t.labels) and all(len(words(t.labels[x][0])) == 1 for x in ("en", "ru"))
    )
    for here, there in (("en", "ru"), ("ru", "en")):
        forms = {s for w in asked(term.labels[here][0]).words for f in w.forms for s in f}
        assert forms & {stem(w) for label in term.labels[there] for w in words(label)}


@pytest.mark.parametrize(
    ("question", "kept", "dropped"),
    [
        ("According to our exam summary, what is propolis?", "propolis", {"exam", "summary"}),
        ("Что такое прополис в материалах курса?", "прополис", {"материалах", "курса"}),
        ("Which document seals propolis?", "seals", {"document"}),
    ],
)
def test_words_that_say_where_to_look_are_not_asked_about(question: str, kept: str, dropped: set[str]) -> None:
    found = {w.text for w in asked(question, titles={}).words}
    assert kept in found
    assert not found & dropped


# -- documents, language


def test_documents_are_named_by_their_own_words() -> None:
    assert asked("What does the handbook say of propolis?").documents == ("hives.txt",)
    assert asked("Что сказано в презентации об улье?").documents == ("пчёлы.txt",)
    assert asked("What is propolis?").documents == ()
    assert "handbook" not in [w.text for w in asked("What does the handbook say of propolis?").words]


def test_a_document_with_fewer_of_the_words_is_not_meant() -> None:
    titles = {"a": ["clip", "cards"], "b": ["clip"], "c": ["deck"]}
    assert asked("the clip cards on hives", titles=titles).documents == ("a",)
    assert asked("the clip on hives", titles=titles).documents == ("a", "b")


def test_the_name_of_a_document_alone_is_what_is_asked_about() -> None:
    found = asked("What is a handbook?")
    assert [w.text for w in found.words] == ["handbook"]
    assert found.documents == ()


def test_a_number_of_a_series_names_its_document() -> None:
    titles = {"a": ["cards", "1.1"], "b": ["cards", "l4"]}
    assert asked("the cards 1.1 on hives", titles=titles).documents == ("a",)
    assert asked("the L4 cards on hives", titles=titles).documents == ("b",)
    assert asked("the cards on hives", titles=titles).documents == ("a", "b")


@pytest.mark.parametrize(
    ("question", "lang"),
    [("What is a hive?", "en"), ("Что такое улей?", "ru"), ("Что такое NPS?", "ru"), ("42", "en"), ("", "en")],
)
def test_language(question: str, lang: str) -> None:
    assert asked(question).lang == lang
    assert asked(question, lang="ru").lang == "ru"


# -- any text

pieces = st.one_of(
    st.text(max_size=15),
    st.sampled_from(
        ["what is", "hive", "the", "top-bar", "Langstroth", "после", "первый", "3", "Queens and", "ме\u0308д", "«", "?"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=8).map(" ".join))
def test_any_text_is_understood(text: str) -> None:
    found = asked(text)
    said = found.plain.split()
    assert found.text == text
    assert found.lang in ("en", "ru")
    assert found.count is None or found.count >= 2
    assert found.direction in ("", "after", "before")
    assert all(0 <= k.start < k.end <= len(said) for k in found.links)
    assert all(w.weight >= LIGHTEST * LEAST for w in found.words)
    assert all(w.weight <= HEAVIEST for w in found.words if w.gloss)
    assert all(w.forms and all(w.forms) for w in found.words)
    assert found == asked(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=6).map(" ".join))
def test_composed_and_decomposed_questions_ask_the_same(text: str) -> None:
    one, other = (asked(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert (one.plain, one.type, one.links, one.position) == (other.plain, other.type, other.links, other.position)
