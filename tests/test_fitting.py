"""Fitting: against the loss written out, near the prior where little speaks against it, judged on what was left out."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answering.candidates import Candidate
from kg.answering.choice import Model, model, probabilities
from kg.answering.draft import Draft
from kg.answering.signs import Judged
from kg.evaluation import fitting, fusion, judge
from kg.evaluation.fitting import Case
from kg.model import Evidence
from kg.search import WEIGHTS


def cases_of(n: int, *, seed: int = 0, truth: tuple[float, ...] = (3.0, -2.0)) -> list[Case]:
    """Questions with five options, one of which is taken by chance, as the true weights have it."""
    chance = np.random.default_rng(seed)
    out = []
    for _ in range(n):
        signs = chance.random((5, len(truth)))
        p = np.exp(signs @ np.array(truth))
        right = np.zeros(5, dtype=bool)
        right[chance.choice(5, p=p / p.sum())] = True
        out.append(Case(signs, right, float(chance.random())))
    return out


def loss(at: list[float], cases: list[Case], prior: list[float], penalty: float) -> float:
    total = penalty / 2 * sum((a - b) ** 2 for a, b in zip(at, prior, strict=True))
    for case in cases:
        raised = [math.exp(sum(a * b for a, b in zip(at, row, strict=True))) for row in case.signs.tolist()]
        good = sum(r for r, yes in zip(raised, case.right.tolist(), strict=True) if yes)
        total -= case.weight * math.log(good / sum(raised))
    return total


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), penalty=st.sampled_from([0.5, 2.0, 32.0]), pull=st.floats(-2, 2))
def test_no_step_makes_the_fit_better(seed: int, penalty: float, pull: float) -> None:
    cases = cases_of(30, seed=seed)
    prior = [pull, 0.5]
    found = fitting.fit(cases, prior=np.array(prior), penalty=penalty).tolist()
    best = loss(found, cases, prior, penalty)
    for i in range(2):
        for step in (-1e-2, 1e-2):
            other = [v + step * (j == i) for j, v in enumerate(found)]
            assert loss(other, cases, prior, penalty) > best


def test_a_strong_pull_keeps_the_prior_and_a_weak_one_learns() -> None:
    cases = cases_of(400)
    near = fitting.fit(cases, penalty=1e6)
    assert np.abs(near).max() < 0.01
    far = fitting.fit(cases, penalty=0.5)
    assert far[0] > 2
    assert far[1] < -1


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8))
def test_chances_add_up_and_keep_the_order(utilities: list[float]) -> None:
    p = probabilities(utilities)
    assert sum(p) == pytest.approx(1)
    assert all(
        (a > b) <= (x >= y) for a, x in zip(utilities, p, strict=True) for b, y in zip(utilities, p, strict=True)
    )


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40), st.integers(1, 6), st.integers(0, 5))
def test_folds_part_the_rows_and_keep_groups_together(groups: list[str], count: int, seed: int) -> None:
    parts = fitting.folds(groups, count, seed=seed)
    assert sorted(i for part in parts for i in part.tolist()) == list(range(len(groups)))
    assert all(len(part) for part in parts)
    assert len(parts) <= count
    where = {(groups[i], n) for n, part in enumerate(parts) for i in part.tolist()}
    assert len(where) == len(set(groups))
    assert [p.tolist() for p in fitting.folds(groups, count, seed=seed)] == [p.tolist() for p in parts]


# -- the judge


def judged(way: str, signs: dict[str, float], at: int) -> Judged:
    evidence = Evidence("note.md", 10 * at, 10 * at + 4, (at + 1, at + 1), "text")
    return Judged(Candidate(way, 0, Draft("other", f"{way} {at}", (), (), (evidence,))), signs, ())


def drafted(n: int, *, noise: bool = False, seed: int = 0) -> list[judge.Drafted]:
    """Questions with three candidates of which the one with the highest share is right, or one by chance; each sixth
    question is not answered by the sources: no share is high there."""
    chance = np.random.default_rng(seed)
    out = []
    for i in range(n):
        answerable = i % 6 != 0
        shares = chance.random(3) * 0.4
        best = int(chance.integers(3))
        if answerable and not noise:
            shares[best] = 0.7 + 0.3 * chance.random()
        options = tuple(judged("lines", {"share": float(s)}, at) for at, s in enumerate(shares))
        right = tuple(answerable and at == best for at in range(3))
        out.append(judge.Drafted(options, {"refuse": 1.0}, right, answerable, f"g{i}"))
    return out


def test_figures_count_what_is_given_and_what_is_right() -> None:
    found = judge.judge(drafted(120), model=Model({"share": 10.0, "refuse": 6.0}, "by hand"))
    assert found is not None
    assert found.present.resolved > 0.95
    assert found.present.unanswerable_refused == 1.0
    assert found.possible == 1.0
    always = judge.judge(drafted(120), model=Model({"share": 1.0, "refuse": -50.0}, "by hand"))
    assert always is not None
    assert always.present.unanswerable_refused == 0.0
    assert always.present.resolved == pytest.approx(100 / 120, abs=0.01)


def test_what_can_be_learnt_is_learnt_from_other_questions() -> None:
    found = judge.judge(drafted(120), model=Model({}, "nothing"))
    assert found is not None
    assert found.weights["share"] > 2
    assert found.cross_validated.resolved > 0.9
    assert found.cross_validated.resolved > found.present.resolved


def test_noise_is_seen_by_the_cross_validated_figures() -> None:
    gaps = []
    for seed in range(3):
        found = judge.judge(drafted(60, noise=True, seed=seed))
        assert found is not None
        gaps.append(found.fitted.resolved - found.cross_validated.resolved)
    assert sum(gaps) >= 0


def test_the_judgement_is_the_same_each_time_and_none_for_few() -> None:
    rows = drafted(40)
    assert judge.judge(rows) == judge.judge(rows)
    assert judge.judge(rows[:10]) is None
    assert judge.judge([replace(r, right=(False,) * 3) for r in rows]) is None


def test_what_does_not_count_is_fitted_to_but_not_counted() -> None:
    rows = drafted(60)
    far = [replace(r, right=(False,) * 3, answerable=False, weight=1.0) for r in drafted(60, seed=9)]
    alone, with_far = judge.judge(rows), judge.judge([*rows, *far])
    assert alone is not None
    assert with_far is not None
    assert alone.n == with_far.n == 60
    assert with_far.present == alone.present
    assert with_far.weights["refuse"] > alone.weights["refuse"]


def test_the_shipped_weights_name_signs_and_the_command_that_found_them() -> None:
    found = model()
    assert "bench/answer_choice.py" in found.found_by
    assert {"share", "refuse", "direct"} <= found.weights.keys()
    assert all(abs(w) < 20 for w in found.weights.values())


# -- the legs


def test_legs_are_climbed_one_by_one_and_small_gains_change_nothing() -> None:
    def measured(factors: fusion.Factors) -> list[fusion.Measured]:
        labels, text, dense, graph = factors
        good = 0.5 + 0.1 * (text == 2.0) - 0.2 * (labels != 1.0) + 0.004 * (dense == 0.5) + 0.1 * (graph == 0.7)
        return [{"m": good}, {"m": 0.9 - good}]

    assert fusion.climb(measured, [0]) == (1.0, 2.0, 1.0, 0.7)
    assert fusion.climb(measured, [1])[0] != 1.0  # the other question wants the opposite
    assert fusion.climb(measured, [0, 1]) == (1.0, 1.0, 1.0, 1.0)


def test_a_factor_takes_all_shares_of_its_leg_and_nothing_else() -> None:
    doubled = fusion.scaled(WEIGHTS, (1.0, 1.0, 1.0, 2.0))
    changed = {f.name for f in fields(WEIGHTS) if getattr(doubled, f.name) != getattr(WEIGHTS, f.name)}
    assert {n for n in changed if n.endswith(("_vote", "_spread", "_section"))} == changed
    assert "passage_spread" in changed
    assert fusion.scaled(WEIGHTS, (1.0,) * 4) == WEIGHTS
    assert fusion.scaled(WEIGHTS, (2.0, 1.0, 1.0, 1.0)).described_labels == pytest.approx(WEIGHTS.described_labels)
