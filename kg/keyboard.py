"""What somebody meant whose keyboard stood on the other layout, or who wrote one script in the letters of another.

    relaid(piece)          the same keys on the other layout: "ghbdtn" -> "привет", "сгыещьук" -> "customer"
    skeleton(word)         what is left of a word in whatever romanisation: "качество" and "kachestvo" are one
    Sounds(words)          known words by how they sound: "kachestvo", "црм", and "сиэрэм" for CRM
    Names(words)           foreign names in Cyrillic, in any case: "Хеппельману" for Heppelmann
    readings(text, ...)    the pieces of a text that are no words, and the known words that they were meant to be

Layouts are the two that stand on the keys in Russia: US QWERTY and Russian ЙЦУКЕН, as Windows and Linux have them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.text import lemma, script_of, words

# Key by key, unshifted and shifted. ё is the key left of 1.
_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?' + "@#$^&"
_CYRILLIC_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ," + '"№;:?'
_TO_CYRILLIC = str.maketrans(_LATIN_KEYS, _CYRILLIC_KEYS)
_TO_LATIN = str.maketrans(_CYRILLIC_KEYS, _LATIN_KEYS)
# An editor may have made these of the two quotes on the keys.
_TYPOGRAPHIC = str.maketrans("‘’“”", "''\"\"")
_EDGE = re.compile(r"^(\W*)(.*?)([^\w\s]*)$", re.DOTALL)

_ROMANISE = str.maketrans(
    {"а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i"}
    | {"к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f"}
    | {"х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu"}
    | {"я": "ya"}
)
# In this order, on both sides of the comparison: what people write for one and the same sound.
_SAME_SOUND = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|sch|shh", "sh"),
        ("tch", "ch"),
        ("kh", "h"),
        ("ts|tz|cz", "c"),
        ("[yji]*[yji]a", "ia"),
        ("[yji]*[yji]u", "iu"),
        ("yo|jo|[yji]*[yji]e", "e"),
        ("x", "ks"),
        ("ph", "f"),
        ("w", "v"),
        ("[yj]", "i"),
        ("['’`ʹ]", ""),
        (r"(\w)\1+", r"\1"),
    )
)
_LETTER_NAMES = {
    "a": "эй а", "b": "би бэ", "c": "си цэ це", "d": "ди дэ", "e": "и е э", "f": "эф", "g": "джи гэ", "h": "эйч аш ха",
    "i": "ай и", "j": "джей йот", "k": "кей кэй ка", "l": "эл эль", "m": "эм", "n": "эн", "o": "о оу", "p": "пи пэ",
    "q": "кью ку", "r": "эр ар", "s": "эс", "t": "ти тэ", "u": "ю у", "v": "ви вэ", "w": "даблю даблъю", "x": "экс икс",
    "y": "уай игрек", "z": "зет зэт зед",
}  # fmt: skip
_NAMED_LETTERS = tuple((name, letter) for letter, names in _LETTER_NAMES.items() for name in names.split())
_ACRONYM = range(2, 7)  # letters of an acronym that is spelt out
_SPELLINGS = 32  # ways in which a word may be read as letters
_SIGNS = 3  # signs at an end of a piece that are tried both ways
_TELLING = 3  # letters from which a piece says by itself on which layout it was typed
_HEARD = 3  # consonants of a name from which it is known by them
_ALIKE, _CLOSE = 62.0, 80.0  # rapidfuzz ratio of two sounds whose consonants agree, from which they may be one name
_SHORT, _SAME = 70.0, 90.0  # of one with two consonants: of a person who is known as one, of any other
_CASE = re.compile(r"(?:ами|ому|ого|ыми|ем|ом|ой|ою|ым|ых|ах|ам|а|у|е|ы|и|ю|я)$")
_LOOKALIKES = str.maketrans("аевкмнорстухАЕВКМНОРСТУХ", "aebkmhopctyxAEBKMHOPCTYX")
_LOOKALIKES_BACK = str.maketrans("aekmopctyxAEBKMHOPCTYX", "аекморстухАЕВКМНОРСТУХ")


@dataclass(frozen=True, slots=True)
class Reading:
    """`text[start:end]` of a query is no word; `meant` is, of the same keys, the same sound or the same looks."""

    start: int
    end: int
    meant: str
    how: str  # layout | translit | lookalike


def relaid(piece: str) -> tuple[str, ...]:
    """The same keys on the other layout, most of them first; signs at the ends may have been meant as signs.

    ",fyr." is "банкю", "банк.", ",анкю" or ",анк.". A question mark surely was meant as one.
    """
    piece = unicodedata.normalize("NFC", piece).translate(_TYPOGRAPHIC)
    script = script_of(piece)
    if not script:
        return ()
    table = _TO_CYRILLIC if script == "en" else _TO_LATIN
    match = _EDGE.match(piece)
    assert match is not None  # it matches everything
    before, inside, after = match.groups()
    core = inside.translate(table)
    ends = [after[:n].translate(table) + after[n:] for n in range(len(after), -1, -1)][:_SIGNS]
    if after.endswith("?") and len(ends) > 1:
        ends = [*ends[1:], ends[0]]
    starts = dict.fromkeys((before.translate(table), before))
    return tuple(dict.fromkeys(start + core + end for start in starts for end in ends))


def skeleton(word: str) -> str:
    """A folded word by its sound, in Latin letters; "" for one without letters. Soft signs and doubles are dropped."""
    out = word.translate(_ROMANISE)
    for pattern, sound in _SAME_SOUND:
        out = pattern.sub(sound, out)
    return out


def spelt_out(word: str) -> tuple[str, ...]:
    """Latin letters whose Russian names make up a folded word: "сиэрэм" -> "crm". Few words are read in many ways."""
    found: list[str] = []
    waiting = [(0, "")]
    while waiting and len(found) < _SPELLINGS:
        at, letters = waiting.pop()
        if at == len(word):
            if len(letters) in _ACRONYM:
                found.append(letters)
        elif len(letters) < _ACRONYM.stop - 1:
            waiting += [(at + len(n), letters + x) for n, x in _NAMED_LETTERS if word.startswith(n, at)]
    return tuple(sorted(found))


class Sounds:
    """Known words by their sound, each script apart: a word is looked up among those of the other one."""

    def __init__(self, known: Iterable[str]) -> None:
        """`known`: folded words."""
        by_sound: dict[str, dict[str, list[str]]] = {"en": defaultdict(list), "ru": defaultdict(list)}
        for word in sorted(set(known)):
            sound = skeleton(word)
            if sound and (script := script_of(word)):
                by_sound[script][sound].append(word)
        self._by_sound = {script: dict(found) for script, found in by_sound.items()}
        self._sorted = {script: sorted(found) for script, found in by_sound.items()}

    def of(self, word: str) -> tuple[str, ...]:
        """Known words that sound so or are so spelt out; none for one letter."""
        other = self._other(word)
        sound = skeleton(word)
        found = list(other.get(sound, ())) if len(word) > 1 else []
        if script_of(word) == "ru" and len(word) > _TELLING:
            found += [w for letters in spelt_out(word) for w in other.get(skeleton(letters), ()) if w == letters]
        return tuple(dict.fromkeys(found))

    def starting(self, word: str) -> tuple[str, ...]:
        """Known words whose sound begins so, from three letters; those of just this sound among them."""
        sound = skeleton(word)
        if len(sound) < _TELLING or not (script := script_of(word)):
            return ()
        script = "ru" if script == "en" else "en"
        order, table = self._sorted[script], self._by_sound[script]
        start, end = bisect_left(order, sound), bisect_left(order, sound + "\U0010ffff")
        return tuple(w for s in order[start:end] for w in table[s])

    def one(self, word: str) -> str | None:
        """The one word that is meant, in its shortest form; None where there is none, or where it might be several."""
        found = self.of(word)
        return min(found, key=lambda w: (len(w), w)) if len({lemma(w) for w in found}) == 1 else None

    def _other(self, word: str) -> dict[str, list[str]]:
        return self._by_sound["ru" if script_of(word) == "en" else "en"]


class Names:
    """Names in Latin letters by the consonants that are heard in them, for one written in Cyrillic by ear."""

    def __init__(self, names: Iterable[str], *, persons: Iterable[str] = ()) -> None:
        """`names`: folded words that the sources only write with a capital; `persons`: words of people's names."""
        self._persons = frozenset(persons)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for name in sorted({n for n in {*names, *self._persons} if script_of(n) == "en" and n.isalpha()}):
            self._by_sound[_consonants(skeleton(name))].append(name)

    @staticmethod
    def of(texts: Iterable[str], *, persons: Iterable[str] = ()) -> Names:
        """The words that texts write with a capital, and never without one; and those of people's names."""
        said = {w for text in texts for w in re.findall(r"[^\W\d_]+", text)}
        small = {w for w in said if w[:1].islower()}
        names = (w.lower() for w in said if w[:1].isupper() and not w.isupper() and w.lower() not in small)
        return Names(names, persons={w for name in persons for w in words(name) if len(w) > _TELLING})

    def one(self, word: str, *, capital: bool) -> str | None:
        """The one name that is meant by a folded Cyrillic word in any case; None if it is none or might be several.

        `capital`: it is written with one, so that less of its vowels has to agree, and so few consonants are enough.
        """
        from rapidfuzz import fuzz

        if script_of(word) != "ru":
            return None
        found: dict[str, float] = {}
        for form in dict.fromkeys(f for one in (word, lemma(word), _CASE.sub("", word)) for f in _by_ear(one)):
            sound = skeleton(form)
            heard = _consonants(sound)
            if len(heard) >= _HEARD - capital and len(form) >= _TELLING + (not capital):
                for name in self._by_sound.get(heard, ()):
                    ratio = fuzz.ratio(sound, skeleton(name))
                    if ratio >= self._least(name, heard, capital=capital):
                        found[name] = max(found.get(name, 0.0), ratio)
        best = max(found.values(), default=0.0)
        named = [name for name, ratio in found.items() if ratio == best]
        return named[0] if len(named) == 1 else None

    def _least(self, name: str, heard: str, *, capital: bool) -> float:
        """Ratio of two sounds from which they may be one name: the fewer consonants, the more of the vowels."""
        if len(heard) < _HEARD:
            return _SHORT if name in self._persons else _SAME
        return _ALIKE if capital else _CLOSE


