"""Concepts by their names: exact, found inside a longer text, by the start of a word, and misspelt (for somebody who
is still typing: kg.suggest).

A name is compared by kg.text.label_key (lemmas, no articles, hyphens as spaces), so "Touchpoints"
finds "touchpoint" and "стадии" finds "стадия". Scores are 0..1 and say how much of the query the
name accounts for, in terms of the words' weights.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.model import Concept, Lang
from kg.text import fold, label_key, lemma, unaccent, words

_FLOOR = 80.0  # rapidfuzz ratio below which a spelling is another word
_RANK_LOSS = 0.03  # an alternative name counts a little less than a preferred one, a hidden one less again
_MAX_KEY_WORDS = 8
_PRECISION = 1.5  # half a name says little
_FUZZY_WORDS = 6  # longer texts are no misspelt names


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query: as folded, its lemma, and how much it says (0 for "what", "is", ...)."""

    word: str
    lemma: str
    weight: float


@dataclass(frozen=True, slots=True)
class LabelMatch:
    concept: str
    label: str
    lang: Lang
    how: str  # exact | prefix | fuzzy | lexical
    score: float  # 0..1
    whole: bool  # the name accounts for everything the query says
    inside: bool = False  # the whole name stands in the query


@dataclass(frozen=True, slots=True)
class Row:
    """One name of one concept."""

    concept: str
    text: str
    lang: Lang
    rank: int  # 0 preferred, 1 alternative, 2 hidden
    key: str
    folded: str


def _one(_: str) -> float:
    return 1.0


def tokens(text: str, weigh: Mapping[str, float] | None = None) -> list[Token]:
    """Words of `text`, hyphenated ones in parts, each with its weight (1 without `weigh`)."""
    out = []
    for word in words(text):
        for part in word.split("-"):
            base = lemma(part)
            out.append(Token(part, base, 1.0 if weigh is None else weigh.get(part, 0.0)))
    return out


