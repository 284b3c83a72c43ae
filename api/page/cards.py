"""View models: from the JSON of kg.views to what the templates print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.page import radial
from api.page.render import Words, distinct
from kg.views import Json

_TONES = {"answered": "yes", "conflict": "both", "mentioned_only": "no", "not_in_course": "no"}
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
        items=tuple({**item, "evidence": distinct(item["evidence"])} for item in items),
        numbered=answer["type"] in {"enumeration", "ordering"} and status == "answered",
        chips=tuple(e for e in evidence if (e["document"], *e["lines"]) not in of_items)[:6],
        confidence=words.confidence(answer["confidence"]) if claims else "",
        percent=round(answer["confidence"] * 100),
        type=words.t(f"type_{answer['type']}"),
        reason=answer["reason"],
        about=answer["concepts"][0] if answer["concepts"] else None,
        first=everything[0] if everything else None,
    )


def lead(text: str, labels: Sequence[str]) -> str:
    """What an answer says before it begins to list its items, if it ends in a colon; else all of it."""
    for at, sign in enumerate(text):
        if sign == ":" and at > 8:
            rest = text[at:].casefold()
            if all(label.casefold() in rest for label in labels):
                return text[: at + 1]
    return text


def groups(relations: Sequence[Json], words: Words) -> list[Group]:
    """Relations by caption. Members of a whole are named by their kind where they have a narrow one."""
    found: dict[tuple[int, str], list[Json]] = {}
    for row in relations:
        predicate, inward = row["predicate"], row["direction"] == "in"
        caption = words.predicate(predicate, row["direction"])
        if predicate == "part-of" and inward and row["concept"]["kind"] != "concept":
            caption = words.kind(row["concept"]["kind"]).lower()
        found.setdefault((_WEIGHT.get((predicate, row["direction"]), 50), caption), []).append(row)
    return [
        Group(
            caption, tuple(sorted(rows, key=lambda r: (r["position"] or 10**6, words.label(r["concept"]).casefold())))
        )
        for (_, caption), rows in sorted(found.items())
    ]


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


def concept_map(near: Json, words: Words, *, steps: int) -> radial.Map:
    """The drawing of kg.views.neighbourhood."""
    labels = {node["id"]: words.label(node) for node in near["nodes"]}
    links = [
        radial.Link(
            edge["source"],
            edge["target"],
            words.predicate(edge["predicate"]),
            words.predicate(edge["predicate"], "in"),
            edge["position"],
        )
        for edge in near["edges"]
    ]
    return radial.draw(near["centre"], labels, links, steps=steps)