def _by_ear(word: str) -> tuple[str, ...]:
    """A name as it is written, with an English w for the vowel that is heard ("Уилсон"), without a Greek ending
    ("Платон")."""
    forms = (word, re.sub("^у(?=[аеиоэ])", "в", word), re.sub("он$", "о", word))
    return tuple(dict.fromkeys(forms))


def _consonants(sound: str) -> str:
    """What is heard of a sound in whatever language its name is from: no vowels, no h, no doubles."""
    out = re.sub("c(?=[eiy])|z|c(?![aou])", "s", sound).replace("c", "k").replace("q", "k")
    return re.sub(r"(\w)\1+", r"\1", re.sub("[aeiouh]", "", out))


def readings(
    text: str,
    *,
    knows: Callable[[str], bool],
    sounds: Sounds | None = None,
    named: Callable[[str, bool], str | None] = lambda *_: None,
) -> tuple[Reading, ...]:
    """Pieces of `text` that are no known words, and what they were meant to be, in their order.

    `knows` says of a folded word that it is one: of the sources, of a question's frame, or of the language. A piece
    is read anew only if all its words become known ones; the remaining unknown pieces of its script follow once most
    of that script's unknown letters do, as a layout is rarely changed in the middle. Words that sound like a known
    one are read so only where there is one such word.
    """
    pieces = [_Piece(m.start(), m.end(), m.group()) for m in re.finditer(r"\S+", text)]
    unknown = [p for p in pieces if p.words and (not all(map(knows, p.words)) or _named(p, named) is not None)]
    out = {}
    for p in unknown:
        alike = (p.text.translate(_LOOKALIKES), p.text.translate(_LOOKALIKES_BACK)) if p.mixed else ()
        if (meant := _named(p, named)) is not None:
            out[p.start] = Reading(p.start, p.end, meant, "translit")
        elif (meant := _known(alike, knows)) is not None:
            out[p.start] = Reading(p.start, p.end, meant, "lookalike")
        elif p.letters >= _TELLING and (meant := _known(relaid(p.text), knows)) is not None:
            out[p.start] = Reading(p.start, p.end, meant, "layout")
        elif sounds is not None and (meant := _sounding(p, knows, sounds)) is not None:
            out[p.start] = Reading(p.start, p.end, meant, "translit")
    for script in ("en", "ru"):
        mine = [p for p in pieces if p.script == script]
        other = [p for p in mine if p.start in out and out[p.start].how == "layout"]
        rest = [p for p in mine if p.start not in out]
        strange = sum(p.letters for p in rest if p in unknown and p.letters >= _TELLING)
        if sum(p.letters for p in other) <= strange:
            continue
        if all(p in unknown or p.letters < _TELLING for p in rest):  # what is a word here is one by chance
            for p in rest:
                variants = relaid(p.text)
                meant = _known(variants, knows)
                out[p.start] = Reading(p.start, p.end, variants[0] if meant is None else meant, "layout")
    return tuple(out[start] for start in sorted(out))


