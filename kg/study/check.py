"""Typed answers, judged kindly: case, accents, ё, quotes, articles, forms of words, order and slips do not count.

What counts is which concept was meant: an answer that is, to the letter, the name of another concept is wrong however
few letters differ ("internal" for "external").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from kg.study.card import Card, Item
from kg.study.quality import content
from kg.text import label_key, lemma, words

MOST_TYPED = 4000  # characters that are looked at
_ARTICLES = frozenset({"a", "an", "the"})
_SAID, _PARTLY = 0.6, 0.3  # share of a definition's words that make an answer right, or nearly
_LISTED = re.compile(r"[\n;•|→]|,(?!\d)|(?<!\w)\d{1,2}[.)]\s")
_JOINED = re.compile(r"\s(?:and|или|or|и|&|then|потом|затем)\s", re.IGNORECASE)
RATING = {"right": 3, "almost": 2, "wrong": 1}
_RANK = ("wrong", "almost", "right")


@dataclass(frozen=True, slots=True)
class Checked:
    """`result` is right, almost or wrong; `rating` 1 to 4 is only a suggestion; `extra` is what belongs to no item."""

    result: str
    rating: int
    found: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...] = ()
    in_order: bool = True


def check(card: Card, typed: str, *, others: Collection[str] = frozenset()) -> Checked:
    """What a typed answer is worth. `others` are `label_key`s of names in the course, among them those of this card."""
    typed = typed[:MOST_TYPED]
    match card.how:
        case "said":
            return _said(card, typed)
        case "any":
            return _any(card, typed, others)
        case _:
            return _listed(card, typed, others)


def same_name(typed: str, item: Item, others: Collection[str] = frozenset()) -> str:
    """right, almost or wrong: how near what was typed is to one of the item's names."""
    names = item.accept or (item.text,)
    keys = {label_key(n) for n in names}
    key = label_key(typed)
    if key and key in keys:
        return "right"
    if key in others:
        return "wrong"
    return max((_near(typed, name) for name in names), key=_RANK.index)


def _any(card: Card, typed: str, others: Collection[str]) -> Checked:
    pieces = [typed, *_LISTED.split(typed)]
    best = max((same_name(p, i, others) for p in pieces for i in card.items), key=_RANK.index)
    right = tuple(i.text for i in card.items)
    return Checked(best, RATING[best], right if best != "wrong" else (), right if best == "wrong" else ())


def _listed(card: Card, typed: str, others: Collection[str]) -> Checked:
    """Every item on its own: the best fitting piece of what was typed, no piece twice."""
    pieces = [p.strip() for p in _LISTED.split(typed) if p and p.strip()]
    if len(pieces) < len(card.items):
        pieces = [q.strip() for p in pieces for q in _parted(p, card.items, others)]
    pairs = sorted(
        (
            (-_RANK.index(how), i, p)
            for i, item in enumerate(card.items)
            for p, piece in enumerate(pieces)
            if (how := same_name(piece, item, others)) != "wrong"
        )
    )
    of_item: dict[int, tuple[int, int]] = {}
    taken: set[int] = set()
    for rank, i, p in pairs:
        if i not in of_item and p not in taken:
            of_item[i] = p, -rank
            taken.add(p)
    found = tuple(item.text for i, item in enumerate(card.items) if i in of_item)
    missing = tuple(item.text for i, item in enumerate(card.items) if i not in of_item)
    extra = tuple(piece for p, piece in enumerate(pieces) if p not in taken)
    places = [of_item[i][0] for i in sorted(of_item)]
    in_order = card.how != "ordered" or places == sorted(places)
    sure = all(rank == 2 for _, rank in of_item.values())
    if not missing and not extra and in_order and sure:
        result = "right"
    elif 2 * len(found) >= len(card.items):
        result = "almost"
    else:
        result = "wrong"
    return Checked(result, RATING[result], found, missing, extra, in_order)


def _parted(piece: str, items: Sequence[Item], others: Collection[str]) -> list[str]:
    """Parted at "and", unless the whole is the name of an item."""
    if any(same_name(piece, item, others) == "right" for item in items):
        return [piece]
    return _JOINED.split(piece)


def _said(card: Card, typed: str) -> Checked:
    """How much of the meaning was said: of several definitions the one that fits best counts, of sides every one."""
    given = content(typed)
    shares = [_share(content(item.text), given) for item in card.items]
    share = min(shares) if card.type == "compare" else max(shares)
    result = "right" if share >= _SAID else "almost" if share >= _PARTLY else "wrong"
    missing = tuple(i.text for i, s in zip(card.items, shares, strict=True) if s < _SAID)
    found = tuple(i.text for i, s in zip(card.items, shares, strict=True) if s >= _SAID)
    return Checked(result, RATING[result], found, () if result == "right" else missing)


def _share(wanted: Sequence[str], given: Sequence[str]) -> float:
    if not wanted:
        return 0.0
    unique = dict.fromkeys(wanted)
    return sum(any(_slip(w, g) == 2 for g in given) for w in unique) / len(unique)


def _near(typed: str, name: str) -> str:
    """Word by word, in any order. One word that is doubtful, too many or too few makes it almost right."""
    wanted, given = _tokens(name), _tokens(typed)
    if not wanted or not given:
        return "wrong"
    together, apart = "".join(wanted), "".join(given)
    if together == apart:
        return "right"
    left = list(given)
    doubts = lost = 0
    for w in wanted:
        best = max(left, key=lambda g: (_slip(w, g), -OSA.distance(w, g)), default="")
        how = _slip(w, best) if best else 0
        if how:
            left.remove(best)
        doubts += how == 1
        lost += how == 0
    if not doubts and not lost and not left:
        return "right"
    if doubts + lost + len(left) == 1 and len(wanted) - lost > 0 and (lost == 0 or len(wanted) > 2):
        return "almost"
    return "wrong"


def _tokens(text: str) -> list[str]:
    return [p for w in words(text) for p in w.split("-") if p not in _ARTICLES]


def _slip(wanted: str, given: str) -> int:
    """2: the same word, or a slip of the fingers; 1: perhaps; 0: another word. Numbers are never slips."""
    if wanted == given or lemma(wanted) == lemma(given):
        return 2
    if any(c.isdigit() for c in wanted + given):
        return 0
    size = max(len(wanted), len(given))
    allowed = 0 if size < 4 else 1 if size < 9 else 2
    distance = OSA.distance(wanted, given, score_cutoff=allowed + 1)
    if distance > allowed + 1 or not allowed:
        return 0
    if wanted[0] != given[0]:  # a prefix turns a word into its contrary
        return 1 if distance == 1 else 0
    return 2 if distance <= allowed else 1
