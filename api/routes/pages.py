"""The web page. It works without JavaScript; `static/desk.js` adds suggestions and quotes beside the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from api import problems
from api.language import of_page
from api.page import cards, source, starters
from api.page.layout import NARROW, PHONE, WIDE
from api.page.mapping import Atlas, View
from api.page.render import Words, concept_url, page
from api.params import Counts, Cursor, Depth, Kb, Kind, Limit, Offset, OnlyLang, Source, check_filters, clean, question
from kg import views
from kg.base import KnowledgeBase
from kg.errors import NotFound, UsageError
from kg.model import Document, Span
from kg.views import Json

router = APIRouter(include_in_schema=False)

HITS = 8
ROWS = 200  # of a list of what was read from a source
Part = Annotated[str | None, Query(max_length=20, description="only this part of the page")]


@router.get("/")
def desk(
    request: Request,
    kb: Kb,
    counts: Counts,
    q: str = "",
    offset: Offset = None,
    kind: Kind = None,
    lang: OnlyLang = None,
    document: Source = None,
) -> Response:
    """The question box; with `q`, the answer and what else was found."""
    words = Words(kb, counts, of_page(request))
    if not clean(q):
        tries = starters.questions(kb, counts, words)
        begin = cards.fitting(counts.beginnings, words.lang, most=220)
        return page(request, "home.html", here="ask", begin=begin, tries=tries)
    return _found(request, kb, counts, words, question(q), offset or 0, kind=kind, lang=lang, document=document)


def _found(
    request: Request,
    kb: KnowledgeBase,
    counts: Counts,
    words: Words,
    q: str,
    offset: int,
    *,
    kind: str | None,
    lang: str | None,
    document: str | None,
) -> Response:
    check_filters(kb, counts, kind=kind, lang=lang, document=document)
    card = beside = None
    if not offset:
        answer = views.answer(kb, kb.ask(q))
        card = cards.answer_card(answer, words)
        beside = _beside(kb, card.first) if card.first else None
    result = kb.search(q, limit=HITS, offset=offset, kind=kind, lang=lang, document=document)
    chosen = {"kind": kind, "lang": lang, "document": document}
    found = views.search(kb, result, took_ms=0.0)
    return page(
        request,
        "found.html",
        q=q,
        here="ask",
        card=card,
        beside=beside,
        result=found,
        facets=cards.facets(found["facets"], words, q=q, chosen=chosen),
        offset=offset,
        size=HITS,
        chosen=chosen,
    )


def _beside(kb: KnowledgeBase, evidence: Json) -> dict[str, Any]:
    document = kb.document(evidence["document"])
    a, b = evidence["lines"]
    return {"evidence": evidence, "lines": source.excerpt(document, (a, b), Span(evidence["start"], evidence["end"]))}


@router.get("/concept/{id:path}")
def concept(request: Request, kb: Kb, counts: Counts, id: str) -> Response:
    found = kb.concept(id)
    if found.id != id:  # merged or renamed: its address is another one now
        return RedirectResponse(concept_url(found.id), status_code=308)
    words = Words(kb, counts, of_page(request))
    shown = views.concept(kb, found)
    atlas = Atlas(kb, words)
    near = atlas.map(View(found.id), styles=(("wide", NARROW), ("phone", PHONE)), walks=False)
    return page(
        request,
        "concept.html",
        here="concepts",
        concept=shown,
        definitions=cards.by_source(shown["definitions"], words.lang),
        groups=cards.groups(shown["relations"], atlas, found.id),
        map=near,
    )


Ids = Annotated[list[Annotated[str, Field(max_length=300)]], Query(max_length=40)]


@router.get("/map")
def concept_map(
    request: Request,
    kb: Kb,
    counts: Counts,
    concept: Annotated[str, Query(max_length=300)] = "",
    depth: Depth = None,
    rel: Ids = [],  # noqa: B006  (pydantic copies it)
    open: Ids = [],  # noqa: B006
    part: Part = None,
) -> Response:
    """The map around one concept, the best connected one at first; `part=map` is only the map."""
    words = Words(kb, counts, of_page(request))
    begin = cards.fitting(counts.beginnings, words.lang, most=300)
    if not concept and not begin:
        return page(request, "map.html", here="map", map=None, name="", begin=begin)
    found = kb.concept(concept) if concept else begin[0]
    for name in rel:
        if name not in kb.ontology.predicates:
            raise UsageError(f"there is no relation {clean(name)!r}; relations: {', '.join(kb.ontology.predicates)}")
    view = View(found.id, depth or 1, tuple(dict.fromkeys(rel)), tuple(dict.fromkeys(open)))
    shown = Atlas(kb, words).map(view, styles=(("wide", WIDE), ("phone", PHONE)), walks=True)
    if part == "map" and shown:
        return page(request, "map_region.html", map=shown)
    name = words.label(views.ref(found))
    return page(request, "map.html", here="map", map=shown, name=name, id=found.id, begin=begin)


@router.get("/concepts")
def concepts(
    request: Request,
    kb: Kb,
    counts: Counts,
    kind: Kind = None,
    document: Source = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    """All kinds with their best connected concepts, or all concepts of one kind or source, page by page."""
    check_filters(kb, counts, kind=kind, document=document)
    words = Words(kb, counts, of_page(request))
    if kind is None and document is None:
        sections = [
            (name, n, cards.fitting(counts.prominent(kind=name, limit=14), words.lang))
            for name, n in counts.kinds.items()
        ]
        return page(request, "kinds.html", here="concepts", sections=sections)
    found = views.concepts(kb.concepts(kind=kind, document=document, limit=limit or 100, cursor=cursor))
    return page(request, "concepts.html", here="concepts", found=found, kind=kind, document=document)


@router.get("/sources")
def sources(request: Request, counts: Counts) -> Response:
    return page(request, "sources.html", here="sources", documents=counts.documents)


Lines = Annotated[str | None, Query(max_length=40)]


@router.get("/source/{name:path}")
def source_view(
    request: Request,
    kb: Kb,
    counts: Counts,
    name: str,
    lines: Lines = None,
    span: Lines = None,
    show: Annotated[str, Query(max_length=20, description="text, facts, repairs or left-out")] = "text",
    offset: Offset = None,
    part: Part = None,
) -> Response:
    """A source with numbered lines, those asked for marked, or what was read from it, mended and left out.

    `part=excerpt` is only what stands around the lines asked for.
    """
    document = kb.document(name)
    row = next(row for row in counts.documents if row["name"] == document.name)
    if show in _SHOWN:
        rows = _SHOWN[show](kb, document)
        first = min(offset or 0, max(0, len(rows) - 1))
        return page(
            request,
            f"source_{show.replace('-', '_')}.html",
            here="sources",
            document=row,
            show=show,
            rows=rows[first : first + ROWS],
            offset=first,
            total=len(rows),
            size=ROWS,
        )
    total = source.line_count(document)
    cited, characters = source.parse_range(lines), source.parse_range(span)
    if cited and (cited[0] < 1 or cited[0] > total):
        raise NotFound(f"{name} has no line {cited[0]}; it has {total}")
    quote = Span(*characters) if characters else None
    if part == "excerpt" and cited:
        return page(request, "excerpt.html", beside=_around(document, cited, quote))
    first = 1
    if total > source.WINDOW:
        first = max(1, cited[0] - 200) if cited else 1
    last = min(total, first + source.WINDOW - 1)
    return page(
        request,
        "source.html",
        here="sources",
        document=row,
        show="text",
        lines=source.lines(document, first, last, cited=cited, quote=quote),
        cited=cited,
        first=first,
        last=last,
        total=total,
        window=source.WINDOW,
    )


_SHOWN: dict[str, Callable[[KnowledgeBase, Document], list[Any]]] = {
    "facts": lambda kb, document: views.facts_from(kb, document.name),
    "repairs": lambda kb, document: source.mended(document),
    "left-out": lambda kb, document: source.left_out(document),
}


def _around(document: Document, cited: tuple[int, int], quote: Span | None) -> dict[str, Any]:
    found = quote or document.line_span(cited[0], min(cited[1], source.line_count(document)))
    if found.end > len(document.raw):
        found = Span(min(found.start, len(document.raw)), len(document.raw))
    evidence = {
        "document": document.name,
        "lines": list(cited),
        "start": found.start,
        "end": found.end,
        "quote": found.of(document.raw),
    }
    if (number := document.page_of(document.line_span(cited[0], cited[0]).start)) is not None:
        evidence["page"] = number
    return {"evidence": evidence, "lines": source.excerpt(document, cited, found)}


@router.get("/docs")
def docs(request: Request) -> Response:
    """The API described from its own /openapi.json, with a form to try each GET route."""
    return page(
        request, "docs.html", here="docs", spec=request.app.openapi(), problems=problems.TITLES, kind_of=_kind_of
    )


def _kind_of(schema: dict[str, Any]) -> str:
    """A JSON schema in a word or two, for the reference."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind_of(s) for s in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(v) for v in schema["enum"])
    if "const" in schema:
        return str(schema["const"]).lower()
    if "prefixItems" in schema:
        return f"[{', '.join(_kind_of(s) for s in schema['prefixItems'])}]"
    match schema.get("type"):
        case "array":
            return f"[{_kind_of(schema.get('items', {}))}]"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"{{name: {_kind_of(schema['additionalProperties'])}}}"
        case kind:
            return str(kind or "any")


def error_page(request: Request, problem: dict[str, Any]) -> Response:
    """The HTML form of a problem: the same words, and a way on."""
    key = f"error_{problem['status']}"
    return page(
        request,
        "error.html",
        status=problem["status"],
        problem=problem,
        key=key,
        q=clean(request.query_params.get("q", ""))[:1000],
    )
