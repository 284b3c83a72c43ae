"""The frequencies that are kept as tries are those that wordfreq gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import wordfreq

from kg import frequencies
from kg.search_query import is_real
from kg.text import fold, script_of

ROOT = Path(__file__).parents[1]
SCRIPT = """
import sys
from pathlib import Path
from kg import frequencies
if len(sys.argv) > 1:
    frequencies.keep_frequencies(Path(sys.argv[1]), write=False)
print([frequencies.zipf(word) for word in "journey путь well-known кто-то don't b2b qwyzzt".split()])
print("wordfreq" in sys.modules)
"""


@pytest.fixture(scope="module")
def kept(kept_cache: Path) -> None:
    frequencies.keep_frequencies(kept_cache / "words", write=True)


def said(*arguments: str) -> list[str]:
    command = [sys.executable, "-c", SCRIPT, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_word_is_as_frequent_as_wordfreq_says(lang: str) -> None:
    listed = [fold(word) for word in list(wordfreq.get_frequency_dict(lang))[::50]]
    listed = [word for word in listed if (script_of(word) == "ru") == (lang == "ru")]
    assert len(listed) > 5000
    assert {w: frequencies.zipf(w) for w in listed} == {w: wordfreq.zipf_frequency(w, lang) for w in listed}
    for pair in (f"{a}-{b}" for a, b in zip(listed[::7], reversed(listed[::7]), strict=True)):
        assert frequencies.zipf(pair) == pytest.approx(wordfreq.zipf_frequency(pair, lang), abs=0.011)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("word", ["", "-", "--", "it's", "b2b", "2026", "e\u0301", "\u0438\u0306", "ghbdtn", "путь-cx"])
def test_what_is_no_plain_word(word: str) -> None:
    assert frequencies.zipf(word) == wordfreq.zipf_frequency(word, "ru" if script_of(word) == "ru" else "en")


def test_with_and_without_kept_ones(kept: None, kept_cache: Path, tmp_path: Path) -> None:
    plain = said()
    assert said(str(tmp_path))[0] == plain[0]  # nothing is kept there, and nothing is written
    assert list(tmp_path.iterdir()) == []
    assert said(str(kept_cache / "words"))[0] == plain[0]


def test_wordfreq_is_not_loaded_for_words(kept: None, kept_cache: Path) -> None:
    script = SCRIPT.replace(" don't b2b", "")
    command = [sys.executable, "-c", script, str(kept_cache / "words")]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines[1] == "False"


@pytest.mark.parametrize("word", ["barometer", "погода", "well-known"])
def test_real_words(word: str) -> None:
    assert is_real(word)


@pytest.mark.parametrize("word", ["ghbdtn", "путт", "well-knwon"])
def test_misspelt_words(word: str) -> None:
    assert not is_real(word)
