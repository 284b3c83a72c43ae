"""The example graphs hold what the model promises: every quote is the slice of its document that it says."""

import pytest
from graphs import nasty, small

from kg.model import Graph


@pytest.mark.parametrize("graph", [small(), nasty()], ids=["small", "nasty"])
def test_the_example_graphs_are_consistent(graph: Graph) -> None:
    raw = {d.name: d.raw for d in graph.documents}
    for fact in graph.facts:
        e = fact.evidence
        assert raw[e.document][e.start : e.end] == e.quote
        assert e.quote
        assert fact.subject in graph.concepts
        assert (fact.object is None) != (fact.value is None)
        assert fact.object is None or fact.object in graph.concepts
    assert all(id == c.id for id, c in graph.concepts.items())
