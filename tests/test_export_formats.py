"""Every format: names, errors, hostile material, the same bytes each time, golden files."""

import re
import sqlite3
import zipfile
from io import BytesIO

import pytest
from golden import check
from graphs import nasty, ontology, small
from lxml import etree

from kg.errors import NotFound, UsageError
from kg.export import FORMATS, export
from kg.export.drawing import svg
from kg.export.view import view
from kg.model import Graph

ONTOLOGY = ontology()
NAMES = [
    "turtle", "ntriples", "nquads", "jsonld", "rdfxml", "graphml", "gexf", "cytoscape", "dot", "svg", "png", "mermaid",
    "markmap", "opml", "freemind", "cxl", "canvas", "obsidian", "anki", "csv",
]  # fmt: skip
RDF = NAMES[:5]
DRAWN = ["svg", "png"]  # by Graphviz where it is there: the bytes are its own
PACKED = ["obsidian", "anki"]
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib's JSON-LD writer, its own API
WRITTEN = [n for n in NAMES if n not in DRAWN]
XML = ["rdfxml", "graphml", "gexf", "opml", "freemind", "cxl"]


def test_the_formats_are_those_of_the_contract() -> None:
    assert list(FORMATS) == NAMES
    for name, form in FORMATS.items():
        assert form.name == name
        assert re.fullmatch(r"\.[a-z]+", form.suffix)
        assert re.fullmatch(r"[a-z]+/[a-z.+-]+(; charset=utf-8)?", form.media_type)
        assert form.title


def test_an_unknown_format_is_refused_with_the_names_of_those_that_exist() -> None:
    with pytest.raises(UsageError, match=r"no format 'pdf'.*turtle.*csv"):
        export("pdf", graph=small(), ontology=ONTOLOGY)


@pytest.mark.parametrize("name", WRITTEN)
def test_an_unknown_concept_and_a_depth_below_zero_are_refused(name: str) -> None:
    with pytest.raises(NotFound, match="nothing-here"):
        export(name, graph=small(), ontology=ONTOLOGY, concept="nothing-here")
    with pytest.raises(UsageError, match="depth"):
        export(name, graph=small(), ontology=ONTOLOGY, concept="dough", depth=-1)


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("centre", [None, "ring-a", "unnamed"])
def test_hostile_material_and_nothing_at_all_are_written_and_the_same_each_time(name: str, centre: str | None) -> None:
    data = export(name, graph=nasty(), ontology=ONTOLOGY, concept=centre, depth=2)
    assert data
    shuffled = nasty()
    shuffled = Graph(
        dict(list(shuffled.concepts.items())[::-1]),
        shuffled.facts[::-1],
        shuffled.documents[::-1],
        (),
        dict(list(shuffled.redirects.items())[::-1]),
    )
    assert export(name, graph=shuffled, ontology=ONTOLOGY, concept=centre, depth=2) == data
    assert isinstance(export(name, graph=Graph({}, (), ()), ontology=ONTOLOGY), bytes)


@pytest.mark.parametrize("name", XML)
def test_xml_is_well_formed_whatever_the_labels_hold(name: str) -> None:
    for graph in (small(), nasty(), Graph({}, (), ())):
        root = etree.fromstring(export(name, graph=graph, ontology=ONTOLOGY))
        assert not [e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == "script"]


@pytest.mark.parametrize("name", [n for n in WRITTEN if n not in PACKED])
def test_every_place_of_a_fact_is_in_the_file(name: str) -> None:
    text = export(name, graph=small(), ontology=ONTOLOGY, concept="sourdough").decode()
    if name in RDF:
        wanted = ["khleb.txt", "bread.txt", "Sourdough is a kind of dough that rises by wild yeast."]
    elif name == "cytoscape":
        wanted = ['"document": "khleb.txt"', '"quote": "Sourdough differs from yeast dough."']
    elif name == "csv":
        wanted = ["khleb.txt,3,3", "bread.txt,9,9", "bread.txt,12,12"]
    else:
        wanted = ["khleb.txt:3", "bread.txt:13" if name == "markmap" else "bread.txt:12"]  # nodes alone, in a mind map
    assert [w for w in wanted if w not in text] == []


@pytest.mark.parametrize("name", [n for n in WRITTEN if n not in PACKED])
def test_golden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.rdf.__version__", "1.2.3")  # RDF names the version that made it
    centre = "sourdough" if name in RDF else None
    check(f"small{FORMATS[name].suffix}", export(name, graph=small(), ontology=ONTOLOGY, concept=centre))


def test_golden_drawing_of_our_own() -> None:
    check("small.svg", svg(view(small(), ONTOLOGY, lang="ru")))


def test_golden_outline_in_russian() -> None:
    check("small-ru.md", export("markmap", graph=small(), ontology=ONTOLOGY, lang="ru"))


def test_golden_vault() -> None:
    with zipfile.ZipFile(BytesIO(export("obsidian", graph=small(), ontology=ONTOLOGY))) as vault:
        pages = [f"=== {name}\n{vault.read(name).decode()}" for name in vault.namelist()]
    check("small.vault.txt", "\n".join(pages).encode())


def test_golden_cards() -> None:
    with zipfile.ZipFile(BytesIO(export("anki", graph=small(), ontology=ONTOLOGY))) as package:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(package.read("collection.anki2"))
    rows = connection.execute("select guid, tags, flds from notes order by id").fetchall()
    connection.close()
    check("small.cards.txt", "\n".join("\n".join([g, t.strip(), *f.split("\x1f")]) + "\n" for g, t, f in rows).encode())
