"""Finds the weights by which lines are ranked for a question (kg.answering.ranking.Weights), and what they are worth.

    python bench/answer_lines.py --on HOME QUESTIONS.jsonl [MORE.jsonl ...] [--on HOME2 OTHER.jsonl ...]

HOME is a build of the documents that the questions after it are about (format: kg/evaluation/gold.py). Fitted is the
conditional logit of kg/evaluation/fitting.py: the options are the claims ranked for a question, the right ones are
those at its gold lines. Printed are the shares of questions that have a gold line among the first so many, as the
weights are, and cross-validated with questions about the same lines kept together; then the weights, in shares of
that of the words. Questions that the cross-encoder has learned from flatter the relevance.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
from answer_choice import opened

from kg.answering.ranking import SIGNS, Weights
from kg.evaluation import fitting, gold, score

FOLDS, AT = 10, (1, 3, 6, 12)


def cases(home: str, file: Path) -> list[tuple[fitting.Case, str, str]]:
    """With the group that must not be parted, and the type of the question."""
    kb = opened(home)
    answerer = kb.answerer
    out = []
    for question in gold.read_questions(file):
        if question.answerable:
            ranked = answerer.desk(" ".join(question.q.split())).ranked
            right = [
                score.at_gold(
                    {"document": s.claim.evidence.document, "lines": list(s.claim.evidence.lines)}, question.places
                )
                for s in ranked
            ]
            signs = np.array([s.signs for s in ranked]).reshape(len(ranked), len(SIGNS))
            out.append((fitting.Case(signs, np.array(right, dtype=bool)), str(question.places[0]), question.type))
    return out


def found(rows: Sequence[tuple[fitting.Case, np.ndarray, str]]) -> None:  # type: ignore[type-arg]
    """Prints for all rows, and for each type, how often a right one is among the first."""
    places: dict[str, list[float]] = {}
    for case, weights, kind in rows:
        order = np.argsort(-(case.signs @ weights), kind="stable")
        at = np.flatnonzero(case.right[order])
        for name in ("all", kind):
            places.setdefault(name, []).append(at[0] if len(at) else np.inf)
    for name, row in places.items():
        shares = "  ".join(f"in {n}: {np.mean(np.array(row) < n):.3f}" for n in AT)
        print(f"  {name:28s} {len(row):4d}  {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", action="append", required=True, metavar=("HOME", "QUESTIONS.jsonl"))
    rows = [r for home, *files in parser.parse_args().on for file in files for r in cases(home, Path(file))]
    possible = [case for case, _, _ in rows if case.right.any()]
    print("as they are")
    found([(case, np.array(astuple(Weights())), kind) for case, _, kind in rows])
    judged = []
    for part in fitting.folds([group for _, group, _ in rows], FOLDS, seed=0):
        held = set(part.tolist())
        weights = fitting.fit([case for i, (case, _, _) in enumerate(rows) if i not in held and case.right.any()])
        judged += [(rows[i][0], weights, rows[i][2]) for i in part.tolist()]
    print("cross-validated")
    found(judged)
    fitted: Mapping[str, float] = dict(zip(SIGNS, fitting.fit(possible).tolist(), strict=True))
    print("fitted:", ", ".join(f"{name}={value / fitted['words']:.2f}" for name, value in fitted.items()))


if __name__ == "__main__":
    main()
