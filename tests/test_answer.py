"""Questions about a small course on bee-keeping: each type of question is answered, in order, with its lines."""

from __future__ import annotations

import pytest
from answerkit import REFUSED, cited, labels
from hives import SOURCES

from kg.base import KnowledgeBase
from kg.model import Answer

BASICS, BOOK, CARDS, LIST, RUSSIAN, _ = SOURCES


@pytest.fixture(scope="module")
def course(bees: KnowledgeBase) -> KnowledgeBase:
    return bees


def line(name: str, text: str) -> tuple[str, int]:
    """The one line of a source that holds a text."""
    [number] = [n for n, said in enumerate(SOURCES[name].splitlines(), 1) if text in said]
    return name, number


def cites(found: Answer, name: str, text: str) -> bool:
    _, number = line(name, text)
    return any(e.document == name and e.lines[0] <= number <= e.lines[1] for e in cited(found))


# -- definitions


@pytest.mark.parametrize(
    ("question", "says", "where"),
    [
        ("What is royal jelly?", "milky secretion of nurse bees", (CARDS, "milky secretion")),
        ("Define brood.", "Eggs, larvae and pupae", (CARDS, "Eggs, larvae")),
        ("What is an apiary?", "several colonies of bees are kept", (BASICS, "An **apiary**")),
        ("What is meant by varroosis?", "infestation with mites", (BOOK, "**Varroosis**")),
        ("smoker", "tin can with bellows", (BOOK, "A **smoker**")),
        ("Что такое пасека?", "рядом стоят несколько пчелиных семей", (RUSSIAN, "Пасека — это")),
        ("Дай определение прополиса", "клейкая смола", (RUSSIAN, "Прополис — это")),
        ("падевый мёд", "сладких выделений тли", (RUSSIAN, "**Падевый мёд**")),
    ],
)
def test_definitions(course: KnowledgeBase, question: str, says: str, where: tuple[str, str]) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "definition")
    assert says in found.answer
    assert cites(found, *where)


def test_two_documents_that_define_the_same_thing_are_both_told(course: KnowledgeBase) -> None:
    for question in ("What is propolis?", "Which documents define propolis?"):
        found = course.ask(question)
        assert (found.status, found.type) == ("answered", "definition")
        assert {BASICS, BOOK} <= {e.document for e in found.evidence}
        said = " ".join([found.answer, *labels(found)])
        assert "sticky resin" in said
        assert "dark glue" in said


# -- lists, order, belonging


@pytest.mark.parametrize(
    ("question", "members"),
    [
        ("What are the four stages of colony growth?", ["Awakening", "Build-up", "Swarming", "Wintering"]),
        ("How many stages of colony growth are there?", ["Awakening", "Build-up", "Swarming", "Wintering"]),
        ("List the steps of honey extraction.", ["Uncapping", "Spinning", "Straining", "Settling"]),
        ("steps of honey extraction", ["Uncapping", "Spinning", "Straining", "Settling"]),
        ("Which elements does a hive have?", ["Floor", "Super", "Roof"]),
        ("Which types of bees are there?", ["Queen", "Worker", "Drone"]),
        ("Какие этапы осмотра улья?", ["Окуривание", "Разборка", "Запись"]),
        ("Назови три этапа осмотра улья", ["Окуривание", "Разборка", "Запись"]),
        ("этапы осмотра улья", ["Окуривание", "Разборка", "Запись"]),
        ("Перечисли виды мёда", ["Цветочный мёд", "Падевый мёд"]),
    ],
)
def test_lists_are_whole_and_in_the_order_of_the_source(
    course: KnowledgeBase, question: str, members: list[str]
) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "enumeration")
    assert labels(found) == members
    at = [found.answer.index(m) for m in members]
    assert at == sorted(at)
    for one in found.items:
        [own] = one.evidence
        assert own.quote.casefold().find(one.label.casefold()) >= 0
        assert own in found.evidence
        assert one.id in {c.id for c in found.concepts}


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("What comes after build-up?", "Swarming"),
        ("Which stage follows awakening?", "Build-up"),
        ("What comes before swarming?", "Build-up"),
        ("Which step precedes spinning?", "Uncapping"),
        ("What is the first stage of colony growth?", "Awakening"),
        ("What is the second step of honey extraction?", "Spinning"),
        ("What is the last step of honey extraction?", "Settling"),
        ("Что идёт после окуривания?", "Разборка"),
        ("Какой этап следует за разборкой?", "Запись"),
        ("Что идёт перед записью?", "Разборка"),
        ("Какой первый этап осмотра улья?", "Окуривание"),
        ("Какой последний этап осмотра улья?", "Запись"),
    ],
)
def test_order(course: KnowledgeBase, question: str, label: str) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "ordering")
    assert labels(found) == [label]
    assert found.concepts[0].label == label
    assert label in found.answer
    assert ".." not in found.answer
    assert cites(found, RUSSIAN if label in SOURCES[RUSSIAN] else BASICS, f"**{label}**")


