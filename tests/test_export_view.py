"""Views: what is shown around a concept, in which order, and as an outline."""

import itertools

import pytest
from graphs import concept, document, line, nasty, ontology, small
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import NotFound, UsageError
from kg.export.layout import layout, wrap
from kg.export.tree import CYCLE, ELSEWHERE, outline
from kg.export.view import one_line, place, printable, restrict, view
from kg.model import Evidence, Fact, Graph

ONTOLOGY = ontology()


def ids(graph: Graph, centre: str, depth: int) -> list[str]:
    return list(view(graph, ONTOLOGY, concept=centre, depth=depth).nodes)


def test_the_centre_comes_first_then_what_is_nearer_then_by_label() -> None:
    assert ids(small(), "sourdough", 0) == ["sourdough"]
    assert ids(small(), "sourdough", 1) == ["sourdough", "dough", "rye-loaf", "yeast-dough", "opara"]
    shown = view(small(), ONTOLOGY, concept="anna-weber", depth=2)
    assert [(n.id, n.depth) for n in shown.nodes.values()] == [
        ("anna-weber", 0),
        ("baking-method", 1),
        ("baking", 2),
        ("mixing", 2),
        ("proving", 2),
    ]


def test_facts_are_followed_both_ways_and_kept_only_between_shown_concepts() -> None:
    shown = view(small(), ONTOLOGY, concept="mixing", depth=1)
    assert {(e.source, e.predicate, e.target) for e in shown.edges} == {
        ("mixing", "part-of", "baking-method"),
        ("mixing", "precedes", "proving"),
        ("proving", "part-of", "baking-method"),
    }


def test_a_redirected_id_is_followed_and_a_ring_of_redirects_is_not() -> None:
    assert view(small(), ONTOLOGY, concept="old-proofing").centre == "proving"
    for unknown in ("loop-1", "no-such", ""):
        with pytest.raises(NotFound, match="no concept"):
            view(nasty(), ONTOLOGY, concept=unknown)


def test_a_depth_below_zero_is_refused() -> None:
    for call in (view, lambda g, _, **k: restrict(g, **k)):
        with pytest.raises(UsageError, match="-1 is below 0"):
            call(small(), ONTOLOGY, concept="dough", depth=-1)


def test_labels_are_in_the_language_asked_for_and_else_in_another() -> None:
    ru = view(small(), ONTOLOGY, lang="ru")
    assert [ru.nodes[i].label for i in ("sourdough", "rye-loaf", "opara")] == ["Закваска", "Rye loaf", "Опара"]
    assert ru.nodes["proving"].kind == "шаг"
    assert ru.nodes["proving"].definition("ru").startswith("отдых")
    assert {e.label for e in ru.edges if e.predicate == "part-of"} == {"часть от"}
    en = view(nasty(), ONTOLOGY)
    assert en.nodes["unnamed"].label == "unnamed"
    assert en.nodes["only-ru"].label == "Только «по-русски»"


def test_names_that_the_ontology_does_not_have_are_shown_as_words() -> None:
    graph = small()
    odd = Fact("dough", "odd-one", graph.facts[0].evidence, "r", "opara")
    shown = view(Graph(graph.concepts, (odd,), graph.documents), ONTOLOGY)
    assert [(e.label, e.inverse) for e in shown.edges] == [("odd one", "← odd one")]
    assert view(nasty(), ONTOLOGY).nodes["weird id:&<\">;[x]"].kind == "no such kind"


def test_facts_said_twice_are_one_edge_with_both_places() -> None:
    edges = [e for e in view(nasty(), ONTOLOGY).edges if (e.source, e.target) == ("ring-c", "ring-a")]
    assert len(edges) == 1
    assert [e.lines for e in edges[0].evidence] == [(2, 2), (3, 3)]
    assert edges[0].position == 1


def test_a_concept_that_nothing_describes_cites_where_it_is_related() -> None:
    shown = view(small(), ONTOLOGY)
    assert [place(e) for e in shown.nodes["anna-weber"].evidence] == ["bread.txt:11"]
    assert [place(e) for e in shown.nodes["proving"].evidence] == ["bread.txt:8", "khleb.txt:2"]


def test_the_first_definition_in_the_language_asked_for_is_shown_and_else_the_first() -> None:
    doc = document("a.txt", "en", "One\ntwo\nthree\nfour\n")
    said = [(4, "en", "later"), (3, "en", "sooner"), (2, "ru", "по-русски")]
    facts = tuple(Fact("c", "definition", line(doc, n), "r", value=text, lang=lang) for n, lang, text in said)
    graph = Graph({"c": concept("c", "concept", en="C")}, facts, (doc,))
    node = view(graph, ONTOLOGY).nodes["c"]
    assert [node.definition(lang) for lang in ("en", "ru", "de")] == ["sooner", "по-русски", "sooner"]
    assert [d.text for d in node.definitions] == ["sooner", "later", "по-русски"]


def test_a_page_is_named_where_there_is_one() -> None:
    assert place(Evidence("a.pdf", 0, 1, (3, 4), "x", 2)) == "a.pdf:3-4 (p. 2)"
    assert place(Evidence("a.txt", 0, 1, (3, 3), "x")) == "a.txt:3"


