"""Knowledge bases for the tests of API and page: real ones, over graphs made by hand, with a real index and model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graphs import concept, document, line, small
from homekit import make_home

from kg.base import KnowledgeBase
from kg.embedding import open_embedder
from kg.manifest import FORMAT, Manifest
from kg.model import Fact, Graph, Noise
from kg.ontology_files import load
from kg.search_build import build_index
from kg.settings import Settings
from kg.stores.memory import MemoryStore

SCRIPT = "<script>alert(1)</script>"
TURNED = "\u202egnorw\u202c\u2066"  # overrides of direction
NAME = f"a\"b'<img src=x onerror=alert(1)>&{TURNED}.txt"
RAW = (
    f"Title {SCRIPT} with \"double\" and 'single' quotes\r\n"
    "A trap is a <b onmouseover=alert(1)>thing</b> & javascript:alert(1).\r\n"
    "\ufeffОдна строка\u2028вторая часть, й и й, «ёлки» “дом”.\n"
    "Buy now! Rate this page\n"
    f"tail {TURNED} without a line feed \x00\x0b"
)


def knowledge_base(graph: Graph, folder: Path, kept: Path) -> KnowledgeBase:
    """A knowledge base over `graph` in a new folder; `kept` is the cache that outlives the tests."""
    make_home(folder, kept)
    settings, ontology = Settings(home=folder), load()
    embedder = open_embedder(settings, serving=False, cache=folder / "cache")
    build_index(graph, folder / "index", embedder=embedder, ontology=ontology)
    manifest = Manifest(FORMAT, "test", "test", "test", embedder.name, (), {}, {})
    return KnowledgeBase(
        settings=settings, folder=folder, manifest=manifest, ontology=ontology, graph=graph, store=MemoryStore()
    )


def bread() -> Graph:
    return small()


def bread_with_a_line_gone() -> Graph:
    """The same facts, but the stored English text has another last line but one: one quote stands there no more."""
    graph = small()
    english = graph.documents[0]
    raw = english.raw.replace("Sourdough differs from yeast dough.", "Sourdough equals every kind dough")
    return replace(graph, documents=(document(english.name, "en", raw), *graph.documents[1:]))


def hostile() -> Graph:
    """Markup and quotes wherever a source can bring them: label, value, kind, file name, text."""
    doc = replace(document(NAME, "en", RAW), title=f'{SCRIPT}"{TURNED}', noise=(Noise((4, 4), "chrome"),))
    concepts = [
        concept("trap", "concept", en=f"Trap {SCRIPT} \"x\" 'y'", ru=f"Ловушка <i>{TURNED}", documents=[NAME]),
        concept("link", 'odd"kind<', en="javascript:alert(1)", alt=[("<svg onload=alert(1)>", "en")], documents=[NAME]),
        concept("x/../y?a=1#b&<\">'", "concept", en="Odd id", documents=[NAME]),
        concept("длинное", "concept", ru="Сверхвысокопревосходительствующемудрствование " * 4, documents=[NAME]),
    ]
    facts = (
        Fact("trap", "definition", line(doc, 2), "r", value=f"{SCRIPT} & <a href='javascript:alert(1)'>", lang="en"),
        Fact("trap", "note", line(doc, 1), "r", value=f"\x00\x1b<b>\"'{TURNED}", lang="en"),
        Fact("link", "part-of", line(doc, 2), "r", "trap", position=1),
        Fact("x/../y?a=1#b&<\">'", "odd<predicate>", line(doc, 3), "r", "trap"),
        Fact("длинное", "related", line(doc, 3), "r", "trap"),
    )
    return Graph({c.id: c for c in concepts}, facts, (doc,), (), {"old<id>": "trap"})


def empty() -> Graph:
    return Graph({}, (), (), (), {})
