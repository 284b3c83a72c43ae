"""Searching, suggesting, asking."""

from __future__ import annotations

from time import perf_counter

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api import schemas
from api.http import reply
from api.language import in_language
from api.params import Counts, Flag, Kb, Kind, Lang, Limit, Offset, OnlyLang, Question, Source, Start, check_filters
from kg import views

router = APIRouter(prefix="/api", tags=["Search and answers"])


class Asked(BaseModel):
    q: Question
    lang: Lang = None


@router.get("/search", response_model=schemas.SearchReply, summary="Concepts and passages, best first")
def search(
    kb: Kb,
    counts: Counts,
    q: Question,
    limit: Limit = None,
    offset: Offset = None,
    kind: Kind = None,
    lang: OnlyLang = None,
    document: Source = None,
    explain: Flag = None,
) -> Response:
    """`kind`, `lang` and `document` keep only hits of that kind, language or source; facets count what they would."""
    check_filters(kb, counts, kind=kind, lang=lang, document=document)
    started = perf_counter()
    result = kb.search(
        q, limit=limit or 10, offset=offset or 0, kind=kind, lang=lang, document=document, explain=bool(explain)
    )
    return reply(views.search(kb, result, took_ms=(perf_counter() - started) * 1e3))


@router.get(
    "/suggest", response_model=schemas.SuggestReply, summary="Labels that begin with, or are close to, the words"
)
def suggest(kb: Kb, q: Start, limit: Limit = None) -> Response:
    return reply(views.suggestions(q, kb.suggest(q, limit=limit or 8) if q else ()))


@router.get("/ask", response_model=schemas.Answer, summary="A cited answer")
def ask(kb: Kb, counts: Counts, q: Question, lang: Lang = None) -> Response:
    """`lang` is the language to answer in; without it, that of the question."""
    check_filters(kb, counts, lang=lang)
    return reply(in_language(views.answer(kb, kb.ask(q, lang=lang)), lang))


@router.post("/ask", response_model=schemas.Answer, summary="A cited answer, the question in the body")
def ask_posted(kb: Kb, counts: Counts, asked: Asked) -> Response:
    return ask(kb, counts, asked.q, asked.lang)
