"""Normalising, tokens, lemmas, sentences: one place, both scripts, the same at build time and at query time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg import word_tables
from kg.model import Lang, Span

if TYPE_CHECKING:
    from marisa_trie import BytesTrie
    from simplemma import Lemmatizer

_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc`\u00b4\u201a\u201b"), "'") | dict.fromkeys(
    map(ord, "\u201c\u201d\u00ab\u00bb\u201e\u201f\u2033"), '"'
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_FOLD = _QUOTES | _DASHES | _INVISIBLE
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
_WORD = re.compile(r"[^\W_]+(?:['\-’‑][^\W_]+)*", re.UNICODE)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ACCENTED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff\u2100-\u22ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def fold(text: str) -> str:
    """For comparing: NFKC, lower case, ё as е, plain quotes and hyphens, single spaces. Length may change."""
    text = unicodedata.normalize("NFKC", text).translate(_FOLD).casefold().replace("ё", "е")
    return " ".join(text.split())


def printable(text: str) -> str:
    """Without control and invisible characters, non-characters and halves of characters; single spaces."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def unaccent(text: str) -> str:
    """Latin letters without their accents; Cyrillic letters (й) stay whole."""
    if text.isascii():
        return text
    return _ACCENTED.sub(_base, unicodedata.normalize("NFC", text))


def _base(m: re.Match[str]) -> str:
    base = unicodedata.normalize("NFD", m.group())
    return base[0] if len(base) > 1 and _LATIN.match(base[0]) else m.group()


def words(text: str) -> list[str]:
    """Folded words in order; a hyphenated word is one."""
    return _WORD.findall(unaccent(fold(text)))


def word_spans(text: str) -> list[Span]:
    """Where the words of `text` stand, unfolded."""
    return [Span(*m.span()) for m in _WORD.finditer(text)]


def spoken(text: str) -> list[str]:
    """The words of `text` as they stand, folded: one for each of `word_spans` of its composed form."""
    text = unicodedata.normalize("NFC", text)
    return [fold(span.of(text)) for span in word_spans(text)]


def script_of(text: str) -> Lang:
    """"ru" where most letters are Cyrillic, "en" where most are Latin, "" where there are none."""
    ru, en = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    return "" if not ru and not en else "ru" if ru > en else "en"


_dictionaries: Path | None = None


def keep_dictionaries(folder: Path, *, write: bool) -> None:
    """Look lemmas up in tries that are kept in `folder`, from now on in this process; the lemmas are the same.

    Unpacking simplemma's own files takes 1.4 s and 150 MB in every process, opening a trie 10 ms. simplemma itself,
    which takes 0.2 s to import, is loaded for words only that its dictionaries do not have.
    `write` makes missing ones (5 s); without it, and without them, nothing changes.
    """
    global _dictionaries
    kept = word_tables.keep(folder, "simplemma", make=_write if write else None)
    if kept is not None and kept != _dictionaries:
        _dictionaries = kept
        for cached in (_lemmatizer, _kept):
            cached.cache_clear()


def _write(lang: Lang, folder: Path) -> None:
    from simplemma.strategies.dictionaries import TrieDictionaryFactory

    TrieDictionaryFactory(disk_cache_dir=str(folder)).get_dictionary(lang)  # under the name of the language


@lru_cache(maxsize=1)
def _lemmatizer() -> Lemmatizer:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries import TrieDictionaryFactory

    factory = TrieDictionaryFactory(disk_cache_dir=str(_dictionaries)) if _dictionaries else None
    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=factory))


@lru_cache(maxsize=2)
def _kept(lang: Lang) -> BytesTrie:
    from marisa_trie import BytesTrie

    trie = BytesTrie()
    trie.mmap(str(word_tables.table(_dictionaries, lang)))  # type: ignore[arg-type]
    return trie


def _lemmatized(word: str, lang: Lang) -> str:
    """As simplemma has it, which looks a word of letters up before it tries anything else."""
    if _dictionaries and word.isalpha() and (found := _kept(lang).get(word)):
        return str(found[0].decode())
    return _lemmatizer().lemmatize(word, lang=lang)


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """Base form of one folded word, by its script; possessive and hyphen parts are handled."""
    word = word.removesuffix("'s").removesuffix("'")
    if "-" in word:
        return "-".join(lemma(p) for p in word.split("-"))
    if len(word) < 3 or any(c.isdigit() for c in word):
        return word
    return fold(_lemmatized(word, "ru" if _CYRILLIC.search(word) else "en"))


def lemmas(text: str) -> list[str]:
    return [lemma(w) for w in words(text)]


def label_key(text: str) -> str:
    """The identity of a label: lemmas without articles, in order, joined by spaces; hyphens are spaces."""
    keys = [p for w in lemmas(text) for p in w.split("-")]
    kept = [k for k in keys if k not in {"the", "a", "an"}]
    return " ".join(kept or keys)


def slug(text: str) -> str:
    """A readable id part: words joined by hyphens, Cyrillic kept."""
    return "-".join(p for w in words(text) for p in re.split(r"['’\-]+", w) if p)


_ABBREVIATIONS = frozenset(
    {"e.g", "i.e", "etc", "vs", "cf", "al", "fig", "pp", "p", "ed", "dr", "mr", "mrs", "ms", "prof", "st", "no"}
    | {"vol", "ca", "approx", "inc", "ltd", "co", "jr", "sr", "ie", "eg"}
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+|$)")


def sentences(text: str) -> list[Span]:
    """Sentences as spans of `text`, edges trimmed. English by rules, Russian by razdel."""
    if script_of(text) == "ru":
        import razdel

        return [Span(s.start, s.stop) for s in razdel.sentenize(text)]
    out, start = [], 0
    for m in _END.finditer(text):
        before = text[start : m.start()].rsplit(None, 1)[-1:] or [""]
        word = before[0].lstrip("(\"'“‘").casefold()
        after = text[m.end() :].lstrip()
        initial = len(word) == 1 and word.isalpha()
        short = word in _ABBREVIATIONS or initial or re.fullmatch(r"(\w\.)+\w", word)
        if m.group()[0] == "." and after and (short or after[0].islower()):
            continue
        span = _trim(text, start, m.end())
        if len(span):
            out.append(span)
        start = m.end()
    span = _trim(text, start, len(text))
    if len(span):
        out.append(span)
    return out


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
