"""Plain text: headings, lists whose bullets were lost, boxes, wrapped lines, dumps of cards, noise."""

from __future__ import annotations

import pytest
from filekit import document, outline, texts


def test_wrapped_lines_are_one_block() -> None:
    text = "RIVERS\nA river carries sand and silt from the mountains down to the\n"
    text += "sea, where both sink and form new land over many years of\nfloods.\n"
    assert texts(document("a.txt", text), "paragraph") == [
        "A river carries sand and silt from the mountains down to the sea, where both sink and form new land over many "
        "years of floods."
    ]


@pytest.mark.parametrize("bullet", ["-", "•", "*", "o", "§", "✘"])
def test_bullets_of_every_glyph(bullet: str) -> None:
    found = document("a.txt", f"TOOLS\n{bullet} spade for digging\n{bullet} rake\n")
    assert [b.text for b in found.blocks if b.kind == "item"] == ["spade for digging", "rake"]


def test_a_member_that_lost_its_bullet_is_one_still() -> None:
    text = (
        "Q: What helps a garden?\nA: It needs care.\n\n· Water; rain or hose\n\n"
        "· Light from the south\n\nWarm soil: it wakes the seeds\n"
    )
    assert ("item", 1, "Warm soil: it wakes the seeds") in outline(document("a.txt", text))


def test_numbers_beside_headings() -> None:
    found = document("a.txt", "ПЛАН\n\nПосев\n\n1 этап\n\n- семена\n\nПолив\n\n2 этап\n\n- вода\n")
    assert [(b.text, b.marker) for b in found.blocks if b.kind == "heading" and b.marker] == [
        ("Посев", "1 этап"),
        ("Полив", "2 этап"),
    ]


def test_a_name_broken_by_a_narrow_box() -> None:
    text = "СОЗДАТЕЛИ\n\n\nAnna\nLindqvis\nt\n\n\nKarl B.\nMoor\n\n\nJohn\nVale\n"
    assert {"Anna Lindqvist", "Karl B. Moor"} <= {b.text for b in document("a.txt", text).blocks}


def test_contents_lines_are_rows() -> None:
    found = document("a.txt", "BOOK\nLecture 1: Sand ........ 3\nLecture 2: Silt ........ 9\n")
    assert [[c.of(b.text) for c in b.cells] for b in found.blocks if b.kind == "row"] == [
        ["Lecture 1: Sand", "3"],
        ["Lecture 2: Silt", "9"],
    ]


def test_page_headers_and_site_chrome_are_noise() -> None:
    page = "Notes of the dune course\n\n\nDunes walk with the wind over the years, says fact {n} of many.\n\n\n"
    found = document("a.txt", "".join(page.format(n=n) for n in range(4)))
    assert "Notes of the dune course" not in found.text
    assert {n.rule for n in found.noise} == {"page-header"}
    chrome = "Logo home\nAdd to cart\nTrustpilot\nWritten in\nDUNES\n"
    chrome += "".join(f"Dunes walk with the wind over many years, dune {n} too.\n\n" for n in range(9))
    assert document("b.txt", chrome).blocks[0].text == "DUNES"


def test_flattened_columns_of_a_dump_are_pairs() -> None:
    text = "Insects flashcards\nwhat becomes what\negg ->\nlarva ->\nlarva grown\npupa\n"
    text += "bee\nan insect that makes honey\nwasp\nan insect that stings\n"
    rows = [b for b in document("a.txt", text).blocks if b.kind == "row"]
    assert [[c.of(b.text) for c in b.cells] for b in rows] == [["egg", "larva grown"], ["larva", "pupa"]]
