"""The choice of answers (kg.answering.choice): as it is, fitted to the questions, and fitted to others than it judges.

Every question is answered once in all ways; then it is known which of the candidates are right, and only the weights
are fitted. `python bench/answer_choice.py` does this for several question files at once and writes the weights.

What is fitted is measured twice: on the questions that it was fitted to, which flatters it, and by cross-validation,
where every question is judged by weights that come from other questions. Questions about the same lines stay together.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from kg import views
from kg.answer import Answerer, Choice, chosen
from kg.answering import choice, signs
from kg.answering.candidates import candidates
from kg.answering.choice import Model
from kg.answering.draft import Desk, Draft, brief
from kg.answering.signs import Judged, Signs
from kg.errors import KgError
from kg.evaluation import fitting, measures, score
from kg.evaluation.gold import Question
from kg.model import Answer, Evidence
from kg.progress import Progress, silent

if TYPE_CHECKING:
    from kg.base import KnowledgeBase

FOLDS, REPEATS = 10, 3
LEAST = 20  # questions from which fitting makes sense
RARE = 6  # candidates that must have a sign, so that a weight is given to it
# What is known of signs that few questions have: towards these the weights are pulled, the others towards 0.
PRIOR = {
    "share": 2.0, "open": -5.0, "uncounted": -5.0, "thin": -4.0, "foreign": -2.0, "off-subject": -4.0, "beyond": -6.0,
    "refuse-stranger": 3.0,
}  # fmt: skip
# What a sign can only speak for, or only against, whatever the questions at hand seem to say: what is known of it
# holds in a course of any size. A list of something else is surely no answer; few questions have nothing but such.
FOR = (
    "share", "meaning", "nearest", "relevance", "stands-out", "direct", "own-direct", "hit", "cued", "count",
    "refuse-unknown", "refuse-stranger", "refuse-meaning", "refuse-unlike", "refuse-irrelevant", "refuse-size",
)  # fmt: skip
AGAINST = (
    "missing-telling", "behind", "farther", "less-relevant", "absent", "foreign", "residue", "thin", "uncounted",
    "undated", "nobody", "open", "outside", "miscount", "place", "beyond", "defined-otherwise",
)  # fmt: skip
BOUNDS = dict.fromkeys(FOR, (0.0, math.inf)) | dict.fromkeys(AGAINST, (-math.inf, 0.0))
BOUNDS |= {"off-subject": (-math.inf, -4.0), "thin": (-math.inf, -4.0), "beyond": (-math.inf, -6.0)}
WITHOUT = 0.02  # weight of a question asked as if its gold lines did not stand in the sources
REFUSED = 1.0  # weight of a question that the sources do not answer
LOST = 0.2  # weight of one that none of the candidates answers rightly: better to say no, but no example of it


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question with all that could be answered, and which of it is right and cited at the gold lines."""

    judged: tuple[Judged, ...]
    refusal: Signs
    right: tuple[bool, ...]
    answerable: bool
    group: str  # questions that must not judge each other
    weight: float | None = None  # of one that is fitted to, but not counted; None: counted, with a weight of its kind

    @property
    def possible(self) -> bool:
        return any(self.right)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the questions that count; the last three are of the answers given (measures.Confidence)."""

    resolved: float
    unanswerable_refused: float | None
    answerable_refused: float | None
    right_refused: float | None  # of the answerable questions, those that lose a right answer
    error: float | None
    brier: float | None
    area: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`possible`: share of the answerable questions for which some candidate is right."""

    n: int
    possible: float
    present: Figures
    fitted: Figures
    cross_validated: Figures
    weights: Mapping[str, float]  # fitted to all
    penalty: float = fitting.PENALTY
    folds: int = FOLDS
    repeats: int = REPEATS


def drafts(
    kb: KnowledgeBase,
    questions: Sequence[Question],
    *,
    progress: Progress = silent,
    answerer: Callable[[Question], Answerer] | None = None,
) -> list[Drafted]:
    """Candidates, signs and truth for `questions`; one that cannot be asked at all has no candidates.

    After each question that the sources answer stands the same one as if they did not: without the gold lines, and
    without what says the same elsewhere. It has to be refused.

    answerer  of each question; without it that of the knowledge base for all of them
    """
    out = []
    for n, question in enumerate(questions, start=1):
        out += _drafts(kb, answerer(question) if answerer else kb.answerer, question)
        progress("Answers for the judge", n, len(questions))
    return out


def foreign(kb: KnowledgeBase, questions: Sequence[str], *, weight: float) -> list[Drafted]:
    """Questions about something else, each with this weight: all have to be refused; they are not counted."""
    desks = [(q, kb.answerer.desk(q)) for q in questions if q.strip()]
    return [
        Drafted(judged, signs.refusal(desk), (False,) * len(judged), False, q, weight)
        for q, desk in desks
        for judged in [tuple(signs.judged(desk, candidates(desk)))]
    ]


def _drafts(kb: KnowledgeBase, answerer: Answerer, question: Question) -> list[Drafted]:
    said = " ".join(question.q.split())
    group = str(question.places[0]) if question.places else score.fold(said)
    try:
        desk = answerer.desk(said)
    except KgError:  # such a question is a failed one in the other figures too
        return [Drafted((), {"refuse": 1.0}, (), question.answerable, group)]
    judged = tuple(signs.judged(desk, candidates(desk)))
    right = tuple(question.answerable and _right(kb, question, j) for j in judged)
    out = [Drafted(judged, signs.refusal(desk), right, question.answerable, group)]
    if question.answerable:
        rest = _without(desk, question)
        near = [c for c in candidates(rest) if not _cites(c.draft, question) and not _says(c.draft, question)]
        left = tuple(signs.judged(rest, near))
        out.append(Drafted(left, signs.refusal(rest), (False,) * len(left), False, group, WITHOUT))
    return out


