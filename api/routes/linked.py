"""A concept's address as linked data: https://www.w3.org/TR/cooluris/ (303), negotiated by RFC 9110 Accept."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from webob.acceptparse import create_accept_header

from api.params import Kb
from kg.export import FORMATS

router = APIRouter(tags=["Graph"])

_RDF = ("turtle", "jsonld", "rdfxml", "ntriples", "nquads")


@router.get("/id/{id:path}", status_code=303, response_class=Response, summary="A concept, as page or data by Accept")
def concept(kb: Kb, id: str, request: Request) -> Response:
    """303 to the page for `text/html`, to RDF for an RDF type, to the API for `application/json`."""
    address = quote(kb.concept(id).id, safe="")
    targets = {"text/html": f"/concept/{address}", "application/xhtml+xml": f"/concept/{address}"}
    for name in _RDF:
        if name in FORMATS:
            targets[FORMATS[name].media_type.partition(";")[0]] = f"/api/concepts/{address}/map?format={name}"
    targets["application/json"] = f"/api/concepts/{address}"
    accepted = create_accept_header(request.headers.get("accept")).acceptable_offers(list(targets))
    if not accepted:
        raise HTTPException(406, f"this concept is to be had as {', '.join(targets)}")
    return RedirectResponse(targets[accepted[0][0]], status_code=303, headers={"vary": "Accept"})
