"""Russian names that a sentence has in the instrumental ("равновесной ценой называют ..."), as they are named."""

from __future__ import annotations

import re

from kg.text import lemma, script_of, words

MOST = 5  # words
_ADJECTIVE = re.compile(r"(?:ый|ий|ой)$")
_ENDS = re.compile(r"(?:ым|им|ой|ей|ою|ею)$")  # of an adjective in the instrumental singular
_HARD_AFTER = "гкхжшщч"  # "-ий" after these is no soft ending: "узкий", "узкая"


def nominative(name: str) -> str | None:
    """The nominative of a name in the instrumental singular: its adjectives, then a noun, then what depends on it.

    None where it is in another case, in the plural, or not Russian. Adjectives agree with the gender that the noun's
    dictionary form shows ("равновесной ценой": "равновесная цена").
    """
    said = words(name)
    if not 1 <= len(said) <= MOST or script_of(name) != "ru":
        return None
    head = 0
    while head < len(said) - 1 and _ENDS.search(said[head]) and _ADJECTIVE.search(lemma(said[head])):
        head += 1
    noun = lemma(said[head])
    gender = _gender(noun, said[head])
    if gender is None or noun == said[head]:
        return None
    return " ".join([*(_agreeing(lemma(a), gender) for a in said[:head]), noun, *said[head + 1 :]])


def _gender(noun: str, instrumental: str) -> str | None:
    """masculine, feminine or neuter by the dictionary form; None where the instrumental is none of its singular."""
    by_ending = (
        ("feminine", ("а", "я"), ("ой", "ей", "ёй", "ою", "ею")),
        ("feminine", ("ь",), ("ью",)),
        ("neuter", ("о", "е", "ё"), ("ом", "ем", "ём")),
        ("masculine", tuple("бвгджзйклмнпрстфхцчшщь"), ("ом", "ем", "ём")),
    )
    for gender, dictionary, endings in by_ending:
        if noun.endswith(dictionary) and instrumental.endswith(endings) and noun[:2] == instrumental[:2]:
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
