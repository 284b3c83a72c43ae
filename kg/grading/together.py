"""Lines that name two concepts together: what a student should read where no statement links them.

A name counts where it stands as whole words, as written in the label; inflected forms are not looked for. It is a
hint, never a judgement.
"""

from __future__ import annotations

from functools import cached_property

from kg.model import Block, Concept, Document, Evidence, Graph
from kg.text import unaccent, words

_MOST = 2  # places that are named
_TOO_MANY = 200  # pairs that are looked up for one map


class Together:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._asked = 0

    @cached_property
    def _blocks(self) -> list[tuple[str, Document, Block]]:
        return [(_spaced(b.text), d, b) for d in self._graph.documents for b in d.blocks if b.kind != "heading"]

    def lines(self, a: Concept, b: Concept) -> tuple[Evidence, ...]:
        """Places whose text names both; none after many questions, as a hint must not cost more than the answer."""
        self._asked += 1
        if self._asked > _TOO_MANY:
            return ()
        first, second = ([_spaced(t) for t, _ in c.all_labels()] for c in (a, b))
        found: list[Evidence] = []
        for text, document, block in self._blocks:
            if any(n in text for n in first) and any(n in text for n in second):
                found.append(document.cite(block.raw_span))
                if len(found) == _MOST:
                    break
        return tuple(found)


def _spaced(text: str) -> str:
    return f" {' '.join(words(unaccent(text))).replace('-', ' ')} "
