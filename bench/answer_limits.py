"""Finds the weights of kg.answer.Limits again, and tells what they are worth on questions they have not seen.

    python bench/answer_limits.py --on HOME QUESTIONS.jsonl [MORE.jsonl ...] [--on HOME2 OTHER.jsonl ...]
                                  [--foreign HOME QUESTIONS.jsonl]

HOME is a build of the documents that the questions after it are about (format: kg/evaluation/gold.py). Questions of
`--foreign` (any JSON lines with "q" or "query") are about something else than that build and must be refused: they are
fitted to, but not counted, and weigh together as much as a fifth of the others. The last lines printed are to be
written into kg/answer.py. The fit itself stands in kg/evaluation/judge.py and fitting.py.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

from kg.answer import Limits
from kg.base import KnowledgeBase
from kg.errors import KgError
from kg.evaluation import gold, judge
from kg.evaluation.tables import share
from kg.progress import bar
from kg.settings import load_settings


@cache
def opened(home: str) -> KnowledgeBase:
    return KnowledgeBase.open(load_settings(home=Path(home))).warm()


def foreign(kb: KnowledgeBase, path: Path, *, sample: int, weight: float) -> list[judge.Drafted]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    said = [r.get("q") or r["query"] for r in rows if r.get("kind", "question->section") == "question->section"]
    some = random.Random(0).sample(said, min(sample, len(said)))
    asked = [gold.Question(q, q, "", "other", False, (), (), (), ()) for q in some]
    return [replace(r, weight=weight / len(some)) for r in judge.drafts(kb, asked, foreign=True)]


def show(title: str, rows: list[judge.Drafted]) -> judge.Judgement | None:
    found = judge.judge(rows)
    if found is None:
        print(f"{title}: too few questions, or no wrong or no right answer among them")
        return None
    names = [f.name for f in fields(found.present)]
    print(f"\n{title}, {found.n} questions".ljust(37), "  ".join(names))
    for name in ("present", "fitted", "cross_validated"):
        figures = getattr(found, name)
        print(f"  {name:33s}", "  ".join(share(getattr(figures, n)).rjust(len(n)) for n in names))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", action="append", required=True, metavar=("HOME", "QUESTIONS.jsonl"))
    parser.add_argument("--foreign", nargs=2, action="append", default=[], metavar=("HOME", "QUESTIONS.jsonl"))
    parser.add_argument("--sample", type=int, default=60, help="so many foreign questions of each file")
    given = parser.parse_args()
    everything: list[judge.Drafted] = []
    for home, *files in given.on:
        if not files:
            sys.exit(f"--on {home}: no question file; write --on HOME QUESTIONS.jsonl")
        kb = opened(home)
        for file in files:
            with bar() as progress:
                rows = judge.drafts(kb, gold.read_questions(Path(file)), progress=progress)
            rows = [replace(r, group=f"{home}: {r.group}") for r in rows]
            if len(given.on) > 1 or len(files) > 1:
                show(file, rows)
            everything += rows
    for home, file in given.foreign:
        kb = opened(home)
        weight = 0.2 * len(everything) / len(given.foreign)
        everything += foreign(kb, Path(file), sample=given.sample, weight=weight)
    found = show("all", everything)
    if found is not None:
        print(f"\npenalty {found.model.penalty:g}, {found.folds} folds, mean of {found.repeats}. For kg/answer.py:")
        for field in fields(Limits):
            if field.name != "about":
                print(f"    {field.name}: float = {getattr(judge.limits_of(found.model), field.name)}")


if __name__ == "__main__":
    try:
        main()
    except KgError as problem:
        sys.exit(str(problem))
