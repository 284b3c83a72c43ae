"""What the tests of grading share: a knowledge base over the little bread course, maps in each format, judgements."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graphs import concept, document, line, small

from kg.base import KnowledgeBase
from kg.grading import grade, read
from kg.grading.report import as_json
from kg.labels import LabelIndex
from kg.manifest import FORMAT, Manifest
from kg.model import Fact, Graph
from kg.ontology import Ontology
from kg.ontology_files import load
from kg.settings import Settings
from kg.stores.memory import MemoryStore

FORMATS = ("cxl", "mermaid", "opml", "graphml")

GARDEN = """\
Two kinds of beds
The warm bed has two parts:
1. Manure layer
2. Glass frame
The cold bed has two parts:
1. Gravel layer
2. Wind screen
Warm bed and cold bed are kinds of garden bed.
The glass frame and the gravel layer need cleaning.
A warm bed is not a hot bed.
"""


def garden() -> Graph:
    """Two lists set beside each other, for what belongs to the one and not to the other."""
    doc = document("garden.txt", "en", GARDEN)
    names = {
        "warm-bed": ("Warm bed", "Тёплая грядка"), "cold-bed": ("Cold bed", "Холодная грядка"),
        "garden-bed": ("Garden bed", ""), "manure-layer": ("Manure layer", ""), "glass-frame": ("Glass frame", ""),
        "gravel-layer": ("Gravel layer", ""), "wind-screen": ("Wind screen", "Экран от ветра"),
        "hot-bed": ("Hot bed", ""),
    }  # fmt: skip
    concepts = {id: concept(id, "concept", en=en, ru=ru, documents=[doc.name]) for id, (en, ru) in names.items()}
    facts = (
        Fact("manure-layer", "part-of", line(doc, 2, 3), "n-things", "warm-bed", position=1),
        Fact("glass-frame", "part-of", line(doc, 2, 4), "n-things", "warm-bed", position=2),
        Fact("gravel-layer", "part-of", line(doc, 5, 6), "n-things", "cold-bed", position=1),
        Fact("wind-screen", "part-of", line(doc, 5, 7), "n-things", "cold-bed", position=2),
        Fact("warm-bed", "kind-of", line(doc, 8), "kinds", "garden-bed"),
        Fact("cold-bed", "kind-of", line(doc, 8), "kinds", "garden-bed"),
        Fact("warm-bed", "contrasts-with", line(doc, 10), "differs", "hot-bed"),
    )
    return Graph(concepts, facts, (doc,))


def base(graph: Graph, folder: Path, *, ontology: Ontology | None = None) -> KnowledgeBase:
    """A knowledge base with the names of the concepts and without engines: grading asks for nothing else."""
    (folder / "index").mkdir(parents=True, exist_ok=True)
    LabelIndex.build(graph.concepts.values(), folder / "index" / "labels.json")
    return KnowledgeBase(
        settings=Settings(home=folder),
        folder=folder,
        manifest=Manifest(FORMAT, "test", "test", "test", "", (), {}, {}),
        ontology=ontology or load(),
        graph=graph,
        store=MemoryStore(),
    )


def bread(folder: Path) -> KnowledgeBase:
    return base(small(), folder)


def graded(kb: KnowledgeBase, data: bytes | str, *, lang: str = "en") -> dict[str, Any]:
    """The JSON of a map's grade; every quote in it is looked up again in the stored text."""
    data = data.encode() if isinstance(data, str) else data
    result = as_json(kb, grade(read(data, name="map"), kb=kb), lang=lang)
    raw = {d.name: d.raw for d in kb.documents()}
    for row in (*result["propositions"], *result["missing"]):
        for e in row["evidence"]:
            assert raw[e["document"]][e["start"] : e["end"]] == e["quote"]
    return result


def verdicts(result: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    rows = result["propositions"]
    return {(r["subject"]["label"], r["phrase"], r["object"]["label"]): r["verdict"] for r in rows}


def flowchart(*rows: tuple[str, str, str]) -> str:
    """A Mermaid map of (subject, phrase, object)."""
    ids = {label: f"n{i}" for i, label in enumerate(dict.fromkeys(x for a, _, b in rows for x in (a, b)))}
    return "\n".join(["flowchart LR", *_statements(rows, ids)])


def _statements(rows: Iterable[tuple[str, str, str]], ids: dict[str, str]) -> Iterable[str]:
    for label, id in ids.items():
        yield f'{id}["{label}"]'
    for a, phrase, b in rows:
        yield f'{ids[a]} -->|"{phrase}"| {ids[b]}' if phrase else f"{ids[a]} --> {ids[b]}"


def judged(kb: KnowledgeBase, subject: str, phrase: str, object: str, *, lang: str = "en") -> dict[str, Any]:
    """The one judgement of a map with one link."""
    (row,) = graded(kb, flowchart((subject, phrase, object)), lang=lang)["propositions"]
    return dict(row)
