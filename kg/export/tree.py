"""A view as an outline, for formats that know only parents and children.

Every node has one home; elsewhere it is a leaf with a mark, so a ring of concepts ends and a
concept under two parents does not double everything below it. A link that is not a hierarchy stands
once, with its subject:

    ↻  the node is an ancestor of this line
    →  the node is unfolded elsewhere
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from kg.export.view import HIERARCHY, Edge, Node, View

CYCLE, ELSEWHERE = "↻", "→"
MAX_LEVEL = 100  # libxml2 refuses documents nested deeper than 256


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the outline. `relation` says how it hangs on the line above ("" at the top)."""

    level: int
    node: Node
    edge: Edge | None
    relation: str
    mark: str

    @property
    def text(self) -> str:
        """The label, with the relation before it unless the node is just below its parent, and the mark behind it."""
        shown = self.edge is not None and not (self.edge.predicate in HIERARCHY and self.edge.source == self.node.id)
        label = f"{self.relation}: {self.node.label}" if shown else self.node.label
        return f"{label} {self.mark}" if self.mark else label


@dataclass(frozen=True, slots=True)
class _Step:
    """An edge as seen from one of its ends."""

    edge: Edge
    other: str

    @property
    def down(self) -> bool:
        return self.edge.predicate in HIERARCHY and self.edge.source == self.other

    @property
    def relation(self) -> str:
        return self.edge.label if self.edge.target == self.other else self.edge.inverse


def outline(view: View) -> list[Line]:
    """The lines in reading order. With a centre everything hangs on it; without, tops are what has nothing above."""
    steps = _steps(view)
    tops, home = _homes(view, steps)
    lines: list[Line] = []
    for top in tops:
        lines.extend(_unfold(view, steps, home, top))
    return lines


def _steps(view: View) -> dict[str, list[_Step]]:
    """For every node its edges: those to what is below it first, in the order of the source."""
    rank = {id: i for i, id in enumerate(view.nodes)}
    steps: dict[str, list[_Step]] = {id: [] for id in view.nodes}
    for edge in view.edges:
        steps[edge.source].append(_Step(edge, edge.target))
        if edge.source != edge.target:
            steps[edge.target].append(_Step(edge, edge.source))

    def order(step: _Step) -> tuple[bool, int, str, tuple[bool, str, int, int], int]:
        kind = HIERARCHY.index(step.edge.predicate) if step.edge.predicate in HIERARCHY else len(HIERARCHY)
        return not step.down, kind, step.relation, step.edge.order, rank[step.other]

    for of in steps.values():
        of.sort(key=order)
    return steps


def _homes(view: View, steps: dict[str, list[_Step]]) -> tuple[list[str], dict[str, _Step]]:
    """Tops, and for every other node the edge it hangs on: the shortest way from a top."""
    below = {e.source for e in view.edges if e.predicate in HIERARCHY and e.source != e.target}
    first = [view.centre] if view.centre else [id for id in view.nodes if id not in below]
    tops: list[str] = []
    home: dict[str, _Step] = {}
    level: dict[str, int] = {}

    def spread(start: list[str]) -> None:
        tops.extend(start)
        level.update(dict.fromkeys(start, 0))
        queue = deque(start)
        while queue:
            at = queue.popleft()
            for step in steps[at]:
                if step.other not in level and level[at] < MAX_LEVEL and (step.down or view.centre):
                    level[step.other] = level[at] + 1
                    home[step.other] = step
                    queue.append(step.other)

    spread(first)
    for id in view.nodes:  # rings that hang on nothing, and what lies too deep
        if id not in level:
            spread([id])
    return tops, home


def _unfold(view: View, steps: dict[str, list[_Step]], home: dict[str, _Step], top: str) -> Iterator[Line]:
    path: list[str] = []  # ids of the ancestors of the line at hand
    stack: list[tuple[int, str, _Step | None, bool]] = [(0, top, None, True)]
    while stack:
        level, id, step, at_home = stack.pop()
        del path[level:]
        mark = "" if at_home else CYCLE if id in path else ELSEWHERE
        yield Line(level, view.nodes[id], step.edge if step else None, step.relation if step else "", mark)
        if not at_home:
            continue
        path.append(id)
        for s in reversed(steps[id]):
            lives_here = home.get(s.other) is s
            told_here = s.down or (s.edge.source == id and s.edge.predicate not in HIERARCHY)
            if lives_here or (told_here and (step is None or s.edge is not step.edge)):
                stack.append((level + 1, s.other, s, lives_here))
