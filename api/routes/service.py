"""Whether the service lives, and what other programs need to find it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import schemas
from api.http import reply
from api.page.render import render_xml
from api.params import Kb

router = APIRouter(tags=["Service"])


@router.get("/healthz", response_model=schemas.Health, summary="The process answers")
async def healthz() -> Response:
    return reply({"status": "ok"})


@router.get("/readyz", response_model=schemas.Ready, summary="A build is being served")
async def readyz(kb: Kb) -> Response:
    graph = kb.graph
    return reply(
        {"status": "ready", "build": kb.build_id, "documents": len(graph.documents), "concepts": len(graph.concepts)}
    )


@router.get("/opensearch.xml", include_in_schema=False)
async def opensearch(request: Request) -> Response:
    """https://github.com/dewitt/opensearch, so that a browser can add the course to its search engines."""
    content = render_xml("opensearch.xml", base=str(request.base_url).rstrip("/"))
    return Response(content, headers={"content-type": "application/opensearchdescription+xml; charset=utf-8"})
