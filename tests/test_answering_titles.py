"""By which words a question may name a document."""

from __future__ import annotations

import pytest
from graphs import document

from kg.answering.titles import like_slides, titles
from kg.ontology_files import load

ONTOLOGY = load()
DECK = "ПЧЁЛЫ\n\n\n\nУлей\n\n\n \nПасека\n\n\n\nМёд\n"
NOTE = "Пчёлы\n\nУлей — дом пчёл.\n\nПасека — место для ульев.\n\nМёд бывает разный.\n"
SLIDES = {"slides", "deck", "presentation", "презентация", "слайды"}


@pytest.mark.parametrize(
    ("raw", "media", "slides"),
    [
        (DECK, "text/plain", True),
        (DECK.replace("\n", "\r\n"), "text/plain", True),
        (NOTE, "text/plain", False),
        (DECK, "text/html", False),
        (NOTE, "application/vnd.openxmlformats-officedocument.presentationml.presentation", True),
        ("", "text/plain", False),
        ("\n\n\n\n\n", "text/plain", False),
        ("a" + "\n" * 300_000 + " " * 300_000 + "\nb", "text/plain", True),  # in one pass
    ],
)
def test_slides_are_known_by_their_type_or_by_their_gaps(raw: str, media: str, slides: bool) -> None:
    assert like_slides(document("a.txt", "ru", raw, media_type=media)) is slides


def test_a_russian_text_is_named_by_its_language_and_is_no_deck_for_that() -> None:
    note, deck = document("note.txt", "ru", NOTE), document("b.txt", "ru", DECK)
    page = document("c.txt", "en", "Bees\n")
    alone = titles((note, page), ONTOLOGY)
    assert set(alone["note.txt"]) >= {"russian", "русский"}
    assert "english" in alone["c.txt"]
    assert SLIDES.isdisjoint(alone["note.txt"])
    both = titles((note, deck, page), ONTOLOGY)
    assert set(both["b.txt"]) >= SLIDES
    assert "russian" not in both["note.txt"]  # two are


def test_words_that_several_titles_or_the_texts_have_name_nothing() -> None:
    one = document("one.txt", "en", "The smoker handbook\nA hive.\n")
    two = document("two.txt", "en", "The hive handbook\nAn apiary.\n")
    found = titles((one, two), ONTOLOGY)
    assert "smoker" in found["one.txt"]
    assert "hive" not in found["two.txt"]
    assert not {"the"} & {w for names in found.values() for w in names}


def test_the_type_of_a_document_is_known_in_the_other_language() -> None:
    found = titles((document("x.txt", "en", "Summary of bees\nA hive.\n"), document("y.txt", "en", "Wax\n")), ONTOLOGY)
    assert set(found["x.txt"]) >= {"summary", "конспект"}
