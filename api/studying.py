"""The study desk of the build that a request is answered from, and who may write to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator, Field

from api.catalogue import PAGE_LANGS, build_of
from api.language import of_page
from api.params import trimmed
from api.problems import problem
from kg.desk import Desk
from kg.errors import StoreError
from kg.study.card import TONGUES

COOKIE = "cards"


def desk_of(request: Request) -> Desk:
    """The same one for every request as long as the build stays; the history goes over to the next build's."""
    state, kb = request.app.state, build_of(request).kb
    desk: Desk | None = getattr(state, "desk", None)
    if desk is None or desk.kb is not kb:
        desk = state.desk = Desk(kb, history=None if desk is None else desk.history, clock=state.clock)
        Thread(target=_prepare, args=(desk,), daemon=True).start()
    return desk


def _prepare(desk: Desk) -> None:
    for tongue in (*PAGE_LANGS, *TONGUES):  # those that are asked for most, then the rest
        desk.deck(tongue)


async def _desk(request: Request) -> Desk:
    return desk_of(request)


TheDesk = Annotated[Desk, Depends(_desk)]
Cards = Annotated[
    Annotated[str, Field(max_length=20)] | None,
    BeforeValidator(trimmed),
    Query(description=f"language of the cards, or across two: {', '.join(TONGUES)}"),
]


@contextmanager
def readable() -> Iterator[None]:
    """A history that cannot be used is told as such, without the place of the file."""
    try:
        yield
    except StoreError as e:
        said = "the study history cannot be read or written; kg study on the command line tells what to do"
        raise problem("unavailable", said) from e


def tongue_of(request: Request) -> str:
    """`?cards=`, else what was chosen last, else the language of the page."""
    for wish in (request.query_params.get("cards"), request.cookies.get(COOKIE)):
        if wish in TONGUES:
            return wish
    return of_page(request)


def waiting(request: Request) -> int:
    """How many cards could be asked now; 0 as long as it is not known, since every page asks for it."""
    desk, tongue = desk_of(request), tongue_of(request)
    if not desk.prepared(tongue):
        return 0
    try:
        return desk.waiting(tongue)
    except StoreError:
        return 0


async def own(request: Request) -> None:
    """Refuse what another site made a browser send (https://www.w3.org/TR/fetch-metadata/).

    Browsers name the site that a request comes from; programs that are no browser name none, and are let through.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if site not in {"same-origin", "none"} or (origin is not None and urlsplit(origin).netloc != host):
        raise problem("forbidden", "this can only be sent from the page itself")


Own = Depends(own)
