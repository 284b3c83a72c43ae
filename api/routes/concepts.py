"""Concepts, what is around them, ways between them, and the graph as files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import schemas
from api.http import download, reply
from api.language import in_language
from api.params import Counts, Cursor, Depth, Kb, Kind, Lang, Limit, Source, check_filters
from kg import views
from kg.base import KnowledgeBase
from kg.errors import UsageError
from kg.export import FORMATS

router = APIRouter(prefix="/api", tags=["Graph"])

Format = Annotated[str, Query(description="json, or a format of /api/export")]


@router.get("/concepts", response_model=schemas.ConceptsReply, summary="All concepts, page by page")
def concepts(
    kb: Kb,
    counts: Counts,
    kind: Kind = None,
    document: Source = None,
    limit: Limit = None,
    cursor: Cursor = None,
    lang: Lang = None,
) -> Response:
    """`next` is the cursor of the following page, null on the last one; `lang` is the language of the labels."""
    check_filters(kb, counts, kind=kind, document=document, lang=lang)
    page = kb.concepts(kind=kind, document=document, limit=limit or 50, cursor=cursor)
    return reply(in_language(views.concepts(page), lang))


@router.get("/concepts/{id:path}/map", response_model=schemas.MapReply, summary="What is around a concept")
def concept_map(
    kb: Kb, counts: Counts, id: str, depth: Depth = None, format: Format = "json", lang: Lang = None
) -> Response:
    """Nodes and edges as JSON, or the same part of the graph in an export format."""
    check_filters(kb, counts, lang=lang)
    steps, centre = depth or 1, kb.concept(id)
    if format in {"", "json"}:
        near = views.neighbourhood(kb, kb.neighbourhood(centre.id, depth=steps))
        return reply(in_language({**near, "depth": steps}, lang))
    return _export(kb, format, concept=centre.id, depth=steps)


@router.get(
    "/concepts/{id:path}", response_model=schemas.Concept, summary="A concept with all that the sources say of it"
)
def concept(kb: Kb, counts: Counts, id: str, lang: Lang = None) -> Response:
    check_filters(kb, counts, lang=lang)
    return reply(in_language(views.concept(kb, kb.concept(id)), lang))


@router.get("/path", response_model=schemas.PathReply, summary="The shortest explained way between two concepts")
def path(
    kb: Kb,
    counts: Counts,
    start: Annotated[str, Query(alias="from", description="id of a concept")],
    end: Annotated[str, Query(alias="to", description="id of a concept")],
    lang: Lang = None,
) -> Response:
    check_filters(kb, counts, lang=lang)
    first, last = kb.concept(start).id, kb.concept(end).id
    return reply(in_language(views.path(kb, first, last, kb.path(first, last)), lang))


@router.get("/export/{format}", summary="The whole graph as a file", response_class=Response)
def export(kb: Kb, format: str) -> Response:
    return _export(kb, format)


def _export(kb: KnowledgeBase, name: str, *, concept: str | None = None, depth: int = 1) -> Response:
    form = FORMATS.get(name)
    if form is None:
        raise UsageError(f"there is no format {name[:40]!r}; formats: {', '.join(FORMATS)}")
    content = kb.export(name, concept=concept, depth=depth)
    shown = form.media_type.startswith("image/")
    file = f"{concept or 'studygraph'}.{form.suffix.lstrip('.')}"
    return download(content, media_type=form.media_type, name=file, inline=shown)
