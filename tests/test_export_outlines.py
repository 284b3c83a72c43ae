"""Markmap, OPML and FreeMind. Markdown is read back by markdown-it, XML by lxml."""

import pytest
from graphs import concept, nasty, ontology, small
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from kg.export import export
from kg.export.outlines import escape_markdown
from kg.export.tree import outline
from kg.export.view import one_line, view
from kg.model import Graph

ONTOLOGY = ontology()
BOTH = pytest.mark.parametrize("graph", [small(), nasty()], ids=["small", "nasty"])
AROUND = pytest.mark.parametrize("centre", [None, "first"], ids=["whole", "around"])


def centre_of(graph: Graph, centre: str | None) -> str | None:
    return None if centre is None else next(i for i in ("sourdough", "ring-a") if i in graph.concepts)


def plain(markdown: str) -> str:
    """The text of one line of Markdown, markup gone."""
    (inline,) = MarkdownIt("gfm-like", {"linkify": False}).parseInline(markdown)
    assert all(t.type in ("text", "text_special", "em_open", "em_close") for t in inline.children or [])
    return "".join(t.content for t in inline.children or [])


@given(st.text())
@example("- a")
@example("1. a")
@example("12) a")
@example("+")
@example("&lt;b&gt; &amp;amp; <i>")
@example("**жирный** _курсив_ ~~нет~~ `код` [[ссылка]] #тег %%нет%% ==да== $x$")
@example("# a")
@example("http://a.b/_c_ | d")
def test_any_text_comes_back_from_markdown_as_it_was(text: str) -> None:
    escaped = escape_markdown(text)
    tokens = MarkdownIt("commonmark").parse(escaped)
    if one_line(text):
        assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        assert plain(escaped) == one_line(text)


@BOTH
@AROUND
def test_markmap_is_one_list_with_every_label(graph: Graph, centre: str | None) -> None:
    around = centre_of(graph, centre)
    text = export("markmap", graph=graph, ontology=ONTOLOGY, concept=around).decode()
    assert text.startswith("---\nmarkmap:\n")
    body = text.split("---\n", 2)[2]
    tokens = MarkdownIt("commonmark").parse(body)
    assert not [t for t in tokens if t.type in ("html_block", "code_block", "fence", "hr", "table_open")]
    shown = view(graph, ONTOLOGY, concept=around)
    inline = [plain(t.content) for t in tokens if t.type == "inline"]
    assert inline[0] == shown.title
    for line in outline(shown)[0 if around is None else 1 :]:
        assert [x for x in inline if x == line.text or x.startswith(f"{line.text} ")], line.text


@BOTH
@AROUND
def test_opml_has_the_lines_of_the_outline(graph: Graph, centre: str | None) -> None:
    around = centre_of(graph, centre)
    root = etree.fromstring(export("opml", graph=graph, ontology=ONTOLOGY, concept=around))
    lines = outline(view(graph, ONTOLOGY, concept=around))
    assert root.get("version") == "2.0"
    assert [e.tag for e in root] == ["head", "body"]
    found = list(root.iter("outline"))
    assert [e.get("text", "").replace("&lt;", "<") for e in found] == [x.text for x in lines]
    assert [len(list(e.iterancestors("outline"))) for e in found] == [x.level for x in lines]
    assert [e.get("concept") for e in found] == [x.node.id for x in lines]


def test_opml_tells_relation_evidence_and_remarks() -> None:
    root = etree.fromstring(export("opml", graph=small(), ontology=ONTOLOGY))
    (proving,) = [e for e in root.iter("outline") if e.get("text") == "Proving"]
    assert proving.get("relation") == "has part"
    assert proving.get("relationEvidence") == "bread.txt:3-5"
    assert proving.get("evidence") == "bread.txt:8; khleb.txt:2"
    assert "definition: отдых теста, во время которого оно поднимается [khleb.txt:2]" in proving.get("_note", "")


def test_opml_text_opens_no_tag_where_it_is_read_as_html() -> None:
    root = etree.fromstring(export("opml", graph=nasty(), ontology=ONTOLOGY))
    for element in root.iter("outline"):
        for name in ("text", "_note"):
            assert "<script" not in element.get(name, "")
            assert "<img" not in element.get(name, "")


def test_opml_of_nothing_still_has_a_line() -> None:
    root = etree.fromstring(export("opml", graph=Graph({}, (), ()), ontology=ONTOLOGY))
    assert [e.get("text") for e in root.iter("outline")] == ["Studygraph"]


@BOTH
@AROUND
def test_freemind_has_one_root_and_links_that_lead_somewhere(graph: Graph, centre: str | None) -> None:
    around = centre_of(graph, centre)
    root = etree.fromstring(export("freemind", graph=graph, ontology=ONTOLOGY, concept=around))
    shown = view(graph, ONTOLOGY, concept=around)
    lines = outline(shown)
    assert (root.tag, root.get("version"), len(root.findall("node"))) == ("map", "1.0.1", 1)
    nodes = list(root.iter("node"))
    texts = [e.get("TEXT", "").removeprefix("\u200b") for e in nodes]
    assert texts == [*([] if around else [shown.title]), *(x.text for x in lines)]
    ids = [e.get("ID", "") for e in nodes]
    assert len(set(ids)) == len(ids)
    assert all(i.startswith("ID_") for i in ids)
    arrows = list(root.iter("arrowlink"))
    assert len(arrows) == len([x for x in lines if x.mark])
    assert {a.get("DESTINATION") for a in arrows} <= set(ids)


def test_freemind_text_is_never_read_as_html_or_as_a_formula() -> None:
    root = etree.fromstring(export("freemind", graph=nasty(), ontology=ONTOLOGY))
    texts = [e.get("TEXT", "") for e in root.iter("node")]
    assert [t for t in texts if t.lstrip().lower().startswith(("<html", "="))] == []
    assert [t for t in texts if t.startswith("\u200b<html>")]
    assert [t for t in texts if t.startswith("\u200b=HYPERLINK")]


def test_a_freemind_note_holds_the_definition_and_its_place() -> None:
    root = etree.fromstring(export("freemind", graph=small(), ontology=ONTOLOGY, lang="ru"))
    (node,) = [e for e in root.iter("node") if e.get("TEXT") == "Расстойка"]
    assert node.findtext("richcontent/html/body/p[2]") == (
        "определение: отдых теста, во время которого оно поднимается [khleb.txt:2]"
    )
    (evidence,) = node.findall("attribute[@NAME='evidence']")
    assert evidence.get("VALUE") == "bread.txt:8; khleb.txt:2"


def test_the_same_concept_has_the_same_freemind_id_in_every_map() -> None:
    def ids(data: bytes) -> dict[str, str]:
        return {e.get("TEXT", ""): e.get("ID", "") for e in etree.fromstring(data).iter("node")}

    whole = ids(export("freemind", graph=small(), ontology=ONTOLOGY))
    part = ids(export("freemind", graph=small(), ontology=ONTOLOGY, concept="proving"))
    assert whole["Proving"] == part["Proving"]


def test_labels_with_quotes_of_both_kinds_stay() -> None:
    graph = Graph({"q": concept("q", "concept", en="“Curly” «ёлочки» \"plain\" 'one'")}, (), ())
    for name in ("opml", "freemind"):
        root = etree.fromstring(export(name, graph=graph, ontology=ONTOLOGY))
        texts = [e.get("text") or e.get("TEXT") for e in root.iter("outline", "node")]
        assert "“Curly” «ёлочки» \"plain\" 'one'" in texts
