"""Outlines and concept maps: XML against schemas, JSON Canvas against its specification, Markmap by its own parser.

The schemas in tests/schemas are written after the formats' public descriptions; that they can refuse is tested too.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from exportkit import MATERIAL, material, node
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.export.tree import outline

SCHEMAS = Path(__file__).parent / "schemas"
ALL = pytest.mark.parametrize("of", MATERIAL)
XML = ("opml", "freemind", "cxl")


def valid(name: str, data: bytes) -> list[str]:
    """What the schema has against it."""
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / f"{name}.xsd")))
    schema.validate(etree.fromstring(data))
    return [f"line {e.line}: {e.message}"[:300] for e in schema.error_log][:3]


@ALL
@pytest.mark.parametrize("name", XML)
def test_xml_is_valid(name: str, of: str, kept_cache: Path) -> None:
    assert valid(name, material(of, kept_cache).export(name)) == []


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("opml", b'text="Baking method"', b'title="Baking method"'),
        ("opml", b'version="2.0"', b'version="3"'),
        ("freemind", b'DESTINATION="ID_', b'DESTINATION="ID_no'),
        ("freemind", b'TYPE="NOTE"', b'TYPE="OTHER"'),
        ("cxl", b'to-id="p1"', b'to-id="p999"'),
        ("cxl", b'id="c2"', b'id="c1"'),
    ],
)
def test_the_schemas_refuse_what_is_wrong(name: str, right: bytes, wrong: bytes, kept_cache: Path) -> None:
    data = material("small", kept_cache).export(name)
    assert right in data
    assert valid(name, data.replace(right, wrong, 1)) != []


# ---------------------------------------------------------------- JSON Canvas (https://jsoncanvas.org/spec/1.0/)

Side = Literal["top", "right", "bottom", "left"]
End = Literal["none", "arrow"]
Color = Annotated[str, Field(pattern=r"^([1-6]|#[0-9A-Fa-f]{6})$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TextNode(Strict):
    id: str
    type: Literal["text"]
    x: int
    y: int
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    text: str
    color: Color | None = None


class CanvasEdge(Strict):
    id: str
    fromNode: str
    toNode: str
    fromSide: Side | None = None
    toSide: Side | None = None
    fromEnd: End | None = None
    toEnd: End | None = None
    color: Color | None = None
    label: str | None = None


class Canvas(Strict):
    nodes: list[TextNode]
    edges: list[CanvasEdge]


@ALL
def test_canvas_follows_the_specification(of: str, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    read, view = Canvas.model_validate_json(shown.export("canvas")), shown.view
    nodes = {n.id: n for n in read.nodes}
    assert len(nodes) == len(read.nodes) == len(view.nodes)
    assert not nodes.keys() & {e.id for e in read.edges}
    ends = [(e.fromNode, e.label, e.toNode) for e in read.edges]
    assert ends == [(e.source, e.label, e.target) for e in view.edges]
    boxes = sorted((n.x, n.y, n.width, n.height) for n in read.nodes)
    for a, b in pairwise(boxes):  # in one column: the next begins below
        assert a[0] != b[0] or a[1] + a[3] <= b[1]


def test_the_canvas_model_refuses_what_is_wrong() -> None:
    with pytest.raises(ValidationError):
        Canvas.model_validate({"nodes": [{"id": "a", "type": "text", "x": 1.5, "y": 0, "text": ""}], "edges": []})


# ---------------------------------------------------------------- Markmap

PLAIN = {"em"}  # the only mark that the exports make themselves: where it stands


def lines_of(tree: dict[str, Any], depth: int = 0) -> list[tuple[int, str]]:
    own = [(depth, " ".join(tree["text"].split()))]
    return own + [line for child in tree["children"] for line in lines_of(child, depth + 1)]


def all_of(tree: dict[str, Any], key: str) -> set[str]:
    return set(tree[key]).union(*(all_of(child, key) for child in tree["children"]))


@ALL
def test_markmap_shows_the_outline_as_plain_text(of: str, kept_cache: Path) -> None:
    shown = material(of, kept_cache)
    (read,) = node("markmap.mjs", [shown.export("markmap").decode()], kept=kept_cache)
    assert read["frontmatter"]["markmap"] == {"initialExpandLevel": 3}
    assert read["features"] == []  # no formula, no code to colour: nothing is fetched to show it
    assert all_of(read["root"], "marks") <= PLAIN
    assert all_of(read["root"], "attributes") <= {"data-lines"}
    found = lines_of(read["root"])
    assert found[0][1] == " ".join(shown.view.title.split())
    texts = [text for _, text in found]
    for line in outline(shown.view)[1 if shown.centre else 0 :]:
        assert any(t.startswith(" ".join(line.text.split())) for t in texts), line.text
