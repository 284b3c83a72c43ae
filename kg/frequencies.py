"""How often words are used in English and Russian, on the Zipf scale: log10 of the uses in a billion words.

The lists are those of wordfreq. Importing it, and reading its list of a language, takes a second and 150 MB in every
process that asks for one word; here they are tries on disk, which open in a millisecond.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg import word_tables
from kg.text import script_of

if TYPE_CHECKING:
    from marisa_trie import RecordTrie

    from kg.model import Lang

KNOWN = 3.01  # once in a million words, the end of wordfreq's short lists: of these a person has heard
_CENTIBELS = "<h"  # how wordfreq counts: 100 of them are a factor of ten

_folder: Path | None = None


def keep_frequencies(folder: Path, *, write: bool) -> None:
    """Look words up in tries that are kept in `folder`, from now on in this process; the answers are the same.

    `write` makes missing ones (4 s); without it, and without them, nothing changes.
    """
    global _folder
    kept = word_tables.keep(folder, "wordfreq", make=_write if write else None)
    if kept is not None and kept != _folder:
        _folder = kept
        _kept.cache_clear()
        zipf.cache_clear()


@lru_cache(maxsize=50_000)
def zipf(word: str) -> float:
    """Zipf frequency of one folded word in the language of its script, 0 where the list does not have it.

    That of a hyphenated word is made of those of its parts, as wordfreq does: 1 / f = 1 / f1 + 1 / f2 (it rounds to
    three digits before the logarithm, which may be a hundredth).
    """
    lang = "ru" if script_of(word) == "ru" else "en"
    parts = [p for p in word.split("-") if p]
    if _folder is None or not parts or not all(p.isalpha() for p in parts):
        from wordfreq import zipf_frequency

        return float(zipf_frequency(word, lang))
    found = [_kept(lang).get(p) for p in parts]
    if None in found:
        return 0.0
    rare = sum(10 ** (-f[0][0] / 100) for f in found if f is not None)
    return round(9 - math.log10(rare), 2)


@lru_cache(maxsize=2)
def _kept(lang: Lang) -> RecordTrie:
    from marisa_trie import RecordTrie

    trie = RecordTrie(_CENTIBELS)
    trie.mmap(str(word_tables.table(_folder, lang)))  # type: ignore[arg-type]
    return trie


def _write(lang: Lang, folder: Path) -> None:
    from marisa_trie import RecordTrie
    from wordfreq import get_frequency_dict

    frequencies = get_frequency_dict(lang)
    trie = RecordTrie(_CENTIBELS, [(word, (round(math.log10(f) * 100),)) for word, f in frequencies.items()])
    trie.save(str(word_tables.table(folder, lang)))
