"""`create_app(kb)`: the routes of contract.md and the web page over one knowledge base."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import problems, schemas
from api.catalogue import serve
from api.http import Shield
from api.page.render import STATIC
from api.routes import ask, concepts, documents, grade, linked, merges, pages, service, study, study_pages
from api.studying import waiting
from kg import __version__
from kg.base import KnowledgeBase, Live
from kg.study.schedule import Clock, now

_ERRORS: dict[int | str, dict[str, Any]] = {
    "default": {"model": schemas.Problem, "description": "An error, as application/problem+json (RFC 9457)"}
}


def create_app(kb: KnowledgeBase | Live, *, clock: Clock = now) -> FastAPI:
    """The application; every answer comes from `kb`, or with a `Live` from the build that is current then.

    `clock` is what the study desk takes the time from.
    """
    app = FastAPI(
        title="Studygraph",
        version=__version__,
        summary="A concept graph of course notes: search, cited answers, maps.",
        docs_url=None,  # these load scripts from elsewhere; /docs is a page of ours
        redoc_url=None,
        responses=_ERRORS,
    )
    serve(app, kb)
    app.state.clock, app.state.counted = clock, {"study": waiting}
    app.add_middleware(Shield, too_large=problems.too_large)
    problems.install(app, page=pages.error_page)
    for module in (ask, concepts, documents, grade, linked, merges, service, study, study_pages, pages):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
