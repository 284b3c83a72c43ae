"""From mentions to concepts: which names in which documents are one thing.

    Statements ──names──▶ Name, Naming ──joining──▶ Sets ──concepts──▶ ids, labels, classes ──▶ Graph
                     decisions of people ─────▲

Names are one concept where a rule of kg.resolve.joining says so and nothing speaks against it. Names
stay apart where their classes cannot be one (a book and its subject, a person and a thing), where one
list counts both, where somebody decided so, and where a name says too little by itself ("Usage"): then
it lives inside what it is part of. Every joining of two names is told in `Resolution.merges`.

The result depends on the set of statements and decisions alone, never on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Document, Fact, Graph, Mention, Passage, Statement
from kg.ontology import Ontology
from kg.resolve.concepts import concept_of, ids_of
from kg.resolve.decided import Decided, Decision, Named, Outcome, named_at
from kg.resolve.joining import MEMBERSHIP, RULES, Proposal, join, keep_lists_apart
from kg.resolve.names import Name, Naming, Place, name_of, namings, order, plain
from kg.resolve.sets import Sets
from kg.text import slug

__all__ = ["RULES", "Decision", "Merge", "Named", "Outcome", "Resolution", "resolve", "resolve_all"]


@dataclass(frozen=True, slots=True)
class Merge:
    """Two names that were joined. `score` is how sure the rule is, 0..1; `concept` is the id of what they are."""

    a: Named
    b: Named
    concept: str
    rule: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """merges   every joining of two different names, the least sure first
    names    ids of names -> ids of the concepts that they are
    state    decision -> "" where it was followed, else why not
    """

    graph: Graph
    merges: tuple[Merge, ...]
    names: Mapping[str, str]
    decided: tuple[Outcome, ...]


def resolve(
    documents: Sequence[Document],
    statements: Iterable[Statement],
    ontology: Ontology,
    *,
    passages: Sequence[Passage] = (),
) -> Graph:
    """The graph of these statements: concepts with labels, facts between them, redirects of other names."""
    return resolve_all(documents, statements, ontology, passages=passages).graph


def resolve_all(
    documents: Sequence[Document],
    statements: Iterable[Statement],
    ontology: Ontology,
    *,
    passages: Sequence[Passage] = (),
    decisions: Iterable[Decision] = (),
) -> Resolution:
    """The graph as `resolve` gives it, with what people decided about names; and how the names were joined."""
    ordered = sorted(statements, key=order)
    named = list(namings(ordered, ontology))
    decided = Decided(sorted(decisions), named)
    sets = Sets({n.name for n in named})
    for a, b in decided.apart:
        sets.keep_apart(a, b)
    accepted = [p for p in decided.together if sets.union(p.a, p.b) or sets.same(p.a, p.b)]
    keep_lists_apart(named, ordered, sets, ontology)
    done = [*accepted, *join(named, ordered, sets, ontology, contested=decided.contested)]
    members, ids, abroad = _identified(named, sets)
    concepts = {
        ids[root]: concept_of(ids[root], group, ontology, abroad=abroad, foreign=decided.foreign(sets.members(root)))
        for root, group in sorted(members.items())
    }
    facts = _facts(ordered, sets, ids, ontology)
    redirects = _redirects(members, ids)
    if accepted:
        redirects |= _former(named, ordered, decided, sets, ids, ontology)
    graph = Graph(concepts, facts, tuple(documents), tuple(passages), dict(sorted(redirects.items())))
    names = {name.id: ids[sets.find(name)] for name in sorted({n.name for n in named})}
    return Resolution(graph, _merges(done, named, names), names, decided.outcomes(sets))


def _identified(
    named: Sequence[Naming], sets: Sets
) -> tuple[dict[Name, list[Naming]], dict[Name, str], Mapping[Place, int]]:
    """Namings by set, the id of each set, and in how many sets each meaning stands."""
    members: dict[Name, list[Naming]] = defaultdict(list)
    for n in named:
        members[sets.find(n.name)].append(n)
    abroad = Counter(place for _, place in {(root, n.place) for root, group in members.items() for n in group})
    return members, ids_of(members, abroad=abroad), abroad


def _former(
    named: Sequence[Naming],
    ordered: Sequence[Statement],
    decided: Decided,
    sets: Sets,
    ids: Mapping[Name, str],
    ontology: Ontology,
) -> dict[str, str]:
    """Ids that concepts would have if nobody had joined them: bookmarks and cards know them by these."""
    alone = Sets({n.name for n in named})
    for a, b in decided.apart:
        alone.keep_apart(a, b)
    keep_lists_apart(named, ordered, alone, ontology)
    join(named, ordered, alone, ontology, contested=decided.contested)
    taken = set(ids.values())
    return {id: ids[sets.find(root)] for root, id in _identified(named, alone)[1].items() if id not in taken}


def _facts(
    statements: Sequence[Statement], sets: Sets, ids: Mapping[Name, str], ontology: Ontology
) -> tuple[Fact, ...]:
    """Facts between ids, each once; a relation of a thing with itself is dropped, and one against an earlier one of the
    same document, or against any that says what belongs to what. Two documents may put things in opposite order: that
    is for the reader to see (kg.conflicts)."""
    out: dict[Fact, None] = {}
    edges: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for s in statements:
        subject = ids[sets.find(name_of(s.subject, ontology))]
        if isinstance(s.object, Mention):
            target = ids[sets.find(name_of(s.object, ontology))]
            against = edges.get((target, s.predicate, subject), ())
            if target == subject or (s.predicate in MEMBERSHIP and against):
                continue
            if s.predicate == "precedes" and s.evidence.document in against:
                continue
            edges[subject, s.predicate, target].add(s.evidence.document)
            fact = Fact(subject, s.predicate, s.evidence, s.rule, object=target, position=s.position)
        else:
            fact = Fact(subject, s.predicate, s.evidence, s.rule, value=s.object, lang=s.lang, position=s.position)
        out[fact] = None
    return tuple(out)


def _redirects(members: Mapping[Name, Sequence[Naming]], ids: Mapping[Name, str]) -> dict[str, str]:
    """Other names' ids, where they lead to one concept only."""
    taken = set(ids.values())
    targets: dict[str, set[str]] = defaultdict(set)
    for root, group in members.items():
        for n in group:
            for name in _ids_alone(n):
                if name and name not in taken:
                    targets[name].add(ids[root])
    return {name: next(iter(found)) for name, found in sorted(targets.items()) if len(found) == 1}


