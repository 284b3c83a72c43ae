"""What plain notes say: a term and its gist on a line, and sentences that define, in both languages."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import names, read, said

from kg.extract.nominative import nominative

OTHER = "\n\nOther things follow here.\n"


def defined(text: str, name: str = "notes.md") -> dict[str, str]:
    """Definitions by what they define."""
    return {s[0].casefold(): s[2] for s in said(f"# Costs\n\n{text}{OTHER}", name) if s[1] == "definition"}


@pytest.mark.parametrize(
    ("line", "term", "gist"),
    [
        ("Demand: how much buyers want at each price.", "demand", "how much buyers want at each price."),
        ("Demand: The quantity that buyers want.", "demand", "The quantity that buyers want."),
        ("Variable costs - costs that change with output.", "variable costs", "costs that change with output."),
        ("Variable costs – costs that change with output.", "variable costs", "costs that change with output."),
        ("Total cost = fixed cost + variable cost", "total cost", "fixed cost + variable cost"),
        ("Memory = The ability to keep and retrieve.", "memory", "The ability to keep and retrieve."),
        ("Marginal cost (MC): the cost of one more unit.", "marginal cost", "the cost of one more unit."),
        ("Спрос: сколько товара хотят купить.", "спрос", "сколько товара хотят купить."),
    ],
)
@pytest.mark.parametrize("name", ["notes.md", "notes.txt"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_line_defines_the_name_before_its_colon_or_dash(
    line: str, term: str, gist: str, name: str, form: str
) -> None:
    assert defined(unicodedata.normalize(form, line), name) == {term: gist}


def test_lines_made_alike_are_entries_though_their_gists_have_capitals() -> None:
    two = "Elasticity: Degree of reaction of demand\n\nSurplus: Amount by which supply is larger"
    assert set(defined(two)) == {"elasticity", "surplus"}
    assert defined(two.split("\n")[0]) == {}


@pytest.mark.parametrize(
    "line",
    [
        "Exam: bring a calculator and a pen",
        "Note: prices rise quickly in spring",
        "Deadline: 5 May, before noon",
        "Step 1: the seller names a price",
        "For example: the price of tea doubles",
        "Выполнили: студентки второй группы",
        "Преподаватель: доцент второй кафедры",
    ],
)
def test_other_labels_define_nothing(line: str) -> None:
    assert defined(line) == {}


def test_an_emphasised_name_on_a_line_of_its_own_has_its_gist_below() -> None:
    assert defined("**Chunking**\nGrouping items into units.") == {"chunking": "Grouping items into units."}
    assert defined("**Запоминание**\n: перевод сведений в память.") == {"запоминание": "перевод сведений в память."}
    assert defined("**Chunking** Grouping items into larger units.") == {}


def test_keywords_belong_to_nothing() -> None:
    assert not {s for s in said(f"# Memory\n\nKey terms: amnesia, consolidation, schema{OTHER}") if s[1] == "part-of"}


def test_what_speakers_say_defines_nobody() -> None:
    talk = "Anna: well, prices rise every year.\n\nBoris: do they really rise?\n\nAnna: they do, look at tea."
    assert defined(talk) == {}


def test_a_long_text_has_no_entries() -> None:
    assert defined("Demand: how much buyers want.\n\n" + "Prices rise and fall. " * 2000) == {}


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("Fixed costs are costs that do not depend on output.", "fixed costs"),
        ("Markets differ. Fixed costs are costs which do not depend on output.", "fixed costs"),
        ("Dumping means selling below cost.", "dumping"),
        ("Schemas are mental frameworks that organise knowledge.", "schemas"),
        ("Proactive interference occurs when old memories disrupt new ones.", "proactive interference"),
        ("Inflation refers to a lasting rise of prices.", "inflation"),
        ("By inflation we mean a lasting rise of prices.", "inflation"),
        ("Рынок велик. Величина спроса — это количество товара, которое готовы купить.", "величина спроса"),
        ("Инфляция представляет собой устойчивый рост цен.", "инфляция"),
        ("Инфляцией называют устойчивый рост цен.", "инфляция"),
        ("Инфляцией принято называть устойчивый рост цен.", "инфляция"),
        ("Устойчивый рост цен называется инфляцией.", "инфляция"),
        ("Цену, при которой избытка нет, называют равновесной ценой.", "равновесная цена"),
        ("Такое состояние называется «рыночным равновесием».", "рыночное равновесие"),
        ("Такое состояние называется “рыночным равновесием”.", "рыночное равновесие"),
        ("Под эластичностью спроса понимают степень его реакции.", "эластичность спроса"),
        ("Под “эластичностью спроса” обычно понимают степень его реакции.", "эластичность спроса"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_sentences_that_define(sentence: str, term: str, form: str) -> None:
    assert set(defined(unicodedata.normalize(form, sentence))) == {term}


@pytest.mark.parametrize(
    "sentence",
    [
        "This means that prices rise.",
        "It refers to the price.",
        "Trade means more for all.",
        "Prices are prices.",
        "The schemas are frameworks that we saw.",
        "Prices are a good thing that we like.",
        "“Memory is a diary that we all carry about with us.”",
        "«Память — это дневник, который мы носим с собой».",
        "Это — это важно для всех.",
        "Главное — это люди и время.",
        "Его называют отцом экономики.",
        "Люди называют цены высокими.",
        "Это называется ростом цен.",
    ],
)
def test_sentences_that_do_not(sentence: str) -> None:
    assert defined(sentence) == {}


def test_examples_belong_to_what_the_sentence_defines() -> None:
    found = said("# Costs\n\nFixed costs are costs that do not depend on output, e.g. rent and insurance.\n")
    assert {s for s in found if s[1] == "example-of"} == {
        ("rent", "example-of", "Fixed costs"), ("insurance", "example-of", "Fixed costs"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Marshall (1890) introduced the concept of price elasticity.", {"Marshall"}),
        ("Karl Marx and Friedrich Engels developed the theory of price elasticity.", {"Karl Marx", "Friedrich Engels"}),
        ("Альфред Маршалл впервые ввёл термин «Ценовая эластичность».", {"Альфред Маршалл"}),
        ("Альфред Маршалл ввёл понятие «ценовой эластичности».", set()),
        ("Marshall introduced new rules at school.", set()),
    ],
)
def test_who_introduced_something(sentence: str, who: set[str]) -> None:
    assert {s[2] for s in said(f"# Prices\n\n{sentence}{OTHER}") if s[1] == "introduced-by"} == who


@pytest.mark.parametrize("label", ["Readings: ", "Литература: ", "Reading list: ", ""])
def test_a_reference_behind_its_label(label: str) -> None:
    found = said(f"# Costs\n\n{label}Mankiw, N. G. (2020). Principles of Economics. Cengage.{OTHER}")
    assert ("Principles of Economics", "created-by", "Mankiw") in found
    assert ("Principles of Economics", "year", "2020") in found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("равновесной ценой", "равновесная цена"),
        ("узким рынком", "узкий рынок"),
        ("последней очередью", "последняя очередь"),
        ("внешним благом", "внешнее благо"),
        ("общественным благом", "общественное благо"),
        ("невидимой рукой рынка", "невидимая рука рынка"),
        ("издержками", None),
        ("устойчивый рост цен", None),
        ("price", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_nominative_of_an_instrumental(name: str, found: str | None, form: str) -> None:
    assert nominative(unicodedata.normalize(form, name)) == found


@pytest.mark.parametrize(
    ("text", "predicate", "whole"),
    [
        ("# Cell\n\nThe **organelle** is a part of a cell.\n\nTypes of organelles: lysosomes, plastids, vacuoles.\n",
         "kind-of", "organelle"),
        ("# Клетка\n\n**Органоид** — часть клетки.\n\nВиды органоидов: лизосомы, пластиды, вакуоли.\n",
         "kind-of", "Органоид"),
        ("# Basics\n\nA **cell** is a unit of life.\n\nElements of a cell: membrane, cytoplasm, nucleus.\n",
         "part-of", "cell"),
    ],
)  # fmt: skip
def test_members_belong_to_what_the_words_before_them_announce(text: str, predicate: str, whole: str) -> None:
    found = [s for s in said(text) if s[1] in {"part-of", "kind-of"}]
    assert len(found) == 3
    assert {s[1:] for s in found} == {(predicate, whole)}


@pytest.mark.parametrize("dash", ["-", "–", "—", ":"])
def test_an_emphasised_name_has_a_gist_however_short(dash: str) -> None:
    space = "" if dash == ":" else " "
    two = f"- **Prophase**{space}{dash} chromosomes condense\n- **Telophase**{space}{dash} nuclei form\n"
    found = said(f"# Mitosis\n\n{two}")
    assert ("Prophase", "definition", "chromosomes condense") in found
    assert {s[0] for s in found if s[1] == "part-of"} == {"Prophase", "Telophase"}


@pytest.mark.parametrize(
    ("line", "title", "authors", "house", "year"),
    [
        ("Беляев Д. К. Биология. — М.: Просвещение, 2018. — 304 с.", "Биология", {"Беляев"}, "Просвещение", "2018"),
        ("Каменский А. А., Криксунов Е. А. Общая биология. М.: Дрофа, 2015.", "Общая биология",
         {"Каменский", "Криксунов"}, "Дрофа", "2015"),
        ("Орлова М.П. Рост клетки // Вестник биологии. — 2009. — № 3. — С. 5–9.", "Рост клетки", {"Орлова"},
         "Вестник биологии", "2009"),
        ("Smith J. Cells and tissues [Text]. — London: Norton, 1999. — 200 p.", "Cells and tissues", {"Smith"},
         "Norton", "1999"),
    ],
)  # fmt: skip
def test_references_by_gost(line: str, title: str, authors: set[str], house: str, year: str) -> None:
    listed = f"Литература:\n\n1. {line}\n2. {line.replace(title, 'Ткань')}\n"
    found = said(f"# Клетка\n\nКлетка — единица жизни.\n\n{listed}")
    own = {s[1:] for s in found if s[0] == title}
    assert {("title", title), ("publisher", house), ("year", year)} <= own
    assert {who.split(" ")[0].rstrip(",") for predicate, who in own if predicate == "created-by"} == authors
    assert not {s for s in found if s[1] in {"part-of", "kind-of"}}


def test_what_stands_in_brackets_is_one_piece_of_a_list() -> None:
    found = names("# Клетка\n\nВиды органоидов:\n\n- одномембранные (лизосомы, вакуоли)\n- двумембранные (пластиды)\n")
    assert not {n for n in found if "(" in n or n.casefold() == "одномембранные лизосомы"}


def test_numbered_lines_with_a_section_each_are_headings() -> None:
    sections = (
        "1. Строение клетки\nКлетка — единица жизни.\nЕё открыл Гук.\nОна мала.\n\n"
        "2. Деление клетки\nМитоз — деление ядра.\nОн долог.\n"
    )
    kinds = {b.text: b.kind for b in read(f"ЛЕКЦИЯ 3\n\n{sections}", "notes.txt").blocks}
    assert (kinds["Строение клетки"], kinds["Деление клетки"]) == ("heading", "heading")
    steps = "1. Снимают крышку\nОсторожно.\n\n2. Достают рамку\nПо одной.\n"
    assert {b.kind for b in read(f"Осмотр улья\n\n{steps}", "notes.txt").blocks if b.marker} == {"item"}


def test_what_stands_behind_a_dash_says_what_it_is() -> None:
    waves = "- Swell - long and regular, outlives its wind, slow to die\n- Chop - short, steep, tiring\n"
    found = said(f"# Waves at sea\n\n## Kinds of waves\n\n{waves}")
    assert {(s[0], s[2]) for s in found if s[1] == "definition"} == {
        ("Swell", "long and regular, outlives its wind, slow to die"),
        ("Chop", "short, steep, tiring"),
    }
    assert {s[0] for s in found if s[1] in {"part-of", "kind-of"}} == {"Swell", "Chop"}


def test_members_in_the_instrumental_have_their_names() -> None:
    found = said("# Волна\n\nВолна обладает тремя свойствами: высотой, длиной и крутизной.\n")
    assert {s[0] for s in found if s[1] == "part-of"} == {"высота", "длина", "крутизна"}


def test_kinds_announced_of_something_in_the_genitive_are_kinds_of_it() -> None:
    found = said("# Камни\n\nВиды минерала: кварц, слюда, тальк.\n")
    assert {s[2] for s in found if s[1] == "kind-of"} == {"минерал"}


def test_key_terms_below_a_line_are_no_parts_of_what_stands_above() -> None:
    found = said("# Waves\n\nWaves come and go.\n\nKey terms\n- swell: long regular waves\n- chop: short steep waves\n")
    assert ("swell", "definition", "long regular waves") in found
    assert not [s for s in found if s[1] == "part-of"]


def test_two_names_set_against_each_other_are_no_term() -> None:
    text = "# Waves\n\nSwell vs chop: swell comes from far, chop from near.\n"
    assert "Swell vs chop" not in names(text)


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("The fetch is the distance over which wind blows across water.", set()),  # a common word: spoken of
        ("The seiche is the wave that stands in a closed basin.", {"seiche"}),
        ("The point where a wave breaks is called the focus.", {"focus"}),
        ("Ладом называется строй звуков одной песни.", {"лад"}),
    ],
)
def test_rare_words_are_terms_with_their_article(sentence: str, term: set[str]) -> None:
    assert set(defined(sentence)) == term
