"""Which texts a card may hold: names that can be asked about, answers that the question does not give away.

The rules are about language, not about a course. What they refuse stays in the graph and in the answers; it only
makes no card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kg.ontology import Ontology
from kg.text import fold, lemma, lemmas, unaccent, word_spans, words

MOST_WORDS = 7  # of a name that is asked about; a longer one is a sentence
MOST_CHARS = 500  # of a definition
_GAP = "…"
_STEM = 5  # letters that two forms of one word share, where no dictionary knows them

# Words that say nothing about which term is meant; the ontology knows more words that no name begins or ends with.
_EMPTY = frozenset(
    words(
        """a an the of for in on at to from by with as about between within and or but not no is be it its this that
        these those who which what when where why how в во на по для от до из с со к ко при о об у и или а но не это
        этот эта эти тот та те его ее их он она они мы вы что кто как который где когда почему зачем какой какая какое
        какие каков какова каково каковы сколько чей чья чье чьи куда откуда"""
    )
)
# A sentence that begins so speaks of what stood before it.
_POINTING = frozenset(words("this these those that he she they it such his her their этот эта это эти они он она оно"))
_SENTENCE = re.compile(r"[.?!;:…]\s|[.?!;:…]$|,|[\"“”«»]|https?:|www\.|@")
_FINITE = re.compile(r"(?:[еёию]т|[аяу]т)(?:ся)?$|(?:[аеиыя]л)[аио]?(?:сь|ся)?$")  # endings of Russian verbs
_INFINITIVE = re.compile(r"[аеиоуыя]ть(?:ся)?$")
_OPENING = re.compile(r"^[\s\-–—•*,;:.)\]…]+")


def content(text: str) -> list[str]:
    """Lemmas that carry meaning, hyphens parted; a number counts."""
    return [p for w in lemmas(text) for p in w.split("-") if p and p not in _EMPTY]


@lru_cache(maxsize=8)
def rules(ontology: Ontology) -> Rules:
    def cues(*roles: str) -> frozenset[str]:
        return frozenset(w for r in roles for lang in ("en", "ru") for c in ontology.cues(r, lang) for w in words(c))

    return Rules(cues("function-word") | _EMPTY, cues("finite-verb", "clause-verb"), cues("action-verb"))


@dataclass(frozen=True, slots=True)
class Rules:
    """`edges` are words that no name begins or ends with, `verbs` make a phrase a sentence, `deeds` begin advice."""

    edges: frozenset[str]
    verbs: frozenset[str]
    deeds: frozenset[str]

    def is_thing(self, label: str) -> bool:
        """A name, and not of something that one is told to do."""
        return self.is_name(label) and words(label)[0] not in self.deeds

    def is_name(self, label: str) -> bool:
        """Whether somebody could be asked about it by this name: a short phrase, no sentence, question or leftover."""
        found = words(label)
        if not 1 <= len(found) <= MOST_WORDS or _SENTENCE.search(label) or self._loose(found):
            return False
        return sum(c.isalpha() for c in label) > 1 and "be" not in map(lemma, found)

    def is_title(self, label: str) -> bool:
        """Whether a list may be asked for by this name: as `is_name`, but longer, as it often counts and explains."""
        found = words(label)
        return 1 <= len(found) <= 12 and not re.search(r"[?!…:]", label) and not self._loose(found)

    def _loose(self, found: list[str]) -> bool:
        edges = found[0] in self.edges or found[-1] in self.edges
        return edges or not self.verbs.isdisjoint(found) or any(map(_is_verb, found))


def _is_verb(word: str) -> bool:
    return bool(_FINITE.search(word)) and bool(_INFINITIVE.search(lemma(word)))


def is_definition(text: str) -> bool:
    """Something is said: three words or more that form a whole, no list that has been cut off."""
    if not 8 <= len(text) <= MOST_CHARS or _OPENING.match(text) or text.rstrip()[-1:] in ":,;-–—…(?":
        return False
    if text[0].isupper() and words(text)[:1] and words(text)[0] in _POINTING:
        return False
    return len(words(text)) >= 3 and len(content(text)) >= 2 and text.count("(") == text.count(")")


def without_name(text: str, names: Iterable[str]) -> str:
    """A definition without the name that some notes put before it: "Equity: what it is worth"."""
    for name in sorted(names, key=len, reverse=True):
        if name and fold(text).startswith(fold(name)):
            rest = re.match(r"\s*(?::|[-–—]\s)\s*", text[len(name) :])
            if rest and len(text) - len(name) - rest.end() >= 8:
                return text[len(name) + rest.end() :]
    return text


def gives_away(shown: Iterable[str], answer: str) -> bool:
    """Whether what is shown holds every word of the answer that carries meaning."""
    wanted = content(answer)
    there = [w for text in shown for w in content(text)]
    return not wanted or all(any(_same(w, t) for t in there) for w in wanted)


def masked(text: str, names: Iterable[str]) -> str:
    """`text` with a gap for every occurrence of one of the names, in whatever form its words stand."""
    spans = word_spans(text)
    stems = [[lemma(w) for w in words(span.of(text))] for span in spans]
    keys = [k for part in stems for k in (["-".join(part)] if part else [""])]
    hidden = [False] * len(spans)
    for name in names:
        wanted = [lemma(w) for w in words(name)]
        if not wanted or not content(name):
            continue
        for at in range(len(keys) - len(wanted) + 1):
            if all(_same(a, b) for a, b in zip(keys[at : at + len(wanted)], wanted, strict=True)):
                hidden[at : at + len(wanted)] = [True] * len(wanted)
    out, at, open_gap = [], 0, False
    for span, hide in zip(spans, hidden, strict=True):
        between = text[at : span.start]
        if hide and open_gap and not between.strip():
            at = span.end
            continue
        out += [between, _GAP if hide else span.of(text)]
        at, open_gap = span.end, hide
    return "".join(out) + text[at:]


def _same(a: str, b: str) -> bool:
    """Forms of one word. Without a dictionary's help: a common beginning that leaves little over on both sides."""
    if a == b:
        return True
    if min(len(a), len(b)) < _STEM or a[:_STEM] != b[:_STEM]:
        return False
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return same >= max(len(a), len(b)) - 3


def is_plural(label: str) -> bool:
    """Whether an English name is in the plural, by the last word before its first preposition."""
    found = words(unaccent(label))
    head = next((i - 1 for i, w in enumerate(found) if i and w in _EMPTY), len(found) - 1)
    word = found[head] if found else ""
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and lemma(word) != word


def number_of(label: str) -> int | None:
    """The count that a name begins with: 3 of "3 tiers of quality"."""
    m = re.match(r"(\d{1,2})\s", label)
    return int(m[1]) if m else None
