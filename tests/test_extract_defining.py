"""Which sentences define though nothing marks their subject: those of short notes with an article, and, in text of any
length, those that say what kind of thing a short name is."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import said

PROSE = "They rowed on and nobody spoke. " * 1400  # longer than notes are; nothing in it is a term


def defined(sentence: str) -> set[str]:
    found = said(f"{PROSE}\n\n{sentence}\n\n{PROSE}\n")
    return {composed(s) for s, p, value in found if p == "definition" and composed(value) == composed(sentence)}


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Hydrography is the study of seas and their depths.", "Hydrography"),
        ("A downwash is a condition in which air sinks behind a sail.", "downwash"),
        ("The leeway rule is a fairly old method that allows for drift.", "leeway rule"),
        ("Landlubbery is the view that a sea is best looked at.", "Landlubbery"),
        ("Étranglement is a state in which a strait narrows.", "Étranglement"),
        ("Гидрография — это наука о морях и их глубинах.", "Гидрография"),
        ("Счисление пути является старым методом, который учитывает дрейф.", "Счисление пути"),
    ],
)
def test_a_kind_of_thing_that_something_sets_apart_defines(sentence: str, name: str, form: str) -> None:
    assert defined(unicodedata.normalize(form, sentence)) == {name}


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a method that allows for drift.",
        "The text is a set of rules for pilots.",  # one that has been spoken of
        "The former is a method that allows for drift.",
        "Hale’s method is a process that takes an hour.",
        "“Ahoy” is a form of greeting.",
        "Rowing is an important practice in every harbour.",  # praise
        "Rowing is a pleasure on calm days.",  # no kind
        "The crew of an old ship is a system in which everybody knows the ropes.",  # too long for a name
        "Rowing is the practice harbour masters hate.",
        "Этот способ является методом, который учитывает дрейф.",
        "Гребля является важной практикой в каждой гавани.",
    ],
)
def test_other_sentences_of_long_prose_do_not(sentence: str) -> None:
    assert defined(sentence) == set()


@pytest.mark.parametrize("sentence", ["An anemometer is a thing with cups.", "An anemometer is the pride of a mast."])
def test_short_notes_define_whatever_has_an_article(sentence: str) -> None:
    assert ("anemometer", "definition", sentence) in said(f"# Wind\n\n{sentence}\n")
    assert defined(sentence) == set()