def reread(text: str, found: Sequence[Reading]) -> str:
    """`text` with every reading in its place."""
    for one in reversed(found):
        text = text[: one.start] + one.meant + text[one.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two spaces."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> list[str]:
        return parts(self.text)

    @property
    def letters(self) -> int:
        return sum(map(len, self.words))

    @property
    def script(self) -> str:
        return script_of(self.text)

    @property
    def mixed(self) -> bool:
        return any(re.search(r"[a-z]", w) and re.search(r"[а-я]", w) for w in self.words)


def parts(text: str) -> list[str]:
    """Folded words, hyphenated ones in parts."""
    return [part for word in words(text) for part in word.split("-")]


def _known(variants: Iterable[str], knows: Callable[[str], bool]) -> str | None:
    return next((v for v in variants if (said := parts(v)) and all(map(knows, said))), None)


def _named(piece: _Piece, named: Callable[[str, bool], str | None]) -> str | None:
    """A piece that is one word and names somebody, with its signs."""
    match = _EDGE.match(piece.text)
    assert match is not None
    meant = named(match.group(2), not piece.start) if len(piece.words) == 1 else None
    if meant is None:
        return None
    return match.group(1) + meant + match.group(3)


def _sounding(piece: _Piece, knows: Callable[[str], bool], sounds: Sounds) -> str | None:
    meant = [word if knows(word) else sounds.one(word) for word in piece.words]
    if None in meant:
        return None
    match = _EDGE.match(piece.text)
    assert match is not None
    return match.group(1) + " ".join(filter(None, meant)) + match.group(3)
