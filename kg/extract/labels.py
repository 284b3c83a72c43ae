"""What a name of a concept looks like: cleaned, its abbreviation split off, told from sentences and noise."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Lang, Span
from kg.ontology import Ontology
from kg.text import fold, lemma, script_of, word_spans, words

MOST_WORDS = 14  # of a name; members of an announced list may be longer
MOST_LISTED = 24
MOST_MARKED = 4  # of what bold or italics name though it ends in a verb
LEAST_BOUND = 3  # uses of a word that belongs to its article
_TRIM = " \t\n.,:;!*_|·•–—-→"
_QUOTES = '"“”«»„‟'
_PAREN = re.compile(r"\s*\(([^()]{1,80})\)")
_ABBREVIATION = re.compile(
    r"^(?:[A-ZА-ЯЁ][A-Za-zА-Яа-яё]{0,2}){0,1}(?=[^a-zа-яё]*[A-ZА-ЯЁ])[A-ZА-ЯЁ][A-Za-zА-ЯЁ&\-]{0,7}s?$"
)
_AFTER_A = re.compile(r"\ban?\s+(?=([^\W_]+)\b(?!\s+of\b))", re.IGNORECASE)
_URL = re.compile(r"https?://|www\.|@\w+\.|\w+\.(?:com|org|net|ru|edu)\b/?")
_CITATION = re.compile(r"\s*[(\[][^()\[\]]*\b\d{4}[a-z]?[^()\[\]]*[)\]]")
_TERM_GIST = re.compile(
    r"^(?P<term>[^:]{2,90}?)(?P<sep>\s*:\s+|\s+[–—]\s+|\s+-\s+|(?<=[^\W\d_]{3})—(?=[^\W\d_]))(?P<gist>\S.*)$",
    re.DOTALL,
)
_MARKS = re.compile("[®™©]")
_SINGLE_QUOTED = re.compile(r"(?<!\w)[‘']([^‘’']{2,60})[’'](?!\w)")
_LONE_ADJECTIVE = re.compile(r"^[а-яё-]+(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)$", re.IGNORECASE)
_DETERMINER = re.compile(
    r"^(?:(?:all\s+)?(?:sorts|kinds)\s+of|various|different|several|certain|всевозможные|различные|разные|некоторые)\s+(?=\S+)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"^(.+?)\s*\*{2,}")  # a blank that the author left open
_ADDED = re.compile(r"^([^,]+?)(?:,\s+(?:with|со?)\s|\s+(?:due to|because of|из-за)\s)", re.IGNORECASE)
_THIRD_PERSON = re.compile(r"^\w{3,}(?:ates|izes|ises|ifies)$")  # "eliminates ..."
_CAMEL = re.compile(r"\b(?:[A-Z][a-z]+[A-Z]\w*|[a-z][A-Z]\w+)\b")
_INNER_CAPITAL = re.compile(r"^[a-z][A-Z]")
_OBLIQUE = re.compile(  # the last also plural: "пути"
    r"(?:ого|его|ому|ему|ым|им|ой|ей|ую|юю|ых|их|ами|ями|ах|ях|ам|ям|ом|ем|ов|ев|ёв|ию|ью|ии|ю|у|и|е)$"
)
_OPEN_TERM = re.compile(r"^(?P<term>[^:]{2,110}?)\s*:$")


@dataclass(frozen=True, slots=True)
class Name:
    """A cleaned name. `span` is where it stands in the text it was cut from, `alt` its other forms there."""

    text: str
    span: Span
    alt: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def cue_set(ontology: Ontology, role: str) -> frozenset[str]:
    """The cues of a role in all languages, as folded words joined by single spaces."""
    return frozenset(" ".join(words(c)) for lang in ("en", "ru") for c in ontology.cues(role, lang))


@lru_cache(maxsize=64)
def either(role: str, ontology: Ontology, lang: Lang | None = None) -> str:
    """A pattern of the cues of a role, in one language or both, the longest first."""
    cues = {c for one in ("en", "ru") if lang in {None, one} for c in ontology.cues(role, one)}
    return "(?:" + "|".join(re.escape(c).replace(r"\ ", r"\s+") for c in sorted(cues, key=lambda c: (-len(c), c))) + ")"


def has_role(text: str, role: str, ontology: Ontology) -> bool:
    """Whether the whole text is a cue of the role ("Examples:", "Определение")."""
    return " ".join(words(text)) in cue_set(ontology, role)


def is_abbreviation(text: str) -> bool:
    """CX, CRM, SSTs, IoT, НПС: mostly capitals, two to eight letters."""
    letters = [c for c in text if c.isalpha()]
    return (
        2 <= len(letters) <= 8 and " " not in text.strip() and sum(c.isupper() for c in letters) >= 2
        and sum(c.isupper() for c in letters) * 2 >= len(letters)
    )  # fmt: skip


def abbreviates(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in order at the beginnings of parts of the words of `long`."""
    letters = [c for c in fold(short).rstrip("s") if c.isalnum()]
    initials = [p for w in words(long) for p in re.split(r"[-']", w) if p]
    at = 0
    for letter in letters:
        while at < len(initials) and initials[at][0] != letter:
            at += 1
        if at == len(initials):  # a second letter of the last word (eXperience)
            return bool(initials) and letter in initials[-1][1:]
        at += 1
    return True


