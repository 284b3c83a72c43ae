"""Suggestions for somebody who is still typing: concepts by their names, best first, one row a concept.

A name is suggested if it has a word for each word typed, in any order, where a typed word may be unfinished. The order,
each point counting only among those that are equal in all before it:

    1. the whole name, then names that begin so, then names that have the words
    2. fewer wrong letters        3. fewer unfinished words        4. preferred names, alternative, hidden ones
    5. concepts with more links   6. shorter names                 7. the alphabet

What is typed is taken as it stands where that leads to a name; else as the same keys on the other layout, or as one
script in the letters of the other (kg.keyboard); else as misspelt (one wrong letter from three letters, two from
eight). Words that only frame a question need not be in the name; and where nothing is found, the last words decide.
"""

from __future__ import annotations

import itertools
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from kg.keyboard import Sounds, parts, relaid
from kg.labels import Row
from kg.model import Lang
from kg.text import label_key, lemma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Costs = NDArray[np.uint16]  # of every row, for one typed word: what its best word lacks

_NO = 1 << 12  # cost of a row that has no such word
_WRONG = 16  # cost of a wrong letter; 1 is that of an unfinished word
_WORDS = 8  # typed words that are read, the last ones
_BOTH = 3  # typed words up to which a word that some name has may still be a misspelt one
_LETTERS = 40  # of a typed word that are read
_WIDTH = 16  # letters of a word by whose beginnings misspellings are found
_END = "\U0010ffff"
_ARTICLES = frozenset({"a", "an", "the"})
_LEVELS = ("exact", "prefix", "word")


@dataclass(frozen=True, slots=True)
class Found:
    """A name that fits what was typed. `how`: exact | prefix | word | fuzzy | layout | translit."""

    concept: str
    label: str
    lang: Lang
    how: str


@dataclass(frozen=True, slots=True)
class _Typed:
    """A typed word: rows that have it as it stands, or as `how` reads it; `text` in that reading, if it is a text."""

    costs: Costs
    text: str | None
    how: str
    frame: bool = False


