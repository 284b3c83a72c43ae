"""Finds the weights of kg.answer.Limits: a logistic model, judged by leaving each question out in turn.

    python bench/answer_limits.py HOME QUESTIONS.jsonl [--foreign QUESTIONS.jsonl --sample 60]

HOME is a build of the documents that the questions are about (format: gold/README.md). Questions of
`--foreign` (any JSON lines with "q" or "query") are about something else and must be refused; each
weighs so that all together weigh as much as a fifth of the first file.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from kg.answer import Answerer, Limits, Signs
from kg.answering.draft import ITEMS, brief
from kg.base import KnowledgeBase
from kg.settings import load_settings
from kg.text import fold

NAMES = [f.name for f in fields(Signs)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--foreign", type=Path)
    parser.add_argument("--sample", type=int, default=60)
    given = parser.parse_args()
    kb = KnowledgeBase.open(load_settings(home=given.home))
    answerer = Answerer(kb.graph, index=kb.index, ontology=kb.ontology)
    rows, right, weight = [], [], []
    asked = [json.loads(line) for line in given.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    for q in asked:
        vector, good = judge(answerer, q)
        rows.append(vector)
        right.append(good)
        weight.append(1.0)
    if given.foreign:
        others = [json.loads(line) for line in given.foreign.read_text(encoding="utf-8").splitlines() if line.strip()]
        others = [o for o in others if o.get("kind", "question->section") == "question->section"]
        others = random.Random(0).sample(others, min(given.sample, len(others)))
        for o in others:
            vector, _ = judge(answerer, {"q": o.get("q") or o["query"], "answerable": False})
            rows.append(vector)
            right.append(False)
            weight.append(0.2 * len(asked) / len(others))
    x, y, w = np.array(rows), np.array(right), np.array(weight)
    kept = np.ptp(x, axis=0) > 0

    def fit(train: np.ndarray) -> LogisticRegression:
        return LogisticRegression(C=1.0).fit(x[train][:, kept], y[train], sample_weight=w[train])

    left_out = np.array(
        [fit(np.arange(len(y)) != i).predict_proba(x[i : i + 1, kept])[0, 1] for i in range(len(asked))]
    )
    answerable = np.array([q.get("answerable", True) for q in asked])
    for name, p in (
        ("fitted", fit(np.arange(len(y)) >= 0).predict_proba(x[: len(asked), kept])[:, 1]),
        ("left out", left_out),
    ):
        for limit in (0.3, 0.35, 0.4, 0.45, 0.5):
            given_ = p >= limit
            resolved = np.where(answerable, given_ & y[: len(asked)], ~given_).mean()
            print(
                f"{name:9s} limit {limit}: resolved {resolved:.3f}, "
                f"unanswerable refused {(~given_[~answerable]).mean():.3f}, "
                f"right ones refused {(~given_ & y[: len(asked)]).sum() / answerable.sum():.3f}"
            )
    model = fit(np.arange(len(y)) >= 0)
    weights = iter(model.coef_[0])
    print("bias", round(float(model.intercept_[0]), 2))
    for name, used in zip(NAMES, kept, strict=True):
        print(name, round(float(next(weights)), 2) if used else f"{getattr(Limits(), name)} (no row has it: kept)")


def judge(answerer: Answerer, q: dict) -> tuple[list[float], bool]:
    """Signs of the answer that would be given, and whether it is right and cited at the gold lines."""
    desk = answerer.desk(q["q"])
    draft = answerer.draft(desk)
    if draft is None:
        return [0.0] * len(NAMES), False
    signs, _ = answerer.signs(desk, draft)
    vector = [float(getattr(signs, name)) for name in NAMES]
    if not q.get("answerable", True):
        return vector, False
    said = fold(" | ".join([brief(draft.text), *(i.label for i in draft.items[:ITEMS])]))
    told = all(any(fold(option) in said for option in options) for options in q.get("must_contain", ()))
    cited = [*draft.evidence, *(e for i in draft.items for e in i.evidence)]
    at = any(
        e.document == g["file"] and e.lines[0] <= g["lines"][1] and e.lines[1] >= g["lines"][0]
        for e in cited
        for g in q["evidence"]
    )
    return vector, told and at


if __name__ == "__main__":
    main()
