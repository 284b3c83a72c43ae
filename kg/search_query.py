"""What a query says: its words with their weights, spelling mended, in both languages."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from kg.errors import QueryError, StoreError
from kg.frequencies import KNOWN, zipf
from kg.labels import Token, tokens
from kg.model import Lang
from kg.text import script_of, words
from kg.text_index import stems

MAX_CHARS = 2_000
_MAX_TERMS = 64  # of a query: a pasted page must not become a thousand clauses
_CLOSE = 82.0  # rapidfuzz ratio from which an unknown word is a misspelling of a known one
_MENDED = 0.8  # weight of a mended word

# Words that frame a question and say nothing of its subject.
_FRAME_WORDS = """
a an and are as at be been being but by can could did do does for from had has have how i if in into is it its me my of
on or our shall should so some such than that the their them then there these they this those to up us was we were what
when where which while who whom whose why will with would you your about according also any both called define defined
definition describe does each explain give given list main mean meaning means name one please said say says source stand
tell term text used using
а без бы был была были было быть в вам вас весь во вот все всё всех вы где да для до если есть ещё же за и из или им их
к как какая какие каким какими каких какого какое какой каком какую когда кого кто ли мне можно мы на над не него нее
неё
нет ни них но о об обо объясни объясните он она они оно от по под при про с со так такая такие также такое такой там тем
то того тоже том ту тут ты у чего чем чему что чтобы эта эти это этого этой этом этот эту являются является называется
называют означает определение определи определите опиши перечисли перечислите назови назовите расскажи значит
"""
_ASKING_WORDS = """
what when where which who whom whose why how is are was were do does did can could should would compare define describe
explain give list
name tell difference
какая какие каким какими каких какого какое какой каком какую когда кого кто как что чего чем чему зачем почему сколько
где куда перечисли перечислите назови назовите объясни объясните опиши опишите сравни сравните расскажи определи разница
"""
_ASKING = frozenset(_ASKING_WORDS.split())
_USUAL = 4.0  # Zipf frequency from which a word is no slip
_SLIP = 2.0  # Zipf units (factors of ten) by which the word that was meant is more frequent than its slip
_UNKNOWN = 0.5  # weight of a word that the course does not have, of its idf
_DESCRIPTION = 3  # known content words from which a text without a question may be a description
FRAME = frozenset(word.replace("ё", "е") for word in _FRAME_WORDS.split())


class Translator(Protocol):
    """The part of kg.ontology.Ontology that is needed here."""

    def translate(self, text: str, to: Lang) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """`terms`: folded word -> weight, for the text leg. `dense`: what to embed, "" where nothing sensible is left."""

    text: str
    lang: Lang
    tokens: tuple[Token, ...]
    terms: Mapping[str, float]
    scale: float  # of a BM25 score: the idf of the words in the language that says more
    dense: str
    translated: tuple[str, ...]
    translated_tokens: tuple[Token, ...]
    mended: Mapping[str, str]
    describes: bool  # it may be a description, of something that is not among its words


class Lexicon:
    """In how many units each stem stands, and the words as they are written."""

    def __init__(self, units: int, counts: Mapping[str, int], spelt: Mapping[str, str]) -> None:
        self._units, self._counts = units, counts
        self.spelt = frozenset(spelt)
        self._spelt = spelt  # folded word -> its stem
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in sorted(spelt):
            if len(word) > 3:
                self._by_start[word[0]].append(word)
        self.languages = frozenset(script_of(word) for word in self._by_start)

    @staticmethod
    def build(texts: Iterable[str], path: Path) -> Lexicon:
        counts: Counter[str] = Counter()
        spelt: dict[str, str] = {}
        units = 0
        for text in texts:
            units += 1
            found = set()
            for word in set(words(text)):
                for part in word.split("-"):
                    if part not in spelt:
                        spelt[part] = " ".join(stems(part))
                    found.add(spelt[part])
            counts.update(found)
        table = {"units": units, "counts": counts, "spelt": spelt}
        path.write_text(json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
        return Lexicon(units, counts, spelt)

    @staticmethod
    def open(path: Path) -> Lexicon:
        try:
            return Lexicon(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as problem:
            raise StoreError(f"{path}: the lexicon cannot be read ({problem}); build again") from problem

    def idf(self, word: str) -> float:
        """BM25's, at least 0; an unknown word is as rare as can be."""
        count = self._counts.get(self._spelt.get(word) or " ".join(stems(word)), 0)
        return math.log(1 + (self._units - count + 0.5) / (count + 0.5))

    def weigh(self, word: str) -> float:
        """Its idf, 0 for the words that only frame a question."""
        return 0.0 if word in FRAME else self.idf(word)

    def knows(self, word: str) -> bool:
        return word in self._spelt or self._counts.get(" ".join(stems(word)), 0) > 0

    def mend(self, word: str) -> str | None:
        """The known word that a misspelt one stands for; None for known, short, numeric and real words."""
        if len(word) < 4 or self.knows(word) or not word.isalpha() or is_real(word):
            return None
        from rapidfuzz import fuzz, process

        near = process.extract(word, self._by_start[word[0]], scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=5)
        if not near:
            near = process.extract(word, list(self._spelt), scorer=fuzz.ratio, score_cutoff=_CLOSE + 3, limit=5)
        best = max(near, key=lambda n: (n[1], self._counts.get(self._spelt[n[0]], 0), n[0]), default=None)
        return best[0] if best else None


