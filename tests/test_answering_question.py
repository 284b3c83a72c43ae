"""What a question asks for: type, count, place, direction, date, person, reason, several documents; both languages."""

from __future__ import annotations

import unicodedata

import pytest
from questionkit import asked, ontology

from kg.answering.question import has_cue, ordinals, stop_words

# -- type


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is a hive?", "definition"),
        ("Define propolis", "definition"),
        ("propolis", "definition"),
        ("Which documents define propolis?", "definition"),
        ("Что такое улей?", "definition"),
        ("Дай определение улья", "definition"),
        ("Which stages does a colony have?", "enumeration"),
        ("List the parts of a hive", "enumeration"),
        ("How many stages are there?", "enumeration"),
        ("Какие бывают ульи?", "enumeration"),
        ("Перечисли этапы осмотра", "enumeration"),
        ("Сколько этапов в осмотре?", "enumeration"),
        ("To which group does the drone belong?", "membership"),
        ("Is a drone a bee?", "membership"),
        ("К какому виду относится мёд?", "membership"),
        ("Относится ли трутень к пчёлам?", "membership"),
        ("What is the difference between a hive and an apiary?", "comparison"),
        ("Compare hive and apiary", "comparison"),
        ("Чем улей отличается от пасеки?", "comparison"),
        ("Сравни улей и пасеку", "comparison"),
        ("What comes after swarming?", "ordering"),
        ("What is the last stage?", "ordering"),
        ("Что идёт перед разборкой?", "ordering"),
        ("В каком порядке осматривают улей?", "ordering"),
        ("Who wrote the paper?", "source"),
        ("Which papers are by Oksanen?", "source"),
        ("Кто написал статью?", "source"),
        ("Какие книги о пчёлах?", "source"),
        ("Give an example of a hive", "example"),
        ("Приведи пример улья", "example"),
        ("Why do bees swarm?", "relation"),
        ("Почему пчёлы роятся?", "relation"),
        ("zebra crossing", "other"),
        ("", "other"),
    ],
)
def test_the_type_of_a_question(question: str, kind: str) -> None:
    assert asked(question).type == kind
    assert asked(unicodedata.normalize("NFD", question)).type == kind
    assert asked(question.upper()).type == kind


def test_cues_are_whole_words() -> None:
    assert has_cue("who wrote it", "ask-source", ontology())
    assert not has_cue("who wrotes it", "ask-source", ontology())
    assert has_cue("кто написал это", "ask-source", ontology())
    assert not has_cue("unlisted enlisted", "ask-enumeration", ontology())


def test_every_asking_role_has_cues_in_both_languages() -> None:
    kinds = ["definition", "enumeration", "membership", "comparison", "order", "source", "example", "relation", "frame"]
    for lang in ("en", "ru"):
        for kind in kinds:
            assert ontology().cues(f"ask-{kind}", lang), (kind, lang)
    assert {"what", "the", "что", "какой"} <= stop_words(ontology())
    assert not {"hive", "улей", "propolis"} & stop_words(ontology())


@pytest.mark.parametrize(
    ("question", "sentence", "plural"),
    [
        ("What is a hive?", True, False), ("hive", False, False), ("Что такое улей", True, False),
        ("улей", False, False), ("Which stages are there", True, True), ("Какие этапы", False, True),
        ("List the parts", True, True),
    ],
)  # fmt: skip
def test_sentences_and_plurals(question: str, sentence: bool, plural: bool) -> None:
    assert asked(question).plural is plural
    if sentence:
        assert asked(question).sentence


# -- numbers, places, direction


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("What are the four stages?", 4), ("the 3 elements of a hive", 3), ("Назови три этапа", 3),
        ("Какие пять видов?", 5), ("из четырёх этапов", 4), ("What are the stages?", None), ("Какие этапы?", None),
        ("one hive", None), ("in 1927", None),
    ],
)  # fmt: skip
def test_counts(question: str, count: int | None) -> None:
    assert asked(question).count == count
    if count:
        assert asked(question).plural


