"""The study routes: shapes, reviews, undo, and that no other site can send them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apikit
import pytest
from fastapi.testclient import TestClient
from graphs import small
from studykit import Watch, forgetting

from api import study_schemas as schemas
from api.app import create_app
from kg.base import KnowledgeBase
from kg.study.card import TONGUES


@pytest.fixture
def client(bread: KnowledgeBase, watch: Watch) -> Iterator[TestClient]:
    with (
        forgetting(bread),
        TestClient(create_app(bread, clock=watch), raise_server_exceptions=False, follow_redirects=False) as client,
    ):
        yield client


def of(client: TestClient, type: str, concept: str, **more: Any) -> dict[str, Any]:
    found = client.get("/api/cards", params={"concept": concept, **more}).json()["cards"]
    return next(c for c in found if c["type"] == type and c["concept"]["id"] == concept)


@pytest.mark.parametrize("tongue", [None, "", *TONGUES])
def test_shapes(client: TestClient, tongue: str | None) -> None:
    asked = {} if tongue is None else {"cards": tongue}
    schemas.Overview.model_validate(client.get("/api/study", params=asked).json())
    for quiz in ("", "0", "1"):
        shown = client.get("/api/study/next", params={**asked, "quiz": quiz}).json()
        schemas.Next.model_validate(shown)
        assert ("options" in shown["card"]) is (quiz == "1")
    schemas.Cards.model_validate(client.get("/api/cards", params=asked).json())


def test_every_quote_stands_at_its_place(client: TestClient) -> None:
    texts = {d.name: d.raw for d in small().documents}
    cards = client.get("/api/cards", params={"limit": 100}).json()
    assert cards["total"] == len(cards["cards"]) > 10
    for card in cards["cards"]:
        assert card["evidence"]
        for e in card["evidence"]:
            assert texts[e["document"]][e["start"] : e["end"]] == e["quote"]
            assert e["verified"] is True


def test_cards_of_a_concept_are_those_about_it_first(client: TestClient) -> None:
    found = client.get("/api/cards", params={"concept": "old-proofing"}).json()["cards"]
    about = [c["concept"]["id"] == "proving" for c in found]
    assert about == sorted(about, reverse=True)
    assert not all(about), "it is also an answer"
    assert any(about)
    page = client.get("/api/cards", params={"concept": "proving", "limit": 1, "offset": 1}).json()
    assert page["cards"] == found[1:2]


def test_concepts_are_named_in_the_language_of_the_terms(client: TestClient) -> None:
    assert of(client, "definition", "proving", cards="en-ru")["concept"]["label"] == "Расстойка"
    assert of(client, "definition", "proving", cards="ru-en")["concept"]["label"] == "Proving"


def test_a_card_whose_line_is_gone_is_not_sent(tmp_path: Path, kept_cache: Path) -> None:
    kb = apikit.knowledge_base(apikit.bread_with_a_line_gone(), tmp_path / "home", kept_cache)
    with TestClient(create_app(kb)) as client:
        types = [c["type"] for c in client.get("/api/cards", params={"limit": 100}).json()["cards"]]
    assert "definition" in types
    assert "compare" not in types


def test_a_review_and_coming_back_tomorrow(client: TestClient, watch: Watch) -> None:
    card = client.get("/api/study/next").json()["card"]
    assert card["after"] == 0
    done = client.post(f"/api/study/{card['id']}/review", json={"rating": 4, "after": 0})
    schemas.Reviewed.model_validate(done.json())
    assert done.json()["was"] == "new"
    assert client.get("/api/study").json()["counts"]["young"] == 1
    watch.move(days=1)
    assert client.get("/api/study").json()["due"] == 0
    watch.move(days=30)
    shown = client.get("/api/study/next").json()
    assert shown["card"]["id"] == card["id"]
    assert shown["left"]["due"] == 1
    again = client.post(f"/api/study/{card['id']}/review", json={"rating": 1, "after": shown["card"]["after"]}).json()
    assert (again["was"], again["state"]) == ("review", "relearning")
    assert client.post("/api/study/undo").json()["rating"] == 1
    assert client.get("/api/study/next").json()["card"]["id"] == card["id"]


def test_a_typed_review(client: TestClient) -> None:
    card = of(client, "members", "baking-method")
    done = client.post(f"/api/study/{card['id']}/review", json={"typed": "выпечка, mixing"}).json()
    assert done["checked"] == {
        "result": "almost", "rating": 2, "found": ["Mixing", "Baking"], "missing": ["Proving"], "extra": [],
        "in_order": True,
    }  # fmt: skip
    assert done["rating"] == 2


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/study/none/review", {"rating": 3}, 404),
        ("/api/study/{card}/review", {}, 422),
        ("/api/study/{card}/review", {"rating": 0}, 422),
        ("/api/study/{card}/review", {"rating": 5}, 422),
        ("/api/study/{card}/review", {"rating": "good"}, 422),
        ("/api/study/{card}/review", {"rating": 3, "cards": "de"}, 422),
        ("/api/study/{card}/review", {"typed": "x" * 4001}, 422),
        ("/api/study/{card}/review", {"rating": 3, "after": 7}, 422),
        ("/api/study/undo", None, 404),
    ],
)
def test_what_cannot_be_taken(client: TestClient, path: str, body: object, status: int) -> None:
    card = of(client, "members", "baking-method")["id"]
    answer = client.post(path.replace("{card}", card), json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/study").json()["done"] == 0


@pytest.mark.parametrize("url", ["/api/study?cards=de", "/api/study/next?cards=x", "/api/cards?cards=xx"])
def test_an_unknown_language_of_cards(client: TestClient, url: str) -> None:
    assert client.get(url).status_code == 422


def test_an_unknown_concept_has_no_cards(client: TestClient) -> None:
    assert client.get("/api/cards?concept=none").status_code == 404


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},  # another port of this machine
    {"origin": "https://elsewhere.example"},
    {"origin": "null"},
    {"origin": "http://testserver:81"},
    {"origin": "https://testserver.elsewhere.example", "sec-fetch-site": "same-origin"},
]
WRITING = ["/api/study/{card}/review", "/api/study/undo", "/study/{card}", "/study/undo"]


@pytest.mark.parametrize("path", WRITING)
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_other_site_can_write(client: TestClient, path: str, headers: dict[str, str]) -> None:
    card = of(client, "members", "baking-method")["id"]
    client.post(f"/api/study/{card}/review", json={"rating": 3})
    before = client.get("/api/study").json()
    address = path.replace("{card}", card)
    sent: dict[str, Any] = {"json": {"rating": 3}} if path.startswith("/api") else {"data": {"rating": "3"}}
    answer = client.post(address, headers=headers, **sent)
    assert answer.status_code == 403
    plain = {**headers, "content-type": "text/plain"}  # what a form elsewhere may send without being asked
    assert client.post(address, headers=plain, content='{"rating": 3}').status_code == 403
    assert client.get("/api/study").json() == before
    for method in ("GET", "HEAD"):
        client.request(method, address)
    assert client.get("/api/study").json() == before


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin", "origin": "http://testserver"}], ids=str)
def test_the_page_itself_and_programs_can(client: TestClient, headers: dict[str, str]) -> None:
    card = of(client, "members", "baking-method")["id"]
    assert client.post(f"/api/study/{card}/review", json={"rating": 3}, headers=headers).status_code == 200
    assert client.post("/api/study/undo", headers=headers).status_code == 200


def test_every_route_that_writes_is_guarded(bread: KnowledgeBase) -> None:
    spec = create_app(bread).openapi()["paths"]
    posts = {p for p, methods in spec.items() if "post" in methods and "study" in p}
    assert posts == {p for p in WRITING if p.startswith("/api")}


def test_a_damaged_history_is_told_without_the_place_of_the_file(client: TestClient, bread: KnowledgeBase) -> None:
    folder = bread.settings.home / "people"
    folder.mkdir(exist_ok=True)
    (folder / "study.sqlite").write_bytes(b"nonsense" * 500)
    for answer in (client.get("/api/study"), client.get("/api/study/next"), client.post("/api/study/undo")):
        assert answer.status_code == 503
        assert "study history" in answer.json()["detail"]
        assert str(bread.settings.home) not in answer.text
    page = client.get("/study", headers={"accept": "text/html"})
    assert page.status_code == 503
    assert "study history" in page.text
    assert client.get("/", headers={"accept": "text/html"}).status_code == 200, "the other pages go on"
