"""Every route answers in the shape of the contract, and nothing unverified leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apikit
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api import schemas
from api.app import create_app
from kg.base import KnowledgeBase, Live
from kg.export import FORMATS


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Iterator[TestClient]:
    kb = apikit.knowledge_base(apikit.bread(), tmp_path_factory.mktemp("bread") / "home", kept_cache)
    with TestClient(create_app(kb), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Iterator[TestClient]:
    kb = apikit.knowledge_base(apikit.hostile(), tmp_path_factory.mktemp("hostile") / "home", kept_cache)
    with TestClient(create_app(kb), follow_redirects=False) as client:
        yield client


SHAPES = [
    ("/api/search?q=dough", schemas.SearchReply),
    ("/api/search?q=dough&explain=1&limit=2&offset=1", schemas.SearchReply),
    ("/api/search?q=тесто&kind=&lang=&document=&explain=0", schemas.SearchReply),
    ("/api/suggest?q=pro", schemas.SuggestReply),
    ("/api/suggest?q=", schemas.SuggestReply),
    ("/api/ask?q=What is proving?", schemas.Answer),
    ("/api/ask?q=Что такое закваска?&lang=ru", schemas.Answer),
    ("/api/ask?q=How do volcanoes erupt?", schemas.Answer),
    ("/api/concepts", schemas.ConceptsReply),
    ("/api/concepts?kind=step&document=&limit=&cursor=", schemas.ConceptsReply),
    ("/api/concepts/proving", schemas.Concept),
    ("/api/concepts/old-proofing", schemas.Concept),
    ("/api/concepts/sourdough/map", schemas.MapReply),
    ("/api/concepts/sourdough/map?depth=3&format=json", schemas.MapReply),
    ("/api/path?from=opara&to=dough", schemas.PathReply),
    ("/api/path?from=opara&to=opara", schemas.PathReply),
    ("/api/documents", schemas.DocumentsReply),
    ("/api/documents/bread.txt", schemas.Document),
    ("/healthz", schemas.Health),
    ("/readyz", schemas.Ready),
]


@pytest.mark.parametrize(("url", "shape"), SHAPES, ids=[url for url, _ in SHAPES])
def test_shape(client: TestClient, url: str, shape: type[schemas.Shape]) -> None:
    reply = client.get(url)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    shape.model_validate_json(reply.content)


def _evidence(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "quote" in value:
            yield value
        for child in value.values():
            yield from _evidence(child)
    elif isinstance(value, list):
        for child in value:
            yield from _evidence(child)


@pytest.mark.parametrize("url", [url for url, _ in SHAPES if url.startswith("/api/")])
def test_every_quote_stands_at_its_place(client: TestClient, url: str) -> None:
    for row in _evidence(client.get(url).json()):
        text = client.get(f"/api/documents/{quote(row['document'], safe='')}/text").content.decode("utf-8")
        assert text[row["start"] : row["end"]] == row["quote"] != ""
        assert text[: row["start"]].count("\n") + 1 == row["lines"][0]
        assert text[: row["end"]].count("\n") + 1 == row["lines"][1]
        assert row["verified"] is True


def test_a_fact_whose_line_is_gone_is_not_sent(tmp_path: Path, kept_cache: Path) -> None:
    kb = apikit.knowledge_base(apikit.bread_with_a_line_gone(), tmp_path / "home", kept_cache)
    client = TestClient(create_app(kb))
    found = client.get("/api/concepts/sourdough").json()["relations"]
    assert {r["concept"]["id"] for r in found} == {"dough", "rye-loaf", "opara"}  # without yeast-dough
    assert "yeast-dough" not in {e["target"] for e in client.get("/api/concepts/sourdough/map").json()["edges"]}
    assert "contrasts" not in client.get("/concept/sourdough", headers={"accept": "text/html"}).text
    quotes = [e["quote"] for e in _evidence(client.get("/api/search?q=sourdough").json())]
    assert quotes
    assert not any("differs" in q for q in quotes)


def test_relations_stand_in_both_directions_with_their_position(client: TestClient) -> None:
    rows = client.get("/api/concepts/proving").json()["relations"]
    found = {(r["predicate"], r["direction"], r["concept"]["id"], r["position"]) for r in rows}
    assert found == {
        ("part-of", "out", "baking-method", 2),
        ("precedes", "out", "baking", None),
        ("precedes", "in", "mixing", None),
    }
    whole = client.get("/api/concepts/baking-method").json()["relations"]
    members = [(r["position"], r["concept"]["label"]) for r in whole if r["direction"] == "in"]
    assert sorted(members) == [(1, "Mixing"), (2, "Proving"), (3, "Baking")]


def test_definitions_and_values_carry_language_and_evidence(client: TestClient) -> None:
    definitions = client.get("/api/concepts/proving").json()["definitions"]
    assert [(d["lang"], d["evidence"][0]["document"]) for d in definitions] == [
        ("en", "bread.txt"),
        ("ru", "khleb.txt"),
    ]
    values = client.get("/api/concepts/yeast-dough").json()["values"]
    assert [(v["predicate"], v["text"]) for v in values] == [("note", "rises in an hour")]


def test_labels_in_the_language_of_the_reader(client: TestClient) -> None:
    concept = client.get("/api/concepts/proving?lang=ru").json()
    assert concept["label"] == "Расстойка"
    assert {r["concept"]["label"] for r in concept["relations"]} == {"Метод выпечки", "Замес", "Выпечка"}
    assert client.get("/api/concepts/bread-baking?lang=ru").json()["label"] == "Bread baking"  # has no Russian name
    assert "Замес" in {n["label"] for n in client.get("/api/concepts/baking-method/map?lang=ru").json()["nodes"]}
    assert client.get("/api/path?from=mixing&to=baking&lang=ru").json()["from"]["label"] == "Замес"


def test_an_old_id_leads_to_the_concept(client: TestClient) -> None:
    assert client.get("/api/concepts/old-proofing").json()["id"] == "proving"
    moved = client.get("/concept/old-proofing", headers={"accept": "text/html"})
    assert (moved.status_code, moved.headers["location"]) == (308, "/concept/proving")


def test_listing_page_by_page_gives_each_concept_once(client: TestClient) -> None:
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page = client.get("/api/concepts", params={"limit": 4, "cursor": cursor}).json()
        seen += [c["id"] for c in page["concepts"]]
        cursor, pages = page["next"], pages + 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == page["total"] == 11


def test_filters(client: TestClient) -> None:
    assert {h["kind"] for h in client.get("/api/search?q=baking&kind=step").json()["hits"]} == {"step"}
    hits = client.get("/api/search?q=опара&document=khleb.txt").json()["hits"]
    assert hits
    assert {c["kind"] for c in client.get("/api/concepts?kind=person").json()["concepts"]} == {"person"}
    assert client.get("/api/concepts?document=khleb.txt").json()["total"] == 3


def test_limit_and_offset_cut_one_ranking(client: TestClient) -> None:
    whole = [h["id"] for h in client.get("/api/search?q=dough&limit=6").json()["hits"]]
    assert [h["id"] for h in client.get("/api/search?q=dough&limit=2&offset=2").json()["hits"]] == whole[2:4]


def test_asking_by_post_is_asking_by_get(client: TestClient) -> None:
    posted = client.post("/api/ask", json={"q": "What is proving?"})
    assert posted.status_code == 200
    assert posted.json() == client.get("/api/ask", params={"q": "What is proving?"}).json()
    assert client.post("/api/ask", json={"q": "What is proving?", "lang": ""}).json() == posted.json()


def test_control_characters_and_overrides_are_not_asked(client: TestClient) -> None:
    assert client.get("/api/search", params={"q": "\x00dough\x1b\u202e\r\n rye"}).json()["query"] == "dough rye"


def test_the_text_is_the_stored_text_byte_by_byte(hostile: TestClient) -> None:
    reply = hostile.get(f"/api/documents/{quote(apikit.NAME, safe='')}/text")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.content == apikit.RAW.encode("utf-8")
    assert b"\r\n" in reply.content
    assert "\u2028" in reply.content.decode("utf-8")


def test_documents_are_counted(client: TestClient) -> None:
    rows = {d["name"]: d for d in client.get("/api/documents").json()["documents"]}
    assert (rows["bread.txt"]["lines"], rows["bread.txt"]["lang"]) == (13, "en")
    assert rows["khleb.txt"]["facts"] == 3
    assert client.get("/api/documents/khleb.txt").json() == rows["khleb.txt"]


@pytest.mark.parametrize("name", ["turtle", "ntriples", "nquads", "jsonld", "rdfxml", "graphml", "opml", "csv", "anki"])
def test_export(client: TestClient, name: str) -> None:
    whole, part = client.get(f"/api/export/{name}"), client.get(f"/api/concepts/opara/map?format={name}")
    for reply, file in ((whole, "studygraph"), (part, "opara")):
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"].startswith(FORMATS[name].media_type)
        assert f'filename="{file}{FORMATS[name].suffix}"' in reply.headers["content-disposition"]
        assert reply.content
    assert part.content != whole.content


def test_a_file_name_is_kept_in_its_own_letters(hostile: TestClient) -> None:
    reply = hostile.get(f"/api/concepts/{quote('длинное')}/map?format=opml")
    assert f"filename*=UTF-8''{quote('длинное')}.opml" in reply.headers["content-disposition"]
    odd = hostile.get(f"/api/concepts/{quote(ODD, safe='')}/map?format=opml").headers["content-disposition"]
    assert odd.count('"') == 2
    assert "/" not in odd


ODD = "x/../y?a=1#b&<\">'"


def test_any_id_and_name_can_be_addressed(hostile: TestClient) -> None:
    assert hostile.get(f"/api/concepts/{quote(ODD, safe='')}").json()["id"] == ODD
    assert hostile.get(f"/api/concepts/{quote(ODD, safe='')}/map").json()["centre"] == ODD
    assert hostile.get(f"/api/documents/{quote(apikit.NAME, safe='')}").json()["name"] == apikit.NAME


@pytest.mark.parametrize(
    ("accept", "to"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/concept/proving"),
        ("*/*", "/concept/proving"),
        ("text/turtle", "/api/concepts/proving/map?format=turtle"),
        ("application/ld+json, text/html;q=0.5", "/api/concepts/proving/map?format=jsonld"),
        ("application/rdf+xml", "/api/concepts/proving/map?format=rdfxml"),
        ("application/n-triples", "/api/concepts/proving/map?format=ntriples"),
        ("application/json", "/api/concepts/proving"),
    ],
)
def test_linked_data(client: TestClient, accept: str, to: str) -> None:
    reply = client.get("/id/proving", headers={"accept": accept})
    assert (reply.status_code, reply.headers["location"], reply.headers["vary"]) == (303, to, "Accept")
    assert client.get(to).status_code == 200


def test_linked_data_of_a_merged_concept(client: TestClient) -> None:
    assert client.get("/id/old-proofing", headers={"accept": "text/html"}).headers["location"] == "/concept/proving"


def test_head_is_get_without_a_body(client: TestClient) -> None:
    for url in ("/", "/api/documents", "/api/documents/bread.txt/text", "/healthz", "/static/desk.css"):
        got, head = client.get(url), client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(got.content))


class _Turning(Live):
    """A `Live` whose present build the test decides."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.now = kb

    @property
    def kb(self) -> KnowledgeBase:
        return self.now


