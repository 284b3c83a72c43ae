"""Spellings of one word: British and American, written together or with a hyphen, mistyped."""

from __future__ import annotations

import re

# British endings and their American ones; words must be long enough that no two different words meet
_ENDINGS = (
    (re.compile(r"^(\w{3,})is(e|es|ed|er|ers|ing|ation|ations|able)$"), r"\1iz\2"),
    (re.compile(r"^(\w{3,})ys(e|es|ed|er|ers|ing)$"), r"\1yz\2"),
    (re.compile(r"^(\w{3,})our(s|ed|ing|al|ally|able|ite|ites|ful|less|ism|ist|ists|)$"), r"\1or\2"),
    (re.compile(r"^(\w{3,}[tb])re(s|d|)$"), r"\1er\2"),
    (re.compile(r"^(\w{2,})ogue(s|)$"), r"\1og\2"),
    (re.compile(r"^(\w{2,}[aeiou])ll(ed|ing|er|ers)$"), r"\1l\2"),
    (re.compile(r"^(\w{3,})ence$"), r"\1ense"),
    (re.compile(r"^(\w{4,})mme(s|)$"), r"\1m\2"),
)
_SAFE = 3  # of the rules above: for these no two English words of such length are known that differ in nothing else


def american(text: str) -> str:
    """The words of a folded text as an American would write them; comparing is all that this is good for."""
    return " ".join(_word(w, _ENDINGS) for w in text.split())


def same_spelling(one: str, other: str) -> bool:
    """Whether two folded texts differ in British and American endings alone, and only in those that are certain."""
    return one != other and _sure(one) == _sure(other)


def _sure(text: str) -> str:
    return " ".join(_word(w, _ENDINGS[:_SAFE]) for w in text.split())


def _word(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, better in rules:
        word = pattern.sub(better, word)
    return word


def together(text: str) -> str:
    """Without spaces and hyphens: "well being" and "wellbeing" are the same."""
    return "".join(text.split()).replace("-", "")
