"""The ontology files are sound and bilingual, and the loader gives what they say."""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Literal as TypingLiteral

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SH, SKOS

from kg import ontology_kept
from kg.errors import SettingsError
from kg.ontology import NS, Ontology, concept_iri, document_iri, kebab, name_in, shipped
from kg.ontology_files import load

Form = TypingLiteral["NFC", "NFD"]
NAMES = (
    "part-of kind-of example-of precedes related contrasts-with supports introduced-by covers created-by same-as "
    "becomes definition note year title page publisher label"
)
BUILT_IN = (str(RDF), str(RDFS), str(OWL))
HEAD = """
@prefix kg: <https://w3id.org/studygraph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://w3id.org/studygraph/term/> .
skos:Concept a owl:Class .
"""


@cache
def shipped_ontology() -> Ontology:
    return load()


@cache
def files() -> Graph:
    graph = Graph()
    for file in sorted(shipped().glob("*.ttl")):
        graph.parse(file, format="turtle")
    return graph


def written(tmp_path: Path, text: str, name: str = "studygraph.ttl") -> Path:
    file = tmp_path / name
    file.write_text(HEAD + text, "utf-8")
    return file


# ---------------------------------------------------------------- the files


def test_every_file_is_an_ontology_with_a_version() -> None:
    for file in sorted(shipped().glob("*.ttl")):
        graph = Graph().parse(file, format="turtle")
        headers = list(graph.subjects(RDF.type, OWL.Ontology))
        assert len(headers) == 1, file.name
        assert graph.value(headers[0], OWL.versionInfo), file.name


def test_no_property_is_undeclared() -> None:
    graph = files()
    kinds = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
    declared = {p for kind in kinds for p in graph.subjects(RDF.type, kind)}
    used = {p for p in graph.predicates() if not str(p).startswith((*BUILT_IN, str(SH)))}
    used |= {o for p in (RDFS.subPropertyOf, OWL.inverseOf) for o in graph.objects(None, p)}
    assert {p for p in used if not str(p).startswith(BUILT_IN)} - declared == set()


def test_no_class_is_undeclared() -> None:
    graph = files()
    declared = set(graph.subjects(RDF.type, OWL.Class))
    used = {o for p in (RDF.type, RDFS.subClassOf) for o in graph.objects(None, p)}
    used |= set(graph.objects(None, RDFS.domain))
    assert {c for c in used if not str(c).startswith((*BUILT_IN, str(SH)))} - declared == set()


def test_every_kg_name_in_the_files_is_declared_in_the_schema_with_label_and_comment_in_both_languages() -> None:
    graph = files()
    own = {n for triple in graph for n in triple if isinstance(n, URIRef) and str(n).startswith(NS)}
    assert len(own) > 100
    predicates = set(graph.subjects(URIRef(f"{NS}name")))
    classes = {c for c in graph.subjects(RDF.type, OWL.Class) if str(c).startswith(NS)} | {SKOS.Concept}
    for node in own | predicates | classes:
        for property_ in (RDFS.label, RDFS.comment):
            langs = sorted(str(o.language) for o in graph.objects(node, property_) if isinstance(o, Literal))
            assert langs == ["en", "ru"], f"{node} {property_}: {langs}"


def test_predicates_read_both_ways_in_both_languages() -> None:
    predicates = shipped_ontology().predicates
    assert set(NAMES.split()) <= set(predicates)
    for p in predicates.values():
        assert set(p.labels) == set(p.inverse_labels) == {"en", "ru"}, p.name


def test_every_class_has_cues_in_both_languages_and_its_label_leads_to_it() -> None:
    ontology = shipped_ontology()
    for c in ontology.classes.values():
        if c.name == "concept":
            continue
        for lang in ("en", "ru"):
            assert c.cues.get(lang), f"{c.name}: no cue in {lang}"
            assert ontology.kind_of(c.cues[lang][0], lang), f"{c.name}: {c.cues[lang][0]}"
        assert ontology.is_a(c.name, "concept")


def test_no_cue_announces_two_classes_of_one_file() -> None:
    owners: dict[tuple[str, str, int], set[str]] = {}
    ontology = shipped_ontology()
    for c in ontology.classes.values():
        for lang, cues in c.cues.items():
            for cue in cues:
                owners.setdefault((lang, cue.casefold(), ontology.order[c.name]), set()).add(c.name)
    assert {k: v for k, v in owners.items() if len(v) > 1} == {}


# ---------------------------------------------------------------- what the loader gives


