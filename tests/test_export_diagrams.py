"""DOT, SVG, PNG and Mermaid. What Graphviz draws is read back from its SVG; it is skipped where `dot` is missing."""

import re
import shutil
import subprocess

import pytest
from graphs import concept, document, line, nasty, ontology, small
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kg.errors import UsageError
from kg.export import diagrams, drawing, export
from kg.export.layout import wrap
from kg.export.view import one_line, places, view
from kg.model import Fact, Graph

ONTOLOGY = ontology()
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot (graphviz) is not installed")
BOTH = pytest.mark.parametrize("graph", [small(), nasty()], ids=["small", "nasty"])


def texts(svg: bytes) -> list[str]:
    root = etree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert not list(root.iter(f"{SVG}script"))
    assert not [e for e in root.iter() if any(str(a).lower().startswith("on") for a in e.attrib)]
    return [" ".join((t.text or "").split()) for t in root.iter(f"{SVG}text")]


def tips(svg: bytes) -> str:
    root = etree.fromstring(svg)
    links = [a.get(f"{XLINK}title", "") for a in root.iter(f"{SVG}a")]
    return "\n".join(links + [t.text or "" for t in root.iter(f"{SVG}title")])


@needs_dot
@BOTH
def test_graphviz_shows_every_label_as_it_is(graph: Graph) -> None:
    shown = view(graph, ONTOLOGY)
    found = texts(export("svg", graph=graph, ontology=ONTOLOGY))
    wanted = [" ".join(part.split()) for n in shown.nodes.values() for part in wrap(n.label)]
    assert sorted(found) == sorted([*wanted, *(e.label for e in shown.edges), shown.title])


@needs_dot
def test_graphviz_draws_links_and_sources() -> None:
    found = tips(export("svg", graph=small(), ontology=ONTOLOGY))
    assert "the rest in which the dough rises [bread.txt:8; khleb.txt:2]" in found
    assert "bread.txt:12" in found


@needs_dot
def test_dot_is_accepted_without_a_warning() -> None:
    for graph in (small(), nasty(), Graph({}, (), ())):
        source = export("dot", graph=graph, ontology=ONTOLOGY)
        done = subprocess.run(["dot", "-Tcanon"], input=source, capture_output=True, check=True, timeout=60)
        assert done.stderr == b""


@needs_dot
def test_png_is_a_picture() -> None:
    data = export("png", graph=small(), ontology=ONTOLOGY, concept="dough")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(data) > 1000


def test_without_graphviz_svg_is_drawn_here_and_png_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert export("svg", graph=small(), ontology=ONTOLOGY) == drawing.svg(view(small(), ONTOLOGY))
    with pytest.raises(UsageError, match="install the package graphviz, or export svg"):
        export("png", graph=small(), ontology=ONTOLOGY)


@needs_dot
def test_a_graph_that_graphviz_does_not_finish_is_drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "SECONDS", 0.0001)
    assert export("svg", graph=small(), ontology=ONTOLOGY) == drawing.svg(view(small(), ONTOLOGY))
    with pytest.raises(UsageError, match="11 concepts takes too long"):
        export("png", graph=small(), ontology=ONTOLOGY)


@BOTH
def test_our_own_drawing_shows_every_label_and_source(graph: Graph) -> None:
    shown = view(graph, ONTOLOGY)
    data = drawing.svg(shown)
    wanted = [" ".join(part.split()) for n in shown.nodes.values() for part in wrap(n.label)]
    assert sorted(texts(data)) == sorted([*wanted, *(e.label for e in shown.edges), shown.title])
    links = [a.get(f"{XLINK}href", "") for a in etree.fromstring(data).iter(f"{SVG}a")]
    assert sorted(links) == sorted(n.iri for n in shown.nodes.values())
    assert [e for e in shown.edges if f"{e.label} [{places(e.evidence)}]" not in tips(data)] == []


def test_our_own_drawing_of_nothing_is_a_picture() -> None:
    assert texts(drawing.svg(view(Graph({}, (), ()), ONTOLOGY))) == ["Studygraph"]


# ---------------------------------------------------------------- Mermaid


def shown_by_mermaid(quoted: str) -> str:
    return re.sub(r"#(\d+);", lambda m: chr(int(m.group(1))), quoted)


@BOTH
def test_mermaid_has_a_statement_a_line_and_quoted_labels(graph: Graph) -> None:
    shown = view(graph, ONTOLOGY)
    lines = export("mermaid", graph=graph, ontology=ONTOLOGY).decode().splitlines()
    assert lines[0] == "flowchart LR"
    label = r'"([^"`\\\[\]<>{}|%&]*)"'
    nodes = [m.group(1) for line in lines if (m := re.fullmatch(rf"n\d+\[{label}\]", line))]
    assert [shown_by_mermaid(n) for n in nodes] == [n.label for n in shown.nodes.values()]
    edges = [m.group(1) for line in lines if (m := re.fullmatch(rf"n\d+ -->\|{label}\| n\d+", line))]
    assert edges == [e.label for e in shown.edges]
    rest = [x for x in lines[1:] if not re.fullmatch(rf"n\d+\[{label}\]|n\d+ -->\|{label}\| n\d+|%% [^{{}}]*", x)]
    assert all(re.fullmatch(rf'click n\d+ href "[^" ]+" {label}', x) for x in rest)
    assert len(rest) == len(shown.nodes)


def test_the_name_of_a_document_makes_no_directive() -> None:
    doc = document("{init: {'theme': 'x'}}%%\nclick n1 call f()", "en", "One\ntwo\n")
    graph = Graph({"c": concept("c", "concept", en="C")}, (Fact("c", "related", line(doc, 2), "r", "c"),), (doc,))
    lines = export("mermaid", graph=graph, ontology=ONTOLOGY).decode().splitlines()
    assert [x for x in lines if x.startswith(("%%{", "click n1 call", "%% {"))] == []
    assert "%% (init: ('theme': 'x'))%% click n1 call f():2" in lines


@given(st.text())
def test_any_text_comes_back_from_a_mermaid_label(text: str) -> None:
    escaped = diagrams.escape_mermaid(text)
    assert shown_by_mermaid(escaped) == one_line(text)
    assert not set(escaped) & set("\"<>`\n%")
