"""Pairs that may be one: found in both languages, told with what speaks for and against, and never the impossible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from extractkit import ontology
from test_resolve_merges import resolved

from kg.decisions import pair
from kg.near import LEAST, Near, near, obstacle


def nearly(notes: dict[str, str], *decided: tuple[str, str, bool]) -> dict[tuple[str, str], Near]:
    found = resolved(notes, *decided)
    decisions = [pair(a, b, accept=yes) for a, b, yes in decided]
    pairs = near(found.graph, found.names, ontology(), decided=decisions)
    assert all(LEAST <= p.score < 0.9 for p in pairs)
    return {(p.a.label, p.b.label): p for p in pairs}


def two(one: str, other: str) -> dict[str, str]:
    return {"a.md": f"# {one}\n\nIt is a thing of the sea.\n", "b.md": f"# {other}\n\nIt has to do with ships.\n"}


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("Loyalty of sailors", "Sailor loyalty", "word-order"),
        ("Ship dialogue", "Ship dialog", "spelling"),
        ("Ship barometer", "Ship barometr", "typing"),
        ("Pre-reading", "Pre-read", "same-words"),
        ("Навигационный прибор", "Навигацонный прибор", "typing"),
        ("Прибор навигации", "Навигации прибор", "word-order"),
    ],
)
def test_what_is_found(one: str, other: str, rule: str) -> None:
    (found,) = nearly(two(one, other)).values()
    assert rule in found.rules
    assert {found.a.label, found.b.label} == {one, other}
    assert found.speaks_for
    assert found.a.evidence.quote
    assert found.b.evidence.quote


def test_another_name_written_together_is_found() -> None:
    notes = {
        "a.md": "# Ships\n\nA sea chart, also called wave-length chart, is a map of waters.\n",
        "b.md": "# Wavelength chart\n\nIt has to do with ships.\n",
    }
    (found,) = nearly(notes).values()
    assert "hyphenation" in found.rules


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Love of wisdom", "Wisdom of love"),  # order is meaning
        ("Moral duties", "Loyal duties"),  # two known words
        ("Watch 5", "Watch 8"),
        ("Kinds of anchors", "Anchors"),  # a list and its subject
        ("Anchor chains", "Compass needles"),
        ("Адмирал Нахимов", "Адмирал Ушаков"),
    ],
)
def test_what_is_not_found(one: str, other: str) -> None:
    assert not nearly(two(one, other))


def test_a_definition_in_the_same_words_speaks_for_two_names() -> None:
    says = "is a long plank that a sailor walks across from the deck to the quay."
    notes = {"a.md": f"# Gangway\n\nA gangway {says}\n", "b.md": f"# Boarding bridge\n\nA boarding bridge {says}\n"}
    (found,) = nearly(notes).values()
    assert found.rules == ("definition",)
    assert not nearly({"a.md": notes["a.md"] + "\n" + notes["b.md"]})  # one document means two things by two names


def test_the_same_members_in_two_documents_speak_for_two_wholes() -> None:
    members = "1. Hauling the rope\n2. Furling the canvas\n3. Lashing the boom\n"
    notes = {
        "a.md": f"# Reefing\n\n## 3 steps of reefing\n\n{members}",
        "b.md": f"# Storms\n\n## Making sail smaller in 3 steps\n\n{members}",
    }
    found = [p for p in nearly(notes).values() if "members" in p.rules]
    assert found
    assert "Furling the canvas" in found[0].speaks_for[0]


def test_a_word_more_within_one_whole_is_near_unless_one_list_has_both() -> None:
    notes = {
        "a.md": "# Port\n\n## 2 parts of the port\n\n1. Harbour crane\n2. Dry dock\n",
        "b.md": "# Port\n\n## 2 parts of the port\n\n1. Big harbour crane\n2. Long mole\n",
    }
    assert any("crane" in a and "crane" in b for a, b in nearly(notes)) or any(
        "crane" in i and "big" in i for i in resolved(notes).names
    )
    one = {"a.md": "# Port\n\n## 2 parts of the port\n\n1. Harbour crane\n2. Big harbour crane\n"}
    assert not nearly(one)


def test_a_pair_that_is_decided_is_not_proposed_again() -> None:
    notes = two("Loyalty of sailors", "Sailor loyalty")
    assert nearly(notes)
    assert not nearly(notes, ("loyalty-of-sailors", "sailor-loyalty", False))
    assert not nearly(notes, ("loyalty-of-sailors", "sailor-loyalty", True))


def test_what_cannot_be_one_is_said_with_its_line() -> None:
    notes = {
        "a.md": "# Deep sea\n\nDeep sea is cold.\n\n## References\n\nMoor, A. (1987) Deep Sea, Gull Press.\n",
        "b.md": "# Dyeing\n\n## 2 steps of dyeing\n\n1. Soaking the cloth\n2. Boiling the bark\n",
    }
    graph = resolved(notes).graph
    ids = {c.label.casefold(): c.id for c in graph.concepts.values() if c.kind != "book"}
    book = next(c.id for c in graph.concepts.values() if c.kind == "book")
    assert obstacle(graph, ontology(), ids["deep sea"], book) == "a concept and a book cannot be one"
    assert obstacle(graph, ontology(), ids["soaking the cloth"], ids["boiling the bark"]).startswith("b.md:")
    assert obstacle(graph, ontology(), ids["deep sea"], ids["dyeing"]) == ""
    assert not [p for p in nearly(notes) if "Deep sea" in p]


def test_names_that_mean_nearly_the_same_count_only_near_the_same_things_and_in_languages_of_the_model() -> None:
    notes = {
        "a.md": "# Rigging\n\n## 2 parts of rigging\n\n1. Rope ladder\n2. Foot line\n",
        "b.md": "# Rigging\n\n## 2 parts of rigging\n\n1. Cord stairs\n2. Mast top\n",
    }
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        rows = [[1.0, 0.0] if t in ("Rope ladder", "Cord stairs") else [0.0, i % 2] for i, t in enumerate(texts)]
        return np.array(rows, dtype=np.float32)

    found = resolved(notes)
    labels = [{p.a.label, p.b.label} for p in near(found.graph, found.names, ontology(), embed=embed, langs=["en"])]
    assert {"Rope ladder", "Cord stairs"} in labels
    asked.clear()
    near(found.graph, found.names, ontology(), embed=embed, langs=["ru"])
    assert not asked