def test_a_new_build_is_served_whole(tmp_path: Path, kept_cache: Path) -> None:
    live = _Turning(apikit.knowledge_base(apikit.bread(), tmp_path / "a", kept_cache))
    client = TestClient(create_app(live))
    assert client.get("/api/documents").json()["total"] == client.get("/readyz").json()["documents"] == 2
    live.now = apikit.knowledge_base(apikit.hostile(), tmp_path / "b", kept_cache)
    assert client.get("/api/documents").json()["total"] == client.get("/readyz").json()["documents"] == 1
    assert client.get("/api/documents/bread.txt").status_code == 404


def test_opensearch_names_this_service(client: TestClient) -> None:
    reply = client.get("/opensearch.xml", headers={"host": "notes.example:81"})
    assert reply.headers["content-type"].startswith("application/opensearchdescription+xml")
    assert 'template="http://notes.example:81/?q={searchTerms}"' in reply.text


def test_the_description_has_every_route_of_the_contract(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {p.replace(":path", "") for p in paths} >= {
        "/api/search", "/api/suggest", "/api/ask", "/api/concepts", "/api/concepts/{id}", "/api/concepts/{id}/map",
        "/api/path", "/api/export/{format}", "/api/documents", "/api/documents/{name}", "/api/documents/{name}/text",
        "/id/{id}", "/healthz", "/readyz",
    }  # fmt: skip
    assert set(paths["/api/ask"]) == {"get", "post"}


@given(q=st.text(max_size=60), limit=st.integers(1, 100), offset=st.integers(0, 50))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_searching(client: TestClient, q: str, limit: int, offset: int) -> None:
    params: dict[str, str | int] = {"q": q.encode("utf-8", "replace").decode(), "limit": limit, "offset": offset}
    assert client.get("/api/search", params=params).status_code in {200, 422}
    assert client.get("/api/suggest", params={"q": params["q"]}).status_code == 200
