"""Contents tables, references, authors and their works."""

from __future__ import annotations

import re

from kg.extract.context import Context
from kg.extract.labels import has_role, term_and_gist
from kg.extract.tree import Node
from kg.model import Mention, Span
from kg.text import words

_WORK = re.compile(
    r"^(?P<who>[A-ZÀ-ÝА-ЯЁ][^:]{1,60}?)\s+(?P<year>(?:19|20)\d\d|['‘’]\d\d)[a-z]?\s*:\s*(?P<title>\S.+)$"
)
_REFERENCE = re.compile(
    r"(?P<who>[A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+,\s*(?:[A-ZА-ЯЁ]\.\s?)+(?:(?:,\s*|\s*(?:and|&|и)\s+|,\s*(?:and|&|и)\s+)[A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+,\s*(?:[A-ZА-ЯЁ]\.\s?)+)*)\s*\((?P<year>\d{4})[a-z]?\)\.?\s*(?P<rest>\S.+)$"
)
_ONE_GOST = re.compile(r"([A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+),?\s+((?:[A-ZА-ЯЁ]\.\s?)+)")
_GOST = re.compile(  # GOST 7.0.100: "Name A. B., Other C. D. Title. — M.: House, 1999" or "... // Journal. — 1999"
    r"(?P<who>[A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+,?\s+(?:[A-ZА-ЯЁ]\.\s?)+(?:,\s*[A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+,?\s+(?:[A-ZА-ЯЁ]\.\s?)+)*)"
    r"\s*(?P<title>[^/]{3,200}?)\s*(?:\[[^\]]*\]\s*)?"
    r"(?:\.\s*(?:[—–-]\s*)?[A-ZА-ЯЁ][\w-]*\.?\s*:\s*(?P<house>[^,:]{2,60}),\s*"
    r"|\s*//\s*(?P<journal>[^.—–]{2,80}?)\s*[.,]?\s*(?:[—–-]\s*)?)"
    r"(?P<year>(?:1[6-9]|20)\d\d)\b.*$",
    re.DOTALL,
)
_LABEL = re.compile(r"([^:]{3,40}):\s+")  # "Readings: Name, A. (1999) ..."
_ONE = re.compile(r"([A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+),\s*((?:[A-ZА-ЯЁ]\.\s?)+)")
_PERSON = re.compile(
    r"^(?:[A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]*\.?\s+){1,4}(?:(?:van|von|de|der|den|del|la|le|фон)\s+){0,2}[A-ZÀ-ÝА-ЯЁ][\w'’À-ÿ-]+$"
)
_HOUSE = re.compile(
    r"[,.:]?\s+((?:The\s+)?[A-Z][\w&'’-]*(?:\s+[A-Z][\w&'’-]*)*\s+(?:Press|Publishing|Publishers|Books|Verlag|House)"
    r"|Jossey-Bass|Springer|Wiley|Routledge|Elsevier|Pearson)\b.*$"
)
_SESSION = re.compile(r"^(?P<mark>[A-ZА-ЯЁ][^\W\d_]+\s+\d+(?:\.\d+)?)\s*:?\s*(?P<text>.*)$")


def contents(ctx: Context) -> None:
    """Entries of a contents table in their order: sessions, works by author and year, other parts."""
    previous: Mention | None = None
    for node in ctx.root.walk():
        if node.block is None or node.kind != "row" or node.block.marker != "toc" or len(node.block.cells) < 2:
            continue
        title, page = (c.of(node.block.text) for c in node.block.cells[:2])
        evidence = ctx.cite(node)
        work = _WORK.match(title)
        mention = _work(work, evidence_node=node, ctx=ctx) if work else _part(title, ctx)
        if mention is None:
            continue
        ctx.heads[node] = mention
        ctx.name(mention, evidence, "contents-entry")
        ctx.state(mention, "page", page, evidence, "contents-entry")
        if previous is not None:
            ctx.state(previous, "precedes", mention, evidence, "contents-order")
        previous = mention


