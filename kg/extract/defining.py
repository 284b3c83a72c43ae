"""What makes a sentence a definition: a verb that defines, or the kind of thing that its subject is said to be.

A definition names its genus ("X is the view that ...", "X -- это метод ..."; Aristotle, Topics I.5): where a sentence
says of a short name that it is a view, a property, a study of something, it defines the name, wherever it stands.
The verbs, the kinds, the words beside an emphasised name and the words of praise that say nothing of a kind stand in
`ontology/cues.ttl`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kg.extract.context import Context
from kg.extract.labels import cue_set, either
from kg.frequencies import zipf
from kg.model import Span
from kg.ontology import Ontology
from kg.text import lemma, script_of, word_spans, words

_ARTICLE = re.compile(r"(?P<article>an?|the)\s+", re.IGNORECASE)
_COPULA = frozenset({"is", "are", "это", "есть", "является", "представляет собой"})
_THAT = frozenset({"that", "what", "how", "if", "whether", "more", "что", "то", "как", "не"})
_CLAUSE = re.compile(
    r"(?:an?|the|any)\s+(?P<one>(?:[\w-]+\s+){1,4}?)(?:that|which|who|whose|used to|used for|of|between|on|from|above"
    r"|below|under|(?:in|by|at|to|for)\s+which|to\s+an?|to\s+the|when|where)\s+\w"
    r"|(?P<kind>(?:[\w-]+\s+){1,4}?)(?:that|which|who|whose|used to|used for)\s+\w",
    re.IGNORECASE,
)
_CASE = frozenset({"when", "what", "where"})
_OF_ONE = re.compile(r"\s+of\s+(?:an?|one|any)\s.*$", re.IGNORECASE | re.DOTALL)
_THE = re.compile(r"(?:an?|the)\s", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NAME = 3  # words of a name that a sentence of long prose may define
_BEFORE = 4  # words between the article and the kind: "a relatively recent philosophical movement"
RARE = 3.6  # Zipf frequency up to which "the epicentre" is a term, not something that has been spoken of
NOTES = 40_000  # characters; longer texts are prose, in which "a barometer is an ..." is mostly a remark


@lru_cache(maxsize=4)
def definition_label(ontology: Ontology) -> re.Pattern[str]:
    """"Definition 2.1 (Group).": a label, its number and what it says that it defines."""
    label = either("definition-label", ontology)
    return re.compile(
        rf"^{label}\.?(?:\s*\d+(?:\.\d+)*)?(?:\s*\((?P<x>[^()]{{2,60}})\))?(?:\s*[:.–—-]+\s*|$)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=4)
def definition(ontology: Ontology) -> re.Pattern[str]:
    """Matches a sentence as `x`, a defining `verb`, and the `gist`; `aside` is a remark between commas behind `x`."""

    adverb, aside, verb = (either(role, ontology) for role in ("copula-adverb", "aside-opening", "definition-verb"))
    return re.compile(
        rf"^(?P<x>.{{1,90}}?)(?:(?P<aside>,\s+{aside}\s[^,]{{2,70}},)|,)?"
        rf"(?:\s+{adverb})?\s+[“\"«]?(?P<verb>{verb})"
        rf"(?:,?\s+{adverb}\b,?)?\s+(?P<gist>\S.+)$",
        re.IGNORECASE | re.DOTALL,
    )


def alias_of(match: re.Match[str], ontology: Ontology) -> tuple[str, ...]:
    """The other name that the remark behind a subject gives it: "runoff, also called overland flow, is ..."."""
    alias = rf",\s+{either('alias-opening', ontology)}\s+(?:an?\s+|the\s+)?(.+),$"
    found = re.match(alias, match["aside"] or "", re.IGNORECASE)
    return (found[1].strip("“”«»\"„ "),) if found and len(words(found[1])) <= _NAME + 1 else ()


def verb_of(match: re.Match[str]) -> str:
    """The verb of a matched sentence as a cue."""
    return " ".join(words(match["verb"]))


def says_what(match: re.Match[str], ctx: Context) -> bool:
    """Whether a matched sentence can only be a definition, though nothing marks its subject as a term."""
    verb = verb_of(match)
    if verb in cue_set(ctx.ontology, "sure-verb") and _means(match, ctx):
        return True
    return verb in _COPULA and (_is_thing(match, ctx) or _is_kind(match, ctx) or sets_apart(match, ctx))


def sets_apart(match: re.Match[str], ctx: Context) -> bool:
    """Whether the predicate of a short note narrows a kind that it names, whatever the kind."""
    short = len(ctx.document.text) <= NOTES
    return short and (_is_own_kind(match, ctx) or _has_clause(match, ctx) or _is_case(match, ctx))


def _means(match: re.Match[str], ctx: Context) -> bool:
    """"Dumping means selling below cost", "Спрос — это ...", in short notes."""
    after = words(match["gist"])[0]
    told = verb_of(match).split()[-1] in _THAT  # "показывает, как ..."
    return len(ctx.document.text) <= NOTES and (told or after not in _THAT) and _name_of(match, ctx) is not None


def _is_case(match: re.Match[str], ctx: Context) -> bool:
    """"Habituation is when an animal ...", "Opportunity cost is what you give up ..."."""
    plain = verb_of(match) in {"is", "are"} and words(match["gist"])[0] in _CASE
    return plain and _name_of(match, ctx) is not None


def _is_own_kind(match: re.Match[str], ctx: Context) -> bool:
    """"Fixed costs are costs that ...": the last word of the name, and what sets it apart."""
    name = _name_of(match, ctx)
    if name is None or len(name) < 2:
        return False
    gist = words(re.sub(r"^(?:an?|the|any)\s+", "", match["gist"], flags=re.IGNORECASE))
    functions = cue_set(ctx.ontology, "function-word")
    return len(gist) > 2 and lemma(gist[0]) == lemma(name[-1]) and gist[1] in functions


def _has_clause(match: re.Match[str], ctx: Context) -> bool:
    """"Schemas are frameworks that organise knowledge"."""
    kind = _CLAUSE.match(match["gist"]) if verb_of(match) in {"is", "are"} else None
    if kind is None or not _name_of(match, ctx):
        return False
    empty = cue_set(ctx.ontology, "function-word") | cue_set(ctx.ontology, "evaluative")
    return not set(words(kind["kind"] or kind["one"])) & empty


def general(subject: str) -> str:
    """"The opportunity cost of a choice": what it is of any one thing is told of the thing itself."""
    return _OF_ONE.sub("", subject)


def _name_of(match: re.Match[str], ctx: Context) -> list[str] | None:
    """The words of a subject that can be a name of something, without its article."""
    whole = unicodedata.normalize("NFC", match["x"].strip(" \t\n–—-,"))
    subject = _BRACKETS.sub("", general(whole))
    article = _ARTICLE.match(subject)
    name = words(subject[article.end() :] if article else subject)
    if not 1 <= len(name) <= _NAME + 1 or not re.fullmatch(r"[“«\"]?[^\W\d_][\w\s-]*[”»\"]?", subject):
        return None
    empty = cue_set(ctx.ontology, "function-word") | cue_set(ctx.ontology, "anaphor")
    if name[0] in empty or name[-1] in empty or max(map(len, name)) < 3:
        return None
    the = article is not None and article["article"].casefold() == "the" and whole == subject
    common = len(name) < 2 and zipf(lemma(name[0])) > RARE
    if the and (common or name[0] in _praise(ctx) or not _THE.match(match["gist"])):
        return None  # "the text is ...", "the main problem is ...": one that has been spoken of
    return None if is_lone_adjective(name) else name


def is_praised(gist: str, ctx: Context) -> bool:
    """"An important place to begin": how good or weighty something is, not what it is."""
    article = _ARTICLE.match(gist)
    return words(gist[article.end() if article else 0 :])[0] in _praise(ctx)


def _praise(ctx: Context) -> frozenset[str]:
    return cue_set(ctx.ontology, "evaluative") | cue_set(ctx.ontology, "order")


def is_lone_adjective(name: Sequence[str]) -> bool:
    """Whether folded words are one Russian adjective, in another form than its first: "Главное — это ..."."""
    return len(name) == 1 and lemma(name[0]) != name[0] and bool(re.search(r"[а-яё](?:ый|ий|ой)$", lemma(name[0])))


def _is_thing(match: re.Match[str], ctx: Context) -> bool:
    """"A barometer is an instrument ...", in short notes."""
    article = re.match(r"an?\s", match["x"].strip(), re.IGNORECASE)
    thing = re.match(r"(?:an?|the|any)\s", match["gist"], re.IGNORECASE)
    size = len(words(match["x"])) - 1
    return bool(article and thing) and size <= 4 and len(ctx.document.text) <= NOTES


def _is_kind(match: re.Match[str], ctx: Context) -> bool:
    """"Essentialism is the view that ...", in any text."""
    subject = unicodedata.normalize("NFC", match["x"].strip())
    article = _ARTICLE.match(subject)
    name = words(subject[article.end() :] if article else subject)
    if not 1 <= len(name) <= _NAME or not re.fullmatch(r"[^\W\d_][\w\s-]*", subject):
        return False
    empty = cue_set(ctx.ontology, "function-word") | cue_set(ctx.ontology, "anaphor")
    if name[0] in empty or name[-1] in empty or max(map(len, name)) < 3:
        return False
    if article and article["article"].casefold() == "the" and len(name) < 2:
        return False  # "the text is a collection ...": one that has been spoken of
    return _kind_named(match["gist"], ctx)


def _kind_named(gist: str, ctx: Context) -> bool:
    """Whether a predicate begins with a kind of thing that something sets apart from others of it."""
    article = re.match(r"(?:an?|the|any)\s+", gist, re.IGNORECASE)
    if article is None and script_of(gist) != "ru":
        return False
    at = article.end() if article else 0
    kinds, praise = cue_set(ctx.ontology, "genus"), cue_set(ctx.ontology, "evaluative")
    functions = cue_set(ctx.ontology, "function-word")
    spans = word_spans(gist[at:])
    for i, span in enumerate(spans[: _BEFORE + 1]):
        word = span.of(gist[at:]).casefold()
        if lemma(word) in kinds or word in kinds:
            after = gist[at + span.end :].lstrip("*_")
            following = words(after)[:1]
            return bool(following) and (
                not after.startswith(" ") or following[0] in functions or following[0].endswith(("ed", "ing"))
                or script_of(gist) == "ru"
            )  # fmt: skip
        if lemma(word) in praise or word in praise or (word in functions and i) or word.endswith(("'s", "’s")):
            return False
    return False


@lru_cache(maxsize=4)
def _beside_name(ontology: Ontology) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands right after an emphasised name that a sentence is about, and right before one that it gives."""
    after, before = (either(role, ontology) for role in ("predicate-verb", "name-introducer"))
    return (
        re.compile(rf"(?:\([^()]*\)\s*)?(?:in \w+ )?(?:[,–—:-]|{after}\b)", re.IGNORECASE),
        re.compile(rf"(?:\b{before}|[–—])$", re.IGNORECASE),
    )


def defines_emphasised(text: str, name: Span, sentence: Span, ontology: Ontology) -> bool:
    """Whether the sentence around an emphasised term says what the term means."""
    follows, precedes = _beside_name(ontology)
    after = text[name.end : sentence.end].lstrip(" *_”\"'’»)")
    article = _ARTICLE.match(text, name.start, name.end)
    start = article.end() if article else name.start
    before = text[sentence.start : start].rstrip(' “"«(*_')
    return bool(follows.match(after) or precedes.search(before))
