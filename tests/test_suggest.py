"""Suggestions: the order against a naive one, typing in both scripts and on both layouts, misspelt, in any order."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.keyboard import parts, relaid
from kg.labels import Row
from kg.suggest import Found, Suggester
from kg.text import fold, label_key, lemma, words

FRAME = frozenset({"what", "is", "the", "of", "что", "такое"})


def rows_of(table: Sequence[tuple[str, str, str, int]]) -> list[Row]:
    return [
        Row(id, text, lang, rank, label_key(text), " ".join(p for w in words(text) for p in w.split("-")))
        for id, text, lang, rank in table
    ]


ROWS = rows_of(
    [
        ("dough", "Dough", "en", 0),
        ("dough", "тесто", "ru", 0),
        ("sourdough", "Sourdough", "en", 0),
        ("sourdough", "levain", "en", 1),
        ("sourdough", "закваска", "ru", 0),
        ("starter", "Sourdough starter", "en", 0),
        ("starter", "стартовая закваска", "ru", 0),
        ("bread", "Rye bread", "en", 0),
        ("bread", "ржаной хлеб", "ru", 0),
        ("bread", "black loaf", "en", 2),
        ("quality", "Bread quality", "en", 0),
        ("quality", "качество хлеба", "ru", 0),
        ("proofing", "Proofing basket", "en", 0),
        ("proofing", "расстоечная корзина", "ru", 0),
        ("cafe", "Caf\u00e9 \u201cau lait\u201d", "en", 0),
        ("cafe", "Ёлка «й»", "ru", 0),
        ("stage-a", "stage", "en", 0),
        ("stage-b", "Stages", "en", 0),
        ("stage-c", "the stage", "en", 1),
        ("stage-c", "Fermentation", "en", 0),
        ("ddt", "DDT", "en", 0),
        ("ddt", "Desired dough temperature", "en", 1),
        ("hand-mixing", "Hand-mixing", "en", 0),
        ("breadpan", "Breadpan", "en", 0),
    ]
)
LINKS = {"bread": 5, "quality": 9, "sourdough": 3, "stage-b": 4}


def suggester(rows: Sequence[Row] = ROWS) -> Suggester:
    return Suggester(
        rows, links=lambda id: LINKS.get(id, 0), says=lambda word: 0.0 if word in FRAME else 1.0
    )


@pytest.fixture(scope="module")
def typing() -> Suggester:
    return suggester()


def first(typing: Suggester, text: str) -> tuple[str, str]:
    found = typing.starting(text, limit=5)
    assert found, text
    return found[0].concept, found[0].how


@pytest.mark.parametrize(
    ("typed", "id", "how"),
    [
        ("do", "dough", "prefix"),
        ("Dough", "dough", "exact"),
        ("ТЕСТО", "dough", "exact"),
        ("sour", "sourdough", "prefix"),
        ("sourdough st", "starter", "prefix"),
        ("starter sourd", "starter", "word"),
        ("закваска старт", "starter", "word"),
        ("хлеба кач", "quality", "word"),
        ("what is the proofing bas", "proofing", "prefix"),
        ("how does one use a proofing bas", "proofing", "prefix"),
        ("levain", "sourdough", "exact"),
        ("black l", "bread", "prefix"),
        ("закваски", "sourdough", "exact"),
        ("stages", "stage-b", "exact"),
        ("hand mix", "hand-mixing", "prefix"),
        ("hand-mix", "hand-mixing", "prefix"),
        ("handmix", "hand-mixing", "word"),
        ("bread pan", "breadpan", "word"),
        ("cafe", "cafe", "prefix"),
        ("cafe\u0301 au", "cafe", "prefix"),
        ("CAF\u00c9 \u00abau", "cafe", "prefix"),
        ('cafe "au lait"', "cafe", "exact"),
        ("елка", "cafe", "prefix"),
        ("Е\u0308лка \u201cи\u0306\u201d", "cafe", "exact"),
        # misspelt, also in the unfinished last word
        ("sordough star", "starter", "fuzzy"),
        ("sourdough satr", "starter", "fuzzy"),
        ("proffing", "proofing", "fuzzy"),
        ("rey bread", "bread", "fuzzy"),
        ("расстаечная", "proofing", "fuzzy"),
        ("качетсв", "quality", "fuzzy"),
        ("temprature", "ddt", "fuzzy"),
        # the other layout
        ("ntcnj", "dough", "layout"),
        ("ntc", "dough", "layout"),
        ("pfrdfcr", "sourdough", "layout"),
        ("ышгк", "sourdough", "layout"),
        ("вщгпр", "dough", "layout"),
        ("`krf", "cafe", "layout"),
        ("[kt,f", "quality", "layout"),
        ("cnfhnjdfz pfrdfcrf", "starter", "layout"),
        ("xnj nfrjt ntcnj", "dough", "layout"),
        ("rfxtncd", "quality", "layout"),  # and a wrong letter
        # the other script
        ("kachestvo", "quality", "translit"),
        ("kach", "quality", "translit"),
        ("testo", "dough", "translit"),
        ("rzhanoy hleb", "bread", "translit"),
        ("rzhanoi khleb", "bread", "translit"),
        ("ддт", "ddt", "translit"),
        ("дидити", "ddt", "translit"),
    ],
)
def test_what_is_typed_leads_to_the_concept(typing: Suggester, typed: str, id: str, how: str) -> None:
    assert first(typing, typed) == (id, how)


@pytest.mark.parametrize("typed", ["photosynthesis", "фотосинтез", "zz", "q1", "?", "«»", " ", "", "42"])
def test_nothing_is_suggested_by_force(typing: Suggester, typed: str) -> None:
    assert typing.starting(typed, limit=5) == ()


def test_the_name_that_matched_is_told(typing: Suggester) -> None:
    assert typing.starting("levai", limit=3) == (Found("sourdough", "levain", "en", "prefix"),)
    assert typing.starting("закв", limit=3)[0] == Found("sourdough", "закваска", "ru", "prefix")


def test_among_equals_the_better_connected_concept_comes_first(typing: Suggester) -> None:
    assert [f.concept for f in typing.starting("bread", limit=3)] == ["quality", "breadpan", "bread"]
    assert [f.concept for f in typing.starting("stage", limit=4)] == ["stage-b", "stage-a", "stage-c"]


def test_a_preferred_name_comes_before_an_alternative_one() -> None:
    typing = suggester(rows_of([("a", "Oven stone", "en", 1), ("b", "Oven steam", "en", 0), ("c", "Oven s", "en", 2)]))
    assert [f.concept for f in typing.starting("oven s", limit=4)] == ["c", "b", "a"]
    assert [f.concept for f in typing.starting("oven st", limit=4)] == ["b", "a"]


def test_a_concept_is_one_row(typing: Suggester) -> None:
    for typed in ("d", "s", "sta", "dough", "к"):
        ids = [f.concept for f in typing.starting(typed, limit=50)]
        assert len(ids) == len(set(ids)) > 0
    assert len(typing.starting("s", limit=2)) == 2
    assert typing.starting("s", limit=0) == ()


def test_no_names_no_suggestions() -> None:
    assert suggester([]).starting("any", limit=3) == ()


def test_a_hostile_name_is_a_name() -> None:
    typing = suggester(rows_of([("a", "<script>alert(1)</script>", "en", 0), ("b", "x" * 5_000, "en", 0)]))
    assert first(typing, "<scr") == ("a", "prefix")
    assert first(typing, "x" * 200) == ("b", "prefix")


# -- the order, against a naive one: plain loops over all names, letters compared by the definition of the distance


def distance(one: str, two: str) -> int:
    @cache
    def d(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + (one[i - 1] != two[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == two[j - 2] and one[i - 2] == two[j - 1]:
            best = min(best, d(i - 2, j - 2) + 1)
        return best

    return d(len(one), len(two))


def clean(word: str, name: list[str]) -> tuple[int, int] | None:
    """(wrong letters, 1 if unfinished) of the best word of a name."""
    if any(lemma(w) == lemma(word) or w == word for w in name):
        return 0, 0
    return (0, 1) if any(w.startswith(word) for w in name) else None


def misspelt(word: str, name: list[str]) -> tuple[int, int] | None:
    if found := clean(word, name):
        return found
    most = 0 if len(word) < 3 else 1 if len(word) < 8 else 2
    best = None
    for w in name:
        begun = min(distance(word, w[:n]) for n in range(len(word) - most, len(word) + most + 1))
        whole = min(distance(word, w), distance(word, lemma(w)))
        if begun <= most and most and len(w) >= len(word) - most and (len(word) > 3 or w[0] == word[0]):
            this = (begun, int(whole > begun))
            best = this if best is None else min(best, this)
    return best


def naive(rows: Sequence[Row], typed: str, limit: int) -> list[tuple[str, str]]:
    said = parts(fold(typed))
    open_end = not typed[-1:].isspace()
    asked = [w for n, w in enumerate(said) if w not in FRAME or (open_end and n == len(said) - 1)] or said
    names = [row.folded.split() for row in rows]
    names = [n[1:] if len(n) > 1 and n[0] in {"a", "an", "the"} else n for n in names]
    begin_at = next((n for n, w in enumerate(said) if w in asked), 0)
    bares = [s[1:] if len(s) > 1 and s[0] in {"a", "an", "the"} else s for s in (said, said[begin_at:])]
    known = {w: any(clean(w, n) for n in names) for w in asked}

    def ranked(asked, how, whole):  # type: ignore[no-untyped-def]
        found = []
        for row, name in zip(rows, names, strict=True):
            costs = [how(w, name) for w in asked]
            same = any(name == b or row.key == label_key(" ".join(b)) for b in bares)
            begins = any(" ".join(name).startswith(" ".join(b)) for b in bares)
            if None in costs and not ((same or begins) and whole):
                continue
            wrong = sum(c[0] for c in costs if c)
            unfinished = sum(c[1] for c in costs if c)
            if None in costs:
                wrong, unfinished = 0, 1
            every = how is not clean and not unfinished and len(name) == len(asked)
            level = 0 if (same and whole) or every else 1 if begins and whole else 2
            if level == 0 and same:
                wrong = unfinished = 0
            text = " ".join(name)
            links = LINKS.get(row.concept, 0)
            found.append((level, wrong, unfinished, row.rank, -links, len(text), text, row.lang, row.text, row.concept))
        return [(f[-1], f[-2]) for f in sorted(found)]

    def either(word, name):  # type: ignore[no-untyped-def]
        return clean(word, name) if known[word] else misspelt(word, name)

    ways = [ranked(asked, clean, True)]
    joined = "".join(said)
    begin = [i for i, n in enumerate(names) if "".join(n).startswith(joined)]
    ways.append(ranked(asked, lambda w, n: (0, 1) if any(n is names[i] for i in begin) else None, False))
    ways.append(ranked(asked, either, True))
    if len(said) <= 3:
        ways.append(ranked(asked, misspelt, True))
    found = next((w for w in ways if w), [])
    out: dict[str, str] = {}
    for id, text in found:
        out.setdefault(id, text)
    return list(out.items())[:limit]


VOCABULARY = ["dough", "sourdough", "starter", "stages", "stage", "rye", "bread", "basket", "the", "of"]
VOCABULARY += ["хлеб", "хлеба", "качество", "корзина", "закваска"]


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    names = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(" ".join)
    ids = st.sampled_from(["bread", "quality", "sourdough", "a", "b", "c"])
    row = st.tuples(ids, names, st.just("en"), st.integers(0, 2))
    return rows_of(draw(st.lists(row, min_size=1, max_size=12, unique=True)))


@st.composite
def typings(draw: st.DrawFn) -> str:
    said = draw(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3))
    at = draw(st.integers(0, len(said) - 1))
    word = said[at]
    match draw(st.sampled_from(["as is", "cut", "turned", "lost"])):
        case "cut":
            said[-1] = said[-1][: draw(st.integers(1, len(said[-1])))]
        case "turned" if len(word) > 4:
            said[at] = word[:2] + word[3] + word[2] + word[4:]
        case "lost" if len(word) > 4:
            said[at] = word[:1] + word[2:]
    return " ".join(said)


@settings(max_examples=400, deadline=None)
@given(tables(), typings())
def test_the_order_is_the_naive_one(rows: list[Row], typed: str) -> None:
    assume(len(set(typed.split())) == len(typed.split()))  # a known defect, marked below
    found = suggester(rows).starting(typed, limit=6)
    expected = naive(rows, typed, 6)
    if expected and all(f.how not in {"layout", "translit"} for f in found):
        assert [(f.concept, f.label) for f in found] == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    found = suggester().starting(typed, limit=8)
    assert len({f.concept for f in found}) == len(found) <= 8


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([row for row in ROWS if row.rank == 0]), st.data())
def test_every_name_is_found_however_it_is_typed(row: Row, data: st.DataObject) -> None:
    typing = suggester()
    text = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), row.text)
    forms = [text, text.upper(), text.lower(), f"«{text}»", f"\u201c{text}\u201d", f" {text} "]
    text = data.draw(st.sampled_from(forms))
    found = typing.starting(text, limit=8)
    assert (row.concept, "exact") in [(f.concept, f.how) for f in found]
    if len(row.folded) > 4:
        blind = " ".join((relaid(piece) or (piece,))[0] for piece in row.folded.split())
        assert row.concept in [f.concept for f in typing.starting(blind, limit=8)]


@pytest.mark.xfail(strict=True, reason="of a word that is typed twice the name that has it once comes first")
def test_a_word_typed_twice() -> None:
    rows = rows_of([("bread", "dough of", "en", 0), ("bread", "of", "en", 1)])
    found = suggester(rows).starting("of of", limit=6)
    assert [(f.concept, f.label) for f in found] == naive(rows, "of of", 6)
