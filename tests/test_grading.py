"""Grading: our own maps are right, what is changed in them is found, and each judgement names its rule and lines."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from exportkit import course_of, shipped_ontology
from gradekit import FORMATS, base, bread, flowchart, garden, graded, judged, verdicts
from graphs import document, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.base import KnowledgeBase
from kg.export import export
from kg.grading.course import ONE_WAY
from kg.grading.phrases import RULES


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    return bread(tmp_path)


@pytest.fixture
def beds(tmp_path: Path) -> KnowledgeBase:
    return base(garden(), tmp_path)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    return base(course_of(kept_cache), tmp_path_factory.mktemp("course"), ontology=shipped_ontology())


# ---------------------------------------------------------------- our own maps


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("centre", [None, "sourdough"])
def test_a_map_of_ours_is_fully_supported(kb: KnowledgeBase, format: str, centre: str | None, lang: str) -> None:
    data = export(format, graph=kb.graph, ontology=kb.ontology, concept=centre, depth=1, lang=lang)
    result = graded(kb, data, lang=lang)
    assert result["map"]["format"] == format
    assert result["counts"]["supported"] == len(result["propositions"]) > 3
    assert all(r["evidence"] for r in result["propositions"])
    assert result["counts"]["unknown_concepts"] == 0
    if centre is None:
        assert result["missing"] == []
        assert result["score"]["value"] == 100


@pytest.mark.parametrize("format", FORMATS)
def test_a_map_of_the_whole_course_is_fully_supported(course: KnowledgeBase, format: str) -> None:
    result = graded(course, export(format, graph=course.graph, ontology=course.ontology))
    wrong = [r for r in result["propositions"] if r["verdict"] != "supported"]
    assert wrong == []
    assert len(result["propositions"]) > 500
    assert (result["missing"], result["score"]["value"]) == ([], 100)


# ---------------------------------------------------------------- what is changed is found


def edges(kb: KnowledgeBase) -> list[tuple[str, str, str]]:
    """(subject, predicate, object) of all facts, each once, that can hold one way only."""
    names = kb.graph.concepts
    found = {(f.subject, f.predicate, f.object) for f in kb.graph.facts if f.object and f.predicate in ONE_WAY}
    return [(names[s].label, kb.ontology.predicates[p].labels["en"], names[str(o)].label) for s, p, o in sorted(found)]


def test_an_edge_turned_round_is_contradicted(kb: KnowledgeBase) -> None:
    all_edges = edges(kb)
    assert len(all_edges) > 8
    for i, (s, p, o) in enumerate(all_edges):
        rows = [*all_edges[:i], (o, p, s), *all_edges[i + 1 :]]
        result = graded(kb, flowchart(*rows))
        (wrong,) = [r for r in result["propositions"] if r["verdict"] == "contradicted"]
        assert (wrong["subject"]["label"], wrong["rule"]) == (o, "reversed")
        assert wrong["evidence"]
        assert s in wrong["reason"]
        assert result["score"]["value"] < 100


def test_edges_of_the_course_turned_round_are_contradicted(course: KnowledgeBase) -> None:
    """But for those where the notes say both, or where a label is that of several concepts."""
    labels = [c.label.casefold() for c in course.graph.concepts.values()]
    rows = [(s, p, o) for s, p, o in edges(course) if labels.count(s.casefold()) == labels.count(o.casefold()) == 1]
    rows = [r for r in rows if (r[2], r[1], r[0]) not in rows and not set('"#&<>`') & set("".join(r))][::7]
    assert len(rows) > 40
    found = verdicts(graded(course, flowchart(*((o, p, s) for s, p, o in rows))))
    wrong = [key for key, verdict in found.items() if verdict != "contradicted"]
    assert len(wrong) <= len(rows) // 50, wrong


@pytest.mark.parametrize(
    ("label", "changed", "how"),
    [
        ("Sourdough", "sourdouhg", "typo"),
        ("Sourdough", "Sour-dough", "exact"),
        ("Sourdough", "the SOURDOUGH", "exact"),
        ("Sourdough", "levain", "exact"),
        ("Sourdough", "Закваска", "exact"),
        ("Sourdough", "заквасок", "exact"),
        ("Sourdough", "Закавска", "typo"),
        ("Baking method", "Baking metod", "typo"),
        ("Baking method", "Bakingmethod", "exact"),
        ("Baking method", "Метод выпечки", "exact"),
        ("Proving", "Proving step", "class-word"),
        ("Proving", "Proving (proofing)", "exact"),
        ("Anna Weber", "Ánna Wéber", "exact"),
        ("Anna Weber", "A\u0301nna Weber", "exact"),
        ("Proving", "“Proving”", "exact"),
        ("Proving", "«Proving»", "exact"),
        ("Dough", "<b>Dough</b>", "exact"),
    ],
)
def test_another_name_or_spelling_is_still_supported(kb: KnowledgeBase, label: str, changed: str, how: str) -> None:
    rows = [(changed if s == label else s, p, changed if o == label else o) for s, p, o in edges(kb)]
    result = graded(kb, flowchart(*rows))
    assert set(verdicts(result).values()) == {"supported"}
    (found,) = [c for c in result["concepts"] if c["label"] == changed]
    assert (found["concept"]["label"], found["how"]) == (label, how)


@pytest.mark.parametrize("label", ["Flour", "Bakery", "Doubt", "Moving", "Dour", "Sourness", "Мука", "12", "?!"])
def test_another_word_is_no_misspelling(kb: KnowledgeBase, label: str) -> None:
    result = graded(kb, flowchart((label, "is part of", "Baking method")))
    (row,) = result["propositions"]
    assert (row["verdict"], row["rule"]) == ("not_mentioned", "unknown-concept")
    assert row["subject"] == {"label": label, "concept": None}
    assert label in row["reason"]
    assert row["evidence"] == []


@pytest.mark.parametrize("label", ["Sourdough", "Proving", "Baking method", "Mixing", "Baking"])
def test_a_concept_taken_out_is_reported_missing(kb: KnowledgeBase, label: str) -> None:
    rows = [(s, p, o) for s, p, o in edges(kb) if label not in (s, o)]
    result = graded(kb, flowchart(*rows))
    assert label in [m["concept"]["label"] for m in result["missing"]]
    (row,) = [m for m in result["missing"] if m["concept"]["label"] == label]
    assert row["evidence"]
    assert str(row["links"]) in row["reason"] or "Baking method" in row["reason"]
    assert result["score"]["value"] < 100


def test_a_member_of_a_list_that_was_begun_is_missing_and_a_person_is_not(kb: KnowledgeBase) -> None:
    result = graded(kb, flowchart(("Mixing", "is a step in", "Baking method")))
    assert [(m["concept"]["label"], m["rule"]) for m in result["missing"]] == [("Proving", "list"), ("Baking", "list")]


def test_what_the_course_does_not_say_is_not_mentioned_and_does_not_count(kb: KnowledgeBase) -> None:
    rows = edges(kb)
    more = [("Rye loaf", "is made by", "Anna Weber"), ("Blockchain", "is part of", "Dough")]
    before, after = graded(kb, flowchart(*rows)), graded(kb, flowchart(*rows, *more))
    assert [r["verdict"] for r in after["propositions"]][-2:] == ["not_mentioned", "not_mentioned"]
    assert after["score"]["parts"][0] == before["score"]["parts"][0]


# ---------------------------------------------------------------- single judgements


@pytest.mark.parametrize(
    ("s", "phrase", "o", "verdict", "rule"),
    [
        ("Baking method", "consists of", "Mixing", "supported", "stated"),
        ("Baking method", "has the following steps, includes", "Mixing", "supported", "stated"),
        ("Метод выпечки", "состоит из", "Замес", "supported", "stated"),
        ("Замес", "является этапом", "Метод выпечки", "supported", "stated"),
        ("Mixing", "входит в", "Метод выпечки", "supported", "stated"),
        ("Mixing", "comes before", "Baking", "supported", "chain"),
        ("Baking", "follows", "Mixing", "supported", "chain"),
        ("Выпечка", "идёт после", "Замес", "supported", "chain"),
        ("Opara", "is a kind of", "Dough", "not_mentioned", "unknown-concept"),
        ("Опара", "is a kind of", "Dough", "supported", "chain"),
        ("Rye loaf", "is an example of", "Dough", "supported", "chain"),
        ("Yeast dough", "differs from", "Sourdough", "supported", "stated"),
        ("Anna Weber", "introduced", "Baking method", "supported", "stated"),
        ("Baking method", "was proposed by", "Anna Weber", "supported", "stated"),
        ("Baking", "precedes", "Mixing", "contradicted", "reversed"),
        ("Mixing", "comes after", "Proving", "contradicted", "reversed"),
        ("Dough", "is a kind of", "Sourdough", "contradicted", "reversed"),
        ("Dough", "is part of", "Sourdough", "contradicted", "reversed"),
        ("Baking method", "is part of", "Mixing", "contradicted", "reversed"),
        ("Метод выпечки", "входит в", "Замес", "contradicted", "reversed"),
        ("Sourdough", "is the same as", "Yeast dough", "contradicted", "set-apart"),
        ("Mixing", "is not part of", "Baking method", "contradicted", "denied"),
        ("Замес", "не входит в", "Метод выпечки", "contradicted", "denied"),
        ("Sourdough", "isn't the same as", "Yeast dough", "supported", "rightly-denied"),
        ("Baking", "never precedes", "Mixing", "supported", "rightly-denied"),
        ("Mixing", "is related to", "Baking method", "imprecise", "vague"),
        ("Замес", "связан с", "Метод выпечки", "imprecise", "vague"),
        ("Mixing", "", "Baking method", "imprecise", "unlabelled"),
        ("Mixing", "whistles at", "Baking method", "imprecise", "unknown-link"),
        ("Mixing", "supports", "Baking method", "imprecise", "other-link"),
        ("Rye loaf", "is part of", "Sourdough", "imprecise", "other-link"),
        ("Anna Weber", "is part of", "Dough", "not_mentioned", "no-statement"),
        ("Sourdough", "is", "levain", "not_mentioned", "one-concept"),
    ],
)  # fmt: skip
def test_judgements(kb: KnowledgeBase, s: str, phrase: str, o: str, verdict: str, rule: str) -> None:
    row = judged(kb, s, phrase, o)
    assert (row["verdict"], row["rule"]) == (verdict, rule)
    assert bool(row["evidence"]) == (verdict != "not_mentioned")
    assert bool(row["says"]) == (verdict != "not_mentioned")
    assert row["reason"]
    assert re.search("[а-я]", judged(kb, s, phrase, o, lang="ru")["reason"])


def test_in_substance_says_which_link_the_course_has(kb: KnowledgeBase) -> None:
    row = judged(kb, "Rye loaf", "is part of", "Sourdough")
    assert row["says"][0]["predicate"] == "example-of"
    assert row["reason"] == "The notes link the two otherwise: “Rye loaf” example of “Sourdough”."
    assert row["says"][0]["rules"] == ["example-of"]
    assert [e["lines"] for e in row["evidence"]] == [[10, 10]]


@pytest.mark.parametrize(
    ("s", "phrase", "o"),
    [
        ("Glass frame", "is part of", "Cold bed"),
        ("Cold bed", "includes", "Glass frame"),
        ("Экран от ветра", "входит в", "Тёплая грядка"),
    ],
)
def test_a_member_of_another_whole_is_contradicted_by_both_lists(
    beds: KnowledgeBase, s: str, phrase: str, o: str
) -> None:
    row = judged(beds, s, phrase, o)
    assert (row["verdict"], row["rule"]) == ("contradicted", "other-whole")
    assert {line for e in row["evidence"] for line in e["lines"]} >= {2, 5}


def test_a_member_of_another_whole_is_not_contradicted_where_no_list_is_closed(beds: KnowledgeBase) -> None:
    assert judged(beds, "Glass frame", "is part of", "Garden bed")["verdict"] == "not_mentioned"  # it has no list
    open_list = tuple(replace(f, position=None) for f in beds.graph.facts)
    beds.graph = replace(beds.graph, facts=open_list)
    assert judged(beds, "Glass frame", "is part of", "Cold bed")["verdict"] == "not_mentioned"


def test_where_nothing_is_stated_lines_that_name_both_are_shown(beds: KnowledgeBase) -> None:
    row = judged(beds, "Glass frame", "supports", "Gravel layer")
    assert (row["verdict"], row["rule"]) == ("not_mentioned", "named-together")
    assert [e["lines"] for e in row["evidence"]] == [[9, 9]]


def test_siblings_are_named_as_such(beds: KnowledgeBase) -> None:
    row = judged(beds, "Glass frame", "supports", "Manure layer")
    assert (row["verdict"], row["rule"]) == ("not_mentioned", "siblings")
    assert row["evidence"]


def test_a_line_without_a_head_is_meant_either_way(kb: KnowledgeBase) -> None:
    text = 'flowchart LR\na["Baking"] ---|precedes| b["Mixing"]\nc["Dough"] <-->|kind of| d["Sourdough"]'
    assert set(verdicts(graded(kb, text)).values()) == {"supported"}


@pytest.mark.parametrize(
    ("outline", "verdict"),
    [
        ('<outline text="Baking method"><outline text="Mixing"/></outline>', "supported"),
        ('<outline text="Метод выпечки"><outline text="включает: Замес"/></outline>', "supported"),
        ('<outline text="Dough"><outline text="has kind: Sourdough"/></outline>', "supported"),
        ('<outline text="Mixing"><outline text="precedes: Proving"/></outline>', "supported"),
        ('<outline text="Mixing"><outline text="Baking method"/></outline>', "contradicted"),
        ('<outline text="Mixing"><outline text="Proving"/></outline>', "imprecise"),
        ('<outline text="Dough"><outline text="odd: Sourdough"/></outline>', "not_mentioned"),
    ],
)
def test_outlines(kb: KnowledgeBase, outline: str, verdict: str) -> None:
    (row,) = graded(kb, f"<opml><body>{outline}</body></opml>")["propositions"]
    assert row["verdict"] == verdict


def test_a_quote_that_is_gone_proves_nothing(kb: KnowledgeBase) -> None:
    english = kb.graph.documents[0]
    raw = english.raw.replace("A rye loaf is an example of sourdough.", "A rye loaf is no sample of sourdough")
    assert len(raw) < len(english.raw)
    shorter = document(english.name, "en", raw + "\n")
    kb.graph = replace(kb.graph, documents=(shorter, *kb.graph.documents[1:]))
    kb._documents = {d.name: d for d in kb.graph.documents}
    assert judged(kb, "Rye loaf", "is an example of", "Sourdough")["verdict"] == "not_mentioned"
    assert judged(kb, "Mixing", "is part of", "Baking method")["verdict"] == "supported"


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("Lemon & Verhoef (2016)", True), ("Lemon and Verhoef, 2016", True), ("Verhoef & Lemon 2016", True),
        ("Lemon et al. 2016", True), ("Lemon и Verhoef 2016", True), ("Lemon & Verhoef 2017", False),
        ("Lemon & Keiningham 2016", False), ("Lemon & Verhoef", False),
    ],
)  # fmt: skip
def test_a_work_is_known_by_authors_and_year(course: KnowledgeBase, label: str, known: bool) -> None:
    row = judged(course, label, "discusses", "Customer journey")
    assert (row["subject"]["concept"] is not None) == known


def test_homonyms_are_no_trap(tmp_path: Path) -> None:
    graph = small()
    twin = replace(graph.concepts["anna-weber"], id="mixing-2", labels={"en": "Mixing"}, iri="x:mixing-2")
    kb = base(replace(graph, concepts={"mixing-2": twin, **graph.concepts}), tmp_path)
    result = graded(kb, flowchart(("Mixing", "is part of", "Baking method"), ("Mixing", "precedes", "Proving")))
    assert set(verdicts(result).values()) == {"supported"}
    assert [c["concept"]["id"] for c in result["concepts"] if c["label"] == "Mixing"] == ["mixing"]


def test_every_rule_stands_in_the_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    told = readme.partition("## Grading a concept map")[2].partition("\n## ")[0]
    assert [rule for rule in RULES if rule not in {"scored", "unscored"} and not re.search(rf"\b{rule}\b", told)] == []


# ---------------------------------------------------------------- the score


def test_the_score_is_made_of_its_parts_and_says_so(kb: KnowledgeBase) -> None:
    rows = [
        ("Mixing", "is part of", "Baking method"),
        ("Proving", "is related to", "Baking method"),
        ("Baking", "is part of", "Baking method"),
        ("Baking", "precedes", "Proving"),
        ("Dough", "improves", "Anna Weber"),
    ]
    score = graded(kb, flowchart(*rows))["score"]
    links, concepts = score["parts"]
    assert (links["right"], links["of"], links["weight"]) == (2.5, 4, 0.7)
    assert concepts["right"] <= concepts["of"]
    expected = 100 * (0.7 * links["right"] / links["of"] + 0.3 * concepts["right"] / concepts["of"])
    assert score["value"] == round(expected)
    assert score["reason"].startswith(f"{score['value']} of 100: 2.5 of 4 links")
    russian = graded(kb, flowchart(*rows), lang="ru")["score"]
    assert russian["value"] == score["value"]
    assert "2.5 из 4" in russian["reason"]


def test_a_map_of_strange_things_has_no_score(kb: KnowledgeBase) -> None:
    result = graded(kb, flowchart(("Blockchain", "disrupts", "Banking")))
    assert result["score"] == {"value": None, "reason": result["score"]["reason"], "parts": []}
    assert result["score"]["reason"].startswith("No score")
    assert result["missing"] == []


def test_the_same_map_has_the_same_grade(course: KnowledgeBase) -> None:
    data = export("mermaid", graph=course.graph, ontology=course.ontology, concept="customer-journey", depth=2)
    assert graded(course, data) == graded(course, data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=60))
def test_any_text_is_graded(kb: KnowledgeBase, s: str, phrase: str, o: str) -> None:
    from kg.grading import grade
    from kg.grading.model import Link, StudentMap
    from kg.grading.report import as_json

    student = StudentMap("t", "cxl", {"a": s, "b": o}, (Link("a", phrase, "b"),))
    assert as_json(kb, grade(student, kb=kb))["counts"]["contradicted"] == 0
