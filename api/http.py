"""What holds for every answer: security and caching headers, HEAD like GET, and a limit on what is sent to us.

https://www.rfc-editor.org/rfc/rfc9110 (HEAD), https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from fastapi import Response
from pydantic_core import to_json
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.grading import MAX_BYTES
from kg.views import Json

MAX_BODY = 64 * 1024  # bytes; a question has at most 1000 characters
_MAX_OF = dict.fromkeys(("/api/grade", "/grade"), MAX_BYTES + MAX_BODY)  # a map, and the form around it

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# An exported SVG carries its own style element; opened by itself it may use that and nothing else.
_DATA = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_COMMON = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",  # the next build may say something else; files come with an ETag
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def secure(headers: MutableHeaders) -> None:
    """Add the headers that every answer has and the policy for its content type, where none stands yet."""
    for name, value in _COMMON.items():
        headers.setdefault(name, value)
    page = headers.get("content-type", "").startswith("text/html")
    headers.setdefault("content-security-policy", _PAGE if page else _DATA)


def reply(value: Json, *, media_type: str = "application/json") -> Response:
    """JSON in UTF-8, written without a detour over a model: the shapes are held by tests."""
    try:
        content = to_json(value)
    except ValueError:  # a lone surrogate has no UTF-8; as an escape it may stand in JSON
        content = json.dumps(value).encode("ascii")
    return Response(content, media_type=media_type)


def download(content: bytes, *, media_type: str, name: str, inline: bool = False) -> Response:
    """A file with its name (RFC 6266); text types are UTF-8."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    disposition = (
        f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    if media_type.startswith("text/") and "charset" not in media_type:
        media_type += "; charset=utf-8"
    return Response(content, headers={"content-type": media_type, "content-disposition": disposition})


class Shield:
    """ASGI: sets the headers, answers HEAD as GET without a body, refuses large bodies with 413."""

    def __init__(self, app: ASGIApp, too_large: Callable[[str], Response]) -> None:
        self._app, self._too_large = app, too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:
            scope = {**scope, "method": "GET"}

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message))
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        most = _MAX_OF.get(scope["path"], MAX_BODY)
        body = await _body(receive, most)
        if body is None:
            await self._too_large(f"more than {most} bytes were sent")(scope, receive, guarded)
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, guarded)


async def _body(receive: Receive, most: int) -> bytes | None:
    """The whole body, or None if it has more than `most` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":  # the client has gone
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
