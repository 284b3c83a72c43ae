"""Graphs and drawings read by programs that are not ours: networkx, Graphviz, Mermaid's own parser, picture readers."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import networkx as nx
import pytest
from exportkit import MATERIAL, Material, material, node, program
from lxml import etree
from PIL import Image

from kg.export import drawing
from kg.export.layout import wrap
from kg.export.view import one_line

READ = {
    "graphml": lambda data: nx.read_graphml(io.BytesIO(data), force_multigraph=True),
    "gexf": lambda data: nx.read_gexf(io.BytesIO(data)),
    "cytoscape": lambda data: nx.cytoscape_graph(json.loads(data)),
}
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
ALL = pytest.mark.parametrize("of", MATERIAL)


@ALL
@pytest.mark.parametrize("name", READ)
def test_networkx_finds_every_node_and_edge(name: str, of: str, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    back, view = READ[name](shown.export(name)), shown.view
    assert {id: data["label"] for id, data in back.nodes(data=True)} == {i: n.label for i, n in view.nodes.items()}
    found = Counter((a, b, data["predicate"], data["label"]) for a, b, data in back.edges(data=True))
    assert found == Counter((e.source, e.target, e.predicate, e.label) for e in view.edges)
    assert all(data["evidence"] for _, _, data in back.edges(data=True))


@ALL
def test_graphviz_reads_dot_and_shows_every_label(of: str, kept_cache: Path) -> None:
    """`dot` without its layout: it parses, resolves escapes, and writes what it understood as JSON."""
    shown = material(of, kept_cache)
    done = subprocess.run(
        [program("dot", "graphviz"), "-Tdot_json"], input=shown.export("dot"), capture_output=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    read, view = json.loads(done.stdout), shown.view
    labels = [dot_text(o["label"]) for o in read["objects"]]
    assert labels == [" ".join(" ".join(wrap(n.label)).split()) for n in view.nodes.values()]
    edges = [(e["tail"], e["head"], dot_text(e["label"])) for e in read.get("edges", [])]
    place = {id: i for i, id in enumerate(view.nodes)}
    assert sorted(edges) == sorted((place[e.source], place[e.target], e.label) for e in view.edges)
    assert [o["URL"] for o in read["objects"]] == [n.iri for n in view.nodes.values()]


def dot_text(label: str) -> str:
    """What Graphviz would draw: its escapes resolved, lines joined."""
    return " ".join(re.sub(r"\\(.)", lambda m: " " if m[1] in "nlr" else m[1], label).split())


@ALL
def test_mermaid_reads_the_flowchart(of: str, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    (read,) = node("mermaid.mjs", [shown.export("mermaid").decode()], kept=kept_cache)
    view = shown.view
    names = {id: f"n{i}" for i, id in enumerate(view.nodes, start=1)}
    assert [(i, label) for i, label, _ in read["nodes"]] == [(names[n.id], n.label) for n in view.nodes.values()]
    assert read["edges"] == [[names[e.source], names[e.target], e.label] for e in view.edges]
    links = [unquote(link) for _, _, link in read["nodes"]]  # Mermaid percent-encodes what is not ASCII
    assert links == [unquote(n.iri) for n in view.nodes.values()]


@pytest.mark.parametrize("of", [m for m in MATERIAL if m != "course"])
def test_png_is_opened_by_pillow(of: str, kept_cache: Path) -> None:
    program("dot", "graphviz")
    shown = material(of, kept_cache)
    with Image.open(io.BytesIO(shown.export("png"))) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert min(picture.size) > 50
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24) or []) > 2  # something is drawn


@pytest.mark.parametrize("of", ["small", "hostile", "course"])
def test_svg_holds_nothing_that_runs_and_is_drawn_by_librsvg(of: str, kept_cache: Path, tmp_path: Path) -> None:
    shown = material(of, kept_cache)
    pictures = [drawing.svg(shown.view)] if of == "course" else [drawing.svg(shown.view), shown.export("svg")]
    for i, data in enumerate(pictures):
        root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
        runs = [e.tag for e in root.iter() if e.tag in {f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image"}]
        handlers = [a for e in root.iter() for a in e.attrib if str(a).rpartition("}")[2].lower().startswith("on")]
        assert (runs, handlers) == ([], [])
        links = {a.get(XLINK) for a in root.iter(f"{SVG}a")} - {None}  # tooltips of edges stand in such elements too
        assert links == {n.iri for n in shown.view.nodes.values()}
        assert all(link.startswith("https://w3id.org/studygraph/id/") for link in links)
        if of == "course":
            continue  # librsvg draws at most 200,000 elements, and slowly
        (source := tmp_path / f"{i}.svg").write_bytes(data)
        drawn = tmp_path / f"{i}.png"
        command = [program("rsvg-convert", "librsvg2-bin"), "-o", str(drawn), str(source)]
        done = subprocess.run(command, capture_output=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, b"")
        with Image.open(drawn) as picture:
            assert min(picture.size) > 50


@pytest.mark.parametrize("of", ["small", "hostile"])
def test_no_format_of_text_holds_an_unseen_turn_of_direction_outside_its_label(of: str, kept_cache: Path) -> None:
    """Ids and links are ours: nothing of a label may get into them."""
    shown: Material = material(of, kept_cache)
    for n in shown.view.nodes.values():
        assert not re.search(r"[\x00-\x20<>\"{}|\\^`\u202a-\u202e\u2066-\u2069]", n.iri)
        assert one_line(n.label) == n.label
