"""A grade as its page shows it: what is wrong first, what is right last and folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from api.page import grade_texts
from kg.views import Json

_ORDER = ("contradicted", "imprecise", "not_mentioned", "supported")


@dataclass(frozen=True, slots=True)
class Section:
    """Propositions of one verdict, in the order of the map."""

    verdict: str
    rows: list[Json]
    folded: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """`unknown` are labels that the course does not know, `read_as` those that were taken for another name."""

    name: str
    grade: Json
    sections: list[Section]
    unknown: list[str]
    read_as: list[Json]


def arranged(result: Json, *, name: str) -> Shown:
    """The JSON of kg.grading.report in the order of the page."""
    sections: list[Section] = []
    for verdict in _ORDER:
        rows = [r for r in result["propositions"] if r["verdict"] == verdict]
        if rows:
            sections.append(Section(verdict, rows, verdict == "supported" and bool(sections)))
    unknown = list(dict.fromkeys(c["label"] for c in result["concepts"] if c["how"] == "unknown"))
    read_as = [c for c in result["concepts"] if c["how"] in {"typo", "translated", "class-word", "citation"}]
    return Shown(name, result, sections, unknown, read_as)


def texts(lang: str) -> Callable[..., str]:
    """`g("key", n=1)`: a text of this page in the reader's language."""
    return partial(grade_texts.text, lang)