def _part(title: str, ctx: Context) -> Mention | None:
    m = _SESSION.match(title)
    kind = ctx.ontology.kind_of(re.sub(r"[\d.]+", "", m["mark"]), ctx.lang(title)) if m else None
    if m and kind:
        alt = (m["text"],) if len(words(m["text"])) > 1 else ()
        name = title.rstrip(" :+") if m["text"].strip(" +") else m["mark"]
        return ctx.mention(name, kind=kind, alt=(*alt, m["mark"]), listed=True)
    return ctx.mention(title, kind=ctx.ontology.kind_of("session", "en") or "concept", listed=True)


def _work(m: re.Match[str], *, evidence_node: Node, ctx: Context) -> Mention | None:
    year = m["year"] if m["year"].isdigit() else "20" + m["year"][1:]
    title = m["title"].strip()
    tag = f"{m['who']} {m['year']}"
    short = ((title.split(": ")[0], ctx.lang(title)),) if ": " in title else ()
    mention = Mention(title, ctx.lang(title), "paper", "", (*short, (tag, "en"), (f"{m['who'].title()} {year}", "en")))
    evidence = ctx.cite(evidence_node)
    ctx.state(mention, "title", title, evidence, "work")
    ctx.state(mention, "year", year, evidence, "work")
    for who in re.split(r"\s*(?:,|&|\band\b|\bи\b)\s*", m["who"]):
        _author(mention, who.title() if who.isupper() else who, evidence_node, "work", ctx)
    return mention


def _author(
    work: Mention, who: str, node: Node, rule: str, ctx: Context, span: Span | None = None, alt: tuple[str, ...] = ()
) -> None:
    person = ctx.mention(who, kind="person", alt=alt)
    if person is None or not 1 <= len(words(person.label)) <= 6:
        return
    evidence = ctx.cite(node, span)
    ctx.name(person, evidence, rule)
    ctx.state(work, "created-by", person, evidence, rule)


def references(ctx: Context) -> None:
    """"Name, A. and Other, B. (1999) Title, House, City." in lists and paragraphs."""
    for node in ctx.root.walk():
        if node.kind not in {"item", "paragraph"}:
            continue
        label = _LABEL.match(node.text)
        start = label.end() if label and has_role(label[1], "reference-heading", ctx.ontology) else 0
        m = _REFERENCE.match(node.text, start) or _GOST.match(node.text, start)
        if m is None:
            continue
        title, house = _title_and_house(m["rest"]) if m.re is _REFERENCE else (m["title"], m["house"] or m["journal"])
        evidence = ctx.cite(node)
        mention = Mention(title, ctx.lang(title), "book" if house else "paper", "", ())
        ctx.heads[node] = mention
        ctx.handled.add(node)
        ctx.name(mention, evidence, "reference")
        ctx.state(mention, "title", title, evidence, "reference")
        ctx.state(mention, "year", m["year"], evidence, "reference")
        ctx.state(mention, "publisher", house, evidence, "reference")
        for who in (_ONE if m.re is _REFERENCE else _ONE_GOST).finditer(m["who"]):
            _author(
                mention,
                who[1],
                node,
                "reference",
                ctx,
                Span(m.start("who") + who.start(), m.start("who") + who.end()),
                (who[0].strip(),),
            )


def _title_and_house(rest: str) -> tuple[str, str]:
    """A reference after its year: the title up to the place or publisher, and the publisher without place and year."""
    rest = re.sub(r"[,.]?\s*\(?\d{4}\)?\.?\s*$", "", rest).strip(" .")
    rest = re.sub(r"^In\s+(?=[A-Z])", "", rest)
    if m := _HOUSE.search(rest):
        title = rest[: m.start()]
        if m[0].startswith(":"):  # "Title. Place: House"
            title = re.sub(r"[,.]\s+[^,.]+$", "", title)
        return title.strip(" ,."), m[1].strip(" ,.")
    pieces = [p.strip() for p in re.split(r",\s+|\.\s+(?=[A-ZА-ЯЁ])", rest)]
    return pieces[0], pieces[1].split(": ")[-1] if len(pieces) > 1 else ""


