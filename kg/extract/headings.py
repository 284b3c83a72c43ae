"""What each heading, card front and item is about; membership, order and definitions by structure."""

from __future__ import annotations

import re

from kg.extract.announce import announcement
from kg.extract.context import Context
from kg.extract.labels import clean, cue_set, has_role, is_name, soften, term_and_gist
from kg.extract.tree import Node
from kg.model import Mention
from kg.text import label_key, words

ORDERED = ("stage", "step", "session")
_DEFINING = re.compile(
    r"^(?:defining|(?:the )?definition of|what (?:is|are)|определение|понятие|что такое)\s+(?=\S)", re.IGNORECASE
)
_NOTES = re.compile(r"^(?:lecture\s+)?(?:notes|summary|конспект|заметки)\b", re.IGNORECASE)


def structural(text: str, ctx: Context) -> bool:
    """A heading that orders the text and names nothing ("Introduction", "References")."""
    bare = re.sub(r"[“”\"«»'].*$", "", text).strip(" :")
    aim = re.match(r"^(\S+)\s+(?:of|for|to)\s", bare, re.IGNORECASE)
    said = set(words(text))
    return (
        any(has_role(bare, role, ctx.ontology) for role in ("structural-heading", "author-label", "reference-heading"))
        or has_role(text, "structural-heading", ctx.ontology)
        or bool(aim and has_role(aim[1], "note-label", ctx.ontology))
        or bool(said & cue_set(ctx.ontology, "card-title"))
        or bool(_NOTES.match(bare))
        or len(re.findall(r"\s[·•|]\s", text)) >= 2  # a tagline
    )


def headings(ctx: Context) -> None:
    """Concepts named by headings; what a heading orders is left to `members`."""
    for node in ctx.root.walk():
        if node.kind != "heading" or node in ctx.handled or structural(node.text, ctx):
            continue
        text = _DEFINING.sub("", node.text.strip())
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
                kind = ctx.kind(soften(text, ctx.capitals))
        if kind == "concept" and re.match(r"(?:an?|the)\s+.+?\s+framework\b", text, re.IGNORECASE):
            kind = "framework"
        listed = bool(node.marker) or node.block.level == 1
        mention = ctx.mention(_without_origin(text, ctx), kind=kind, scope=scope, alt=alt, listed=listed)
        if mention is None:
            continue
        ctx.heads[node] = mention
        ctx.name(mention, ctx.cite(node), "heading")


def _without_origin(text: str, ctx: Context) -> str:
    """"A Framework (developed by N)" without its brackets; the origin is stated by `origins`."""
    cues = [c for lang in ("en", "ru") for c in ctx.ontology.cues("introduced-by", lang)]
    return re.sub(r"\s*\((?:" + "|".join(map(re.escape, cues)) + r")\b[^()]*\)", "", text)


def role_of(text: str, ctx: Context) -> str | None:
    """The role that a label plays for what follows it ("Definition", "Example"), None for a name."""
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


def labelled(ctx: Context) -> None:
    """"Definition: ...", "Example: ...", "Goal: ..." say something of what stands above them."""
    for node in ctx.root.walk():
        if node.kind not in {"item", "paragraph"} or node in ctx.handled:
            continue
        split = term_and_gist(node.text, ctx.ontology)
        if split is None or not len(split[1]):
            continue
        term, gist = split[0].of(node.text), split[1]
        role = role_of(term, ctx)
        above = next((ctx.heads[a] for a in node.ancestors() if a in ctx.heads), None)
        value, evidence = gist.of(node.text), ctx.cite(node, gist)
        if role is None and node.kind == "paragraph" and node not in ctx.heads and _repeated(term, value):
            named = ctx.mention(term)
            if named is not None:  # "Barometer: A barometer measures ...": a heading that runs into its paragraph
                ctx.name(named, ctx.cite(node, split[0]), "labelled-definition")
                ctx.state(named, "definition", value, evidence, "labelled-definition")
                if above is not None:
                    ctx.state(named, "related", above, ctx.cite(node, split[0]), "labelled-definition")
        if role is None or above is None:
            continue
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


def _repeated(term: str, gist: str) -> bool:
    """Whether what follows a label begins with it."""
    label, after = (words(re.sub(r"^(?:the|an?)\s+", "", said, flags=re.IGNORECASE)) for said in (term, gist))
    return bool(label) and after[: len(label)] == label


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
    return ctx.heads.get(node), ""