class LabelIndex:
    """All names of all concepts, in memory; 5,000 of them load in 100 ms."""

    def __init__(self, rows: Sequence[Row], weigh: Callable[[str], float] = _one) -> None:
        """`weigh`: how much a folded word says, 0 for words that say nothing."""
        import marisa_trie
        import numpy as np

        places: dict[str, list[int]] = defaultdict(list)
        sizes = np.zeros(len(rows))
        for i, row in enumerate(rows):
            for base, word in dict(zip(row.key.split(), row.folded.split(), strict=False)).items():
                weight = weigh(word)
                if weight > 0:
                    places[base].append(i)
                    sizes[i] += weight
        self._places = {base: np.array(found) for base, found in places.items()}
        self._sizes = np.maximum(sizes, 1e-9)
        self.rows = rows
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_bag: dict[str, list[int]] = defaultdict(list)
        starts: list[tuple[str, tuple[int, int]]] = []
        vocabulary: set[str] = set()
        for i, row in enumerate(rows):
            self._by_key[row.key].append(i)
            self._by_bag[" ".join(sorted(row.key.split()))].append(i)
            parts = row.folded.split(" ")
            vocabulary.update(p for p in parts if len(p) > 3)
            at = 0
            for part in parts:
                starts.append((row.folded[at:], (i, min(at, 255))))
                at += len(part) + 1
        self._trie = marisa_trie.RecordTrie("<IB", starts)
        self._folded = [row.folded for row in rows]
        self._longest = min(_MAX_KEY_WORDS, max((row.key.count(" ") + 1 for row in rows), default=0))
        self.vocabulary = frozenset(vocabulary)

    @staticmethod
    def build(concepts: Iterable[Concept], path: Path) -> LabelIndex:
        """Write the names to `path` and return their index."""
        rows: list[Row] = []
        for concept in sorted(concepts, key=lambda c: c.id):
            groups = (
                tuple((text, lang) for lang, text in concept.labels.items()),
                concept.alt_labels,
                concept.hidden_labels,
            )
            seen: set[tuple[str, Lang]] = set()
            for rank, group in enumerate(groups):
                for text, lang in group:
                    if (text, lang) not in seen and label_key(text):
                        seen.add((text, lang))
                        rows.append(Row(concept.id, text, lang, rank, label_key(text), _folded(text)))
        table = [[r.concept, r.text, r.lang, r.rank, r.key, r.folded] for r in rows]
        path.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        return LabelIndex(rows)

    @staticmethod
    def open(path: Path, *, weigh: Callable[[str], float] = _one) -> LabelIndex:
        try:
            return LabelIndex([Row(*row) for row in json.loads(path.read_text(encoding="utf-8"))], weigh)
        except (OSError, ValueError, TypeError) as problem:
            raise StoreError(f"{path}: the label index cannot be read ({problem}); build again") from problem

    def inside(self, lemmas: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Longest names in a row of lemmas, none overlapping: (from, to, ids of the concepts so called)."""
        out, at = [], 0
        while at < len(lemmas):
            for size in range(min(self._longest, len(lemmas) - at), 0, -1):
                rows = self._by_key.get(" ".join(lemmas[at : at + size]))
                if rows:
                    out.append((at, at + size, tuple(dict.fromkeys(self.rows[i].concept for i in rows))))
                    at += size - 1
                    break
            at += 1
        return out

    def match(self, query: Sequence[Token], *, limit: int = 50) -> list[LabelMatch]:
        """Concepts named by the query, best first; one row per concept."""
        content = list({t.lemma: t for t in query if t.weight > 0}.values())
        if not content:  # "What is it?": better its frame than nothing
            query = [Token(t.word, t.lemma, 1.0) for t in query]
            content = list({t.lemma: t for t in query}.values())
        if not content:
            return []
        total = sum(t.weight for t in content)
        best: dict[str, LabelMatch] = {}
        self._match_words(best, content, total)
        kept = [t for t in query if t.lemma not in {"the", "a", "an"}]
        covered = 0.0
        for start, end, _ in self.inside([t.lemma for t in kept]):
            part = min(1.0, sum(t.weight for t in kept[start:end]) / total)
            covered += part
            for i in self._by_key[" ".join(t.lemma for t in kept[start:end])]:
                self._keep(best, i, "exact", part, whole=part > 0.999, inside=True)
        bag = " ".join(sorted(t.lemma for t in content))
        for i in self._by_bag.get(bag, ()):
            self._keep(best, i, "exact", 0.97, whole=True, inside=True)
        if len(content) <= _FUZZY_WORDS and covered < 0.999:
            text = " ".join(t.word for t in content)
            self._match_prefix(best, text)
            if covered < 0.5:
                self._match_fuzzy(best, text)
        ranked = sorted(best.values(), key=lambda m: (-m.score, m.concept))
        return ranked[:limit]

    def named(self, text: str) -> list[LabelMatch]:
        """Concepts that are called just so, up to lemmas, articles and hyphens."""
        best: dict[str, LabelMatch] = {}
        for i in self._by_key.get(label_key(text), ()):
            self._keep(best, i, "exact", 1.0, whole=True)
        return sorted(best.values(), key=lambda m: (-m.score, m.label, m.concept))

    def alike(self, text: str) -> list[LabelMatch]:
        """Concepts whose name as a whole is spelt much like the text, nearest first."""
        best: dict[str, LabelMatch] = {}
        self._match_fuzzy(best, _folded(text))
        return sorted(best.values(), key=lambda m: (-m.score, m.label, m.concept))

    def _match_words(self, best: dict[str, LabelMatch], content: Sequence[Token], total: float) -> None:
        """Names that share words with the query, in any order: by what they say of it and it of them."""
        import numpy as np

        common = np.zeros(len(self.rows))
        for base, weight in {t.lemma: t.weight for t in content}.items():
            if base in self._places:
                common[self._places[base]] += weight
        precision = np.minimum(1.0, common / self._sizes)
        score = np.minimum(1.0, common / total) * precision**_PRECISION
        for i in np.argsort(-score, kind="stable")[:60].tolist():
            if score[i] < 0.05:
                break
            whole = bool(score[i] > 0.999)
            self._keep(best, i, "lexical", 0.95 * float(score[i]), whole=whole, inside=bool(precision[i] > 0.999))

    def _match_prefix(self, best: dict[str, LabelMatch], text: str) -> None:
        if len(text) < 2 and len(self.rows) > 5_000:
            return
        for full, (i, at) in self._trie.items(text):
            row = self.rows[i]
            share = len(text) / len(row.folded)
            self._keep(best, i, "prefix", (0.5 if at else 0.6) + 0.3 * share, whole=len(full) == len(text) and not at)

    def _match_fuzzy(self, best: dict[str, LabelMatch], text: str) -> None:
        from rapidfuzz import fuzz, process

        for _, ratio, i in process.extract(text, self._folded, scorer=fuzz.ratio, score_cutoff=_FLOOR, limit=10):
            self._keep(best, i, "fuzzy", 0.9 * (ratio / 100) ** 2, whole=False)

    def _keep(
        self, best: dict[str, LabelMatch], i: int, how: str, score: float, *, whole: bool, inside: bool = False
    ) -> None:
        row = self.rows[i]
        score = min(1.0, score) * (1 - _RANK_LOSS * row.rank)
        old = best.get(row.concept)
        if old is None or (score, row.text) > (old.score, old.label):
            best[row.concept] = LabelMatch(row.concept, row.text, row.lang, how, score, whole, inside)


def _folded(text: str) -> str:
    return " ".join(p for w in words(unaccent(fold(text))) for p in w.split("-"))
