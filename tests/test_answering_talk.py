"""Words that only frame a question: what somebody says of oneself, forms of asking, slips of short words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pytest
from graphs import document
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answering.claims import Claims
from kg.answering.question import Asked, Linker, frames, stop_words, understand
from kg.answering.talk import talk
from kg.ontology import Ontology
from kg.ontology_files import load
from kg.search_query import slip_of
from kg.text import words


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    return load()


def telling(question: str) -> set[str]:
    """The words that a question is known by."""
    claims = Claims((document("hives.txt", "en", "Bees\nPropolis seals a hive.\nAn exam of bee-keepers is hard.\n"),))
    asked = understand(question, mended={}, linker=Linker({}), claims=claims, ontology=ontology(), titles={})
    return {w.text for w in asked.words}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("For my exam: what does propolis seal?", {"propolis", "seal"}),
        ("I'm revising for the exam – what does propolis seal?", {"propolis", "seal"}),
        ("What does propolis seal? I can’t find the lecture anywhere.", {"propolis", "seal"}),
        ("У меня завтра экзамен. Что заделывает прополис?", {"прополис", "заделывает"}),
        ("Что такое «прополис»? Мне нужно к зачёту.", {"прополис"}),
        ("What is an exam of bee-keepers?", {"exam", "bee-keepers"}),
        ("I read of propolis. What is it good for?", {"propolis", "read", "good"}),  # "it" leans on the first sentence
        ("My hive", {"hive"}),
    ],
)
def test_what_one_says_of_oneself_is_not_asked(question: str, told: set[str], form: str) -> None:
    assert telling(unicodedata.normalize(form, question)) == told


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_talk_takes_words_of_the_text_and_never_all(text: str) -> None:
    beside = talk(text, ontology())
    assert beside <= set(words(text))
    assert not beside or beside < set(words(text))


@pytest.mark.parametrize("word", ["каком", "понимают", "именуется", "зовётся", "году", "what's", "whats", "называют"])
def test_forms_of_asking_frame(word: str) -> None:
    assert frames(words(word)[0], stop_words(ontology()))


@pytest.mark.parametrize("word", ["прополис", "улья", "propolis", "booking", "works"])
def test_words_of_a_subject_do_not(word: str) -> None:
    assert frames(word, stop_words(ontology())) == (word == "works")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("teh", "the"), ("wat", "what"), ("hwo", "how"), ("чот", "что"), ("как", None), ("ads", None), ("cem", None),
     ("мёд", None), ("", None), ("12", None)],
)  # fmt: skip
def test_slips_of_short_words(word: str, meant: str | None) -> None:
    assert slip_of(word, stop_words(ontology())) == meant


def about_encyclopedia(question: str) -> Asked:
    claims = Claims((document("hives.txt", "en", "Bees\nPropolis seals a hive.\n"),))
    titles = {"hives.txt": ["wikipedia", "википедия"]}
    return understand(question, mended={}, linker=Linker({}), claims=claims, ontology=ontology(), titles=titles)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is propolis according to the Wikipedia article?", "definition"),
        ("Что такое прополис, если верить статье Википедии?", "definition"),
        ("Which article is about propolis?", "source"),
    ],
)
def test_the_noun_beside_a_documents_name_asks_for_nothing(question: str, kind: str) -> None:
    asked = about_encyclopedia(question)
    assert asked.type == kind
    assert {"wikipedia", "википедии", "article", "статье"}.isdisjoint(w.text for w in asked.words)
    assert ("article" in asked.plain) == (kind == "source")