@pytest.mark.parametrize(
    ("question", "position"),
    [
        ("What is the first stage?", 1), ("the second step", 2), ("the seventh step", 7), ("the 3rd step", 3),
        ("What is the last step?", -1), ("the final stage", -1), ("Какой первый этап?", 1), ("на втором этапе", 2),
        ("третий шаг", 3), ("Какой последний этап?", -1), ("завершающая стадия", -1), ("What is a hive?", None),
        ("Что такое улей?", None), ("12th step", 12),
    ],
)  # fmt: skip
def test_places(question: str, position: int | None) -> None:
    assert asked(question).position == position


@pytest.mark.parametrize(("question", "place"), [("What is the eighth step?", 8), ("Какой десятый шаг?", 10)])
def test_places_are_counted_to_ten(question: str, place: int) -> None:
    assert asked(question).position == place


def test_all_places_that_are_named() -> None:
    assert list(ordinals("compare the first and the third stage", "en")) == [1, 3]
    assert list(ordinals("сравни первый и второй этап", "ru")) == [1, 2]
    assert list(ordinals("compare hives", "en")) == []


@pytest.mark.parametrize(
    ("question", "direction"),
    [
        ("What comes after swarming?", "after"), ("Which stage follows awakening?", "after"),
        ("What comes before swarming?", "before"), ("Which step precedes spinning?", "before"),
        ("What is prior to swarming?", "before"), ("Что идёт после окуривания?", "after"),
        ("Какой этап следует за разборкой?", "after"), ("Что идёт перед записью?", "before"),
        ("Какой этап предшествует записи?", "before"), ("What is a hive?", ""), ("Что такое улей?", ""),
    ],
)  # fmt: skip
def test_direction(question: str, direction: str) -> None:
    assert asked(question).direction == direction
    assert asked(unicodedata.normalize("NFD", question)).direction == direction


# -- what kind of answer is expected


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("How many eggs does a queen lay?", True), ("What percentage of colonies die?", True),
        ("Сколько яиц откладывает матка?", True), ("Какой процент семей гибнет?", True),
        ("What is a hive?", False), ("Какие этапы?", False),
    ],
)  # fmt: skip
def test_whether_a_number_is_asked_for(question: str, number: bool) -> None:
    assert asked(question).number is number


@pytest.mark.parametrize(
    ("question", "date", "person"),
    [
        ("In which year was the hive built?", True, False), ("В каком году построен улей?", True, False),
        ("Who coined the word apiary?", False, True), ("Кто придумал слово «пасека»?", False, True),
        ("What is a hive?", False, False), ("Что такое улей?", False, False),
    ],
)  # fmt: skip
def test_whether_a_date_or_a_person_is_asked_for(question: str, date: bool, person: bool) -> None:
    assert (asked(question).date, asked(question).person) == (date, person)


@pytest.mark.parametrize(
    ("question", "counted", "reason"),
    [
        ("How many stages does a colony have?", True, False),
        ("Сколько этапов у осмотра улья?", True, False),
        ("Why does a colony swarm?", False, True),
        ("Зачем окуривают улей?", False, True),
        ("What is a hive?", False, False),
    ],
)
def test_whether_a_count_or_a_reason_is_asked_for(question: str, counted: bool, reason: bool) -> None:
    assert (asked(question).counted, asked(question).reason) == (counted, reason)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("In which documents does propolis appear?", True),
        ("Which of my notes name the queen?", True),
        ("Where in the materials is propolis explained?", True),
        ("What do both sources say of honey?", True),
        ("В каких материалах встречается прополис?", True),
        ("Какие документы говорят об «ульях»?", True),
        ("What do bees do with materials?", False),
        ("What is propolis?", False),
        ("Что такое прополис?", False),
        ("What does the handbook say of propolis, and what the презентация?", True),  # two that are named
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_whether_each_of_several_documents_is_asked(question: str, several: bool, form: str) -> None:
    assert asked(unicodedata.normalize(form, question)).several is several