def _without(desk: Desk, question: Question) -> Desk:
    """The desk as if the gold lines did not stand in the sources."""
    ranked = [s for s in desk.ranked if not _at_gold(s.claim.evidence, question)]
    hits = [replace(h, evidence=tuple(e for e in h.evidence if not _at_gold(e, question))) for h in desk.hits]
    return replace(desk, ranked=ranked, hits=[h for h in hits if h.evidence])


def _at_gold(evidence: Evidence, question: Question) -> bool:
    return score.at_gold({"document": evidence.document, "lines": list(evidence.lines)}, question.places)


def _cites(draft: Draft, question: Question) -> bool:
    everything = [*draft.evidence, *(e for i in draft.items for e in i.evidence)]
    return any(_at_gold(e, question) for e in everything)


def _says(draft: Draft, question: Question) -> bool:
    shown = {"answer": brief(draft.text), "items": [{"label": i.label} for i in draft.items]}
    return score.says(score.said(shown), question.must_contain, question.must_order)


def _right(kb: KnowledgeBase, question: Question, judged: Judged) -> bool:
    draft = judged.candidate.draft
    shown = Answer(question.q, "answered", draft.type, brief(draft.text), draft.items, (), draft.evidence)
    given = score.grade(question, views.answer(kb, shown), [], labels={}, true=lambda _: True)
    return bool(given["resolved"])


def judge(rows: Sequence[Drafted], *, model: Model | None = None) -> Judgement | None:
    """None where there are too few questions, or none that can be answered rightly."""
    counted = [r for r in rows if r.weight is None]
    if len(counted) < LEAST or not any(r.possible for r in counted):
        return None
    names = sign_names(rows)
    cases = [_case(r, names) for r in rows]
    prior = np.array([PRIOR.get(name, 0.0) for name in names])
    bounds = [BOUNDS.get(name, (-math.inf, math.inf)) for name in names]
    found = fitting.fit(cases, prior=prior, bounds=bounds)
    sums = []
    for seed in range(REPEATS):
        given: list[Choice] = [Choice(None, 0.0, 1.0)] * len(rows)
        for part in fitting.folds([r.group for r in rows], FOLDS, seed=seed):
            held = set(part.tolist())
            rest = [c for i, c in enumerate(cases) if i not in held]
            other = _model(names, fitting.fit(rest, prior=prior, bounds=bounds))
            for i in part.tolist():
                given[i] = _choice(rows[i], other)
        sums.append(figures(rows, given))
    fitted = _model(names, found)
    answerable = [r for r in counted if r.answerable]
    return Judgement(
        n=len(counted),
        possible=_share([r.possible for r in answerable]) or 0.0,
        present=figures(rows, [_choice(r, model or choice.model()) for r in rows]),
        fitted=figures(rows, [_choice(r, fitted) for r in rows]),
        cross_validated=_mean(sums),
        weights=fitted.weights,
    )


def sign_names(rows: Sequence[Drafted]) -> list[str]:
    """Signs that enough candidates or questions have, sorted."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row.refusal)
        for judged in row.judged:
            counts.update(judged.signs)
    return sorted(name for name, n in counts.items() if n >= RARE)


def figures(rows: Sequence[Drafted], given: Sequence[Choice]) -> Figures:
    pairs = [(r, c) for r, c in zip(rows, given, strict=True) if r.weight is None]
    kept = [(r, c.answers, r.answerable and _is_right(r, c), c.confidence) for r, c in pairs]
    answerable = [row for row in kept if row[0].answerable]
    sure = measures.confidence((p, good) for _, yes, good, p in kept if yes)
    return Figures(
        resolved=_share([yes and good if r.answerable else not yes for r, yes, good, _ in kept]) or 0.0,
        unanswerable_refused=_share([not yes for r, yes, *_ in kept if not r.answerable]),
        answerable_refused=_share([not yes for _, yes, *_ in answerable]),
        right_refused=_share([good and not yes for _, yes, good, _ in answerable]),
        error=sure.error if sure else None,
        brier=sure.brier if sure else None,
        area=sure.area if sure else None,
    )


def _is_right(row: Drafted, given: Choice) -> bool:
    return any(good and given.best is j for j, good in zip(row.judged, row.right, strict=True))


def confident(rows: Sequence[Drafted]) -> list[tuple[float, bool]]:
    """Confidence and truth of the best answer to each question, whether it is given or not."""
    best = [(r, _choice(r, choice.model())) for r in rows if r.judged and r.weight is None]
    return [(c.confidence, r.answerable and _is_right(r, c)) for r, c in best]


def _choice(row: Drafted, model: Model) -> Choice:
    return chosen(row.judged, row.refusal, model)


def _case(row: Drafted, names: Sequence[str]) -> fitting.Case:
    options = [*(j.signs for j in row.judged), row.refusal]
    table = np.array([[one.get(name, 0.0) for name in names] for one in options])
    no = not row.possible
    own = 1.0 if row.possible else LOST if row.answerable else REFUSED
    weight = own if row.weight is None else row.weight
    return fitting.Case(table, np.array([*row.right, no]), weight)


def _model(names: Sequence[str], weights: np.ndarray) -> Model:  # type: ignore[type-arg, unused-ignore]
    return Model(dict(zip(names, weights.tolist(), strict=True)), "fitted")


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None


def _mean(of: Sequence[Figures]) -> Figures:
    def mean(name: str) -> float | None:
        values = [v for f in of if (v := getattr(f, name)) is not None]
        return round(sum(values) / len(values), 4) if values else None

    names = [f.name for f in fields(Figures)]
    return Figures(**{name: mean(name) for name in names})  # type: ignore[arg-type]  # resolved is always there
