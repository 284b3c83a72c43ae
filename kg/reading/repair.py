"""Mending damaged words in what is read, never in what is stored (design.md, section 6).

Nothing is listed word by word. Which glyph stands for which lost ligature is learned from the
document; a word is mended only where word frequencies (wordfreq) call it unknown and one near word
is clearly meant: one that the document itself uses, or a common one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from kg.model import Lang, Repair, Run, Span
from kg.reading.aligned import Aligned
from kg.text import fold, unaccent

if TYPE_CHECKING:
    from kg.reading.assemble import Draft

LIGATURES = ("ff", "fi", "fl", "ffi", "ffl", "ft", "tt", "ti")
UNKNOWN = 0.5  # Zipf frequency (log10 per 10^9 words) below which a word is taken as not known
LONGEST = 30  # letters of a word that can be mended
MOST_UNKNOWN = 3000  # words of a text that are not known: beyond, it is another language, not damaged
SELDOM = 2.6  # a word rarer than this may be a misspelling of a word that the document uses often
COMMON = 3.0  # and of this frequency its replacement must be, or stand in the document itself
LETTERS = {"en": "abcdefghijklmnopqrstuvwxyz", "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя"}
_RUSSIAN = re.compile("[а-яё]")
_OFTEN = 2  # a word that the document has more often is spelt as it is meant
_SHORTEST = 3  # letters of a token that can be mended: "@" may stand for two of them
_ONE_LETTER = frozenset("aioавикосуя")
_TOKEN = re.compile(r"[^\W\d_]+(?:@[^\W\d_]+)*")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]|(?<= )è(?= )")
_TAG = re.compile(  # of pages whose markup was copied with their text; List<Item> is none
    r"</?(?:abbr|b|br|center|cite|code|div|em|font|h[1-6]|hr|i|img|kbd|li|mark|ol|p|pre|s|small|span|strong|sub|sup|table|"
    r"t[bdhr]|tbody|thead|tt|u|ul|a)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
_DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u00ad\u200b\ufeff]")


@lru_cache(maxsize=2)
def _frequencies(lang: Lang) -> dict[str, float]:
    import wordfreq

    return dict(wordfreq.get_frequency_dict(lang))


def zipf(word: str) -> float:
    """Frequency of one word on the Zipf scale, 0 where it is unknown; the language follows the script."""
    word = word.lower()
    russian = not word.isascii() and bool(_RUSSIAN.search(word))
    known = _frequencies("ru" if russian else "en")
    frequency = known.get(word, 0.0)
    if not frequency and not russian and not word.isascii():
        frequency = known.get(unaccent(word), 0.0)
    return math.log10(frequency) + 9 if frequency else 0.0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How often each folded word stands in the texts that are being read, and which signs are lost ligatures."""

    counts: Counter[str]
    damage: dict[str, frozenset[str]]
    anagrams: dict[str, list[str]]
    foreign: bool  # most words are of a language that is not known here: nothing is mended

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        tokens = Counter(t for text in texts for t in _TOKEN.findall(normalize("NFC", text)))
        counts: Counter[str] = Counter()
        for token, n in tokens.items():
            counts[fold(token)] += n
        damage: dict[str, set[str]] = {}
        for word in counts:
            if "@" in word:
                for ligature in LIGATURES:
                    if zipf(word.replace("@", ligature)) >= COMMON:
                        damage.setdefault("@", set()).add(ligature)
        anagrams: dict[str, list[str]] = {}
        for word in sorted(counts):
            if len(word) >= 5 and counts[word] >= 3:
                anagrams.setdefault("".join(sorted(word)), []).append(word)
        unknown = sum(len(word) >= 5 and zipf(word) < UNKNOWN for word in counts)
        return cls(counts, {k: frozenset(v) for k, v in damage.items()}, anagrams, unknown > MOST_UNKNOWN)