def authors(ctx: Context) -> None:
    """Names under a heading "Authors", and fields of a work: who made what the document is titled by, when, where."""
    nodes = list(ctx.root.walk())
    title = next((n for n in nodes if n.kind == "heading" and n in ctx.heads), None)
    if title is None:
        return
    for i, node in enumerate(nodes):
        if node is not title and node.kind in {"heading", "paragraph"} and _is_author_label(node.text, ctx):
            _author_list(node, nodes[i + 1 :], title, ctx)
    for parent in nodes:
        listed = [c for c in parent.children if c.kind in {"item", "paragraph"}]
        fields = [c for c in listed if _field(c, title, ctx)]
        if fields and ctx.ontology.is_a(ctx.heads[title].kind, "source"):
            for child in listed:
                if child.kind == "item" and child not in fields and term_and_gist(child.text, ctx.ontology):
                    ctx.state(ctx.heads[title], "note", child.text, ctx.cite(child), "field")
                    ctx.handled.add(child)
                    ctx.listed.add(child)


def _is_author_label(text: str, ctx: Context) -> bool:
    """"Authors", "Authors of the paper", "Авторы статьи"."""
    if len(text) > 60 or not text.strip():
        return False
    first = text.split()[0]
    return len(words(text)) <= 4 and has_role(first, "author-label", ctx.ontology) and not text.rstrip(" :").count(":")


def _author_list(node: Node, following: list[Node], title: Node, ctx: Context) -> None:
    """Names from here to the next heading, wherever they stand on the page."""
    people = []
    for child in following:
        person = _PERSON.match(child.text.strip()) and not child.text.isupper()
        if child.kind == "heading" and not person:
            break
        if child.kind in {"item", "paragraph", "heading"} and person:
            people.append(child)
    if not people:
        return
    work = _as_work(title, ctx)
    ctx.heads.pop(node, None)
    for child in people:
        ctx.heads.pop(child, None)
        ctx.handled.add(child)
        ctx.listed.add(child)
        _author(work, child.text.strip(), child, "author-list", ctx)


def _as_work(title: Node, ctx: Context) -> Mention:
    old = ctx.heads[title]
    if ctx.ontology.is_a(old.kind, "source"):
        return old
    short = ((old.label.split(": ")[0], old.lang),) if ": " in old.label else ()
    new = Mention(old.label, old.lang, "paper", old.scope, (*old.alt, *short))
    ctx.rename(old, new)
    ctx.state(new, "title", new.label, ctx.cite(title), "titled-work")
    return new


def _field(node: Node, title: Node, ctx: Context) -> bool:
    """Whether an item or line under the title is a field of the work ("Year: 1999"); then it is stated."""
    split = term_and_gist(node.text, ctx.ontology)
    if split is None or not len(split[1]):
        return False
    term, gist = split[0].of(node.text), split[1].of(node.text).strip()
    if node in ctx.handled or not any(a is title for a in node.ancestors()) or node.parent is not title:
        return False
    if has_role(term, "author-label", ctx.ontology):
        work = _as_work(title, ctx)
        for one in re.finditer(r"[^,;&]+?(?=\s*(?:,|;|&|\band\b|\bи\b|$))", gist):
            who = re.sub(r"^\s*(?:and|и|&)\s+|^\s*[,;]\s*", "", one[0]).strip(" ,;.")
            if who and _PERSON.match(who):
                _author(work, who, node, "field", ctx)
    elif has_role(term, "year-label", ctx.ontology) and (m := re.search(r"\b(?:1[5-9]|20)\d\d\b", gist)):
        ctx.state(_as_work(title, ctx), "year", m[0], ctx.cite(node), "field")
    elif has_role(term, "publisher-label", ctx.ontology):
        ctx.state(_as_work(title, ctx), "publisher", gist, ctx.cite(node), "field")
    elif (
        has_role(term, "type-label", ctx.ontology)
        and (kind := ctx.ontology.kind_of(gist, ctx.lang(gist)))
        and ctx.ontology.is_a(kind, "source")
    ):
        old = _as_work(title, ctx)
        ctx.rename(old, Mention(old.label, old.lang, kind, old.scope, old.alt))
    else:
        return False
    ctx.handled.add(node)
    ctx.listed.add(node)
    ctx.heads.pop(node, None)
    return True
