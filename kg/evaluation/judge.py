"""The judge of answers (kg.answer.Limits): as it is, fitted to the questions, and fitted to others than it judges.

Every question is answered once whatever the judge thinks of the answer; then it is known which answers are right, and
only the judge's weights are fitted, to the signs of these answers. `python bench/answer_limits.py` does this for
several question files at once and prints the weights.

What is fitted is measured twice: on the questions that it was fitted to, which flatters it, and by cross-validation,
where every question is judged by weights that come from other questions. Questions about the same lines stay together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from kg import views
from kg.answer import Answerer, Limits, Signs
from kg.errors import KgError
from kg.evaluation import fitting, measures, score
from kg.evaluation.gold import Question
from kg.progress import Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.base import KnowledgeBase

SIGNS = tuple(f.name for f in fields(Signs))
FOLDS, REPEATS = 10, 5
_WRONG = 0.25  # what a wrong answer costs, where a right one wins 1 and refusing what is not answered wins 1
LEAST = 20  # questions from which fitting makes sense


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question with the signs of its answer; `signs` is None where there was nothing to answer with."""

    signs: tuple[float, ...] | None
    present: float  # confidence that the judge has now
    right: bool  # the answer is right and cited at the gold lines
    answerable: bool
    group: str  # questions that must not judge each other
    weight: float = 1.0
    foreign: bool = False  # of another subject: it is fitted to, but not counted


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of questions; the last three are of the answers that are given (kg.evaluation.measures.Confidence)."""

    resolved: float
    unanswerable_refused: float | None
    answerable_refused: float | None
    right_refused: float | None  # of the answerable questions, those that lose a right answer
    error: float | None
    brier: float | None
    area: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    n: int
    present: Figures
    fitted: Figures
    cross_validated: Figures
    model: fitting.Model  # the fitted one, calibrated
    folds: int = FOLDS
    repeats: int = REPEATS


def drafts(
    kb: KnowledgeBase, questions: Sequence[Question], *, progress: Progress = silent, foreign: bool = False
) -> list[Drafted]:
    """Signs and truth of the answers to `questions`; one that cannot be answered at all has no signs."""
    answerer = Answerer(kb.graph, index=kb.index, ontology=kb.ontology, limits=replace(Limits(), answered=0.0))
    out = []
    for n, question in enumerate(questions, start=1):
        out.append(_draft(kb, answerer, question, foreign=foreign))
        progress("Answers for the judge", n, len(questions))
    return out


def _draft(kb: KnowledgeBase, answerer: Answerer, question: Question, *, foreign: bool) -> Drafted:
    said = " ".join(question.q.split())
    group = str(question.places[0]) if question.places else score.fold(said)
    signs, present, right = None, 0.0, False
    try:
        desk = answerer.desk(said)
        draft = answerer.draft(desk)
        if draft is not None:
            found, _ = answerer.signs(desk, draft)
            signs = tuple(float(getattr(found, name)) for name in SIGNS)
            present = Limits().confidence(found)
            if question.answerable and not foreign:
                shown = views.answer(kb, answerer.answer(said))
                right = bool(score.grade(question, shown, [], labels={}, true=lambda _: True)["resolved"])
    except KgError:
        pass  # such a question is a failed one in the other figures too
    return Drafted(signs, present, right, question.answerable and not foreign, group, foreign=foreign)


def judge(rows: Sequence[Drafted], *, limits: Limits | None = None) -> Judgement | None:
    """None where there are too few questions, or all of one kind."""
    limits = limits or Limits()
    counted = [r for r in rows if not r.foreign]
    drafted = [r for r in rows if r.signs is not None]
    if len(counted) < LEAST or len({r.right for r in drafted}) < 2:
        return None
    prior = fitting.Model(limits.bias, tuple(float(getattr(limits, name)) for name in SIGNS))
    model = _fit(drafted, prior)
    sums = []
    for seed in range(REPEATS):
        p, yes = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
        for part in fitting.folds([r.group for r in rows], FOLDS, seed=seed):
            held = set(part.tolist())
            known = [r for i, r in enumerate(rows) if i not in held and r.signs is not None]
            other = _fit(known, prior, seed=seed) if len({r.right for r in known}) == 2 else prior
            p[part] = _probability([rows[i] for i in part.tolist()], other)
            yes[part] = p[part] >= other.threshold
        sums.append(figures(rows, p, yes))
    now = np.array([r.present for r in rows])
    own = _probability(rows, model)
    return Judgement(
        n=len(counted),
        present=figures(rows, now, now >= limits.answered),
        fitted=figures(rows, own, own >= model.threshold),
        cross_validated=_mean(sums),
        model=model.calibrated,
    )


def figures(rows: Sequence[Drafted], p: NDArray[np.float64], yes: NDArray[np.bool_]) -> Figures:
    """`p` is the confidence in each answer, `yes` whether it is given; rows of another subject are left out."""
    kept = [(r, float(p[i]), bool(yes[i]) and r.signs is not None) for i, r in enumerate(rows) if not r.foreign]
    resolved = [given and r.right if r.answerable else not given for r, _, given in kept]
    answerable = [(r, given) for r, _, given in kept if r.answerable]
    sure = measures.confidence((c, r.right) for r, c, given in kept if given)
    return Figures(
        resolved=_share(resolved) or 0.0,
        unanswerable_refused=_share([not given for r, _, given in kept if not r.answerable]),
        answerable_refused=_share([not given for _, given in answerable]),
        right_refused=_share([r.right and not given for r, given in answerable]),
        error=sure.error if sure else None,
        brier=sure.brier if sure else None,
        area=sure.area if sure else None,
    )


def limits_of(model: fitting.Model) -> Limits:
    """What is to be written into kg.answer.Limits, to two places."""
    values = dict(zip(SIGNS, (round(w, 2) for w in model.weights), strict=True))
    return replace(Limits(), bias=round(model.bias, 2), answered=model.threshold, **values)


def _fit(rows: Sequence[Drafted], prior: fitting.Model, *, seed: int = 0) -> fitting.Model:
    x = np.array([r.signs for r in rows], dtype=np.float64)
    right = np.array([r.right for r in rows])
    good = np.where(right, 1.0, -1.0)  # a right answer gained; a wrong one, or one to what is not answered, given

    def value(yes: NDArray[np.bool_], at: NDArray[np.int64]) -> float:
        answerable = np.array([rows[i].answerable for i in at.tolist()])
        worth = np.where(answerable & ~right[at], -_WRONG, good[at])
        return float((worth * yes * weight[at]).sum())

    weight = np.array([r.weight for r in rows])
    return fitting.tuned(x, right, [r.group for r in rows], prior=prior, value=value, weight=weight, seed=seed)


def _probability(rows: Sequence[Drafted], model: fitting.Model) -> NDArray[np.float64]:
    empty = (0.0,) * len(SIGNS)
    return model.probability(np.array([r.signs or empty for r in rows], dtype=np.float64))


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None


def _mean(of: Sequence[Figures]) -> Figures:
    def mean(name: str) -> float | None:
        values = [v for f in of if (v := getattr(f, name)) is not None]
        return round(sum(values) / len(values), 4) if values else None

    names = [f.name for f in fields(Figures)]
    return Figures(**{name: mean(name) for name in names})  # type: ignore[arg-type]  # resolved is always there
