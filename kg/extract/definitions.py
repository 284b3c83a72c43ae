"""Sentences that say what something is: "X is ...", "X — это ...", "By X we mean ..."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kg.extract.called import called
from kg.extract.context import Context
from kg.extract.defining import (
    alias_of,
    definition,
    definition_label,
    general,
    is_lone_adjective,
    is_praised,
    says_what,
    sets_apart,
    verb_of,
)
from kg.extract.extent import with_before
from kg.extract.labels import cue_set, either, term_and_gist
from kg.extract.opening import called_by_noun, opening
from kg.extract.tree import Node
from kg.model import Mention, Span, Statement
from kg.ontology import Ontology
from kg.text import label_key, script_of, words

_DASH = re.compile(
    r"^[“«\"]?(?P<x>[^“”«»\"–—:]{2,60}?)[”»\"]?\s*(?:\((?P<in>[^()]*)\)\s*)?\s+[–—-]\s+(?:это\s+)?(?P<gist>\S.+)$",
    re.DOTALL,
)
_ARTICLE = re.compile(r"^(?:an?|the|so|this|these|thus|hence)\s+", re.IGNORECASE)
_WHOLE = re.compile(r"(?:an?|the|one|any|when|where|what|how)\b", re.IGNORECASE)
MOST, LEAST = 7, 3  # words of a name, and of what is said of it


@lru_cache(maxsize=4)
def _asks(ontology: Ontology) -> re.Pattern[str]:
    asked = rf"^{either('ask-meaning', ontology)}\s+(?:an?\s+|the\s+)?"
    return re.compile(rf"{asked}[“«\"]?(?P<x>[^?“”«»\"]{{2,60}}?)[”»\"]?\s*\?$", re.IGNORECASE)


@lru_cache(maxsize=4)
def _tells(ontology: Ontology) -> re.Pattern[str]:
    return re.compile(rf"^{either('tell-meaning', ontology)}\s+\S", re.IGNORECASE)


def define(
    node: Node, spans: Sequence[Span], at: int, head: Mention | None, known: set[str], ctx: Context
) -> int:
    """State what the sentence `at` of a block defines; how much of it, in characters, is thereby told.

    known   keys of names that are known as such
    """
    span, before = spans[at], spans[at - 1] if at else None
    text = span.of(node.text)
    ahead = before.of(node.text) if before is not None else ""
    label, start = _label(text, ahead, ctx.ontology)
    own = start > 0
    start += opening(text[start:], ctx.ontology)
    named = label if label is not None and label["x"] else None
    if named is None and _tells(ctx.ontology).match(text):
        named = _asks(ctx.ontology).match(ahead)
    if named is not None:
        _named(node, span if own or before is None else Span(before.start, span.end), named, ctx)
        return len(text)
    if (found := called(text[start:], ctx.ontology)) is not None and (mention := ctx.mention(found[1])) is not None:
        name = Span(span.start + start + found[0].start, span.start + start + found[0].end)
        ctx.name(mention, ctx.cite(node, name), "called")
        whole = with_before(node.text, spans, at, name, ctx.ontology)
        ctx.state(mention, "definition", whole.of(node.text), ctx.cite(node, whole), "called")
        return len(text)
    return _said(node, span, start, label is not None, head, known, ctx)


def _label(text: str, ahead: str, ontology: Ontology) -> tuple[re.Match[str] | None, int]:
    """The label of a definition that a sentence begins with, and where it goes on; else the one that is all `ahead`."""
    own = definition_label(ontology).match(text)
    if own is not None and own.end() < len(text):
        return own, own.end()
    before = definition_label(ontology).match(ahead)
    return (before if before is not None and before.end() == len(ahead) else None), 0


def _named(node: Node, whole: Span, name: re.Match[str], ctx: Context) -> None:
    """"What is a catalyst? It is a substance that ...", "Definition 2 (Group). A set with ...": both cited together."""
    if (mention := ctx.mention(name["x"])) is None:
        return
    at = Span(whole.start + name.start("x"), whole.start + name.end("x"))
    ctx.name(mention, ctx.cite(node, at), "named-definition")
    ctx.state(mention, "definition", whole.of(node.text), ctx.cite(node, whole), "named-definition")


def _said(
    node: Node, span: Span, start: int, labelled: bool, head: Mention | None, known: set[str], ctx: Context
) -> int:
    """The sentence with a verb that defines, or a dash, behind its subject; where the names that it gives end."""
    text = span.of(node.text)
    core = text[start:]
    whole_name = node in ctx.heads and node.kind == "item" and term_and_gist(node.text, ctx.ontology) is None
    if whole_name and span.start == 0 and len(span) >= len(node.text.rstrip()) - 1:
        return 0  # the item is a name, not a sentence about one
    if text[:1] in "“«\"„" and text.rstrip(" .")[-1:] in "”»\"“":
        return 0  # somebody's words
    forms = ((_DASH, "dash-definition"), (definition(ctx.ontology), "is-definition"))
    for match, rule in ((form.match(core), rule) for form, rule in forms):
        if match is None or (
            head is not None
            and node in ctx.heads
            and rule == "dash-definition"
            and label_key(ctx.heads[node].label) == label_key(match["x"])
        ):
            continue
        if start and ("," in match["x"] or _is_loose(match, rule, ctx)):
            continue  # "For example, prices are higher in spring"
        at, name = called_by_noun(match["x"], ctx.ontology) or (0, match["x"])
        termed = at > 0
        subject = general(_ARTICLE.sub("", name.strip()))
        if len(words(subject)) > MOST or len(words(match["gist"])) < LEAST:
            continue
        alias = alias_of(match, ctx.ontology) if rule == "is-definition" else ()
        mention = ctx.mention(subject, alt=alias)
        if mention is None or {words(subject)[0], words(subject)[-1]} & cue_set(ctx.ontology, "function-word"):
            continue
        if is_lone_adjective(words(subject)):
            continue
        keys = {label_key(mention.label), *(label_key(a) for a, _ in mention.alt)}
        first = span.start == 0 or labelled
        marked = bool(mention.alt) or labelled or (rule == "dash-definition" and script_of(text) == "ru" and first)
        if rule == "dash-definition" and not (keys & known) and not marked:
            continue
        opens = span.start == 0 and _opens(mention, head)
        sure = keys & known or marked or opens or termed
        if rule == "is-definition" and not (sure or says_what(match, ctx)):
            continue
        evidence = ctx.cite(node, span)
        named = Span(span.start + start + match.start("x") + at, span.start + start + match.end("x"))
        ctx.name(mention, ctx.cite(node, named), rule)
        told = [s for s in ctx.statements if s.predicate == "definition"]
        within = any(evidence.start <= s.evidence.start and s.evidence.end <= evidence.end for s in told)
        by_label = any(s.evidence.start < evidence.end and evidence.start < s.evidence.end for s in told if _labels(s))
        if not within and not by_label:
            loose = _is_loose(match, rule, ctx) and script_of(text) == "en"
            ctx.state(mention, "note" if loose else "definition", text, evidence, rule)
        return start + match.end("aside") if alias else 0  # else a card or label above has said what this defines
    return 0


def _labels(s: Statement) -> bool:
    """Whether a label before a text ("Definition: ...") has told all of it as one definition."""
    return s.rule == "labelled-definition"


def _is_loose(match: re.Match[str], rule: str, ctx: Context) -> bool:
    """Whether a sentence says something of its subject rather than what it is: "prices are higher in spring"."""
    return (
        rule == "is-definition"
        and verb_of(match) in {"is", "are", "есть"}
        and (not _WHOLE.match(match["gist"]) or is_praised(match["gist"], ctx))
        and not sets_apart(match, ctx)
    )


def _opens(mention: Mention, head: Mention | None) -> bool:
    """The first sentence below a heading that is about this very thing."""
    if head is None:
        return False
    subject, above = set(label_key(mention.label).split()), set(label_key(head.label).split())
    return bool(subject) and subject <= above
