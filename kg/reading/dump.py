"""Flashcards dumped without separators: a line for the front, one or more for the back.

Which line is a front is decided for the whole dump at once: the split with the best sum of
evidence (dynamic programming), where a front is told by its own shape, by what follows it, and by
other fronts of the same shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kg.counts import counts_in
from kg.ontology import Ontology
from kg.reading.lines import ARROW, SENTENCE_END, Line, bullet
from kg.text import fold, words

MOST_BACK = 24  # lines of one back
_HANGING = re.compile(r"\b(?:on|to|of|with|for|by|is|are|in|about|from|на|к|о|с|для|это|из)$", re.IGNORECASE)
_CITED = re.compile(r"\([^()]*\d{4}[a-z]?\)")


def is_dump(lines: Sequence[Line], ontology: Ontology) -> bool:
    """A title that says so, hardly an empty line, and no running text."""
    if len(lines) < 6:
        return False
    named = any(cue in fold(lines[0].text) for lang in ("en", "ru") for cue in ontology.cues("card-title", lang))
    blank = sum(bool(line.blank_before) for line in lines[2:])
    return named and blank <= len(lines) / 20


def listed(lines: Sequence[Line]) -> int:
    """How many members these lines list: bulleted lines of the first level, else lines, else commas."""
    marks = [m["mark"] for line in lines if (m := bullet(line.text))]
    if marks:
        return marks.count(marks[0])
    if len(lines) == 1:
        return len(re.split(r",\s*|\s+(?:and|or|и|или)\s+", lines[0].text))
    return len(lines)


def fronts(lines: Sequence[Line], ontology: Ontology) -> list[int]:
    """Indices of the lines that are fronts, in order; lines[0] is always one."""
    heads = Counter(" ".join(words(line.text)[:3]) for line in lines if not bullet(line.text))
    n = len(lines)
    best, back = [float("-inf")] * (n + 1), [0] * (n + 1)
    best[0] = 0.0
    for i in range(n):
        if best[i] == float("-inf"):
            continue
        face = _front_score(lines[i], heads, ontology)
        for j in range(i + 2, min(n, i + 1 + MOST_BACK) + 1):
            score = best[i] + face + _back_score(lines[i], lines[i + 1 : j], ontology)
            if score > best[j]:
                best[j], back[j] = score, i
    found, at = [], n
    while at > 0:
        at = back[at]
        found.append(at)
    return found[::-1]


def _front_score(line: Line, heads: Counter[str], ontology: Ontology) -> float:
    text = line.text
    if bullet(text) or ARROW.search(text):
        return -9.0
    said = words(text)
    score = 1.0 if len(said) <= 6 else -1.5 if len(said) > 20 else 0.0
    score += (
        2.0 * text.endswith((":", "?"))
        + 2.5 * bool(_HANGING.search(text))
        - 3.0 * bool(SENTENCE_END.search(text) and not text.endswith("?"))
    )
    score += 2.0 * bool(counts_in(text, ontology)) + 1.0 * bool(_CITED.search(text))
    score += 2.0 * (heads[" ".join(said[:3])] > 1 and len(said) > 3)
    score += 1.5 * bool(re.match(r"(?:from|от)\s.+\s(?:to|к)\s", text, re.IGNORECASE))
    return score - 0.8 * text[:1].islower() * (len(said) > 8)


def _back_score(front: Line, lines: Sequence[Line], ontology: Ontology) -> float:
    first = lines[0].text
    plain = [line for line in lines[1:] if not bullet(line.text)]
    arrows = sum(bool(ARROW.search(line.text)) for line in lines)
    score = -0.9 * (len(plain) - arrows)
    verbs = [cue for lang in ("en", "ru") for cue in ontology.cues("definition-verb", lang)]
    opening = fold(first)
    if any(opening.startswith(fold(verb) + " ") for verb in verbs) or re.match(r"to\s+[a-z]+\s", opening):
        score += 2.0
    if bullet(first) and not front.text.endswith((":", "?")) and not counts_in(front.text, ontology):
        score -= 0.5
    counts = counts_in(front.text, ontology)
    if counts:
        members = listed(lines)
        lost = len(plain) if any(bullet(line.text) for line in lines) else 0
        score += 3.5 if members in counts or members + lost in counts else -1.0 * min(2, abs(members - counts[0]))
    if arrows >= 2:
        rest = len(lines) - arrows
        score += 4.0 + arrows if rest == arrows else -3.0
    return score


def columns(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Two flattened columns: n lines that end in an arrow, then the n lines that they point to."""
    left = [line for line in lines if ARROW.search(line.text)]
    if len(left) < 2 or lines[: len(left)] != left or len(lines) != 2 * len(left):
        return []
    return list(zip(left, lines[len(left) :], strict=True))
