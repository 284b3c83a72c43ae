"""Entries of a glossary that are blocks by themselves: "Demand: how much buyers want at each price"."""

from __future__ import annotations

import re
from collections import Counter

from kg.extract.announce import announcement
from kg.extract.context import Context
from kg.extract.defining import NOTES, definition_label
from kg.extract.headings import role_of
from kg.extract.labels import cue_set, term_and_gist
from kg.extract.tree import Node
from kg.model import Span
from kg.text import label_key, script_of, words

RULE = "entry"
_EQUALS = re.compile(r"^(?P<term>[^=:.]{2,60}?)\s+=\s+(?P<gist>[^=]+)$")
_ABOVE = re.compile(r"[*_]*[ \t]*\r?\n")  # in the raw text: what is emphasised has a line of its own
_VERSUS = re.compile(r"\s(?:vs\.?|versus|против)\s", re.IGNORECASE)  # kg.extract.sentences reads these
SPEAKERS = 1.5  # times on average that names of speakers come back
TERM, LEAST, MOST = 5, 3, 60  # words of a term, and of its gist


def entries(ctx: Context) -> None:
    """State that a paragraph of notes defines the name before its colon or dash.

    Its gist goes on in lower case or begins as definitions do; else the line before or after it has to be made alike.
    What is emphasised, and what Russian sets off by a dash, is read as a sentence (kg.extract.sentences). Names that
    come back before other text are those of speakers.
    """
    if len(ctx.document.text) > NOTES:
        return  # in prose "Think of it: ..." is more frequent
    for parent in [ctx.root, *ctx.root.walk()]:
        found = [_parts(node, ctx) for node in parent.children]
        said = Counter(label_key(split[0].of(n.text)) for n, split in zip(parent.children, found, strict=True) if split)
        if said.total() >= SPEAKERS * len(said):
            continue
        for at, (node, split) in enumerate(zip(parent.children, found, strict=True)):
            if split is None:
                continue
            gist = split[1].of(node.text)
            equals = node.text[split[0].end : split[1].start].strip() in {"=", ""}
            begins = gist[0].islower() or words(gist)[0] in cue_set(ctx.ontology, "gist-start")
            alike = any(found[max(0, at - 1) : at]) or any(found[at + 1 : at + 2])
            named = ctx.mention(split[0].of(node.text)) if begins or alike or equals else None
            if named is None:
                continue
            above = ctx.head_of(node)
            ctx.heads[node] = named
            ctx.name(named, ctx.cite(node, split[0]), RULE)
            ctx.state(named, "definition", gist, ctx.cite(node, split[1]), RULE)
            if above is not None:
                ctx.state(named, "related", above, ctx.cite(node, split[0]), RULE)


def _parts(node: Node, ctx: Context) -> tuple[Span, Span] | None:
    """The term and the gist of a paragraph that may be an entry."""
    if node.kind != "paragraph" or node in ctx.heads or node in ctx.handled or node.block is None:
        return None
    if (split := _below(node, ctx)) is not None:
        return split
    equals = _EQUALS.match(node.text)
    split = term_and_gist(node.text, ctx.ontology)
    if equals is not None:
        split = Span(*equals.span("term")), Span(*equals.span("gist"))
    if split is None or _VERSUS.search(split[0].of(node.text)):
        return None
    label = split[0].of(node.text)
    if role_of(label, ctx) is not None or definition_label(ctx.ontology).match(f"{label}:"):
        return None
    term, gist = (words(part.of(node.text)) for part in split)
    dash = ":" not in node.text[split[0].end : split[1].start]
    marked = any(strong.start - node.offset <= split[0].end for strong in node.block.strong)
    if marked or (dash and script_of(node.text) == "ru"):
        return None
    functions, doing = (cue_set(ctx.ontology, role) for role in ("function-word", "action-verb"))
    entry = (
        1 <= len(term) <= TERM
        and LEAST <= len(gist) <= MOST
        and term[0] not in functions
        and not any(w.isdigit() for w in (term[-1], *gist[:2]))
        and gist[0] not in doing
        and announcement(split[0].of(node.text), ctx.lang(node.text), ctx.ontology) is None
    )
    return split if entry else None


def _below(node: Node, ctx: Context) -> tuple[Span, Span] | None:
    """An emphasised name on a line of its own, and the text right below it."""
    assert node.block is not None
    for strong in node.block.strong[:1]:
        term = Span(strong.start - node.offset, strong.end - node.offset)
        end = node.block.raw_of(strong.start, strong.end).end
        gist = Span(len(node.text) - len(node.text[term.end :].lstrip(" \t:–—-")), len(node.text))
        if 0 <= term.start <= 1 and len(words(term.of(node.text))) <= TERM and _ABOVE.match(ctx.document.raw, end):
            return (term, gist) if LEAST <= len(words(gist.of(node.text))) <= MOST else None
    return None
