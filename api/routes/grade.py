"""Grading a concept map: `POST /api/grade`, and the page with a form for it, which needs no JavaScript."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Request, Response, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile as Uploaded

from api.http import reply
from api.language import of_page
from api.page import grade as shown
from api.page.render import page
from api.params import Kb, Lang, clean
from api.schemas import ConceptRef, Evidence, Shape
from kg import grading
from kg.base import KnowledgeBase
from kg.errors import SourceError, UsageError
from kg.grading import report
from kg.views import Json

router = APIRouter(tags=["Maps"])


class GradedMap(Shape):
    title: str
    format: Literal["cxl", "mermaid", "opml", "graphml"]
    concepts: int
    propositions: int


class ScorePart(Shape):
    """`right` of `of` things count; `weight` is the part's share of the score."""

    name: Literal["links", "concepts"]
    right: float
    of: int
    weight: float
    reason: str


class Score(Shape):
    """`value` is 0 to 100, null where nothing of the map can be judged."""

    value: int | None
    reason: str
    parts: list[ScorePart]


class MapEnd(Shape):
    """A label of the map and the concept that it means, null where the course knows none."""

    label: str
    concept: ConceptRef | None


class Said(Shape):
    """What the notes say; `rules` read it from the text, `phrase` is the predicate's name."""

    subject: ConceptRef
    predicate: str
    phrase: str
    object: ConceptRef
    rules: list[str]


class GradedProposition(Shape):
    """`rule` names why it was judged so, `reason` tells it in a sentence."""

    subject: MapEnd
    phrase: str
    object: MapEnd
    verdict: Literal["supported", "imprecise", "contradicted", "not_mentioned"]
    rule: str
    reason: str
    says: list[Said]
    evidence: list[Evidence]


class MissingConcept(Shape):
    """`links`: with how many concepts of the map the notes link it."""

    concept: ConceptRef
    rule: Literal["central", "list"]
    links: int
    reason: str
    evidence: list[Evidence]


class GradedConcept(Shape):
    label: str
    how: Literal["exact", "typo", "translated", "class-word", "citation", "unknown"]
    concept: ConceptRef | None


class GradeReply(Shape):
    map: GradedMap
    score: Score
    counts: dict[Literal["supported", "imprecise", "contradicted", "not_mentioned", "unknown_concepts"], int]
    propositions: list[GradedProposition]
    missing: list[MissingConcept]
    missing_more: int
    concepts: list[GradedConcept]


Map = Annotated[UploadFile, File(description="a concept map: CXL, Mermaid flowchart, OPML or GraphML")]


@router.post("/api/grade", response_model=GradeReply, summary="A concept map, graded by what the notes say")
def grade(kb: Kb, map: Map, lang: Lang = None) -> Response:
    """The map is the file `map` of a form (multipart/form-data); `lang` is the language of the reasons, en or ru."""
    if lang not in {None, "en", "ru"}:
        raise UsageError(f"there are no reasons in {clean(str(lang))!r}; languages: en, ru")
    return reply(_graded(kb, map.file.read(), name=_name(map.filename), lang=lang or "en"))


def _graded(kb: KnowledgeBase, data: bytes, *, name: str, lang: str) -> Json:
    student = grading.read(data, name=name)
    return report.as_json(kb, grading.grade(student, kb=kb), lang=lang)


def _name(given: str | None) -> str:
    """A file's name as it may stand in a message."""
    return clean((given or "").replace("\\", "/").rpartition("/")[2])[:100] or "map"


@router.get("/grade", include_in_schema=False)
def form(request: Request) -> Response:
    """The form."""
    return page(request, "grade.html", here="grade", g=shown.texts(of_page(request)), found=None, error="", pasted="")


@router.post("/grade", include_in_schema=False)
async def sent(request: Request, kb: Kb) -> Response:
    """The form with the grade below it, or with one line that says what is wrong with the file."""
    lang = of_page(request)
    fields = await request.form(max_files=1, max_fields=4, max_part_size=grading.MAX_BYTES)
    file, pasted = fields.get("map"), fields.get("text")
    pasted = pasted if isinstance(pasted, str) else ""
    g, found, error, status = shown.texts(lang), None, "", 200
    if isinstance(file, Uploaded) and file.filename:
        data, name = await file.read(), _name(file.filename)
    else:
        data, name = pasted.encode("utf-8", "replace"), g("pasted")
    if not data.strip():
        error, status = g("nothing_sent"), 422
    else:
        try:
            result = await run_in_threadpool(_graded, kb, data, name=name, lang=lang)
            found = shown.arranged(result, name=name)
        except SourceError as e:
            error, status = str(e), e.status
    return page(
        request, "grade.html", status=status, here="grade", g=g, found=found, error=error, pasted=pasted[:100_000]
    )
