"""Lines of a plain text, and what one line by itself looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import Span
from kg.text import words

BULLETS = "•·●○◦‣▪▫■□►▶➢➤✓✔✘✗✦★∞§*–—-"
_BULLET = re.compile(
    rf"^\s*(?P<mark>[{re.escape(BULLETS)}]|o(?=\s+\S))(?:\s+|(?<=[-*•·●▪✘])(?=[^\s\-*\d]))(?P<text>\S.*)$"
)
_NUMBERED = re.compile(r"^\s*(?P<mark>(?:#|№\s?)?\(?\d{1,2}[.)]|\([a-zа-я]\)|[a-zа-я]\))\s+(?P<text>\S.*)$")
_LABELLED = re.compile(
    r"^(?P<mark>[A-ZА-ЯЁ][^\W\d_]{2,14}\s+\d{1,3}(?:\.\d{1,2})*)\s*(?:[:.]|\s[-–—])\s*(?P<text>\S.*)?$"
)
_ORDINAL = re.compile(
    r"^(?:(?P<n1>\d{1,2})(?:\s?-?(?:й|я|е|th|st|nd|rd))?\s+(?P<w1>[^\W\d_]{3,12})|(?P<w2>[^\W\d_]{3,12})\s+(?P<n2>\d{1,2}))$"
)
_LEADER = re.compile(r"^(?P<title>.*?\S)\s*(?:\.{4,}|…{2,}|(?:\s\.){4,})\s*(?P<page>\d{1,4})\s*$")
_ROW = re.compile(r"^\s*\|(?P<cells>.*\|.*)\|\s*$")
_RULE = re.compile(r"^\s*\|?[\s:|\-–—=_*]+\|?\s*$")
_EDIT = re.compile(r"^\s*\[\s*(?:edit|править)[^\]]*\]\s*", re.IGNORECASE)
ARROW = re.compile(r"\s*(?:[–—-]+>|=+>|→|⇒|➔)\s*$")
SENTENCE_END = re.compile(r"(?<!\b[^\W\d_])[.!?…][\"'”’»)]*$")  # an initial ("Anna B.") ends none


@dataclass(frozen=True, slots=True)
class Line:
    """One raw line. `start` and `end` enclose its visible text; `blank_before` counts empty lines above."""

    number: int
    start: int
    end: int
    text: str
    indent: int
    blank_before: int
    page: int | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def piece(self, match: re.Match[str], group: str) -> Span:
        """Raw span of a group of a pattern that was matched on `text`."""
        return Span(self.start + match.start(group), self.start + match.end(group))


def split(raw: str, *, pages: tuple[int, ...] = (), span: Span | None = None, first: int = 1) -> list[Line]:
    """The visible lines of raw[span]; `first` is the number of the line in which it starts."""
    span = span or Span(0, len(raw))
    out, at, number, blanks, page = list[Line](), span.start, first, 0, 0
    for piece in raw[span.start : span.end].split("\n"):
        stripped = piece.strip().strip("\ufeff\u200b")
        start = at + piece.find(stripped) if stripped else at
        while page < len(pages) and pages[page] <= start:
            page += 1
        if stripped:
            margin = raw[raw.rfind("\n", 0, start) + 1 : start]  # from the line's own start, wherever the span begins
            indent = len(margin.expandtabs(4)) if not margin.strip() else len(piece[: start - at].expandtabs(4))
            out.append(Line(number, start, start + len(stripped), stripped, indent, blanks, page or None))
            blanks = 0
        else:
            blanks += 1
        at += len(piece) + 1
        number += 1
    return out


def bullet(text: str) -> re.Match[str] | None:
    return _BULLET.match(text)


def numbered(text: str) -> re.Match[str] | None:
    return _NUMBERED.match(text)


def labelled(text: str) -> re.Match[str] | None:
    """"Step 2: Building ...", "Session 5.2: ...", "Глава 3. ..."."""
    return _LABELLED.match(text)


def ordinal(text: str) -> tuple[int, str] | None:
    """("1 этап", "Stage 2") by itself on a line: its number and noun."""
    m = _ORDINAL.match(text)
    if not m:
        return None
    return int(m["n1"] or m["n2"]), (m["w1"] or m["w2"]).casefold()


def leader(text: str) -> re.Match[str] | None:
    """A contents entry with dotted leaders and a page."""
    return _LEADER.match(text)


def row(text: str) -> re.Match[str] | None:
    return _ROW.match(text)


def is_rule(text: str) -> bool:
    """A line that only draws: table rules, underlines."""
    return bool(_RULE.match(text))


def edit_mark(text: str) -> int:
    """Length of an encyclopedia's edit mark at the start of a heading, 0 where there is none."""
    m = _EDIT.match(text)
    return m.end() if m else 0


def is_capitals(text: str) -> bool:
    """A heading set in capitals: at least four letters, nearly all upper case, not a long sentence."""
    letters = [c for c in text if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    return len(letters) >= 4 and upper >= 0.9 * len(letters) and len(words(text)) <= 14


def is_phrase(text: str, *, most: int = 10) -> bool:
    """Short, and no sentence: could be a heading or a box of a slide."""
    return 1 <= len(words(text)) <= most and not SENTENCE_END.search(text) and not text.endswith((",", ";"))
