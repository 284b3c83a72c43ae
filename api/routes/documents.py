"""The sources and their stored text."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from api import schemas
from api.http import reply
from api.params import Counts, Kb

router = APIRouter(prefix="/api/documents", tags=["Sources"])


@router.get("", response_model=schemas.DocumentsReply, summary="All sources")
def documents(counts: Counts) -> Response:
    return reply({"total": len(counts.documents), "documents": counts.documents})


@router.get("/{name:path}/text", response_class=PlainTextResponse, summary="The stored text, byte by byte")
def text(kb: Kb, name: str) -> Response:
    """What evidence points into: offsets are code points of this text, lines end at line feeds."""
    return Response(kb.document(name).raw.encode("utf-8"), headers={"content-type": "text/plain; charset=utf-8"})


@router.get("/{name:path}", response_model=schemas.Document, summary="One source, with counts")
def document(kb: Kb, counts: Counts, name: str) -> Response:
    found = kb.document(name)
    return reply(next(row for row in counts.documents if row["name"] == found.name))
