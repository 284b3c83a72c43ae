"""One shape for every error, whoever finds it: problem details (RFC 9457), or a page of the same words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apikit
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.http import MAX_BODY
from api.problems import TITLES
from kg.base import KnowledgeBase
from kg.errors import StoreError


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    return apikit.knowledge_base(apikit.bread(), tmp_path_factory.mktemp("bread") / "home", kept_cache)


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase) -> Iterator[TestClient]:
    with TestClient(create_app(kb), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


LONG = "w" * 1001
ERRORS = [
    ("GET", "/no/such/route", 404, "not-found"),
    ("GET", "/api/no-such-route", 404, "not-found"),
    ("GET", "/static/none.js", 404, "not-found"),
    ("GET", "/static/../app.py", 404, "not-found"),
    ("DELETE", "/api/search", 405, "method-not-allowed"),
    ("PUT", "/healthz", 405, "method-not-allowed"),
    ("GET", "/api/search", 422, "invalid-request"),
    ("GET", "/api/search?q=", 422, "invalid-question"),
    ("GET", "/api/search?q=%20%00%0A", 422, "invalid-question"),
    ("GET", f"/api/search?q={LONG}", 422, "invalid-question"),
    ("GET", "/api/ask", 422, "invalid-request"),
    ("GET", "/api/ask?q=", 422, "invalid-question"),
    ("GET", f"/api/ask?q={LONG}", 422, "invalid-question"),
    ("GET", f"/api/suggest?q={LONG}", 422, "invalid-question"),
    ("GET", "/api/search?q=dough&limit=0", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&limit=101", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&limit=many", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&offset=-1", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&offset=99999999999999999999999", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&explain=perhaps", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&kind=no-kind", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&lang=xx", 422, "invalid-request"),
    ("GET", "/api/search?q=dough&document=none.txt", 404, "not-found"),
    ("GET", "/api/ask?q=dough&lang=xx", 422, "invalid-request"),
    ("GET", "/api/concepts?limit=1000", 422, "invalid-request"),
    ("GET", "/api/concepts?cursor=nowhere", 422, "invalid-question"),
    ("GET", "/api/concepts?kind=no-kind", 422, "invalid-request"),
    ("GET", "/api/concepts/none", 404, "not-found"),
    ("GET", "/api/concepts/%00%ff", 404, "not-found"),
    ("GET", "/api/concepts/proving?lang=xx", 422, "invalid-request"),
    ("GET", "/api/concepts/none/map", 404, "not-found"),
    ("GET", "/api/concepts/proving/map?depth=4", 422, "invalid-request"),
    ("GET", "/api/concepts/proving/map?depth=0", 422, "invalid-request"),
    ("GET", "/api/concepts/proving/map?format=word", 422, "invalid-request"),
    ("GET", "/api/export/word", 422, "invalid-request"),
    ("GET", "/api/path?from=proving", 422, "invalid-request"),
    ("GET", "/api/path?from=proving&to=none", 404, "not-found"),
    ("GET", "/api/path?from=proving&to=bread-baking", 404, "not-found"),
    ("GET", "/api/documents/none.txt", 404, "not-found"),
    ("GET", "/api/documents/none.txt/text", 404, "not-found"),
    ("GET", "/id/none", 404, "not-found"),
    ("GET", "/concept/none", 404, "not-found"),
    ("GET", "/map?concept=proving&depth=9", 422, "invalid-request"),
    ("GET", "/source/none.txt", 404, "not-found"),
    ("GET", "/source/bread.txt?lines=99-99", 404, "not-found"),
    ("GET", f"/?q={LONG}", 422, "invalid-question"),
    ("GET", "/?q=dough&kind=no-kind", 422, "invalid-request"),
    ("GET", "/concepts?kind=no-kind", 422, "invalid-request"),
]


@pytest.mark.parametrize(("method", "url", "status", "name"), ERRORS, ids=[f"{m} {u[:60]}" for m, u, *_ in ERRORS])
def test_problem(client: TestClient, method: str, url: str, status: int, name: str) -> None:
    reply = client.request(method, url, headers={"accept": "application/json"})
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["type"] == f"/docs#problem-{name}"
    assert problem["title"] == TITLES[name][1]
    assert problem["status"] == status
    assert problem["detail"]
    assert "\n" not in problem["detail"]
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("accept", [None, "*/*", "application/problem+json", "text/html"])
def test_the_api_never_answers_in_html(client: TestClient, accept: str | None) -> None:
    headers = {} if accept is None else {"accept": accept}
    assert client.get("/api/concepts/none", headers=headers).headers["content-type"] == "application/problem+json"


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ["/no/such/page", "/concept/none", "/source/none.txt", "/source/bread.txt?lines=99-99", f"/?q={LONG}"]


@pytest.mark.parametrize("url", PAGES, ids=lambda u: u[:40])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_reader_gets_a_page_of_the_same_words(client: TestClient, url: str, lang: str) -> None:
    data = client.get(url, headers={"accept": "application/json"}).json()
    page = client.get(url, headers=BROWSER | {"accept-language": lang})
    assert page.status_code == data["status"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert data["title"] in page.text
    assert f'<html lang="{lang}">' in page.text
    assert ("Вернуться к вопросам" in page.text) == (lang == "ru")


def test_details_say_what_is_wrong(client: TestClient) -> None:
    def detail(url: str) -> str:
        return str(client.get(url).json()["detail"])

    assert "empty" in detail("/api/ask?q=")
    assert "1001" in detail(f"/api/ask?q={LONG}")
    assert "1000" in detail(f"/api/ask?q={LONG}")
    assert detail("/api/search?q=x&limit=0").startswith("limit: ")
    assert "turtle" in detail("/api/export/word")
    assert "step" in detail("/api/search?q=x&kind=no-kind")
    assert "en, ru" in detail("/api/search?q=x&lang=xx")


def test_allowed_methods_are_named(client: TestClient) -> None:
    assert "GET" in client.post("/api/search").headers["allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'"q"',
        b"[]",
        b"{}",
        b'{"q": 5}',
        b'{"q": ""}',
        b'{"q": "\\ud800"}',
        b'{"q": null}',
        b"\xff\xfe",
        b"[" * 9000,
    ],
)
def test_bodies_that_are_no_question(client: TestClient, body: bytes) -> None:
    reply = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert reply.status_code in {400, 422}, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["detail"]


def test_large_bodies_are_refused_unread(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * (MAX_BODY // 10)

    for content in (b"x" * (MAX_BODY + 1), endless()):
        reply = client.post("/api/ask", content=content)
        assert reply.status_code == 413
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["type"] == "/docs#problem-too-large"
        assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (RuntimeError("/data/anna/secret"), 500, "internal"),
        (StoreError("/data/anna/secret: no lock"), 503, "unavailable"),
    ],
)
def test_what_nobody_foresaw_tells_nothing(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, name: str, accept: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(kb, "search", broken)
    monkeypatch.setattr(kb, "concept", broken)
    client = TestClient(create_app(kb), raise_server_exceptions=False)
    for url in ("/api/search?q=dough", "/concept/proving"):
        reply = client.get(url, headers={"accept": accept})
        assert reply.status_code == status
        assert "anna" not in reply.text
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" in reply.headers
        if url.startswith("/api"):
            assert reply.json()["type"] == f"/docs#problem-{name}"


def test_not_acceptable(client: TestClient) -> None:
    reply = client.get("/id/proving", headers={"accept": "audio/ogg"})
    assert reply.status_code == 406
    assert "text/turtle" in reply.json()["detail"]


def test_every_problem_is_explained_at_its_address(client: TestClient) -> None:
    page = client.get("/docs", headers=BROWSER).text
    for name in TITLES:
        assert f'id="problem-{name}"' in page
