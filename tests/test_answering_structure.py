"""Lists with their members in order, neighbours, wholes, labels: the graph as answers need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from graphs import concept, document, line, nasty, small
from hypothesis import given
from hypothesis import strategies as st

from kg.answering.claims import CONTEXT, Claims, stem, stemmed
from kg.answering.draft import EVIDENCE, brief, item, merged
from kg.answering.phrases import _TEXTS, say
from kg.answering.question import Word
from kg.answering.ranking import covered
from kg.answering.structure import MEMBERSHIP, Listing, Structure
from kg.model import Evidence, Fact, Graph
from kg.ontology_files import load

ONTOLOGY = load()
RAW = "Hives\n" + "".join(f"line {n}\n" for n in range(2, 31))
DOC, OTHER = document("hives.txt", "en", RAW), document("other.txt", "en", RAW)
NAMES = ["hive", "colony", "floor", "super", "roof", "lid", "queen", "worker"]


def member(subject: str, whole: str, at: int, position: int | None, **changes: str) -> Fact:
    doc = OTHER if changes.pop("document", "") else DOC
    predicate, rule = changes.pop("predicate", "part-of"), changes.pop("rule", "list-member")
    return Fact(subject, predicate, line(doc, at), rule, whole, position=position)


def structure(*facts: Fact, kind: str = "element") -> Structure:
    concepts = [concept(n, kind, en=n.capitalize(), documents=[DOC.name]) for n in NAMES]
    return Structure(Graph({c.id: c for c in concepts}, facts, (DOC, OTHER)), ONTOLOGY)


def ids(listings: Sequence[Listing]) -> list[tuple[str, ...]]:
    return [one.ids for one in listings]


# -- lists


def test_members_come_in_the_order_of_the_source() -> None:
    facts = [member("roof", "hive", 5, 3), member("floor", "hive", 3, 1), member("super", "hive", 4, 2)]
    for order in (facts, facts[::-1]):
        [one] = structure(*order).listings
        assert one.ids == ("floor", "super", "roof")
        assert (one.whole, one.predicate, one.document, one.kind) == ("hive", "part-of", DOC.name, "element")
        assert one.announced


def test_lists_of_the_small_graph() -> None:
    found = Structure(small(), ONTOLOGY)
    [one] = found.listings
    assert (one.whole, one.ids) == ("baking-method", ("mixing", "proving", "baking"))
    assert found.by_whole["baking-method"] == found.of_member["proving"] == [one]
    assert found.by_whole["dough"] == found.of_member["opara"] == []


def test_every_document_and_predicate_has_its_own_list() -> None:
    found = structure(
        member("floor", "hive", 3, 1), member("roof", "hive", 4, 2),
        member("floor", "hive", 3, 1, document="other"), member("lid", "hive", 4, 2, document="other"),
        member("queen", "hive", 8, 1, predicate="kind-of"), member("worker", "hive", 9, 2, predicate="kind-of"),
    )  # fmt: skip
    assert sorted(ids(found.by_whole["hive"])) == [("floor", "lid"), ("floor", "roof"), ("queen", "worker")]
    assert len(found.of_member["floor"]) == 2


def test_two_lists_of_one_whole_in_one_document_stay_two() -> None:
    found = structure(
        member("floor", "hive", 3, 1), member("super", "hive", 4, 2),
        member("lid", "hive", 10, 1), member("roof", "hive", 11, 2),
    )  # fmt: skip
    assert ids(found.listings) == [("floor", "super"), ("lid", "roof")]


def test_lists_inside_sentences_are_apart_and_not_announced() -> None:
    found = structure(
        member("floor", "hive", 3, 1), member("roof", "hive", 4, 2),
        member("lid", "hive", 9, 1, rule="inline-all"), member("super", "hive", 9, 2, rule="inline-all"),
    )  # fmt: skip
    assert {(one.ids, one.announced) for one in found.listings} == {
        (("floor", "roof"), True), (("lid", "super"), False),
    }  # fmt: skip


def test_a_member_that_is_said_twice_stands_once() -> None:
    """Where it is said first, even if it is said again further down."""
    for again in (3, 9):
        [one] = structure(
            member("floor", "hive", 3, 1), member("roof", "hive", 4, 2), member("floor", "hive", again, 1, rule="again")
        ).listings  # fmt: skip
        assert one.ids == ("floor", "roof")
        assert one.members[0].evidence.lines == (3, 3)


def test_members_without_a_place_make_no_list() -> None:
    assert structure(member("floor", "hive", 3, None)).listings == []


def test_a_list_is_described_by_its_whole_and_class() -> None:
    [one] = structure(member("floor", "hive", 3, 1), member("roof", "hive", 4, 2)).listings
    assert {stem("hive"), stem("element"), stem("элемент")} <= one.words
    [plain] = structure(member("floor", "hive", 3, 1), kind="concept").listings
    assert plain.words == {stem("hive")}
    [odd] = structure(member("floor", "hive", 3, 1), kind="no-such-kind").listings
    assert stem("hive") in odd.words


places = st.lists(
    st.tuples(st.sampled_from(NAMES[2:]), st.sampled_from(NAMES[:2]), st.integers(2, 29), st.integers(1, 5)),
    max_size=14,
    unique_by=lambda one: one[2],  # one member a line
)


@given(places)
def test_every_placed_member_is_in_a_list_in_order(said: list[tuple[str, str, int, int]]) -> None:
    facts = [member(*one) for one in said]
    found = structure(*facts)
    assert {(one.whole, m) for one in found.listings for m in one.ids} == {(whole, m) for m, whole, _, _ in said}
    for one in found.listings:
        assert len(set(one.ids)) == len(one.ids)
        assert [f.position for f in one.members] == sorted({f.position or 0 for f in one.members})
        starts = [f.evidence.start for f in one.members]
        assert starts == sorted(starts)
        assert one in found.by_whole[one.whole]
        assert all(one in found.of_member[m] for m in one.ids)
    assert found.listings == structure(*facts[::-1]).listings


# -- neighbours, wholes, values


def test_what_stands_before_and_after() -> None:
    found = Structure(small(), ONTOLOGY)
    assert [f.object for f in found.following("mixing")] == ["proving"]
    assert [f.subject for f in found.preceding("proving")] == ["mixing"]
    assert found.following("baking") == found.preceding("mixing") == []


def test_wholes_with_lists_before_sentences() -> None:
    found = structure(
        member("floor", "colony", 3, 1, rule="inline-all"), member("floor", "hive", 9, 1),
        member("floor", "queen", 2, None, predicate="kind-of"), member("floor", "worker", 1, None, predicate="related"),
    )  # fmt: skip
    assert [f.object for f in found.wholes("floor")] == ["queen", "hive", "colony"]
    assert all(f.predicate in MEMBERSHIP for f in found.wholes("floor"))


def test_values_and_relations_of_a_concept() -> None:
    found = Structure(small(), ONTOLOGY)
    assert [f.value for f in found.values("yeast-dough", "note")] == ["rises in an hour"]
    assert [f.lang for f in found.values("proving", "definition")] == ["en", "ru"]
    assert [f.object for f in found.related("sourdough", "contrasts-with")] == ["yeast-dough"]
    assert [f.subject for f in found.related("yeast-dough", "contrasts-with", incoming=True)] == ["sourdough"]
    assert found.values("nowhere", "note") == found.related("nowhere", "part-of") == found.wholes("nowhere") == []
    assert list(found.documents_of("proving")) == ["bread.txt", "khleb.txt"]


def test_a_label_that_no_source_uses_names_nothing() -> None:
    graph = small()
    named = tuple(
        Fact("proving", "label", line(graph.documents[n], row), "heading", value=text, lang=lang)
        for n, row, text, lang in ((0, 8, "Proving", "en"), (1, 2, "Расстойка", "ru"))
    )
    both, english = (Structure(replace(graph, facts=graph.facts + facts), ONTOLOGY) for facts in (named, named[:1]))
    assert (both.label("proving", "ru"), both.label("proving", "en")) == ("Расстойка", "Proving")
    assert english.label("proving", "ru") == english.label("proving", "en") == "Proving"
    assert Structure(graph, ONTOLOGY).label("opara", "en") == "Опара"


def test_rings_and_odd_labels_do_no_harm() -> None:
    graph = nasty()
    graph = replace(graph, concepts={k: c for k, c in graph.concepts.items() if c.labels})
    found = Structure(graph, ONTOLOGY)
    assert {one.whole for one in found.listings} == {"ring-a", "ring-b", "ring-c", "self", "markup"} - {"self"}
    assert [f.object for f in found.wholes("self")] == ["self"]
    for id in graph.concepts:
        assert found.label(id, "en") and found.label(id, "ru")  # noqa: PT018


# -- what all ways of answering share


@given(st.lists(st.sampled_from(["bee", "мёд", "«улей»", "a-b"]), max_size=120), st.integers(1, 90))
def test_brief_keeps_the_first_words(said: list[str], most: int) -> None:
    text = " ".join(said)
    short = brief(text, most)
    assert short.removesuffix(" …").split() == said[:most]
    assert short.endswith("…") == (len(said) > most)


@given(st.lists(st.tuples(st.integers(2, 29), st.integers(0, 3), st.booleans()), max_size=20))
def test_evidence_is_given_once(rows: list[tuple[int, int, bool]]) -> None:
    all_ = [line(DOC if here else OTHER, first, min(29, first + more)) for first, more, here in rows]
    kept = merged(all_)
    assert len(kept) <= EVIDENCE
    assert [e for e in all_ if e in kept][:1] == list(kept[:1]) == all_[:1]
    for n, e in enumerate(kept):
        assert e in all_
        assert not any(covers(other, e) for other in kept[:n])
    if len(kept) < EVIDENCE:
        assert all(any(covers(k, e) for k in kept) for e in all_)


def covers(one: Evidence, other: Evidence) -> bool:
    return one.document == other.document and one.start <= other.start and other.end <= one.end


def test_an_item_is_short() -> None:
    one = item("word " * 50, None, [line(DOC, n) for n in range(2, 9)])
    assert len(one.label.split()) == 25
    assert len(one.evidence) == 3


@pytest.mark.parametrize("key", sorted(_TEXTS))
def test_phrases_have_the_same_places_in_both_languages(key: str) -> None:
    values = {name: f"<{name}>" for name in ("a", "x", "y", "n", "total", "kind", "share")}
    english, russian, other = (say(key, lang, **values) for lang in ("en", "ru", "fr"))
    assert other == english
    assert {v for v in values.values() if v in english} - {"<a>"} == {v for v in values.values() if v in russian}


def test_a_summary_of_a_work_is_known_by_its_authors_and_year() -> None:
    concepts = [
        concept("smoke", "paper", en="Smoke and the Memory of Bees", alt=[("Smoke", "en")]),
        concept("marchetti", "person", en="Lucia Marchetti"),
        concept("lazutin", "person", ru="Лазутин П."),
        concept("wax", "concept", en="Wax"),
    ]
    summary = document("summary.md", "en", "Smoke: and the Memory of Bees\nBees calm down.\n")
    other = document("wax.md", "en", "Wax\nIt melts.\n")
    facts = (
        Fact("smoke", "created-by", line(summary, 1), "field", "marchetti"),
        Fact("smoke", "created-by", line(summary, 1), "field", "lazutin"),
        Fact("smoke", "year", line(summary, 1), "field", value="2011"),
    )
    graph = Graph({c.id: c for c in concepts}, facts, (summary, other), (), {})
    found = Structure(graph, ONTOLOGY).described(graph.documents)
    assert found == {"summary.md": frozenset(stemmed("Lucia Marchetti Лазутин П. 2011"))}
    claims = Claims(graph.documents, described=found)
    by = {c.text: c for c in claims.all}
    for name in ("marchetti", "лазутина", "2011"):
        word = Word(name, ((stem(name),),), 1.0, True)
        assert covered(word, by["Bees calm down."]) == CONTEXT
        assert covered(word, by["It melts."]) == 0.0
    assert claims.idf(stem("marchetti")) == claims.idf("never")  # above all of it, and said nowhere
