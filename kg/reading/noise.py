"""Lines that carry no content: page headers repeated mid-text, shop and site chrome.

What chrome sounds like stands as cue lists in the ontology (roles `site-chrome` and `chrome-line`);
here is only where it may stand: whole lines anywhere, and the two ends of a document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kg.model import Noise
from kg.ontology import Ontology
from kg.reading.lines import Line, bullet, is_capitals, leader
from kg.text import fold, words

_EDGES = re.compile(r"^[\s,;.|•·\-–—]+|[\s,;|]+$")
_PAGE_NUMBER = re.compile(r"^(?:(?:page|p\.|стр\.?|страница)\s*)?\d{1,4}(?:\s*(?:/|of|из)\s*\d{1,4})?$", re.IGNORECASE)
_DATE_OR_NUMBER = re.compile(r"^[\d\s./,:%\-–—]+$|^\d+ \w+ ago$")


def find(lines: Sequence[Line], ontology: Ontology) -> dict[int, str]:
    """Line number -> rule, for every line taken as noise."""
    out: dict[int, str] = {}
    for rule, numbers in (
        ("page-header", _repeated(lines)),
        ("page-number", _page_numbers(lines)),
        ("chrome-line", _whole_lines(lines, ontology)),
        ("site-chrome", _ends(lines, ontology)),
    ):
        for number in numbers:
            out.setdefault(number, rule)
    return out


def merged(found: dict[int, str]) -> tuple[Noise, ...]:
    """Neighbouring lines of one rule as one range."""
    out: list[Noise] = []
    for number in sorted(found):
        last = out[-1] if out else None
        if last and last.rule == found[number] and last.lines[1] >= number - 1:
            out[-1] = Noise((last.lines[0], number), last.rule)
        else:
            out.append(Noise((number, number), found[number]))
    return tuple(out)


def _repeated(lines: Sequence[Line]) -> list[int]:
    """The same line three times or more, each time cut off from its neighbours: a page's header or footer."""
    key = [_EDGES.sub("", fold(line.text)) for line in lines]
    isolated: Counter[str] = Counter()
    for i, line in enumerate(lines):
        after = lines[i + 1].blank_before if i + 1 < len(lines) else 9
        turned = i == 0 or line.page != lines[i - 1].page or i + 1 == len(lines) or line.page != lines[i + 1].page
        if len(key[i]) >= 8 and (line.blank_before >= 2 or after >= 2 or turned):
            isolated[key[i]] += 1
    return [line.number for i, line in enumerate(lines) if isolated[key[i]] >= 3 and not bullet(line.text)]


def _page_numbers(lines: Sequence[Line]) -> list[int]:
    """A lone number as the first or last line of a page."""
    out = []
    for i, line in enumerate(lines):
        edge = line.page is not None and (
            i == 0 or i + 1 == len(lines) or line.page != lines[i - 1].page or line.page != lines[i + 1].page
        )
        if edge and _PAGE_NUMBER.match(line.text):
            out.append(line.number)
    return out


def _phrases(ontology: Ontology, role: str) -> frozenset[str]:
    return frozenset(" ".join(words(cue)) for lang in ("en", "ru") for cue in ontology.cues(role, lang))


def _whole_lines(lines: Sequence[Line], ontology: Ontology) -> list[int]:
    known = _phrases(ontology, "chrome-line")
    starts = tuple(_phrases(ontology, "figure-description"))
    captions = _phrases(ontology, "caption-number")

    def empty(text: str) -> bool:
        said = " ".join(words(text))
        return said in known or (len(said) > 40 and said.startswith(starts)) or re.sub(r"\s*\d+$", "", said) in captions

    return [line.number for line in lines if empty(line.text)]


def _ends(lines: Sequence[Line], ontology: Ontology) -> list[int]:
    """Chrome before the first and after the last line of content: at each end the stretch with the largest
    surplus of chrome over content, if at least three of its lines are surely chrome."""
    cues = _phrases(ontology, "site-chrome")

    def weight(line: Line) -> tuple[float, bool]:
        said = " ".join(words(line.text))
        padded = f" {said} "
        if any(f" {cue} " in padded if " " in cue else said == cue for cue in cues):
            return 2.0, True
        if leader(line.text) or is_capitals(line.text):
            return -3.0, False
        if bullet(line.text) or line.text.endswith(":"):
            return -1.5, False
        if _DATE_OR_NUMBER.match(said):
            return 0.5, False
        n = len(said.split())
        return (0.2 if n <= 4 else 0.1 if " you" in padded else -1.0), False

    def stretch(ordered: Sequence[Line]) -> list[int]:
        total, best, cut, sure = 0.0, 0.0, 0, 0
        for i, line in enumerate(ordered):
            gain, is_chrome = weight(line)
            total, sure = total + gain, sure + is_chrome
            if is_chrome and total > best and sure >= 3:
                best, cut = total, i + 1
            if total < best - 8:
                break
        return [line.number for line in ordered[:cut]]

    head = stretch(lines)
    tail = stretch(list(reversed(lines)))
    return [] if len(head) + len(tail) >= len(lines) else head + tail
