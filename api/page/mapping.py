"""The map as the page shows it: the tree of shape.py in the reader's words, drawn for each width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from api.page import layout, shape
from api.page.render import Words, concept_url
from kg import views
from kg.base import KnowledgeBase
from kg.views import Json


@dataclass(frozen=True, slots=True)
class View:
    """What the address of a map says. `relations` are the predicates that are followed, none for all."""

    concept: str
    depth: int = 1
    relations: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    def address(self) -> str:
        given = [("concept", self.concept)]
        if self.depth > 1:
            given.append(("depth", str(self.depth)))
        given += [("rel", name) for name in self.relations] + [("open", id) for id in self.opened]
        return f"/map?{urlencode(given)}"

    def at_depth(self, depth: int) -> str:
        return replace(self, depth=depth).address()

    def toggled(self, id: str) -> str:
        """With a concept opened, or closed again."""
        rest = tuple(o for o in self.opened if o != id)
        return replace(self, opened=rest if id in self.opened else (*rest, id)).address()

    def related(self, name: str | None) -> str:
        """With a relation added to those that are followed or taken from them; None: all of them again."""
        if name is None:
            return replace(self, relations=()).address()
        rest = tuple(r for r in self.relations if r != name)
        return replace(self, relations=rest if name in self.relations else (*rest, name)).address()

    def focused(self, id: str) -> str:
        """Around another concept, nothing opened."""
        return replace(self, concept=id, opened=()).address()


@dataclass(frozen=True, slots=True)
class Relation:
    """A predicate to follow or not: a chip."""

    label: str
    n: int
    on: bool
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """A fact of the list beside the map; `below` is what hangs on the concept."""

    label: str
    id: str
    address: str
    evidence: Json | None
    below: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A branch as a list. `more` of it are not shown; `address` shows them."""

    title: str
    numbered: bool
    rows: tuple[Row, ...]
    more: int
    address: str


@dataclass(frozen=True, slots=True)
class MapView:
    view: View
    label: str
    drawn: tuple[tuple[str, layout.Map], ...]  # by the name of the style
    parts: tuple[Part, ...]
    relations: tuple[Relation, ...]
    left_out: int
    walks: bool  # a box leads to the map around it, not to the concept's page

    def target(self, id: str) -> str:
        return self.view.focused(id) if self.walks and id != self.view.concept else concept_url(id)


class Atlas:
    """The facts around concepts, each looked up once a request, in the reader's words."""

    def __init__(self, kb: KnowledgeBase, words: Words) -> None:
        self._kb, self._words = kb, words
        self._arms: dict[str, list[shape.Arm]] = {}
        self._evidence: dict[tuple[str, str, str, bool], Json] = {}

    def near(self, id: str) -> list[shape.Arm]:
        if id not in self._arms:
            self._arms[id] = list(self._read(id))
        return self._arms[id]

    def _read(self, id: str) -> Iterator[shape.Arm]:
        for edge in views.edges(self._kb, id):
            inward = edge["source"] != id
            other = edge["source"] if inward else edge["target"]
            if other == id or other not in self._kb.graph.concepts:
                continue
            cited = edge["evidence"][0]
            self._evidence[id, other, edge["predicate"], inward] = cited
            kind = self._kb.graph.concepts[other].kind
            yield shape.Arm(
                other,
                edge["predicate"],
                inward,
                self._words.predicate(edge["predicate"], "in" if inward else "out"),
                "" if kind == "concept" else self._words.kind(kind).lower(),
                (cited["document"], cited["lines"][0]),
                edge["position"],
            )

    def follows(self, a: str, b: str) -> bool:
        return any(arm.other == b and arm.predicate == "precedes" and not arm.inward for arm in self.near(a))

    def title(self, group: shape.Group) -> str:
        if not group.alike:
            return group.caption
        document, line = group.arms[0].place
        return f"{group.caption} · {self._words.short(document)} {line}"

    def label(self, id: str) -> str:
        return self._kb.graph.concepts[id].label_in(self._words.lang)

    def map(self, view: View, *, styles: Sequence[tuple[str, layout.Style]], walks: bool) -> MapView | None:
        """The map of a view; None if there is nothing around its concept."""
        if not self.near(view.concept):
            return None
        root = shape.arrange(
            view.concept,
            self.near,
            depth=view.depth,
            opened=frozenset(view.opened),
            predicates=frozenset(view.relations),
        )
        labels = {node.id: self.label(node.id) for node in root.everything()}
        drawn = tuple(
            (name, layout.fitted(root, labels, lambda branch: self.title(branch.group), style))
            for name, style in styles
        )
        counts = shape.counts(self.near(view.concept))
        relations = tuple(
            Relation(self._words.predicate(name), n, name in view.relations, view.related(name))
            for name, n in {**dict.fromkeys(view.relations, 0), **counts}.items()
        )
        return MapView(
            view,
            labels[view.concept],
            drawn,
            tuple(self._parts(root, view)),
            relations,
            shape.left_out(root),
            walks,
        )

    def _parts(self, node: shape.Node, view: View) -> Iterator[Part]:
        for branch in node.branches:
            group = branch.group
            rows = tuple(
                Row(
                    self.label(child.id),
                    child.id,
                    view.focused(child.id),
                    self._evidence.get((node.id, child.id, group.predicate, group.inward)),
                    tuple(self._parts(child, view)),
                )
                for child in branch.nodes
            )
            yield Part(self.title(group), group.form == "sequence", rows, branch.more, view.toggled(node.id))
