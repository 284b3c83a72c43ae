"""What an export shows: the nodes and edges around one concept, or all of them, in a fixed order.

Texts in a view are ready for any format: characters that XML 1.0 forbids are replaced one for one
(so a quote keeps its length), labels and remarks are on one line. Escaping is each format's own.

    Graph ──view()──▶ View(nodes, edges) ──▶ graphs, diagrams, maps, cards, ...
          └restrict()─▶ Graph of the same nodes ──▶ RDF
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.errors import NotFound, UsageError
from kg.model import Concept, Evidence, Fact, Graph, Lang
from kg.text import fold

if TYPE_CHECKING:
    from kg.ontology import Ontology

TITLE = "Studygraph"
HIERARCHY = ("part-of", "kind-of", "example-of")  # subject is below object; in the order children are listed
SYMMETRIC = frozenset({"related", "contrasts-with", "same-as"})

# Everything that is no Char of XML 1.0 (production 2), and the C1 controls, which it discourages.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_NO_IRI = re.compile(r"[\s<>\"{}|\\^`\ufffd]")


def printable(text: str) -> str:
    """`text` with every control character, surrogate and non-character as U+FFFD; the length stays."""
    return _FORBIDDEN.sub("\ufffd", text)


def one_line(text: str) -> str:
    return " ".join(printable(text).split())


def place(evidence: Evidence) -> str:
    """Where it stands, for people: `notes.txt:3-4`, with a page `notes.pdf:3-4 (p. 2)`."""
    first, last = evidence.lines
    lines = f"{first}" if first == last else f"{first}-{last}"
    return f"{evidence.document}:{lines}" + (f" (p. {evidence.page})" if evidence.page is not None else "")


def places(evidence: Iterable[Evidence]) -> str:
    return "; ".join(dict.fromkeys(place(e) for e in evidence))


@dataclass(frozen=True, slots=True)
class Remark:
    """A literal fact of a node: a definition, a note, a year."""

    predicate: str
    name: str  # the predicate's label
    text: str
    lang: Lang
    rule: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A concept as a view shows it. `depth` is its distance from the centre, 0 where there is none.

    `evidence` is where the concept is described; where nothing describes it, where it is related.
    """

    concept: Concept
    label: str
    kind: str  # the class's label
    depth: int
    remarks: tuple[Remark, ...]
    evidence: tuple[Evidence, ...]

    @property
    def id(self) -> str:
        return self.concept.id

    @property
    def iri(self) -> str:
        """The concept's IRI, with what RFC 3987 does not allow in one percent-encoded."""
        return _NO_IRI.sub(lambda m: "".join(f"%{byte:02X}" for byte in m.group().encode()), one_line(self.concept.iri))

    @property
    def definitions(self) -> tuple[Remark, ...]:
        return tuple(r for r in self.remarks if r.predicate == "definition")

    def definition(self, lang: Lang) -> str:
        """The definition to show where there is room for one: in `lang` if there is one, else the first, else ""."""
        texts = [d.text for d in self.definitions if d.lang == lang] or [d.text for d in self.definitions]
        return texts[0] if texts else ""


@dataclass(frozen=True, slots=True)
class Edge:
    """All facts of one subject, predicate and object. `label` reads forward, `inverse` from object to subject."""

    source: str
    predicate: str
    target: str
    label: str
    inverse: str
    position: int | None
    rules: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def order(self) -> tuple[bool, str, int, int]:
        """Among siblings: what is listed before what is not; list by list, and each in the order of its source."""
        first = self.evidence[0]
        return self.position is None, first.document, first.start, self.position or 0


@dataclass(frozen=True, slots=True)
class View:
    """`nodes` by id, centre first, then by distance and label; `edges` by source, predicate, order and target."""

    title: str
    lang: Lang
    centre: str | None
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]


def label_of(concept: Concept, lang: Lang) -> str:
    """A label in `lang`, else in English, else in any language, else the id."""
    named = one_line(concept.label_in(lang)) if concept.labels else ""
    return named or one_line(concept.id)


def predicate_label(ontology: Ontology, predicate: str, lang: Lang) -> str:
    """How the predicate reads from its subject; its name as words where the ontology does not have it."""
    known = ontology.predicates.get(predicate)
    return _label(known.labels if known else {}, predicate, lang)


def resolve(graph: Graph, concept: str) -> str:
    """The id that a current or redirected id stands for. NotFound if there is none."""
    id, seen = concept, set[str]()
    while id not in graph.concepts and id in graph.redirects and id not in seen:
        seen.add(id)
        id = graph.redirects[id]
    if id not in graph.concepts:
        raise NotFound(f"there is no concept {one_line(concept)[:200]!r} in this graph; search for its id first")
    return id


def distances(graph: Graph, centre: str, depth: int) -> dict[str, int]:
    """Ids at most `depth` facts away from `centre`, whichever way the facts point."""
    near: dict[str, list[str]] = {}
    for f in graph.facts:
        if f.object is not None and f.object in graph.concepts and f.subject in graph.concepts:
            near.setdefault(f.subject, []).append(f.object)
            near.setdefault(f.object, []).append(f.subject)
    found, queue = {centre: 0}, deque([centre])
    while queue:
        at = queue.popleft()
        if found[at] == depth:
            continue
        for other in near.get(at, ()):
            if other not in found:
                found[other] = found[at] + 1
                queue.append(other)
    return found


