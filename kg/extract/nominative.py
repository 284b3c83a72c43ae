"""Russian names that a sentence has in another case ("равновесной ценой называют ..."), as they are named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from kg.frequencies import zipf
from kg.text import lemma, script_of, words

Case = Literal["genitive", "accusative", "instrumental", "prepositional"]

MOST = 5  # words
_ADJECTIVE = re.compile(r"(?:ый|ий|ой)$")
_HARD_AFTER = "гкхжшщч"  # "-ий" after these is no soft ending: "узкий", "узкая"
_CONSONANTS = tuple("бвгджзйклмнпрстфхцчшщь")
# Endings of adjectives in the singular, of any gender.
_ENDS: Mapping[Case, re.Pattern[str]] = {
    "genitive": re.compile(r"(?:ого|его|ой|ей)$"),
    "accusative": re.compile(r"(?:ый|ий|ой|ую|юю|ое|ее)$"),
    "instrumental": re.compile(r"(?:ым|им|ой|ей|ою|ею)$"),
    "prepositional": re.compile(r"(?:ом|ем|ой|ей)$"),
}
# Of nouns in the singular: gender, endings of the dictionary form, endings of the case. Things are named, not persons.
_NOUNS: Mapping[Case, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = {
    "genitive": (
        ("feminine", ("а", "я"), ("ы", "и")),
        ("feminine", ("ь",), ("и",)),
        ("neuter", ("о", "е", "ё"), ("а", "я")),
        ("masculine", _CONSONANTS, ("а", "я")),
    ),
    "accusative": (
        ("feminine", ("а", "я"), ("у", "ю")),
        ("feminine", ("ость", "знь", "вь"), ("ость", "знь", "вь")),
        ("neuter", ("о", "е", "ё"), ("о", "е", "ё")),
        ("masculine", _CONSONANTS, _CONSONANTS),
    ),
    "instrumental": (
        ("feminine", ("а", "я"), ("ой", "ей", "ёй", "ою", "ею")),
        ("feminine", ("ь",), ("ью",)),
        ("neuter", ("о", "е", "ё"), ("ом", "ем", "ём")),
        ("masculine", _CONSONANTS, ("ом", "ем", "ём")),
    ),
    "prepositional": (
        ("feminine", ("а", "я"), ("е", "и")),
        ("feminine", ("ость", "знь", "вь"), ("и",)),
        ("neuter", ("о", "е", "ё"), ("е", "и")),
        ("masculine", _CONSONANTS, ("е", "и")),
    ),
}


def nominative(name: str, *, case: Case = "instrumental") -> str | None:
    """The nominative of a name in a case of the singular: its adjectives, then a noun, then what depends on it.

    None where it is in another case, in the plural, or not Russian. Adjectives agree with the gender that the noun's
    dictionary form shows ("равновесной ценой": "равновесная цена").
    """
    said = words(name)
    if not 1 <= len(said) <= MOST or script_of(name) != "ru":
        return None
    head = 0
    while head < len(said) - 1 and _ENDS[case].search(said[head]) and _ADJECTIVE.search(lemma(said[head])):
        head += 1
    noun = lemma(said[head])
    if noun.endswith("о") and said[head] == noun + "м" and zipf(noun[:-1]) > zipf(noun):
        noun = noun[:-1]  # "ладом" is of "лад" rather than of "ладо"
    gender = _gender(noun, said[head], case)
    if gender is None or (noun == said[head] and case != "accusative"):
        return None
    return " ".join([*(_agreeing(lemma(a), gender) for a in said[:head]), noun, *said[head + 1 :]])


def _gender(noun: str, form: str, case: Case) -> str | None:
    """masculine, feminine or neuter by the dictionary form; None where `form` is not the case of its singular."""
    for gender, dictionary, endings in _NOUNS[case]:
        if noun.endswith(dictionary) and form.endswith(endings) and noun[:2] == form[:2]:
            return gender
    return None


def _agreeing(adjective: str, gender: str) -> str:
    """A dictionary form ("-ый", "-ий", "-ой") in a gender."""
    if gender == "masculine":
        return adjective
    stem, soft = adjective[:-2], adjective.endswith("ий") and adjective[-3] not in _HARD_AFTER
    if gender == "feminine":
        return stem + ("яя" if soft else "ая")
    return stem + ("ее" if soft or adjective[-3] in "жшщч" else "ое")
