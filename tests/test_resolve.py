"""From mentions to concepts: what is one, what stays apart, whatever the order of the statements."""

from __future__ import annotations

import random

from extractkit import graph, ontology, read
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import extract
from kg.model import Concept, Graph
from kg.resolve import resolve


def named(found: Graph, label: str) -> list[Concept]:
    return [c for c in found.concepts.values() if label in {text for text, _ in c.all_labels()}]


NOTES = {
    "a.md": "# Tea ceremony\n\nThe daily limit value (DLV) is a limit. DLV is the top.\n\n"
    "## 3 steps\n\n- Boiling\n- Steeping\n",
    "b.txt": "Q: What is the tea ceremony?\nA: A way to serve tea with care.\n\nQ: What is DLV?\n"
    "A: The top value of a day.\n",
    "c.md": "# Чай\n\nПотребительский опыт (CX) — это ответ клиента на встречу с фирмой.\n",
}


def test_aliases_meet_across_documents_and_languages() -> None:
    found = graph(
        a_md="# Customer experience (CX)\n\nIt is felt.\n",
        b_md="# Заметка\n\nПотребительский опыт — это ответ клиента на встречу с фирмой.\n",
    )
    (concept,) = named(found, "Customer experience")
    assert concept.labels["ru"] == "Потребительский опыт"
    assert concept.documents == ("a.md", "b.md")
    assert "CX" in {text for text, _ in concept.alt_labels}


def test_an_abbreviation_in_one_note_is_its_long_name_in_another() -> None:
    found = graph(a_md=NOTES["a.md"], b_txt=NOTES["b.txt"])
    assert len(named(found, "DLV")) == 1
    assert named(found, "DLV") == named(found, "Daily limit value")


def test_a_book_and_its_subject_stay_apart() -> None:
    text = "# Deep sea\n\nDeep sea is cold.\n\n## References\n\nMoor, A. (1987) Deep Sea, Gull Press.\n"
    kinds = {c.kind for c in named(graph(a_md=text), "Deep sea")} | {
        c.kind for c in named(graph(a_md=text), "Deep Sea")
    }
    assert {"book", "concept"} <= kinds


def test_a_name_that_says_little_lives_inside_its_whole() -> None:
    text = (
        "# Kites\n\n## 2 parts\n\n- Sail: cloth\n  - Colours:\n    - red\n    - blue\n"
        "- Tail: rope\n  - Colours:\n    - red\n    - white\n"
    )
    reds = [c for c in graph(a_md=text).concepts.values() if c.label.casefold() == "red"]
    assert len(reds) == 2


def test_a_bare_surname_is_the_one_person_of_that_name() -> None:
    found = graph(
        a_md="# How Dunes Move\n\n- Author: Anna B. Sand\n- Year: 1999\n",
        b_md="# Notes\n\n## References\n\nSand, A. (1999) Dunes, Gull Press.\n",
    )
    people = [c for c in found.concepts.values() if c.kind == "person"]
    assert [p.label for p in people] == ["Anna B. Sand"]


def test_a_russian_label_stands_in_the_nominative() -> None:
    found = graph(
        a_md="# Погода\n\n## 2 вида облаков\n\n- Перистые\n- Слоистые\n\nМы видели «пути клиента» и быстрых побед.\n"
    )
    assert all(c.labels.get("ru") != "Пути клиента" for c in found.concepts.values())


def test_ids_of_one_build_are_the_ids_of_the_next_and_all_facts_point_at_concepts() -> None:
    one, two = graph(a_md=NOTES["a.md"]), graph(a_md=NOTES["a.md"], b_txt=NOTES["b.txt"], c_md=NOTES["c.md"])
    assert set(one.concepts) <= set(two.concepts) | set(two.redirects)
    for fact in two.facts:
        assert fact.subject in two.concepts
        assert fact.object is None or fact.object in two.concepts
        assert fact.object != fact.subject
    assert not set(two.redirects) & set(two.concepts)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_order_of_statements_and_documents_does_not_matter(seed: int) -> None:
    documents = [read(text, name) for name, text in NOTES.items()]
    statements = [s for d in documents for s in extract(d, ontology())]
    shuffled = random.Random(seed).sample(statements, len(statements))
    one, two = resolve(documents, statements, ontology()), resolve(documents, shuffled, ontology())
    assert one.concepts == two.concepts
    assert set(one.facts) == set(two.facts)
    assert one.redirects == two.redirects
