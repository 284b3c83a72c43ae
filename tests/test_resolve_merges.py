"""Which names are joined and which stay apart, how it is told, and what a decision does; in both languages."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from extractkit import ontology, read
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.decisions import pair
from kg.extract import extract
from kg.extract.labels import verbal
from kg.model import Graph, Mention, Span, Statement
from kg.resolve import RULES, Merge, Resolution, resolve_all
from kg.resolve.names import plain
from kg.resolve.spelling import same_spelling

Decided = tuple[str, str, bool]


def resolved(notes: dict[str, str], *decisions: Decided) -> Resolution:
    documents = [read(text, name) for name, text in notes.items()]
    statements = [s for d in documents for s in extract(d, ontology())]
    return resolve_all(documents, statements, ontology(), decisions=[pair(a, b, accept=yes) for a, b, yes in decisions])


def ids(found: Graph, label: str) -> set[str]:
    """Concepts that have this name, whatever its case."""
    return {c.id for c in found.concepts.values() if label.casefold() in {t.casefold() for t, _ in c.all_labels()}}


def merge(found: Resolution, one: str, other: str) -> Merge:
    return next(m for m in found.merges if {m.a.id, m.b.id} == {one, other})


TIDES = {
    "a.md": "# Spring tide level (STL)\n\nThe spring tide level is a level at new moon.\n\n"
    "## Neap tides\n\nThey are low.\n",
    "b.txt": "Q: What is STL?\nA: The highest tide of a month.\n\nQ: What is a neap tide?\nA: A low tide of a month.\n",
    "c.md": "# Приливы\n\n## Высокий прилив\n\nВысокий прилив — это прилив новолуния.\n\n"
    "## Высокие приливы\n\nОни бывают дважды в месяц.\n",
}


def test_every_joining_of_two_names_is_told_with_its_rule_its_reason_and_a_place_of_each() -> None:
    found = resolved(TIDES)
    plural = merge(found, "neap-tide", "neap-tides")
    assert (plural.rule, plural.concept) == ("same-lemmas", "neap-tide")
    assert plural.reason == '"neap tide" and "Neap tides" are the same words in other forms'
    assert {plural.a.evidence.document, plural.b.evidence.document} == {"a.md", "b.txt"}
    short = merge(found, "spring-tide-level", "stl")
    assert short.rule == "abbreviation"
    assert short.reason == 'a source gives "STL" as the abbreviation, and of nothing else'
    russian = merge(found, "высокие-приливы", "высокий-прилив")
    assert russian.rule == "same-lemmas"
    for m in found.merges:
        assert m.score == RULES[m.rule][0]
        assert found.names[m.a.id] == found.names[m.b.id] == m.concept
        assert {m.a.evidence.quote, m.b.evidence.quote} - {""}


def test_names_of_one_concept_hang_together_by_the_merges_that_are_told() -> None:
    found = resolved(TIDES)
    for concept in found.graph.concepts:
        names = {n for n, of in found.names.items() if of == concept}
        edges = [{m.a.id, m.b.id} for m in found.merges if m.concept == concept]
        reached = set(sorted(names)[:1])
        for _ in names:
            reached |= {n for e in edges if e & reached for n in e}
        assert reached == names
        assert len(edges) == len(names) - 1


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("quotes", ["“{}”", '"{}"', "«{}»", "{}"])
def test_writing_differences_are_one_name_and_no_merge(form: str, quotes: str) -> None:
    for name in ("Café-Society", "Чайный ёлочный дом"):
        written = quotes.format(unicodedata.normalize(form, name))
        found = resolved({"a.md": f"# {name}\n\nText here.\n", "b.md": f"# {written}\n\nOther text.\n"})
        assert len(ids(found.graph, name)) == 1
        assert not found.merges


# ---------------------------------------------------------------- rejecting


def test_a_rejected_merge_splits_into_two_concepts_with_their_own_names_facts_and_lines() -> None:
    found = resolved(TIDES, ("stl", "spring-tide-level", False))
    spring, short = found.graph.concepts["spring-tide-level"], found.graph.concepts["stl"]
    assert "STL" not in {t for t, _ in spring.all_labels()}
    assert {t for t, _ in short.all_labels()} == {"STL"}
    said = {f.subject: {g.value for g in found.graph.facts if g.subject == f.subject} for f in found.graph.facts}
    assert "The highest tide of a month." in said["stl"] - said["spring-tide-level"]
    assert not [m for m in found.merges if "stl" in (m.a.id, m.b.id)]


def test_rejecting_a_plural_keeps_both_ids_readable_and_what_points_at_them() -> None:
    found = resolved(TIDES, ("neap-tide", "neap-tides", False))
    assert {"neap-tide", "neap-tides"} <= set(found.graph.concepts)
    assert not any(i.endswith("--2") for i in found.graph.concepts)


def test_a_rejected_name_of_a_bilingual_term_leaves_it_whole_otherwise() -> None:
    notes = {
        "a.md": "# Customer experience (CX)\n\nIt is felt.\n\n## Consumer experience\n\nThe same in other words.\n",
        "b.md": "# Заметка\n\nПотребительский опыт — это ответ клиента на встречу с фирмой.\n",
    }
    whole = resolved(notes)
    (one,) = ids(whole.graph, "Потребительский опыт")
    assert one in ids(whole.graph, "Customer experience")
    split = resolved(notes, ("customer-experience", "потребительский-опыт", False))
    assert not ids(split.graph, "Потребительский опыт") & ids(split.graph, "Customer experience")
    english = split.graph.concepts[next(iter(ids(split.graph, "Customer experience")))]
    assert "Потребительский опыт" not in {t for t, _ in english.all_labels()}


def test_what_could_go_with_either_side_of_a_rejection_goes_with_the_one_used_most() -> None:
    notes = {f"{i}.md": "# Kelp forests\n\nKelp forests are dense.\n" for i in range(3)}
    notes |= {"x.md": "# A kelp forest\n\nIt is dense.\n", "y.md": "# Kelp forest's\n\nIt is dense.\n"}
    split = resolved(notes, ("kelp-forest", "kelp-forests", False))
    assert split.names["kelp-forest-s"] == split.names["kelp-forests"] != split.names["kelp-forest"]


# ---------------------------------------------------------------- accepting


def test_an_accepted_pair_is_one_concept_and_the_other_id_leads_to_it() -> None:
    notes = {"a.md": "# Harbour seal\n\nA seal is a mammal.\n", "b.md": "# Common seal\n\nIt lives on coasts.\n"}
    apart = resolved(notes)
    assert {"harbour-seal", "common-seal"} <= set(apart.graph.concepts)
    found = resolved(notes, ("common-seal", "harbour-seal", True))
    (one,) = ids(found.graph, "Harbour seal") & ids(found.graph, "Common seal")
    (gone,) = {"harbour-seal", "common-seal"} - {one}
    assert found.graph.redirects[gone] == one
    assert merge(found, "common-seal", "harbour-seal").rule == "decided"
    assert {f.evidence.document for f in found.graph.facts if f.subject == one} == {"a.md", "b.md"}


def test_the_id_that_a_person_had_beside_a_thing_leads_on_when_they_are_one() -> None:
    text = "# Marsh\n\nMarsh is a name.\n\n## References\n\nMarsh, A. (1987) Marsh, Gull Press.\n"
    assert {"marsh", "marsh--person"} <= set(resolved({"a.md": text}).graph.concepts)
    found = resolved({"a.md": text}, ("marsh", "person:marsh-a", True)).graph
    assert found.redirects["marsh--person"] == "marsh"
    assert found.concepts["marsh"].kind == "person"


def test_a_russian_name_can_be_accepted_as_an_english_one() -> None:
    notes = {"a.md": "# Harbour seal\n\nA seal is a mammal.\n", "b.md": "# Пёстрый тюлень\n\nОн живёт у берега.\n"}
    found = resolved(notes, ("harbour-seal", "пестрый-тюлень", True))
    (one,) = ids(found.graph, "Harbour seal")
    assert found.graph.concepts[one].labels == {"en": "Harbour seal", "ru": "Пёстрый тюлень"}


def test_a_decision_outlives_its_names_and_a_plural_counts_for_its_singular() -> None:
    decision = ("common-seal", "harbour-seal", True)
    gone = resolved({"a.md": "# Harbour seal\n\nIt swims.\n"}, decision)
    assert gone.decided[0].problem == "no source has the name common-seal now"
    assert gone.decided[0].a is None
    assert gone.decided[0].b is not None
    back = resolved({"a.md": "# Harbour seal\n\nIt swims.\n", "b.md": "# Common seals\n\nThey rest.\n"}, decision)
    assert back.decided[0].problem == ""
    assert ids(back.graph, "Harbour seal") == ids(back.graph, "Common seals")


def test_of_decisions_that_contradict_each_other_the_rejection_holds_and_the_other_is_told() -> None:
    notes = {f"{n}.md": f"# {n}\n\n{n} is a thing of its own.\n" for n in ("Ash tree", "Oak tree", "Elm tree")}
    found = resolved(
        notes, ("ash-tree", "oak-tree", True), ("elm-tree", "oak-tree", True), ("ash-tree", "elm-tree", False)
    )
    assert [o.problem for o in found.decided] == ["", "", "another decision speaks against it"]
    assert found.names["ash-tree"] == found.names["oak-tree"] != found.names["elm-tree"]


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_neither_the_order_of_statements_nor_of_decisions_matters(seed: int) -> None:
    documents = [read(text, name) for name, text in TIDES.items()]
    statements = [s for d in documents for s in extract(d, ontology())]
    decisions = [pair("stl", "spring-tide-level", accept=False), pair("neap-tide", "spring-tide-level", accept=True)]
    shuffled = random.Random(seed).sample(statements, len(statements))
    one = resolve_all(documents, statements, ontology(), decisions=decisions)
    two = resolve_all(documents, shuffled, ontology(), decisions=decisions[:: 1 if seed % 2 else -1])
    assert (one.merges, one.names, one.decided) == (two.merges, two.names, two.decided)
    assert one.graph.concepts == two.graph.concepts
    assert one.graph.redirects == two.graph.redirects


# ---------------------------------------------------------------- homonyms


def test_elements_of_a_tier_and_types_of_the_same_name_stay_apart() -> None:
    text = (
        "# Lighthouse service\n\n## 2 tiers\n\n- Night watch\n  - Signals:\n    - rhythm\n    - range\n- Day watch\n"
        "  - Signals:\n    - rhythm\n    - shape\n\n## Rhythm\n\nA rhythm is a pattern of light and dark.\n"
    )
    found = resolved({"a.md": text})
    assert len(ids(found.graph, "rhythm")) == 3
    text = (
        "# Служба маяка\n\n## 2 уровня\n\n- Ночная вахта\n  - Сигналы:\n    - ритм\n    - дальность\n- Дневная вахта\n"
        "  - Сигналы:\n    - ритм\n    - форма\n\n## Ритм\n\nРитм — это чередование света и темноты.\n"
    )
    assert len(ids(resolved({"a.md": text}).graph, "ритм")) == 3


def test_a_word_within_two_parts_that_stand_beside_each_other_is_two_things_even_if_it_has_a_heading() -> None:
    document = read("Sail: use\nTail: use\nUse\nUse again\n", "a.txt")
    places = [document.cite(Span(*m.span())) for m in re.finditer(r"\w+", document.raw)]

    def use(scope: str) -> Mention:
        return Mention("Use", "en", scope=scope, generic=bool(scope))

    sail, tail, kite = (Mention(name, "en") for name in ("Sail", "Tail", "Kite"))
    said = [
        Statement(use("Sail"), "part-of", sail, places[1], "inline-all"),
        Statement(use("Tail"), "part-of", tail, places[3], "inline-all"),
        Statement(use(""), "label", "Use", places[4], "heading"),
    ]
    beside = [Statement(m, "part-of", kite, p, "list-member") for m, p in ((sail, places[0]), (tail, places[2]))]
    assert len(ids(resolve_all([document], said + beside, ontology()).graph, "use")) == 3
    assert len(ids(resolve_all([document], said, ontology()).graph, "use")) == 1


def test_a_word_in_a_list_and_by_itself_is_one_thing_in_one_document_only() -> None:
    text = "# Ethics of care\n\nHard questions (for example, euthanasia, abortion) are asked here.\n\n"
    own = "## Euthanasia\n\nEuthanasia is a death that is wished for.\n"
    together = resolved({"a.md": text + own})
    assert len(ids(together.graph, "euthanasia")) == 1
    assert {m.rule for m in together.merges if "euthanasia" in m.a.id} <= {"same-document"}
    apart = resolved({"a.md": text, "b.md": "# Control\n\n" + own.replace("Euthanasia", "Abortion")})
    assert len(ids(apart.graph, "abortion")) == len(ids(resolved({"a.md": text}).graph, "abortion")) + 1


def test_a_person_and_a_thing_and_a_book_and_its_subject_stay_apart() -> None:
    text = "# Marsh\n\nA marsh is a plant of wet ground.\n\n## References\n\nMarsh, A. (1987) Marsh, Gull Press.\n"
    found = {c.id: c.kind for c in resolved({"a.md": text}).graph.concepts.values() if c.label.startswith("Marsh")}
    assert found == {"marsh": "concept", "marsh--person": "person", "marsh--source": "book"}


def test_two_authors_of_one_surname_stay_apart_and_initials_join_the_right_one() -> None:
    def author(name: str, title: str) -> str:
        return f"# {title}\n\n- Author: {name}\n- Year: 1999\n"

    notes = {"a.md": author("Anna Sand", "How Dunes Move"), "b.md": author("Alan Sand", "Why Dunes Sing")}
    assert len([c for c in resolved(notes).graph.concepts.values() if c.kind == "person"]) == 2
    notes = {"a.md": author("Anna B. Sand", "How Dunes Move"), "b.md": author("A. Sand", "Why Dunes Sing")}
    assert len([c for c in resolved(notes).graph.concepts.values() if c.kind == "person"]) == 1


def test_an_activity_is_not_what_it_acts_on_and_c_is_not_c_plus_plus() -> None:
    notes = {"a.md": "# Pre-reading\n\nIt comes first.\n", "b.md": "# Pre-read\n\nA text.\n"}
    assert not ids(resolved(notes).graph, "Pre-reading") & ids(resolved(notes).graph, "Pre-read")
    assert plain("C++") != plain("C") != plain("C#")
    assert verbal("close reading", "close read")
    assert not verbal("buildings", "building")


def test_two_members_of_one_list_are_never_one() -> None:
    text = "# Words\n\nPeople hold 2 kinds of goods:\n\n1. Organised labour\n2. Organized labor\n"
    found = resolved({"a.md": text})
    assert not [m for m in found.merges if m.rule == "spelling"]
    found = resolved({"a.md": "# Organised labour\n\nIt is old.\n", "b.md": "# Organized labor\n\nIt is new.\n"})
    assert [m.rule for m in found.merges] == ["spelling"]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Way-point", "Waypoint", True),
        ("Way point", "Way-point", True),
        ("Путе-указатель", "Путеуказатель", True),
        ("Way points", "Waypoint", False),  # another word form as well
        ("A men", "Amen", False),  # too short to be sure
        ("Waypoint", "Weighpoint", False),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_written_together_and_apart_is_one(one: str, other: str, together: bool, form: str) -> None:
    texts = (f"# {name}\n\nIt marks where ships turn.\n" for name in (one, other))
    notes = {f"{n}.md": unicodedata.normalize(form, text) for n, text in enumerate(texts)}
    found = resolved(notes)
    assert (ids(found.graph, one) == ids(found.graph, other)) is together
    assert {m.rule for m in found.merges} <= {"written-together", "same-lemmas"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("behaviour analysis", "behavior analysis", True),
        ("organisation", "organization", True),
        ("four pillars", "for pillars", False),
        ("rise", "rize", False),
        ("dialogue", "dialog", False),  # likely, but for people to say
        ("поведение", "поведения", False),
    ],
)
def test_british_and_american(one: str, other: str, same: bool) -> None:
    assert same_spelling(one, other) is same
    assert same_spelling(other, one) is same


def test_two_documents_may_put_things_in_opposite_order_and_both_facts_stay() -> None:
    notes = {
        "a.md": "# Dyeing\n\n## 2 steps of dyeing\n\n1. Soaking the cloth\n2. Boiling the bark\n",
        "b.md": "# Dyeing\n\n## 2 steps of dyeing\n\n1. Boiling the bark\n2. Soaking the cloth\n",
    }
    order = {(f.subject, f.object) for f in resolved(notes).graph.facts if f.predicate == "precedes"}
    assert len(order) == 2
    assert order == {(b, a) for a, b in order}
