"""Items of lists: which name members, of what class, and what they are members of."""

from __future__ import annotations

import re

from kg.counts import counts_in
from kg.extract.announce import TYPE_WORDS, Announcement, announcement
from kg.extract.context import Context
from kg.extract.headings import ORDERED, role_of
from kg.extract.inline import listings
from kg.extract.labels import cue_set, has_role, is_clause, soften, term_and_gist
from kg.extract.tables import becomes
from kg.extract.tree import Node, number
from kg.model import Mention, Span
from kg.text import label_key, lemma, words

_VERB_RU = re.compile(r"^[А-ЯЁа-яё]+(?:ют|ут|ят|ат|ет|ит)(?:ся)?\s")
_GIST = re.compile(r"[*_”\"’'»]*\s*(?::|\s[–—-])\s+(?P<gist>\S.*)$", re.DOTALL)
_RELATIVE = re.compile(r"^([^,.;:?]{4,60}),\s+(?:\w+\s+){0,2}(?:котор\w+|which|whose|who)\s", re.IGNORECASE)
_OBJECTIVES = re.compile(
    r"\b(?:be able to|will learn|learning (?:objectives|outcomes|goals)|сможете|научитесь|будете уметь)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:towards?|to|of|on|for|in|by|к|на|от|в|для)$", re.IGNORECASE)


def announced(node: Node, ctx: Context) -> Announcement | None:
    """What list stands under a node: told by its text, by its intro, or by the paragraph before."""
    text = soften(node.text, ctx.capitals)
    said = words(text)
    lang = ctx.lang(text)
    clause = node.kind != "heading" and text.rstrip().endswith(":")
    if len(said) <= 14 and (found := announcement(text, lang, ctx.ontology, clause=clause)):
        return found
    if len(said) > 6:  # a sentence: what it says last is what follows
        tail = " ".join(said[-4:])
        return announcement(tail, lang, ctx.ontology, clause=True)
    return None


def items(ctx: Context) -> None:
    """Members of lists: each item with a name becomes a concept, a part or kind of what the list is about."""
    ended: dict[str, int] = {}  # what lists are of -> the last position stated of it
    for node in [ctx.root, *ctx.root.walk()]:
        listed = [c for c in node.children if c.kind == "item" and c not in ctx.handled]
        if not listed:
            continue
        if _OBJECTIVES.search(node.text) or has_role(node.text, "objectives-heading", ctx.ontology):
            ctx.handled.update(listed)
            continue  # what a reader will be able to do
        if key_terms := _key_terms(node, ctx):
            _glossary(key_terms, ctx.head_of(node), ctx)
            listed = [c for c in listed if c not in key_terms]
            if not listed:
                continue
        if node.kind == "heading" and node not in ctx.heads:
            _glossary(listed, ctx.head_of(node), ctx)
            continue
        found = announced(node, ctx) if node.block else None
        if node.kind == "paragraph" and (found or len(listed) in counts_in(node.text, ctx.ontology)):
            _intro(node, ctx)
        whole, facet = _whole(node, ctx)
        if found is None and whole is not None and node.kind in {"paragraph", "item"}:
            found = announcement(whole.label, ctx.lang(whole.label), ctx.ontology)
        of = label_key(whole.label) if whole is not None else ""
        opening = number(listed[0].marker)
        first = opening if of and opening == ended.get(of, 0) + 1 else 1  # "4." after "3.": the list goes on
        _list(node, listed, whole, found, ctx, facet, first)
        ended[of] = first + len(listed) - 1


def _key_terms(node: Node, ctx: Context) -> list[Node]:
    """Items right below a line that is no heading and names nothing ("Key terms")."""
    found: list[Node] = []
    below = False
    for child in node.children:
        if child.kind == "item":
            found += [child] if below and child not in ctx.handled else []
        else:
            below = child.kind == "paragraph" and has_role(child.text, "structural-heading", ctx.ontology)
    return found


def _glossary(listed: list[Node], above: Mention | None, ctx: Context) -> None:
    """"Term: gist" items under a heading that names nothing: what the work or session above covers."""
    covering = above is not None and any(ctx.ontology.is_a(above.kind, k) for k in ("source", "session"))
    for child in listed:
        span, gist = _name_span(child, ctx)
        text = span.of(child.text)
        said = words(text)
        short = len(said) <= 4 and said[0] not in cue_set(ctx.ontology, "action-verb") and text[:1].isupper()
        if role_of(text, ctx) or not (gist or (short and not child.text.rstrip().endswith("."))):
            continue
        if (mention := ctx.mention(text, kind=ctx.kind(text))) is None:
            continue
        ctx.heads[child] = mention
        evidence = ctx.cite(child, span)
        ctx.name(mention, evidence, "glossary")
        if gist is not None:
            ctx.state(mention, "definition", gist.of(child.text), ctx.cite(child, gist), "glossary")
        if covering and above is not None:
            ctx.state(above, "covers", mention, evidence, "glossary")


