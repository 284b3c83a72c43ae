"""CSV: read back as a spreadsheet would, and no cell that it would run."""

import csv
import io

from graphs import nasty, ontology, small
from hypothesis import example, given
from hypothesis import strategies as st

from kg.export import export
from kg.export.table import cell
from kg.model import Graph

ONTOLOGY = ontology()
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(graph: Graph, **around: object) -> list[dict[str, str]]:
    data = export("csv", graph=graph, ontology=ONTOLOGY, **around)  # type: ignore[arg-type]
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_there_is_a_row_for_every_concept_and_every_fact() -> None:
    found = rows(small())
    concepts = [r for r in found if r["record"] == "concept"]
    assert len(concepts) == len(small().concepts)
    assert len(found) - len(concepts) == len(small().facts)
    (sourdough,) = [r for r in concepts if r["id"] == "sourdough"]
    assert (sourdough["label_en"], sourdough["label_ru"]) == ("Sourdough", "Закваска")
    assert sourdough["alt_labels"] == "levain"
    assert sourdough["document"] == "bread.txt; khleb.txt"


def test_a_statement_tells_where_it_stands() -> None:
    (row,) = [r for r in rows(small()) if r["id"] == "proving" and r["predicate"] == "part-of"]
    assert (row["object"], row["object_label"], row["position"]) == ("baking-method", "Baking method", "2")
    assert (row["document"], row["first_line"], row["last_line"], row["rule"]) == ("bread.txt", "3", "5", "n-things")
    assert small().documents[0].raw[int(row["start"]) : int(row["end"])] == row["quote"]
    (said,) = [r for r in rows(small()) if r["id"] == "proving" and r["lang"] == "ru"]
    assert said["value"] == "отдых теста, во время которого оно поднимается"


def test_no_cell_runs() -> None:
    found = rows(nasty())
    assert [v for r in found for v in r.values() if v.startswith(STARTS)] == []
    assert "'=HYPERLINK(\"http://example.org\")" in {r["label"] for r in found}
    assert "'@SUM(1)" in {r["label"] for r in found}
    assert {r["document"] for r in found if r["record"] == "statement"} == {"'" + nasty().documents[0].name}


@given(st.text())
@example("=1+1")
@example(" =1+1")
@example("\t=1")
@example("-1")
@example("\u00a0@SUM(1)")
def test_a_cell_gets_an_apostrophe_only_where_it_needs_one(text: str) -> None:
    safe = cell(text)
    assert safe in (text, "'" + text)
    assert not safe.strip().startswith(STARTS)
    assert (safe != text) == (text.lstrip().startswith(STARTS) or text.startswith(("\t", "\r", "\n")))


def test_around_a_concept_only_its_neighbourhood_is_told() -> None:
    found = rows(small(), concept="opara")
    assert {r["id"] for r in found} == {"opara", "sourdough"}
    assert all(r["object"] in ("", "opara", "sourdough") for r in found)
