"""Sentences that define, in the forms in which notes have them: what stands before, beside and behind the subject."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import graph, said, statements

from kg.extract.nominative import Case, nominative
from kg.text import fold

LONG = "\n\n" + "The bees flew out and came home. " * 1300


def defined(text: str, *, after: str = "") -> dict[str, str]:
    """Definitions by the folded names of what they define."""
    found = said(f"# Second week\n\nThe course went on as planned.\n\n{text}\n\nThen all went home.{after}\n")
    return {fold(s[0]): s[2] for s in found if s[1] == "definition"}


ANYWHERE = [
    ("In hydrology, runoff means water that the ground does not take in.", "runoff"),
    ("Thus, in hydrology, runoff means water that the ground does not take in.", "runoff"),
    ("According to Horton, runoff is defined as water that the ground does not take in.", "runoff"),
    ("At its core, runoff refers to water that the ground does not take in.", "runoff"),
    ("Runoff, as defined by Horton, is the rate at which water leaves the ground.", "runoff"),
    ("Runoff is simply the water that the ground does not take in.", "runoff"),
    ("Runoff is, among other things, the share of rain that the ground does not take in.", "runoff"),
    ("The runoff ratio is the share of rain that the ground does not take in.", "runoff ratio"),
    ("The runoff of a basin is the water that its ground does not take in.", "runoff"),
    ("The term runoff describes water that the ground does not take in.", "runoff"),
    ("The term “runoff” describes water that the ground does not take in.", "runoff"),
    ("We define runoff as water that the ground does not take in.", "runoff"),
    ("Horton (1933) defines runoff as water that the ground does not take in.", "runoff"),
    ("Horton used the term “runoff” to refer to water that the ground does not take in.", "runoff"),
    ("Hydrologists use the word runoff for water that the ground does not take in.", "runoff"),
    ("Хортон использует термин «сток» для обозначения движения воды по земле.", "сток"),
    ("When the ground takes no more water in, we speak of runoff.", "runoff"),
    ("Runoff is what the ground does not take in.", "runoff"),
    ("Runoff is when the ground takes no more water in.", "runoff"),
    ("Runoff arises when the ground takes no more water in.", "runoff"),
    ("Infiltration measures how fast the ground takes water in.", "infiltration"),
    ("Def.: Runoff is the water that the ground does not take in.", "runoff"),
    ("Definition. Runoff is the water that the ground does not take in.", "runoff"),
    ("Definition 2.1 (Runoff). The water that the ground does not take in.", "runoff"),
    ("Definition 2.1 (Runoff): water that the ground does not take in.", "runoff"),
    ("What is runoff? It is the water that the ground does not take in.", "runoff"),
    ("В гидрологии сток — это движение воды по земле.", "сток"),
    ("В общей гидрологии поверхностный сток — это движение воды по земле.", "поверхностный сток"),
    ("Итак, сток — это движение воды по земле.", "сток"),
    ("Согласно Хортону, сток — это движение воды по земле.", "сток"),
    ("По определению Хортона, сток — это движение воды по земле.", "сток"),
    ("Термин «сток» означает движение воды по земле.", "сток"),
    ("Термин “сток” означает движение воды по земле.", "сток"),
    ("Понятие поверхностного стока означает движение воды по земле.", "поверхностный сток"),
    ("Сток является мерой того, что земля не впитала.", "сток"),
    ("Сток показывает, сколько воды земля не впитала.", "сток"),
    ("Сток возникает, когда земля воду больше не впитывает.", "сток"),
    ("Хортон определяет поверхностный сток как движение воды по земле.", "поверхностный сток"),
    ("Если земля воду не впитывает, говорят о поверхностном стоке.", "поверхностный сток"),
    ("Вода, которая не впиталась в землю, — это сток.", "сток"),
    ("Определение. Сток — движение воды по земле.", "сток"),
    ("Опр. Сток – движение воды по земле.", "сток"),
    ("Что такое сток? Это движение воды по земле.", "сток"),
]


@pytest.mark.parametrize(("sentence", "term"), ANYWHERE)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_sentence_defines_whatever_stands_around_its_subject(sentence: str, term: str, form: str) -> None:
    found = defined(unicodedata.normalize(form, sentence))
    assert set(found) == {term}
    assert sentence.endswith(unicodedata.normalize("NFC", found[term]))  # without its label


@pytest.mark.parametrize(
    "sentence",
    [
        "In spring, the water is cold and clear.",
        "In 1933, the ground is dry.",
        "The main problem is the lack of rain.",
        "The second basin is the place that we saw.",
        "For example, runoff is higher in spring.",
        "The ground is the place that we saw.",
        "Would you define runoff as water?",
        "Define runoff as it is used in hydrology.",
        "Runoff is defined loosely as water on the ground, which helps nobody.",
        "It is odd to use the word runoff for a lake.",
        "Let us define it as water that the ground does not take in.",
        "What is runoff? Nobody in class could tell.",
        "When the ground is wet, we speak of it.",
        "В школе дети — это радость.",
        "Весной вода — это беда.",
        "Хортон определяет нас как водников.",
        "Если земля мокрая, говорят о них.",
        "Тот, кто пришёл, которого мы знаем, — друг.",
    ],
)
def test_a_remark_defines_nothing(sentence: str) -> None:
    found = defined(sentence)
    assert not {"runoff", "main problem", "second basin", "ground", "loosely", "it", "skepticism"} & set(found)
    assert not {"мы", "они", "в школе дети", "друг"} & set(found)


def test_a_labelled_text_of_two_sentences_is_told_once() -> None:
    text = "# Water\n\n## Runoff\n\nDefinition: Runoff is the rate at which water leaves. It has three measures.\n"
    assert len([s for s in said(text) if s[1] == "definition"]) == 1


def test_prose_is_read_more_strictly_than_notes() -> None:
    remark = "A basin is a place that we saw."
    assert set(defined(remark)) == {"basin"}
    assert defined(remark, after=LONG) == {}
    told = "In hydrology, runoff is the rate at which water leaves the ground."
    assert set(defined(told, after=LONG)) == {"runoff"}


def test_praise_is_no_definition_though_the_name_is_known() -> None:
    text = "# Water\n\n## Runoff\n\n**Runoff** comes in spring.\n\n**Runoff** matters. Runoff is an important {}."
    assert not [s for s in said(text.format("topic")) if s[1] == "definition"]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("# Water\n\nSWE (snow water equivalent) is the depth of water in snow.\n", "SWE", "Snow water equivalent"),
        ("# Вода\n\nЗВС (запас воды в снеге) — толщина слоя талой воды.\n", "ЗВС", "запас воды в снеге"),
    ],
)
def test_an_abbreviation_with_its_long_name_in_brackets_is_one_concept(text: str, short: str, long: str) -> None:
    concept = next(c for c in graph(a_md=text).concepts.values() if fold(long) in {fold(x) for x, _ in c.all_labels()})
    assert short in {label for label, _ in concept.all_labels()}


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("Runoff, also called overland flow, is the amount of water on the ground.", "overland flow"),
        ("Runoff, or “overland flow”, is the amount of water on the ground.", "overland flow"),
        ("Сток, или «бег воды», — это движение воды по земле.", "бег воды"),
    ],
)
def test_another_name_behind_the_subject_is_a_name_of_it(sentence: str, other: str) -> None:
    concepts = graph(a_md=f"# Second week\n\n{sentence}\n").concepts.values()
    assert len([c for c in concepts if {"runoff", "сток", other} & {fold(x) for x, _ in c.all_labels()}]) == 1
    assert [c for c in concepts if other in {fold(x) for x, _ in c.all_labels()}]


def test_the_cited_lines_hold_question_and_answer() -> None:
    text = "# Water\n\nWhat is runoff? It is the water\nthat the ground does not take in.\n"
    cited = next(s.evidence for s in statements(text) if s.predicate == "definition")
    assert cited.quote.startswith("What is runoff? It is the water")
    assert cited.lines == (3, 4)


def test_a_heading_that_runs_into_its_paragraph_has_no_article() -> None:
    text = "# Water\n\nThe rule of basins: The rule of basins says that all water leaves at one place.\n"
    assert {s[0] for s in said(text + LONG) if s[1] == "definition"} == {"rule of basins"}


def test_the_singular_in_which_a_text_introduces_a_name_is_the_name() -> None:
    text = "# Water\n\n## Weirs\n\nWeirs last. Weirs leak, and weirs rust; weirs cost much. Many weirs.\n\n{}\n"
    plain, marked = text.format("Every weir is old."), text.format("What we built is called a **weir**.")
    assert "Weir" not in {c.label for c in graph(a_md=plain).concepts.values()}
    assert "Weir" in {c.label for c in graph(a_md=marked).concepts.values()}


def test_a_participle_behind_a_comma_is_no_member() -> None:
    text = "# Вода\n\n**Сток** — объём всей воды, собранной в реках за год.\n"
    assert not [s for s in said(text) if s[1] == "part-of"]


@pytest.mark.parametrize(
    ("name", "case", "found"),
    [
        ("стока", "genitive", "сток"),
        ("поверхностного стока", "genitive", "поверхностный сток"),
        ("снежной линии", "genitive", "снежная линия"),
        ("половодья", "genitive", "половодье"),
        ("снежную линию", "accusative", "снежная линия"),
        ("поверхностный сток", "accusative", "поверхностный сток"),
        ("влажность", "accusative", "влажность"),
        ("снежной линии", "prepositional", "снежная линия"),
        ("стоке рек", "prepositional", "сток рек"),
        ("стоков", "genitive", None),
        ("runoff", "genitive", None),
        ("", "prepositional", None),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_nominative_of_other_cases(name: str, case: Case, found: str | None, form: str) -> None:
    assert nominative(unicodedata.normalize(form, name), case=case) == found


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_stands_beside_an_emphasised_name_is_looked_for_at_its_place(form: str) -> None:
    text = "Capillary rise is seen in a **cap**, which is the fringe above the water."
    found = {s for s in said(unicodedata.normalize(form, f"# Water\n\n{text}\n")) if s[0] == "cap"}
    assert [s[1] for s in found] == ["definition"]  # "Cap" also begins the sentence
