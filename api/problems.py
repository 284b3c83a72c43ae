"""Every error as one shape: problem details (https://www.rfc-editor.org/rfc/rfc9457), or a page of the same words.

`type` points into /docs, where TITLES is printed. Errors of the program tell their own line; an
error that nobody foresaw tells nothing but that it happened, and is logged with its traceback.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem, StatusProblem
from fastapi_problem.handler import ExceptionHandler, add_exception_handler, new_exception_handler
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from webob.acceptparse import create_accept_header

from api.http import secure
from kg.errors import KgError, NoBuild, NotFound, QueryError, StoreError, UsageError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    "forbidden": (403, "Forbidden"),
    "not-found": (404, "Not found"),
    "method-not-allowed": (405, "Method not allowed"),
    "not-acceptable": (406, "Not acceptable"),
    "too-large": (413, "Too large"),
    "unsupported": (415, "Unsupported"),
    "invalid-request": (422, "Invalid request"),
    "invalid-question": (422, "Invalid question"),
    "internal": (500, "Internal error"),
    "unavailable": (503, "Unavailable"),
}
_BY_STATUS = {status: name for name, (status, _) in reversed(TITLES.items())}
_PAGES = ("/concept/", "/source/", "/study/")  # answered as pages unless JSON is asked for
_PAGE_PATHS = frozenset({"/", "/map", "/concepts", "/sources", "/study", "/grade", "/docs"})
_log = logging.getLogger("studygraph.api")

ErrorPage = Callable[[Request, dict[str, Any]], Response]


def problem(name: str, detail: str, *, status: int | None = None, headers: Any = None, **more: Any) -> Problem:
    usual, title = TITLES[name]
    return Problem(title, type_=name, detail=detail, status=status or usual, headers=headers, **more)


def written(problem: Problem) -> Response:
    """A problem as a response of its own, for places outside the routes."""
    return Response(
        to_json(problem.marshal(uri=_TYPES)), status_code=problem.status, headers={"content-type": MEDIA_TYPE}
    )


def too_large(detail: str) -> Response:
    return written(problem("too-large", detail))


_TYPES = "/docs#problem-{type}"


def _of_program(_: ExceptionHandler, __: Request, error: KgError) -> Problem:
    match error:
        case NotFound():
            return problem("not-found", str(error))
        case QueryError():
            return problem("invalid-question", str(error))
        case UsageError():
            return problem("invalid-request", str(error))
        case NoBuild() | StoreError():  # these name files and engines of the machine
            return problem("unavailable", "the data cannot be read at the moment; try again later")
        case _ if error.status < 500:
            return problem(_BY_STATUS.get(error.status, "invalid-request"), str(error), status=error.status)
        case _:
            return _Unforeseen()


def _of_framework(_: ExceptionHandler, request: Request, error: HTTPException) -> Problem:
    name = _BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "invalid-request")
    detail = {
        404: "there is nothing at this address",
        405: f"{request.method} is not allowed here",
    }.get(error.status_code, str(error.detail))
    return problem(name, detail, status=error.status_code, headers=dict(error.headers or {}))


def _of_request(_: ExceptionHandler, __: Request, error: RequestValidationError) -> Problem:
    rows = [
        {"field": ".".join(str(p) for p in row["loc"][1:]) or str(row["loc"][0]), "message": str(row["msg"])}
        for row in error.errors()
    ]
    detail = "; ".join(f"{row['field']}: {row['message']}" for row in rows)
    return problem("invalid-request", detail, errors=rows)


class _Unforeseen(StatusProblem):
    """Whatever the error says stays in the log: it may name files, or hold what somebody typed."""

    def __init__(self, detail: str | None = None, **_: Any) -> None:
        self.type_, (self.status, self.title) = "internal", TITLES["internal"]
        super().__init__("something went wrong here; it has been logged")


def wants_page(request: Request) -> bool:
    """A page for those who read HTML, at addresses that are not the API's."""
    path = request.url.path
    if path.startswith(("/api/", "/static/")):
        return False
    paged = path in _PAGE_PATHS or path.startswith(_PAGES)
    html, data = "text/html", "application/json"
    offers = [html, MEDIA_TYPE, data] if paged else [MEDIA_TYPE, data, html]
    found = create_accept_header(request.headers.get("accept")).acceptable_offers(offers)
    return bool(found) and found[0][0] == html


def install(app: FastAPI, *, page: ErrorPage) -> None:
    """Make `app` answer every error in this way; `page` writes the HTML form."""

    def finish(content: dict[str, Any], request: Request, response: Response) -> tuple[dict[str, Any], Response]:
        if wants_page(request):
            shown = page(request, content)
            for name, value in response.headers.items():
                if name not in {"content-type", "content-length"}:
                    shown.headers[name] = value
            response = shown
        # Set here as well as in `Shield`: an internal error is written outside of it.
        secure(response.headers)
        return content, response

    handler = new_exception_handler(
        logger=_log,
        unhandled_wrappers={"default": _Unforeseen},
        handlers={KgError: _of_program},
        http_exception_handler=_of_framework,
        request_validation_handler=_of_request,
        post_hooks=[finish],
        documentation_uri_template=_TYPES,
    )
    add_exception_handler(app, handler, generic_swagger_defaults=False)
    app.add_exception_handler(KgError, handler)
