"""What each heading, card front and item is about; membership, order and definitions by structure."""

from __future__ import annotations

import re

from kg.extract.announce import Announcement, announcement
from kg.extract.context import Context
from kg.extract.inline import listings
from kg.extract.labels import clean, cue_set, has_role, is_name, soften, term_and_gist
from kg.extract.tree import Node
from kg.model import Mention, Span
from kg.text import label_key, lemma, words

ORDERED = ("stage", "step", "session")
_VERB_RU = re.compile(r"^[А-ЯЁа-яё]+(?:ют|ут|ят|ат|ет|ит)(?:ся)?\s")
_PREPOSITION = re.compile(r"\b(?:towards?|to|of|on|for|in|by|к|на|от|в|для)$", re.IGNORECASE)


def structural(text: str, ctx: Context) -> bool:
    """A heading that orders the text and names nothing ("Introduction", "References")."""
    bare = re.sub(r"[“”\"«»'].*$", "", text).strip(" :")
    aim = re.match(r"^(\S+)\s+(?:of|for)\s", bare)
    said = set(words(text))
    return (
        any(has_role(bare, role, ctx.ontology) for role in ("structural-heading", "author-label", "reference-heading"))
        or has_role(text, "structural-heading", ctx.ontology)
        or bool(aim and has_role(aim[1], "note-label", ctx.ontology))
        or bool(said & cue_set(ctx.ontology, "card-title"))
    )


def headings(ctx: Context) -> None:
    """Concepts named by headings; what a heading orders is left to `members`."""
    for node in ctx.root.walk():
        if node.kind != "heading" or node in ctx.handled or structural(node.text, ctx):
            continue
        text = node.text.strip()
        if text.endswith("?") or not node.block:
            continue
        kind, alt = "concept", tuple[str, ...]()
        lang = ctx.lang(text)
        if node.marker and any(c.isalpha() for c in node.marker):
            kind = ctx.ontology.kind_of(re.sub(r"[\d.]+", " ", node.marker), lang) or "concept"
            alt = (node.marker, f"{node.marker}: {text}") if node.offset or node.block.marker else (node.marker,)
        scope = ""
        if ctx.ontology.is_a(kind, "session"):
            if text == node.marker:
                continue
            text, alt = f"{node.marker}: {text}", (text,)
        elif kind == "concept":
            found = announcement(soften(text, ctx.capitals), lang, ctx.ontology)
            if found and found.count and (node.items() or node.children):
                kind = "framework"
            elif not found:
                kind = ctx.ontology.kind_of(text, lang) or "concept"
        if kind == "concept" and re.match(r"(?:an?|the)\s+.+?\s+framework\b", text, re.IGNORECASE):
            kind = "framework"
        mention = ctx.mention(_without_origin(text, ctx), kind=kind, scope=scope, alt=alt, listed=bool(node.marker))
        if mention is None:
            continue
        ctx.heads[node] = mention
        ctx.name(mention, ctx.cite(node), "heading")


