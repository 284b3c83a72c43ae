"""The files that weights are found from: each question can be read, and a line of a topic is asked about once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg.evaluation.gold import read_questions

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
BENCH = Path(__file__).parents[1] / "bench"
TOPICS = sorted(BENCH.glob("reading-*.jsonl"))
QUESTIONS = sorted(set(BENCH.glob("*.jsonl")) - set(TOPICS) - {BENCH / "strange.jsonl"})


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda f: f.stem)
def test_questions_are_gold_questions_of_their_own(file: Path) -> None:
    questions = read_questions(file)
    assert len({q.q for q in questions}) == len(questions)
    assert {q.answerable for q in questions} == {True, False}
    assert {q.lang for q in questions} == {"en", "ru"}


@pytest.mark.parametrize("file", TOPICS, ids=lambda f: f.stem)
def test_topics_have_lines_and_questions_in_both_languages(file: Path) -> None:
    for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        topic = json.loads(row)
        assert set(topic) == {"topic", "lines", "questions"}, number
        asked = [q["line"] for q in topic["questions"]]
        assert sorted(n for n in asked if n is not None) == list(range(len(topic["lines"]))), (number, topic["topic"])
        assert asked.count(None) >= 2, (number, topic["topic"])
        for side in (*topic["lines"], *topic["questions"]):
            assert CYRILLIC.search(side["ru"]), (number, side)
            assert side["en"].strip(), (number, side)
            assert not CYRILLIC.search(side["en"]), (number, side)


def test_held_out_questions_are_not_those_that_are_learned_from() -> None:
    learned = {q.q.casefold() for f in QUESTIONS if "held-out" not in f.name for q in read_questions(f)}
    held = {q.q.casefold() for f in QUESTIONS if "held-out" in f.name for q in read_questions(f)}
    assert held
    assert not held & learned
