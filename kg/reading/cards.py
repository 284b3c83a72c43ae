"""Flashcards in plain text: which layout a whole file has, and where fronts and backs stand.

layout      a card looks like
marks       "Q: front", "A: back" (В/О, Вопрос/Ответ, ...), or a lone "Q" and "A" above each side, as study sites
            print them: with a counter before the card and a rating scale behind it, which are noise
colons      front :: back                   (also ::: as Obsidian's spaced repetition writes it)
tabs        front <tab> back                (exports of Quizlet and Anki)
mark-line   front, a line with only "?", back, blank line
questions   a question, blank line, its answer, blank line
gists       term: gist                      (or all with a dash)
pairs       front, back on the next line, blank line

Detection is careful: nearly the whole file has to have the layout, for notes too hold some "term: gist" lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from kg.model import Span
from kg.reading.lines import Line, bullet, numbered, split
from kg.text import words

Role = Literal["front", "back", "noise", "heading", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a card file: whole lines, or part of one. `rule` tells the layout, or the kind of noise."""

    role: Role
    span: Span
    rule: str


_FRONT_MARKS = "Q|Question|Front|В|Вопрос"
_BACK_MARKS = "A|А|Answer|Ans|Back|О|Ответ"
_OPEN = r"^[*_>\-#\s]{0,5}"  # "**Q:** ...", "- Q: ..."
_FRONT = re.compile(rf"{_OPEN}(?:{_FRONT_MARKS})\s?\d{{0,3}}\s?[:.)][*_]{{0,3}}(?=\s|$)\s*", re.IGNORECASE)
_BACK = re.compile(rf"{_OPEN}(?:{_BACK_MARKS})\s?\d{{0,3}}\s?[:.)][*_]{{0,3}}(?=\s|$)\s*", re.IGNORECASE)
_LONE_FRONT = re.compile(rf"(?:{_FRONT_MARKS})")
_LONE_BACK = re.compile(rf"(?:{_BACK_MARKS})")
_NUMBER = re.compile(r"\d{1,4}[.)]?")
_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_COLONS = re.compile(r"^(?P<front>\S[^:]*(?::[^:]+)*?)\s*:::?(?!:)\s*(?P<back>\S.*)$")
_TAB = re.compile(r"^(?=[^\t]*[^\W\d_]{2})(?P<front>[^\t]+?) *\t+ *(?P<back>[^\t]+)$")
_COLON = re.compile(r"^(?P<front>[^:.!?;]{1,80}?)\s?:\s+(?P<back>\S.*)$")
_DASH = re.compile(r"^(?P<front>[^:.!?;–—]{1,80}?)(?:\s+[–—-]|\s*[–—])\s+(?P<back>\S.*)$")
_STEP = re.compile(r"[^\W\d_]+\s+\d[\d.]*")
_MOST_TITLE_LINES = 3
_LONGEST_TAIL = 14


def split_cards(raw: str) -> tuple[Piece, ...] | None:
    """The pieces of a card file in order, None where the text is none.

    The pieces hold all visible text but the marks inside a line ("Q:", "::", a tab), which belong to neither side.
    """
    lines = split(raw)
    if len(lines) < 2:
        return None
    layouts: tuple[Callable[[Sequence[Line]], list[Piece] | None], ...] = (
        _marks,
        lambda found: _on_one_line(found, _COLONS, "colons", least=2, share=0.5),
        lambda found: _on_one_line(found, _TAB, "tabs", least=2, share=0.8),
        _mark_lines,
        _questions,
        _gists,
        _pairs,
    )
    for layout in layouts:
        pieces = layout(lines)
        if pieces:
            return tuple(pieces)
    return None


def _over(lines: Sequence[Line], role: Role, rule: str, *, start: int | None = None) -> list[Piece]:
    """One piece over these lines (from the raw offset `start` on), none where there is nothing."""
    if not lines:
        return []
    first = lines[0].start if start is None else start
    return [Piece(role, Span(first, lines[-1].end), rule)] if first < lines[-1].end else []


def _titles(lines: Sequence[Line], rule: str) -> list[Piece] | None:
    """The lines before the first card as headings; None where they are too many to be a title."""
    if len(lines) > _MOST_TITLE_LINES:
        return None
    return [Piece("heading", Span(_behind_hashes(line), line.end), rule) for line in lines]


def _behind_hashes(line: Line) -> int:
    found = _HASHES.match(line.text)
    return line.start + (found.end() if found else 0)


# ---------------------------------------------------------------- marks


@dataclass(frozen=True, slots=True)
class _Card:
    """Line numbers of one marked card: front lines from `front`, back lines from `back`, up to `end`."""

    front: int
    back: int
    end: int
    lone: bool


