"""What is wrong with a course, as far as a program can see it.

    violation   the graph breaks a rule: SHACL, SKOS integrity, a quote that is not in its source, a damaged file
    warning     the notes have a gap that their author may want to mend
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import manifest
from kg.conflicts import conflicts
from kg.merges import undecided
from kg.model import Concept, Evidence, Fact
from kg.text import label_key
from kg.views import Json

if TYPE_CHECKING:
    from kg.base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` is 1-based in the document's stored text, 0 where no single line is meant."""

    severity: str
    rule: str
    message: str
    document: str = ""
    line: int = 0


def check(kb: KnowledgeBase) -> tuple[Finding, ...]:
    """Violations first, then by place."""
    found = [*_files(kb), *_shapes(kb), *_quotes(kb), *_undefined(kb), *_gaps(kb), *_namesakes(kb), *_several(kb)]
    found += [*_contradictions(kb), *_nearly(kb)]
    return tuple(sorted(found, key=lambda f: (f.severity != "violation", f.document, f.line, f.rule, f.message)))


def as_json(found: Iterable[Finding]) -> Json:
    """`{violations, warnings, findings: [{severity, rule, message, document, line}]}`."""
    rows = [
        {"severity": f.severity, "rule": f.rule, "message": f.message, "document": f.document, "line": f.line}
        for f in found
    ]
    violations = sum(r["severity"] == "violation" for r in rows)
    return {"violations": violations, "warnings": len(rows) - violations, "findings": rows}


def _files(kb: KnowledgeBase) -> Iterable[Finding]:
    if problem := manifest.damage(kb.folder, kb.manifest, thorough=True):
        yield Finding("violation", "damaged-build", f"{problem}; build again: kg build PATH")


def _shapes(kb: KnowledgeBase) -> Iterable[Finding]:
    from kg.rdf import to_dataset
    from kg.shapes import check as violations

    for v in violations(to_dataset(kb.graph, kb.ontology), kb.ontology, warnings=True):
        yield Finding(v.severity, v.shape, v.message, v.document, v.line)


def _quotes(kb: KnowledgeBase) -> Iterable[Finding]:
    for fact in kb.graph.facts:
        if not kb.verified(fact.evidence):
            e = fact.evidence
            yield Finding("violation", "false-quote", f"{e.quote!r} does not stand there", e.document, e.lines[0])


def _contradictions(kb: KnowledgeBase) -> Iterable[Finding]:
    """What sources disagree on, with a line of every side."""
    for c in conflicts(kb.graph, kb.ontology):
        sides = "; ".join(f"{s.value!r} ({_at(s.evidence[0])})" for s in c.sides)
        labels = ", ".join(kb.graph.concepts[i].label for i in c.concepts)
        first = c.sides[0].evidence[0]
        message = f"{labels}: sources disagree on the {c.kind}: {sides}"
        yield Finding("warning", f"contradictory-{c.kind}", message, first.document, first.lines[0])


def _nearly(kb: KnowledgeBase) -> Iterable[Finding]:
    """Concepts that may be one, about which nobody has decided."""
    for n in undecided(kb):
        a, b = n.a.evidence, n.b.evidence
        names = f"{n.a.label!r} ({_at(a)}) and {n.b.label!r} ({_at(b)})"
        message = f"{names} may be one: {n.speaks_for[0]}; kg merges accept {n.a.id} {n.b.id}, or reject"
        yield Finding("warning", "near-merge", message, a.document, a.lines[0])


def _at(e: Evidence) -> str:
    return f"{e.document}:{e.lines[0]}"


def _undefined(kb: KnowledgeBase) -> Iterable[Finding]:
    """Members of something that no source explains, one finding per whole."""
    explained = {f.subject for f in kb.graph.facts if f.predicate in ("definition", "note", "example-of")}
    explained |= {f.object for f in kb.graph.facts if f.object is not None}  # it has parts or examples of its own
    by_whole: dict[str, list[Fact]] = defaultdict(list)
    for f in kb.graph.facts:
        if f.predicate == "part-of" and f.object in kb.graph.concepts and f.subject not in explained:
            by_whole[str(f.object)].append(f)
    for whole, facts in by_whole.items():
        names = sorted({kb.graph.concepts[f.subject].label for f in facts})
        first = min(f.evidence for f in facts)
        message = f"{kb.graph.concepts[whole].label}: no source explains {', '.join(names)}"
        yield Finding("warning", "undefined-members", message, first.document, first.lines[0])


def _gaps(kb: KnowledgeBase) -> Iterable[Finding]:
    """A numbered list with a number missing, within one document."""
    seen: dict[tuple[str, str], dict[int, Fact]] = defaultdict(dict)
    for f in kb.graph.facts:
        if f.predicate == "part-of" and f.position is not None and f.object in kb.graph.concepts:
            seen[str(f.object), f.evidence.document].setdefault(f.position, f)
    for (whole, document), places in seen.items():
        missing = [str(n) for n in range(1, max(places)) if n not in places]
        if missing:
            line = min(f.evidence.lines[0] for f in places.values())
            label = kb.graph.concepts[whole].label
            message = f"{label}: of its {max(places)} members number {', '.join(missing)} is not there"
            yield Finding("warning", "missing-member", message, document, line)


def _namesakes(kb: KnowledgeBase) -> Iterable[Finding]:
    """Two concepts of one kind under one label: the same thing twice, or one of them needs a fuller name."""
    same: dict[tuple[str, str, str], list[Concept]] = defaultdict(list)
    for c in kb.graph.concepts.values():
        for lang, label in c.labels.items():
            same[label_key(label), lang, c.kind].append(c)
    for concepts in same.values():
        if len(concepts) > 1:
            ids = ", ".join(sorted(c.id for c in concepts))
            document = min((d for c in concepts for d in c.documents), default="")
            message = f"{len(concepts)} concepts are called {concepts[0].label!r}: {ids}"
            yield Finding("warning", "namesakes", message, document)


def _several(kb: KnowledgeBase) -> Iterable[Finding]:
    """A concept that documents of one language define in different words."""
    by: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for f in kb.graph.facts:
        if f.predicate == "definition" and f.subject in kb.graph.concepts:
            by[f.subject, f.lang].append(f)
    for (id, _), facts in by.items():
        places = {f.evidence.document: f for f in facts}
        if len(places) > 1 and len({label_key(str(f.value)) for f in places.values()}) > 1:
            first = min(f.evidence for f in facts)
            message = f"{kb.graph.concepts[id].label}: defined in different words by {', '.join(sorted(places))}"
            yield Finding("warning", "several-definitions", message, first.document, first.lines[0])
