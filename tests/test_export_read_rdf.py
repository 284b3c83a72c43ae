"""RDF exports read by programs that are not ours: rdflib, Debian's rapper (Raptor), and pyld for JSON-LD.

Each must find the same statements as in the N-Quads, whatever the labels hold, whole and around a concept.
"""

from __future__ import annotations

import json
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest
from exportkit import MATERIAL, material, program
from rdflib import Dataset, Graph
from rdflib.compare import graph_diff, to_isomorphic

from kg.export.rdf import context

NOTATIONS = {"turtle": ("turtle", "turtle"), "ntriples": ("nt", "ntriples"), "rdfxml": ("xml", "rdfxml")}
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")


def union(data: bytes) -> Graph:
    """All triples of N-Quads, whatever graph they stand in, as rdflib reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = Dataset(default_union=True)
        dataset.parse(data=data, format="nquads")
    out = Graph()
    for s, p, o, _ in dataset.quads((None, None, None, None)):
        out.add((s, p, o))
    return out


def rapper(data: bytes, format: str) -> bytes:
    """N-Triples that Raptor makes of it; any error or warning of its parser fails."""
    command = [program("rapper", "raptor2-utils"), "-q", "-i", format, "-o", "ntriples", "-", "https://example.org/"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=300)
    complaints = done.stderr.decode(errors="replace")
    assert done.returncode == 0, complaints[:2000]
    assert complaints.strip() == ""
    return done.stdout


@pytest.mark.parametrize(
    ("of", "name"), [(m, n) for m in MATERIAL for n in NOTATIONS if m != "course" or n == "turtle"]  # one will do: time
)
def test_rdflib_and_rapper_find_the_same_statements(of: str, name: str, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    data = shown.export(name)
    ours = Graph().parse(data=data, format=NOTATIONS[name][0])
    theirs = Graph().parse(data=rapper(data, NOTATIONS[name][1]), format="nt")
    assert len(ours) > 20
    assert set(theirs) == set(ours)
    if name != "rdfxml":  # XML cannot hold control characters: see test_export_rdf
        assert set(ours) == set(union(shown.export("nquads")))


@pytest.mark.parametrize("of", MATERIAL)
def test_rapper_reads_nquads(of: str, kept_cache: Path) -> None:
    data = material(of, kept_cache).export("nquads")
    assert set(Graph().parse(data=rapper(data, "nquads"), format="nt")) == set(union(data))


def _no_network(url: str, options: Any) -> Any:
    raise AssertionError(f"JSON-LD asks for {url}")


@pytest.mark.parametrize("name", [m for m in MATERIAL if m != "course"])
def test_pyld_expands_json_ld_with_the_context_inside(name: str, kept_cache: Path) -> None:
    from pyld import jsonld

    shown = material(name, kept_cache)
    data = json.loads(shown.export("jsonld"))
    assert data["@context"] == context()
    wanted = shown.export("nquads")
    read = jsonld.to_rdf(data, {"format": "application/n-quads", "documentLoader": _no_network})
    theirs, ours = _quads(read.encode("utf-8", "surrogatepass")), _quads(wanted)
    assert theirs.keys() == ours.keys()
    for graph in ours:
        a, b = to_isomorphic(theirs[graph]), to_isomorphic(ours[graph])
        assert a == b, [x.serialize(format="nt")[:500] for x in graph_diff(a, b)[1:]]


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_pyld_compacts_to_the_same_names(name: str, kept_cache: Path) -> None:
    """The context is no ornament: compacting by it what was expanded by it gives back its short names."""
    from pyld import jsonld

    data = json.loads(material(name, kept_cache).export("jsonld"))
    loader = {"documentLoader": _no_network}
    expanded = jsonld.expand(data, loader)
    assert expanded
    again = jsonld.expand(jsonld.compact(expanded, context(), loader), loader)
    assert jsonld.normalize(again, {**loader, "format": "application/n-quads"}) == jsonld.normalize(
        expanded, {**loader, "format": "application/n-quads"}
    )
    text = json.dumps(jsonld.compact(expanded, context(), loader))
    assert '"skos:prefLabel"' in text
    assert "http://www.w3.org/2004/02/skos/core#prefLabel" not in text.replace(json.dumps(context()), "")


def _quads(data: bytes) -> dict[str, Graph]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = Dataset()
        dataset.parse(data=data, format="nquads")
    out: dict[str, Graph] = {}
    for s, p, o, g in dataset.quads((None, None, None, None)):
        out.setdefault(str(g), Graph()).add((s, p, o))
    return out
