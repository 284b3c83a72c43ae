"""Fitting: against the loss written out, near the prior where little speaks against it, judged on what was left out."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answer import Limits
from kg.evaluation import fitting, fusion, judge, measures
from kg.evaluation.fitting import Model
from kg.search import WEIGHTS


def rows_of(n: int, *, seed: int = 0, truth: tuple[float, ...] = (3.0, -2.0)) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    x = chance.random((n, len(truth)))
    p = 1 / (1 + np.exp(-(x @ np.array(truth) - 0.4)))
    return x, chance.random(n) < p


def loss(model: Model, x: np.ndarray, right: np.ndarray, prior: Model, penalty: float, weight: list[float]) -> float:
    total = 0.0
    for row, good, share in zip(x.tolist(), right.tolist(), weight, strict=True):
        p = 1 / (1 + math.exp(-(model.bias + sum(a * b for a, b in zip(model.weights, row, strict=True)))))
        total -= share * math.log(p if good else 1 - p)
    away = (model.bias - prior.bias) ** 2
    away += sum((a - b) ** 2 for a, b in zip(model.weights, prior.weights, strict=True))
    return total + penalty / 2 * away


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), penalty=st.sampled_from([0.5, 2.0, 32.0]), bias=st.floats(-2, 2))
def test_no_step_makes_the_fit_better(seed: int, penalty: float, bias: float) -> None:
    x, right = rows_of(40, seed=seed)
    weight = np.random.default_rng(seed).random(40)
    prior = Model(bias, (1.0, 0.5))
    found = fitting.fit(x, right, prior=prior, penalty=penalty, weight=weight)
    best = loss(found, x, right, prior, penalty, weight.tolist())
    for i in range(3):
        for step in (-1e-3, 1e-3):
            values = [found.bias, *found.weights]
            values[i] += step
            other = Model(values[0], tuple(values[1:]))
            assert loss(other, x, right, prior, penalty, weight.tolist()) > best


def test_a_strong_pull_keeps_the_prior_and_a_weak_one_learns() -> None:
    x, right = rows_of(400)
    prior = Model(0.0, (0.0, 0.0))
    near = fitting.fit(x, right, prior=prior, penalty=1e6)
    assert max(map(abs, near.weights)) < 0.01
    far = fitting.fit(x, right, prior=prior, penalty=0.5)
    assert far.weights[0] > 1.5
    assert far.weights[1] < -1


def test_rows_that_all_agree_do_not_run_away() -> None:
    x = np.linspace(0, 1, 30)[:, None]
    found = fitting.fit(x, x[:, 0] > 0.5, prior=Model(0.0, (0.0,)), penalty=0.5)
    assert 1 < found.weights[0] < 50


def test_temperature_and_threshold_are_found() -> None:
    x, right = rows_of(600)
    sure = Model(-4.0, (30.0, -20.0))  # ten times too sure: the right order, wrong confidences
    found = fitting.tuned(
        x, right, [str(i) for i in range(600)], prior=sure,
        value=lambda yes, rows: float(np.where(right[rows], 1, -1)[yes].sum()),
    )  # fmt: skip
    own = measures.confidence(zip(sure.probability(x).tolist(), right.tolist(), strict=True))
    mended = measures.confidence(zip(found.probability(x).tolist(), right.tolist(), strict=True))
    assert own is not None
    assert mended is not None
    assert mended.error < own.error / 3
    assert abs(found.threshold - 0.5) <= 0.1
    assert np.allclose(found.calibrated.probability(x), found.probability(x))


def test_where_wrong_answers_cost_nothing_more_is_said() -> None:
    x, right = rows_of(300)
    groups = [str(i) for i in range(300)]
    prior = Model(-0.4, (3.0, -2.0))
    bold = fitting.tuned(x, right, groups, prior=prior, value=lambda yes, rows: float(right[rows][yes].sum()))
    shy = fitting.tuned(
        x, right, groups, prior=prior, value=lambda yes, rows: float(np.where(right[rows], 1, -4)[yes].sum())
    )
    assert bold.threshold < shy.threshold


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


def drafted(n: int, *, noise: bool = False, seed: int = 0) -> list[judge.Drafted]:
    """Answers that are right where the share is high, or by chance; each sixth question has no answer."""
    chance = np.random.default_rng(seed)
    out = []
    for i in range(n):
        share = float(chance.random()) * (1.0 if i % 6 else 0.6)
        values = [float(chance.random()) for _ in judge.SIGNS]
        signs = tuple(
            share if name == "share" else value if noise else 0.0
            for name, value in zip(judge.SIGNS, values, strict=True)
        )
        answerable = i % 6 != 0
        right = answerable and (bool(chance.random() < 0.5) if noise else share > 0.6)
        out.append(judge.Drafted(signs, 0.9, right, answerable, f"g{i}"))
    return out


def test_figures_by_hand() -> None:
    none = (0.0,) * len(judge.SIGNS)
    rows = [
        judge.Drafted(none, 0.8, True, True, "a"),
        judge.Drafted(none, 0.8, False, True, "b"),
        judge.Drafted(none, 0.2, True, True, "c"),
        judge.Drafted(None, 0.0, False, True, "d"),
        judge.Drafted(none, 0.7, False, False, "e"),
        judge.Drafted(None, 0.0, False, False, "f"),
        judge.Drafted(none, 0.9, False, False, "far", foreign=True),
    ]
    p = np.array([r.present for r in rows])
    found = judge.figures(rows, p, p >= 0.5)
    assert found.resolved == round(2 / 6, 4)
    assert found.unanswerable_refused == 0.5
    assert found.answerable_refused == 0.5
    assert found.right_refused == 0.25
    assert found.error == round((2 * abs(0.8 - 0.5) + 0.7) / 3, 4)


def test_what_can_be_learnt_is_and_holds_for_questions_left_out() -> None:
    found = judge.judge(drafted(120), limits=replace(Limits(), bias=3.0))
    assert found is not None
    assert found.present.unanswerable_refused == 0  # everything is answered
    for figures in (found.fitted, found.cross_validated):
        assert figures.unanswerable_refused is not None
        assert figures.right_refused is not None
        assert figures.unanswerable_refused > 0.9
        assert figures.right_refused < 0.1
    assert found.cross_validated.error is not None
    assert found.present.error is not None
    assert found.cross_validated.error < found.present.error
    assert judge.limits_of(found.model).share == round(found.model.weights[judge.SIGNS.index("share")], 2)


def test_what_is_chance_flatters_the_fitted_figures_only() -> None:
    """The reason for both columns: nothing can be learnt here, and only the left-out figures say so."""
    fitted, left_out = [], []
    for seed in range(4):
        found = judge.judge(drafted(40, noise=True, seed=seed), limits=replace(Limits(), bias=0.0))
        assert found is not None
        fitted.append(found.fitted.brier or 0)
        left_out.append(found.cross_validated.brier or 0)
    assert sum(fitted) < sum(left_out)


def test_the_judgement_is_the_same_each_time_and_none_for_few() -> None:
    rows = drafted(40)
    assert judge.judge(rows) == judge.judge(rows)
    assert judge.judge(rows[:10]) is None
    assert judge.judge([replace(r, right=False) for r in rows]) is None


def test_foreign_questions_are_fitted_to_but_not_counted() -> None:
    rows = drafted(60)
    far = [replace(r, right=False, answerable=False, foreign=True, group=f"far {r.group}") for r in drafted(60, seed=9)]
    alone, with_far = judge.judge(rows), judge.judge(rows + far)
    assert alone is not None
    assert with_far is not None
    assert alone.n == with_far.n == 60
    x = np.array([r.signs for r in far])
    assert with_far.model.probability(x).mean() < alone.model.probability(x).mean()
    assert with_far.present == alone.present


def test_every_sign_has_its_weight() -> None:
    assert {*judge.SIGNS, "bias", "answered"} <= {f.name for f in fields(Limits)}


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
