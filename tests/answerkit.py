"""What the tests of answers share: the bee-keeping course, built once, and the checks that hold for any answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hives import opened, write

from kg.base import KnowledgeBase
from kg.model import Answer, Evidence

TYPES = {
    "definition", "enumeration", "membership", "comparison", "relation", "ordering", "source", "example", "other",
}  # fmt: skip
REFUSED = {"not_in_course", "mentioned_only"}


@pytest.fixture(scope="session")
def bees(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    """The course of `hives`, opened; what is asked of it leaves nothing behind."""
    folder = tmp_path_factory.mktemp("hives")
    return opened(folder / "home", write(folder / "sources"), kept_cache)


def cited(found: Answer) -> list[Evidence]:
    return [*found.evidence, *(e for i in found.items for e in i.evidence)]


def labels(found: Answer) -> list[str]:
    return [i.label for i in found.items]


def sound(found: Answer, course: KnowledgeBase) -> None:
    """What must hold for an answer of any kind to any question."""
    assert found.status in {"answered", "conflict"} | REFUSED
    assert found.type in TYPES
    assert 0 <= found.confidence <= 1
    assert found.answer.strip()
    assert len(found.answer.split()) <= 81  # 80 and an ellipsis
    assert len(found.items) <= 12
    assert len(found.evidence) <= 8
    for e in cited(found):
        document = course.document(e.document)
        assert e.quote == document.raw[e.start : e.end] != ""
        assert course.verified(e)
    assert all(i.id is None or i.id in course.graph.concepts for i in found.items)
    assert len({c.id for c in found.concepts}) == len(found.concepts)
    if found.status == "answered":
        assert found.evidence
    if found.status == "not_in_course":
        assert (found.concepts, found.evidence, found.items) == ((), (), ())
