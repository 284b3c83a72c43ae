"""Lists inside a sentence: "a, b and c", "such as a, b", "(e.g., a, b)", "a, b and c responses"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.extract.labels import cue_set
from kg.model import Span
from kg.ontology import Ontology
from kg.text import fold, lemma, script_of, word_spans, words

_COMMA = re.compile(r"\s*[,;]\s*(?:(?:and|or|и|или|а также)\s+)?|\s+(?:and|or|и|или|&)\s+", re.IGNORECASE)
_PAREN_LIST = re.compile(
    r"\((?:(?:e\.g\.|i\.e\.|ie\.|eg\.?|for example|such as|including|например,?|напр\.|т\.е\.|такие как)[,:]?\s*)?"
    r"([^()]{3,160})\)",
    re.IGNORECASE,
)
_PAREN_MARK = re.compile(
    r"\(\s*(?:e\.g\.|i\.e\.|ie\.|eg\b|for example|such as|including|например|напр\.|т\.е\.|такие как)", re.IGNORECASE
)
_QUOTED = re.compile(r"[“«\"][^“”«»\",]{2,40}[”»\"]")
_SOFT = r"(?:ий|ая|ее|ие|его|ей|ему|им|их|ими|ую)(?:ся)?"
_HARD = r"(?:ый|ая|ое|ые|ого|ой|ому|ым|ых|ыми|ую)"
_PAST = re.compile(rf"(?<!^бы)вш{_SOFT}$")
_PRESENT = re.compile(rf"[юуая]щ{_SOFT}$")
_PARTICIPLE = re.compile(rf"(?:[юуая]щ{_SOFT}|[нт]н?{_HARD}|[еио]м{_HARD})$")
_BRACKETED = re.compile(r"\([^()]*\)")
_OF_LIST = re.compile(r"^(?:the|an?|both|either|между|on the one hand)\s+", re.IGNORECASE)
MOST = 5  # words of a member


@dataclass(frozen=True, slots=True)
class Listing:
    """members: spans in the text; how: all | marker | brackets | adjectives; owner: span of what they belong to."""

    members: tuple[Span, ...]
    how: str
    owner: Span | None = None
    head: str = ""  # the noun that adjectives share


@lru_cache(maxsize=8)
def _markers(ontology: Ontology) -> re.Pattern[str]:
    cues = sorted({c for lang in ("en", "ru") for c in ontology.cues("list-intro", lang)}, key=len, reverse=True)
    return re.compile(r"(?:^|(?<=[\s(,]))(?:" + "|".join(re.escape(c) for c in cues) + r")[,:]?\s+", re.IGNORECASE)


def parts(text: str, start: int, end: int) -> list[Span]:
    """Pieces between commas and conjunctions, trimmed of articles and stops."""
    out, at = [], start
    quoted = [m.span() for pattern in (_QUOTED, _BRACKETED) for m in pattern.finditer(text, start, end)]
    cuts = [m for m in _COMMA.finditer(text, start, end) if not any(a < m.start() < b for a, b in quoted)]
    for m in [*cuts, None]:
        stop = m.start() if m else end
        piece = text[at:stop]
        left = len(piece) - len(piece.lstrip(" \"'“”«»‘’*"))
        right = len(piece.rstrip(" .;:!\"'“”«»‘’*"))
        if right > left:
            out.append(Span(at + left, at + right))
        at = m.end() if m else end
    return out


def _plain(text: str, ontology: Ontology, *, most: int = MOST) -> bool:
    said = words(text)
    return (
        0 < len(said) <= most
        and not set(said) & cue_set(ontology, "finite-verb")
        and said[0] not in cue_set(ontology, "function-word")
    )


def listings(text: str, ontology: Ontology) -> Iterator[Listing]:
    """All lists inside a text, longest structure first."""
    marked = _markers(ontology).search(text)
    body = text[: marked.start()].rstrip(" ,.;") if marked else text.rstrip(" .;")
    if len(words(text)) <= 40 and not re.search(r"[.!?]\s", body):
        spans = parts(text, 0, len(body))
        if (
            len(spans) >= 2
            and body.count(",") + body.count(";") >= 1
            and all(_plain(s.of(text), ontology) for s in spans)
            and not _shared_head(text, spans)
            and not _broken(text, spans, ontology)
            and not any(_qualifies(s.of(text), ontology) for s in spans[1:])
            and not (len(spans) == 2 and _PRESENT.search(words(spans[1].of(text))[0]) and "," in body)
        ):
            yield Listing(tuple(_alike(text, spans, ontology)), "all")
            if not marked:
                return
    for m in _PAREN_LIST.finditer(text):
        spans = parts(text, *m.span(1))
        named = bool(_PAREN_MARK.match(m.group()))
        if not named and re.match(r"\s+\w", text[m.end() :]):
            continue  # "(positive and negative) effects" qualifies what follows
        said = [words(s.of(text)) for s in spans]
        qualities = sum(bool(_QUALITY.search(w[-1])) for w in said)
        if not named and all(len(w) < 3 for w in said) and 2 * qualities >= len(said):
            continue  # "a survey (direct, hypothetical)"
        if (
            (len(spans) >= 2 or named)
            and all(_plain(s.of(text), ontology, most=4) for s in spans)
            and not re.search(r"\d{4}|=", m[1])
        ):
            yield Listing(tuple(spans), "brackets", _owner(text, m.start(), ontology))
    for m in _markers(ontology).finditer(text):
        stop = re.compile(r"[.;:()]|,\s+(?:which|who|that|where|что|котор)|$").search(text, m.end())
        end = stop.start() if stop else len(text)
        kept = []
        for s in parts(text, m.end(), end):
            if not _plain(s.of(text), ontology):
                break
            kept.append(s)
        set_off = text[: m.start()].rstrip().endswith(",")
        if fold(m.group()).strip(" ,:") == "like" and not set_off and len(kept) < 2:
            continue  # "looks like a house"
        if kept and text[m.start() - 1 : m.start()] != "(":
            yield Listing(tuple(kept), "marker", _owner(text, m.start(), ontology))
    yield from _adjectives(text, ontology)


def listed_from(text: str, start: int, ontology: Ontology) -> list[Span]:
    """The members of a list that begins at `start` and goes to the end of its clause; none where a piece is no name."""
    stop = re.compile(r"[.;:()!?]|,\s+(?:which|who|that|where|что|котор)|\s[–—-]\s|$").search(text, start)
    spans = parts(text, start, stop.start() if stop else len(text))
    bare = [Span(s.end - len(_OF_LIST.sub("", s.of(text))), s.end) for s in spans]
    return bare if all(_plain(s.of(text), ontology) for s in bare) else []


def _shared_head(text: str, spans: list[Span]) -> bool:
    """"a, b and c responses": single words, the last with a noun that all share."""
    return (
        len(spans) >= 3 and all(len(words(s.of(text))) == 1 for s in spans[:-1]) and len(words(spans[-1].of(text))) == 2
    )


def _broken(text: str, spans: list[Span], ontology: Ontology) -> bool:
    """Pieces that a comma cut off from their noun ("reliable, fast help"), or told to do ("assess it, plan it")."""
    said = [words(s.of(text)) for s in spans]
    doing = cue_set(ontology, "action-verb")
    told = sum(w[0] in doing and len(w) > 1 for w in said)
    cut = any(len(w) > 1 and _ADJECTIVE.search(w[-1]) and not w[-1].endswith(("ing", "ment")) for w in said[:-1])
    return told * 2 > len(spans) or (cut and len(spans) == 2)


def _qualifies(piece: str, ontology: Ontology) -> bool:
    """A Russian participle with what depends on it: "покинувшая улей вместе с маткой", "состоящая из рамок"."""
    first, *rest = words(piece)
    if _PAST.search(first):
        return bool(rest)
    return bool(rest) and bool(_PARTICIPLE.search(first)) and rest[0] in cue_set(ontology, "function-word")


def _alike(text: str, spans: list[Span], ontology: Ontology) -> Iterator[Span]:
    """"Influences from family, friends or groups": where all others are one word, the first is its last word."""
    first, *others = spans
    functions = cue_set(ontology, "function-word")
    inner = word_spans(first.of(text))
    short = len(others) >= 2 and all(len(words(s.of(text))) == 1 for s in others)
    if short and len(inner) > 2 and words(inner[-2].of(first.of(text)))[0] in functions:
        first = Span(first.start + inner[-1].start, first.end)
    yield first
    yield from others


def _owner(text: str, end: int, ontology: Ontology) -> Span | None:
    """The name before examples; in English a plural, since they are several."""
    span = noun_phrase_before(text, end, ontology)
    if span is None:
        return None
    last = words(span.of(text))[-1]
    return span if script_of(last) != "en" or lemma(last) != last else None


_SERIES = re.compile(
    r"(?<![\w-])([^\W\d_][\w-]*(?:, [^\W\d_][\w-]*){1,6},? (?:and|or|и|или) [^\W\d_]+) "
    r"([^\W\d_]+(?:s|es|ы|и|а|я|ов|ей|ий)\b)"
)
_ADJECTIVE = re.compile(
    r"(?:al|ive|ic|ous|ary|ory|ful|less|able|ible|ed|ing|ent|ant|ональный|ный|ской|ский|ая|ый|ий|ые|ие|ых)$",
    re.IGNORECASE,
)


_QUALITY = re.compile(r"(?:al|ive|ic|ous|ary|ful|less|able|ible|ed)$", re.IGNORECASE)


def is_quality(word: str) -> bool:
    """Whether an English word ends as adjectives do."""
    return bool(_QUALITY.search(word))


def _adjectives(text: str, ontology: Ontology) -> Iterator[Listing]:
    for m in _SERIES.finditer(text):
        spans = parts(text, *m.span(1))
        said = [s.of(text) for s in spans]
        alike = [w for w in said if _ADJECTIVE.search(w)]
        surely = [w for w in alike if not w.endswith(("ing", "ed"))]
        single = all(len(words(w)) == 1 for w in said)
        if len(spans) >= 3 and single and len(alike) >= len(said) - 1 and len(surely) * 2 >= len(said):
            yield Listing(tuple(spans), "adjectives", None, m[2])


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """One word as kg.text.words has it."""
    return (words(word) or [""])[-1]


def verb_between(text: str, before: Span, word: Span) -> bool:
    """Whether a word behind an English plural is its verb."""
    plural, verb = folded(before.of(text)), folded(word.of(text))
    if script_of(plural) != "en" or text[before.end : word.start].strip():
        return False
    return plural.endswith("s") and lemma(plural) != plural and lemma(verb) == verb and not _ADJECTIVE.search(verb)


def noun_phrase_before(text: str, end: int, ontology: Ontology, *, most: int = 3) -> Span | None:
    """The name that ends right before `end`: up to three words without function words, verbs or stops."""
    stop = cue_set(ontology, "function-word") | cue_set(ontology, "finite-verb") | cue_set(ontology, "clause-verb")
    spans = word_spans(text[:end])
    if not spans or text[spans[-1].end : end].strip(" ,"):
        return None
    first = len(spans)
    while first > 0 and len(spans) - first < most:
        word = spans[first - 1]
        gap = text[word.end : spans[first].start] if first < len(spans) else ""
        said = words(word.of(text))[0]
        if said in stop or gap.strip() or (first < len(spans) and said in cue_set(ontology, "action-verb")):
            break
        if first < len(spans) and first > 1 and verb_between(text, spans[first - 2], word):
            break  # "agents stimulate processes"
        first -= 1
    return Span(spans[first].start, spans[-1].end) if first < len(spans) else None
