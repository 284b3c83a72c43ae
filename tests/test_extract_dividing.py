"""Sentences that divide a whole into kinds or parts."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import said, statements
from test_extract_definitions import LONG

from kg.extract.dividing import RULE


def members(sentence: str, *, after: str = "") -> dict[tuple[str, str], list[str]]:
    text = f"# Sails\n\nThe course went on as planned. {sentence}\n\nThen all went home.{after}\n"
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for s in statements(text):
        if s.rule == RULE and s.position is not None:
            found.setdefault((s.predicate, s.object.label.casefold()), []).append((s.position, s.subject.label))  # type: ignore[union-attr]
    return {key: [unicodedata.normalize("NFC", label) for _, label in sorted(rows)] for key, rows in found.items()}


@pytest.mark.parametrize(
    ("sentence", "predicate", "whole", "parts"),
    [
        ("Knots are divided into bends, hitches and loops.", "kind-of", "knots", ["bends", "hitches", "loops"]),
        ("Knots are often divided into bends, hitches and loops.", "kind-of", "knots", ["bends", "hitches", "loops"]),
        ("In seamanship, knots fall into bends and hitches.", "kind-of", "knots", ["bends", "hitches"]),
        ("Knots come in three types: bends, hitches and loops.", "kind-of", "knots", ["bends", "hitches", "loops"]),
        ("Knots are classified as permanent or temporary.", "kind-of", "knots",
         ["permanent knots", "temporary knots"]),
        ("We distinguish bends, hitches and loops.", "kind-of", "sails", ["bends", "hitches", "loops"]),
        ("A rig consists of a mast, a boom and sails.", "part-of", "rig", ["mast", "boom", "sails"]),
        ("Узлы делятся на петли, штыки и удавки.", "kind-of", "узлы", ["петли", "штыки", "удавки"]),
        ("Узлы бывают прямые и морские.", "kind-of", "узлы", ["прямые узлы", "морские узлы"]),
        ("К узлам относятся петля, штык и удавка.", "kind-of", "узел", ["петля", "штык", "удавка"]),
        ("К узлам относят петлю, штык и удавку.", "kind-of", "узел", ["петля", "штык", "удавка"]),
        ("Различают петли, штыки и удавки.", "kind-of", "sails", ["петли", "штыки", "удавки"]),
        ("Такелаж состоит из мачты, паруса и каната.", "part-of", "такелаж", ["мачта", "парус", "канат"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_sentence_divides(sentence: str, predicate: str, whole: str, parts: list[str], form: str) -> None:
    found = members(unicodedata.normalize(form, sentence))
    assert {(p, unicodedata.normalize("NFC", w)): rows for (p, w), rows in found.items()} == {(predicate, whole): parts}


@pytest.mark.parametrize(
    "sentence",
    [
        "The crew are divided into those who row and those who rest.",
        "Knots are divided into bends.",
        "Knots come in handy, and nobody is without one.",
        "Which knots are divided into bends and hitches?",
        "Узлы делятся на два.",
        "К узлам относятся с почтением.",
        "Такелаж состоит из мачт, парусов и канатов.",  # no nominative is known of these
    ],
)
def test_other_sentences_do_not(sentence: str) -> None:
    assert members(sentence) == {}


def test_parts_in_long_prose_are_remarks() -> None:
    assert members("A rig consists of a mast, a boom and sails.", after=LONG) == {}
    assert members("Knots are divided into bends, hitches and loops.", after=LONG)


def test_each_member_is_cited_where_it_stands() -> None:
    text = "# Sails\n\nKnots are divided into bends,\nhitches and loops.\n"
    lines = {s.subject.label: s.evidence.lines for s in statements(text) if s.position is not None}
    assert lines == {"bends": (3, 3), "hitches": (4, 4), "loops": (4, 4)}


def test_what_they_are_divided_into_is_not_said_of_the_heading_as_well() -> None:
    found = said("# Sails\n\nThey are divided into bends, hitches and loops.\n")
    assert {s[2] for s in found if s[1] == "kind-of"} == {"Sails"}
