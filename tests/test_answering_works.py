"""Who wrote about something: works by their titles, and by what the notes on them say; in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from answerkit import cited, labels, sound
from homekit import make_home

from kg.base import KnowledgeBase, build
from kg.settings import Settings

NOTES = {
    "marchetti-2011.md": """\
# Smoke, fear and the memory of insects

- Authors: Lucia Marchetti, Paul Dubois
- Year: 2011
- Type: article

## Terms

**Propolis** is a sticky resin with which bees seal cracks.

**Alarm scent** is a smell of bananas that calls guards to the entrance.
""",
    "reading-list.txt": """\
Contents

OKSANEN 2004: Propolis and the health of northern apiaries .......... 3
DUBOIS 2016: Why colonies abandon a full hive .......... 29
""",
    "pcheli.md": """\
# Пчеловодство для начинающих

**Прополис** (propolis) — это клейкая смола, которой пчёлы заделывают щели улья.

Дымарь подносят к летку до того, как снимут крышку.
""",
}
ABOUT_PROPOLIS = ["Marchetti", "Oksanen"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("works")
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(home=make_home(folder / "home", kept_cache))
    assert build([folder / n for n in NOTES], settings=settings).problems == ()
    return KnowledgeBase.open(settings)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote about propolis?", "which authors have written on PROPOLIS", "Кто писал о прополисе?",
        "Кто пишет про прополис?",
    ],
)  # fmt: skip
def test_works_on_a_subject(course: KnowledgeBase, question: str) -> None:
    found = course.ask(question)
    sound(found, course)
    assert (found.status, found.type) == ("answered", "source")
    shown = sorted(labels(found))
    assert len(shown) == len(ABOUT_PROPOLIS)
    assert all(any(name in label for label in shown) for name in ABOUT_PROPOLIS)
    assert {e.document for e in cited(found)} == {"marchetti-2011.md", "reading-list.txt"}


def test_the_line_about_the_subject_is_cited_where_no_title_names_it(course: KnowledgeBase) -> None:
    [item] = course.ask("Who wrote about alarm scent?").items
    assert "Marchetti" in item.label
    assert "Dubois" in item.label
    assert any("Alarm scent" in e.quote for e in item.evidence)


@pytest.mark.parametrize("question", ["Who introduced propolis?", "Кто ввёл термин «прополис»?"])
def test_who_writes_about_it_has_not_introduced_it(course: KnowledgeBase, question: str) -> None:
    assert not any("Oksanen" in label for label in labels(course.ask(question)))


@pytest.mark.parametrize("question", ["Who wrote about skeps?", "Кто писал о дымаре?", "Who wrote about smokers?"])
def test_nobody_who_can_be_named(course: KnowledgeBase, question: str) -> None:
    found = course.ask(question)
    assert not any(name in found.answer for name in ("Marchetti", "Oksanen", "Dubois"))