def _edits(word: str, lang: Lang) -> set[str]:
    """All strings one edit away (insertion, deletion, substitution, transposition)."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = LETTERS[lang]
    return (
        {a + b[1:] for a, b in parts if b}
        | {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
        | {a + c + b[1:] for a, b in parts if b for c in letters}
        | {a + c + b for a, b in parts for c in letters}
    )


def mend_word(word: str, vocabulary: Vocabulary) -> str | None:
    """What a damaged word was meant to be, or None where it should stay.

    `word` is folded. Words of fewer than five or more than thirty letters, and words that the document repeats, stay.
    """
    if "@" in word:
        found = [word.replace("@", one) for one in LIGATURES if zipf(word.replace("@", one)) > 1.5]
        return max(found, key=zipf, default=None)
    if not 5 <= len(word) <= LONGEST or vocabulary.counts[word] > _OFTEN or vocabulary.foreign:
        return None
    rarity = zipf(word)
    if rarity >= SELDOM:
        return None
    if rarity < UNKNOWN and vocabulary.damage:  # one sign lost its ligature, so others may have too
        swapped = {word[:i] + one + word[i + 1 :] for i in range(1, len(word) - 1) for one in LIGATURES}
        best = max(swapped, key=zipf)
        if zipf(best) >= COMMON + 1:
            return best
    lang = "ru" if re.search("[а-я]", word) else "en"
    near = _edits(word, lang) - {word}
    written = near & vocabulary.counts.keys()
    used = max(written, key=lambda w: _likely(word, w, vocabulary), default="")
    if rarity >= UNKNOWN:
        for other in vocabulary.anagrams.get("".join(sorted(word)), ()):
            if vocabulary.counts[other] >= 3 and zipf(other) >= rarity + 1.7:
                return other  # letters only changed places, and the document knows how it is spelt
        best = max(_real(near, word, lang), key=zipf, default="")
        slip = rarity < 2.1 and len(word) >= 8 and zipf(best) >= max(3.5, rarity + 2)
        return best if slip and _same_word(word, best) else None
    if used and vocabulary.counts[used] >= 2 and zipf(used) >= COMMON and _same_word(word, used):
        return used
    if _compound(word):
        return None
    if len(word) >= 9 and not used:  # long words bear two slips
        far = [
            w for w in vocabulary.counts if abs(len(w) - len(word)) <= 2 and w[:2] == word[:2] and _two_apart(w, word)
        ]
        used = max(far, key=lambda w: vocabulary.counts[w] * (zipf(w) > SELDOM), default="")
    likely = [*_real(near, word, lang), *written, *([used] if used else [])]
    best = max(likely, key=lambda w: _likely(word, w, vocabulary), default="")
    if zipf(best) >= (1.5 if vocabulary.counts[best] else COMMON) and _same_word(word, best):
        return best
    if len(word) >= 12:
        best = max({v for w in _deletions(word) for v in _real(_edits(w, lang), word, lang)}, key=zipf, default="")
        if zipf(best) >= COMMON and _same_word(word, best):
            return best
    return None


def _real(slips: set[str], word: str, lang: Lang) -> set[str]:
    """Those of the slips of `word` that are words; one with accents may be a word without them."""
    return slips if lang == "en" and not word.isascii() else slips & _frequencies(lang).keys()


def _likely(word: str, meant: str, vocabulary: Vocabulary) -> float:
    """How likely `meant` was written as `word`: common words, words of this document, a dropped or
    doubled letter before a wrong one."""
    return zipf(meant) + min(1.0, 0.3 * vocabulary.counts[meant]) + 0.5 * (len(meant) != len(word))


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(1, len(word))}


def _two_apart(a: str, b: str) -> bool:
    from rapidfuzz.distance import DamerauLevenshtein

    return DamerauLevenshtein.distance(a, b, score_cutoff=2) <= 2


def _same_word(word: str, other: str) -> bool:
    """Begins alike, and is no inflection or derivation: an unknown form of a known word is no misspelling."""
    common = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    ending = max(len(word), len(other)) - common
    derived = ending <= 2 or (ending <= 3 and common >= 6 and zipf(word[:common]) >= 2.5)
    return not derived and (word[:2] == other[:2] or sorted(word[:3]) == sorted(other[:3]))


def _compound(word: str) -> bool:
    """Two common words run together (crosschannel), or a known prefix: written so on purpose."""
    return any(zipf(word[:i]) >= 3.3 and zipf(word[i:]) >= 3.3 for i in range(4, len(word) - 3))


def joins(first: str, second: str) -> bool:
    """Whether a word was broken after `first` by a narrow box: the whole is a word, the parts are not."""
    whole = (first + second).lower()
    if not (first.isalpha() and second.isalpha() and second.islower() and len(first) > 2):
        return False
    if len(second) == 1 and second not in _ONE_LETTER:
        return True
    if zipf(first) >= 2.5 and (zipf(second) >= 2.5 or zipf(whole) < zipf(first)):
        return False
    if zipf(whole) >= 2.0 and zipf(whole) > zipf(first):
        return True
    return len(second) <= 2 and zipf(first) < UNKNOWN + 1 and zipf(whole) > max(UNKNOWN, zipf(first) - 0.3)


def _shape(new: str, old: str) -> str:
    if old.isupper():
        return new.upper()
    return new[0].upper() + new[1:] if old[0].isupper() else new


def mend_text(text: Aligned, vocabulary: Vocabulary, *, tags: bool) -> tuple[Aligned, tuple[Repair, ...]]:
    """Repair one block's text. Short capitalised words inside a sentence are taken as names and stay.

    tags  what looks like an HTML tag is left out: the text was copied from a page with its markup
    """
    repairs: list[Repair] = []

    def changed(aligned: Aligned, edits: Sequence[tuple[int, int, str, str]]) -> Aligned:
        for start, end, new, rule in edits:
            piece = aligned.cut(start, end)
            repairs.append(Repair(piece.raw_span, piece.text, new, rule))
        return aligned.edited([edit[:3] for edit in edits])

    for pattern, new, rule in (
        *([(_TAG, " ", "markup")] if tags else []),
        (_CONTROL, "", "control-character"),
        (_PRIVATE, "→", "symbol-font"),
        (_DECOMPOSED, None, "composed"),
    ):
        found = list(pattern.finditer(text.text))
        text = changed(text, [(*m.span(), normalize("NFC", m[0]) if new is None else new, rule) for m in found])
    edits = []
    for m in _TOKEN.finditer(text.text):
        token = m.group()
        after = text.text[m.end() : m.end() + 2]
        if ("@" in token and after[:1] == "." and after[1:].isalpha()) or (token.isupper() and len(token) < 6):
            continue  # an e-mail address, an acronym
        if len(token) < _SHORTEST:
            continue
        name = token[0].isupper() and not token.isupper() and m.start() > 0
        if name and "@" not in token and len(token) < 8:
            continue
        folded = fold(token)
        if vocabulary.counts[folded] > _OFTEN and "@" not in token:
            continue
        new_word = mend_word(folded, vocabulary)
        if new_word and new_word != folded and ("@" in token or not name or zipf(new_word) >= COMMON):
            edits.append((*m.span(), _shape(new_word, token), "spelling" if "@" not in token else "ligature"))
    return changed(text, edits), tuple(sorted(repairs, key=lambda r: r.raw))


def mend(drafts: Sequence[Draft], *, tags: bool) -> tuple[tuple[Draft, ...], tuple[Repair, ...]]:
    """Repair a document's blocks; offsets of cells and emphasis move along."""
    vocabulary = Vocabulary.of(d.text for d in drafts)
    out: list[Draft] = []
    repairs: list[Repair] = []
    for draft in drafts:
        if draft.kind == "code":
            out.append(draft)
            continue
        runs = draft.runs or (Run(0, len(draft.text), draft.raw_span.start, len(draft.raw_span)),)
        text, made = mend_text(Aligned(draft.text, runs), vocabulary, tags=tags)
        text = text.strip() if made and draft.kind != "row" else text
        if made:
            draft = replace(
                draft,
                text=text.text,
                runs=text.runs,
                cells=tuple(_moved(s, draft.text, text.text, runs, text.runs) for s in draft.cells),
                strong=tuple(_moved(s, draft.text, text.text, runs, text.runs) for s in draft.strong),
            )
            repairs += made
        out.append(draft)
    return tuple(out), tuple(repairs)


def _moved(span: Span, old: str, new: str, old_runs: tuple[Run, ...], new_runs: tuple[Run, ...]) -> Span:
    """Where a span of the old text stands in the repaired one, by way of the raw text."""
    raw = Aligned(old, old_runs).cut(span.start, span.end).raw_span
    inside = [r for r in new_runs if r.raw < raw.end and r.raw + r.raw_length > raw.start]
    if not inside:
        return Span(min(span.start, len(new)), min(span.end, len(new)))
    first, last = inside[0], inside[-1]
    start = first.at + (raw.start - first.raw if first.length == first.raw_length and raw.start > first.raw else 0)
    into = min(last.length, raw.end - last.raw) if last.length == last.raw_length else last.length
    return Span(start, max(start, last.at + into))