def _intro(node: Node, ctx: Context) -> None:
    """A line that announces a list by a name ("Three branches of power:") is what the members are part of."""
    text = node.text.strip().rstrip(":").rstrip()
    if node in ctx.heads or not node.text.rstrip().endswith(":") or len(words(text)) > 8 or _PREPOSITION.search(text):
        return
    above = ctx.head_of(node)
    mention = ctx.mention(text, kind="framework" if counts_in(text, ctx.ontology) else "concept")
    if mention is None or (above is not None and label_key(above.label) == label_key(mention.label)):
        return
    ctx.heads[node] = mention
    ctx.name(mention, ctx.cite(node), "list-intro")
    if above is not None:
        covering = any(ctx.ontology.is_a(above.kind, k) for k in ("source", "session"))
        one, predicate, two = (above, "covers", mention) if covering else (mention, "part-of", above)
        ctx.state(one, predicate, two, ctx.cite(node), "list-intro")


def _whole(node: Node, ctx: Context) -> tuple[Mention | None, str]:
    """What the items of a node are members of, and the facet under which they stand ("Orientation towards")."""
    facet = ""
    at: Node | None = node
    while at is not None and at.block is not None:
        if at in ctx.heads:
            return ctx.heads[at], facet
        if at.kind == "heading" or (at.kind == "front" and at not in ctx.heads):
            return None, facet
        if at.kind == "item" and not facet and len(words(at.text)) <= 4:
            facet = at.text.strip(" :’'")
        at = at.parent
    return None, facet


def _list(
    node: Node,
    listed: list[Node],
    whole: Mention | None,
    found: Announcement | None,
    ctx: Context,
    facet: str,
    first: int,
) -> None:
    counted = len(listed) in counts_in(node.text, ctx.ontology)
    sourced = whole is not None and ctx.ontology.is_a(whole.kind, "source")
    if sourced and not counted:
        found = None  # a work's title announces no list
    about = ctx.mention(found.about) if found and found.about else None
    previous: Mention | None = None
    for position, child in enumerate(listed, first):
        if whole is not None and becomes(child, whole, position, ctx):
            continue
        mention, span, gist = _member(child, whole, found, facet, ctx, counted=counted, open_list=node.kind != "root")
        if mention is None:
            previous = None
            continue
        ctx.heads[child] = mention
        evidence = ctx.cite(child, span)
        ctx.name(mention, evidence, "list-item")
        typed = found is not None and found.types
        same = about is not None and whole is not None and label_key(about.label) == label_key(whole.label)
        if whole is not None and sourced:
            ctx.state(whole, "covers", mention, evidence, "list-member")
        elif whole is not None:
            predicate = "kind-of" if typed and (same or not about) else "part-of"
            ctx.state(mention, predicate, whole, evidence, "list-member", position=position)
        if about is not None and not same:
            predicate = "kind-of" if typed else "part-of"
            ctx.state(mention, predicate, about, evidence, "announced-member", position=position)
        if gist is not None:
            ctx.state(mention, "definition", gist.of(child.text), ctx.cite(child, gist), "term-gist")
        if previous and any(ctx.ontology.is_a(mention.kind, one) for one in ORDERED):
            ctx.state(previous, "precedes", mention, evidence, "list-order")
        previous = mention
    if whole is not None and about is not None and node.block is not None and previous is not None:
        ctx.state(whole, "related", about, ctx.cite(node), "announcement")


def _member(
    child: Node,
    whole: Mention | None,
    found: Announcement | None,
    facet: str,
    ctx: Context,
    *,
    counted: bool,
    open_list: bool,
) -> tuple[Mention | None, Span, Span | None]:
    """The concept that an item names, with the places of its name and of its gist; None where it names none."""
    span, gist = _name_span(child, ctx)
    text = span.of(child.text)
    lang = ctx.lang(text)
    nothing = None, span, gist
    if gist is None and not counted and _is_listing(child, ctx):
        return nothing  # its members are stated by `sentences`
    if role_of(text, ctx) or _is_type_word(text, ctx):
        return nothing
    if child.text.rstrip().endswith(":") and not counted and _is_facet(child, whole, ctx):
        return nothing
    kind = found.kind if found else "element" if facet else "concept"
    doing = bool(_VERB_RU.match(text)) and gist is None and lang == "ru"
    if text.rstrip().endswith("?"):
        kind = kind if ctx.ontology.is_a(kind, "question") else "question"
    elif kind == "concept" and gist is not None:
        kind = ctx.kind(text)
    if doing:
        kind = "trait" if "trait" in ctx.ontology.classes else kind
    if gist is None and not counted and not doing and _says(child, text, ctx):
        return nothing
    size = len(words(text))
    titled = all(w[:1].isupper() for w in text.split() if len(w) > 3)  # "Understand Market Needs: ..." is a title
    named_so = gist is None or (size <= 5 and (titled or not is_clause(text, ctx.ontology)))
    listed = whole is not None and open_list and (counted or (named_so and size <= 20))
    named = ctx.mention(text, kind=kind, listed=listed)
    if named is None:
        return nothing
    label, alt = named.label, [a for a, _ in named.alt]
    if found is not None and (full := _with_noun(label, found.noun, ctx)):
        label, alt = full, [label, *alt]
    if facet and whole and (found is None or not found.types):
        alt += _composed(facet, label)
    generic = len(label_key(label).split()) == 1 and bool(facet)
    alts = tuple((a, ctx.lang(a)) for a in dict.fromkeys(alt))
    return Mention(label, named.lang, kind, whole.label if whole else "", alts, generic), span, gist