def _marks(lines: Sequence[Line]) -> list[Piece] | None:
    cards = _marked_cards(lines, lone=True)
    if len(cards) < 2:
        cards = _marked_cards(lines, lone=False)
    if not cards or (len(cards) < 2 and cards[0].front > 0):
        return None
    first = cards[0].front - (_is_counter(lines, cards[0]) if cards else 0)
    out = _titles(lines[:first], "marks")
    if out is None:
        return None
    tails = _tails([[line.text for line in lines[c.back : c.end]] for c in cards])
    for card, tail in zip(cards, tails, strict=True):
        if _is_counter(lines, card):
            out += _over(lines[card.front - 1 : card.front], "noise", "card-counter")
        out += _side(lines[card.front : card.back], "front", _FRONT, lone=card.lone)
        out += _side(lines[card.back : card.end - tail], "back", _BACK, lone=card.lone)
        out += _over(lines[card.end - tail : card.end], "noise", "rating-scale")
    return out


def _is_counter(lines: Sequence[Line], card: _Card) -> bool:
    return card.lone and card.front > 0 and bool(_NUMBER.fullmatch(lines[card.front - 1].text))


def _marked_cards(lines: Sequence[Line], *, lone: bool) -> list[_Card]:
    """The cards of a file in which each front mark is followed by a back mark; none where some are not."""

    def is_mark(text: str, *, front: bool) -> bool:
        if lone:
            return bool((_LONE_FRONT if front else _LONE_BACK).fullmatch(text))
        return bool((_FRONT if front else _BACK).match(text))

    fronts, backs = list[int](), list[int]()
    for i, line in enumerate(lines):
        if is_mark(line.text, front=True):
            if len(fronts) > len(backs):
                return []
            fronts.append(i)
        elif len(fronts) > len(backs) and is_mark(line.text, front=False):
            backs.append(i)
    if not backs:
        return []
    backs += [len(lines)] * (len(fronts) - len(backs))  # a front at the file's end whose back was cut off
    ends = [*fronts[1:], len(lines)]
    cards = [_Card(f, b, e, lone) for f, b, e in zip(fronts, backs, ends, strict=True)]
    return [
        _Card(c.front, c.back, c.end - _is_counter(lines, following), lone) if following else c
        for c, following in zip(cards, [*cards[1:], None], strict=True)
    ]


def _side(lines: Sequence[Line], role: Role, mark: re.Pattern[str], *, lone: bool) -> list[Piece]:
    """The piece of one side without its mark; headings inside a back stand alone."""
    if lone:
        return [*_over(lines[:1], "noise", "card-mark"), *_over(lines[1:], role, "marks")]
    if not lines:
        return []
    found = mark.match(lines[0].text)
    start: int | None = lines[0].start + (found.end() if found else 0)
    out, begun = list[Piece](), 0
    for i, line in enumerate(lines):
        if i and role == "back" and _HASHES.match(line.text):
            out += _over(lines[begun:i], role, "marks", start=start)
            out.append(Piece("heading", Span(_behind_hashes(line), line.end), "marks"))
            begun, start = i + 1, None
    return out + _over(lines[begun:], role, "marks", start=start)


