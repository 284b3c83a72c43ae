"""The bilingual terms: sound Turtle, both languages, one term for one label, and no label in a foreign script."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDFS, SKOS

from kg.text import label_key

ONTOLOGY = Path(__file__).parents[1] / "ontology"
KG = "https://w3id.org/studygraph/ns#"
TERM = "https://w3id.org/studygraph/term/"
OURS = ("terms-general.ttl", "customer-experience.ttl")
TERMS, WORDS = URIRef(f"{KG}Terms"), URIRef(f"{KG}Words")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z]+")
ACRONYM = re.compile(r"[A-Z0-9]{2,}|[A-Z]")  # what may stand in Latin letters in a Russian label


@cache
def graph() -> Graph:
    merged = Graph()
    for name in OURS:
        merged.parse(ONTOLOGY / name, format="turtle")
    return merged


def labels(of: URIRef, *properties: URIRef) -> Iterator[Literal]:
    for wanted in properties:
        for label in graph().objects(of, wanted):
            assert isinstance(label, Literal)
            yield label


def members(scheme: URIRef) -> list[URIRef]:
    return sorted(s for s in graph().subjects(SKOS.inScheme, scheme) if isinstance(s, URIRef))


ALL_LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)


def test_both_schemes_are_filled() -> None:
    assert len(members(WORDS)) >= 1500
    assert len(members(TERMS)) >= 300


def test_every_concept_stands_in_one_scheme_under_a_slug() -> None:
    concepts = set(graph().subjects(RDF.type, SKOS.Concept))
    assert concepts == {*members(TERMS), *members(WORDS)}
    assert not {*members(TERMS)} & {*members(WORDS)}
    for concept in concepts:
        assert re.fullmatch(re.escape(TERM) + r"[a-z0-9]+(-[a-z0-9]+)*", str(concept)), concept


def test_one_preferred_label_in_each_language() -> None:
    for concept in (*members(TERMS), *members(WORDS)):
        langs = Counter(label.language for label in labels(concept, SKOS.prefLabel))
        assert langs == {"en": 1, "ru": 1}, f"{concept}: {dict(langs)}"


def test_no_concept_names_one_label_twice() -> None:
    for concept in (*members(TERMS), *members(WORDS)):
        twice = [label for label, n in Counter(labels(concept, *ALL_LABELS)).items() if n > 1]
        assert not twice, f"{concept}: {twice}"


def test_a_label_belongs_to_one_term() -> None:
    owners: dict[str, set[URIRef]] = defaultdict(set)
    for term in members(TERMS):
        for label in labels(term, *ALL_LABELS):
            owners[label_key(label)].add(term)
    shared = {key: sorted(terms) for key, terms in owners.items() if len(terms) > 1}
    assert not shared


def test_labels_are_in_the_script_of_their_language() -> None:
    for concept in (*members(TERMS), *members(WORDS)):
        for label in labels(concept, *ALL_LABELS):
            assert label.language in {"en", "ru"}, f"{concept}: {label}"
            if label.language == "en":
                assert not CYRILLIC.search(label), f"{concept}: {label}"
            else:
                foreign = [w for w in LATIN.findall(label) if not ACRONYM.fullmatch(w)]
                assert not foreign, f"{concept}: {label}"


def test_labels_are_clean() -> None:
    for concept in (*members(TERMS), *members(WORDS)):
        for label in labels(concept, *ALL_LABELS):
            assert str(label) == " ".join(label.split()), f"{concept}: {label!r}"
            assert label_key(label), f"{concept}: {label!r}"
            assert len(label) <= 80, f"{concept}: {label!r}"


def test_terms_carry_labels_and_nothing_else() -> None:
    """No fact of a course stands here: no definition, no relation, no author."""
    allowed = {RDF.type, SKOS.inScheme, *ALL_LABELS}
    for concept in (*members(TERMS), *members(WORDS)):
        assert set(graph().predicates(concept)) <= allowed, concept


def test_no_class_is_declared_twice() -> None:
    declared = Counter(
        name
        for file in sorted(ONTOLOGY.glob("*.ttl"))
        for name in re.findall(r"^(kg:\w+)\s+a\s+owl:Class\b", file.read_text("utf-8"), re.MULTILINE)
    )
    assert declared["kg:Tier"] == 1
    assert not [name for name, n in declared.items() if n > 1]


def test_classes_of_the_course_have_a_parent_and_both_languages() -> None:
    classes = list(graph().subjects(RDF.type, OWL.Class))
    assert classes
    for cls in classes:
        assert graph().value(cls, RDFS.subClassOf), cls
        for wanted in (RDFS.label, RDFS.comment, URIRef(f"{KG}cue")):
            langs = {o.language for o in graph().objects(cls, wanted) if isinstance(o, Literal)}
            assert langs == {"en", "ru"}, f"{cls} {wanted}"


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("customer experience", "потребительского опыта"),
        ("CX", "клиентский опыт"),
        ("CEM", "управление потребительским опытом"),
        ("customer journeys", "путь клиента"),
        ("Touch points", "точки касания"),
        ("quick wins", "быстрые победы"),
        ("self-service technologies", "технологии самообслуживания"),
        ("ambidexterity", "амбидекстрия"),
    ],
)
def test_synonyms_in_both_languages_meet_in_one_term(english: str, russian: str) -> None:
    assert owner(english) == owner(russian)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("customer experience", "customer experience management"),
        ("touchpoint", "touchpoint type"),
        ("customer journey", "customer journey stage"),
        ("user experience", "customer experience"),
        ("virtual agent", "chatbot"),
        ("customer satisfaction", "customer satisfaction index"),
        ("управление клиентским опытом", "управление взаимоотношениями с клиентами"),
    ],
)
def test_neighbours_stay_apart(one: str, other: str) -> None:
    assert owner(one) != owner(other)


def owner(label: str) -> URIRef:
    found = [t for t in members(TERMS) for text in labels(t, *ALL_LABELS) if label_key(text) == label_key(label)]
    assert found, f"no term for {label!r}"
    return found[0]


@pytest.mark.parametrize(
    ("word", "lang"),
    [("difference", "en"), ("разница", "ru"), ("недостаток", "ru"), ("author", "en"), ("исследование", "ru")],
)
def test_question_words_have_a_translation(word: str, lang: str) -> None:
    assert any(label.language == lang and label_key(label) == label_key(word)
               for w in members(WORDS) for label in labels(w, SKOS.prefLabel, SKOS.altLabel))  # fmt: skip
