"""Markdown: blocks, markers, emphasis and tables, each character led back to the source."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

import pytest
from filekit import check, document, outline, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import EmptySource
from kg.reading.markdown import read_markdown

TEXTBOOK = Path(__file__).parents[2] / "shared" / "bench" / "philosophy" / "notes"


def strong(source: str) -> list[str]:
    return [s.of(b.text) for b in document("a.md", source).blocks for s in b.strong]


def test_blocks_with_levels_and_markers() -> None:
    found = document(
        "notes.md",
        "# Путь клиента #\n\nIntro over\ntwo lines:\n\n1. First\n   goes on\n   - [x] inner *one*\n\n     more on it\n"
        "2) Other\n\n> quoted\n> words\n\nSetext\n------\n\n```\ncode = 1\n  more\n```\n\n• glyph one\n• glyph two\n",
    )
    assert [(b.kind, b.level, b.marker, b.text) for b in found.blocks] == [
        ("heading", 1, "", "Путь клиента"),
        ("paragraph", 0, "", "Intro over two lines:"),
        ("item", 1, "1.", "First goes on"),
        ("item", 2, "- [x]", "inner one"),
        ("paragraph", 0, "", "more on it"),
        ("item", 1, "2)", "Other"),
        ("paragraph", 0, "", "quoted words"),
        ("heading", 2, "", "Setext"),
        ("code", 0, "", "code = 1\n  more"),
        ("item", 1, "•", "glyph one"),
        ("item", 1, "•", "glyph two"),
    ]
    assert [b.lines for b in found.blocks][:4] == [(1, 1), (3, 4), (6, 7), (8, 8)]
    assert found.title == "Путь клиента"


def test_the_stored_text_is_the_source_and_spans_point_into_it() -> None:
    source = "\ufeff# A\r\n\r\nOne **bold\r\nterm** here.\r\n".encode()
    found = document("a.md", source)
    assert found.raw == source.decode("utf-8-sig")
    paragraph = found.blocks[1]
    assert paragraph.text == "One bold term here."
    assert paragraph.raw_span.of(found.raw) == "One **bold\r\nterm** here."
    term = paragraph.strong[0]
    assert paragraph.raw_of(term.start, term.end).of(found.raw) == "bold\r\nterm"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a `code  x` b", "a code  x b"),
        ("a `` `tick` `` b", "a `tick` b"),
        (r"\*plain\* and \\", r"*plain* and " + "\\"),
        ("AT&amp;T &copy; &#1046;", "AT&T © Ж"),
        ("[shown](http://a.b/shown 'shown') after", "shown after"),
        ("[shown][1] after\n\n[1]: http://a.b", "shown after"),
        ("see <http://a.b/c> end", "see http://a.b/c end"),
        ("![two words](x.png) and ![logo](y.png) end", "two words and  end"),
        ("[[Page]] and [[Page|shown **b**]] ![[file.png]]", "Page and shown **b**"),
        ("x <b>tag</b> <!-- note --> y", "x tag  y"),
        ("***both*** ~~gone~~ snake_case_word 2 * 3 * 4", "both gone snake_case_word 2 * 3 * 4"),
        ("é and é, «ёлочки» “quotes”", "é and é, «ёлочки» “quotes”"),
        ("[a](u) [a](a) a", "a a a"),
        ("[[a](b)", "[a"),
    ],
)
def test_inline_markup(source: str, text: str) -> None:
    assert document("a.md", source).text == text


def test_emphasis_is_strong() -> None:
    assert strong("The **term** and *its kin* and __Термин__; ***all***") == ["term", "its kin", "Термин", "all"]
    assert strong("**Whole paragraph**") == ["Whole paragraph"]
    assert strong("[**in a link**](u), `**code**`") == ["in a link"]
    assert strong("- **Item**: gist\n\n## A *word*") == ["Item", "word"]


def test_tables() -> None:
    found = document(
        "a.md", "| Term | Gist \\| more |\n|:--|--:|\n| *a* | b | extra |\n| |c|\n\n> | x |\n> |---|\n> | y |\n"
    )
    rows = found.blocks
    assert [b.kind for b in rows] == ["row"] * 5
    assert [[c.of(b.text) for c in b.cells] for b in rows] == [
        ["Term", "Gist | more"], ["a", "b", "extra"], ["", "c"], ["x"], ["y"],
    ]  # fmt: skip
    assert [[s.of(b.text) for s in b.strong] for b in rows] == [["Term", "Gist | more"], ["a"], [], ["x"], []]
    assert rows[0].text == "Term | Gist | more"
    assert rows[1].raw_span.of(found.raw) == "*a* | b | extra"
    cell = rows[0].cells[1]
    assert rows[0].raw_of(cell.start, cell.end).of(found.raw) == "Gist \\| more"


def test_lines_that_stay_apart() -> None:
    assert texts(document("a.md", "Reach: how many\nChurn: how many leave\n"), "paragraph") == [
        "Reach: how many", "Churn: how many leave",
    ]  # fmt: skip
    assert texts(document("a.md", "One line  \nforced\\\nbreaks<br>here\nbut not here"), "paragraph") == [
        "One line", "forced", "breaks", "here but not here",
    ]  # fmt: skip
    assert texts(document("a.md", "A wrapped sentence: it\ngoes on here: so."), "paragraph") == [
        "A wrapped sentence: it goes on here: so."
    ]


def test_front_matter_is_noise_and_gives_the_title() -> None:
    found = document("a.md", "---\ntags: [x]\ntitle: 'Моя тема'\n---\n# Other\ntext\n")
    assert found.title == "Моя тема"
    assert outline(found) == [("heading", 1, "Other"), ("paragraph", 0, "text")]
    assert [(n.lines, n.rule) for n in found.noise] == [((1, 4), "front-matter")]
    assert found.blocks[0].lines == (5, 5)


def test_tag_blocks_show_their_text() -> None:
    found = document(
        "a.md", "<div>\n<h2>Head &amp; more</h2>\n<ul><li>one <b>b</b></li></ul><script>x()</script></div>\n"
    )
    assert outline(found) == [("heading", 2, "Head & more"), ("item", 1, "one b")]
    assert [s.of(found.blocks[1].text) for s in found.blocks[1].strong] == ["b"]


def test_nothing_visible() -> None:
    with pytest.raises(EmptySource):
        document("a.md", "[a]: http://b.c\n\n---\n<!-- x -->\n")


def test_deep_lists_keep_their_content() -> None:
    source = "".join("  " * i + f"- level {i + 1}\n" for i in range(15))
    assert [b.level for b in document("a.md", source).blocks] == list(range(1, 16))


def test_cards_in_markdown() -> None:
    found = document(
        "a.md",
        "# Знаки\n\n**Q:** What is a *buoy*?\n**A:** It **floats**:\n- red\n- green\n\n## More\n\nQ: И?\nA: да\n",
    )
    assert outline(found) == [
        ("heading", 1, "Знаки"), ("front", 0, "What is a buoy?"), ("paragraph", 0, "It floats:"), ("item", 1, "red"),
        ("item", 1, "green"), ("heading", 2, "More"), ("front", 0, "И?"), ("paragraph", 0, "да"),
    ]  # fmt: skip
    assert [s.of(b.text) for b in found.blocks for s in b.strong] == ["buoy", "floats"]
    spaced = document("b.md", "hull :: the **body**\nkeel :: the spine\n")
    assert outline(spaced)[:2] == [("front", 0, "hull"), ("paragraph", 0, "the body")]
    glossary = document(
        "c.md", "- **Hull**: the body\n- **Keel**: the spine\n- **Mast**: a pole\n- **Sail**: a cloth\n"
    )
    assert {b.kind for b in glossary.blocks} == {"item"}


MARKUP = st.text(alphabet="abЖ *_`[]()<>!|\\-+#1.>&;:\n\t~=\"'", max_size=60)


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_any_markdown_keeps_the_invariants(source: str) -> None:
    try:
        found = read_markdown("a.md", source)
    except EmptySource:
        return
    check(found)


@pytest.mark.parametrize(
    "evil",
    [
        "[" * 30_000,
        "*a_" * 9_000,
        "`" * 4_000 + " " + "`a" * 4_000,
        "![[" * 6_000,
        ("[" * 900 + "\n\n") * 30,
        "> " * 9_000,
        "|a" * 9_000 + "\n" + "|-" * 9_000,
        "<a " * 9_000,
        "a\n" * 50_000,
    ],
    ids=["brackets", "emphasis", "ticks", "pictures", "many", "quotes", "table", "tags", "lines"],
)
def test_no_input_takes_long(evil: str) -> None:
    begun = time.process_time()  # others may be using the machine
    with contextlib.suppress(EmptySource):
        read_markdown("a.md", evil)
    assert time.process_time() - begun < 4


@pytest.mark.skipif(not TEXTBOOK.is_dir(), reason="the textbook of the benchmark is not beside this checkout")
def test_the_textbook_reads_quickly_and_whole() -> None:
    sources = [p.read_text(encoding="utf-8") for p in sorted(TEXTBOOK.glob("*.md"))]
    begun = time.process_time()  # others may be using the machine
    found = [read_markdown("a.md", s) for s in sources]
    assert time.process_time() - begun < 4
    for source, one in zip(sources, found, strict=True):
        assert len(texts(one, "heading")) == len(re.findall(r"^#{1,6} ", source, re.MULTILINE))
        assert len(texts(one, "item")) == len(re.findall(r"^ *(?:[-*]|\d+[.)]) ", source, re.MULTILINE))
        marked = {s.of(b.text) for b in one.blocks for s in b.strong}
        assert {m.strip() for m in re.findall(r"\*\*([^*\n]+)\*\*", source)} <= marked
