"""Which names were merged into one concept and why, and which nearly. It only reads: kg merges decides."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BeforeValidator

from api import schemas
from api.http import reply
from api.params import Kb, Limit, Offset, question, trimmed
from kg.merges import LISTS, listing

router = APIRouter(prefix="/api", tags=["Graph"])

_Trimmed = BeforeValidator(trimmed)
Which = Annotated[str | None, _Trimmed, Query(alias="list", description=f"only one of: {', '.join(LISTS)}")]
About = Annotated[str | None, _Trimmed, Query(description="only what concerns this concept: its id, or a name")]


@router.get("/merges", response_model=schemas.MergesReply, summary="How names were merged, and nearly merged")
def merges(kb: Kb, which: Which = None, about: About = None, limit: Limit = None, offset: Offset = None) -> Response:
    """Nearly merged pairs, the surest first; names that a rule merged, the least sure first; decisions, the last first.

    `state` of a decision: applied, dormant (a name is gone from the sources), blocked (another decision speaks against
    it), or waiting (for the next build).
    """
    found = listing(
        kb,
        lists=LISTS if which is None else (which,),
        about=None if about is None else question(about),
        limit=limit or 50,
        offset=offset or 0,
    )
    return reply(found)