@pytest.mark.parametrize(
    "question", ["What comes after wintering?", "What comes before uncapping?", "Что идёт после записи?"]
)
def test_nothing_follows_the_last(course: KnowledgeBase, question: str) -> None:
    assert course.ask(question).status in REFUSED


@pytest.mark.parametrize(
    ("question", "member", "whole"),
    [
        ("To what does swarming belong?", "Swarming", "colony growth"),
        ("What does the super belong to?", "Super", "hive"),
        ("Is the roof an element of a hive?", "Roof", "hive"),
        ("К чему относится разборка?", "Разборка", "осмотр"),
        ("К чему относится падевый мёд?", "Падевый мёд", "мёд"),
    ],
)
def test_belonging(course: KnowledgeBase, question: str, member: str, whole: str) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "membership")
    assert member in found.answer
    assert whole in found.items[0].label.casefold()
    assert cites(found, next(n for n, text in SOURCES.items() if f"**{member}**" in text), f"**{member}**")


def test_belonging_holds_both_ways(course: KnowledgeBase) -> None:
    for whole in ("Which elements does a hive have?", "What are the four stages of colony growth?"):
        listed = course.ask(whole)
        for one in listed.items:
            up = course.ask(f"What does {one.label} belong to?")
            assert up.status == "answered"
            wholes = {f.object for f in course.graph.facts if f.subject == one.id and f.predicate == "part-of"}
            assert {i.id for i in up.items} <= wholes
            assert up.items


# -- comparisons, works, examples


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between a Langstroth hive and a top-bar hive?", ["Langstroth hive", "Top-bar hive"]),
        ("Compare queen and drone.", ["Queen", "Drone"]),
        ("Сравни окуривание и запись.", ["Окуривание", "Запись"]),
        ("Чем отличается разборка от записи?", ["Разборка", "Запись"]),
    ],
)
def test_comparisons_tell_of_every_side(course: KnowledgeBase, question: str, sides: list[str]) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "comparison")
    assert labels(found) == sides
    for side in sides:
        assert side in found.answer
        assert cites(found, next(n for n, text in SOURCES.items() if f"**{side}**" in text), f"**{side}**")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who wrote Smoke, fear and the memory of bees?", ["Marchetti"]),
        ("Who is the author of “Cold clusters and the price of winter stores”?", ["Oksanen"]),
        ("Кто написал «Зимовка сильных семей»?", ["Лазутин"]),
        ("Which works by Oksanen are in the reading list?", ["northern apiaries", "winter stores"]),
        ("Какие работы написал Oksanen?", ["northern apiaries", "winter stores"]),
        ("Какие работы написал Лазутин?", ["Зимовка сильных семей"]),
    ],
)
def test_authors_and_works(course: KnowledgeBase, question: str, names: list[str]) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "source")
    assert len(found.items) == len(names)
    assert all(name in label for name, label in zip(names, labels(found), strict=True))
    assert {e.document for e in found.evidence} == {LIST}


def test_who_introduced_it(course: KnowledgeBase) -> None:
    found = course.ask("Who introduced the waggle dance?")
    assert (found.status, found.type) == ("answered", "source")
    assert "Karl" in found.answer
    assert cites(found, BOOK, "waggle dance")


@pytest.mark.parametrize(
    ("question", "says", "where"),
    [
        ("Give an example of a nectar flow.", "lime trees", (BASICS, "lime trees")),
        ("Приведи пример медосбора.", "липы", (RUSSIAN, "липы")),
    ],
)
def test_examples(course: KnowledgeBase, question: str, says: str, where: tuple[str, str]) -> None:
    found = course.ask(question)
    assert (found.status, found.type) == ("answered", "example")
    assert says in found.answer
    assert cites(found, *where)
