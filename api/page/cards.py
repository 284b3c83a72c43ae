"""View models: from the JSON of kg.views to what the templates print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.page import shape
from api.page.mapping import Atlas
from api.page.render import Words, address, distinct
from kg.model import Concept, Lang
from kg.views import Json

_TONES = {"answered": "yes", "conflict": "both", "mentioned_only": "no", "not_in_course": "no"}
_HEADING = 150  # characters; a longer answer is set as text


@dataclass(frozen=True, slots=True)
class Side:
    """One of several things that stand beside each other, each with its own evidence."""

    label: str  # "" where the text says it all
    id: str | None
    text: str
    evidence: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class AnswerCard:
    status: str  # the plain sentence on how sure the answer is
    tone: str  # yes | both | no
    heading: str
    body: str
    items: tuple[Json, ...]  # members, steps: a list
    sides: tuple[Side, ...]  # of a comparison, a conflict, or several definitions: beside each other
    numbered: bool
    chips: tuple[Json, ...]  # evidence beside that of the items
    confidence: str  # in words, "" where nothing is claimed
    percent: int
    type: str
    reason: str
    about: Json | None  # the concept to go on with
    first: Json | None  # evidence to open beside the card


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that narrows the hits to it, or widens them again when it is on."""

    label: str
    title: str
    n: int
    on: bool
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """What hits can be narrowed by; `chosen` is the value that is on."""

    name: str  # kind | lang | document
    choices: tuple[Choice, ...]
    chosen: Choice | None


@dataclass(frozen=True, slots=True)
class Group:
    """Relations that belong together, in the order of the source; `ordered`: one comes after the other."""

    caption: str
    ordered: bool
    rows: tuple[Json, ...]


def answer_card(answer: Json, words: Words) -> AnswerCard:
    status, items, evidence = answer["status"], answer["items"], distinct(answer["evidence"])
    of_items = {(e["document"], *e["lines"]) for item in items for e in item["evidence"]}
    everything = [e for item in items for e in item["evidence"]] + answer["evidence"]
    sources = len({e["document"] for e in everything})
    text = answer["answer"].strip()
    sides = _sides(answer)
    if sides and _in_parts(answer):
        text = words.t("in_parts")
    elif sides and answer["type"] == "comparison":
        text = words.t("compared", labels=", ".join(side.label for side in sides))
    elif sides and answer["type"] == "definition" and answer["concepts"]:
        text = words.label(answer["concepts"][0])
    elif items:
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
        items=() if sides else tuple({**item, "evidence": _each_source(item["evidence"])} for item in items),
        sides=sides,
        numbered=answer["type"] in {"enumeration", "ordering"} and status == "answered",
        chips=tuple(e for e in evidence if (e["document"], *e["lines"]) not in of_items)[:6],
        confidence=words.confidence(answer["confidence"]) if claims else "",
        percent=round(answer["confidence"] * 100),
        type=words.t(f"type_{answer['type']}"),
        reason=answer["reason"],
        about=answer["concepts"][0] if answer["concepts"] else None,
        first=everything[0] if everything else None,
    )


def _sides(answer: Json) -> tuple[Side, ...]:
    """Sides of a comparison, of a conflict, of a definition that several sources give; none for a plain list."""
    items = answer["items"]
    parts = _in_parts(answer)
    several = parts or answer["type"] in {"comparison", "definition"}
    if len(items) < 2 or not (answer["status"] == "conflict" or several):
        return ()
    if answer["type"] == "definition" and len({item["id"] for item in items}) > 1:
        return ()  # members of what is defined
    said = answer["answer"].split(_BETWEEN) if answer["type"] == "comparison" or parts else []
    sides = []
    for item in items:
        evidence = tuple(_each_source(item["evidence"]))
        label, text = item["label"], ""
        if not parts and (answer["type"] == "definition" or answer["status"] == "conflict"):
            label, text = "", label
        else:
            start = label if parts else f"{label}:"
            own = next((part for part in said if part.casefold().startswith(start.casefold())), "")
            text = own[len(start) :].strip() or " ".join(evidence[0]["quote"].split() if evidence else ())
        sides.append(Side(label, item["id"], text, evidence))
    return tuple(sides)


def _in_parts(answer: Json) -> bool:
    """Whether the items are the parts of a question of several parts (kg.answering.parts)."""
    return bool(answer["items"]) and all(item["id"] is None and item["label"].endswith("?") for item in answer["items"])


_BETWEEN = " | "  # between the sides of a comparison or the parts of an answer in kg.answer


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


def facets(found: Json, words: Words, *, q: str, chosen: Mapping[str, str | None]) -> list[Facet]:
    """By what the hits can be narrowed. A facet with one value narrows nothing and is left out, unless it is on."""
    labels = {"kind": words.kind, "document": words.title, "lang": words.language}
    out = []
    for name, label in labels.items():
        counts = {value: n for value, n in found.get(name, {}).items() if n or chosen[name] == value}
        mine = chosen[name]
        if mine is not None:
            counts.setdefault(mine, 0)
        choices = tuple(
            Choice(
                label(value),
                value if name == "document" else "",
                n,
                value == mine,
                address("/", q=q, **{**chosen, name: None if value == mine else value}),
            )
            for value, n in counts.items()
        )
        if len(choices) > 1 or mine is not None:
            out.append(Facet(name, choices, next((c for c in choices if c.on), None)))
    return out


def groups(relations: Sequence[Json], atlas: Atlas, concept: str) -> list[Group]:
    """Relations as the map groups them: lists of members stay apart, those with an order are sequences."""
    rows = {(r["concept"]["id"], r["predicate"], r["direction"] == "in"): r for r in relations}
    found = []
    for group in shape.groups(atlas.near(concept), atlas.follows):
        same = [rows[key] for a in group.arms if (key := (a.other, a.predicate, a.inward)) in rows]
        if same:
            found.append(Group(atlas.title(group), group.form == "sequence", tuple(same)))
    return found


@dataclass(frozen=True, slots=True)
class Defined:
    """What one source says something is."""

    document: str
    rows: tuple[Json, ...]


def by_source(definitions: Sequence[Json], lang: Lang) -> list[Defined]:
    """Definitions by the source that gives them first, those in the reader's language before others."""
    found: dict[str, list[Json]] = {}
    for row in sorted(definitions, key=lambda d: d["lang"] != lang):
        found.setdefault(row["evidence"][0]["document"], []).append(row)
    return [Defined(document, tuple(rows)) for document, rows in found.items()]


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
