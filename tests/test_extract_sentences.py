"""Sentences: definitions, abbreviations, inline lists, contrasts, origins, recurring names; cards and references."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import names, said, statements
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Mention


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("# Weather\n\nAn anemometer is an instrument that measures wind.\n", "anemometer"),
        ("# Погода\n\nАнемометр — это прибор, который измеряет ветер.\n", "Анемометр"),
        ("# Погода\n\n«Анемометр» – прибор для измерения силы ветра.\n", "Анемометр"),
    ],
)
def test_definitions(text: str, term: str) -> None:
    assert any(s == term and p == "definition" for s, p, _ in said(text))


def test_an_abbreviation_is_another_name() -> None:
    found = statements("# Waste\n\nThe daily limit value (DLV) was raised in spring.\n")
    assert any(s.subject.label == "daily limit value" and ("DLV", "en") in s.subject.alt for s in found)


def test_examples_belong_to_the_plural_before_them() -> None:
    found = said("# Orchards\n\nGrowers plant hardy fruit trees, such as quince, medlar and sloe.\n")
    assert {("quince", "example-of", "hardy fruit trees"), ("sloe", "example-of", "hardy fruit trees")} <= found
    assert ("закон", "example-of", "Источники права") in said("# Право\n\nИсточники права (например, закон, обычай).\n")


def test_a_verb_behind_a_plural_ends_the_name() -> None:
    found = names("# Plants\n\nLeaves absorb green wave lengths (e.g., lime, jade, olive).\n")
    assert not any("absorb" in name for name in found)


def test_advice_in_a_row_is_no_list_of_names() -> None:
    assert names("# Fire\n\n- Drill: assess the room, evaluate exits, and communicate plans\n") == {"Fire", "Drill"}


def test_contrasts() -> None:
    assert ("Frost", "contrasts-with", "dew") in said("# Air\n\nFrost vs. dew: frost is frozen.\n")


def test_who_made_it() -> None:
    found = said("# Rivers\n\nThe stage gauge was developed by Tom Hale. It helps.\n")
    assert ("stage gauge", "introduced-by", "Tom Hale") in found
    assert ("Rivers", "introduced-by", "Tom Hale") not in found


def test_a_name_that_recurs_is_found_and_a_fragment_is_not() -> None:
    text = "# Boats\n\nSailors fear rogue waves at night. The tall ship is old. They saw rogue waves and a tall ship.\n"
    assert {"rogue waves", "tall ship"} <= names(text)
    assert "rogue waves at" not in names(text)


CARDS = """Q: What is a sextant?
A: An instrument that measures angles between a star and the horizon.

Q: Which 3 kinds of knots are there on a ship?
A:
- bowline
- reef knot
- clove hitch