def _ids_alone(n: Naming) -> Iterator[str]:
    key = slug(n.key.removeprefix("term:"))
    yield slug(n.mention.label)
    yield key
    if n.name.scope:
        yield f"{slug(n.name.scope)}--{key}"


def _merges(done: Sequence[Proposal], named: Sequence[Naming], names: Mapping[str, str]) -> tuple[Merge, ...]:
    best: dict[Name, Naming] = {}
    for n in named:
        best.setdefault(n.name, n)
    out = []
    for p in done:
        a, b = (named_at(_shown(name, p, best, named)) for name in (p.a, p.b))
        score, reason = RULES[p.rule]
        told = reason.format(a=f'"{a.label}"', b=f'"{b.label}"', because=f'"{p.because}"')
        out.append(Merge(a, b, names[a.id], p.rule, score, told))
    return tuple(sorted(out, key=lambda m: (m.score, m.rule, m.a.id, m.b.id)))


def _shown(name: Name, p: Proposal, best: Mapping[Name, Naming], named: Sequence[Naming]) -> Naming:
    """The naming that a merge is shown with: where both names are given together, if there is such a place."""
    if p.rule in ("translation", "abbreviation", "main-title"):
        for n in named:
            if n.name == name and any(plain(text) == plain(p.because) for text, _ in n.mention.alt):
                return n
    return best[name]
