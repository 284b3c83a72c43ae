"""One contract for every engine behind the GraphStore port, with values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.ports import GraphStore
from kg.stores.memory import MemoryStore
from kg.stores.oxigraph import OxigraphStore

G, H = "http://example.org/g", "http://example.org/h"
QUADS = [
    f'<http://example.org/a> <http://example.org/label> "\\"q\\" \\\\ \\u0000\\u000B\\n«тесто»"@ru <{G}> .',
    f'<http://example.org/a> <http://example.org/label> "dough"@en <{G}> .',
    f'<http://example.org/a> <http://example.org/place> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <{H}> .',
    f'<http://example.org/b> <http://example.org/label> "cafe\u0301" <{H}> .',
    f"<http://example.org/b> <http://example.org/part> <http://example.org/a> <{H}> .",
]
NQUADS = "".join(f"{q}\n" for q in QUADS).encode()

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib's own calls

Make = Callable[[Path], GraphStore]


@pytest.fixture(
    params=[pytest.param(OxigraphStore.create, id="oxigraph"), pytest.param(lambda _: MemoryStore(), id="memory")]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    make: Make = request.param
    made = make(tmp_path / "store")
    yield made
    made.close()


def labels(store: GraphStore) -> list[tuple[str | None, ...]]:
    return store.select("SELECT ?l (LANG(?l) AS ?lang) { GRAPH ?g { ?s <http://example.org/label> ?l } } ORDER BY ?l")


def test_what_is_loaded_is_dumped_sorted_and_the_same(store: GraphStore) -> None:
    assert store.dump() == b""
    store.load("\n".join(reversed(QUADS)).encode())
    assert store.dump() == NQUADS


def test_loading_adds_and_a_quad_is_held_once(store: GraphStore) -> None:
    store.load(NQUADS.splitlines(keepends=True)[1])
    assert labels(store) == [("dough", "en")]
    store.load(NQUADS)
    store.load(NQUADS)
    assert store.dump() == NQUADS


def test_rows_hold_the_exact_texts(store: GraphStore) -> None:
    store.load(NQUADS)
    assert set(labels(store)) == {('"q" \\ \x00\x0b\n«тесто»', "ru"), ("dough", "en"), ("cafe\u0301", "")}


def test_rows_are_as_the_query_orders_them_and_none_where_unbound(store: GraphStore) -> None:
    store.load(NQUADS)
    rows = store.select(
        f"PREFIX e: <http://example.org/> SELECT ?s ?place ?whole {{ GRAPH <{H}> {{ ?s ?p ?o "
        "OPTIONAL { ?s e:place ?place } OPTIONAL { ?s e:part ?whole } } } ORDER BY ?s"
    )
    assert rows == [
        ("http://example.org/a", "3", None),
        ("http://example.org/b", None, "http://example.org/a"),
        ("http://example.org/b", None, "http://example.org/a"),
    ]
    assert store.select("SELECT (isIRI(?o) AS ?iri) { GRAPH ?g { ?s <http://example.org/part> ?o } }") == [("true",)]


def test_the_default_graph_is_not_the_union(store: GraphStore) -> None:
    store.load(NQUADS)
    assert store.select("SELECT ?s { ?s ?p ?o }") == []
    assert store.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{G}> {{ ?s ?p ?o }} }}") == [("2",)]


@pytest.mark.parametrize(
    "broken",
    [
        b"<http://example.org/a> .",
        b'<a> <b> "c" <d> .\n',
        NQUADS + b"nonsense",
        b'<http://e/a> <http://e/b> "\xff" .\n',
    ],
    ids=["short", "relative", "after good ones", "no utf-8"],
)
def test_broken_quads_are_refused_and_nothing_is_kept(store: GraphStore, broken: bytes) -> None:
    with pytest.raises(StoreError) as caught:
        store.load(broken)
    assert "\n" not in str(caught.value)
    assert store.dump() == b""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT",
        "SELECT ?s { ?s nope:p ?o }",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "",
        "CLEAR ALL",
    ],
)
def test_other_queries_are_refused_in_one_line(store: GraphStore, query: str) -> None:
    store.load(NQUADS)
    with pytest.raises(StoreError) as caught:
        store.select(query)
    assert "\n" not in str(caught.value)
    assert store.dump() == NQUADS


def test_a_query_reads_no_file(store: GraphStore, tmp_path: Path) -> None:
    outside = tmp_path / "secret.nt"
    outside.write_text('<http://example.org/x> <http://example.org/y> "secret" .\n')
    for clause in (f"FROM <{outside.as_uri()}>", f"FROM NAMED <{outside.as_uri()}>"):
        try:
            assert store.select(f"SELECT ?o {clause} {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}") == []
        except StoreError as e:
            assert "FROM" in str(e)  # noqa: PT017 - either answer is right, a row is not


def test_a_closed_store_says_so(store: GraphStore) -> None:
    store.close()
    store.close()
    for call in (lambda: store.select("SELECT ?s { ?s ?p ?o }"), lambda: store.load(NQUADS), store.dump):
        with pytest.raises(StoreError, match="closed"):
            call()


def test_memory_refuses_service() -> None:
    with pytest.raises(StoreError, match="SERVICE"):
        MemoryStore().select("SELECT ?s { { ?s ?p ?o } UNION { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }")


# ---------------------------------------------------------------- on disk


def test_what_was_written_is_there_again_and_reading_changes_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    writer = OxigraphStore.create(folder)
    writer.load(NQUADS)
    writer.close()
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    readers = [OxigraphStore.open(folder), OxigraphStore.open(folder)]
    assert [r.dump() for r in readers] == [NQUADS, NQUADS]
    with pytest.raises(StoreError, match="read-write"):
        readers[0].load(NQUADS)
    for r in readers:
        r.close()
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before


def test_a_second_writer_and_a_missing_or_damaged_store_are_told(tmp_path: Path) -> None:
    first = OxigraphStore.create(tmp_path / "store")
    with pytest.raises(StoreError, match="failed"):
        OxigraphStore.create(tmp_path / "store")
    first.close()
    with pytest.raises(StoreError, match="no triple store"):
        OxigraphStore.open(tmp_path / "nothing")
    (tmp_path / "store" / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreError, match=r"store: the triple store failed"):
        OxigraphStore.open(tmp_path / "store")
