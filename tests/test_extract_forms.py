"""How a name is written: in the singular where the text uses it so, with an article that belongs to it."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import graph, names, said, statements

from kg.extract.forms import RULE
from kg.extract.labels import bound_to_article

ENGLISH = (
    "# Sails\n\n## Topping lifts\n\nA topping lift holds the boom up. The topping lift is led aft.\n\n"
    "## Jammers\n\nJammers hold lines. Jammers wear out, and jammers need grease.\n"
)
RUSSIAN = (
    "# Паруса\n\n## Точки крепления\n\nТочка крепления держит парус. Каждая точка крепления стоит на мачте.\n\n"
    "## Лебёдки\n\nЛебёдки тянут шкоты. Лебёдки требуют ухода.\n"
)


@pytest.mark.parametrize(
    ("text", "one", "many"),
    [(ENGLISH, "Topping lift", "Jammers"), (RUSSIAN, "Точка крепления", "Лебёдки")],
    ids=["en", "ru"],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_has_the_number_that_its_text_uses(text: str, one: str, many: str, form: str) -> None:
    found = {
        unicodedata.normalize("NFC", c.label) for c in graph(a_md=unicodedata.normalize(form, text)).concepts.values()
    }
    assert {one, many} <= found


def test_the_other_form_is_kept_and_both_stand_in_their_lines() -> None:
    made = graph(a_md=ENGLISH)
    concept = next(c for c in made.concepts.values() if c.label == "Topping lift")
    assert ("Topping lifts", "en") in concept.alt_labels
    lines = {s.evidence.lines: s.evidence.quote for s in statements(ENGLISH) if s.rule == RULE}
    assert {quote.casefold() for quote in lines.values()} == {"topping lift"}
    assert min(lines) == (5, 5)


def test_part_of_a_longer_name_is_no_use_of_it() -> None:
    text = "# Sails\n\n## Winches\n\n## Winch handle sockets\n\n"
    text += "A winch handle socket is round. Winch handle sockets rust.\n"
    labels = {c.label for c in graph(a_md=text).concepts.values()}
    assert "Winches" in labels
    assert "Winch handle socket" in labels


def test_a_verb_is_not_the_singular_of_an_activity() -> None:
    text = "# Sails\n\n## Close readings\n\n"
    text += "Those who close read a chart see more. Close read it, and close read it again.\n"
    assert not any(s.rule == RULE for s in statements(text))


@pytest.mark.parametrize("quotes", ["“{}”", "«{}»"])
def test_an_article_that_belongs_to_the_name_stays(quotes: str) -> None:
    text = (
        f"# Knowing\n\n**A priori knowledge** is knowledge before experience. Some call it {quotes.format('pure')}.\n\n"
        "Geometry is a priori. It is argued a priori, as nothing else is.\n\n**A mast** is a pole that bears sails.\n"
    )
    found = names(text)
    assert "A priori knowledge" in found
    assert "mast" in found


def test_words_bound_to_their_article() -> None:
    assert bound_to_article("a priori, A priori; an a priori truth. a lot of, a lot of, a lot of") == {"priori"}
    assert not bound_to_article("a priori, a priori")
    assert not bound_to_article("а приори, а приори, а приори")
    assert not bound_to_article("a mast, a mast, a mast, the mast")


def test_short_and_plain_words_are_names_where_they_are_emphasised() -> None:
    found = said(
        "# Rites\n\nThe rites are called **li**, and practised.\n\n**Reason** is a way of thinking in steps.\n"
    )
    assert {s for s, p, _ in found if p == "definition"} >= {"li", "Reason"}
    assert "Result" not in names("# Rites\n\n**Result** The rites were kept by everybody.\n")


def test_russian_words_that_are_labels_elsewhere_are_names_where_they_are_defined() -> None:
    assert any(
        s == "Идея" for s, _, _ in said("# Формы\n\n**Идея** – образец вещи. **Идея** это образец всех вещей.\n")
    )
