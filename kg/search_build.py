"""Writes the search index of a graph: names, lexicon, twins, and for both shelves the text and the vectors.

    labels.json lexicon.json twins.json        names, words with their weights, passages that say the same
    concepts.text/ passages.text/              BM25 (kg.text_index)
    concepts.faiss passages.faiss              a vector a unit (kg.vector_index)
    units.words.npy units.ends.npy             vectors of the words of each unit (kg.late_interaction)
    words.npy words.json                       vectors of the words of the course (kg.word_vectors)
    index.json                                 format, model, number of units; written last
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kg.embedding import Embedder
from kg.labels import LabelIndex
from kg.late_interaction import LineWords, telling
from kg.model import Graph, Passage
from kg.ports import TextUnit
from kg.search_query import FRAME, Lexicon, Translator
from kg.search_units import Card, Classes, Unit, cards, twins, units_of
from kg.text_index import TantivyIndex
from kg.vector_index import FaissIndex
from kg.word_vectors import WordVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 3
LINES = "units"
SHELVES = ("concepts", "passages")

Progress = Callable[[str, int, int], None]


class Ontology(Translator, Classes, Protocol):
    """The part of kg.ontology.Ontology that is needed here."""


def build_index(
    graph: Graph,
    folder: Path,
    *,
    embedder: Embedder,
    ontology: Ontology | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the index of a graph into `folder` (made if missing; what it holds is replaced)."""
    folder.mkdir(parents=True, exist_ok=True)
    langs = frozenset(lang for lang in ("en", "ru") if embedder.handles(lang))
    units = units_of(graph)
    labels = LabelIndex.build(graph.concepts.values(), folder / "labels.json")
    texts = cards(units, graph, classes=ontology, labels=labels, dense_langs=langs)
    Lexicon.build((f"{c.label} {c.heading} {c.body}" for c in texts.values()), folder / "lexicon.json")
    vectors, lines = _embed(texts, embedder, progress)
    LineWords.write(folder, LINES, lines)
    for name in SHELVES:
        some = _of_shelf(name, units)
        text = TantivyIndex(folder / f"{name}.text", create=True)
        text.add(_text_units({k: units[k] for k in some}, texts))
        text.commit()
        keys = [k for k in some if k in vectors]
        dense = FaissIndex(folder / f"{name}.faiss", create=embedder.dimension)
        dense.add(keys, np.array([vectors[k] for k in keys], dtype=np.float32).reshape(-1, embedder.dimension))
        dense.commit()
    said = (text for c in texts.values() for text in (c.label, c.heading, c.body))
    WordVectors.build(said, folder, embedder=embedder, langs=langs)
    _write(folder / "twins.json", twins(graph.passages))
    _write(folder / "index.json", {"format": FORMAT, "model": embedder.name, "units": len(units)})


def _of_shelf(name: str, units: Mapping[int, Unit]) -> list[int]:
    return [key for key, unit in units.items() if isinstance(unit.of, Passage) == (name == "passages")]


def _text_units(units: Mapping[int, Unit], texts: Mapping[int, Card]) -> Iterable[TextUnit]:
    for key, unit in units.items():
        card = texts[key]
        yield TextUnit(key, unit.kind, unit.langs, unit.documents, card.label, card.heading, card.body)


def _embed(
    texts: Mapping[int, Card], embedder: Embedder, progress: Progress | None
) -> tuple[dict[int, NDArray[np.float32]], list[NDArray[np.int8]]]:
    """A unit vector per card that has anything to embed: its own text's, drawn towards the passages near it; and the
    vectors of the words of each card, in their order."""
    keys = [key for key, card in texts.items() if card.dense]
    tell = (lambda done, total: progress("embed", done, total)) if progress else None
    pieces = [text for key in keys for text in texts[key].dense]
    found = list(zip(pieces, *embedder.encode_words(pieces, progress=tell), strict=True))
    own, said, at = {}, {}, 0
    for key in keys:
        some = found[at : at + len(texts[key].dense)]
        at += len(some)
        own[key] = np.mean([vector for _, vector, _ in some], axis=0)
        said[key] = np.concatenate([telling(text, rows, FRAME) for text, _, rows in some])
    out = {}
    for key in keys:
        near = [own[k] for k in texts[key].near if k in own]
        vector = own[key] + np.mean(near, axis=0) if near else own[key]
        out[key] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    none = np.zeros((0, embedder.width), dtype=np.int8)
    return out, [said.get(key, none) for key in texts]


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
