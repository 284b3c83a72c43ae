"""Numbers that a phrase names: "3 tiers", "five steps", "четырёх этапов", "4х"."""

from __future__ import annotations

import re

from kg.ontology import Ontology
from kg.text import words

MOST = 20  # a list of more members is not announced by its number
_DIGITS = re.compile(r"(?<![\d.,])(\d{1,2})(?:-?х|-?х)?(?![\d.,]?\d)")


def counts_in(text: str, ontology: Ontology) -> tuple[int, ...]:
    """Counts from 2 to 20 named in a text, in order of digits, then words."""
    digits = [int(n) for n in _DIGITS.findall(text)]
    known = {**ontology.numbers("en"), **ontology.numbers("ru")}
    return tuple(n for n in [*digits, *(known[w] for w in words(text) if w in known)] if 2 <= n <= MOST)