class Suggester:
    """All names, ready for typing; made once for a build. Immutable, safe for several threads."""

    def __init__(
        self, rows: Sequence[Row], *, links: Callable[[str], int], says: Callable[[str], float] | None = None
    ) -> None:
        """`links`: of a concept; `says`: how much a folded word says, 0 where it only frames a question."""
        self._rows = rows
        self._says = says
        names = [_bare(row.folded) for row in rows]
        order = sorted(
            range(len(rows)),
            key=lambda i: (
                rows[i].rank, -links(rows[i].concept), len(names[i]), names[i], rows[i].lang, rows[i].text,
                rows[i].concept,
            ),
        )  # fmt: skip
        self._static = np.empty(len(rows), dtype=np.int64)
        self._static[order] = np.arange(len(rows))
        self._sizes = np.array([name.count(" ") + 1 for name in names], dtype=np.int64)
        self._names = _Starts(names)
        self._keys = _places(row.key for row in rows)
        joined = [name.replace(" ", "") for name in names]
        self._joined = _Starts(joined)
        self._words = _Words(names)
        self._sounds = Sounds(self._words.all)

    def starting(self, text: str, *, limit: int) -> tuple[Found, ...]:
        """At most `limit` concepts, in the order above."""
        said = unicodedata.normalize("NFC", text).split()  # not folded: a sign may be a letter of the other layout
        if limit <= 0 or not said or not self._rows:
            return ()
        unfinished = None if text[-1:].isspace() else len(said) - 1
        pieces = [(piece, n != unfinished and self._frames(piece)) for n, piece in enumerate(said)][-_WORDS:]
        typed = [one for piece, frame in pieces for one in self._read(piece, frame=frame)][-_WORDS:]
        if not typed:
            return ()
        found = self._ranked(typed, limit=limit)
        if not found and (how := _reading(typed)):  # one of the words makes a word as it stands too: by chance
            again = [one for piece, frame in pieces for one in self._read(piece, frame=frame, rather=how)]
            found = self._ranked(again[-_WORDS:], limit=limit)
        if not found:
            found = self._together(typed, limit=limit)
        if not found:
            typed = [one if _any(one.costs) else self._misspelt(one) for one in typed]
            found = self._ranked(typed, limit=limit, misspelt=True)
        if not found and len(typed) <= _BOTH:
            found = self._ranked([self._misspelt(one) for one in typed], limit=limit, misspelt=True)
        for start in range(1, len(typed)):
            found = found or self._ranked(typed[start:], limit=limit, misspelt=True)
        return found

    def _frames(self, piece: str) -> bool:
        said = parts(piece)
        return bool(said) and all(w in _ARTICLES or (self._says is not None and self._says(w) <= 0) for w in said)

    def _read(self, piece: str, *, frame: bool, rather: str = "") -> list[_Typed]:
        """The words of what stands between two spaces, in the first reading that leads to names."""
        said = [word[:_LETTERS] for word in parts(piece)]
        plain = [_Typed(self._clean(word), word, "", frame) for word in said]
        if not rather and (frame or (plain and all(_any(one.costs) for one in plain))):
            return plain
        for variant in relaid(piece) if (rather or len(piece) > 1) and rather != "translit" else ():
            other = [_Typed(self._clean(word), word, "layout") for word in parts(variant)]
            if other and all(_any(one.costs) for one in other):
                return other
        return [one if not rather and _any(one.costs) else self._sounding(one) for one in plain]

    def _clean(self, word: str) -> Costs:
        """Names with just this word, in any form of it, or with one that begins so."""
        costs = self._nothing()
        self._words.put(costs, self._words.starting(word), 1)
        for same in self._words.of_lemma(lemma(word)):
            self._words.put(costs, (same, same + 1), 0)
        return costs

    def _sounding(self, one: _Typed) -> _Typed:
        word = one.text or ""
        costs = self._nothing()
        whole = set(self._sounds.of(word))
        for found in {*self._sounds.starting(word)} - whole:
            self._words.put(costs, self._words.just(found), 1)
        for found in whole:
            self._words.put(costs, self._words.just(found), 0)
        return _Typed(costs, None, "translit") if _any(costs) else one

    def _misspelt(self, one: _Typed) -> _Typed:
        """With the names that have a word like it; if there is none, like it on the other layout."""
        if one.text is None:
            return one
        costs = self._like(one.text, one.costs)
        if _any(costs) or one.how:
            return _Typed(costs, one.text, one.how, one.frame)
        for variant in relaid(one.text):
            said = parts(variant)
            if len(said) == 1 and _any(other := self._like(said[0], costs)):
                return _Typed(other, said[0], "layout", one.frame)
        return _Typed(costs, one.text, one.how, one.frame)

    def _like(self, word: str, costs: Costs) -> Costs:
        costs = costs.copy()
        for place, wrong, unfinished in self._words.like(word):
            self._words.lower(costs, place, _WRONG * wrong + unfinished)
        return costs

    def _together(self, typed: Sequence[_Typed], *, limit: int) -> tuple[Found, ...]:
        """Names that begin like the typed words, whatever spaces are in both: "touch point" for "touchpoint"."""
        texts = [one.text for one in typed]
        if None in texts:
            return ()
        rows = self._joined.starting("".join(filter(None, texts)))
        costs = self._nothing()
        costs[rows] = 1
        return self._ranked([_Typed(costs, None, _reading(typed))], limit=limit)

    def _ranked(self, typed: Sequence[_Typed], *, limit: int, misspelt: bool = False) -> tuple[Found, ...]:
        asked = [one for one in typed if not one.frame] or list(typed)
        costs = asked[0].costs.astype(np.int64)
        for one in asked[1:]:
            costs += one.costs
        rows = np.flatnonzero(costs < _NO)
        how = _reading(typed)
        texts = [one.text for one in typed]
        some = [one.text for one in itertools.dropwhile(lambda one: one.frame, typed)]
        level = np.full(len(self._rows), 2, dtype=np.int64)
        if None not in texts:
            said = {" ".join(filter(None, of)) for of in (texts, some) if of}  # as typed, and without "what is"
            begins = np.concatenate([self._names.starting(_bare(text)) for text in said])
            whole = [self._names.just(_bare(text)) for text in said]
            keys = [np.array(self._keys.get(label_key(text), ()), dtype=np.int64) for text in said]
            same = np.concatenate([*whole, *keys])
            level[begins], level[same] = 1, 0
            costs[begins] = np.where(costs[begins] < _NO, costs[begins], 1)
            costs[same] = 0
            rows = np.union1d(rows, np.concatenate([begins, same]))
        if None in texts or misspelt:  # nothing to compare a name as a whole with: all its words, none unfinished
            level[(costs % _WRONG == 0) & (self._sizes == len(asked))] = 0
        if not len(rows):
            return ()
        key = (level[rows] * _NO + costs[rows]) * len(self._rows) + self._static[rows]
        out: dict[str, Found] = {}
        for start, end in ((0, 8 * limit), (8 * limit, len(rows))):
            for i in rows[_smallest(key, start, end)].tolist():
                row = self._rows[i]
                if row.concept not in out:
                    spelt = "fuzzy" if costs[i] >= _WRONG else _LEVELS[level[i]]
                    out[row.concept] = Found(row.concept, row.text, row.lang, how or spelt)
                    if len(out) == limit:
                        return tuple(out.values())
            if end >= len(rows):
                break
        return tuple(out.values())

    def _nothing(self) -> Costs:
        return np.full(len(self._rows), _NO, dtype=np.uint16)


def _any(costs: Costs) -> bool:
    return bool(costs.min() < _NO)


def _reading(typed: Sequence[_Typed]) -> str:
    return next((one.how for one in typed if one.how), "")


def _smallest(key: NDArray[np.int64], start: int, end: int) -> NDArray[np.int64]:
    """Places of the numbers from the `start`-th smallest to the `end`-th, in order."""
    if end < len(key) // 4:
        some = np.argpartition(key, end)[:end]
        return some[np.argsort(key[some])][start:]
    return np.argsort(key)[start:end]