def reach(graph: Graph, *, concept: str | None, depth: int) -> tuple[str | None, dict[str, int]]:
    """The centre and the distance of every concept to show; all at 0 where no concept is asked for."""
    if depth < 0:
        raise UsageError(f"depth {depth} is below 0: give 0 for the concept alone, 1 for its neighbours")
    if concept is None:
        return None, dict.fromkeys(graph.concepts, 0)
    centre = resolve(graph, concept)
    return centre, distances(graph, centre, depth)


def restrict(graph: Graph, *, concept: str | None, depth: int) -> Graph:
    """The graph of what `view` shows: its concepts, the facts among them, the documents these cite."""
    if concept is None:
        return graph
    _, kept = reach(graph, concept=concept, depth=depth)
    facts = tuple(f for f in graph.facts if f.subject in kept and (f.object is None or f.object in kept))
    cited = {f.evidence.document for f in facts} | {d for id in kept for d in graph.concepts[id].documents}
    return Graph(
        {id: c for id, c in graph.concepts.items() if id in kept},
        facts,
        tuple(d for d in graph.documents if d.name in cited),
        (),
        {old: id for old, id in graph.redirects.items() if id in kept},
    )


def view(graph: Graph, ontology: Ontology, *, concept: str | None = None, depth: int = 1, lang: Lang = "en") -> View:
    """The concepts within `depth` facts of `concept` (all where it is None) and every fact among them."""
    centre, kept = reach(graph, concept=concept, depth=depth)
    remarks, links = _gather(graph, kept)
    edges = tuple(_edge(key, links[key], ontology, lang) for key in links)
    touching: dict[str, list[Evidence]] = {}
    for edge in edges:
        touching.setdefault(edge.source, []).extend(edge.evidence)
        touching.setdefault(edge.target, []).extend(edge.evidence)
    nodes = []
    for id, distance in kept.items():
        said = tuple(_remark(key, facts, ontology, lang) for key, facts in remarks.get(id, {}).items())
        said = tuple(sorted(said, key=_by_place))
        shown = graph.concepts[id]
        cls = ontology.classes.get(shown.kind)
        kind = _label(cls.labels if cls else {}, shown.kind, lang)
        where = [e for r in said for e in r.evidence] or touching.get(id, [])
        nodes.append(Node(shown, label_of(shown, lang), kind, distance, said, tuple(sorted(set(where), key=_order))))
    nodes.sort(key=lambda n: (n.depth, fold(n.label), n.label, n.id))
    rank = {n.id: i for i, n in enumerate(nodes)}
    edges = tuple(sorted(edges, key=lambda e: (rank[e.source], *_by_predicate(e), rank[e.target])))
    title = label_of(graph.concepts[centre], lang) if centre else TITLE
    return View(title, lang, centre, {n.id: n for n in nodes}, edges)


_RemarkKey = tuple[str, str, Lang]
_LinkKey = tuple[str, str, str]


def _gather(
    graph: Graph, kept: Mapping[str, int]
) -> tuple[dict[str, dict[_RemarkKey, list[Fact]]], dict[_LinkKey, list[Fact]]]:
    """Facts among the kept concepts: literal ones by subject and text, the others by their two ends."""
    remarks: dict[str, dict[_RemarkKey, list[Fact]]] = {}
    links: dict[_LinkKey, list[Fact]] = {}
    for f in graph.facts:
        if f.subject not in kept:
            continue
        if f.object is None:
            key = (f.predicate, one_line(f.value or ""), f.lang)
            remarks.setdefault(f.subject, {}).setdefault(key, []).append(f)
        elif f.object in kept:
            links.setdefault((f.subject, f.predicate, f.object), []).append(f)
    return remarks, links


def _remark(key: _RemarkKey, facts: list[Fact], ontology: Ontology, lang: Lang) -> Remark:
    predicate, text, of = key
    name = predicate_label(ontology, predicate, lang)
    return Remark(predicate, name, text, of, min(f.rule for f in facts), _evidence(facts))


def _edge(key: _LinkKey, facts: list[Fact], ontology: Ontology, lang: Lang) -> Edge:
    source, predicate, target = key
    known = ontology.predicates.get(predicate)
    label = predicate_label(ontology, predicate, lang)
    inverse = label if predicate in SYMMETRIC else _label(known.inverse_labels if known else {}, f"← {label}", lang)
    positions = [f.position for f in facts if f.position is not None]
    rules = tuple(sorted({f.rule for f in facts}))
    return Edge(
        source, predicate, target, label, inverse, min(positions) if positions else None, rules, _evidence(facts)
    )


def _label(labels: Mapping[Lang, str], name: str, lang: Lang) -> str:
    return one_line(labels.get(lang) or labels.get("en") or name.replace("-", " "))


def _evidence(facts: list[Fact]) -> tuple[Evidence, ...]:
    return tuple(sorted({_clean(f.evidence) for f in facts}, key=_order))


def _clean(e: Evidence) -> Evidence:
    return replace(e, document=one_line(e.document), quote=printable(e.quote))


def _order(e: Evidence) -> tuple[str, int, int]:
    return e.document, e.start, e.end


def _by_place(r: Remark) -> tuple[bool, str, Lang, list[tuple[str, int, int]], str]:
    return r.predicate != "definition", r.predicate, r.lang, [_order(e) for e in r.evidence], r.text


def _by_predicate(edge: Edge) -> tuple[int, str, tuple[bool, str, int, int]]:
    place_of = HIERARCHY.index(edge.predicate) if edge.predicate in HIERARCHY else len(HIERARCHY)
    return place_of, edge.predicate, edge.order
