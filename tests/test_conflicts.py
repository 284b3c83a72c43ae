"""Contradictions between sources: both sides with their lines, in both languages; and nothing where there is none."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import ontology, read

from kg.conflicts import Conflict, conflicts
from kg.extract import extract
from kg.model import Graph
from kg.passages import passages
from kg.resolve import resolve


def graph(notes: dict[str, str]) -> Graph:
    documents = [read(text, name) for name, text in notes.items()]
    found = [p for d in documents for p in passages(d)]
    return resolve(documents, [s for d in documents for s in extract(d, ontology())], ontology(), passages=found)


def found(one: str, other: str) -> tuple[Conflict, ...]:
    notes = {"a.md": one, "b.md": other}
    whole = graph(notes)
    result = conflicts(whole, ontology())
    raw = {d.name: d.raw for d in whole.documents}
    for c in result:
        assert len(c.sides) > 1
        assert all(i in whole.concepts for i in c.concepts)
        for side in c.sides:
            assert side.evidence
            for e in side.evidence:
                assert raw[e.document][e.start : e.end] == e.quote != ""
    return result


DYEING = "# Dyeing\n\n## {n} steps of dyeing\n\n{steps}"


def steps(*names: str, n: str = "") -> str:
    listed = "".join(f"{i}. {name}\n" for i, name in enumerate(names, 1))
    return DYEING.format(n=n or len(names), steps=listed)


def test_orders() -> None:
    one = steps("Soaking the cloth", "Boiling the bark", "Rinsing the yarn")
    other = steps("Boiling the bark", "Soaking the cloth", "Rinsing the yarn")
    (conflict,) = found(one, other)
    assert (conflict.kind, conflict.concepts) == ("order", ("soak-cloth", "boil-bark"))
    assert [s.value for s in conflict.sides] == [
        "Soaking the cloth → Boiling the bark",
        "Boiling the bark → Soaking the cloth",
    ]
    assert [s.document for s in conflict.sides] == ["a.md", "b.md"]
    assert [s.evidence[0].lines[0] for s in conflict.sides] == [5, 5]


def test_orders_that_are_far_apart_in_a_list_and_in_russian() -> None:
    text = "# Крашение\n\n## 3 этапа крашения\n\n1. {}\n2. {}\n3. {}\n"
    one = text.format("Замачивание ткани", "Кипячение коры", "Полоскание пряжи")
    other = text.format("Полоскание пряжи", "Кипячение коры", "Замачивание ткани")
    assert {c.kind for c in found(one, other)} == {"order"}


def test_the_same_order_with_a_step_more_is_none() -> None:
    one = steps("Soaking the cloth", "Boiling the bark", n="2")
    other = steps("Soaking the cloth", "Drying the roots", "Boiling the bark", n="2")
    assert not found(one, other)
    assert not found(one, one)


def test_a_document_that_has_both_orders_holds_both_to_be_possible() -> None:
    names = ["Soaking the cloth", "Boiling the bark"]
    listed = ["".join(f"{i}. {n}\n" for i, n in enumerate(some, 1)) for some in (names, names[::-1])]
    both = f"# Dyeing\n\n## 2 steps of summer dyeing\n\n{listed[0]}\n## 2 steps of winter dyeing\n\n{listed[1]}"
    assert not found(both, steps(*names))
    assert found(steps(*names), steps(*names[::-1]))


def test_years() -> None:
    text = "# How Dunes Move\n\n- Author: Anna Sand\n- Year: {}\n"
    (conflict,) = found(text.format(1999), text.format(2001))
    assert (conflict.kind, [s.value for s in conflict.sides]) == ("year", ["1999", "2001"])
    assert not found(text.format(1999), text.format(1999))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("# Whale\n\nA whale is a fish that breathes air.\n", "# Sea life\n\nA whale is not a fish.\n"),
        ("# Whale\n\nA whale is a fish, and large.\n", "# Sea life\n\nWhales aren't fish, but mammals.\n"),
        ("# Кит\n\nКит — это рыба, которая дышит воздухом.\n", "# Море\n\nКит — это не рыба.\n"),
        ("# Кит\n\nКит — это рыба, которая дышит воздухом.\n", "# Море\n\nКит не является рыбой.\n"),
    ],
)
def test_classes(one: str, other: str) -> None:
    (conflict,) = found(one, other)
    assert conflict.kind == "class"
    assert [s.document for s in conflict.sides] == ["a.md", "b.md"]
    assert "ры" in conflict.sides[1].value or "fish" in conflict.sides[1].value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("# Whale\n\nA whale is a mammal that breathes air.\n", "# Sea life\n\nA whale is not a fish.\n"),
        ("# Whale\n\nA whale is a fish that breathes air.\n", "# Sea life\n\nA whale is not a fish tank.\n"),
        ("# Whale\n\nA whale is a fish that breathes air.\n", "# Sea life\n\nA shark is not a fish.\n"),
        ("# Кит\n\nКит — это зверь, который дышит воздухом.\n", "# Море\n\nКит — это не рыба.\n"),
    ],
)
def test_what_is_no_conflict_of_classes(one: str, other: str) -> None:
    assert not found(one, other)


def test_counts() -> None:
    one = steps("Soaking the cloth", "Boiling the bark", "Rinsing the yarn", n="3")
    other = steps("Soaking the cloth", "Boiling the bark", "Rinsing the yarn", "Drying the roots", n="Four")
    (conflict,) = found(one, other)
    assert (conflict.kind, conflict.concepts, conflict.about) == ("count", ("dye",), "step")
    assert [(s.value, s.document) for s in conflict.sides] == [("3", "a.md"), ("4", "b.md")]
    both = one + "\n" + other.partition("\n\n")[2]
    assert not [c for c in found(both, other) if c.kind == "count"]  # one document divides in two ways


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("one", "other", "sides"),
    [
        ("# Dyes\n\n## Three types of dyes\n\n1. Madder\n2. Weld\n3. Woad\n",
         "# Plants\n\nThere are five types of dyes.\n", ("3", "5")),
        ("# Красители\n\n## Три вида красителей\n\n1. Марена\n2. Церва\n3. Вайда\n",
         "# Растения\n\nСуществует пять видов красителей.\n", ("3", "5")),
    ],
)  # fmt: skip
def test_a_count_that_a_sentence_tells(one: str, other: str, sides: tuple[str, ...], form: str) -> None:
    (conflict,) = found(one, unicodedata.normalize(form, other))
    assert conflict.kind == "count"
    assert tuple(s.value for s in conflict.sides) == sides
    assert [s.evidence[0].lines[0] for s in conflict.sides] == [3, 3]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A madder bath takes ten hours, if it is hot.", "A madder bath takes 3 hours, if it is hot."),
        ("Ванна с мареной занимает десять часов.", "Ванна с мареной занимает три часа."),
        ("Ванна с крашеной тканью занимает 10 часов.", "Ванна с крашеной тканью занимает 3 часа."),
    ],
)
def test_sentences_that_differ_in_a_number(one: str, other: str, form: str) -> None:
    (conflict,) = found(f"# One\n\n{one}\n", f"# Two\n\n{unicodedata.normalize(form, other)}\n")
    assert conflict.kind == "number"
    assert [unicodedata.normalize("NFC", s.value) for s in conflict.sides] == [one, other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A madder bath takes ten hours at least.", "A madder bath takes 10 hours at least."),
        ("A madder bath takes ten hours at least.", "A weld bath takes three hours at least."),
        ("It takes ten hours in a hot bath.", "It takes three hours in a hot bath."),  # of something else, perhaps
        ("Это занимает десять часов в горячей ванне.", "Это занимает три часа в горячей ванне."),
        ("Bath no. 3: madder and alum", "Bath no. 4: madder and alum"),  # no sentence
        ("See page ten.", "See page three."),
        (
            "A madder bath takes ten hours at least. A madder bath takes three hours at least.",
            "A madder bath takes four hours at least.",
        ),  # holds several to be possible
    ],
)
def test_what_is_no_conflict_of_numbers(one: str, other: str) -> None:
    assert not found(f"# One\n\n{one}\n", f"# Two\n\n{other}\n")


def test_the_whole_result_does_not_depend_on_the_order_of_facts() -> None:
    notes = {
        "a.md": steps("Soaking the cloth", "Boiling the bark", n="2"),
        "b.md": steps("Boiling the bark", "Soaking the cloth", n="3"),
        "c.md": "# How Dunes Move\n\n- Author: Anna Sand\n- Year: 1999\n",
        "d.md": "# How Dunes Move\n\n- Author: Anna Sand\n- Year: 2001\n",
    }
    whole = graph(notes)
    turned = Graph(whole.concepts, whole.facts[::-1], whole.documents, whole.passages[::-1], whole.redirects)
    kinds = [c.kind for c in conflicts(whole, ontology())]
    assert set(kinds) == {"order", "year", "count"}
    assert [(c.kind, c.concepts, c.about) for c in conflicts(turned, ontology())] == [
        (c.kind, c.concepts, c.about) for c in conflicts(whole, ontology())
    ]
