"""Separated values against the csv module; cards, tables and Anki's text exports."""

from __future__ import annotations

import csv
import io

import pytest
from filekit import document, outline, texts
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import EmptySource
from kg.reading.tables import fields

CELL = st.text(alphabet="ab Ж,;\"\n\t'", max_size=12)


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]], separator: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    raw = out.getvalue()
    found = list(fields(raw, separator))
    assert [[f.text for f in record] for record in found] == list(
        csv.reader(io.StringIO(raw, newline=""), delimiter=separator)
    )
    assert [[f.text for f in record] for record in found] == rows
    for record in found:
        for field in record:
            for run in field.runs:
                source = raw[run.raw : run.raw + run.raw_length]
                assert field.text[run.at : run.at + run.length] == source.replace('""', '"')
                assert field.raw.start <= run.raw <= run.raw + run.raw_length <= field.raw.end


@given(st.text(alphabet="ab, \n", min_size=1, max_size=40))
def test_without_quotes_any_text_reads_as_the_csv_module_reads_it(raw: str) -> None:
    ours = [[f.text for f in record] for record in fields(raw, ",")]
    assert ours == [row or [""] for row in csv.reader(io.StringIO(raw, newline=""))]


def test_a_quote_that_is_never_closed_is_a_character() -> None:
    assert [[f.text for f in r] for r in fields('a,"b\nc,d\n', ",")] == [["a", '"b'], ["c", "d"]]


def test_two_columns_are_cards() -> None:
    found = document("deck.csv", 'Term,Definition\nРейд,"Стоянка,\nanchored ""outside"" it"\nКрен,"- left\n- right"\n')
    assert outline(found) == [
        ("front", 0, "Рейд"),
        ("paragraph", 0, "Стоянка,"),
        ("paragraph", 0, 'anchored "outside" it'),
        ("front", 0, "Крен"),
        ("item", 1, "left"),
        ("item", 1, "right"),
    ]
    assert [(n.lines, n.rule) for n in found.noise] == [((1, 1), "table-header")]
    quoted = found.blocks[2]
    assert quoted.lines == (3, 3)
    at = quoted.text.index("outside")
    assert quoted.raw_of(at, at + 7).of(found.raw) == "outside"


def test_figures_make_a_table() -> None:
    found = document("a.csv", "year;ships\n1900;12\n1901;15\n")
    assert outline(found) == [("row", 0, "year | ships"), ("row", 0, "1900 | 12"), ("row", 0, "1901 | 15")]
    assert [s.of(found.blocks[0].text) for s in found.blocks[0].strong] == ["year", "ships"]


def test_wider_files_are_rows_with_header_cells() -> None:
    found = document("a.tsv", 'stage\taim\tnote\nbefore\tinterest\t\nafter\t"loyal\nty"\tx | y\r\n')
    assert [[c.of(b.text) for c in b.cells] for b in found.blocks] == [
        ["stage", "aim", "note"], ["before", "interest", ""], ["after", "loyal ty", "x | y"],
    ]  # fmt: skip
    assert [len(b.strong) for b in found.blocks] == [3, 0, 0]


ANKI = (
    "#separator:tab\n#html:true\n#tags column:4\n#deck column:1\n"
    'Sea\tWhat is <b>ebb</b>?\t"<ul><li>falling &amp; tide</li><li class=""x"">отлив ""да""</li></ul>"\ttag\n'
    "Sea\tWho?<br>Where?\tone<br>- two\ttag\n"
)


@pytest.mark.parametrize("name", ["a.txt", "a.tsv", "a.csv"])
def test_anki_text_exports(name: str) -> None:
    found = document(name, ANKI)
    assert outline(found) == [
        ("front", 0, "What is ebb?"),
        ("item", 1, "falling & tide"),
        ("item", 1, 'отлив "да"'),
        ("front", 0, "Who? Where?"),
        ("paragraph", 0, "one"),
        ("item", 1, "two"),
    ]
    assert [(n.lines, n.rule) for n in found.noise] == [((1, 4), "table-header")]
    front, item = found.blocks[0], found.blocks[1]
    assert [s.of(front.text) for s in front.strong] == ["ebb"]
    at = item.text.index("tide")
    assert item.raw_of(at, at + 4).of(found.raw) == "tide"
    assert item.raw_of(0, len(item.text)).of(found.raw) == "falling &amp; tide"


def test_one_column_is_prose_and_nothing_is_empty() -> None:
    assert texts(document("a.csv", "just a line\nи ещё одна\n"), "paragraph") == ["just a line", "и ещё одна"]
    with pytest.raises(EmptySource):
        document("a.csv", ",,,\n,,\n")
