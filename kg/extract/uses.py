"""Where a document uses the names that it gives, in whatever form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from kg.extract.tree import Node
from kg.model import Span
from kg.text import label_key, word_spans


def uses(names: Collection[str], nodes: Iterable[Node]) -> Iterator[tuple[str, Node, Span]]:
    """Every place where the words of a name (kg.text.label_key) stand in nodes, the longest name at each."""
    longest: dict[str, int] = defaultdict(int)
    for name in names:
        parts = name.split()
        longest[parts[0]] = max(longest[parts[0]], len(parts))
    for node in nodes:
        spans = word_spans(node.text)
        bases = [label_key(span.of(node.text)) for span in spans]
        at = 0
        while at < len(spans):
            most = min(longest.get(bases[at].split(" ")[0], 0), len(spans) - at)
            ends = (at + size for size in range(most, 0, -1) if " ".join(bases[at : at + size]) in names)
            if end := next(ends, 0):
                yield " ".join(bases[at:end]), node, Span(spans[at].start, spans[end - 1].end)
            at = end or at + 1