Q: What is the difference between ebb and flood?
A: Ebb runs out to sea and flood runs in.
"""


def test_cards() -> None:
    found = said(CARDS, "cards.txt")
    assert any(s == "sextant" and p == "definition" for s, p, _ in found)
    assert ("bowline", "kind-of", "3 kinds of knots on a ship") in found
    assert ("ebb", "contrasts-with", "flood") in found


def test_references_give_title_house_year_and_people() -> None:
    text = "# Seas\n\n## References\n\nMoor, A. and Vale, B. (1987). *Tides of the North*. Leeds: Gull Press.\n"
    found = said(text)
    assert {
        ("Tides of the North", "created-by", "Moor"),
        ("Tides of the North", "created-by", "Vale"),
        ("Tides of the North", "year", "1987"),
        ("Tides of the North", "publisher", "Gull Press"),
    } <= found


@pytest.mark.parametrize("label", ["Authors of the paper", "Авторы статьи", "AUTHORS"])
def test_people_below_an_author_heading(label: str) -> None:
    found = said(f"# How Dunes Move\n\n## {label}\n\nAnna B. Sand\n\nKarl van der Wind\n")
    assert {("How Dunes Move", "created-by", n) for n in ("Anna B. Sand", "Karl van der Wind")} <= found


PIECES = st.sampled_from(
    ["# Clouds", "## 2 kinds of fog", "- sea fog: cold air", "- valley fog", "1. **Dew**: drops",
     "Fog (FG) is a cloud.", "Туман — это облако у земли.", "| a | b |", "|---|---|", "| rain | «wet» |", "", "a -> b",
     "Q: What is hail?",
     "A: ice", "“Haze” such as smoke, dust and salt.", "e\u0301 x", "Lee, A. (1990) Winds, Wiley."]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=12), st.sampled_from(["a.md", "a.txt"]))
@settings(max_examples=60, deadline=None)
def test_every_quote_is_its_slice_and_the_same_input_gives_the_same(pieces: list[str], name: str) -> None:
    from extractkit import read

    text = "# Start\n\n" + "\n".join(pieces)
    document = read(text, name)
    found = statements(text, name)
    assert found == statements(text, name)
    for s in found:
        assert s.evidence.quote == document.raw[s.evidence.start : s.evidence.end]
        assert s.evidence.quote
        assert s.evidence.lines == document.lines_of(type(document.blocks[0].span)(s.evidence.start, s.evidence.end))
        assert s.subject.label.strip()
        assert not isinstance(s.object, Mention) or s.object.label.strip()


@pytest.mark.parametrize(
    ("said_so", "term"),
    [
        ("Weather reports rest on **instrument claims** and little else.", "instrument claims"),
        ("Погода зависит от **силы воли** ветра.", "силы воли"),
    ],
)
def test_what_is_set_off_is_a_term_though_it_may_end_in_a_verb(said_so: str, term: str) -> None:
    found = statements(f"# Weather\n\n{said_so}\n")
    assert term in {s.subject.label for s in found if s.rule == "emphasis"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("sentence", "term", "defined"),
    [
        ("A *squall* means a sudden rise of the wind.", "squall", True),
        ("Such a sudden rise of the wind is called *squall*.", "squall", True),
        ("Внезапное усиление ветра называют *шквал*.", "шквал", True),
        ("Слово «*шквал*» означает внезапное усиление ветра.", "шквал", True),
        ("Nobody at sea is ready for *squalls*.", "squalls", False),  # "for" ends in "or", "this" in "is"
        ("Nobody at sea expects this *squall*.", "squall", False),
        ("Никто в море не ждёт *шквал*.", "шквал", False),
    ],
)
def test_words_beside_an_emphasised_name_tell_whether_it_is_defined(
    sentence: str, term: str, defined: bool, form: str
) -> None:
    found = statements(f"# Weather\n\n{unicodedata.normalize(form, sentence)}\n")
    rules = {s.rule for s in found if s.subject.label == term}
    assert ("emphasis-definition" in rules, "emphasis" in rules) == (defined, True)


@pytest.mark.parametrize("sentence", ["**She claims this**.", "**It will rain tomorrow**."])
def test_a_clause_that_is_set_off_is_no_term(sentence: str) -> None:
    assert not [s for s in statements(f"# Weather\n\n{sentence}\n") if s.rule == "emphasis"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Rule of thumb: The rule of thumb states that red skies mean wind.", "Rule of thumb"),
        ("Правило заката: Правило заката гласит, что красное небо к ветру.", "Правило заката"),
    ],
)
def test_a_label_that_its_paragraph_repeats_is_defined_by_it(text: str, term: str) -> None:
    found = said(f"# Weather\n\n{text}\n")
    assert (term, "definition", text.split(": ")[1]) in found
    assert not [t for t in said("# Weather\n\nThen: The wind turned to the west.\n") if t[0] == "Then"]


def test_a_quoted_name_that_an_item_only_mentions_is_not_told_of() -> None:
    text = "# Осмотр\n\nШаги осмотра:\n\n- Карта «пути пчелы»: где слабо и где крепко\n- Новая «карта улья» для всех\n"
    noted = {s[0] for s in said(text) if s[1] == "note"}
    assert not {n for n in noted if "пути пчелы" in n.casefold()}
    assert "карта улья" in {n.casefold() for n in noted}
