"""The shapes of contract.md as models: they describe the API in /openapi.json and hold it in tests."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Predicate = str  # kebab-case, from the ontology


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Evidence(Shape):
    """`quote` is `text[start:end]` of the document's stored text, in code points; lines are 1-based, inclusive."""

    document: str
    lines: tuple[int, int]
    start: int
    end: int
    quote: str
    verified: Literal[True]
    page: int | None = None


class ConceptRef(Shape):
    id: str
    label: str
    labels: dict[str, str]
    kind: str


class Matched(Shape):
    label: str
    lang: str
    how: Literal["exact", "prefix", "fuzzy", "lexical", "dense", "graph"]


class Hit(Shape):
    """A concept, or a passage of a source (kind "passage")."""

    id: str
    iri: str
    label: str
    labels: dict[str, str]
    kind: str
    score: float
    snippet: str
    matched: Matched
    evidence: list[Evidence]
    explain: dict[str, Any] | None = None


class SearchReply(Shape):
    query: str
    took_ms: float
    total: int
    hits: list[Hit]
    facets: dict[Literal["kind", "document", "lang"], dict[str, int]]


class Suggestion(Shape):
    id: str
    label: str
    lang: str
    kind: str
    matched: str
    how: Literal["exact", "prefix", "word", "fuzzy", "layout", "translit"]


class SuggestReply(Shape):
    query: str
    suggestions: list[Suggestion]


class AnswerItem(Shape):
    label: str
    id: str | None
    evidence: list[Evidence]


class Answer(Shape):
    q: str
    status: Literal["answered", "not_in_course", "mentioned_only", "conflict"]
    type: Literal[
        "definition", "enumeration", "membership", "comparison", "relation", "ordering", "source", "example", "other"
    ]
    answer: str
    items: list[AnswerItem]
    concepts: list[ConceptRef]
    evidence: list[Evidence]
    confidence: float = Field(ge=0, le=1)
    reason: str


class AltLabel(Shape):
    label: str
    lang: str


class Definition(Shape):
    text: str
    lang: str
    evidence: list[Evidence]


class Value(Shape):
    """What a source says of a concept in plain words: a note, year, page, title, publisher."""

    predicate: Predicate
    text: str
    lang: str
    evidence: list[Evidence]


class Relation(Shape):
    """`position` is the place among its siblings in the source, from 1."""

    predicate: Predicate
    direction: Literal["out", "in"]
    concept: ConceptRef
    position: int | None
    rules: list[str]
    evidence: list[Evidence]


class Concept(Shape):
    id: str
    iri: str
    kind: str
    label: str
    labels: dict[str, str]
    alt_labels: list[AltLabel]
    definitions: list[Definition]
    documents: list[str]
    relations: list[Relation]
    values: list[Value]


class ConceptsReply(Shape):
    total: int
    concepts: list[ConceptRef]
    next: str | None


class Edge(Shape):
    source: str
    target: str
    predicate: Predicate
    position: int | None
    evidence: list[Evidence]


class MapReply(Shape):
    centre: str
    depth: int
    nodes: list[ConceptRef]
    edges: list[Edge]


class PathReply(Shape):
    """Facts in the order in which they are walked; `length` 0 with two different ends: no path."""

    from_: ConceptRef = Field(alias="from")
    to: ConceptRef
    length: int
    nodes: list[ConceptRef]
    edges: list[Edge]


class MergedName(Shape):
    """A name, and a place that has it; `id` is what kg merges takes."""

    id: str
    label: str
    lang: str
    kind: str
    evidence: list[Evidence]


class Merge(Shape):
    """Two names that were merged, nearly merged, or decided about. `score` is how sure the rule is, 0..1."""

    list_: Literal["near", "auto", "decided"] = Field(alias="list")
    a: MergedName
    b: MergedName
    concepts: list[str]
    rules: list[str]
    score: float
    reason: str
    for_: list[str] = Field(alias="for")
    against: list[str]
    decision: Literal["accepted", "rejected"] | None
    state: Literal["", "applied", "dormant", "blocked", "waiting"]
    decided: str | None = None


class MergesReply(Shape):
    """`counts` are those of the whole lists, `total` is of the ones that were asked for."""

    total: int
    counts: dict[Literal["near", "auto", "decided"], int]
    merges: list[Merge]


class Document(Shape):
    name: str
    title: str
    lang: str
    media_type: str
    characters: int
    lines: int
    pages: int | None
    blocks: int
    passages: int
    concepts: int
    facts: int
    repairs: int
    noise_lines: int


class DocumentsReply(Shape):
    total: int
    documents: list[Document]


class Health(Shape):
    status: Literal["ok"]


class Ready(Shape):
    status: Literal["ready"]
    build: str
    documents: int
    concepts: int


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
