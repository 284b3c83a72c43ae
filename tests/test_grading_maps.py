"""Reading students' maps: shapes of each format, Mermaid beside its own parser, hostile files refused in a line."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from exportkit import MATERIAL, material, node
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import EmptySource, SourceError, TooLarge, Unsupported
from kg.grading import MAX_BYTES, StudentMap, maps, read

CXL = """\
<?xml version="1.0" encoding="UTF-8"?>
<cmap xmlns="http://cmap.ihmc.us/xml/cmap/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <res-meta><dc:title>Мой хлеб</dc:title></res-meta>
 <map width="900" height="600">
  <concept-list>
   <concept id="1X" label="Baking&#xa;method"/><concept id="2X" label="Mixing"/><concept id="3X" label="Proving"/>
   <concept id="4X" label=""/>
  </concept-list>
  <linking-phrase-list><linking-phrase id="5X" label="consists&#xa;of"/></linking-phrase-list>
  <connection-list>
   <connection id="6X" from-id="1X" to-id="5X"/><connection id="7X" from-id="5X" to-id="2X"/>
   <connection id="8X" from-id="5X" to-id="3X"/><connection id="9X" from-id="2X" to-id="3X"/>
   <connection id="AX" from-id="5X" to-id="4X"/><connection id="BX" from-id="5X" to-id="gone"/>
  </connection-list>
 </map>
</cmap>
"""

YED = """\
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
 <key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="d10" yfiles.type="edgegraphics"/>
 <graph edgedefault="directed" id="G">
  <node id="n0"><data key="d6">
   <y:ShapeNode><y:Geometry x="1" y="2"/><y:NodeLabel>Замес</y:NodeLabel></y:ShapeNode></data></node>
  <node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel>Метод
выпечки</y:NodeLabel></y:ShapeNode></data></node>
  <node id="n2"><data key="d6"><y:ShapeNode><y:Geometry x="1" y="2"/></y:ShapeNode></data></node>
  <edge id="e0" source="n0" target="n1"><data key="d10">
   <y:PolyLineEdge><y:EdgeLabel>часть</y:EdgeLabel></y:PolyLineEdge></data></edge>
  <edge id="e1" source="n1" target="n2"/>
 </graph>
</graphml>
"""

OPML = """\
<opml version="1.0"><head><title>Bread</title></head><body>
 <outline text="Baking method">
  <outline text="has step: Mixing"/><outline text="Proving &lt;b&gt;"><outline text="&amp;lt;x"/></outline>
 </outline>
 <outline title="no text"/>