@lru_cache(maxsize=10_000)
def is_real(word: str) -> bool:
    """A word of the language that happens not to stand in the course is no misspelling."""
    return all(zipf(part) >= KNOWN for part in word.split("-"))


def slip_of(word: str, common: Collection[str]) -> str | None:
    """Of `common` words the one that a folded word is a slip of: "teh" of "the", "wat" of "what".

    For short words, that are real ones as often as not: one letter changed places, was left out or struck twice, after
    the first one, and what is meant is a hundred times as frequent.
    """
    from rapidfuzz.distance import OSA

    if not script_of(word) or not word.isalpha() or zipf(word) >= _USUAL:
        return None
    near = [w for w in sorted(common) if w[0] == word[0] and w != word and OSA.distance(w, word, score_cutoff=1) == 1]
    near = [w for w in near if len(w) != len(word) or sorted(w) == sorted(word)]
    best = max(near, key=zipf, default="")
    if not best or zipf(best) < zipf(word) + _SLIP:
        return None
    return best


def understand(text: str, *, lexicon: Lexicon, translator: Translator | None, dense_langs: frozenset[Lang]) -> Query:
    """QueryError: nothing asked, or more than MAX_CHARS characters."""
    if not text.strip():
        raise QueryError("nothing was asked: the query is empty")
    if len(text) > MAX_CHARS:
        raise QueryError(f"the query has {len(text)} characters, {MAX_CHARS} are allowed; shorten it")
    lang = script_of(text)
    raw = tokens(text)
    mended: dict[str, str] = {}
    weights: dict[str, float] = {}
    known = 0
    for token in raw:
        if token.word in weights or token.word in FRAME:
            continue
        better = lexicon.mend(token.word)
        if better:
            mended[token.word] = better
        weights[token.word] = lexicon.idf(better or token.word)
        if better is None and not lexicon.knows(token.word):
            weights[token.word] *= _UNKNOWN  # rare, but nothing here can be about it
        else:
            known += weights[token.word] > 0
    if not weights and raw:  # "What is it?": better its frame than nothing
        weights = {t.word: 0.1 for t in raw}
    kept = []
    for token in raw:
        word = mended.get(token.word)
        weight = weights.get(token.word, 0.0)
        kept += (
            [Token(t.word, t.lemma, weight) for t in tokens(word)] if word else [Token(token.word, token.lemma, weight)]
        )
    plain = " ".join(mended.get(t.word, t.word) for t in raw) if mended else text
    terms: dict[str, float] = {}
    for token in raw:
        if token.word in weights and len(terms) < _MAX_TERMS:
            terms[mended.get(token.word, token.word)] = _MENDED if token.word in mended else 1.0
    scale = sum(weight * lexicon.idf(word) for word, weight in terms.items())
    translated: tuple[str, ...] = ()
    translated_tokens: tuple[Token, ...] = ()
    other = "ru" if lang != "ru" else "en"
    if translator is not None and lang and other in lexicon.languages:
        translated = translator.translate(plain, other)
        found = [Token(t.word, t.lemma, lexicon.weigh(t.word)) for phrase in translated for t in tokens(phrase)]
        translated_tokens = tuple(found)
        added = {t.word: 1.0 for t in found if t.word not in FRAME}
        scale = max(scale, sum(lexicon.idf(word) for word in added))
        terms |= {word: w for word, w in list(added.items())[:_MAX_TERMS] if word not in terms}
    asks = "?" in text or any(t.word in _ASKING for t in raw[:2])
    describes = not asks and known >= _DESCRIPTION
    dense = plain
    if lang == "ru" and "ru" not in dense_langs:
        latin = [t.word for t in raw if script_of(t.word) == "en"]
        dense = " ".join([*latin, *translated])
    return Query(text, lang or "en", tuple(kept), terms, scale, dense, translated, translated_tokens, mended, describes)
