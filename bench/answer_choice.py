"""Finds the weights of the choice of answers again (kg/answering/choice.json), and tells what they are worth.

    python bench/answer_choice.py --on HOME QUESTIONS.jsonl [MORE.jsonl ...] [--on HOME2 OTHER.jsonl ...]
                                  [--foreign HOME OTHER.jsonl ...] [--readers DIR] [--write]

HOME is a build of the documents that the questions after it are about (format: kg/evaluation/gold.py). Questions of
`--foreign` (JSON lines with "q" or "query") are about something else and must be refused: they are fitted to, not
counted, and weigh together a twentieth of the others. DIR is what bench/cross_encoder.py --folds has written: each
question that the cross-encoder has learned from is read by one that has not. `--write` puts the weights into their
file. The fit itself stands in kg/evaluation/judge.py and fitting.py.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import kg.answering
from kg.answer import Answerer
from kg.base import KnowledgeBase
from kg.cross_encoder import CrossEncoder, open_cross_encoder, prepare_cross_encoder
from kg.errors import KgError
from kg.evaluation import gold, judge
from kg.evaluation.tables import share
from kg.progress import bar
from kg.settings import load_settings

FILE = Path(kg.answering.__file__).with_name("choice.json")
FOREIGN = 0.05  # of the weight of the questions that count
SAMPLE = 40  # questions taken of a foreign file
SMALL = 0.005  # weights below it are left out


@cache
def opened(home: str) -> KnowledgeBase:
    return KnowledgeBase.open(load_settings(home=Path(home))).warm()


@cache
def unseen(folder: Path) -> Mapping[str, CrossEncoder]:
    """Question -> the cross-encoder of the folder that has not learned from it."""
    out = {}
    for adapter in sorted(folder.glob("*.npz")):
        exported = adapter.with_suffix("")
        prepare_cross_encoder(exported, adapter=adapter)
        reader = open_cross_encoder(exported, adapter=adapter)
        out |= dict.fromkeys(json.loads(adapter.with_suffix(".json").read_text(encoding="utf-8")), reader)
    return out


def answerers(kb: KnowledgeBase, readers: Path | None) -> Callable[[gold.Question], Answerer]:
    known = unseen(readers) if readers else {}
    made = {r: replaced(kb.answerer, reader=r) for r in {*known.values()}}
    return lambda question: made.get(known.get(" ".join(question.q.split())), kb.answerer)


def replaced(answerer: Answerer, *, reader: CrossEncoder) -> Answerer:
    out = copy.copy(answerer)
    out.reader = reader
    return out


def sample(path: Path) -> list[str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    said = [str(r.get("q") or r["query"]) for r in rows]
    return random.Random(0).sample(said, min(SAMPLE, len(said)))


def show(title: str, rows: list[judge.Drafted]) -> judge.Judgement | None:
    found = judge.judge(rows)
    if found is None:
        print(f"{title}: too few questions, or none with a right answer among the candidates")
        return None
    names = [f.name for f in fields(found.present)]
    print(f"\n{title}, {found.n} questions, possible {share(found.possible)}")
    print(" " * 20, "  ".join(names))
    for name in ("present", "fitted", "cross_validated"):
        figures = getattr(found, name)
        print(f"  {name:18s}", "  ".join(share(getattr(figures, n)).rjust(len(n)) for n in names))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", action="append", required=True, metavar=("HOME", "QUESTIONS.jsonl"))
    parser.add_argument("--foreign", nargs="+", action="append", default=[], metavar=("HOME", "OTHER.jsonl"))
    parser.add_argument("--readers", type=Path, metavar="DIR")
    parser.add_argument("--write", action="store_true", help="put the weights into kg/answering/choice.json")
    given = parser.parse_args()
    everything: list[judge.Drafted] = []
    for home, *files in given.on:
        if not files:
            sys.exit(f"--on {home}: no question file; write --on HOME QUESTIONS.jsonl")
        kb = opened(home)
        for file in files:
            with bar() as progress:
                questions = gold.read_questions(Path(file))
                rows = judge.drafts(kb, questions, progress=progress, answerer=answerers(kb, given.readers))
            rows = [replace(r, group=f"{home}: {r.group}") for r in rows]
            if len(given.on) > 1 or len(files) > 1:
                show(file, rows)
            everything += rows
    weight = FOREIGN * len([r for r in everything if r.weight is None])
    for home, *files in given.foreign:
        said = [q for file in files for q in sample(Path(file))]
        everything += judge.foreign(opened(home), said, weight=weight / len(given.foreign) / max(1, len(said)))
    found = show("all", everything)
    if found is not None and given.write:
        table = {
            "found_by": f"python bench/answer_choice.py, {found.n} questions",
            "weights": {name: round(w, 3) for name, w in sorted(found.weights.items()) if abs(w) >= SMALL},
        }
        FILE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {len(table['weights'])} weights")


if __name__ == "__main__":
    try:
        main()
    except KgError as problem:
        sys.exit(str(problem))
