"""Names in the other language, in brackets after a name; and that no list is read out of a clause."""

from __future__ import annotations

import unicodedata

import pytest
from extractkit import graph, ontology, read, said, statements

from kg.extract import extract
from kg.resolve import resolve_all

OTHER = "\n\nДымарь подносят к летку до того, как снимут крышку.\n"


def labels(text: str, name: str = "propolis") -> set[tuple[str, str]]:
    """All names of the concept that has this one."""
    concepts = graph(notes_md=text).concepts.values()
    return next((set(c.all_labels()) for c in concepts if name in {t.casefold() for t, _ in c.all_labels()}), set())


@pytest.mark.parametrize(
    "line",
    [
        "**Прополис** (propolis) — это клейкая смола, которой пчёлы заделывают щели.",
        "Прополис (англ. propolis) — это клейкая смола, которой пчёлы заделывают щели.",
        "Прополис (от англ. *propolis*) — клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис (propolis)** — клейкая смола, которой пчёлы заделывают щели.",
        "«Прополис» (“propolis”) — это клейкая смола, которой пчёлы заделывают щели.",
        "- **Прополис** (propolis): клейкая смола, которой пчёлы заделывают щели",
        "## Прополис (propolis)\n\nЭто клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** — это клейкая смола.\n\nЩели заделывают прополисом (propolis).",
        "**Propolis** (прополис) is a sticky resin with which bees seal cracks.",
        "**Propolis** (in Russian: прополис) is a sticky resin with which bees seal cracks.",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_gloss_is_a_name_of_the_concept(line: str, form: str) -> None:
    found = labels(unicodedata.normalize(form, f"# Пчеловодство\n\n{line}{OTHER}"))
    assert found == {("Propolis", "en"), ("Прополис", "ru")}


def test_both_names_have_their_line() -> None:
    text = f"# Пчеловодство\n\nПрополис (propolis) — это клейкая смола, которой заделывают щели.{OTHER}"
    quotes = {s.subject.label: s.evidence.quote for s in statements(text) if s.rule == "gloss"}
    assert quotes == {"Прополис": "Прополис (propolis)", "propolis": "propolis"}


def test_notes_in_two_languages_meet_by_a_gloss() -> None:
    found = graph(
        ru_md="# Улей\n\n**Пчелиный клей** (bee glue) — это клейкая смола, которой пчёлы заделывают щели.\n",
        en_md="# The hive\n\n**Bee glue** is a sticky resin with which bees seal cracks.\n",
    )
    [one] = [c for c in found.concepts.values() if "Bee glue" in c.labels.values()]
    assert one.labels == {"en": "Bee glue", "ru": "Пчелиный клей"}
    assert set(one.documents) == {"ru.md", "en.md"}


@pytest.mark.parametrize(
    "line",
    [
        "**Прополис** (Marchetti) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (Lucia Marchetti) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (Propolin) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (Marchetti, 2011) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (лат. propolis) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (bee glue, hive resin) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (ГОСТ 28886) — это клейкая смола, которой пчёлы заделывают щели.",
        "**Прополис** (клей пчелиный) — это клейкая смола, которой пчёлы заделывают щели.",
    ],
)
def test_no_gloss(line: str) -> None:
    assert {lang for _, lang in labels(f"# Пчеловодство\n\n{line}{OTHER}", "прополис")} == {"ru"}


def test_the_merge_can_be_reviewed() -> None:
    notes = [read("# Улей\n\n**Пчелиный клей** (bee glue) — это смола, которой пчёлы заделывают щели.\n")]
    found = resolve_all(notes, [s for d in notes for s in extract(d, ontology())], ontology())
    [merge] = [m for m in found.merges if m.rule == "translation"]
    assert {merge.a.label, merge.b.label} == {"Пчелиный клей", "bee glue"}
    assert "bee glue" in merge.reason


def test_a_gloss_of_two_things_joins_neither() -> None:
    found = graph(
        a_md="# Улей\n\n**Воск** (comb) — это вещество желёз.\n\n**Сот** (comb) — это постройка из ячеек.\n",
    )
    assert len([c for c in found.concepts.values() if set(c.labels.values()) & {"Воск", "Сот"}]) == 2


@pytest.mark.parametrize(
    "gist",
    [
        "клейкая смола, которой пчёлы заделывают щели",
        "часть семьи, покинувшая улей вместе с маткой",
        "домик для пчёл, состоящий из рамок",
        "вещество, собранное из почек",
    ],
)
def test_a_clause_is_no_member_of_a_list(gist: str) -> None:
    assert not {s for s in said(f"# Пчеловодство\n\n**Прополис** — {gist}.{OTHER}") if s[1] == "part-of"}


def test_what_a_definition_lists_belongs_to_what_it_defines() -> None:
    found = said(f"# Пчеловодство\n\n**Дары улья** — нектар, действующий воск и пыльца.{OTHER}")
    members = {subject for subject, predicate, whole in found if (predicate, whole) == ("part-of", "Дары улья")}
    assert members == {"нектар", "действующий воск", "пыльца"}
    assert {s[2] for s in found if s[1] == "part-of"} == {"Дары улья"}