def soften(text: str, capitals: frozenset[str]) -> str:
    """A heading in capitals as a name: lower case but for its first letter and what the text writes otherwise."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 4 or sum(c.isupper() for c in letters) < 0.9 * len(letters):
        return text
    russian = any(script_of(c) == "ru" for c in letters)
    written = {w.casefold(): w for w in capitals}

    def soft(m: re.Match[str]) -> str:
        word = m.group()
        if russian and script_of(word) == "en" and word.casefold() not in written:
            return word
        return written.get(word.casefold(), word if any(c.isdigit() for c in word) else word.lower())

    whole = re.sub(r"[^\W_]+", soft, text)
    return whole[:1].upper() + whole[1:] if whole[:1] == text[:1].lower() and not _INNER_CAPITAL.match(whole) else whole


def acronyms(text: str) -> frozenset[str]:
    """Words that the text writes with capitals of their own: TCQ and CRM among lower case, MagicBand, iPhone."""
    found = {m.group() for m in _CAMEL.finditer(text)}
    for line in text.split("\n"):
        letters = [c for c in line if c.isalpha()]
        mixed = sum(c.isupper() for c in letters) < 0.6 * len(letters)
        for span in word_spans(line):
            word = span.of(line)
            if 2 <= len(word) <= 6 and is_abbreviation(word) and (mixed or line[span.start - 1 : span.start] == "("):
                found |= {word, word.rstrip("s")}
    return frozenset(found)


def bound_to_article(text: str) -> frozenset[str]:
    """Words that never stand but after "a", three times or more, and are more than a count ("a lot of"): "a priori"."""
    after = Counter(fold(m[1]) for m in _AFTER_A.finditer(text))
    said = Counter(words(text))
    return frozenset(word for word, n in after.items() if n >= LEAST_BOUND and n == said[word])


def clean(text: str, *, capitals: frozenset[str] = frozenset()) -> Name | None:
    """The name in a text, without quotes, bullets and remarks in brackets. None where nothing is left.

    "Customer Relationship Management (CRM)" gives alt ("CRM",); "Alliance orientation (collaboration!)"
    gives the full text as alt.
    """
    text = _MARKS.sub("", text)
    start, end = 0, len(text)
    alt: list[str] = []
    if text.rstrip().endswith("?") and len(words(text)) > 3:
        whole = " ".join("".join(c for c in text if c not in _QUOTES).split()).strip(_TRIM)
        return Name(whole, Span(0, len(text)))  # a question is named by all its words
    for m in _PAREN.finditer(text):
        inner = m[1].strip()
        if is_abbreviation(inner):
            alt.append(inner)
            if rest := text[m.end() :].strip(_TRIM):
                alt.append(f"{inner} {rest}")
        elif "=" in inner or _CITATION.fullmatch(m[0]):
            continue
        elif any(script_of(w) not in {"", script_of(text[: m.start()])} for w in words(inner)):
            continue  # a name in the other language (kg.extract.glosses)
        elif m.end() == len(text.rstrip(_TRIM)) or m.end() == len(text.rstrip()):
            alt.append(text.strip(_TRIM))
    bare = _PAREN.sub("", _CITATION.sub("", text))
    if _LONE_ADJECTIVE.match(bare.strip(_TRIM)) and not any("," in m[1] for m in _PAREN.finditer(text)):
        bare, alt = text.replace("(", " ").replace(")", " "), []  # the noun stands in the brackets
    bare = _SINGLE_QUOTED.sub(r"\1", bare)
    bare = "".join(c for c in bare if c not in _QUOTES)
    bare = soften(" ".join(bare.strip(_TRIM + "'‘’").split()), capitals)
    if bare.count("(") != bare.count(")"):
        bare = bare.replace("(", " ").replace(")", " ").strip()
    bare = _DETERMINER.sub("", " ".join(bare.split()))
    for cut in (_BLANK, _ADDED):
        if (first := cut.match(bare)) and len(words(first[1])) >= 2:
            alt.append(first[1].strip(_TRIM))
    if not bare or not any(c.isalpha() for c in bare):
        return None
    while start < end and text[start] in _TRIM + _QUOTES:
        start += 1
    while end > start and text[end - 1] in _TRIM + _QUOTES:
        end -= 1
    return Name(bare, Span(start, end), tuple(a for a in dict.fromkeys(alt) if fold(a) != fold(bare)))


def is_name(text: str, ontology: Ontology, *, listed: bool = False, marked: bool = False) -> bool:
    """Whether a text names something: a phrase of bounded length that is no sentence, scale or address.

    listed  the text is a member of a list that the source announces: it may be longer, and a clause
    marked  the source sets it off in bold or italics: a verb at its end is a noun ("free will", "factual claims")
    """
    said = words(text)
    if not said or len(said) > (MOST_LISTED if listed else MOST_WORDS) or len(text) > 220 or _URL.search(text):
        return False
    letters = sum(c.isalpha() for c in text)
    if letters < 2 or letters < 0.55 * len(text.replace(" ", "")):
        return False
    short = len(said[0]) < 3 and not text.isupper() and not (marked and len(text) == 2 and text.isalpha())
    if len(said) == 1 and (said[0] in cue_set(ontology, "function-word") or short):
        return False
    if any(
        has_role(text, role, ontology)
        for role in ("structural-heading", "chrome-line", "note-label", "example-label", "definition-label")
        if not (marked and role == "note-label")
    ):
        return False
    if listed:
        return True
    if text.rstrip().endswith("?") and len(said) > 3:
        return False
    bare = re.sub(r"^(?:the|an?)\s+", "", text, flags=re.IGNORECASE)
    opening = (words(bare) or [""])[0]
    counts = opening in ontology.numbers("en") or opening in ontology.numbers("ru")
    if opening in cue_set(ontology, "function-word") and not counts and len(said) > 1:
        return False
    if re.search(r"(?<!\b\w)[.!?]\s+\S", text):
        return False
    if marked and len(said) == 1:
        return said[0] not in cue_set(ontology, "finite-verb")  # "the **focus** of a quake"
    return not is_clause(bare.rsplit(maxsplit=1)[0] if marked and len(said) <= MOST_MARKED else text, ontology)


def is_clause(text: str, ontology: Ontology) -> bool:
    """Whether a phrase has a verb of its own: it says something rather than naming it."""
    said = words(text)
    verbs = cue_set(ontology, "finite-verb") | cue_set(ontology, "clause-verb")
    opening = len(said) > 2 and _THIRD_PERSON.match(said[0]) and said[1] not in {"of", "and"}
    return bool(set(said) & verbs or opening)


def term_and_gist(text: str, ontology: Ontology) -> tuple[Span, Span] | None:
    """Spans of "Term: gist" or "Term – gist"; the gist is empty for "Term:"."""
    if m := _OPEN_TERM.match(text):
        return Span(*m.span("term")), Span(len(text), len(text))
    m = _TERM_GIST.match(text)
    if not m:
        return None
    term, dash = m["term"], ":" not in m["sep"]
    said = words(term)
    if len(said) > (9 if dash else 12) or re.search(r"[.!?]\s", term) or term.count("(") != term.count(")"):
        return None
    if term.count("“") != term.count("”") or term.count('"') % 2 or term.count("«") != term.count("»"):
        return None
    if dash and (len(words(m["gist"])) < 3 or set(said) & cue_set(ontology, "finite-verb")):
        return None
    if not dash and set(said) & cue_set(ontology, "finite-verb") and len(said) > 4:
        return None
    return Span(*m.span("term")), Span(*m.span("gist"))


def language(text: str, fallback: Lang) -> Lang:
    return script_of(text) or fallback


def is_nominative(text: str) -> bool:
    """Whether a name can stand by itself: not a Russian form that is surely an oblique case. English has none."""
    first = words(text)[0]
    return script_of(text) != "ru" or lemma(first) == first or not _OBLIQUE.search(first)


def verbal(one: str, other: str) -> bool:
    """Whether two names of the same lemmas differ in more than number and case: "pre-reading" is no "pre-read"."""
    pairs = zip(one.split(), other.split(), strict=False)
    return any(
        a != b and a.removesuffix("s").endswith(ending) != b.removesuffix("s").endswith(ending)
        for a, b in pairs
        for ending in ("ing", "ed")
    )
