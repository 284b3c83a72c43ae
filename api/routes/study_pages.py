"""The study pages. They work as plain forms; `static/study.js` adds the keys."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.language import of_page
from api.page import source
from api.page import study as models
from api.page.render import Words, address, page
from api.params import Counts, Flag
from api.studying import COOKIE, Own, TheDesk, readable, tongue_of
from kg import desk_views
from kg.desk import Desk
from kg.errors import NotFound, QueryError
from kg.model import Span
from kg.study.card import TONGUES
from kg.study.schedule import GOOD
from kg.views import Json

router = APIRouter(include_in_schema=False)

_YEAR = 365 * 24 * 3600
_EXCERPTS = 4  # lines that are shown below an answer
_RIGHT, _WRONG = 3, 1  # ratings that a choice suggests

Short = Annotated[str, Query(max_length=40)]
Typed = Annotated[str, Query(max_length=4000)]
Name = Annotated[str, Query(max_length=300)]


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that was sent, each once."""
    body = await request.body()
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))


Form = Annotated[dict[str, str], Depends(_form)]


@router.get("/study")
def session(
    request: Request,
    desk: TheDesk,
    counts: Counts,
    quiz: Flag = None,
    card: Short = "",
    show: Flag = None,
    typed: Typed = "",
    choice: Short = "",
    concept: Name = "",
) -> Response:
    """The next card; with `card` and `show`, its answer, and what `typed` or the `choice` was worth.

    With `concept` only cards about it are asked.
    """
    about = desk.kb.concept(concept) if concept else None
    tongue, words = tongue_of(request), Words(desk.kb, counts, of_page(request))
    with readable():
        shown = desk_views.following(desk, tongue, quiz=bool(quiz), concept=about.id if about else None)
        if card and show:
            try:
                found, standing = desk.card(card, tongue=tongue), desk.standing(tongue)
            except NotFound:  # its line has gone meanwhile: go on with the next one
                return RedirectResponse(_back(tongue, quiz=bool(quiz), concept=concept), status_code=303)
            shown["card"] = desk_views.card(desk, found, tongue=tongue, standing=standing, quiz=bool(quiz))
        answered = _answered(desk, shown["card"], tongue, typed=typed, choice=choice) if show else None
    now = shown["card"]
    suggested = answered["rating"] if answered else GOOD
    left = shown["left"]
    response = page(
        request,
        "study.html",
        here="study",
        card=now,
        back=bool(now and show),
        answered=answered,
        typed=typed,
        left=left,
        total=left["done"] + left["due"] + left["new"],
        buttons=models.buttons(now["intervals"], words, suggested=suggested) if now else [],
        excerpts=_excerpts(desk, now) if now and show else [],
        when=models.when(shown["come_back"], desk.clock(), words),
        about=about,
        tongue=tongue,
        tongues=list(TONGUES),
        quiz=bool(quiz),
        deck=sum(about is None or about.id in c.concepts for c in desk.deck(tongue).cards),
        any_review=bool(desk.history.reviews()),
    )
    if request.query_params.get("cards") == tongue:
        response.set_cookie(COOKIE, tongue, max_age=_YEAR, samesite="lax", httponly=True, path="/study")
    return response


def _answered(desk: Desk, shown: Json | None, tongue: str, *, typed: str, choice: str) -> Json | None:
    """The verdict on what was typed or chosen; None where nothing was."""
    if shown is None:
        return None
    options = shown.get("options") or []
    if choice.isdigit() and int(choice) < len(options):
        found = desk.card(shown["id"], tongue=tongue)
        question = desk.question(found, tongue=tongue, at=desk.clock())
        right = question is not None and question.right == int(choice)
        result = "right" if right else "wrong"
        return {"result": result, "rating": _RIGHT if right else _WRONG, "chosen": int(choice),
                "missing": [], "extra": [], "found": [], "in_order": True}  # fmt: skip
    if typed.strip():
        return {**desk_views.verdict(desk.check(desk.card(shown["id"], tongue=tongue), typed)), "chosen": None}
    return None


def _excerpts(desk: Desk, shown: Json) -> list[Json]:
    """The cited lines with what stands around them; places that touch each other in one piece."""
    joined: list[Json] = []
    for e in sorted(shown["evidence"], key=lambda e: (e["document"], e["start"])):
        last = joined[-1] if joined else None
        if last and last["document"] == e["document"] and e["lines"][0] <= last["lines"][1] + 1:
            last["lines"] = [last["lines"][0], max(last["lines"][1], e["lines"][1])]
            last["end"] = max(last["end"], e["end"])
        else:
            joined.append({**e, "lines": list(e["lines"])})
    out = []
    for e in joined[:_EXCERPTS]:
        first, last_line = e["lines"]
        span = Span(e["start"], e["end"])
        lines = source.excerpt(desk.kb.document(e["document"]), (first, last_line), span, around=1)
        out.append({"evidence": e, "lines": lines})
    return out


@router.get("/study/progress")
def progress(request: Request, desk: TheDesk, counts: Counts) -> Response:
    """How far one is, what is to come, what changed."""
    tongue, words = tongue_of(request), Words(desk.kb, counts, of_page(request))
    with readable():
        overview, gone = desk_views.overview(desk, tongue), desk_views.gone(desk, tongue)
    return page(
        request,
        "study_progress.html",
        here="study",
        overview=overview,
        gone=gone,
        states=models.states(overview["counts"]),
        columns=models.columns(overview["forecast"], words),
        when=models.when(overview["come_back"], desk.clock(), words),
        tongue=tongue,
    )


@router.post("/study/undo", dependencies=[Own])
def undo(desk: TheDesk, form: Form) -> Response:
    with readable(), suppress(NotFound):  # pressed twice: there is nothing left to undo
        desk.undo()
    return RedirectResponse(_back_to(form), status_code=303)


@router.post("/study/{card}", dependencies=[Own])
def review(desk: TheDesk, card: str, form: Form) -> Response:
    """A rating; a second click on the same one changes nothing."""
    tongue = form.get("cards", "en")
    rating, after = form.get("rating", ""), form.get("after", "")
    if rating not in {"1", "2", "3", "4"}:
        raise QueryError("a review has a rating: 1 again, 2 hard, 3 good, 4 easy")
    with readable():
        found = desk.card(card, tongue=tongue)
        standing = desk.standing(tongue)
        last = standing.last.get(found.id)
        if not after.isdigit() or int(after) == (last.id if last else 0):
            typed = form.get("typed", "")[:4000]
            desk.review(card, tongue=tongue, rating=int(rating), typed=typed if typed.strip() else None)
    return RedirectResponse(_back_to(form), status_code=303)


def _back_to(form: dict[str, str]) -> str:
    return _back(form.get("cards", "en"), quiz=form.get("quiz") == "1", concept=form.get("concept", "")[:300])


def _back(tongue: str, *, quiz: bool, concept: str) -> str:
    known = tongue if tongue in TONGUES else None
    return address("/study", cards=known, quiz=1 if quiz else None, concept=concept)
