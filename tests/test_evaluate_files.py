"""What `kg eval` refuses: files of questions, labels and concepts that are wrong, each in one line that says where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evalkit import QUESTIONS

from kg import cli
from kg.errors import UsageError
from kg.evaluation import gold

GOOD = json.dumps(QUESTIONS[0])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (f"{GOOD}\n\nnot json\n", r"line 3: not JSON \(.+ column 1\)"),
        (f"{GOOD}\n[1]", "line 2: not a JSON object"),
        (f'{GOOD}\n{{"id": "x"}}', "line 2: `q` must be there"),
        ('{"q": " "}', "line 1: `q` must be there"),
        ('{"q": 3}', "line 1: `q` must be a text"),
        ('{"q": "x"}', "line 1: `must_contain` must be there"),
        ('{"q": "x", "must_contain": []}', "line 1: `evidence` must be there"),
        ('{"q": "x", "must_contain": ["x"], "evidence": []}', "line 1: `must_contain` must be a list of lists"),
        ('{"q": "x", "must_contain": [], "evidence": [{"file": "f"}]}', "line 1: `evidence` must be a list of"),
        ('{"q": "x", "must_contain": [], "evidence": [{"file": "f", "lines": [1]}]}', "line 1: `evidence` must"),
        ('{"q": "x", "answerable": "no"}', "line 1: `answerable` must be true or false"),
        ('{"q": "x", "answerable": false, "gold_concepts": "x"}', "line 1: `gold_concepts` must be a list of texts"),
        ("[" * 100_000, "line 1: not JSON"),
        ("", "there is no question in it"),
    ],
)
def test_a_bad_question_file_is_one_line(tmp_path: Path, lines: str, said: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as raised:
        gold.read_questions(path)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 2


def test_what_a_question_may_leave_out(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('\ufeff{"q": "Что\u2028это?", "answerable": false}\r\n', encoding="utf-8")
    [question] = gold.read_questions(path)
    assert (question.id, question.lang, question.type, question.q) == ("line 1", "ru", "other", "Что\u2028это?")


def test_bad_labels_concepts_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text('{"a": "b"}')
    with pytest.raises(UsageError, match="`a` must be a list of texts"):
        gold.read_labels(path)
    path.write_text("[]")
    with pytest.raises(UsageError, match="not a JSON object"):
        gold.read_labels(path)
    path.write_text('{"label_en": "x"}\n{"id": "y"}')
    with pytest.raises(UsageError, match="line 2: `label_en` must be there"):
        gold.read_concepts(path)
    path.write_text('{"label_en": "x", "salience": "high"}')
    with pytest.raises(UsageError, match="line 1: `salience` must be core or support or peripheral"):
        gold.read_concepts(path)
    path.write_bytes(b'{"q": "\xff"}')
    with pytest.raises(UsageError, match="not UTF-8"):
        gold.read_questions(path)
    with pytest.raises(UsageError, match="no such file"):
        gold.read_questions(tmp_path / "nothing")
    with pytest.raises(UsageError, match="cannot be read"):
        gold.read_questions(tmp_path)


def test_the_command_ends_with_2_and_one_line(
    built: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(f"{GOOD}\n{{]\n")
    assert cli.run(["eval", str(path), "--home", str(built.home)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert f"{path}, line 2: not JSON" in err
