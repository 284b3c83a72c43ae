"""What is asked of in the plural: its meaning, where it has no members; and nothing is told twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from answerkit import labels, sound
from homekit import make_home

from kg.base import KnowledgeBase, build
from kg.settings import Settings

NOTES = """\
# Costs

Fixed costs are costs that do not depend on output, e.g. rent and insurance.

Variable costs - costs that change with output.

Schemas are mental frameworks that organise knowledge. An example is the restaurant schema.

## Three types of markets

1. **Monopoly**: one seller, who sets the price
2. **Oligopoly**: a few sellers, who watch each other
3. **Open market**: many sellers, who take the price

**Markets** are places where sellers meet buyers.
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("costs")
    (folder / "costs.md").write_text(NOTES, encoding="utf-8")
    settings = Settings(home=make_home(folder / "home", kept_cache))
    assert build([folder / "costs.md"], settings=settings).problems == ()
    return KnowledgeBase.open(settings)


@pytest.mark.parametrize(
    ("question", "start"), [("What are fixed costs?", "Fixed cost"), ("what are schemas", "Schema")]
)
def test_what_are_they_asks_for_a_meaning(course: KnowledgeBase, question: str, start: str) -> None:
    found = course.ask(question)
    sound(found, course)
    assert (found.status, found.type) == ("answered", "definition")
    assert found.answer.startswith(start)
    assert labels(found) == []


def test_what_has_members_is_listed(course: KnowledgeBase) -> None:
    found = course.ask("What are the types of markets?")
    assert (found.status, found.type) == ("answered", "enumeration")
    assert labels(found) == ["Monopoly", "Oligopoly", "Open market"]


def test_examples_are_told_where_they_are_asked_for(course: KnowledgeBase) -> None:
    found = course.ask("What are examples of fixed costs?")
    assert found.status == "answered"
    assert "rent" in found.answer.casefold()


def test_the_line_of_a_definition_is_not_told_twice(course: KnowledgeBase) -> None:
    found = course.ask("What is a schema?")
    assert found.answer.count("organise knowledge") == 1
    assert "restaurant schema" in found.answer