def _without_origin(text: str, ctx: Context) -> str:
    """"A Framework (developed by N)" without its brackets; the origin is stated by `origins`."""
    cues = [c for lang in ("en", "ru") for c in ctx.ontology.cues("introduced-by", lang)]
    return re.sub(r"\s*\((?:" + "|".join(map(re.escape, cues)) + r")\b[^()]*\)", "", text)


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
    for node in [ctx.root, *ctx.root.walk()]:
        listed = [c for c in node.children if c.kind == "item" and c not in ctx.handled]
        if not listed or (node.kind == "heading" and node not in ctx.heads):
            continue
        whole, facet = _whole(node, ctx)
        found = announced(node, ctx) if node.block else None
        if found is None and whole is not None and node.kind in {"paragraph", "item"}:
            found = announcement(whole.label, ctx.lang(whole.label), ctx.ontology)
        _list(node, listed, whole, found, ctx, facet)


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
    node: Node, listed: list[Node], whole: Mention | None, found: Announcement | None, ctx: Context, facet: str
) -> None:
    counted = bool(found and found.count and found.count == len(listed))
    kind = found.kind if found else "element" if facet else "concept"
    about = ctx.mention(found.about) if found and found.about else None
    previous: Mention | None = None
    for position, child in enumerate(listed, 1):
        span, gist = _name_span(child, ctx)
        text = span.of(child.text)
        if gist is None and not counted and _is_listing(child, ctx):
            previous = None
            continue  # its members are stated by `sentences`
        if _role(text, ctx) or (child.text.rstrip().endswith(":") and not counted and _is_facet(child, whole, ctx)):
            previous = None
            continue
        member_kind = kind
        if text.rstrip().endswith("?"):
            member_kind = kind if ctx.ontology.is_a(kind, "question") else "question"
        elif kind == "concept" and (own := ctx.ontology.kind_of(text, ctx.lang(text))) and gist:
            member_kind = own
        open_list = whole is not None and node.kind != "root"
        if _VERB_RU.match(text) and not gist and ctx.lang(text) == "ru":
            member_kind = "trait" if "trait" in ctx.ontology.classes else member_kind
        if (
            not counted
            and not gist
            and ctx.lang(text) == "en"
            and child.text.rstrip().endswith(".")
            and len(words(text)) > 9
        ):
            previous = None
            continue  # a sentence, no name
        own_label = ctx.mention(
            text, kind=member_kind, listed=open_list and (counted or not gist) and _short(text, counted)
        )
        if own_label is None:
            previous = None
            continue
        generic = len(label_key(own_label.label).split()) == 1 and bool(facet)
        alt = list(own_label.alt)
        if facet and whole and (found is None or not found.types):
            alt += [(a, ctx.lang(a)) for a in _composed(facet, own_label.label)]
        mention = Mention(
            own_label.label, own_label.lang, member_kind, whole.label if whole else "", tuple(alt), generic
        )
        ctx.heads[child] = mention
        evidence = ctx.cite(child, span)
        ctx.name(mention, evidence, "list-item")
        if whole is not None:
            same = about is not None and label_key(about.label) == label_key(whole.label)
            predicate = "kind-of" if found and found.types and (same or not about) else "part-of"
            ctx.state(mention, predicate, whole, evidence, "list-member", position=position)
        if about is not None and (whole is None or label_key(about.label) != label_key(whole.label)):
            ctx.state(
                mention,
                "kind-of" if found and found.types else "part-of",
                about,
                evidence,
                "announced-member",
                position=position,
            )
        if gist is not None:
            ctx.state(mention, "definition", gist.of(child.text), ctx.cite(child, gist), "term-gist")
        if previous and (any(ctx.ontology.is_a(member_kind, one) for one in ORDERED)):
            ctx.state(previous, "precedes", mention, evidence, "list-order")
        previous = mention
    if whole is not None and about is not None and node.block is not None and previous is not None:
        ctx.state(whole, "related", about, ctx.cite(node), "announcement")


def _is_listing(node: Node, ctx: Context) -> bool:
    """An item that is itself a list of three or more short names."""
    found = next(iter(listings(node.text, ctx.ontology)), None)
    return found is not None and found.how == "all" and len(found.members) >= 3


def _short(text: str, counted: bool) -> bool:
    return counted or len(words(text)) <= 20


def _is_facet(child: Node, whole: Mention | None, ctx: Context) -> bool:
    """"Types:", "Orientation towards:": a name for a group of members, not for a thing."""
    if not child.children:
        return False
    text = child.text.strip(" :’'")
    said = words(text)
    if len(said) > 14 or set(said) & {"is", "are", "encompass", "include", "includes"}:
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


def _role(text: str, ctx: Context) -> str | None:
    for role in (
        "definition-label",
        "example-label",
        "note-label",
        "author-label",
        "year-label",
        "publisher-label",
        "type-label",
    ):
        if has_role(text, role, ctx.ontology):
            return role
    return None


def _name_span(node: Node, ctx: Context) -> tuple[Span, Span | None]:
    """Where the name of an item stands and where its gist; the whole text is the name where there is no gist."""
    text = node.text
    split = term_and_gist(text, ctx.ontology)
    if split is None:
        return Span(0, len(text.rstrip(" ;.,"))), None
    term, gist = split
    return term, gist if len(gist) else None


