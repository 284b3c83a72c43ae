"""What single sentences say: definitions, names given in passing, abbreviations, lists, origins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kg.extract.announce import announcement
from kg.extract.context import Context
from kg.extract.defining import NOTES, defines_emphasised
from kg.extract.definitions import define
from kg.extract.dividing import divided
from kg.extract.extent import in_brackets, with_after, with_before
from kg.extract.inline import Listing, is_quality, listings
from kg.extract.labels import abbreviates, cue_set, either, has_role, is_abbreviation, is_nominative, term_and_gist
from kg.extract.nominative import nominative
from kg.extract.origins import origin
from kg.extract.tree import Node
from kg.model import Evidence, Mention, Span
from kg.ontology import Ontology
from kg.text import label_key, lemma, script_of, sentences, word_spans, words

_QUOTED = re.compile(r"[“«\"‘](?P<x>[^“”«»\"‘’]{2,60})[”»\"’]")
_IS = re.compile(r"[*_]*\s+(?:is|are|это|является)\s", re.IGNORECASE)
_MARKER = re.compile(r"^(?:такие как|таких как|such as|for example|e\.g\.|например),?\s+", re.IGNORECASE)
_VERSUS = re.compile(
    r"^(?P<a>[^:;,.]{2,50}?)\s+(?:vs\.?|versus|против)\s+(?P<b>[^:;,.?]{2,50}?)\s*(?::\s*(?P<gist>\S.*))?$",
    re.IGNORECASE | re.DOTALL,
)
_EQUALS = re.compile(r"(?P<a>[^\W\d_][\w-]*(?:[ ][\w-]+){0,5})\s*=\s*(?P<b>[^\W\d_][\w-]*(?:[ ][\w-]+){0,5})")
_AND = re.compile(r"\s(?:and|or|и|или|а также)\s", re.IGNORECASE)
_SPELT_OUT = re.compile(r"(?<!\w)(?P<short>[^\W\d_][\w&-]{1,7})\s*\((?P<long>[^()\d,;:]{5,80})\)")
_ABBREVIATED = re.compile(r"\(\s*(?P<short>[^\W\d_][^()\s]{1,8})\s*\)")
_FOREIGN = re.compile(
    r"^(?P<x>[A-Z][\w.&'’-]*(?:\s+[A-Za-z][\w.&'’-]*){0,4})(?P<alias>,\s+или\s+[«\"][^»\"]+[»\"],)?\s+(?P<rest>[а-яё].+)$",
    re.DOTALL,
)


@lru_cache(maxsize=4)
def _naming(ontology: Ontology) -> re.Pattern[str]:
    named = rf"\b{either('naming-phrase', ontology)}\s+(?:as\s+)?(?:the\s+|an?\s+)?"
    return re.compile(rf"{named}(?P<x>[^,.;:()]{{2,60}})", re.IGNORECASE)


def prose(ctx: Context) -> None:
    """Rules over every text block, sentence by sentence."""
    known = {label_key(h.label) for h in ctx.heads.values()} | {
        label_key(a) for h in ctx.heads.values() for a, _ in h.alt
    }
    for node in ctx.root.walk():
        if node.block is None or node.kind in {"code", "row"}:
            continue
        head = ctx.head_of(node)
        if node.kind not in {"heading", "front"}:
            bold = _emphasised(node, ctx)
            spans = sentences(node.text)
            for at in range(len(spans)):
                _sentence(node, spans, at, head, known | bold, ctx)
            _remark(node, head, ctx)
        _abbreviations(node, ctx)
        if node.kind in {"item", "paragraph"} and node not in ctx.listed:
            _lists(node, ctx)
        origin(node, head, ctx)
        _contrast(node, ctx)


def _emphasised(node: Node, ctx: Context) -> set[str]:
    """Bold and italic names are terms; the sentence around them says something of them."""
    keys = set()
    assert node.block is not None
    for strong in node.block.strong:
        start, end = strong.start - node.offset, strong.end - node.offset
        if start < 0 or len(words(strong.of(node.block.text))) > 6:
            continue
        mention = ctx.mention(node.text[start:end], marked=True)
        if mention is None or (
            ctx.heads.get(node) is not None and label_key(ctx.heads[node].label) == label_key(mention.label)
        ):
            continue
        spans = sentences(node.text)
        at = next((i for i, s in enumerate(spans) if s.start <= start < s.end), None)
        around = None if at is None else spans[at]
        if has_role(mention.label, "note-label", ctx.ontology) and not (
            around is not None and _IS.match(node.text[end : around.end])
        ):
            continue  # "**Result** ..." is a label, "**Reason** is a way of thinking" a term
        keys.add(label_key(mention.label))
        ctx.name(mention, ctx.cite(node, Span(start, end)), "emphasis")
        if at is None or around is None:
            continue
        name = Span(start, end)
        told = defines_emphasised(node.text, name, around, ctx.ontology)
        if told:
            around = with_before(node.text, spans, at, name, ctx.ontology)
        elif (more := with_after(node.text, spans, at, name, ctx.ontology)) is not None:
            around, told = more, True
        what, rule = ("definition", "emphasis-definition") if told else ("note", "emphasis")
        ctx.state(mention, what, around.of(node.text), ctx.cite(node, around), rule)
        if (gist := in_brackets(node.text, name, ctx.ontology)) is not None:
            ctx.state(mention, "definition", gist.of(node.text), ctx.cite(node, gist), "emphasis-brackets")
    return keys


def _sentence(
    node: Node, spans: Sequence[Span], at: int, head: Mention | None, known: set[str], ctx: Context
) -> None:
    span = spans[at]
    text = span.of(node.text)
    if (m := _FOREIGN.match(text)) and ctx.document.lang == "ru" and len(words(m["x"])) <= 4:
        alias = tuple(q["x"] for q in _QUOTED.finditer(m["alias"] or ""))
        dash = m["rest"].startswith(("это ", "– ", "— "))
        kind = "organisation" if not dash and not m["alias"] else "concept"
        mention = ctx.mention(re.sub(r"[®™]", "", m["x"]), kind=kind, alt=alias)
        if mention:
            evidence = ctx.cite(node, span)
            ctx.name(mention, ctx.cite(node, Span(span.start, span.start + m.end("x"))), "foreign-subject")
            what = "definition" if re.match(r"(?:является|представляет|это)\b", m["rest"]) or m["alias"] else "note"
            ctx.state(mention, what, text, evidence, "foreign-subject")
            topic = ctx.topic(m["rest"])
            if what == "note" and topic is not None:
                ctx.state(mention, "example-of", topic, evidence, "foreign-subject")
            ctx.heads.setdefault(node, mention)
            return
    told = define(node, spans, at, head, known, ctx)
    divided(node, span, head, ctx)
    for m in _naming(ctx.ontology).finditer(text, told):
        raw = re.split(r"\s+(?:and|or|which|that|who|in|by|when|will|is|are|и|или|который)\s", m["x"])[0]
        mention = ctx.mention(raw, marked=True)
        beside = re.match(r"\s+(?:and|or)\s", m["x"][len(raw) :])
        quality = beside and len(words(raw)) == 1 and is_quality(raw)  # "are called universal and negative"
        if mention and 1 <= len(words(mention.label)) <= 5 and not quality:
            named = Span(span.start + m.start("x"), span.start + m.start("x") + len(raw))
            ctx.name(mention, ctx.cite(node, named), "naming-phrase")
            whole = with_before(node.text, spans, at, named, ctx.ontology)
            ctx.state(mention, "definition", whole.of(node.text), ctx.cite(node, whole), "naming-phrase")
    for m in _QUOTED.finditer(text, told):
        _quoted(node, span, m, text, ctx)


def _quoted(node: Node, span: Span, m: re.Match[str], text: str, ctx: Context) -> None:
    """A quoted phrase with its gist behind a dash, or a short quoted name used as a term."""
    after = re.match(r"\s*[–—-]\s+(?P<gist>\S.+)", text[m.end() :], re.DOTALL)
    said = words(m["x"])
    if "," in m["x"] or not 1 <= len(said) <= 5 or (m["x"].rstrip().endswith(("?", "!", ".")) and after is None):
        return
    if after is None and (len(said) < 2 or (ctx.document.lang != "ru" and m.group()[0] != "“")):
        return
    if after is None and len(ctx.document.text) > NOTES:
        return  # long prose quotes speech; short notes quote terms
    mention = ctx.mention(m["x"])
    if mention is None:
        return
    ctx.name(mention, ctx.cite(node, Span(span.start + m.start("x"), span.start + m.end("x"))), "quoted-term")
    if after:
        ctx.state(
            mention,
            "definition",
            m["x"] + text[m.end() :],
            ctx.cite(node, Span(span.start + m.start(), span.end)),
            "quoted-term",
        )
    elif span.start + m.start() < ctx.name_end(node) and not is_nominative(m["x"]):
        return  # it only belongs to what the item names: "Карта «пути клиента»: где болит"
    elif (head := ctx.head_of(node)) is None or label_key(head.label) != label_key(mention.label):
        ctx.state(mention, "note", text, ctx.cite(node, span), "quoted-term")


def _contrast(node: Node, ctx: Context) -> None:
    """"Mitosis vs. meiosis": a heading or the term of an item that sets two names against each other."""
    if not (m := _VERSUS.match(node.text)):
        return
    one, two = ctx.mention(m["a"]), ctx.mention(m["b"])
    if one is None or two is None:
        return
    for side, mention in (("a", one), ("b", two)):
        ctx.name(mention, ctx.cite(node, Span(*m.span(side))), "versus")
    ctx.state(one, "contrasts-with", two, ctx.cite(node, Span(m.start("a"), m.end("b"))), "versus")
    if m["gist"]:
        for mention in (one, two):
            ctx.state(mention, "note", node.text, ctx.cite(node), "versus")


def _abbreviations(node: Node, ctx: Context) -> None:
    """"long name (SHORT)", "SHORT (long name)" and "SHORT = long name" give one concept two names."""
    text = node.text
    for m in _ABBREVIATED.finditer(text):
        short = m["short"].strip("“”\"'")
        if not is_abbreviation(short):
            continue
        spans = word_spans(text[: m.start()])
        letters = [c for c in short.rstrip("s") if c.isupper()]
        for n in range(min(len(spans), len(letters) + 2), 0, -1):
            span = Span(spans[-n].start, spans[-1].end)
            long = span.of(text)
            if re.search(r"[.;:()]", long) or not long or lemma(words(long)[0])[:1] != short[0].casefold():
                continue
            if abbreviates(short, long):
                mention = ctx.mention(long, alt=(short,))
                if mention:
                    ctx.name(mention, ctx.cite(node, Span(span.start, m.end())), "abbreviation")
                break
    for m in _SPELT_OUT.finditer(text):
        if is_abbreviation(m["short"]) and len(words(m["long"])) > 1 and abbreviates(m["short"], m["long"]):
            mention = ctx.mention(m["long"], alt=(m["short"],))
            if mention:
                ctx.name(mention, ctx.cite(node, Span(*m.span())), "abbreviation")
    for m in _EQUALS.finditer(text) if "=" in text else ():
        a, b = m["a"].strip(), m["b"].strip()
        if is_abbreviation(b) and not is_abbreviation(a):
            a, b = b, a
        if is_abbreviation(a) and abbreviates(a, b):
            mention = ctx.mention(b, alt=(a,))
            if mention:
                ctx.name(mention, ctx.cite(node, Span(*m.span())), "abbreviation")
                around = term_and_gist(text, ctx.ontology)
                ctx.state(
                    mention,
                    "definition",
                    text if around is None else around[1].of(text),
                    ctx.cite(node),
                    "abbreviation",
                )


def _lists(node: Node, ctx: Context) -> None:
    """Members of lists inside a gist or a sentence."""
    split = term_and_gist(node.text, ctx.ontology)
    head = ctx.head_of(node)
    start = split[1].start if split and len(split[1]) else 0
    body = node.text[start:]
    if split and has_role(split[0].of(node.text), "note-label", ctx.ontology):
        return  # "Keywords: a, b, c": of all kinds of things
    described = split is not None and start and ":" not in node.text[split[0].end : start]  # "Monopoly - ..."
    prose_length = len(words(body))
    if prose_length > 60 and len(ctx.document.text) > NOTES:
        return  # running prose of a book: its lists of three are rarely the course's
    for found in listings(body, ctx.ontology):
        if found.how == "all" and not start and (node in ctx.heads or len(found.members) < 3):
            continue
        if found.how == "all" and start and head is None:
            continue
        owner = head
        first, last = found.members[0], found.members[-1]
        if found.how != "all" or start:
            owner = _defined(ctx.cite(node, Span(start + first.start, start + last.end)), ctx) or head
        types = False
        if found.how == "all" and split and start:
            if (told := _announced(split[0].of(node.text), ctx)) is not None:
                owner, types = told
            elif described and not _AND.search(body[found.members[-2].end : last.start + 1]):
                continue  # what stands behind a dash says what it is, if it is not "a, b and c"
        if found.owner is not None and found.how in {"brackets", "marker"}:
            named = ctx.mention(found.owner.of(body))
            if named and len(label_key(named.label).split()) >= 2:
                ctx.name(named, ctx.cite(node, Span(start + found.owner.start, start + found.owner.end)), "list-owner")
                if head is not None and found.how == "brackets":
                    ctx.state(
                        named,
                        "part-of",
                        head,
                        ctx.cite(node, Span(start + found.owner.start, start + found.owner.end)),
                        "list-owner",
                    )
                owner = named
        _inline_members(node, found, start, body, owner, ctx, types=types)


def _defined(place: Evidence, ctx: Context) -> Mention | None:
    """What the sentence around a place defines."""
    return next(
        (
            s.subject
            for s in ctx.statements
            if s.predicate == "definition" and s.evidence.start <= place.start and place.end <= s.evidence.end
        ),
        None,
    )


def _announced(term: str, ctx: Context) -> tuple[Mention, bool] | None:
    """What the members belong to that a term before them announces ("parts of a cell: ..."); whether they are kinds."""
    found = announcement(term, ctx.lang(term), ctx.ontology)
    if found is None or not found.about:
        return None
    key = label_key(found.about)
    known = (m for s in ctx.statements for m in (s.subject, s.object) if isinstance(m, Mention))
    same = next((m for m in known if label_key(m.label) == key), None)
    if same is None and script_of(found.about) == "ru" and (name := nominative(found.about, case="genitive")):
        same = ctx.mention(name)
    return (same, found.types) if same is not None else None


def _inline_members(
    node: Node, found: Listing, start: int, body: str, owner: Mention | None, ctx: Context, *, types: bool
) -> None:
    kind = "concept"
    predicate = "example-of" if found.how in {"brackets", "marker"} else "kind-of" if types else "part-of"
    if found.how == "adjectives":
        kind = ctx.ontology.kind_of(found.head, ctx.lang(found.head)) or "dimension"
    for position, span in enumerate(found.members, 1):
        text = re.sub(r"^(?:the|a|an|and|or|и|или)\s+", "", span.of(body), flags=re.IGNORECASE)
        text = _MARKER.sub("", text)
        if script_of(text) == "ru" and not is_nominative(text):  # "обладает свойствами: высотой, тембром"
            text = nominative(text) or text
        said = words(text)
        if not said or (len(said) == 1 and len(said[0]) < 4 and not is_abbreviation(text)):
            continue
        loose = said[0].endswith(("ive", "able")) and said[1:2] and said[1] in cue_set(ctx.ontology, "function-word")
        if said[0][0].isdigit() or loose:
            continue  # "active in a club"
        scope = owner.label if owner else ""
        if found.how == "adjectives":
            noun = lemma(found.head.casefold())
            member = ctx.mention(f"{text} {noun}", kind=kind, alt=(text,), scope=scope)
        else:
            member = ctx.mention(text, kind=kind, scope=scope, generic=len(said) == 1)
        if member is None:
            continue
        evidence = ctx.cite(node, Span(start + span.start, start + span.end))
        ctx.name(member, evidence, f"inline-{found.how}")
        if owner is not None and ctx.ontology.is_a(owner.kind, "source"):
            ctx.state(owner, "covers", member, evidence, f"inline-{found.how}")
        elif owner is not None:
            ctx.state(member, predicate, owner, evidence, f"inline-{found.how}", position=position)


def _remark(node: Node, head: Mention | None, ctx: Context) -> None:
    """A paragraph or sentence item says something of what it stands under."""
    if head is None or node in ctx.handled or node in ctx.heads or node.kind not in {"paragraph", "item"}:
        return
    place = ctx.cite(node)
    if any(s.predicate == "definition" and s.evidence == place for s in ctx.statements):
        return
    if len(node.text) <= 900 and len(words(node.text)) >= 3 and not node.text.rstrip().endswith(":"):
        ctx.state(head, "note", node.text, ctx.cite(node), "remark")
