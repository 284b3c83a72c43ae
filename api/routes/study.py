"""Study cards: what is due, the next card, reviews, undo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api import study_schemas as schemas
from api.http import reply
from api.language import in_language
from api.params import Flag, Limit, Offset
from api.studying import Cards, Own, TheDesk, readable
from kg import desk_views

router = APIRouter(prefix="/api", tags=["Study"])

Around = Annotated[str | None, Query(max_length=300, description="only cards about this concept")]


class Reviewing(BaseModel):
    """A rating (1 again, 2 hard, 3 good, 4 easy), a typed answer that is rated by how right it is, or both."""

    rating: Annotated[int, Field(ge=1, le=4)] | None = None
    typed: Annotated[str, Field(max_length=4000)] | None = None
    cards: Annotated[str, Field(max_length=20)] = "en"
    after: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="`after` of the card as it was shown: a second review of the same showing is refused"
    )


@router.get("/study", response_model=schemas.Overview, summary="What is due today, and how far you are")
def study(desk: TheDesk, cards: Cards = None) -> Response:
    with readable():
        return reply(desk_views.overview(desk, cards or "en"))


@router.get("/study/next", response_model=schemas.Next, summary="The card to ask now")
def following(desk: TheDesk, cards: Cards = None, quiz: Flag = None, concept: Around = None) -> Response:
    """`card` is null where nothing is to be done now; `quiz=1` adds answers to choose from, where there are any."""
    with readable():
        return reply(desk_views.following(desk, cards or "en", quiz=bool(quiz), concept=concept))


@router.post("/study/undo", response_model=schemas.Reviewed, summary="Take the last review back", dependencies=[Own])
def undo(desk: TheDesk) -> Response:
    with readable():
        return reply(desk_views.reviewed(desk.undo()))


@router.post("/study/{card}/review", response_model=schemas.Reviewed, summary="A review", dependencies=[Own])
def review(desk: TheDesk, card: str, given: Reviewing) -> Response:
    with readable():
        done, checked = desk.review(card, tongue=given.cards, rating=given.rating, typed=given.typed, after=given.after)
        return reply(desk_views.reviewed(done, checked))


@router.get("/cards", response_model=schemas.Cards, summary="Study cards, in the order in which they are learned")
def cards(
    desk: TheDesk, concept: Around = None, cards: Cards = None, limit: Limit = None, offset: Offset = None
) -> Response:
    """Every card has its answer and the lines that it stands on."""
    tongue = cards or "en"
    with readable():
        found = desk_views.cards(desk, tongue, concept=concept, limit=limit or 50, offset=offset or 0)
    return reply(in_language(found, tongue.rpartition("-")[2]))
