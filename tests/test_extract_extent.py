"""What is said of a name reaches to the sentence that it leans on, and into the brackets behind it."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import said


def told(text: str, what: str = "definition") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for s in said(f"# Rivers\n\nThe course went on as planned.\n\n{text}\n"):
        if s[1] == what and s[0] != "Rivers":
            found.setdefault(s[0].casefold(), set()).add(unicodedata.normalize("NFC", s[2]))
    return found


BEFORE = [
    ("Water eats into the bank outside of a bend.", "This process is called **undercutting**.", "undercutting"),
    ("Water eats into the bank outside of a bend.", "Such wear is known as undercutting.", "undercutting"),
    ("Water eats into the bank outside of a bend.", "It is called undercutting.", "undercutting"),
    ("Water eats into the bank outside of a bend.", "The name for this process is **undercutting**.", "undercutting"),
    ("Вода размывает внешний берег излучины.", "Такой процесс называют боковой эрозией.", "боковая эрозия"),
    ("Вода размывает внешний берег излучины.", "Это явление называется «боковой эрозией».", "боковая эрозия"),
    ("Вода размывает внешний берег излучины.", "Это называется **подмывом**.", "подмывом"),
]


@pytest.mark.parametrize(("first", "second", "term"), BEFORE)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_given_to_what_was_said_before_is_defined_by_both(
    first: str, second: str, term: str, form: str
) -> None:
    found = told(unicodedata.normalize(form, f"{first} {second}"))
    assert found[term] == {f"{first} {second}".replace("*", "")}


@pytest.mark.parametrize(
    ("first", "second", "term"),
    [
        ("Rain fell.", "Wear of the outer bank is called **undercutting**.", "undercutting"),
        ("Rain fell.", "This is due to **undercutting**, which is wear of the outer bank.", "undercutting"),
        ("Шёл дождь.", "Размыв внешнего берега называют боковой эрозией.", "боковая эрозия"),
    ],
)
def test_a_sentence_that_stands_for_itself_is_told_alone(first: str, second: str, term: str) -> None:
    found = told(f"{first} {second}")
    assert all("Rain" not in value and "дождь" not in value for value in found.get(term, set()))


def test_a_long_sentence_before_is_left_out() -> None:
    long = "Water, " + "when it runs fast, " * 15 + "eats into the bank."
    assert told(f"{long} This process is called **undercutting**.")["undercutting"] == {
        "This process is called undercutting."
    }


@pytest.mark.parametrize(
    ("first", "second", "term"),
    [
        ("Bends shift because of **undercutting**.", "This process is wear of the outer bank.", "undercutting"),
        ("Bends shift because of **undercutting**.", "It is wear of the outer bank.", "undercutting"),
        ("Излучины движет **подмыв**.", "Это размыв внешнего берега, он есть на всех реках.", "подмыв"),
    ],
)
def test_a_name_at_the_end_is_defined_by_the_sentence_that_goes_on(first: str, second: str, term: str) -> None:
    assert told(f"{first} {second}")[term] == {f"{first} {second}".replace("*", "")}


@pytest.mark.parametrize(
    "second",
    [
        "Rain fell.",
        "Это важно для судов.",
        "This year rain fell.",
        "They came home late.",
        "Undercutting is seen everywhere.",
    ],
)
def test_another_sentence_does_not_go_on(second: str) -> None:
    found = told(f"Bends shift because of **undercutting**. {second}")
    assert not [value for value in found.get("undercutting", set()) if value.startswith("Bends")]


@pytest.mark.parametrize(
    ("text", "term", "gist"),
    [
        ("We saw **undercutting** (wear of the outer bank) in May.", "undercutting", "wear of the outer bank"),
        ("We saw **ice dams** (large floating barriers) in May.", "ice dams", "large floating barriers"),
        ("Весной виден **подмыв** (размыв внешнего берега).", "подмыв", "размыв внешнего берега"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_brackets_behind_an_emphasised_name_say_what_it_is(text: str, term: str, gist: str, form: str) -> None:
    assert told(unicodedata.normalize(form, text))[term] == {f"{term} ({gist})"}


@pytest.mark.parametrize(
    "brackets",
    [
        "plural of undercut",
        "from Old English under",
        "Smith 1999, chapter 3",
        "e.g. at the old mill",
        "see the next week",
        "sand, gravel, clay",
        "under means below",
        "UC",
        "лат. название этого процесса",
    ],
)
def test_other_brackets_define_nothing(brackets: str) -> None:
    assert not told(f"We saw **undercutting** ({brackets}) in May.")


def test_objectives_say_nothing_of_their_subject() -> None:
    listed = "By the end you will be able to:\n\n- Explain undercutting as it is seen.\n- Compare the banks.\n"
    assert not said(f"# Rivers\n\n### Learning Objectives\n\n{listed}")
    assert not said("# Реки\n\n## Цели обучения\n\n- Знать виды рек.\n- Уметь их сравнить.\n")


@pytest.mark.parametrize("role", ["Steps", "Rules"])
def test_other_lists_still_do(role: str) -> None:
    assert said(f"# Rivers\n\n## {role}\n\n- Measure the depth at three places.\n- Compare the banks.\n")
