"""Typed answers: what is forgiven, what is not, in both scripts."""

from __future__ import annotations

import unicodedata

import pytest
from graphs import ontology, small
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.study.card import Card, Item
from kg.study.check import RATING, check, same_name
from kg.study.compile import compile_cards
from kg.text import label_key

CARDS = {(c.concept, c.type): c for c in compile_cards(small(), ontology())}
NAMES = frozenset(label_key(t) for c in small().concepts.values() for t, _ in c.all_labels())


def card(how: str, *items: str | tuple[str, ...]) -> Card:
    base = CARDS["proving", "term"]
    rows = [Item(i, None, (i,)) if isinstance(i, str) else Item(i[0], None, i) for i in items]
    return Card("id", "c", None, "members", "en", "front", (), (tuple(rows),), how, base.evidence)


@pytest.mark.parametrize(
    ("name", "typed", "result"),
    [
        # case, accents, quotes, articles, hyphens, spaces
        ("Proving", "  proving ", "right"), ("Café crème", "cafe creme", "right"), ("“Rye” loaf", "rye loaf", "right"),
        ("Process of baking", "the process of baking", "right"), ("Yeast-dough", "yeast dough", "right"),
        ("Touch point", "touchpoint", "right"), ("Ёлка", "елка", "right"), ("Мёд «Липовый»", "мед липовый", "right"),
        ("Baker's oven", "baker’s oven", "right"),
        # forms of words and order
        ("Touchpoints", "touchpoint", "right"), ("Закваска", "закваски", "right"), ("Rye loaf", "loaf rye", "right"),
        ("Опыт клиента", "клиентский опыт", "wrong"),
        # slips
        ("Sourdough", "sourdogh", "right"), ("Sourdough", "suordough", "right"), ("Расстойка", "растойка", "right"),
        ("Customer experience", "customer experiense", "right"), ("Sourdough", "sourdh", "almost"),
        # another word, however near
        ("External", "internal", "wrong"), ("Typical", "atypical", "almost"), ("Informed", "uninformed", "wrong"),
        ("Внешний", "внутренний", "wrong"), ("Rye", "rue", "wrong"), ("Sourdough", "bread", "wrong"),
        ("Plan 2019", "plan 2018", "wrong"), ("Stage 1", "stage 2", "wrong"),
        # a word too many or too few
        ("Customer experience management", "experience management", "almost"),
        ("Sourdough", "wild sourdough", "almost"),
        ("Rye loaf", "loaf", "wrong"), ("Sourdough", "", "wrong"), ("Sourdough", "…", "wrong"), ("Ё", "\x00", "wrong"),
    ],
)  # fmt: skip
def test_one_name(name: str, typed: str, result: str) -> None:
    for form in ("NFC", "NFD"):
        given = unicodedata.normalize(form, typed)
        assert same_name(given, Item(name, None, (name,))) == result, (form, same_name(given, Item(name)))


def test_any_name_of_the_concept_in_any_language_counts() -> None:
    term = CARDS["proving", "term"]
    for typed in ("Proving", "расстойка", "Proofing", "it is: proving, I think"):
        checked = check(term, typed, others=NAMES)
        assert (checked.result == "right") is ("I think" not in typed)
        assert checked.rating == RATING[checked.result]


def test_the_name_of_another_concept_is_no_slip() -> None:
    item = Item("Proving", None, ("Proving",))
    assert same_name("roving", item) == "almost"
    assert same_name("roving", item, frozenset({label_key("Roving")})) == "wrong"
    assert same_name("proving", item, frozenset({label_key("Proving")})) == "right"


@pytest.mark.parametrize(
    "typed",
    [
        "Mixing, Proving, Baking", "baking; mixing; proving", "1. mixing\n2. proving\n3. baking",
        "замес, расстойка, выпечка", "mixing and proving and baking", "• Baking\n• Proofing\n• Mixing",
        "mixng, provng, bakng", "Замес и Proving, baking",
    ],
)  # fmt: skip
def test_a_list_in_any_order_and_writing(typed: str) -> None:
    checked = check(CARDS["baking-method", "members"], typed, others=NAMES)
    assert (checked.result, checked.missing, checked.extra) == ("right", (), ())


def test_a_list_tells_what_is_missing_and_what_is_too_much() -> None:
    members = CARDS["baking-method", "members"]
    checked = check(members, "mixing, baking", others=NAMES)
    assert (checked.result, checked.found, checked.missing) == ("almost", ("Mixing", "Baking"), ("Proving",))
    assert checked.rating == 2
    checked = check(members, "mixing, proving, baking, eating", others=NAMES)
    assert (checked.result, checked.extra) == ("almost", ("eating",))
    checked = check(members, "mixing, mixing, mixing", others=NAMES)
    assert (checked.result, checked.found) == ("wrong", ("Mixing",))
    assert check(members, "", others=NAMES).missing == ("Mixing", "Proving", "Baking")


def test_an_order_has_to_be_in_order() -> None:
    order = CARDS["baking-method", "order"]
    assert check(order, "mixing, proving, baking", others=NAMES).result == "right"
    assert check(order, "mixing → proving → baking", others=NAMES).result == "right"
    checked = check(order, "proving, mixing, baking", others=NAMES)
    assert (checked.result, checked.in_order, checked.missing) == ("almost", False, ())


def test_an_item_may_hold_an_and_or_a_comma() -> None:
    both = card("all", "Bread and butter", "Salt")
    assert check(both, "salt; bread and butter").result == "right"
    assert check(both, "bread and butter and salt").result != "wrong"


def test_a_definition_counts_by_what_it_says() -> None:
    definition = CARDS["bread-baking", "definition"]
    assert check(definition, "turning flour and water into loaves is a craft").result == "right"
    assert check(definition, "a craft with flour").result == "almost"
    assert check(definition, "something one eats").result == "wrong"
    assert check(definition, "").result == "wrong"
    compare = CARDS["sourdough", "compare"]
    one_side = check(compare, "yeast dough rises in an hour")
    assert one_side.result != "right"
    assert len(one_side.missing) == 1
    russian = {(c.concept, c.type): c for c in compile_cards(small(), ontology())}["sourdough", "definition"]
    assert check(russian, "смесь муки с водой, в ней живут дикие дрожжи").result == "right"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CARDS)), st.text(max_size=300))
def test_whatever_is_typed_there_is_a_verdict(key: tuple[str, str], typed: str) -> None:
    checked = check(CARDS[key], typed, others=NAMES)
    assert checked.result in RATING
    assert checked.rating == RATING[checked.result]
    every = {i.text for i in CARDS[key].items}
    assert set(checked.found) | set(checked.missing) <= every


@pytest.mark.parametrize("key", sorted(CARDS))
def test_the_answer_itself_is_right_and_nothing_is_wrong(key: tuple[str, str]) -> None:
    card = CARDS[key]
    whole = "\n".join(i.text for i in card.items)
    assert check(card, whole, others=NAMES).result == "right"
    assert check(card, " ", others=NAMES).result == "wrong"


def test_a_long_answer_takes_no_longer() -> None:
    assert check(CARDS["baking-method", "members"], "mixing, " * 100_000, others=NAMES).result == "wrong"
