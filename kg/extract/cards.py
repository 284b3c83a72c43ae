"""What the front of a card asks, and so what its back says."""

from __future__ import annotations

import re
from collections import Counter

from kg.counts import counts_in
from kg.extract.announce import announcement
from kg.extract.context import Context
from kg.extract.inline import parts
from kg.extract.labels import clean, is_clause, soften
from kg.extract.tree import Node
from kg.model import Mention, Span
from kg.text import sentences, word_spans, words

_WHAT = re.compile(
    r"^(?:so\s+)?(?:what(?:'s|’s)?\s+(?:is|are|does)?|define|explain|describe|что\s+такое|дайте\s+определение|определите|опишите)\s+(?:meant\s+by\s+)?(?:the\s+(?=\S+\s*\?)|an?\s+)?(?P<x>.+?)(?:\s+mean)?\s*(?:\([^()]*\))?\s*[?:.]*$",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"(?:differences?\s+(?:between|of|in)?|distinguish\s+between|compare|чем\s+отлича\w+|отличие|разница\s+между|сравните)\s*(?P<a>.+?)\s+(?:and|versus|vs\.?|from|и|от)\s+(?P<b>.+?)\s*\??$",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^(?:why\s+(?:is|are|do|does)|почему|зачем)\s+(?P<x>.+?)\s+(?P<quality>important|useful|relevant|necessary|matter|"
    r"важн\w*|нуж\w*)"
    r"(?:\s+(?:for|to|in|для|в)\s+(?P<y>.+?))?\s*\?*$",
    re.IGNORECASE,
)
_DIFFERS = re.compile(
    r"^(?:how|in what)\s+(?:do|does)\s+(?P<a>.+?)\s+differ\s+from\s+(?P<b>.+?)\s*\??$", re.IGNORECASE
)
_AS = re.compile(r"^(?P<x>.{2,40}?)\s+(?P<as>as|как)\s+(?:an?\s+|the\s+)?(?P<y>[^?]{3,40}?)\s*\??$", re.IGNORECASE)
_FROM_TO = re.compile(r"^(?:from|от)\s+.+\s+(?:to|к)\s+.+$", re.IGNORECASE)
_NOT_BUT = re.compile(
    r"^(?P<verb>.*?)\b(?:not\s*(?:on\s*)?|away\s+from\s+)(?P<a>\S.*?)\s+(?:but|and)"
    r"(?:\s+(?:rather|on|to|towards?))*\s*$",
    re.IGNORECASE,
)
_HANGING = re.compile(
    r"\b(?:to|on|of|with|for|by|from|at|into|towards?|is|are|asks|к|на|о|от|с|для|это)$", re.IGNORECASE
)
_SHORTLY = re.compile(
    r"^(?P<x>.+?)\s*[(,:–-]*\s*(?:short\s+)?(?:definition|краткое определение|определение)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_BY = re.compile(r"\s*\((?P<who>[A-ZА-ЯЁ][\w-]+(?:\s+(?:and|&|и)\s+[A-ZА-ЯЁ][\w-]+)*)\)\s*$")
_ASKED = re.compile(r"^(?:for\s+)?(?:which|what|какие|каковы|name)\s+(?:are\s+)?(?:the\s+)?|\s*\?+$", re.IGNORECASE)
_THERE = re.compile(r"\s+(?:are|is)\s+there\b|\s+существу[ею]т\b", re.IGNORECASE)
_DO = re.compile(r"^(?P<what>.+?)\s+(?:do|does|did)\s+(?P<rest>(?P<who>.+?)\s+[^\W\d_]+)$", re.IGNORECASE)
_SOURCE = re.compile(
    r"\(\s*(?P<name>[^\W\d_]+(?:\s+(?:et al\.?|and\s+[^\W\d_]+))?)\s*,?\s*(?P<year>(?:19|20)\d\d)[a-z]?\s*\)",
    re.IGNORECASE,
)


def cards(ctx: Context) -> None:
    """Concepts that fronts ask about, with what the backs say of them."""
    fronts = [n for n in ctx.root.walk() if n.kind == "front"]
    openings = Counter(n.text.split(":")[0].casefold() for n in fronts if ":" in n.text)
    perspectives = Counter(m["x"].casefold() for n in fronts if (m := _AS.match(_asked(n.text))))
    for node in fronts:
        text, offset = node.text, 0
        opening = text.split(":")[0]
        if openings[opening.casefold()] >= 2 and len(words(opening)) <= 5:
            offset = len(opening) + 1  # an attribution that several fronts share
        _card(node, text[offset:].strip(), opening if offset else "", perspectives, ctx)


def _asked(text: str) -> str:
    """A front without its question words."""
    m = _WHAT.match(text.strip())
    return m["x"] if m else text.strip(" ?:")


def _card(node: Node, text: str, attributed: str, perspectives: Counter[str], ctx: Context) -> None:
    lang = ctx.lang(text)
    if not attributed and (m := _BY.search(text)) and not text.rstrip().endswith("?"):
        text, attributed = text[: m.start()], m["who"]
    if m := _DIFFERENCE.search(text) or _DIFFERS.match(text):
        _difference(node, m, ctx)
        return
    if (m := _NOT_BUT.match(text)) and node.children:
        _instead(node, m, ctx)
        return
    kind, alt, label = "concept", tuple[str, ...](), text
    found = announcement(soften(text, ctx.capitals), lang, ctx.ontology)
    asked = _WHAT.match(text)
    definition = False
    if m := _WHY.match(text):
        label = (
            f"Importance of {m['x']}" + (f" for {m['y']}" if m["y"] else "") if lang == "en" else f"Значение: {m['x']}"
        )
    elif asked and not counts_in(text, ctx.ontology):
        label, definition = _SOURCE.sub("", asked["x"]), True
    elif m := _SHORTLY.match(text):
        label, definition = m["x"], True
    elif found and (colon := re.match(r"^(?P<x>.+?)\s*:\s*\d+\s+\S+\s*$", text)):
        label, alt, kind = colon["x"], (text,), "framework"
    elif text.rstrip().endswith("?"):
        label = " ".join(_THERE.sub("", _ASKED.sub("", text)).split())
        if found and found.count:
            kind = "framework"
            if lang == "en" and (m := _DO.match(label)):
                label = f"{m['what']} of {m['who']}" if len(words(m["who"])) <= 3 else f"{m['what']}: {m['rest']}"
    elif found and found.count:
        kind = "framework"
        cut = re.match(r"^(.*?)\s+and\s+(?:their|its)\b", text)
        label, alt = (cut[1], (text,)) if cut else (text, ())
    label = re.sub(r"\s*:\s*\d+\s*$", "", label.strip(" :?"))
    label = re.sub(r"^(?:the|a|an)\s+", "", label, flags=re.IGNORECASE)
    if not definition and kind == "concept" and _HANGING.search(label) and node.children:
        _completed(node, text, ctx)
        return
    said = label.split()
    if kind == "concept" and len(said) > 2 and is_clause(said[-1], ctx.ontology):
        label, alt = " ".join(said[:-1]), (label,)  # "X provides: 2"
    if (m := _AS.match(label)) and perspectives[m["x"].casefold()] >= 2:
        kind = ctx.ontology.kind_of(label, lang) or "perspective"
        article = (
            "a "
            if (lang == "en" and m["y"].rstrip("?") not in {"strategy", "technology"}) or re.search(r"\bas an?\s", text)
            else ""
        )
        alt = (f"{m['x']} {m['as']} {m['y']}",) if article else ()
        label = f"{m['x']} {m['as']} {article}{m['y']}"
        whole = ctx.mention(m["x"])
    else:
        whole = None
    if kind == "concept":
        kind = ctx.kind(label) if not found else kind
    mention = ctx.mention(label, kind=kind, alt=alt, listed=True)
    if mention is None or len(words(label)) > 16:
        return
    ctx.heads[node] = mention
    ctx.name(mention, ctx.cite(node), "card-front")
    if whole is not None:
        ctx.state(mention, "part-of", whole, ctx.cite(node), "perspective")
    if attributed:
        _origins(attributed, mention, node, ctx)
    for m in _SOURCE.finditer(text):
        person = ctx.mention(m["name"].title(), kind="person")
        if person:
            evidence = ctx.cite(node)
            paper = Mention(f"{person.label} {m['year']}", "en", "paper", "", ())
            ctx.name(paper, evidence, "citation")
            ctx.state(paper, "created-by", person, evidence, "citation")
            ctx.state(paper, "year", m["year"], evidence, "citation")
            ctx.state(paper, "supports", mention, evidence, "citation")
    _back(node, mention, definition, found.count if found else None, ctx)


def _completed(node: Node, text: str, ctx: Context) -> None:
    """A front that the back completes ("for X we need to" / "do so"): a remark on what it names."""
    subject = ctx.topic(text)
    back = next((c for c in node.children if c.kind in {"paragraph", "item"}), None)
    if subject is None or back is None:
        return
    ctx.heads[node] = subject
    evidence = ctx.document.cite(Span(ctx.cite(node).start, ctx.cite(back).end))
    ctx.state(subject, "note", f"{text} {back.text}", evidence, "card-completed")
    ctx.handled.add(back)


def _back(node: Node, mention: Mention, definition: bool, promised: int | None, ctx: Context) -> None:
    """Paragraphs of the back: a definition or a remark, or the members run together in one line."""
    said = words(node.text)
    alone = len(node.children) == 1 and not node.text.rstrip().endswith(("?", ":"))
    term = alone and len(said) <= 4 and promised is None and len(words(node.children[0].text)) >= 5
    first = True
    for child in node.children:
        if child.kind != "paragraph":
            first = False
            continue
        body = child.text
        if promised and first and not node.items() and (members := _run_together(body, promised, ctx)):
            found = announcement(soften(node.text, ctx.capitals), ctx.lang(node.text), ctx.ontology)
            _members(child, members, mention, found.kind if found else "concept", ctx)
            if found and found.about and (about := ctx.mention(found.about)):
                for position, span in enumerate(members, 1):
                    member = ctx.mention(span.of(body), kind=found.kind, scope=mention.label, listed=True)
                    if member:
                        ctx.state(
                            member,
                            "kind-of" if found.types else "part-of",
                            about,
                            ctx.cite(child, span),
                            "announced-member",
                            position=position,
                        )
                ctx.state(mention, "related", about, ctx.cite(node), "announcement")
        elif first and (definition or term or _defines(body, ctx)):
            ctx.state(mention, "definition", body, ctx.cite(child), "card-definition")
        else:
            ctx.state(mention, "note", body, ctx.cite(child), "card-note")
        ctx.handled.add(child)
        first = False


def _defines(body: str, ctx: Context) -> bool:
    verbs = [c for lang in ("en", "ru") for c in ctx.ontology.cues("definition-verb", lang)]
    head = " ".join(words(body)[:4])
    return any(head.startswith(" ".join(words(v)) + " ") for v in verbs) or bool(
        re.match(r"to\s+(?:be|have|do|make)\b", body)
    )


def _members(child: Node, members: list[Span], whole: Mention, kind: str, ctx: Context) -> None:
    ctx.listed.add(child)
    previous: Mention | None = None
    ordered = any(ctx.ontology.is_a(kind, one) for one in ("stage", "step"))
    for position, span in enumerate(members, 1):
        member = ctx.mention(span.of(child.text), kind=kind, scope=whole.label, listed=True)
        if member is None:
            continue
        evidence = ctx.cite(child, span)
        ctx.name(member, evidence, "card-member")
        ctx.state(member, "part-of", whole, evidence, "card-member", position=position)
        if previous and ordered:
            ctx.state(previous, "precedes", member, evidence, "card-order")
        previous = member


def _run_together(body: str, promised: int, ctx: Context) -> list[Span] | None:
    """The promised number of members in one line: between commas, or, where there are none, told by
    function words and prefixes that hold a name together, the later words first."""
    spans = parts(body, 0, len(body))
    if len(spans) == promised:
        return spans
    if len(spans) > 1 or len(sentences(body)) > 1 or not promised <= len(words(body)) <= 4 * promised:
        return None
    functions = {w for lang in ("en", "ru") for w in ctx.ontology.cues("function-word", lang)}
    units: list[Span] = []
    glue = False
    for span in word_spans(body):
        word = span.of(body).casefold()
        binding = word in functions
        if units and (glue or binding):
            units[-1] = Span(units[-1].start, span.end)
        else:
            units.append(span)
        glue = binding or word in {"post", "pre", "non", "co", "re", "self", "пост", "пре"}
    at = len(units) - 1
    while len(units) > promised and at > 0:
        units[at - 1 : at + 1] = [Span(units[at - 1].start, units[at].end)]
        at -= 2
        if at <= 0:
            at = len(units) - 1
    return units if len(units) == promised else None


def _difference(node: Node, m: re.Match[str], ctx: Context) -> None:
    a, b = m["a"].strip(), m["b"].strip()
    shared = a.split()
    sides = [ctx.mention(x, listed=True) for x in (a, b)]
    if len(shared) > 1 and len(b.split()) == 1:
        other = ctx.mention(" ".join([*shared[:-1], b]), alt=(b,), listed=True)
        sides[1] = other or sides[1]
    one, two = sides
    if one is None or two is None:
        return
    ctx.heads[node] = one
    evidence = ctx.cite(node)
    for side in (one, two):
        ctx.name(side, evidence, "card-difference")
    ctx.state(one, "contrasts-with", two, evidence, "card-difference")
    for child in node.children:
        if child.kind == "paragraph":
            for side in (one, two):
                ctx.state(side, "note", child.text, ctx.cite(child), "card-difference")
            ctx.handled.add(child)


def _instead(node: Node, m: re.Match[str], ctx: Context) -> None:
    """"Not on A but on" / "B": B stands in contrast to A."""
    back = node.children[0]
    a, b = ctx.mention(m["a"]), ctx.mention(back.text, listed=True)
    if a is None or b is None:
        return
    ctx.heads[node] = b
    evidence = ctx.document.cite(Span(ctx.cite(node).start, ctx.cite(back).end))
    ctx.name(a, ctx.cite(node), "card-contrast")
    ctx.name(b, ctx.cite(back), "card-contrast")
    ctx.state(b, "contrasts-with", a, evidence, "card-contrast")
    ctx.state(b, "note", f"{node.text.strip()} {back.text.strip()}", evidence, "card-contrast")
    ctx.handled.add(back)


def _origins(attributed: str, mention: Mention, node: Node, ctx: Context) -> None:
    for name in re.split(r"\s+(?:and|&|и)\s+|,\s*", attributed):
        cleaned = clean(name)
        person = ctx.mention(cleaned.text.title(), kind="person") if cleaned else None
        if person and len(words(person.label)) <= 3:
            evidence = ctx.cite(node)
            ctx.name(person, evidence, "attribution")
            ctx.state(mention, "introduced-by", person, evidence, "attribution")