def test_classes_predicates_and_their_places() -> None:
    o = shipped_ontology()
    assert o.classes["paper"].parent == "source"
    assert o.classes["paper"].also == ("http://purl.org/ontology/bibo/AcademicArticle",)
    assert o.classes["paper"].labels == {"en": "paper", "ru": "научная статья"}
    assert o.classes["concept"].parent is None
    assert o.is_a("dimension", "part")
    assert not o.is_a("part", "dimension")
    assert not o.is_a("no-such", "no-such")
    part_of = o.predicates["part-of"]
    assert part_of.iri == "http://purl.org/iso25964/skos-thes#broaderPartitive"
    assert part_of.implies == (str(SKOS.broader),)
    assert (part_of.labels["en"], part_of.inverse_labels["ru"]) == ("part of", "включает")
    assert {p.name for p in o.predicates.values() if p.literal} >= {"definition", "note", "year", "title", "label"}
    assert not part_of.literal
    assert "for example" in o.cues("example-marker", "en")
    assert "например" in o.cues("example-marker", "ru")
    assert o.cues("no-such-role", "en") == ()


def test_number_words() -> None:
    o = shipped_ontology()
    assert [o.numbers("en")[w] for w in ("two", "seven", "twelve")] == [2, 7, 12]
    assert [o.numbers("ru")[w] for w in ("два", "трех", "четырьмя", "двенадцать")] == [2, 3, 4, 12]


@pytest.mark.parametrize(
    ("phrase", "lang", "kind"),
    [
        ("Four stages of grief", "en", "stage"),
        ("the learning objectives", "en", "objective"),
        ("objectives", "en", "objective"),
        ("research questions", "en", "research-question"),
        ("ADVANTAGES", "en", "advantage"),
        ("the method's steps", "en", "step"),
        ("building-blocks of a cell", "en", "element"),
        ("Building blocks", "en", "element"),
        ("the “principles” of proof", "en", "principle"),
        ("types of causes", "en", "type"),
        ("causes of the war", "en", "cause"),
        ("Три шага рецепта", "ru", "step"),
        ("пять стадий горя", "ru", "stage"),
        ("«принципы» доказательства", "ru", "principle"),
        ("учебные цели курса", "ru", "objective"),
        ("цели проекта", "ru", "aim"),
        ("виды причин", "ru", "type"),
        ("прие\u0306мы письма", "ru", None),
        ("a cup of tea", "en", None),
        ("", "en", None),
        ("steps", "de", None),
    ],
)
def test_kind_of_takes_the_cue_nearest_the_head(phrase: str, lang: str, kind: str | None) -> None:
    assert shipped_ontology().kind_of(phrase, lang) == kind


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_kind_of_does_not_mind_how_accents_are_written(form: Form) -> None:
    o = shipped_ontology()
    assert o.kind_of(unicodedata.normalize(form, "три приёма письма"), "ru") == "method"
    assert o.kind_of(unicodedata.normalize(form, "the café’s rules"), "en") == "rule"


COURSE = """
kg:Dough a owl:Class ; rdfs:subClassOf skos:Concept ; kg:cue "dough"@en, "тесто"@ru .
kg:RyeDough a owl:Class ; rdfs:subClassOf kg:Dough ; kg:cue "rye dough"@en, "dough"@en .
kg:Terms a skos:ConceptScheme . kg:Words a skos:ConceptScheme .
:rye-bread skos:inScheme kg:Terms ; skos:prefLabel "rye bread"@en, "ржаной хлеб"@ru ;
    skos:altLabel "RB"@en, "хлеб из ржи"@ru ;
    skos:hiddenLabel "rye bred"@en .
:bread skos:inScheme kg:Terms ; skos:prefLabel "bread"@en, "хлеб"@ru .
:rye skos:inScheme kg:Words ; skos:prefLabel "rye"@en, "рожь"@ru ; skos:altLabel "хлеб"@ru .
:cafe skos:inScheme kg:Words ; skos:prefLabel "café"@en, "кафе"@ru .
"""


def test_terms_translate_and_name(tmp_path: Path) -> None:
    o = load([written(tmp_path, COURSE)])
    assert [t.id for t in o.terms] == ["bread", "rye-bread"]
    assert o.terms[1].labels == {"en": ("rye bread", "RB"), "ru": ("ржаной хлеб", "хлеб из ржи")}
    assert o.translate("How is rye bread baked, and rye?", "ru") == ("ржаной хлеб", "рожь")
    assert o.translate("Как пекут ржаного хлеба, RB и хлебы", "en") == ("rye bread", "rb", "bread")
    assert o.translate("«ржаной» “хлеб”", "en") == ("rye bread",)
    assert o.translate("rye bred", "ru") == ("ржаной хлеб",)
    forms: tuple[Form, ...] = ("NFC", "NFD")
    for form in forms:
        assert o.translate(unicodedata.normalize(form, "the Café"), "ru") == ("кафе",)
    assert o.translate("", "en") == o.translate("!?", "ru") == o.translate("nothing known", "ru") == ()
    found = o.term_of("The Rye-Breads", "en")
    assert found is not None
    assert found.id == "rye-bread"
    assert o.term_of("rye", "en") is None  # a word translates, but names no concept
    assert o.term_of("ржаной хлеб", "en") is None


