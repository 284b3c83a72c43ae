"""What a request may say: each query parameter once, with its limits, for every route.

An empty parameter (`kind=`) counts as not given, because forms send them so.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import AfterValidator, BeforeValidator, Field

from api.catalogue import Catalogue, build_of
from kg.base import KnowledgeBase
from kg.errors import QueryError, UsageError

MAX_QUESTION = 1000  # code points
MAX_OFFSET = 10_000
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Control characters, lone surrogates and overrides of writing direction become spaces; runs of spaces one."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Cs"} or c in _DIRECTIONS else c for c in text)
    return " ".join("".join(kept).split())


def question(text: str) -> str:
    """A question or search text as it is passed on. QueryError if nothing is left of it or it is too long."""
    if len(text) > MAX_QUESTION:
        raise QueryError(f"the question has {len(text)} characters; ask in at most {MAX_QUESTION}")
    cleaned = clean(text)
    if not cleaned:
        raise QueryError("the question is empty; write at least one word")
    return cleaned


def _start(text: str) -> str:
    return question(text) if clean(text) else ""


def trimmed(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


_LIMITS = {"minLength": 1, "maxLength": MAX_QUESTION}
Question = Annotated[
    str, AfterValidator(question), Query(description="question or words to look for", json_schema_extra=_LIMITS)
]
Start = Annotated[str, AfterValidator(_start), Query(description="what has been typed so far")]
_Trimmed = BeforeValidator(trimmed)
Limit = Annotated[Annotated[int, Field(ge=1, le=100)] | None, _Trimmed, Query(description="at most so many, 1 to 100")]
Offset = Annotated[Annotated[int, Field(ge=0, le=MAX_OFFSET)] | None, _Trimmed, Query(description="leave out so many")]
Depth = Annotated[
    Annotated[int, Field(ge=1, le=3)] | None, _Trimmed, Query(description="steps from the concept, 1 to 3")
]
_Text = Annotated[str, Field(max_length=300)]
Kind = Annotated[_Text | None, _Trimmed, Query(description="only this kind: a class of the ontology, or passage")]
Lang = Annotated[_Text | None, _Trimmed, Query(description="language of the reader, as in en or ru")]
OnlyLang = Annotated[_Text | None, _Trimmed, Query(description="only what has names or text in this language")]
Source = Annotated[_Text | None, _Trimmed, Query(description="only what stands in this source")]
Cursor = Annotated[_Text | None, _Trimmed, Query(description="next of the page before")]
Flag = Annotated[bool | None, _Trimmed, Query(description="1: tell how each score came about")]


async def _kb(request: Request) -> KnowledgeBase:
    return build_of(request).kb


async def _catalogue(request: Request) -> Catalogue:
    return build_of(request).counts


Kb = Annotated[KnowledgeBase, Depends(_kb)]
Counts = Annotated[Catalogue, Depends(_catalogue)]


def check_filters(
    kb: KnowledgeBase,
    counts: Catalogue,
    *,
    kind: str | None = None,
    lang: str | None = None,
    document: str | None = None,
) -> None:
    """UsageError for a kind or language that is not there, NotFound for a document."""
    if kind is not None and kind not in counts.known_kinds:
        raise UsageError(f"there is no kind {clean(kind)!r}; kinds in use: {', '.join(counts.kinds) or 'none'}")
    if lang is not None and lang not in counts.langs:
        raise UsageError(f"there is no language {clean(lang)!r} here; languages: {', '.join(counts.langs)}")
    if document is not None:
        kb.document(document)