def _tails(backs: Sequence[Sequence[str]]) -> list[int]:
    """How many lines at the end of each back are a study site's: a rating scale, or what most cards end with."""
    ends = Counter(tuple(back[-n:]) for back in backs for n in range(2, min(_LONGEST_TAIL, len(back) - 1) + 1))
    often = max(3, len(backs) // 3)
    out = []
    for back in backs:
        sizes = range(2, min(_LONGEST_TAIL, len(back) - 1) + 1)
        learned = max((n for n in sizes if ends[tuple(back[-n:])] >= often), default=0)
        out.append(max(learned, _scale(back)))
    return out


def _scale(back: Sequence[str]) -> int:
    """Lines of a rating scale at the end: 1..4 or more counted up, short labels between them, its question above."""
    for start in range(len(back) - 1, max(0, len(back) - _LONGEST_TAIL - 1), -1):
        if back[start] != "1":
            continue
        steps = [text for text in back[start:] if text.isdecimal()]
        labels = [text for text in back[start:] if not text.isdecimal()]
        if (
            steps == [str(i + 1) for i in range(len(steps))]
            and len(steps) >= 4
            and all(len(words(t)) <= 4 for t in labels)
        ):
            return len(back) - start + (start > 1 and back[start - 1].endswith("?"))
    return 0


# ---------------------------------------------------------------- both sides on one line


def _on_one_line(
    lines: Sequence[Line], pattern: re.Pattern[str], rule: str, *, least: int, share: float
) -> list[Piece] | None:
    found = [_two_sided(line, pattern) for line in lines]
    cards = [i for i, match in enumerate(found) if match]
    plain = sum(not _HASHES.match(line.text) for line in lines)
    if len(cards) < least or len(cards) < share * plain:
        return None
    out = _titles(lines[: cards[0]], rule)
    if out is None:
        return None
    for i, following in pairwise([*cards, len(lines)]):
        match = found[i]
        if match is None:
            continue
        front = lines[i].piece(match, "front")
        out.append(Piece("front", Span(front.start, front.start + len(match["front"].rstrip())), rule))
        more = lines[i + 1 : following]
        headed = next((n for n, line in enumerate(more) if _HASHES.match(line.text)), len(more))
        end = (more[headed - 1] if headed else lines[i]).end
        out.append(Piece("back", Span(lines[i].piece(match, "back").start, end), rule))
        for line in more[headed:]:
            role: Role = "heading" if _HASHES.match(line.text) else "other"
            out.append(Piece(role, Span(_behind_hashes(line), line.end), rule))
    return out


def _two_sided(line: Line, pattern: re.Pattern[str]) -> re.Match[str] | None:
    match = pattern.match(line.text)
    return match if match and not _HASHES.match(line.text) else None


def _gists(lines: Sequence[Line]) -> list[Piece] | None:
    """Term and gist on nearly every line, all with the same sign; no list, no table of contents."""
    if any(bullet(line.text) or numbered(line.text) for line in lines):
        return None
    for pattern in (_COLON, _DASH):
        matches = [m for line in lines if (m := pattern.match(line.text))]
        terms = [m["front"].strip() for m in matches]
        if not terms or any(len(words(term)) > 8 for term in terms):
            continue
        if sum(bool(_STEP.fullmatch(term)) for term in terms) > len(terms) / 3 or len(set(terms)) < len(terms):
            continue
        found = _on_one_line(lines, pattern, "gists", least=4, share=0.9)
        if found:
            return found
    return None


# ---------------------------------------------------------------- sides on lines of their own


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines between blank lines."""
    out: list[list[Line]] = []
    for line in lines:
        if line.blank_before or not out:
            out.append([])
        out[-1].append(line)
    return out


def _mark_lines(lines: Sequence[Line]) -> list[Piece] | None:
    groups = _groups(lines)
    marked = [next((i for i, line in enumerate(g) if line.text in {"?", "??"}), 0) for g in groups]
    cards = [i for i, mark in enumerate(marked) if 0 < mark < len(groups[i]) - 1]
    if len(cards) < 2 or len(cards) < 0.6 * len(groups):
        return None
    out = _titles([line for g in groups[: cards[0]] for line in g], "mark-line")
    if out is None:
        return None
    for i, group in enumerate(groups[cards[0] :], start=cards[0]):
        if i in cards:
            mark = marked[i]
            out += _over(group[:mark], "front", "mark-line")
            out += _over(group[mark : mark + 1], "noise", "card-mark")
            out += _over(group[mark + 1 :], "back", "mark-line")
        else:
            out += _over(group, "other", "mark-line")
    return out


def _questions(lines: Sequence[Line]) -> list[Piece] | None:
    """Question and answer in turn, each a paragraph of its own."""
    groups = _groups(lines)
    asked = [len(g) == 1 and g[0].text.endswith("?") for g in groups]
    first = asked.index(True) if True in asked else len(groups)
    turns = asked[first:]
    if len(turns) < 6 or len(turns) % 2 or turns != [True, False] * (len(turns) // 2):
        return None
    out = _titles([line for g in groups[:first] for line in g], "questions")
    if out is None:
        return None
    for question, answer in zip(groups[first::2], groups[first + 1 :: 2], strict=True):
        out += _over(question, "front", "questions") + _over(answer, "back", "questions")
    return out


def _pairs(lines: Sequence[Line]) -> list[Piece] | None:
    """Two lines and a blank one, again and again: a short front, mostly with a longer back."""
    groups = _groups(lines)
    start = 1 if len(groups[0]) == 1 else 0
    cards = groups[start:]
    if len(cards) < 4 or any(len(g) != 2 for g in cards):
        return None
    fronts = [g[0].text for g in cards]
    if any(bullet(f) or numbered(f) or f.endswith((".", ",", ";")) or len(words(f)) > 14 for f in fronts):
        return None
    longer = sum(len(g[1].text) > len(g[0].text) for g in cards)
    if longer < 0.6 * len(cards) and not all(f.endswith("?") for f in fronts):
        return None
    out = _titles(groups[0] if start else [], "pairs") or []
    for front, back in cards:
        out += _over([front], "front", "pairs") + _over([back], "back", "pairs")
    return out
