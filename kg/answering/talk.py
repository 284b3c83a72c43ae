"""What somebody says beside the question: "For my exam: which ...", "... I can't read them"."""

from __future__ import annotations

import re
from itertools import pairwise

from kg.answering.scope import cue_forms
from kg.ontology import Ontology
from kg.text import words

_CLAUSE = re.compile(r"(?<=[.!?;:])\s+|\s[—–-]\s")


def talk(text: str, ontology: Ontology) -> frozenset[str]:
    """Folded words of those clauses that only speak of the one who asks: none where no other clause is left.

    Such a clause has a word for oneself ("I", "my", "мне") and asks nothing. What another clause says too is kept, and
    all where another leans on it ("I read of propolis. What is it for?").
    """
    asking, oneself = cue_forms(ontology, "question-word"), cue_forms(ontology, "oneself")
    clauses = [said for c in _CLAUSE.split(text.strip()) if (said := words(c))]
    beside = [c for c in clauses if oneself & set(c) and not asking & set(c)]
    rest = [c for c in clauses if c not in beside]
    leaning = cue_forms(ontology, "anaphor")
    leans = any(w in leaning and before not in asking for c in rest for before, w in pairwise(["", *c]))
    if not rest or leans:  # "what that is" leans on nothing
        return frozenset()
    return frozenset(w for c in beside for w in c) - {w for c in rest for w in c}