def test_of_two_classes_with_one_cue_the_course_wins(tmp_path: Path) -> None:
    general = written(tmp_path, 'kg:Batter a owl:Class ; rdfs:subClassOf skos:Concept ; kg:cue "dough"@en .')
    course = written(tmp_path, 'kg:Dough a owl:Class ; rdfs:subClassOf skos:Concept ; kg:cue "dough"@en .', "a.ttl")
    assert load([course, general]).kind_of("kinds of dough", "en") == "dough"


A = "kg:A a owl:Class ; rdfs:subClassOf skos:Concept"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kg:A a owl:Class ; rdfs:label 'x", "studygraph.ttl: line 8: not valid Turtle"),
        (f"{A} , kg:B . kg:B a owl:Class ; rdfs:subClassOf kg:A .", "below itself"),
        (f"{A} . :A a owl:Class ; rdfs:subClassOf kg:A .", "two classes of one name"),
        ('kg:p kg:name "p" .', "declared as no OWL property"),
        ('kg:p a owl:ObjectProperty ; kg:name "p" . kg:q a owl:ObjectProperty ; kg:name "p" .', "two predicates named"),
        ('kg:L a kg:CueList ; kg:cue "x"@en .', "without a role"),
        ('kg:L a kg:CueList ; kg:role "number-words" ; kg:cue "two"@en .', "form=value"),
    ],
)  # fmt: skip
def test_an_unusable_ontology_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load([written(tmp_path, text)])
    assert "\n" not in str(caught.value)


def test_missing_files_are_told(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "no.ttl", "no such ontology"), (tmp_path, "no ontology here")):
        with pytest.raises(SettingsError, match=message):
            load([path])
    (tmp_path / "only.ttl").write_text("<http://example.org/a> a <http://example.org/b> .")
    with pytest.raises(SettingsError, match="skos:Concept"):
        load([tmp_path])
    (tmp_path / "only.ttl").write_bytes(b'<a> <b> "\xff" .')
    with pytest.raises(SettingsError, match="not valid Turtle"):
        load([tmp_path])


# ---------------------------------------------------------------- IRIs


def test_iris_keep_letters_and_quote_the_rest() -> None:
    assert concept_iri("ржаной-хлеб") == "https://w3id.org/studygraph/id/ржаной-хлеб"
    assert document_iri("a b/c%.txt") == "https://w3id.org/studygraph/doc/a%20b%2Fc%25.txt"


@given(st.text(st.characters(codec=None)))
def test_a_name_can_be_read_from_its_iri(name: str) -> None:
    import pyoxigraph

    for iri in (concept_iri(name), document_iri(name)):
        assert name_in(iri) == name
        pyoxigraph.NamedNode(iri)  # ValueError for an invalid IRI


def test_kebab() -> None:
    assert [kebab(x) for x in ("CrmPerspective", "Step", "CRMView", "A1B")] == [
        "crm-perspective",
        "step",
        "crm-view",
        "a1-b",
    ]


# -- as a build keeps it


def test_a_kept_ontology_is_the_one_that_was_read(tmp_path: Path) -> None:
    read, file = load(), tmp_path / "ontology.json"
    ontology_kept.write(read, file, made_from="these files")
    kept = ontology_kept.read(file, made_from="these files", files=read.files)
    assert kept is not None
    assert [getattr(kept, f.name) == getattr(read, f.name) for f in fields(Ontology)] == [True] * len(fields(Ontology))
    assert kept.term_keys == read.term_keys
    for text, to in (("customer journey maps", "ru"), ("«Путь клиента», ёмкость", "en"), ("cafe\u0301 loyalty", "ru")):
        assert kept.translate(text, to) == read.translate(text, to)
        assert kept.glosses(text, to) == read.glosses(text, to)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"made_from": "these files"}', "other", "missing"])
def test_one_that_is_damaged_or_made_from_something_else_is_none(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "ontology.json"
    ontology_kept.write(load(), file, made_from="other files" if damage == "other" else "these files")
    if damage == "missing":
        file.unlink()
    elif damage != "other":
        file.write_text(damage)
    assert ontology_kept.read(file, made_from="these files") is None