def _says(child: Node, text: str, ctx: Context) -> bool:
    """An item that is a sentence or a clause, not a name."""
    if text.rstrip().endswith("?"):
        return False
    said = words(text)
    stopped = child.text.rstrip().endswith(".") and len(said) > 9 and ctx.lang(text) == "en"
    return stopped or is_clause(text, ctx.ontology) or said[:1] in (["anything"], ["everything"], ["something"])


def _is_type_word(text: str, ctx: Context) -> bool:
    """"Types: ...", "Виды: ...": a remark on what kinds there are."""
    said = words(text)
    return len(said) == 1 and lemma(said[0]) in TYPE_WORDS


_ADJECTIVE_RU = re.compile(r"^[а-яё-]+(?:ый|ий|ой)$", re.IGNORECASE)
_ADJECTIVE_EN = re.compile(
    r"^[a-z-]{4,}(?:al|ive|ic|ous|ary|ory|ful|less|able|ible|owned|based|driven|led)$", re.IGNORECASE
)


def _with_noun(label: str, noun: str, ctx: Context) -> str:
    """A member that is a bare adjective, with the noun of the announcement; "" where it is none or does not agree."""
    head = lemma(words(noun)[-1])
    if lemma(label.casefold()) in {head, noun.casefold()} or " " in label or head in TYPE_WORDS:
        return ""
    if ctx.lang(label) == "ru":
        masculine = not head.endswith(("а", "я", "о", "е", "и", "ы")) and ctx.lang(head) == "ru"
        return f"{label} {head}" if masculine and _ADJECTIVE_RU.match(label) else ""
    return f"{label} {head}" if _ADJECTIVE_EN.match(label) and ctx.lang(head) == "en" else ""


def _is_listing(node: Node, ctx: Context) -> bool:
    """An item that is itself a list of three or more short names."""
    found = next(iter(listings(node.text, ctx.ontology)), None)
    return found is not None and found.how == "all" and len(found.members) >= 3


def _is_facet(child: Node, whole: Mention | None, ctx: Context) -> bool:
    """"Types:", "Orientation towards:": a name for a group of members, not for a thing."""
    if not child.children:
        return False
    text = child.text.strip(" :’'")
    said = words(text)
    if len(said) > 14 or is_clause(text, ctx.ontology) or "encompass" in said:
        return True
    if _PREPOSITION.search(text) or whole is None:
        return True
    key = {lemma(w) for w in said}
    found = announcement(text, ctx.lang(text), ctx.ontology)
    return (
        (found is not None and (found.types or not found.about))
        or len(said) == 1
        or key <= {lemma(w) for w in words(whole.label)}
    )


def _composed(facet: str, label: str) -> list[str]:
    """Names put together from a facet and a member: "Touchpoint:" and "adaptation", "Orientation towards:" and "x"."""
    if _PREPOSITION.search(facet):
        return [f"{facet} {label}"]
    said = words(facet)
    if len(said) <= 2 and lemma(said[-1]) not in {lemma(w) for w in words(label)}:
        return [f"{' '.join([*facet.split()[:-1], lemma(said[-1])])} {label}"]
    return []


def _name_span(node: Node, ctx: Context) -> tuple[Span, Span | None]:
    """Where the name of an item stands and where its gist; the whole text is the name where there is no gist."""
    text = node.text
    split = term_and_gist(text, ctx.ontology) or _emphasised(node)
    if split is None:
        first, _, rest = text.partition(";")
        if rest and len(words(first)) <= 6 and len(words(rest)) >= 3 and not rest.count(";"):
            return Span(0, len(first)), Span(len(first) + 2, len(text))
        if relative := _RELATIVE.match(text):
            return Span(0, relative.end(1)), None
        return Span(0, len(text.rstrip(" ;.,"))), None
    term, gist = split
    return term, gist if len(gist) else None


def _emphasised(node: Node) -> tuple[Span, Span] | None:
    """"**Prophase** - chromosomes condense": what is emphasised before a colon or dash is the name, however short the
    gist."""
    strong = node.block.strong if node.block is not None else ()
    for term in (Span(s.start - node.offset, s.end - node.offset) for s in strong):
        after = _GIST.match(node.text, term.end) if 0 <= term.start <= 1 else None
        if after is not None:
            return term, Span(*after.span("gist"))
    return None
