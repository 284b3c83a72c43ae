"""GraphML, read by networkx, which also knows where yEd keeps its labels (http://graphml.graphdrawing.org)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

from kg.errors import Unsupported
from kg.grading.model import Link, StudentMap

_NODE = ("label", "name", "text", "title", "Description", "description")
_EDGE = ("label", "name", "relation", "type", "predicate", "text", "Description", "description")


def read(data: bytes, *, name: str) -> StudentMap:
    """`data` has passed kg.grading.xml: it declares no entities. Unsupported where networkx finds no graph in it."""
    import networkx as nx

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ports and untyped keys: they change no label
            graph = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError, StopIteration) as e:
        raise Unsupported(name, f"this GraphML cannot be read ({e})", "save or export it again") from e
    drawn = any("label" in d or "shape_type" in d for _, d in graph.nodes(data=True))
    nodes = {str(id): _label(d, _NODE) or ("" if drawn else str(id)) for id, d in graph.nodes(data=True)}
    directed = graph.is_directed()
    links = [Link(str(a), _label(d, _EDGE), str(b), directed=directed) for a, b, d in graph.edges(data=True)]
    return StudentMap(str(graph.graph.get("name", "")), "graphml", nodes, tuple(links))


def _label(data: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(data[n]).strip() for n in names if str(data.get(n) or "").strip()), "")
