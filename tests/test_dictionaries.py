"""The dictionaries that are kept as tries give the lemmas that simplemma's own give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kg import text

ROOT = Path(__file__).parents[1]

SCRIPT = """
import sys
from pathlib import Path
from kg import text
if len(sys.argv) > 1:
    text.keep_dictionaries(Path(sys.argv[1]), write=sys.argv[2] == "write")
words = text.words(
    "The customers' journeys were mapped in children's well-known houses, e\\u0301te\\u0301s and “quoted” mice. "
    "Клиенты прошли пути в домах, «ёлками» й и\\u0306 по-новому, людей и детей."
)
print([text.lemma(w) for w in words], text._dictionaries is not None)
"""


def lemmas(*arguments: str) -> tuple[str, bool]:
    command = [sys.executable, "-c", SCRIPT, *arguments]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    said, _, kept = out.rpartition(" ")
    return said, kept == "True"


def test_the_lemmas_are_the_same(kept_cache: Path) -> None:
    plain, kept = lemmas()
    assert not kept
    assert "'customer'" in plain
    assert "'клиент'" in plain
    assert lemmas(str(kept_cache / "words"), "write") == (plain, True)
    assert lemmas(str(kept_cache / "words"), "read") == (plain, True)


def test_without_kept_ones_nothing_changes(tmp_path: Path) -> None:
    before = text._dictionaries
    text.keep_dictionaries(tmp_path, write=False)
    assert text._dictionaries == before
    assert list(tmp_path.iterdir()) == []
