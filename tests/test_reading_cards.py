"""Card layouts in plain text, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reading.cards import split_cards

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


def pieces(raw: str) -> list[tuple[str, str]]:
    return [(p.role, p.span.of(raw)) for p in split_cards(raw) or ()]


def sides(raw: str) -> list[tuple[str, str]]:
    return [(role, text) for role, text in pieces(raw) if role in {"front", "back"}]


def test_marks_with_answers_of_several_paragraphs() -> None:
    raw = "Deck one\n\nQ: What is a hull?\nA: The body of a ship.\n- steel\n\n- wood\n\n## Sails\n\n"
    raw += "Q2. And a jib?\nA2. A sail.\n"
    assert pieces(raw) == [
        ("heading", "Deck one"),
        ("front", "What is a hull?"),
        ("back", "The body of a ship.\n- steel\n\n- wood"),
        ("heading", "Sails"),
        ("front", "And a jib?"),
        ("back", "A sail."),
    ]


@pytest.mark.parametrize(
    ("front", "back"),
    [("Q: ", "A: "), ("**Q:** ", "**A:** "), ("В: ", "О: "), ("Вопрос: ", "Ответ: "), ("Question 3: ", "Answer: "),
     ("- Q: ", "- A: "), ("q: ", "a: "), ("Q) ", "A) "), ("Front: ", "Back: ")],
)  # fmt: skip
def test_marks_of_many_kinds(front: str, back: str) -> None:
    raw = f"{front}Что такое якорь?\n{back}It holds a ship.\n{front}Two\n{back}Второй ответ"
    assert sides(raw) == [
        ("front", "Что такое якорь?"), ("back", "It holds a ship."), ("front", "Two"), ("back", "Второй ответ"),
    ]  # fmt: skip


SCALE = "How sure were you?\n1\nNo idea\n2\n3\n4\n5\nVery sure\n"


def site(*cards: tuple[str, str, str]) -> str:
    return "Ships Flashcards\n\n" + "".join(
        f"{n}\nQ\n\n{front}\n\nA\n\n{back}\n\n{tail}" for n, (front, back, tail) in enumerate(cards, start=1)
    )


def test_cards_of_study_sites_lose_counters_and_rating_scales() -> None:
    raw = site(
        ("What is a keel?", "The spine.\n\n· long\n\n· low", SCALE),
        ("What is 5?", "1\n2\n3", SCALE),
        ("Mast", "A pole", ""),
    )
    assert [p for p in pieces(raw) if p[0] != "noise"] == [
        ("heading", "Ships Flashcards"),
        ("front", "What is a keel?"),
        ("back", "The spine.\n\n· long\n\n· low"),
        ("front", "What is 5?"),
        ("back", "1\n2\n3"),
        ("front", "Mast"),
        ("back", "A pole"),
    ]
    found = split_cards(raw) or ()
    noise = [(p.rule, p.span.of(raw)) for p in found if p.role == "noise"]
    assert noise[:4] == [("card-counter", "1"), ("card-mark", "Q"), ("card-mark", "A"), ("rating-scale", SCALE.strip())]


def test_what_most_cards_end_with_is_noise_too() -> None:
    raw = site(*((f"Front {i}", f"Back {i}", "Report this card\nShare it\n") for i in range(4)))
    assert [t for role, t in sides(raw) if role == "back"] == [f"Back {i}" for i in range(4)]


def test_colons() -> None:
    raw = "# Ships\nhull :: the body\nkeel::the spine\nof the ship\n\n## Sails\njib ::: a sail\n"
    assert pieces(raw) == [
        ("heading", "Ships"), ("front", "hull"), ("back", "the body"), ("front", "keel"),
        ("back", "the spine\nof the ship"), ("heading", "Sails"), ("front", "jib"), ("back", "a sail"),
    ]  # fmt: skip


def test_tabs_but_no_tables_and_no_bullets() -> None:
    assert sides("парус\tловит ветер\nкиль\tdeep \n") == [
        ("front", "парус"), ("back", "ловит ветер"), ("front", "киль"), ("back", "deep"),
    ]  # fmt: skip
    assert split_cards("a1\tb\tc\nd1\te\tf\n") is None
    assert split_cards("•\tone thing\n•\tother thing\n1.\tthird\n") is None


def test_question_mark_lines() -> None:
    assert sides("What floats?\n?\nwood\n\nЧто тонет?\n?\nкамень\nи железо\n") == [
        ("front", "What floats?"), ("back", "wood"), ("front", "Что тонет?"), ("back", "камень\nи железо"),
    ]  # fmt: skip


def test_questions_and_answers_in_turn() -> None:
    raw = "Harbour\n\nWhat is a quay?\n\nA wall.\nFor mooring.\n\nWho is a pilot?\n\nA guide.\n\nWhere?\n\nAt sea."
    assert pieces(raw)[:3] == [("heading", "Harbour"), ("front", "What is a quay?"), ("back", "A wall.\nFor mooring.")]
    assert len(pieces(raw)) == 7
    assert split_cards(raw + "\n\nOne more paragraph.\n\nAnd another.") is None


@pytest.mark.parametrize("sign", [": ", " - ", " – ", " — "])
def test_gists(sign: str) -> None:
    raw = "\n".join(
        f"{t}{sign}{g}" for t, g in [("Нос", "перед"), ("Stern", "the rear"), ("Deck", "floor"), ("Hold", "room")]
    )
    assert sides(raw)[:4] == [("front", "Нос"), ("back", "перед"), ("front", "Stern"), ("back", "the rear")]


def test_pairs() -> None:
    raw = "Knots\n\nBowline\na loop that holds\n\nReef knot\njoins two ropes\n\nHitch\nties a rope to a pole\n\n"
    raw += "Узел\nсвязь двух верёвок\n"
    assert sides(raw)[:2] == [("front", "Bowline"), ("back", "a loop that holds")]
    assert pieces(raw)[0] == ("heading", "Knots")


@pytest.mark.parametrize(
    "raw",
    [
        "Notes on ships\n\nShips carry goods. They always did.\nHull: the body\nKeel: the spine\n\nMore prose here.",
        "Step 1: draw\nStep 2: cut\nStep 3: sew\nStep 4: hoist\n",
        "Contents\nSession 1: Hulls\nSession 2: Keels\nSession 3: Masts\nSession 4: Sails\n",
        "• Hull: the body\n• Keel: the spine\n• Mast: a pole\n• Sail: a cloth\n",
        "# Title\n\nA paragraph: with a colon.\n\nAnother one.",
        "Q: only a question\n\nNo answer at all, just prose.",
        "One line",
        "",
        "std::vector\nis a class. It is used.\nIt is good.\nIt is fast.\nIt grows.",
        "A\n\nB\n\nC\n\nD\n",
        "Intro. \nTwo. \nThree. \nFour. \nFive. \nQ: what?\nA: this.\nQ: and?\nA: that.\n",
    ],
)
def test_notes_are_no_cards(raw: str) -> None:
    assert split_cards(raw) is None


LINE = st.sampled_from(
    ["Q: x", "A: y", "Q", "A", "1", "a :: b", "a\tb", "?", "", "", "# H", "term: gist", "- b", "Что?", "5"]
)


@given(st.lists(LINE, max_size=25))
def test_pieces_stand_in_order_and_leave_out_marks_only(lines: list[str]) -> None:
    raw = "\n".join(lines)
    found = split_cards(raw)
    if found is None:
        return
    left, at = "", 0
    for piece in found:
        assert piece.span.start >= at
        assert piece.span.of(raw).strip() == piece.span.of(raw) != ""
        left += raw[at : piece.span.start]
        at = piece.span.end
    left = (left + raw[at:]).replace("Q:", "").replace("A:", "").replace("::", "").replace(":", "").replace("# ", "")
    assert left.strip() == "" or "#" in raw


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the raw notes of the first course are not beside this checkout")
def test_the_raw_notes_of_the_first_course() -> None:
    found = {p.name[:3]: split_cards(p.read_text(encoding="utf-8")) for p in SEEDS.glob("00*.txt")}
    assert [found[n] for n in ("000", "001", "002", "004")] == [None] * 4
    cards = found["003"] or ()
    assert sum(p.role == "front" for p in cards) == sum(p.role == "back" for p in cards) == 21
    assert sum(p.rule == "rating-scale" for p in cards) == 15