def test_a_restricted_graph_holds_what_the_view_shows() -> None:
    part = restrict(small(), concept="proofing", depth=1)
    assert set(part.concepts) == set(ids(small(), "proving", 1))
    assert set(part.redirects) == {"proofing"}
    assert {d.name for d in part.documents} == {"bread.txt", "khleb.txt"}
    assert all(f.subject in part.concepts and (f.object is None or f.object in part.concepts) for f in part.facts)
    assert {d.name for d in restrict(small(), concept="opara", depth=0).documents} == {"khleb.txt"}


@given(st.text())
def test_printable_text_keeps_its_length_and_is_xml(text: str) -> None:
    from lxml import etree

    clean = printable(text + "\ud800\x00\x0b\ufffe")
    assert len(clean) == len(text) + 4
    element = etree.Element("a")
    element.text = clean  # lxml refuses what XML 1.0 forbids
    assert one_line(clean) == " ".join(clean.split())


def test_accents_are_kept_as_they_are_stored() -> None:
    shown = view(nasty(), ONTOLOGY)
    assert shown.nodes["twin-3"].label == "Twi\u0301n"
    assert shown.nodes["twin-4"].label == "Tw\u00edn"


# ---------------------------------------------------------------- as an outline


def lines(graph: Graph, **around: object) -> list[str]:
    return ["  " * x.level + x.text for x in outline(view(graph, ONTOLOGY, **around))]  # type: ignore[arg-type]


def test_an_outline_of_the_whole_has_members_below_their_whole_in_the_order_of_the_source() -> None:
    assert lines(small()) == [
        "Anna Weber",
        "Baking method",
        "  Mixing",
        "    precedes: Proving →",
        "  Proving",
        "    precedes: Baking →",
        "  Baking",
        "  introduced by: Anna Weber →",
        "Bread baking",
        "Dough",
        "  Sourdough",
        "    Опара",
        "    Rye loaf",
        "    contrasts with: Yeast dough →",
        "  Yeast dough",
    ]


def test_an_outline_around_a_concept_hangs_everything_on_it() -> None:
    assert lines(small(), concept="baking", depth=2) == [
        "Baking",
        "  part of: Baking method",
        "    Mixing",
        "      precedes: Proving →",
        "    Proving →",
        "    introduced by: Anna Weber",
        "  follows: Proving",
    ]


def test_a_ring_is_cut_where_it_closes() -> None:
    marks = [(x.node.id, x.mark) for x in outline(view(nasty(), ONTOLOGY))]
    assert ("ring-c", "") in marks
    assert ("ring-c", CYCLE) in marks
    assert ("self", CYCLE) in marks
    assert ("control", ELSEWHERE) in marks


@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["part-of", "kind-of", "precedes"]), st.integers(0, 7))))
def test_every_concept_has_one_home_in_any_graph(triples: list[tuple[int, str, int]]) -> None:
    doc = document("a.txt", "en", "One\ntwo\n")
    facts = tuple(Fact(f"c{s}", p, line(doc, 2), "r", f"c{o}") for s, p, o in triples)
    graph = Graph({f"c{i}": concept(f"c{i}", "concept", en=f"C{i}") for i in range(8)}, facts, (doc,))
    for centre in (None, "c0"):
        shown = view(graph, ONTOLOGY, concept=centre, depth=3)
        found = outline(shown)
        assert sorted(x.node.id for x in found if not x.mark) == sorted(shown.nodes)
        assert found[0].level == 0
        assert all(b.level <= a.level + 1 for a, b in itertools.pairwise(found))
        assert all(b.level <= a.level for a, b in itertools.pairwise(found) if a.mark)  # a mark is a leaf
        told = [x.edge for x in found if x.edge]
        assert set(told) == set(shown.edges)
        assert centre is None or found[0].node.id == centre


def test_a_chain_of_any_length_ends() -> None:
    doc = document("a.txt", "en", "One\ntwo\n")
    facts = tuple(Fact(f"c{i}", "part-of", line(doc, 2), "r", f"c{i + 1}") for i in range(3000))
    graph = Graph({f"c{i}": concept(f"c{i}", "concept", en=f"C{i}") for i in range(3001)}, facts, (doc,))
    found = outline(view(graph, ONTOLOGY))
    assert len([x for x in found if not x.mark]) == 3001
    assert max(x.level for x in found) <= 101


def test_boxes_do_not_overlap() -> None:
    for graph in (small(), nasty()):
        shown = view(graph, ONTOLOGY)
        for boxes in (layout(shown), layout(shown, width=320, height=200)):
            assert set(boxes) == set(shown.nodes)
            placed = list(boxes.values())
            for i, a in enumerate(placed):
                for b in placed[i + 1 :]:
                    apart = a.x + a.width <= b.x or b.x + b.width <= a.x
                    assert apart or a.y + a.height <= b.y or b.y + b.height <= a.y


def test_long_labels_are_broken_and_cut() -> None:
    assert wrap("one two three", 8) == ("one two", "three")
    assert wrap("abcdefghij", 4) == ("abcd", "efgh", "ij")
    assert wrap("слово " * 50)[-1].endswith("…")
    assert len(wrap("слово " * 50)) == 5
