"""View models: from the JSON of kg.views to what the templates print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.page.render import Words, address, distinct
from kg.model import Concept, Lang
from kg.views import Json

_TONES = {"answered": "yes", "conflict": "both", "mentioned_only": "no", "not_in_course": "no"}
FREQUENT = 5  # kinds shown before the languages
_HEADING = 150  # characters; a longer answer is set as text


@dataclass(frozen=True, slots=True)
class AnswerCard:
    status: str  # the plain sentence on how sure the answer is
    tone: str  # yes | both | no
    heading: str
    body: str
    items: tuple[Json, ...]
    numbered: bool
    chips: tuple[Json, ...]  # evidence beside that of the items
    confidence: str  # in words, "" where nothing is claimed
    percent: int
    type: str
    reason: str
    about: Json | None  # the concept to go on with
    first: Json | None  # evidence to open beside the card


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip that narrows the hits, or widens them again when it is on."""

    label: str
    title: str
    n: int
    on: bool
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """Relations of one predicate and direction, in the order of the source."""

    caption: str
    rows: tuple[Json, ...]


def answer_card(answer: Json, words: Words) -> AnswerCard:
    status, items, evidence = answer["status"], answer["items"], distinct(answer["evidence"])
    of_items = {(e["document"], *e["lines"]) for item in items for e in item["evidence"]}
    everything = [e for item in items for e in item["evidence"]] + answer["evidence"]
    sources = len({e["document"] for e in everything})
    text = answer["answer"].strip()
    if items:
        text = lead(text, [item["label"] for item in items])
    if not text:
        text = (
            words.t("not_in_course_sub")
            if status == "not_in_course"
            else words.t(status)
            if status != "answered"
            else ""
        )
    claims = status in {"answered", "conflict"}
    short = len(text) <= _HEADING
    return AnswerCard(
        status=words.n("answered", sources) if status == "answered" else words.t(status),
        tone=_TONES[status],
        heading=text if short else "",
        body="" if short else text,
        items=tuple({**item, "evidence": _each_source(item["evidence"])} for item in items),
        numbered=answer["type"] in {"enumeration", "ordering"} and status == "answered",
        chips=tuple(e for e in evidence if (e["document"], *e["lines"]) not in of_items)[:6],
        confidence=words.confidence(answer["confidence"]) if claims else "",
        percent=round(answer["confidence"] * 100),
        type=words.t(f"type_{answer['type']}"),
        reason=answer["reason"],
        about=answer["concepts"][0] if answer["concepts"] else None,
        first=everything[0] if everything else None,
    )


def _each_source(evidence: Sequence[Json]) -> list[Json]:
    """The first quote of each source: a list of items has no room for more."""
    found: dict[str, Json] = {}
    for row in evidence:
        found.setdefault(row["document"], row)
    return list(found.values())


def lead(text: str, labels: Sequence[str]) -> str:
    """What an answer says before it begins to list its items, if it ends in a colon; else all of it."""
    for at, sign in enumerate(text):
        if sign == ":" and at > 8:
            rest = text[at:].casefold()
            if all(label.casefold() in rest for label in labels):
                return text[: at + 1]
    return text


def filters(facets: Json, words: Words, *, q: str, chosen: Mapping[str, str | None]) -> list[Filter]:
    """Facets by what they count: those that are on first, then languages between frequent and rare kinds, sources last.

    A facet with one value narrows nothing and is left out.
    """

    def row(facet: str, value: str, n: int) -> Filter:
        on = chosen[facet] == value
        title = words.title(value) if facet == "document" else ""
        label = {"kind": words.kind, "lang": words.language, "document": words.short}[facet](value)
        return Filter(label, title, n, on, address("/", q=q, **{**chosen, facet: None if on else value}))

    found = {
        facet: [row(facet, value, n) for value, n in facets.get(facet, {}).items() if n or chosen[facet] == value]
        for facet in ("kind", "lang", "document")
    }
    for facet, value in chosen.items():
        if value is not None and not any(f.on for f in found[facet]):
            found[facet].insert(0, row(facet, value, 0))
    kinds, langs, documents = (rows if len(rows) > 1 or any(f.on for f in rows) else [] for rows in found.values())
    ordered = [*kinds[:FREQUENT], *langs, *kinds[FREQUENT:], *documents]
    return sorted(ordered, key=lambda f: not f.on)


def groups(relations: Sequence[Json], words: Words) -> list[Group]:
    """Relations by caption. Members of a whole are named by their kind where they have a narrow one."""
    found: dict[tuple[int, str], list[Json]] = {}
    for row in relations:
        predicate, inward = row["predicate"], row["direction"] == "in"
        caption = words.predicate(predicate, row["direction"])
        if predicate == "part-of" and inward and row["concept"]["kind"] != "concept":
            caption = words.kind(row["concept"]["kind"]).lower()
        found.setdefault((_WEIGHT.get((predicate, row["direction"]), 50), caption), []).append(row)
    return [Group(caption, tuple(sorted(rows, key=_place))) for (_, caption), rows in sorted(found.items())]


_WEIGHT = {
    ("part-of", "out"): 1,
    ("kind-of", "out"): 2,
    ("example-of", "out"): 3,
    ("part-of", "in"): 4,
    ("kind-of", "in"): 5,
    ("example-of", "in"): 6,
    ("precedes", "in"): 7,
    ("precedes", "out"): 8,
    ("introduced-by", "out"): 9,
    ("created-by", "out"): 10,
    ("contrasts-with", "out"): 11,
    ("related", "out"): 12,
}


def fitting(concepts: Sequence[Concept], lang: Lang, *, most: int = 420) -> list[Concept]:
    """As many from the beginning as fit into `most` characters of label, four at least."""
    shown: list[Concept] = []
    size = 0
    for concept in concepts:
        size += len(concept.label_in(lang)) + 4
        if size > most and len(shown) >= 4:
            break
        shown.append(concept)
    return shown


def _place(row: Json) -> tuple[str, int, int]:
    """Where the source says it: lists of several sources stay apart, and each keeps its order."""
    first = row["evidence"][0]
    return first["document"], first["lines"][0], row["position"] or 0
