"""Who introduced something, as sentences say it in passing: "(developed by N)", "N's book ..."."""

from __future__ import annotations

import re

from kg.extract.context import Context
from kg.extract.inline import noun_phrase_before
from kg.extract.tree import Node
from kg.model import Mention, Span

_AUXILIARY = re.compile(
    r"(?:\s+(?:was|were|is|are|has|have|been|first|originally|был[аои]?))+$|\s*\([^()]*\)$", re.IGNORECASE
)
_NAME = r"(?:[A-ZА-ЯЁ]\.|[A-ZА-ЯЁ][\w-]+)"


def origin(node: Node, head: Mention | None, ctx: Context) -> None:
    """"(developed by N)", "N's book ... offers the five step framework": who introduced it."""
    cues = [c for lang in ("en", "ru") for c in ctx.ontology.cues("introduced-by", lang)]
    pattern = re.compile(
        r"\b(?:"
        + "|".join(map(re.escape, cues))
        + r")\s+(?P<who>"
        + _NAME
        + r"(?:\s+(?:(?:and|и)\s+)?"
        + _NAME
        + r"){0,3})"
    )
    for m in pattern.finditer(node.text):
        own = ctx.heads.get(node)
        subject = own if own is not None else _subject(node.text, m.start(), head, ctx)
        person = ctx.mention(m["who"], kind="person")
        if subject and person:
            evidence = ctx.cite(node)
            ctx.name(person, ctx.cite(node, Span(*m.span("who"))), "origin")
            ctx.state(subject, "introduced-by", person, evidence, "origin")
    _book(node, head, ctx)


def _subject(text: str, end: int, head: Mention | None, ctx: Context) -> Mention | None:
    """Of what a sentence says who made it: the name before the verb; a remark in brackets may be on the heading."""
    before = _AUXILIARY.sub("", text[:end].rstrip())
    if before.endswith("("):
        before = before[:-1].rstrip()
        span = noun_phrase_before(text, len(before), ctx.ontology)
        return (ctx.mention(span.of(text)) if span is not None else None) or head
    span = noun_phrase_before(text, len(before), ctx.ontology)
    return ctx.mention(span.of(text)) if span is not None else None


def _book(node: Node, head: Mention | None, ctx: Context) -> None:
    """"N's book “T” ...": T is by N, who introduced the framework announced there, else what it stands under."""
    m = re.search(
        r"\b(?P<who>[A-Z][a-z]+)['’]s\s+(?P<what>book|paper|article|theory|model|framework)\b(?:\s+[“\"](?P<title>[^”\"]+)[”\"])?",
        node.text,
    )
    if m:
        person = ctx.mention(m["who"], kind="person")
        framework = next(
            (
                s.subject
                for s in reversed(ctx.statements)
                if s.rule == "announced-framework" and s.evidence.start <= ctx.cite(node).end
            ),
            None,
        )
        if person:
            evidence = ctx.cite(node)
            ctx.name(person, ctx.cite(node, Span(*m.span("who"))), "origin")
            if m["title"]:
                work = Mention(m["title"], ctx.lang(m["title"]), "book" if m["what"] == "book" else "paper", m["who"])
                ctx.name(work, evidence, "origin")
                ctx.state(work, "title", m["title"], evidence, "origin")
                ctx.state(work, "created-by", person, evidence, "origin")
            subject = framework or (head if m["what"] in {"theory", "model", "framework"} else None)
            if subject:
                ctx.state(subject, "introduced-by", person, evidence, "origin")
