"""Names: exact, inside a question, sharing words, misspelt; both scripts. While typing: test_suggest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.labels import LabelIndex, LabelMatch, tokens
from kg.model import Concept


def concept(id: str, *, en: str = "", ru: str = "", alt: str = "", hidden: str = "") -> Concept:
    labels = {lang: text for lang, text in (("en", en), ("ru", ru)) if text}
    return Concept(
        id, "x:" + id, "concept", labels, ((alt, "en"),) if alt else (), ((hidden, "en"),) if hidden else (), ()
    )


CONCEPTS = (
    concept("journey", en="Customer journey", ru="Путь клиента", alt="CJ"),
    concept("monitoring", en="Journey monitoring", ru="Мониторинг пути"),
    concept("touchpoint", en="Touchpoint", ru="Точка взаимодействия", hidden="tuch point"),
    concept("cafe", en="Caf\u00e9 culture", ru="Ёмкость рынка"),
    concept("decision", en="Decision-making", ru="Принятие решений"),
    concept("stage-1", en="Stage", ru="Стадия"),
    concept("stage-2", en="stage"),
    concept("odd", en="..."),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LabelIndex:
    path = tmp_path_factory.mktemp("labels") / "labels.json"
    LabelIndex.build(CONCEPTS, path)
    return LabelIndex.open(path)


FRAME = {"what", "is", "a", "the", "of", "how", "does", "что", "такое", "и", "как", "in"}


def ask(index: LabelIndex, text: str) -> list[LabelMatch]:
    weights = {t.word: 0.0 if t.word in FRAME else 1.0 for t in tokens(text)}
    return index.match(tokens(text, weights))


@pytest.mark.parametrize(
    ("query", "id", "lang"),
    [
        ("Customer journey", "journey", "en"),
        ("the customer journeys", "journey", "en"),
        ("CUSTOMER JOURNEY?", "journey", "en"),
        ("journey of the customer", "journey", "en"),
        ("What is a touchpoint?", "touchpoint", "en"),
        ("Что такое точки взаимодействия?", "touchpoint", "ru"),
        ("пути клиентов", "journey", "ru"),
        ("«Путь клиента»", "journey", "ru"),
        ("\u201ccustomer journey\u201d", "journey", "en"),
        ("cafe culture", "cafe", "en"),
        ("cafe\u0301 culture", "cafe", "en"),
        ("емкость рынка", "cafe", "ru"),
        ("Е\u0308мкость рынка", "cafe", "ru"),
        ("decision making", "decision", "en"),
        ("CJ", "journey", "en"),
    ],
)
def test_a_name_is_found_exactly(index: LabelIndex, query: str, id: str, lang: str) -> None:
    best = ask(index, query)[0]
    assert (best.concept, best.lang, best.how) == (id, lang, "exact")
    assert best.score > 0.9
    assert best.whole
    assert best.inside


def test_the_longest_name_inside_a_question_wins(index: LabelIndex) -> None:
    found = {m.concept: m for m in ask(index, "How does the customer journey change banks?")}
    assert found["journey"].inside
    assert not found["journey"].whole
    assert found["journey"].score > found["monitoring"].score


def test_homonyms_are_both_found_and_ordered_by_id(index: LabelIndex) -> None:
    assert [m.concept for m in ask(index, "stages")][:2] == ["stage-1", "stage-2"]


def test_names_that_share_a_word_come_after_whole_ones(index: LabelIndex) -> None:
    found = ask(index, "monitoring the touchpoint")
    assert [m.concept for m in found[:2]] == ["touchpoint", "monitoring"]
    assert found[1].how in ("lexical", "prefix")


def test_other_words_are_no_misspellings(index: LabelIndex) -> None:
    assert ask(index, "quantum chromodynamics") == []
    assert ask(index, "квантовая физика") == []


def test_a_hidden_name_counts_less(index: LabelIndex) -> None:
    assert ask(index, "tuch point")[0].score < ask(index, "touchpoint")[0].score


def test_names_in_a_row_of_lemmas(index: LabelIndex) -> None:
    row = ["a", "customer", "journey", "have", "a", "stage"]
    assert index.inside(row) == [(1, 3, ("journey",)), (5, 6, ("stage-1", "stage-2"))]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered_in_order(index: LabelIndex, typed: str) -> None:
    found = ask(index, typed)
    assert all(0 <= m.score <= 1 for m in found)
    assert len({m.concept for m in found}) == len(found)
    scores = [m.score for m in found]
    assert scores == sorted(scores, reverse=True)


def test_nothing_to_name(tmp_path: Path) -> None:
    LabelIndex.build([], tmp_path / "labels.json")
    empty = LabelIndex.open(tmp_path / "labels.json")
    assert empty.match(tokens("anything")) == []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text("[[1]]", encoding="utf-8")
    with pytest.raises(StoreError, match=r"labels\.json.*build again"):
        LabelIndex.open(tmp_path / "labels.json")


def test_tokens_carry_weights_and_hyphens_fall_apart() -> None:
    assert [(t.word, t.lemma, t.weight) for t in tokens("Decision-making's ёлки", {"ёлки": 2.0, "елки": 3.0})] == [
        ("decision", "decision", 0.0),
        ("making's", "make", 0.0),
        ("елки", "елка", 3.0),
    ]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("the customer journeys", ["journey"]),
        ("пути клиентов", ["journey"]),
        ("CJ", ["journey"]),
        ("decision making", ["decision"]),
        ("cafe\u0301 culture", ["cafe"]),
        ("Stage", ["stage-1", "stage-2"]),  # homonyms are all of them
        ("customer", []),
        ("customer journey monitoring", []),
        ("", []),
    ],
)
def test_called_just_so(index: LabelIndex, text: str, ids: list[str]) -> None:
    assert [m.concept for m in index.named(text)] == ids
    assert all(m.how == "exact" and m.whole for m in index.named(text))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("custmer journey", "journey"),
        ("touchpoin", "touchpoint"),
        ("путь клиетна", "journey"),
        ("Емкость рынка", "cafe"),
        ("volcanoes", None),
        ("", None),
    ],
)
def test_spelt_much_like_a_name(index: LabelIndex, text: str, first: str | None) -> None:
    found = index.alike(text)
    assert (found[0].concept if found else None) == first
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
