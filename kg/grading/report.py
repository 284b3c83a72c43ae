"""A grade as the JSON that the command line and the API send. Evidence is looked up again by kg.views."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg import views
from kg.grading.model import VERDICTS, Grade, Judgement, Missing
from kg.grading.phrases import say
from kg.model import Fact, Lang

if TYPE_CHECKING:
    from kg.base import KnowledgeBase
    from kg.views import Json


def as_json(kb: KnowledgeBase, grade: Grade, *, lang: Lang = "en") -> Json:
    """`{map, score, counts, propositions, missing, missing_more, concepts}`; README describes every field.

    `lang` is the language of the reasons and of the labels in them.
    """
    rows = [_proposition(kb, grade, j, lang) for j in grade.judgements]
    counts = Counter(row["verdict"] for row in rows)
    student = grade.map
    return {
        "map": {
            "title": student.title,
            "format": student.format,
            "concepts": len(student.nodes),
            "propositions": len(student.links),
        },
        "score": _score(grade, lang),
        "counts": {**{v: counts[v] for v in VERDICTS}, "unknown_concepts": len(student.nodes) - len(grade.named)},
        "propositions": rows,
        "missing": [_missing(kb, m, lang) for m in grade.missing],
        "missing_more": grade.missing_more,
        "concepts": [_concept(kb, grade, id, label) for id, label in student.nodes.items()],
    }


def _score(grade: Grade, lang: Lang) -> Json:
    parts = [
        {
            "name": p.name,
            "right": p.right,
            "of": p.of,
            "weight": p.weight,
            "reason": say(p.name, lang, right=_number(p.right), of=p.of),
        }
        for p in grade.parts
        if p.of
    ]
    if grade.score is None:
        return {"value": None, "reason": say("unscored", lang), "parts": parts}
    reason = say("scored", lang, score=grade.score, parts=" ".join(str(p["reason"]) for p in parts))
    return {"value": grade.score, "reason": reason, "parts": parts}


def _proposition(kb: KnowledgeBase, grade: Grade, j: Judgement, lang: Lang) -> Json:
    says = _says(kb, j, lang)
    ends = {"subject": (j.link.source, j.subject), "object": (j.link.target, j.object)}
    labels = {key: grade.map.nodes[node] for key, (node, _) in ends.items()}
    unknown = [labels[key] for key, (_, id) in ends.items() if id is None]
    reason = say(
        j.rule,
        lang,
        phrase=j.link.phrase,
        says="; ".join(_sentence(kb, row, lang) for row in says[: 1 if j.rule == "other-whole" else 3]),
        object=_label(kb, j.object, lang) or labels["object"],
        unknown=", ".join(f"“{u}”" if lang != "ru" else f"«{u}»" for u in unknown),
    )
    return {
        **{
            key: {"label": labels[key], "concept": None if id is None else views.ref(kb.graph.concepts[id])}
            for key, (_, id) in ends.items()
        },
        "phrase": j.link.phrase,
        "verdict": j.verdict,
        "rule": j.rule,
        "reason": reason,
        "says": says,
        "evidence": views.evidence(kb, (*(f.evidence for f in j.facts), *j.lines)),
    }


def _says(kb: KnowledgeBase, j: Judgement, lang: Lang) -> list[Json]:
    """The facts, each statement once, in the order in which they were found."""
    grouped: dict[tuple[str, str, str], list[Fact]] = {}
    for f in j.facts:
        grouped.setdefault((f.subject, f.predicate, str(f.object)), []).append(f)
    return [
        {
            "subject": views.ref(kb.graph.concepts[s]),
            "predicate": p,
            "phrase": _predicate(kb, p, lang),
            "object": views.ref(kb.graph.concepts[o]),
            "rules": sorted({f.rule for f in facts}),
        }
        for (s, p, o), facts in grouped.items()
        if views.evidence(kb, (f.evidence for f in facts))
    ]


def _missing(kb: KnowledgeBase, m: Missing, lang: Lang) -> Json:
    return {
        "concept": views.ref(m.concept),
        "rule": m.rule,
        "links": m.links,
        "reason": say(m.rule, lang, links=m.links, whole=_label(kb, m.whole, lang)),
        "evidence": views.evidence(kb, (f.evidence for f in m.facts)),
    }


def _concept(kb: KnowledgeBase, grade: Grade, id: str, label: str) -> Json:
    found = grade.named.get(id)
    if found is None:
        return {"label": label, "how": "unknown", "concept": None}
    return {"label": label, "how": found.how, "concept": views.ref(kb.graph.concepts[found.concept])}


def _sentence(kb: KnowledgeBase, row: Json, lang: Lang) -> str:
    ends = (_label(kb, row[end]["id"], lang) for end in ("subject", "object"))
    return f" {row['phrase']} ".join(f"“{label}”" if lang != "ru" else f"«{label}»" for label in ends)


def _label(kb: KnowledgeBase, id: str | None, lang: Lang) -> str:
    return "" if id is None else kb.graph.concepts[id].label_in(lang)


def _predicate(kb: KnowledgeBase, name: str, lang: Lang) -> str:
    known = kb.ontology.predicates.get(name)
    labels = known.labels if known else {}
    return labels.get(lang) or labels.get("en") or name.replace("-", " ")


def _number(value: float) -> str:
    return f"{value:g}"