def _bare(name: str) -> str:
    """Without the articles at its beginning."""
    said = name.split(" ")
    while len(said) > 1 and said[0] in _ARTICLES:
        del said[0]
    return " ".join(said)


def _places(keys: Iterable[str]) -> dict[str, list[int]]:
    out: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        out[key].append(i)
    return dict(out)


class _Starts:
    """Rows by how their texts begin."""

    def __init__(self, texts: Sequence[str]) -> None:
        order = sorted(range(len(texts)), key=texts.__getitem__)
        self._texts = [texts[i] for i in order]
        self._order = np.array(order, dtype=np.int64)

    def starting(self, text: str) -> NDArray[np.int64]:
        return self._order[bisect_left(self._texts, text) : bisect_left(self._texts, text + _END)]

    def just(self, text: str) -> NDArray[np.int64]:
        return self._order[bisect_left(self._texts, text) : bisect_left(self._texts, text + "\0")]


class _Words:
    """The words of all names in the order of the alphabet, and the rows in which each stands."""

    def __init__(self, names: Sequence[str]) -> None:
        rows: dict[str, list[int]] = defaultdict(list)
        for i, name in enumerate(names):
            for word in dict.fromkeys(name.split(" ")):
                rows[word].append(i)
        self.all = sorted(rows)
        counts = [len(rows[word]) for word in self.all]
        self._bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64).tolist()
        self._in = np.array([i for word in self.all for i in rows[word]], dtype=np.int64)
        self._bases = [lemma(word) for word in self.all]
        self._lemmas = _places(self._bases)
        self._lengths = np.array([len(word) for word in self.all], dtype=np.int64)
        self._masks = _masks(self.all)

    def put(self, costs: Costs, places: tuple[int, int], cost: int) -> None:
        """Give the rows of words [from, to) a cost; what they had is lost, so costs come falling."""
        costs[self._in[self._bounds[places[0]] : self._bounds[places[1]]]] = cost

    def lower(self, costs: Costs, place: int, cost: int) -> None:
        rows = self._in[self._bounds[place] : self._bounds[place + 1]]
        costs[rows] = np.minimum(costs[rows], cost)

    def starting(self, word: str) -> tuple[int, int]:
        return bisect_left(self.all, word), bisect_left(self.all, word + _END)

    def just(self, word: str) -> tuple[int, int]:
        return bisect_left(self.all, word), bisect_left(self.all, word + "\0")

    def of_lemma(self, base: str) -> Sequence[int]:
        return self._lemmas.get(base, ())

    def like(self, word: str) -> list[tuple[int, int, int]]:
        """(place, wrong letters, 1 if it is unfinished) of words that are, or begin, like a misspelt one.

        A wrong letter is one too many, too few, another one, or two that changed places. Of three letters the first
        must be right.
        """
        size = len(word)
        most = 0 if size < 3 or word.isdigit() else 1 if size < 8 else 2
        if not most:
            return []
        (mask,) = _masks([word])[-1:, 0]
        least, longest = self._masks[min(size - most, _WIDTH) - 1], self._masks[min(size + most, _WIDTH + 1) - 1]
        near = (np.bitwise_count(mask & ~longest) <= most) & (np.bitwise_count(least & ~mask) <= most)
        places = np.flatnonzero(near & (self._lengths >= size - most)).tolist()
        places = [p for p in places if size > 3 or self.all[p][0] == word[0]]
        if not places:
            return []
        cuts = [[self.all[p][:n] for p in places] for n in range(size - most, size + most + 1)]
        begun = np.min([cdist([word], cut, scorer=OSA.distance, score_cutoff=most)[0] for cut in cuts], axis=0)
        ends = [[self.all[p] for p in places], [self._bases[p] for p in places]]
        whole = np.min([cdist([word], end, scorer=OSA.distance, score_cutoff=most)[0] for end in ends], axis=0)
        return [
            (p, int(d), int(w > d))
            for p, d, w in zip(places, begun.tolist(), whole.tolist(), strict=True)
            if d <= most
        ]


def _masks(said: Sequence[str]) -> NDArray[np.uint64]:
    """[_WIDTH + 1, words]: the set of the first 1, 2, ... letters of each word, and of all, a bit for each letter."""
    out = np.zeros((_WIDTH + 1, len(said)), dtype=np.uint64)
    if not said:
        return out
    codes = np.array([word[:_LETTERS] for word in said]).view(np.uint32).reshape(len(said), -1)
    # modulo 64, the small letters of either script fall on bits of their own
    bits = np.where(codes > 0, np.uint64(1) << (codes % 64).astype(np.uint64), np.uint64(0))
    sets = np.bitwise_or.accumulate(bits, axis=1)
    for n in range(_WIDTH):
        out[n] = sets[:, min(n, sets.shape[1] - 1)]
    out[_WIDTH] = sets[:, -1]
    return out
