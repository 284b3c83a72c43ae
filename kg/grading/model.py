"""What a student's map says, and what is found of it. All values are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kg.model import Concept, Evidence, Fact

Verdict = Literal["supported", "imprecise", "contradicted", "not_mentioned"]
VERDICTS: tuple[Verdict, ...] = ("supported", "imprecise", "contradicted", "not_mentioned")


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow of a map. `source` and `target` are ids of its nodes, `phrase` may be empty.

    directed  false where the line has no head, or one at both ends: then either direction is meant
    nested    it is no arrow but the place of an outline's line below another
    """

    source: str
    phrase: str
    target: str
    directed: bool = True
    nested: bool = False


@dataclass(frozen=True, slots=True)
class StudentMap:
    """`nodes` are labels by id, in the order of the file."""

    title: str
    format: str  # cxl | mermaid | opml | graphml
    nodes: Mapping[str, str]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A concept that a label may mean. `how`: exact | typo | translated | class-word | citation."""

    concept: str
    how: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """`subject` and `object` are the concepts meant, None where the course knows none.

    rule   why it was judged so; the names stand in kg.grading.phrases
    facts  what the notes say, as proof or in its place; for not_mentioned only where one list has both concepts
    lines  places that name the two together, where nothing is stated of them
    """

    link: Link
    verdict: Verdict
    rule: str
    subject: str | None
    object: str | None
    facts: tuple[Fact, ...] = ()
    lines: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A concept that belongs to this part of the course and is not in the map.

    rule   central: linked with several concepts of the map; list: `whole` is in the map, this member of its list is not
    links  with how many concepts of the map the notes link it
    """

    concept: Concept
    rule: Literal["central", "list"]
    links: int
    facts: tuple[Fact, ...]
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the score: `right` of `of` things count, `weight` is its part of the whole."""

    name: Literal["links", "concepts"]
    right: float
    of: int
    weight: float

    @property
    def value(self) -> float:
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Grade:
    """`named` are the concepts by node id; a node that is not in it is unknown to the course.

    `score` is 0..100, None where nothing of the map can be judged.
    """

    map: StudentMap
    named: Mapping[str, Named]
    judgements: tuple[Judgement, ...]
    missing: tuple[Missing, ...]
    missing_more: int  # how many were left out of `missing`
    parts: tuple[Part, ...]
    score: int | None
