"""Lists: members, kinds, order, glossaries, arrows, and what is no name."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import names, said, statements

BREAD = """# Baking

## 3 steps of sourdough baking

1. Feeding: the starter gets flour and water.
2. Proofing: the dough rests and rises.
3. Scoring: a blade opens the crust.
"""


def test_a_counted_list_gives_members_in_order_with_their_gists() -> None:
    found = statements(BREAD)
    parts = [(s.subject.label, s.position) for s in found if s.rule == "list-member"]
    assert parts == [("Feeding", 1), ("Proofing", 2), ("Scoring", 3)]
    assert ("Feeding", "precedes", "Proofing") in said(BREAD)
    assert ("Scoring", "definition", "a blade opens the crust.") in said(BREAD)
    assert {s.subject.kind for s in found if s.rule == "list-item"} == {"step"}


def test_types_are_kinds_of_what_they_are_types_of() -> None:
    found = said("# Виды облаков\n\n- Перистые облака\n- Слоистые облака\n- Кучевые облака\n")
    assert ("Перистые облака", "kind-of", "облаков") in found


def test_a_line_that_announces_a_list_is_its_whole() -> None:
    found = said("# Gardens\n\nThree tools of a gardener:\n\n- spade\n- rake\n- hose\n")
    assert ("rake", "part-of", "Three tools of a gardener") in found


@pytest.mark.parametrize("arrow", ["->", "–>", "—>", "→"])
def test_an_arrow_says_what_becomes_what(arrow: str) -> None:
    assert ("caterpillar", "becomes", "butterfly") in said(
        f"# Growth\n\n- caterpillar {arrow} butterfly\n- seed {arrow} tree\n"
    )


def test_a_glossary_under_a_heading_without_a_name() -> None:
    text = (
        "# Rivers and their Deltas\n\n- Author: Ann Lee\n- Year: 2001\n\n## Terms\n\n"
        "- Silt: fine sand carried by water\n"
    )
    found = said(text)
    assert ("Silt", "definition", "fine sand carried by water") in found
    assert ("Rivers and their Deltas", "covers", "Silt") in found
    assert ("Rivers and their Deltas", "created-by", "Ann Lee") in found


def test_fields_of_a_work_are_no_concepts() -> None:
    text = (
        "# Rivers and their Deltas\n\n- Author: Ann Lee\n- Published in: Water Letters 3(2)\n"
        "- Pages read: 1–9, and 12\n"
    )
    assert not {"Published in", "Pages read"} & names(text)
    assert ("Rivers and their Deltas", "note", "Pages read: 1–9, and 12") in said(text)


def test_clauses_of_an_open_list_are_remarks_and_of_a_counted_one_members() -> None:
    items = "- Bees provide honey for the winter\n- Wax\n"
    assert "Bees provide honey for the winter" not in names("# Hives\n\n" + items)
    assert ("Hives", "note", "Bees provide honey for the winter") in said("# Hives\n\n" + items)
    assert "Bees provide honey for the winter" in names("# 2 claims on hives\n\n" + items)


def test_what_a_reader_will_be_able_to_do_names_nothing() -> None:
    text = "# Optics\n\nAfter this chapter you will be able to:\n\n- Explain refraction in lenses\n- Compare mirrors\n"
    assert names(text) <= {"Optics"}


def test_a_bare_adjective_takes_the_noun_of_its_list() -> None:
    found = names("# 3 уровня памяти\n\n- Сенсорный\n- Рабочий\n- Долговременный\n")
    assert "Сенсорный уровень" in found
    assert "Verbal level" in names("# 3 levels of irony\n\n- Verbal\n- Dramatic\n- Situational\n")


def test_the_first_clause_of_a_long_member_is_another_name_of_it() -> None:
    found = statements("# 2 rules of the kitchen\n\n- Washing all knives, with hot water and soap\n- Salting\n")
    mention = next(s.subject for s in found if s.subject.label.startswith("Washing"))
    assert ("Washing all knives", "en") in mention.alt


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_composed_or_not_give_the_same(form: str) -> None:
    text = unicodedata.normalize(form, "# Кофейня\n\n## 2 вида зёрен\n\n- Арабика из Йемена\n- Café crème\n")
    assert {"Арабика из Йемена", "Café crème"} <= names(text)


@pytest.mark.parametrize("quoted", ["“slow food”", '"slow food"', "«slow food»"])
def test_quotes_of_every_style_leave_the_label(quoted: str) -> None:
    assert "slow food movement" in names(f"# Eating\n\n## 2 ideas\n\n- {quoted} movement\n- Fasting\n")


def test_control_characters_never_reach_a_label() -> None:
    for s in statements("# Evil \x1b]0;x\x07 Weed\n\nA bad \x1b[31mred\x1b[0m weed is a weed.\n"):
        assert s.subject.label.isprintable()
        assert not isinstance(s.object, str) or s.object.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "# Tutors\n\n1. Patience\n2. Humour\n\n# Rooms\n\n1. Light\n\n# Tutors\n\n3. Punctuality\n4. Praise\n",
        "# Учителя\n\n1. Терпение\n2. Юмор\n\n# Комнаты\n\n1. Свет\n\n# Учителя\n\n3. Точность\n4. Похвала\n",
    ],
    ids=["en", "ru"],
)
def test_a_list_that_goes_on_under_the_same_name_counts_on(text: str) -> None:
    found = [s for s in statements(text) if s.rule == "list-member"]
    assert [s.position for s in found] == [1, 2, 1, 3, 4]


def test_a_second_list_that_begins_anew_does_not_go_on() -> None:
    found = statements("# Tutors\n\n1. Patience\n2. Humour\n\n# Tutors\n\n1. Punctuality\n2. Praise\n")
    assert [s.position for s in found if s.rule == "list-member"] == [1, 2, 1, 2]
