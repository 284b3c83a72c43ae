"""Languages of the reader: which labels to show, and which language the page speaks."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from webob.acceptparse import create_accept_language_header

from api.catalogue import PAGE_LANGS
from kg.views import Json

COOKIE = "ui"


def in_language(value: Json, lang: str | None) -> Json:
    """The same JSON, every concept's `label` taken from its `labels` in `lang` where it has one."""
    if lang is None:
        return value
    changed: Json = _relabelled(value, lang)
    return changed


def _relabelled(value: Any, lang: str) -> Any:
    if isinstance(value, list):
        return [_relabelled(v, lang) for v in value]
    if not isinstance(value, dict):
        return value
    out = {key: _relabelled(v, lang) for key, v in value.items()}
    labels = value.get("labels")
    if isinstance(labels, dict) and "label" in value:
        out["labels"] = labels
        out["label"] = labels.get(lang, value["label"])
    return out


def of_page(request: Request) -> str:
    """`?ui=`, else the cookie, else the first of Accept-Language that the page has (RFC 4647 lookup)."""
    for wish in (request.query_params.get("ui"), request.cookies.get(COOKIE)):
        if wish in PAGE_LANGS:
            return wish
    header = create_accept_language_header(request.headers.get("accept-language"))
    found: str = header.lookup(PAGE_LANGS, default=PAGE_LANGS[0])
    return found
