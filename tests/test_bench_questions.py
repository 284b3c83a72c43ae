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
TERMS = sorted(BENCH.glob("terms-*.jsonl"))
QUESTIONS = sorted(set(BENCH.glob("*.jsonl")) - set(TOPICS) - set(TERMS) - {BENCH / "strange.jsonl"})


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


@pytest.mark.parametrize("file", TERMS, ids=lambda f: f.stem)
def test_terms_are_defined_without_their_names_and_used_by_them(file: Path) -> None:
    for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        subject = json.loads(row)
        assert set(subject) == {"subject", "terms"}, number
        names = [t["term"]["en"].casefold() for t in subject["terms"]]
        assert len(set(names)) == len(names) == 8, (number, subject["subject"])
        for term in subject["terms"]:
            assert set(term) == {"term", "definition", "uses"}, (number, term)
            for texts in (term["definition"], *term["uses"]):
                assert CYRILLIC.search(texts["ru"]), (number, texts)
                assert not CYRILLIC.search(texts["en"]), (number, texts)
            for lang in ("en", "ru"):
                head = re.findall(r"\w+", term["term"][lang].casefold())[-1 if lang == "en" else 0]
                stem = head[: max(3, len(head) - 2)]
                assert all(stem in use[lang].casefold() for use in term["uses"]), (number, term["term"])
                assert term["term"][lang].casefold() not in term["definition"][lang].casefold(), (number, term)


def test_held_out_questions_are_not_those_that_are_learned_from() -> None:
    learned = {q.q.casefold() for f in QUESTIONS if "held-out" not in f.name for q in read_questions(f)}
    held = {q.q.casefold() for f in QUESTIONS if "held-out" in f.name for q in read_questions(f)}
    assert held
    assert not held & learned
