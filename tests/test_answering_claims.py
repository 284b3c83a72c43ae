"""Claims: pieces of documents that may be quoted; every block is in one, every quote is its slice."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

import pytest
from graphs import document, small
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answering.claims import LONG, Claims, stem, stemmed
from kg.errors import SourceError
from kg.extract.tree import outline
from kg.model import Document
from kg.reading import read_bytes
from kg.settings import Settings
from kg.text import words

NOTES = """\
# Bee-keeping

Bees live in hives.

## Types of hives

1. **Langstroth hive**: boxes are stacked upwards.
   - Boxes are called supers.
2. **Top-bar hive**: a trough with bars.

Why do bees swarm?
"""


def read(text: str, name: str = "notes.md") -> Document:
    return read_bytes(name, text.encode("utf-8"), settings=Settings())


def sound(documents: Sequence[Document]) -> Claims:
    """The claims of documents, with what must hold for any."""
    claims = Claims(documents)
    by_name = {d.name: d for d in documents}
    for number, claim in enumerate(claims.all):
        e = claim.evidence
        assert e.quote == by_name[e.document].raw[e.start : e.end]
        assert claim.number == number
        assert claim.parent is None or claim.parent < number
        assert not claim.words & claim.above
        assert claim in claims.within(e) or e.start == e.end
    for number, children in claims.children.items():
        assert all(claims.all[c].parent == number for c in children)
        assert [c.number for c in claims.below(claims.all[number])] == sorted(children)
    for doc in documents:
        for node in outline(doc).walk():
            if node.block is None or not words(node.block.text):
                continue
            covering = claims.within(doc.cite(node.block.raw_span))
            assert covering
            told = {w for c in covering for w in words(c.text)}
            assert set(words(node.block.text)) <= told
    return claims


def at(claims: Claims, start: str) -> int:
    [number] = [c.number for c in claims.all if c.text.startswith(start)]
    return number


# -- words in comparable form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hives", "hive"), ("swarming", "swarms"), ("пчёлы", "пчела"), ("ульев", "улей"), ("мёд", "меда"),
        ("café", "cafe\u0301"), ("bee’s", "bee's"), ("top-bar", "Top‑bar"), ("семей", "семьи"),
    ],
)  # fmt: skip
def test_forms_of_one_word_are_one_stem(one: str, other: str) -> None:
    assert stemmed(one) == stemmed(other)
    assert stemmed(unicodedata.normalize("NFD", one)) == stemmed(unicodedata.normalize("NFC", other))


def test_a_hyphenated_word_is_itself_and_its_parts() -> None:
    assert stem("top-bar") not in {stem("top"), stem("bar")}
    assert stemmed("top-bar") == (stem("top-bar"), stem("top"), stem("bar"))
    assert stem("пчеловод-любитель") != stem("пчеловод")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Pine, B. J. and Gilmore, J. H. (1999)", {"pine", "gilmor", "1999", "and"}),
        ("B. Joseph Pine writes on vitamin C.", {"joseph", "pine", "write", "on", "vitamin", "c"}),
        ("Пайн, Б. и Д. Гилмор", {"пайн", "и", "гилмор"}),
    ],
)
def test_initials_say_nothing_by_themselves(text: str, left: set[str]) -> None:
    assert set(stemmed(text)) == left


def test_text_without_words_has_no_stems() -> None:
    assert stemmed(" — «»… ") == stemmed("") == ()


@given(st.text(max_size=60))
def test_stems_are_the_same_for_composed_and_decomposed_text(text: str) -> None:
    plain = unicodedata.normalize("NFC", text)
    assert stemmed(plain) == stemmed(unicodedata.normalize("NFD", plain))
    assert all(stemmed(text))


# -- claims of a note


def test_a_claim_stands_under_its_headings_and_items() -> None:
    claims = sound([read(NOTES)])
    hive, box = claims.all[at(claims, "Langstroth")], claims.all[at(claims, "Boxes are")]
    assert hive.context == ("Bee-keeping", "Types of hives")
    assert (hive.kind, hive.item, hive.lang) == ("item", True, "en")
    assert {stem("langstroth"), stem("stacked")} <= hive.words
    assert stem("types") in hive.above
    assert box.parent == hive.number
    assert [c.number for c in claims.below(hive)] == [box.number]
    assert [c.number for c in claims.below(claims.all[at(claims, "Types")])][:1] == [hive.number]


def test_a_question_tells_nothing() -> None:
    claims = Claims([read(NOTES), read("# Вопросы\n\nПочему пчёлы роятся?\n\nОни растут.\n", "q.md")])
    asking = [c.text for c in claims.all if c.asks]
    assert asking == ["Why do bees swarm?", "Почему пчёлы роятся?"]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    said = [f"Sentence number {n} says that bees carry pollen home on every warm day of the year." for n in range(12)]
    сказано = [f"Предложение номер {n} говорит, что пчёлы носят пыльцу каждый тёплый день." for n in range(12)]
    for name, sentences in (("long.md", said), ("long-ru.md", сказано)):
        doc = read("# Title\n\n" + " ".join(sentences) + "\n", name)
        claims = sound([doc])
        pieces = [c for c in claims.all if c.kind == "paragraph"]
        assert len(pieces) > 3
        assert " ".join(c.text for c in pieces) == " ".join(sentences)
        assert all(len(c.text) <= LONG and c.text.endswith(".") for c in pieces)
        assert {c.parent for c in pieces} == {0}


@pytest.mark.parametrize("second", ["• washes comb • feeds larvae", "washes comb", "•", ""])
def test_a_long_table_row_is_cut_by_cells(second: str) -> None:
    first = "Worker bee of the summer " * 11
    table = f"# Work\n\n| Who | What |\n| --- | --- |\n| {first}| {second} |\n"
    claims = sound([read(table)])
    for piece in filter(None, (p.strip() for p in second.split("•"))):
        assert any(piece in c.text for c in claims.all)


def test_a_cell_that_repeats_the_first_keeps_its_own_place() -> None:
    row = " | ".join(["wax", "wax " + "is light and yellow and soft " * 9, "wax"])
    claims = sound([read(f"# T\n\n| A | B | C |\n| --- | --- | --- |\n| {row} |\n")])
    starts = [c.evidence.start for c in claims.all if c.kind == "row" and len(c.text) < 20 and "wax: wax" in c.text]
    assert starts
    assert all(s > claims.all[0].evidence.end + 200 for s in starts)


def test_rare_words_tell_more() -> None:
    claims = sound(small().documents)
    n = len(claims.all)
    for word in ("dough", "loaf", "proving", "опара", "nowhere"):
        count = sum(stem(word) in c.words for c in claims.all)
        assert claims.idf(stem(word)) == pytest.approx(math.log(1 + (n - count + 0.5) / (count + 0.5)))
        assert claims.knows(stem(word)) == (count > 0)
    assert claims.idf(stem("nowhere")) > claims.idf(stem("loaf")) > claims.idf(stem("dough")) > 0


def test_no_documents_no_claims() -> None:
    claims = Claims(())
    assert claims.all == []
    assert not claims.knows("hive")
    assert claims.idf("hive") > 0
    assert Claims([document("empty.txt", "en", "")]).all == []


# -- properties


def join(parts: Iterable[str]) -> str:
    return "".join(parts)


word = st.sampled_from(
    ["bee", "top-bar", "queen’s", "мёд", "пче\u0308лы", "улей", "«соты»", "“wax”", "10", "e.g.", "Why?", "é", "—"]
)
sentence = st.lists(word, min_size=1, max_size=12).map(lambda w: " ".join(w) + ".")
paragraph = st.lists(sentence, min_size=1, max_size=8).map(" ".join)
lines = st.one_of(
    st.tuples(st.sampled_from(["# ", "## ", "- ", "  - ", "1. ", "> ", "Q: ", "A: ", "• ", ""]), paragraph).map(join),
    st.lists(paragraph, min_size=2, max_size=3).map(lambda cells: "| " + " | ".join(cells) + " |"),
    st.just("| --- | --- |"),
    st.just(""),
    st.text(max_size=20),
)


@settings(max_examples=60, deadline=None)
@given(text=st.lists(lines, min_size=1, max_size=12).map("\n".join), name=st.sampled_from(["a.md", "a.txt"]))
def test_every_quote_is_its_slice_and_every_block_is_in_a_claim(text: str, name: str) -> None:
    try:
        doc = read(text.encode("utf-8", "ignore").decode("utf-8"), name)
    except SourceError:
        return
    sound([doc])


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300), min_size=1, max_size=6))
def test_lines_of_any_text_are_claims(parts: list[str]) -> None:
    sound([document("a.txt", "en", "\n".join(parts))])
