"""Who introduced something, as sentences say it in passing: "(developed by N)", "N's book ..."."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.extract.context import Context
from kg.extract.inline import noun_phrase_before
from kg.extract.labels import is_nominative
from kg.extract.tree import Node
from kg.model import Mention, Span
from kg.ontology import Ontology
from kg.text import script_of, words

_AUXILIARY = re.compile(
    r"(?:\s+(?:was|were|is|are|has|have|been|first|originally|был[аои]?))+$|\s*\([^()]*\)$", re.IGNORECASE
)
_AND = re.compile(r"\s+(?:and|и)\s+")
_UNTIL = re.compile(r"\s+(?:in|into|to|for|as|which|that|and|with|from|on|at|by)\s")
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
        if subject:
            _by(subject, m, node, ctx)
    _introduced(node, ctx)
    _book(node, head, ctx)


@lru_cache(maxsize=4)
def _introducing(ontology: Ontology) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """"Термин «X» ввёл N", and "N introduced the concept of X"."""

    def one(role: str) -> str:
        cues = sorted({c for lang in ("en", "ru") for c in ontology.cues(role, lang)}, key=len, reverse=True)
        return "(?i:" + "|".join(map(re.escape, cues)) + ")"

    who = rf"(?P<who>{_NAME}(?:\s+(?:(?:and|и)\s+)?{_NAME}){{0,3}})"
    return re.compile(
        rf"\b{one('name-noun')}\s+(?P<x>[“«\"„][^“”«»\"]{{3,60}}[”»\"])\s+(?:впервые\s+)?{one('introduces')}\s+{who}"
    ), re.compile(
        rf"(?:^|(?<=[.;]\s)){who}(?:\s*\(\d{{4}}\))?\s+(?:first\s+|впервые\s+)?{one('introduces')}\s+"
        rf"(?:the\s+|an?\s+)?{one('name-noun')}\s+(?:the\s+|an?\s+)?(?P<x>[“«\"„][^“”«»\"]{{3,60}}[”»\"]|[^,.;:()“«\"]{{3,60}})"
    )


def _introduced(node: Node, ctx: Context) -> None:
    """"Marshall (1890) introduced the concept of price elasticity": who introduced it."""
    for m in (m for pattern in _introducing(ctx.ontology) for m in pattern.finditer(node.text)):
        quoted = m["x"][0] in '“«"„'
        name = m["x"] if quoted else _UNTIL.split(m["x"], maxsplit=1)[0]
        if script_of(name) == "ru" and not (quoted and all(map(is_nominative, words(name)))):
            continue  # "понятие эластичности": in another case than its name
        if (subject := ctx.mention(name)) is not None:
            ctx.name(subject, ctx.cite(node, Span(m.start("x"), m.start("x") + len(name))), "origin")
            _by(subject, m, node, ctx)


def _by(subject: Mention, match: re.Match[str], node: Node, ctx: Context) -> None:
    """State each of the people named as `who`."""
    start = match.start("who")
    for one in _AND.split(match["who"]):
        start = node.text.index(one, start)
        if (person := ctx.mention(one, kind="person")) is not None:
            ctx.name(person, ctx.cite(node, Span(start, start + len(one))), "origin")
            ctx.state(subject, "introduced-by", person, ctx.cite(node), "origin")


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
