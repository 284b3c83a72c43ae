"""A study desk for tests: over a graph made by hand, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import apikit
import pytest
from graphs import ontology, small

from kg.base import KnowledgeBase
from kg.desk import Desk
from kg.model import Evidence, Graph, Span
from kg.ontology import Ontology
from kg.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Watch:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@dataclass
class Course:
    """As much of a knowledge base as a desk asks for: no index, no store."""

    graph: Graph
    settings: Settings
    ontology: Ontology = field(default_factory=ontology)

    def verified(self, evidence: Evidence) -> bool:
        found = [d for d in self.graph.documents if d.name == evidence.document]
        return bool(found) and Span(evidence.start, evidence.end).of(found[0].raw) == evidence.quote

    def concept(self, id: str) -> object:
        return self.graph.concepts[id]


def desk_over(graph: Graph, home: Path, watch: Watch, **settings: object) -> Desk:
    course = Course(graph, Settings(home=home, **settings))  # type: ignore[arg-type]
    return Desk(cast(KnowledgeBase, course), clock=watch)


@pytest.fixture(scope="module")
def bread(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    """The small course about bread, for a module; what its tests study is taken back by `forgetting`."""
    return apikit.knowledge_base(small(), tmp_path_factory.mktemp("bread") / "home", kept_cache)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@contextmanager
def forgetting(kb: KnowledgeBase) -> Iterator[None]:
    """Afterwards nobody has studied anything."""
    try:
        yield
    finally:
        for file in (kb.settings.home / "people").glob("*"):
            file.unlink()
