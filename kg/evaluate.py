"""`kg eval`: how good the answers and the search of one build are, on a file of questions (kg.evaluation.gold).

    evaluate(kb, questions, ...)   every question is asked and searched for; Evaluation holds all figures
    run(kb, path, ...)             reads the files, prints tables or one JSON object, writes the page

The same build and files give the same figures, but for `ask_ms_p50`. All figures are measured with the program
as it is, but for what `fits` holds: there the weights of the judge of answers (kg.evaluation.judge) and the shares of
the search legs (kg.evaluation.fusion) stand as they are (`present`), `fitted` to these very questions, and
`cross_validated`, side by side.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg import views
from kg.errors import KgError, NotFound
from kg.evaluation import fusion, gold, judge, measures, score
from kg.evaluation.fusion import Fusion
from kg.evaluation.gold import GoldConcept, Question
from kg.evaluation.judge import Judgement
from kg.evaluation.score import Scored
from kg.progress import Progress, bar, silent
from kg.views import Json

if TYPE_CHECKING:
    from kg.base import KnowledgeBase


@dataclass(frozen=True)
class Evaluation:
    """Everything that was measured. `possible` is the confidence in all answers, whatever the judge thinks of them.

    None: `recall` without a file of concepts, `confidence` without answers, `judgement`, `fusion` and `possible` where
    nothing was to be fitted, or to too few questions.
    """

    build_id: str
    rows: tuple[Scored, ...]
    recall: tuple[measures.Recall, ...] | None
    rules: tuple[measures.Rule, ...]
    legs: Mapping[str, Json]
    confidence: measures.Confidence | None
    judgement: Judgement | None = None
    fusion: Fusion | None = None
    possible: measures.Confidence | None = None

    @cached_property
    def scores(self) -> dict[str, Json]:
        return score.table(self.rows)

    @property
    def failures(self) -> tuple[Scored, ...]:
        return tuple(r for r in self.rows if not r.resolved)

    @cached_property
    def causes(self) -> dict[str, int]:
        """How many questions failed for each cause (kg.evaluation.score.CAUSES)."""
        counts = Counter(r.cause for r in self.failures)
        return {cause: counts[cause] for cause in score.CAUSES}


def run(
    kb: KnowledgeBase,
    questions: Path,
    *,
    labels: Path | None,
    concepts: Path | None,
    report: Path | None,
    as_json: bool,
    fit: bool = True,
) -> None:
    """UsageError, before anything is asked: a file that cannot be used, naming its line."""
    asked = gold.read_questions(questions)
    named = gold.read_labels(labels) if labels is not None else {}
    wanted = gold.read_concepts(concepts) if concepts is not None else None
    with bar() as progress:
        result = evaluate(kb, asked, labels=named, concepts=wanted, progress=progress, fit=fit)
    if report is not None:
        from kg.evaluation.report import write

        written = write(result, report, title=questions.name)
        print(f"wrote {written}", file=sys.stderr)
    if as_json:
        import json

        print(json.dumps(shaped(result), ensure_ascii=False, indent=2))
    else:
        from kg.evaluation.tables import show

        show(result, sys.stdout)


def evaluate(
    kb: KnowledgeBase,
    questions: Sequence[Question],
    *,
    labels: Mapping[str, Sequence[str]],
    concepts: Sequence[GoldConcept] | None = None,
    progress: Progress = silent,
    fit: bool = False,
) -> Evaluation:
    """`fit`: the weights of the choice and the shares of the legs too, which takes about as long as the rest."""
    kb.warm()  # so that the first question does not wait for the model
    rows = []
    for n, question in enumerate(questions, start=1):
        rows.append(_ask(kb, question, labels=labels))
        progress("Questions", n, len(questions))
    searched = [(r.question, r.values) for r in rows if "search_evidence@5" in r.values]
    given = [r for r in rows if r.given]
    drafted = judge.drafts(kb, questions, progress=progress) if fit and len(questions) >= judge.LEAST else []
    return Evaluation(
        build_id=kb.build_id,
        rows=tuple(rows),
        recall=measures.recall(concepts, kb.graph.concepts.values()) if concepts is not None else None,
        rules=measures.rules(kb.graph.facts, [(r.question, r.answer) for r in given if r.question.answerable]),
        legs=_legs(kb, searched, labels=labels, progress=progress),
        confidence=measures.confidence((r.answer["confidence"], r.right) for r in given),
        judgement=judge.judge(drafted) if drafted else None,
        fusion=fusion.fusion(kb, questions, labels=labels, progress=progress) if fit else None,
        possible=measures.confidence(judge.confident(drafted)),
    )


def _ask(kb: KnowledgeBase, question: Question, *, labels: Mapping[str, Sequence[str]]) -> Scored:
    """A broken answer is a failed question, never a lost run: whatever is raised becomes the reason."""
    said = " ".join(question.q.split())
    answer: Json = {}
    ms = None
    try:
        began = time.perf_counter()
        answer = views.answer(kb, kb.ask(said))
        ms = (time.perf_counter() - began) * 1000
        hits = [views.hit(kb, hit) for hit in kb.search(said, limit=score.HITS).hits]
        values = score.grade(question, answer, hits, labels=labels, true=lambda evidence: _true(kb, evidence))
        return Scored(question, values, answer, ms, rank=score.rank(question, hits))
    except Exception as problem:
        why = str(problem) if isinstance(problem, KgError) else f"{type(problem).__name__}: {problem}"
        return Scored(question, {"resolved": False}, answer, ms, error=why)


def _true(kb: KnowledgeBase, evidence: Json) -> bool:
    try:
        raw = kb.document(evidence["document"]).raw
    except NotFound:
        return False
    return bool(evidence["quote"]) and raw[evidence["start"] : evidence["end"]] == evidence["quote"]


def _legs(
    kb: KnowledgeBase,
    rows: Sequence[tuple[Question, Mapping[str, float]]],
    *,
    labels: Mapping[str, Sequence[str]],
    progress: Progress,
) -> dict[str, Json]:
    """The measures of search with all legs, then with each of them switched off."""
    from kg.search_legs import LEGS

    done = 0

    def without(question: Question, leg: str) -> Mapping[str, float]:
        nonlocal done
        result = kb.index.search(" ".join(question.q.split()), limit=score.HITS, legs=LEGS - {leg})
        done += 1
        progress("Searches without a leg", done, len(rows) * len(LEGS))
        return score.found(question, [views.hit(kb, hit) for hit in result.hits], labels=labels)

    return measures.legs(rows, LEGS, without=without)


def shaped(result: Evaluation) -> Json:
    """One JSON object; shares are 0 to 1 to four places, null where nothing could be measured.

    `{build_id, ask_ms_p50, scores: {group: {n, measure}}, legs: {name: {n, measure}}, rules: [...],
    concepts: {salience: {n, found, recall, missed}} | null, confidence: {...} | null,
    fits: {judge: {present, fitted, cross_validated, ...} | null, search: {...} | null}, causes: {cause: n},
    failures: [...]}`
    """
    return {
        "build_id": result.build_id,
        "ask_ms_p50": score.median_ms(result.rows),
        "scores": result.scores,
        "legs": dict(result.legs),
        "rules": [
            {
                "rule": r.name,
                "statements": r.statements,
                "cited": r.cited,
                "cited_at_gold": r.at_gold,
                "precision": r.precision,
            }
            for r in result.rules
        ],
        "concepts": None if result.recall is None else {r.salience: _recall(r) for r in result.recall},
        "confidence": None if result.confidence is None else _confidence(result.confidence),
        "fits": {
            "judge": None if result.judgement is None else _judgement(result.judgement),
            "search": None if result.fusion is None else asdict(result.fusion),
        },
        "causes": result.causes,
        "failures": [
            {
                "id": r.question.id,
                "type": r.question.type,
                "lang": r.question.lang,
                "q": r.question.q,
                "cause": r.cause,
                "why": r.why,
                "rank": r.rank,
                "lacking": r.lacking,
                "status": r.answer.get("status"),
                "answer": r.answer.get("answer"),
            }
            for r in result.failures
        ],
    }


def _recall(recall: measures.Recall) -> Json:
    return {
        "n": recall.of,
        "found": recall.found,
        "recall": recall.value,
        "missed": [
            {"id": g.id, "labels": list(g.labels), "kind": g.kind, "mentions": [str(m) for m in g.mentions]}
            for g in recall.missed
        ],
    }


def _confidence(found: measures.Confidence) -> Json:
    return {
        "n": found.n,
        "expected_calibration_error": found.error,
        "brier": found.brier,
        "area_under_risk_coverage": found.area,
        "coverage_at_5_percent_risk": found.safe,
        "bins": [
            {"low": b.low, "high": b.high, "n": b.n, "confidence": round(b.confidence, 4), "right": round(b.right, 4)}
            for b in found.bins
        ],
        "risk_coverage": [[round(coverage, 4), round(risk, 4)] for coverage, risk in found.curve],
    }


def _judgement(found: Judgement) -> Json:
    return {
        "n": found.n,
        "folds": found.folds,
        "repeats": found.repeats,
        "present": asdict(found.present),
        "fitted": asdict(found.fitted),
        "cross_validated": asdict(found.cross_validated),
        "possible": found.possible,
        "weights": {name: round(weight, 3) for name, weight in found.weights.items()},
        "penalty": found.penalty,
    }
