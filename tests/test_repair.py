"""Repairs: damaged words are mended in what is read, the stored text stays, evidence leads back to it."""

from __future__ import annotations

import time
import unicodedata

import pytest
from filekit import document
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Span
from kg.reading.aligned import Aligned, concat, copy
from kg.reading.repair import Vocabulary, joins, mend_word


def mended(text: str, name: str = "a.txt") -> str:
    return document(name, text).text


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
def test_all_formats_are_repaired_in_one_place(suffix: str) -> None:
    body = "The governmnet of the island plans a new harbour; its governments changed.\n"
    text = f"<html><body><h1>Island</h1><p>{body}</p></body></html>" if suffix == "html" else f"# Island\n\n{body}"
    found = document(f"a.{suffix}", text)
    assert "government of the island" in found.text
    assert "governmnet" in found.raw
    (repair,) = [r for r in found.repairs if r.rule == "spelling"]
    assert repair.raw.of(found.raw) == "governmnet"


def test_lost_ligatures() -> None:
    assert "offers and efforts" in mended("The firm's o@ers and e@orts grow.\n")
    assert "office@firm.org" in mended("The firm's o@ers and e@orts grow. Write to office@firm.org today.\n")


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_control_characters_and_halves_of_accents_are_not_read(name: str) -> None:
    text = unicodedata.normalize("NFD", "# Кофейня \x1b[1mй\x07\n\nCrème brûlée в меню.\n")
    found = document(name, text)
    assert "\x1b" not in found.text + found.title
    assert "Crème brûlée" in found.text
    assert "Кофейня" in found.title
    start = found.text.index("Crème")
    block = next(b for b in found.blocks if b.span.start <= start < b.span.end)
    at = start - block.span.start
    assert unicodedata.normalize("NFC", block.raw_of(at, at + 5).of(found.raw)) == "Crème"


def test_words_that_are_right_rare_or_repeated_stay() -> None:
    vocabulary = Vocabulary.of(["zorblax zorblax zorblax netnography"])
    assert mend_word("zorblax", vocabulary) is None
    assert mend_word("netnography", vocabulary) is None
    assert mend_word("harbour", vocabulary) is None


def test_code_and_generics_are_no_tags() -> None:
    assert "List<String>" in mended("A List<String> holds text, a <b>bold</b> one too.\n")
    assert "<b>" not in mended("A List<String> holds text, a <b>bold</b> one too.\n")


def test_words_broken_by_narrow_boxes() -> None:
    assert joins("Emotiona", "l")
    assert not joins("plan", "a")
    assert not joins("the", "end")


def test_no_word_takes_long() -> None:
    begun = time.perf_counter()
    mended("x" * 5000 + " " + "qwzrtplkjhg " * 50 + "\n")
    assert time.perf_counter() - begun < 3


@given(st.text("ab c\n", max_size=30), st.data())
def test_aligned_edits_keep_every_other_character_where_it_was(raw: str, data: st.DataObject) -> None:
    text = copy(raw, Span(0, len(raw)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=4)))
    edits = [(a, b, "Z") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    found = text.edited(edits)
    naive = raw
    for a, b, new in reversed(edits):
        naive = naive[:a] + new + naive[b:]
    assert found.text == naive
    for run in found.runs:
        if run.length == run.raw_length:
            here, there = found.text[run.at : run.at + run.length], raw[run.raw : run.raw + run.raw_length]
            assert all(a in (b, "Z") for a, b in zip(here, there, strict=True))
    assert concat([found.cut(0, 2), found.cut(2, len(found.text))]).text == found.text
    assert isinstance(found, Aligned)