def labelled(ctx: Context) -> None:
    """"Definition: ...", "Example: ...", "Goal: ..." say something of what stands above them."""
    for node in ctx.root.walk():
        if node.kind not in {"item", "paragraph"} or node in ctx.handled:
            continue
        split = term_and_gist(node.text, ctx.ontology)
        if split is None or not len(split[1]):
            continue
        term, gist = split[0].of(node.text), split[1]
        role = _role(term, ctx)
        above = next((ctx.heads[a] for a in node.ancestors() if a in ctx.heads), None)
        if role is None or above is None:
            continue
        value, evidence = gist.of(node.text), ctx.cite(node, gist)
        if role == "definition-label":
            subject = _defined(value, above, ctx)
            ctx.state(subject, "definition", value, evidence, "labelled-definition")
        elif role == "example-label":
            ctx.state(above, "example", value, evidence, "labelled-example")
        elif role == "note-label":
            ctx.state(above, "note", node.text, ctx.cite(node), "labelled-note")
        else:
            continue
        ctx.handled.add(node)


def _defined(value: str, above: Mention, ctx: Context) -> Mention:
    """Of what a labelled definition is: of its own subject where it has one, else of the heading without
    its verb ("Defining X")."""
    if m := re.match(r"(.{2,60}?)\s+(?:is|are|refers to|means|это|является|–|—)\s", value):
        named = ctx.mention(m[1])
        if named:
            for form, _ in above.alt:
                if label_key(form) == label_key(named.label):
                    bare = re.sub(r"^(?:defining|определение)\s+", "", above.label, flags=re.IGNORECASE)
                    return Mention(bare, above.lang, above.kind, "", above.alt)
            return named
    name = clean(re.sub(r"^(?:defining|определение|understanding)\s+", "", above.label, flags=re.IGNORECASE))
    if name and name.text != above.label and is_name(name.text, ctx.ontology):
        return Mention(name.text, above.lang, "concept", "", above.alt)
    return above


def steps(ctx: Context) -> None:
    """Sibling headings with numbers and one noun ("Step 1", "2 этап"): parts in order of what stands above."""
    for node in [ctx.root, *ctx.root.walk()]:
        series: dict[str, list[Node]] = {}
        for child in node.children:
            if (
                child.kind == "heading"
                and child in ctx.heads
                and (noun := re.sub(r"[\d.\s]+", "", child.marker).casefold())
            ):
                series.setdefault(noun, []).append(child)
        for group in series.values():
            if len(group) < 2:
                continue
            whole, where = _announcing(node, group[0], ctx)
            previous: Mention | None = None
            for position, child in enumerate(group, 1):
                mention = ctx.heads[child]
                evidence = ctx.cite(child)
                if whole is not None:
                    ctx.state(mention, "part-of", whole, evidence, f"numbered-heading{where}", position=position)
                if previous is not None:
                    ctx.state(previous, "precedes", mention, evidence, "numbered-heading")
                previous = mention


def _announcing(node: Node, first: Node, ctx: Context) -> tuple[Mention | None, str]:
    """What a series of numbered headings belongs to: the framework that the paragraph before announces,
    else the heading above."""
    kind = ctx.heads[first].kind
    for child in node.children:
        if child is first:
            break
        if child.kind == "paragraph" and (
            m := re.search(
                r"\b(?:the\s+)?(?:following\s+)?((?:\w+[\s-]){1,3}(?:framework|model|plan|process))\b", child.text
            )
        ):
            found = announcement(m[1], ctx.lang(m[1]), ctx.ontology)
            if found and found.count:
                name = re.sub(r"^(?:the|following|offers|a)\s+", "", m[1])
                while (shorter := re.sub(r"^(?:the|following|offers|a)\s+", "", name)) != name:
                    name = shorter
                mention = ctx.mention(name, kind="framework")
                if mention:
                    ctx.name(mention, ctx.cite(child), "announced-framework")
                    return mention, "-announced"
    del kind
    return ctx.heads.get(node), ""