</body></opml>
"""


def told(found: StudentMap) -> list[tuple[str, str, str]]:
    return [(found.nodes[k.source], k.phrase, found.nodes[k.target]) for k in found.links]


def test_cxl_every_way_through_a_phrase_is_a_proposition() -> None:
    found = read(CXL.encode(), name="m.cxl")
    assert (found.title, found.format) == ("Мой хлеб", "cxl")
    assert told(found) == [
        ("Baking method", "consists of", "Mixing"),
        ("Baking method", "consists of", "Proving"),
        ("Mixing", "", "Proving"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_xml(encoding: str) -> None:
    text = CXL.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    assert len(told(read(text.encode(encoding), name="m.cxl"))) == 3


def test_yed_labels_are_read_and_a_box_without_one_is_no_concept() -> None:
    found = read(YED.encode(), name="m.graphml")
    assert list(found.nodes.values()) == ["Замес", "Метод выпечки"]
    assert told(found) == [("Замес", "часть", "Метод выпечки")]


def test_graphml_without_labels_has_its_ids_and_undirected_edges_have_no_direction() -> None:
    text = (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected">'
        '<node id="Mixing"/><node id="Proving"/><edge source="Mixing" target="Proving"/></graph></graphml>'
    )
    found = read(text.encode(), name="m")
    assert list(found.nodes) == ["Mixing", "Proving"]
    assert [k.directed for k in found.links] == [False]


def test_opml_is_read_as_nesting() -> None:
    found = read(OPML.encode(), name="m.opml")
    assert found.title == "Bread"
    assert told(found) == [
        ("Baking method", "", "has step: Mixing"),
        ("Baking method", "", "Proving <b>"),
        ("Proving <b>", "", "<x"),
    ]
    assert all(k.nested for k in found.links)


# ---------------------------------------------------------------- Mermaid

FLOWCHARTS = [
    "graph TD\nA-->B",
    "flowchart LR;A-->B;B-->C;",
    "flowchart\n  A[Hard edge] -->|Link text| B(Round edge)\n  B --> C{Decision}",
    "flowchart LR\nA[[sub]] --> B[(db)] --> C((circle)) --> D>flag] --> E{{hex}}",
    "flowchart LR\nE --> F[/lean/] --> G[\\lean\\] --> H[/trap\\]",
    "flowchart LR\nA([stadium]) -.-> B(((double))) ==> C --- D -.- E === F",
    "flowchart LR\nA -- text here --> B\nB == thick one ==> C\nC -. dotted .-> D\nD -- open --- E",
    "flowchart LR\na & b --> c & d\nc --> e --> f & g",
    "flowchart LR\nA --x B\nB --o C\nC x--x D\nD o--o E\nE <--> F",
    "flowchart LR\nA ----> B\nB -...-> C\nC ====> D\nD ~~~ E",
    'flowchart LR\nA["quoted (with) [brackets] -->"] -->|"quoted | pipe"| B["#quot;x#quot; #9829; #35;"]',
    "flowchart TB\nsubgraph one [Title]\n direction LR\n a1-->a2\nend\nsubgraph two\n b1\nend\na2 --> b1",
    "flowchart LR\n%% a comment --> no\nA:::red --> B\nclassDef red fill:#f00\nclass A red\nstyle B fill:#0f0",
    "flowchart LR\nA --> B\nlinkStyle 0 stroke:#f0f",
    'flowchart LR\nA --> B\nclick A href "https://example.org" "tip"\nclick B call f()',
    "---\ntitle: Мой хлеб\n---\nflowchart LR\nА[Замес] -->|часть| Б[Метод выпечки]\nБ --> замес-2",
    "%%{init: {'theme': 'dark'}}%%\nflowchart LR\nA[one] --> B[two]\nA[three]",
    'flowchart LR\nA["`**bold** text`"] --> B["line<br/>break"]',
    "flowchart LR\nA@{ shape: rect, label: \"named\" } --> B@{ shape: circle }",
    "flowchart LR\nA e1@--> B\nB e2@==>|x| C",
    "flowchart LR\nbox-->ox\nfoo.bar-->a_b\nA-->|no space|B\nA--text-->B",
    "flowchart LR\nA-->B & C-->D",
]  # fmt: skip


def plain(label: str) -> str:
    return " ".join(label.replace("**", "").replace("`", "").split())


def test_mermaid_is_read_as_mermaid_reads_it(kept_cache: Path) -> None:
    theirs = node("mermaid.mjs", [text.replace("<br/>", " ") for text in FLOWCHARTS], kept=kept_cache)
    for text, their in zip(FLOWCHARTS, theirs, strict=True):
        ours = read(text.encode(), name="m.mmd")
        labels = {id: plain(label) for id, label, _ in their["nodes"]}
        assert {i: plain(t) for i, t in ours.nodes.items()} == labels, text
        links = [[k.source, k.target, k.phrase] for k in ours.links]
        wanted = [[a, b, plain(t)] for a, b, t in their["edges"] if not ("~~~" in text and (a, b) == ("D", "E"))]
        assert sorted(links) == sorted(wanted), text


@pytest.mark.parametrize("of", MATERIAL)
def test_mermaid_of_ours_is_read_as_mermaid_reads_it(of: str, kept_cache: Path) -> None:
    text = material(of, kept_cache).export("mermaid").decode()
    (theirs,) = node("mermaid.mjs", [text], kept=kept_cache)
    ours = maps.mermaid.read(text, name="m", most=100_000)
    assert [[i, label] for i, label in ours.nodes.items()] == [[i, label] for i, label, _ in theirs["nodes"]]
    assert [[k.source, k.target, k.phrase] for k in ours.links] == theirs["edges"]


def test_a_fenced_flowchart_in_notes_is_found() -> None:
    text = "# Notes\n\n```mermaid\nflowchart LR\nA[Mixing] --> B[Proving]\n```\n\nmore"
    assert told(read(text.encode(), name="n.md")) == [("Mixing", "", "Proving")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("flowchart LR\nA[one --> B", 2), ("flowchart LR\nA --> B\n\n--> C", 4), ("graph TD\nA -->", 2)],
)
def test_a_broken_flowchart_names_its_line(text: str, line: int) -> None:
    with pytest.raises(Unsupported, match=rf"m\.mmd: line {line} of the flowchart cannot be read") as caught:
        read(text.encode(), name="m.mmd")
    assert "\n" not in str(caught.value)


@given(st.text(alphabet='AB[](){}<>|-=.~&;:"@#%\n xo/\\', max_size=60))
def test_whatever_follows_the_head_is_read_or_refused(text: str) -> None:
    try:
        read(f"flowchart LR\n{text}".encode(), name="m")
    except SourceError as e:
        said = str(e)
    else:
        said = ""
    assert "\n" not in said


# ---------------------------------------------------------------- hostile files

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><cmap><map><concept-list><concept id="1" label="&i;"/></concept-list></map></cmap>'
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    '<opml><body><outline text="&e;"/></body></opml>'
)
OUTSIDE_DTD = '<?xml version="1.0"?><!DOCTYPE graphml SYSTEM "http://localhost:1/x.dtd"><graphml/>'
DEEP = "<opml><body>" + '<outline text="x">' * 5_000 + "</outline>" * 5_000 + "</body></opml>"
WIDE = "<opml><body>" + '<outline text="x"/>' * 110_000 + "</body></opml>"
MANY = "<opml><body>" + "".join(f'<outline text="x{i}"/>' for i in range(3_000)) + "</body></opml>"
CROSSING = (
    "<cmap><map><linking-phrase id='p' label='x'/>"
    + "".join(f'<concept id="c{i}" label="c{i}"/>' for i in range(200))
    + "".join(f'<connection id="a{i}" from-id="c{i}" to-id="p"/><connection id="b{i}" from-id="p" to-id="c{i}"/>'
              for i in range(200)) + "</map></cmap>"
)  # fmt: skip
AMPERSANDS = "flowchart LR\n" + " --> ".join(" & ".join(f"{x}{i}" for i in range(400)) for x in "ab")

REFUSED: list[tuple[str, Any, type[SourceError], str]] = [
    ("bomb", BOMB, Unsupported, "document type"),
    ("external", EXTERNAL, Unsupported, "document type"),
    ("outside", OUTSIDE_DTD, Unsupported, "document type"),
    ("deep", DEEP, TooLarge, "deeply nested"),
    ("wide", WIDE, TooLarge, "too many"),
    ("many", MANY, TooLarge, "3000 concepts"),
    ("crossing", CROSSING, TooLarge, "10000 propositions"),
    ("ampersands", AMPERSANDS, TooLarge, "10000 links"),
    ("size", b" " * (MAX_BYTES + 1), TooLarge, "bytes"),
    ("empty", b"", EmptySource, "empty"),
    ("blank", b" \n\t\n", EmptySource, "empty"),
    ("unnamed", "<opml><body/></opml>", EmptySource, "no concept"),
    ("prose", "Mixing is part of the baking method.", Unsupported, "no concept map"),
    ("page", "<!doctype html><p>x", Unsupported, "web page"),
    ("page-2", "<html><body>x</body></html>", Unsupported, "web page"),
    ("other-xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", Unsupported, "root 'svg'"),
    ("broken-xml", "<cmap><map>", Unsupported, "cannot be read as XML"),
    ("binary", b"\x89PNG\r\n\x1a\n\x00\xff\xfe", Unsupported, "neither XML nor text"),
    ("gzip", gzip.compress(CXL.encode()), Unsupported, "neither XML nor text"),
    ("zip", b"PK\x03\x04\x14\x00\x00", Unsupported, "no concept map"),
    ("latin", "flowchart LR\nA[caf\xe9] --> B".encode("latin-1"), Unsupported, "UTF-8"),
    ("other-mermaid", "sequenceDiagram\nA->>B: x", Unsupported, "no concept map"),
    ("encoding", b'<?xml version="1.0" encoding="no-such"?><opml/>', Unsupported, "cannot be read as XML"),
    ("hyperedge", "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph><hyperedge/></graph></graphml>",
     Unsupported, "hyperedges"),
    ("no-graph", "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'/>", Unsupported, "GraphML"),
    ("no-key", "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph><node id='a'><data key='x'>1</data>"
     "</node></graph></graphml>", Unsupported, "no key x"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "error", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_no_map_or_too_much_is_refused_in_one_line(data: Any, error: type[SourceError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read(data.encode() if isinstance(data, str) else data, name="map.x")
    message = str(caught.value)
    assert message.startswith("map.x: ")
    assert "\n" not in message
    assert len(message) < 300
    assert caught.value.mend


def test_labels_are_one_line_without_controls_and_not_endless() -> None:
    long = f'<outline text="{"x" * 5_000}"/>'
    text = f'<opml><body><outline text="a&#10;b&#x85;c \u200b\u202e d"/>{long}</body></opml>'
    first, second = read(text.encode(), name="m").nodes.values()
    assert first.startswith("a b")
    assert not set("\n\x85\u200b") & set(first)
    assert len(second) == maps.MAX_LABEL
