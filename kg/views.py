"""The JSON shapes that the command line and the API both send: plain dictionaries, nothing else.

Every function takes the `kb` that the values came from, because no evidence leaves the program
unless `kb.verified` has just found its quote in the stored text; what fails is dropped, and so
is a fact that has no evidence left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.model import Answer, AnswerItem, Concept, Document, Evidence, Fact, Hit, Passage

if TYPE_CHECKING:
    from kg.base import KnowledgeBase, Neighbourhood, Page
    from kg.search import SearchResult, Suggestion

Json = dict[str, Any]

_LABELLING = frozenset({"definition", "label"})  # shown as definitions and labels, not as values


def evidence(kb: KnowledgeBase, items: Iterable[Evidence]) -> list[Json]:
    """`[{document, lines, start, end, quote, verified, page?}]`, each once, in the given order."""
    out = []
    for e in dict.fromkeys(items):
        if not kb.verified(e):
            continue
        row: Json = {
            "document": e.document,
            "lines": list(e.lines),
            "start": e.start,
            "end": e.end,
            "quote": e.quote,
            "verified": True,
        }
        if e.page is not None:
            row["page"] = e.page
        out.append(row)
    return out


def ref(concept: Concept) -> Json:
    """`{id, label, labels, kind}`: a concept as it is named inside another answer."""
    return {"id": concept.id, "label": concept.label, "labels": dict(concept.labels), "kind": concept.kind}


def hit(kb: KnowledgeBase, hit: Hit) -> Json:
    """contract.md `Hit`."""
    row: Json = {
        "id": hit.id,
        "iri": hit.iri,
        "label": hit.label,
        "labels": dict(hit.labels),
        "kind": hit.kind,
        "score": round(hit.score, 6),
        "snippet": hit.snippet,
        "matched": {"label": hit.matched.label, "lang": hit.matched.lang, "how": hit.matched.how},
        "evidence": evidence(kb, hit.evidence),
    }
    if hit.explain is not None:
        row["explain"] = dict(hit.explain)
    return row


def search(kb: KnowledgeBase, result: SearchResult, *, took_ms: float) -> Json:
    """`{query, took_ms, total, hits, facets}`; `took_ms` is the time that the search itself took."""
    return {
        "query": result.query,
        "took_ms": round(took_ms, 3),
        "total": result.total,
        "hits": [hit(kb, h) for h in result.hits],
        "facets": {name: dict(counts) for name, counts in result.facets.items()},
    }


def suggestions(query: str, found: Sequence[Suggestion]) -> Json:
    """`{query, suggestions: [{id, label, lang, kind, matched, how}]}`."""
    return {
        "query": query,
        "suggestions": [
            {"id": s.id, "label": s.label, "lang": s.lang, "kind": s.kind, "matched": s.matched, "how": s.how}
            for s in found
        ],
    }


def concept(kb: KnowledgeBase, concept: Concept) -> Json:
    """contract.md `Concept`, with `values` for the literal facts besides definitions (year, page, note, ...).

    Facts that say the same at several places are one row with all their evidence; relations
    stand in the order of their position in the source.
    """
    facts = kb.facts_of(concept.id)
    return {
        "id": concept.id,
        "iri": concept.iri,
        "kind": concept.kind,
        "label": concept.label,
        "labels": dict(concept.labels),
        "alt_labels": [{"label": label, "lang": lang} for label, lang in concept.alt_labels],
        "definitions": _definitions(kb, [f for f in facts if f.predicate == "definition"]),
        "documents": list(concept.documents),
        "relations": _relations(kb, concept.id, [f for f in facts if f.object is not None]),
        "values": _values(kb, [f for f in facts if f.value is not None and f.predicate not in _LABELLING]),
    }


def _definitions(kb: KnowledgeBase, facts: Sequence[Fact]) -> list[Json]:
    rows = []
    for (value, lang), same in _grouped(facts, lambda f: (f.value, f.lang)).items():
        if cited := evidence(kb, (f.evidence for f in same)):
            rows.append({"text": value, "lang": lang, "evidence": cited})
    return rows


def _values(kb: KnowledgeBase, facts: Sequence[Fact]) -> list[Json]:
    rows = []
    for (predicate, value, lang), same in _grouped(facts, lambda f: (f.predicate, f.value, f.lang)).items():
        if cited := evidence(kb, (f.evidence for f in same)):
            rows.append({"predicate": predicate, "text": value, "lang": lang, "evidence": cited})
    return rows


def _relations(kb: KnowledgeBase, id: str, facts: Sequence[Fact]) -> list[Json]:
    def key(fact: Fact) -> tuple[str, str, str]:
        out = fact.subject == id
        return fact.predicate, "out" if out else "in", (fact.object or "") if out else fact.subject

    rows = []
    for (predicate, direction, other), same in _grouped(facts, key).items():
        cited = evidence(kb, (f.evidence for f in same))
        found = kb.graph.concepts.get(other)
        if not cited or found is None:
            continue
        positions = [f.position for f in same if f.position is not None]
        rows.append(
            {
                "predicate": predicate,
                "direction": direction,
                "concept": ref(found),
                "position": min(positions, default=None),
                "rules": sorted({f.rule for f in same}),
                "evidence": cited,
            }
        )
    return rows


def _grouped(facts: Iterable[Fact], key: Any) -> Mapping[Any, list[Fact]]:
    out: dict[Any, list[Fact]] = {}
    for fact in facts:
        out.setdefault(key(fact), []).append(fact)
    return out


def answer(kb: KnowledgeBase, answer: Answer) -> Json:
    """contract.md `Answer`."""
    return {
        "q": answer.q,
        "status": answer.status,
        "type": answer.type,
        "answer": answer.answer,
        "items": [_item(kb, i) for i in answer.items],
        "concepts": [ref(c) for c in answer.concepts],
        "evidence": evidence(kb, answer.evidence),
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason,
    }


def _item(kb: KnowledgeBase, item: AnswerItem) -> Json:
    return {"label": item.label, "id": item.id, "evidence": evidence(kb, item.evidence)}


def concepts(page: Page) -> Json:
    """`{total, concepts: [{id, label, labels, kind}], next}`; `next` is the cursor of the following page or null."""
    return {"total": page.total, "concepts": [ref(c) for c in page.concepts], "next": page.next}


def neighbourhood(kb: KnowledgeBase, near: Neighbourhood) -> Json:
    """`{centre, nodes: [{id, label, labels, kind}], edges: [{source, target, predicate, position, evidence}]}`."""
    return {
        "centre": near.centre.id,
        "nodes": [ref(c) for c in near.concepts],
        "edges": _edges(kb, near.facts),
    }


def path(kb: KnowledgeBase, start: str, end: str, facts: Sequence[Fact]) -> Json:
    """`{from, to, length, nodes, edges}`: the facts in the order in which they are walked, either direction."""
    ids = dict.fromkeys(i for f in facts for i in (f.subject, f.object) if i is not None)
    return {
        "from": ref(kb.concept(start)),
        "to": ref(kb.concept(end)),
        "length": len(facts),
        "nodes": [ref(kb.graph.concepts[i]) for i in ids if i in kb.graph.concepts],
        "edges": _edges(kb, facts),
    }


def _edges(kb: KnowledgeBase, facts: Sequence[Fact]) -> list[Json]:
    rows = []
    between = [f for f in facts if f.object is not None]
    for (source, predicate, target), same in _grouped(between, lambda f: (f.subject, f.predicate, f.object)).items():
        if cited := evidence(kb, (f.evidence for f in same)):
            positions = [f.position for f in same if f.position is not None]
            rows.append(
                {
                    "source": source,
                    "target": target,
                    "predicate": predicate,
                    "position": min(positions, default=None),
                    "evidence": cited,
                }
            )
    return rows


def document(kb: KnowledgeBase, document: Document) -> Json:
    """A source with its counts; `characters` and `lines` are those of the stored text."""
    return {
        "name": document.name,
        "title": document.title,
        "lang": document.lang,
        "media_type": document.media_type,
        "characters": len(document.raw),
        "lines": document.raw.count("\n") + (not document.raw.endswith("\n")) if document.raw else 0,
        "pages": len(document.pages) or None,
        "blocks": len(document.blocks),
        "passages": sum(p.document == document.name for p in kb.graph.passages),
        "concepts": sum(document.name in c.documents for c in kb.graph.concepts.values()),
        "facts": sum(f.evidence.document == document.name for f in kb.graph.facts),
        "repairs": len(document.repairs),
        "noise_lines": sum(n.lines[1] - n.lines[0] + 1 for n in document.noise),
    }


def documents(kb: KnowledgeBase) -> Json:
    """`{total, documents: [...]}` in the order of their names."""
    rows = [document(kb, d) for d in kb.documents()]
    return {"total": len(rows), "documents": rows}


def passage(kb: KnowledgeBase, passage: Passage) -> Json:
    """A passage that search returned, whole: `{id, document, lang, heading, text, evidence}`."""
    return {
        "id": passage.id,
        "document": passage.document,
        "lang": passage.lang,
        "heading": list(passage.heading),
        "text": passage.text,
        "evidence": evidence(kb, [passage.evidence]),
    }


def edges(kb: KnowledgeBase, id: str) -> list[Json]:
    """The facts between this concept and others, with the fields of `neighbourhood`."""
    return _edges(kb, kb.facts_of(id))


def facts_from(kb: KnowledgeBase, document: str) -> list[Json]:
    """What was read from one source, in its order: `[{subject, predicate, object, value, lang, rule, evidence}]`.

    `subject` and `object` are as in `ref`; either `object` or `value` is set. The naming of concepts is left out.
    """
    rows = []
    for fact in kb.graph.facts:
        if fact.evidence.document != document or fact.predicate == "label":
            continue
        subject = kb.graph.concepts.get(fact.subject)
        object = kb.graph.concepts.get(fact.object) if fact.object is not None else None
        cited = evidence(kb, [fact.evidence])
        if subject is None or not cited or (object is None and fact.value is None):
            continue
        rows.append(
            {
                "subject": ref(subject),
                "predicate": fact.predicate,
                "object": ref(object) if object else None,
                "value": fact.value,
                "lang": fact.lang,
                "rule": fact.rule,
                "evidence": cited[0],
            }
        )
    return sorted(rows, key=lambda r: (r["evidence"]["start"], r["evidence"]["end"], r["predicate"]))
