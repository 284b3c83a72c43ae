"""Sentences that divide: "Faults are divided into ...", "К консонансам относятся ...", "A cell consists of ..."."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.extract.context import Context
from kg.extract.defining import NOTES
from kg.extract.inline import is_quality, listed_from
from kg.extract.labels import cue_set, either, is_nominative
from kg.extract.nominative import Case, nominative
from kg.extract.opening import opening
from kg.extract.tree import Node
from kg.model import Lang, Mention, Span
from kg.ontology import Ontology
from kg.text import label_key, lemma, script_of, words

RULE = "divided"
MOST = 5  # words of what is divided
_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)$")
_ARTICLE = re.compile(r"^(?:the|an?|all|most|все|всякий|любой)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence of this form has the whole `x` (none: it is what the text is about) and ends in its members.

    case    of the members, where they are Russian
    anywhere  also in long prose, where "contains a, b and c" is mostly a remark
    """

    pattern: re.Pattern[str]
    predicate: str
    case: Case | None = None
    anywhere: bool = False


@lru_cache(maxsize=4)
def _forms(ontology: Ontology) -> tuple[Form, ...]:
    def cues(role: str, lang: Lang) -> str:
        return either(role, ontology, lang)

    x, often = r"(?P<x>[^,.;:()]{2,60}?)", rf"(?:\s+{either('copula-adverb', ontology)})?"
    are = rf"(?:\s+(?:is|are|can be|may be))?{often}"
    ways = r"(?:[^,.;:]{2,40}?:\s*)?"  # "three types: "
    forms: tuple[tuple[str, str, Case | None, bool], ...] = (
        (rf"^{x}{are}\s+{cues('divide-verb', 'en')}\s+{ways}", "kind-of", None, True),
        (rf"^{x}{often}\s+{cues('divide-verb', 'ru')}\s+{ways}", "kind-of", "accusative", True),
        (rf"^к(?:о)?\s+{x}\s+{cues('belong-verb', 'ru')}\s*:?\s+", "kind-of", None, True),
        (rf"^к(?:о)?\s+{x}\s+{cues('assign-verb', 'ru')}\s*:?\s+", "kind-of", "accusative", True),
        (rf"^(?:[^,.;:]{{2,30}}\s+)?{cues('distinguish-verb', 'en')}\s+", "kind-of", None, False),
        (rf"^(?:[^,.;:]{{2,30}}\s+)?{cues('distinguish-verb', 'ru')}\s*:?\s+", "kind-of", "accusative", False),
        (rf"^{x}{are}\s+{cues('consist-verb', 'en')}\s+{ways}", "part-of", None, False),
        (rf"^{x}{often}\s+{cues('consist-verb', 'ru')}\s+{ways}", "part-of", "genitive", False),
    )
    return tuple(Form(re.compile(f, re.IGNORECASE), predicate, case, wide) for f, predicate, case, wide in forms)


def divided(node: Node, span: Span, head: Mention | None, ctx: Context) -> None:
    """State the kinds or parts that a sentence gives of something."""
    text = span.of(node.text)
    start = opening(text, ctx.ontology)
    for form in _forms(ctx.ontology):
        m = form.pattern.match(text[start:])
        if m is None or not (form.anywhere or len(ctx.document.text) <= NOTES):
            continue
        said = m.groupdict().get("x")
        whole = head if said is None else _whole(said, head, ctx)
        members = listed_from(text, start + m.end(), ctx.ontology)
        lone = [words(one.of(text)) for one in members]
        qualities = all(len(w) == 1 for w in lone) and any(is_quality(w[0]) for w in lone)
        named = [_member(one.of(text), said or "", form, ctx, qualities=qualities) for one in members]
        if whole is None or len(members) < 2 or not all(named):
            continue
        if said is not None and whole is not head:
            at = Span(span.start + start + m.start("x"), span.start + start + m.end("x"))
            ctx.name(whole, ctx.cite(node, at), RULE)
        for position, (one, member) in enumerate(zip(members, named, strict=True), 1):
            if member is not None and label_key(member.label) != label_key(whole.label):
                evidence = ctx.cite(node, Span(span.start + one.start, span.start + one.end))
                ctx.name(member, evidence, RULE)
                ctx.state(member, form.predicate, whole, evidence, RULE, position=position)
        return


def _whole(said: str, head: Mention | None, ctx: Context) -> Mention | None:
    """What is divided: what is known by these words in any case, else a name that stands by itself."""
    bare = _ARTICLE.sub("", said.strip())
    name = words(bare)
    empty = cue_set(ctx.ontology, "function-word")
    if name and name[0] in cue_set(ctx.ontology, "anaphor"):
        return head if len(name) == 1 else None
    if not 1 <= len(name) <= MOST or name[0] in empty or name[-1] in empty:
        return None
    known = (m for s in ctx.statements for m in (s.subject, s.object) if isinstance(m, Mention))
    same = next((m for m in known if label_key(m.label) == label_key(bare)), None)
    if same is not None:
        return same
    if script_of(bare) == "ru" and not is_nominative(bare):
        return ctx.mention(lemma(name[0])) if len(name) == 1 else None
    return ctx.mention(bare)


def _member(text: str, whole: str, form: Form, ctx: Context, *, qualities: bool) -> Mention | None:
    """A member by its name: adjectives get the noun that they divide ("active, dormant": active volcanoes)."""
    said = words(text)
    if len(said) == 1 and whole:
        *_, noun = words(re.sub(r"\s+of\s.*$", "", whole)) if script_of(whole) == "en" else words(whole)[:1]
        if script_of(text) == "en" and qualities:
            return ctx.mention(f"{text} {noun}", alt=(text,)) if lemma(noun) != noun else None
        if script_of(text) == "ru" and _ADJECTIVE.search(said[0]):
            return ctx.mention(f"{text} {noun}", alt=(text,)) if said[0].endswith(("ые", "ие")) else None
    if form.case is not None and script_of(text) == "ru" and not _stands(said, form.case):
        base = nominative(text, case=form.case)
        return ctx.mention(base) if base is not None else None
    return ctx.mention(text)


def _stands(said: list[str], case: Case) -> bool:
    """Whether Russian words can be a nominative: singular, or a plural that is the accusative of things as well."""
    first = said[0]
    return lemma(first) == first or (case == "accusative" and bool(re.search(r"[ыи]е?$", first)))
