"""What a question asks: its type, the concepts and class words in it, numbers, order, and its telling words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.answering.claims import INITIAL, Claims, stem, stemmed
from kg.answering.scope import NUMBERED, documents_named, nouns_beside, of_several, where_to_look
from kg.answering.talk import talk
from kg.counts import counts_in
from kg.frequencies import zipf
from kg.model import Concept, Lang
from kg.ontology import Ontology
from kg.text import fold, label_key, lemma, script_of, words

_ORDINALS = {
    "en": ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
    "ru": ["перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят"],
}
ASKING = (
    "ask-source", "ask-comparison", "ask-example", "ask-order", "ask-membership", "ask-relation", "ask-enumeration",
    "ask-definition",
)  # fmt: skip
TYPES = ("source", "comparison", "example", "ordering", "membership", "relation", "enumeration", "definition")
_ARTICLES = frozenset({"the", "a", "an"})
LIGHTEST, HEAVIEST = 1.5, 9.0  # weights of a word that stands everywhere and of a rare term
COMMON, SPAN, LEAST = 7.0, 4.0, 0.15  # Zipf frequency of the commonest words; how far below it a word tells all
_ASKS = re.compile(
    r"(?:what|which|who|where|when|why|how|give|name|list|compare|describe|do|does|is|are|in which|to which"
    r"|как|что|кто|где|когда|почему|зачем|чем|назови|перечисли|относится|приведи|(?:в|на|к|о|из) (?:как|ч))\w*\b"
)
_SEVERAL = re.compile(
    r"\b(?:what are|list|name|enumerate|какие|каковы|каких|какими|перечисл\w+|назови\w*|сколько|из чего|на каких)\b"
    r"|\b(?:which|what) (?:\w+ ){0,4}?[\w-]+s (?:are|were|do|did|have|can|should|of|in|on|for|about|from|under|by)\b"
)
_LAST = re.compile(r"\b(?:final|last|ultimate|заключительн\w*|последн\w*|финальн\w*|завершающ\w*)\b")
_AFTER = re.compile(
    r"\b(?:follows?|after|next|succeeds?|comes? next|then|после|следу\w+|идет после|дальше|затем|за этап\w*)\b"
)
_BEFORE = re.compile(r"\b(?:before|precedes?|previous|prior to|перед|до|предшеств\w*|предыдущ\w*)\b")


@dataclass(frozen=True, slots=True)
class Link:
    """A concept named in the question by its words start..end."""

    concept: str
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Word:
    """A telling part of the question: one word or one term, with the ways in which it may stand in a claim.

    forms   each a tuple of stems that must all be there; the first form is the question's own
    weight  by rarity; name  a name or number that nothing else can stand for
    """

    text: str
    forms: tuple[tuple[str, ...], ...]
    weight: float
    name: bool
    surface: str = ""  # of a name: as the question writes it
    near: tuple[tuple[str, float], ...] = ()  # stems of course words near in meaning, with their cosines
    gloss: str = ""  # the term in the other language


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    lang: Lang
    type: str
    words: tuple[Word, ...]
    links: tuple[Link, ...]
    kinds: tuple[str, ...]
    count: int | None
    position: int | None  # 1-based place asked for, -1 the last
    direction: str  # after | before | ""
    documents: tuple[str, ...]
    several: bool  # asks of several documents, what each says
    number: bool  # a quantity is asked for
    counted: bool  # how many there are of something
    reason: bool  # why something is so
    date: bool  # when something was
    person: bool  # who somebody was
    plural: bool  # several things are asked for
    sentence: bool  # a question or sentence, not keywords
    plain: str  # folded text with misspellings mended
    cues: tuple[str, ...] = ()  # all types that a cue of the question speaks for

    @property
    def weight(self) -> float:
        return sum(w.weight for w in self.words)


class Linker:
    """Finds the names of concepts in a question: the longest match of lemmas wins."""

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self.by_key: dict[str, list[str]] = defaultdict(list)
        for concept in concepts.values():
            for label, _ in concept.all_labels():
                key = label_key(label)
                if key and concept.id not in self.by_key[key]:
                    self.by_key[key].append(concept.id)
        named = (words(label) for c in concepts.values() for label, _ in c.all_labels())
        self.longest = min(14, max(map(len, named), default=1))  # with the articles that a key leaves out

    def links(self, said: Sequence[str], stop: frozenset[str]) -> list[Link]:
        keys = ["" if w in _ARTICLES else label_key(w) for w in said]  # inside a name they count for nothing
        taken: set[int] = set()
        out: list[Link] = []
        for length in range(min(self.longest, len(said)), 0, -1):
            for i in range(len(said) - length + 1):
                span = range(i, i + length)
                if taken & set(span):
                    continue
                key = " ".join(k for k in keys[i : i + length] if k)
                if not keys[i] or not keys[i + length - 1]:
                    continue
                if (
                    (said[i] in stop and length < 6)
                    or (said[i + length - 1] in stop and length < 6)
                    or len(said[i]) < 2
                ):
                    continue
                if found := self.by_key.get(key):
                    out += [Link(one, i, i + length, " ".join(said[i : i + length])) for one in found]
                    taken |= set(span)
        return sorted(out, key=lambda link: (link.start, link.concept))


@lru_cache(maxsize=4)
def stop_words(ontology: Ontology) -> frozenset[str]:
    """Words that frame questions and sentences and tell nothing of their subject."""
    roles = ("function-word", "finite-verb", "ask-frame")
    return frozenset(
        w for role in roles for lang in ("en", "ru") for cue in ontology.cues(role, lang) for w in words(cue)
    )


def frames(word: str, stop: frozenset[str]) -> bool:
    """Whether a folded word only frames: it is one of `stop`, or in Russian a form of one ("понимают", "каком")."""
    return word in stop or (script_of(word) == "ru" and lemma(word) in stop)


@lru_cache(maxsize=4)
def cue_words(ontology: Ontology) -> frozenset[str]:
    """Words by which the type of a question is known."""
    return frozenset(
        w for role in ASKING for lang in ("en", "ru") for cue in ontology.cues(role, lang) for w in words(cue)
    )


@lru_cache(maxsize=20_000)
def telling(word: str) -> float:
    """How much a folded word says by itself, 0.15 to 1: "start" or "directly" less than "coordination".

    From its Zipf frequency in the language (log10 of its uses in a billion words), as the sources alone are too few
    to tell which of the words that they do not have are rare.
    """
    return max(LEAST, min(1.0, (COMMON - zipf(word)) / SPAN))


@lru_cache(maxsize=64)
def _cues(ontology: Ontology, role: str) -> tuple[re.Pattern[str], ...]:
    out = []
    for lang in ("en", "ru"):
        for cue in ontology.cues(role, lang):
            text = " ".join(words(cue))
            if text:
                out.append(
                    re.compile(
                        r"\b" + re.sub(r"\\ \.\\\.\\\.\\ |\\ \*\\ ", ".+", re.escape(text)).replace(r"\ ", " ") + r"\b"
                    )
                )
    return tuple(out)


def has_cue(text: str, role: str, ontology: Ontology) -> bool:
    """Whether a cue phrase of the role stands in the folded words of a text."""
    return any(p.search(text) for p in _cues(ontology, role))


def cued(plain: str, ontology: Ontology) -> tuple[str, ...]:
    """Types whose cues stand in a question, the most telling first."""
    return tuple(kind for kind, role in zip(TYPES, ASKING, strict=True) if has_cue(plain, role, ontology))


def question_type(plain: str, links: Sequence[Link], ontology: Ontology, *, sentence: bool) -> str:
    """The type of a question by its cues; the first type that fits wins, "definition" for a bare name."""
    if re.match(r"(?:is|are|относится ли|является ли)\s", plain):
        return "membership"
    if (
        re.search(r"\b(?:documents?|sources?|документ\w*|источник\w*)\b", plain)
        and re.search(r"\b(?:defin\w+|определ\w+)\b", plain)
        and not re.search(r"\b(?:cite|cites|cited|ссыла\w+)\b", plain)
    ):
        return "definition"
    if (
        re.search(r"\b(?:defines?|definitions? of|определени[ея]|что такое)\b", plain)
        and not has_cue(plain, "ask-source", ontology)
        and not has_cue(plain, "ask-comparison", ontology)
    ):
        return "definition"
    found = cued(plain, ontology)
    if found:
        return found[0]
    return "other" if sentence or not links else "definition"


def understand(
    text: str, *, mended: Mapping[str, str], linker: Linker, claims: Claims, ontology: Ontology,
    titles: Mapping[str, Sequence[str]], lang: Lang | None = None,
) -> Asked:  # fmt: skip
    """Everything that the later steps want to know of a question.

    mended  misspelt word -> the word that was meant; titles  document -> names by which it may be called
    """
    folded = fold(text)
    said = [mended.get(w, w) for w in words(text)]
    plain = " ".join(said)
    language = lang or script_of(text) or "en"
    stop = stop_words(ontology)
    links = linker.links(said, stop)
    sentence = folded.rstrip().endswith("?") or bool(_ASKS.match(plain))
    counts = counts_in(plain, ontology)
    kinds = _kinds(plain, language, ontology)
    documents, spoken = documents_named(text, plain, titles)
    spoken |= nouns_beside(said, spoken, ontology)
    if len(asked_of := [w for w in said if w not in spoken]) > 1:  # "the Wikipedia article" asks for no article
        plain = " ".join(asked_of)
    spoken |= where_to_look(said, claims, ontology)
    spoken |= {part for word in spoken if NUMBERED.fullmatch(word) for part in words(word)}
    kind = question_type(plain, links, ontology, sentence=sentence)
    beside = talk(" ".join(text.split()), ontology) - frozenset(mended)
    told = _words(said, text, mended, stop, claims, ontology, language, spoken | beside)
    if not told and beside:  # what looked like talk is all that is said
        told = _words(said, text, mended, stop, claims, ontology, language, spoken)
    if not told and spoken:  # what looked like the name of a document is all that is asked about
        documents, plain = (), " ".join(said)
        kind = question_type(plain, links, ontology, sentence=sentence)
        told = _words(said, text, mended, stop, claims, ontology, language, frozenset())
    return Asked(
        text=text,
        lang=language,
        type=kind,
        words=told,
        links=tuple(links),
        kinds=kinds,
        count=counts[0] if counts else None,
        position=_position(plain, language),
        direction=_direction(plain),
        documents=documents,
        several=len(documents) > 1 or of_several(said, ontology),
        number=has_cue(plain, "ask-quantity", ontology),
        counted=has_cue(plain, "ask-count", ontology),
        reason=has_cue(plain, "ask-reason", ontology),
        date=has_cue(plain, "ask-date", ontology),
        person=has_cue(plain, "ask-person", ontology),
        plural=bool(counts) or bool(_SEVERAL.search(plain)) or bool(kinds and not sentence),
        sentence=sentence,
        plain=plain,
        cues=tuple(dict.fromkeys([kind, *cued(plain, ontology)])),
    )


def _kinds(plain: str, lang: Lang, ontology: Ontology) -> tuple[str, ...]:
    """Classes whose cue words stand in the question, longest cue first."""
    found: dict[str, int] = {}
    said = [stem(w) for w in plain.split()]
    padded = " " + " ".join(said) + " "
    for c in ontology.classes.values():
        for cue in c.cues.get(lang, ()):
            key = " ".join(stem(w) for w in words(cue))
            if key and f" {key} " in padded:
                found[c.name] = max(found.get(c.name, 0), len(key.split()))
    return tuple(sorted(found, key=lambda k: (-found[k], k)))


def _words(
    said: Sequence[str],
    text: str,
    mended: Mapping[str, str],
    stop: frozenset[str],
    claims: Claims,
    ontology: Ontology,
    lang: Lang,
    spoken: frozenset[str],
) -> tuple[Word, ...]:
    """Telling words, terms of several words as one, each with its translations."""
    capital = {fold(m) for m in re.findall(r"(?<=[\s«“\"(])[A-ZА-ЯЁ][\w'’-]+|\b[A-Z]{2,}\w*", text)}
    initials = {fold(m.group()[0]) for m in INITIAL.finditer(text)}
    out: list[Word] = []
    covered: set[int] = set()
    surfaces = {fold(m.group()): m.group() for m in re.finditer(r"[A-Za-zА-Яа-яЁё][\w'’-]*", text)}
    ordinal = re.compile("|".join(w + ("" if k == "en" else "[а-я]*") for k, ws in _ORDINALS.items() for w in ws))
    organisations = {
        w
        for c in ("organisation", "person")
        if c in ontology.classes
        for cue in ontology.classes[c].cues.get(lang, ())
        for w in words(cue)
    }
    pieces: list[tuple[int, int, tuple[str, ...]]] = []
    joined = " ".join(said)
    for source in {script_of(w) for w in said} - {""}:
        pieces += ontology.glosses(joined, "ru" if source == "en" else "en")
    for start, end, labels in sorted(set(pieces), key=lambda p: (p[0] - p[1], p[0])):
        span = set(range(start, end))
        if end > len(said) or span & covered or all(ordinal.fullmatch(said[i]) for i in span):
            continue
        if all(frames(said[i], stop) or said[i] in spoken for i in span):
            continue
        covered |= span
        if (
            lang == "ru"
            and end - start == 1
            and end < len(said)
            and said[end] in capital
            and {stem(said[start])} & {stem(o) for o in organisations}
        ):
            continue  # "компания X": the class of the name that follows
        own = tuple(s for i in sorted(span) if said[i] not in stop or end - start > 1 for s in [stem(said[i])])
        forms = (own, *dict.fromkeys(tuple(stemmed(label)) for label in labels))
        known = [f for f in forms if f and all(claims.knows(w) for w in f)]
        weight = min((sum(claims.idf(w) for w in f) for f in known), default=claims.idf("\0"))
        name = (
            end - start == 1
            and said[start] in capital
            and (len(said[start]) > 3 or (said[start].isascii() and lang == "ru"))
        )
        phrase = " ".join(said[start:end])
        out.append(
            Word(
                phrase,
                tuple(f for f in forms if f),
                max(LIGHTEST, min(weight, HEAVIEST)),
                name and not known,
                surfaces.get(phrase, "") if name else "",
                (),
                next((x for x in labels if script_of(x) != script_of(phrase)), ""),
            )
        )
    for i, word in enumerate(said):
        if i in covered or frames(word, stop) or word in spoken or word in initials or ordinal.fullmatch(word):
            continue
        key = stem(word)
        parts = tuple(stem(p) for p in word.split("-")) if "-" in word else ()
        forms = ((key,), parts) if parts else ((key,),)
        name = word in capital or (any(c.isdigit() for c in word) and len(word) > 1)
        out.append(
            Word(
                word,
                forms,
                max(LIGHTEST, claims.idf(key)) * (1.0 if name else telling(word)),
                name,
                surfaces.get(word, "") if word in capital else "",
            )
        )
    return tuple(sorted(out, key=lambda w: joined.find(w.text)))


def _position(plain: str, lang: Lang) -> int | None:
    if _LAST.search(plain):
        return -1
    for n, word in enumerate(_ORDINALS.get(lang, ()), 1):
        if re.search(rf"\b{word}{'' if lang == 'en' else r'[а-я]*'}\b", plain):
            return n
    m = re.search(r"\b(\d{1,2})(?:st|nd|rd|th|-?й|-?я|-?м|-?го)\b", plain)
    return int(m[1]) if m else None


def _direction(plain: str) -> str:
    after, before = _AFTER.search(plain), _BEFORE.search(plain)
    if after and (not before or after.start() < before.start()):
        return "after"
    return "before" if before else ""


def ordinals(plain: str, lang: Lang) -> Iterable[int]:
    """All places that a question names ("the first ... the second")."""
    for n, word in enumerate(_ORDINALS.get(lang, ()), 1):
        if re.search(rf"\b{word}{'' if lang == 'en' else r'[а-я]*'}\b", plain):
            yield n
