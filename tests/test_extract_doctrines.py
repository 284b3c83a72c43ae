"""Doctrines that notes name by their adherents."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import graph, said, statements

from kg.extract.doctrines import RULE, doctrine_of

HELD = "# Trade\n\n**Free-port cooperatists** argue that harbours should be shared. The storm was strong.\n\n"
USED = "Critics of free-port cooperatism doubt it.\n"


@pytest.mark.parametrize(
    ("adherents", "doctrine"),
    [
        ("moral realists", "moral realism"),
        ("Monist", "monism"),
        ("act utilitarians", "act utilitarianism"),
        ("skeptics", "skepticism"),
        ("структуралисты", "структурализм"),
        ("list", None),
        ("clinic", None),
        ("harbours", None),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_name_of_a_doctrine(adherents: str, doctrine: str | None, form: str) -> None:
    assert doctrine_of(unicodedata.normalize(form, adherents)) == doctrine


def test_what_adherents_hold_defines_the_doctrine() -> None:
    found = {s for s in said(HELD + USED) if s[0].casefold() == "free-port cooperatism"}
    assert ("definition", "Free-port cooperatists argue that harbours should be shared.") in {s[1:] for s in found}
    assert ("note", "Critics of free-port cooperatism doubt it.") in {s[1:] for s in found}
    assert ("related", "Free-port cooperatists") in {s[1:] for s in found}


def test_what_else_is_told_of_adherents_is_no_definition() -> None:
    text = "# Trade\n\nWe met the **cooperatists** at the harbour.\n\nCritics of cooperatism doubt it.\n"
    assert not [s for s in said(text) if s[0].casefold() == "cooperatism" and s[1] == "definition"]


def test_a_doctrine_that_the_text_does_not_name_is_none() -> None:
    assert not [s for s in statements(HELD) if s.rule == RULE]


def test_adherents_that_nothing_sets_off_name_no_doctrine() -> None:
    text = "# Trade\n\nFree-port cooperatists argue that harbours should be shared.\n\n"
    assert not [s for s in statements(text + USED) if s.rule == RULE]


def test_adherents_and_doctrine_are_two_concepts() -> None:
    labels = [c.label.casefold() for c in graph(a_md=HELD + USED).concepts.values()]
    assert {"free-port cooperatists", "free-port cooperatism"} <= set(labels)


def test_russian_doctrines() -> None:
    text = "# Торговля\n\n**Монетаристы** считают, что главное — деньги.\n\nВ споре побеждает монетаризм.\n"
    found = {s[1:] for s in said(text) if s[0].casefold() == "монетаризм"}
    assert ("definition", "Монетаристы считают, что главное — деньги.") in found
