"""The Obsidian vault: names of files, links, properties, quotes."""

import re
import unicodedata
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

import pytest
from graphs import concept, nasty, ontology, small
from hypothesis import example, given
from hypothesis import strategies as st

from kg.export import export
from kg.export.vault import note_names, safe_name
from kg.export.view import view
from kg.model import Graph

ONTOLOGY = ontology()
BOTH = pytest.mark.parametrize("graph", [small(), nasty()], ids=["small", "nasty"])


def notes(graph: Graph, **around: object) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(export("obsidian", graph=graph, ontology=ONTOLOGY, **around))) as vault:  # type: ignore[arg-type]
        assert vault.testzip() is None
        return {name: vault.read(name).decode() for name in vault.namelist()}


@given(st.text())
@example("../../etc/passwd")
@example("CON.txt")
@example("nul")
@example("...")
@example("C:\\Windows")
@example("a" * 500)
@example("ё" * 500)
@example("\u202egnp.exe")
def test_any_label_gives_a_name_that_every_system_takes(label: str) -> None:
    name = safe_name(label)
    assert name
    assert len(name.encode()) <= 200
    assert not set(name) & set('\\/:*?"<>|#^[]\n\t')
    assert not any(unicodedata.category(c) == "Cc" for c in name)
    assert name == name.strip(" .")
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)
    assert PurePosixPath(name).name == name


def test_words_of_both_languages_stay_in_names() -> None:
    assert safe_name("Расстойка (ёмкая): часть 1") == "Расстойка (ёмкая) часть 1"
    assert safe_name("Cafe\u0301 R&D") == "Caf\u00e9 R&D"


@BOTH
def test_there_is_a_note_for_every_concept_and_no_two_names_are_the_same_anywhere(graph: Graph) -> None:
    found = notes(graph)
    assert len(found) == len(graph.concepts) + 1
    same = {unicodedata.normalize("NFD", PurePosixPath(n).name).casefold() for n in found}
    assert len(same) == len(found)
    assert all(re.fullmatch(r"(Concepts/)?[^/\\]+\.md", n) for n in found)


def test_a_concept_called_index_does_not_replace_the_index() -> None:
    graph = Graph({"i": concept("i", "concept", en="index")}, (), ())
    assert set(notes(graph)) == {"Index.md", "Concepts/index 2.md"}


@BOTH
def test_every_link_leads_to_a_note_and_every_concept_is_in_the_index(graph: Graph) -> None:
    found = notes(graph)
    names = {PurePosixPath(n).stem for n in found}
    for text in found.values():
        links = re.findall(r"\[\[([^|\]]+)(?:\|([^\]]*))?\]\]", text)
        assert {target for target, _ in links} <= names
        assert text.count("[[") == len(links)
    index = {t for t, _ in re.findall(r"\[\[([^|\]]+)(?:\|([^\]]*))?\]\]", found["Index.md"])}
    assert index == set(note_names(view(graph, ONTOLOGY)).values())


@BOTH
def test_properties_are_yaml(graph: Graph) -> None:
    yaml = pytest.importorskip("yaml")
    by_id = {}
    for name, text in notes(graph).items():
        if name == "Index.md":
            continue
        assert text.startswith("---\n")
        properties = yaml.safe_load(text.split("---\n")[1])
        assert list(properties) == ["id", "iri", "aliases", "tags", "sources"]
        by_id[properties["id"]] = properties
    assert set(by_id) == set(graph.concepts)
    if "proving" in by_id:
        assert by_id["proving"]["aliases"] == ["Расстойка", "proofing"]
        assert by_id["proving"]["tags"] == ["kind/step"]


def test_a_note_quotes_the_cited_lines_with_file_and_line() -> None:
    text = notes(small())["Concepts/Proving.md"]
    assert "> Proving: the rest in which the dough rises.\n>\n> — *bread.txt:8*" in text
    assert "> Расстойка — отдых теста, во время которого оно поднимается.\n>\n> — *khleb.txt:2*" in text
    assert "- follows: [[Mixing]] (bread.txt:7)" in text
    assert "> — *bread.txt:3-5*" in text  # where its place among the parts stands


def test_members_stand_in_the_order_of_the_source() -> None:
    text = notes(small())["Concepts/Baking method.md"]
    assert re.findall(r"has part: \[\[(.+?)\]\]", text) == ["Mixing", "Proving", "Baking"]


def test_a_vault_in_russian_has_russian_names() -> None:
    found = notes(small(), lang="ru", concept="proving")
    assert set(found) == {f"Concepts/{n}.md" for n in ("Расстойка", "Замес", "Выпечка", "Метод выпечки")} | {"Index.md"}
    assert "- часть от: [[Метод выпечки]] (bread.txt:3-5)" in found["Concepts/Расстойка.md"]


def test_markup_in_notes_is_text() -> None:
    for text in notes(nasty()).values():
        body = text.split("---\n", 2)[-1]
        assert "<script" not in body
        assert "<img" not in body
        assert "%%" not in re.sub(r"\\%", "", body)


def test_the_archive_has_no_dates_and_no_rights_of_its_own() -> None:
    with zipfile.ZipFile(BytesIO(export("obsidian", graph=small(), ontology=ONTOLOGY))) as vault:
        assert {i.date_time for i in vault.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {i.external_attr >> 16 for i in vault.infolist()} == {0o644}
