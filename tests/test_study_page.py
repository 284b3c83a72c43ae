"""The study page: plain forms that work without JavaScript, safe with any text, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import apikit
import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from graphs import nasty
from httpx import Response
from studykit import Watch, forgetting

from api.app import create_app
from api.page.render import FOLDER
from api.studying import waiting
from kg.base import KnowledgeBase

BROWSER = {"accept": "text/html"}


class Forms(HTMLParser):
    """Forms with their fields and buttons, links, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str | None], list[dict[str, str | None]]]] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "form":
            self.forms.append((found, []))
        elif tag in {"input", "button", "textarea"} and self.forms:
            self.forms[-1][1].append({"tag": tag, **found})
        elif tag == "a":
            self.links.append(found.get("href") or "")

    def handle_data(self, data: str) -> None:
        self.words += data

    def form(self, action: str) -> tuple[dict[str, str | None], list[dict[str, str | None]]]:
        return next(f for f in self.forms if (f[0].get("action") or "").startswith(action))


@pytest.fixture
def client(bread: KnowledgeBase, watch: Watch) -> Iterator[TestClient]:
    with (
        forgetting(bread),
        TestClient(create_app(bread, clock=watch), headers=BROWSER, follow_redirects=True) as client,
    ):
        yield client


def send(client: TestClient, page: Response, action: str, *, press: str = "", **typed: str) -> Response:
    """Send a form of the page as a browser would: hidden fields, what was typed, the button that was pressed."""
    found, fields = Forms(page.text).form(action)
    data = {f["name"]: f.get("value") or "" for f in fields if f["tag"] == "input" and f.get("name")} | typed
    for f in fields:
        if f["tag"] == "button" and f.get("name") and f.get("value") == press:
            data[str(f["name"])] = press
    if found.get("method") == "post":
        return client.post(str(found["action"]), data=data, headers={"origin": "http://testserver"})
    return client.get(str(found["action"]), params=data)


def test_a_session_without_javascript(client: TestClient) -> None:
    page = client.get("/study?cards=en")
    front = Forms(page.text)
    assert "Define: Bread baking" in front.words
    assert "turning flour" not in front.words, "the answer is not on the page before it is asked for"
    page = send(client, page, "/study")
    back = Forms(page.text)
    assert "the craft of turning flour and water into a loaf" in back.words
    assert "bread.txt" in page.text
    assert any("lines=2-2" in link for link in back.links), "show me the line"
    spans = [f.get("value") for f in back.form("/study/")[1] if f["tag"] == "button"]
    assert spans == ["1", "2", "3", "4"]
    assert "10 min" in back.words
    assert "8 days" in back.words
    page = send(client, page, "/study/", press="4")
    assert page.url.path == "/study"
    assert "Define: Bread baking" not in Forms(page.text).words
    assert re.search(r"1 of 1\d today", Forms(page.text).words)
    page = send(client, page, "/study/undo")
    assert "Define: Bread baking" in Forms(page.text).words


def test_the_line_is_shown_marked(client: TestClient) -> None:
    page = send(client, client.get("/study?cards=en"), "/study")
    assert re.search(r"<mark>Bread baking is the craft of turning flour and water into a loaf\.</mark>", page.text)


def test_ten_cards_and_nothing_more_until_tomorrow(client: TestClient, watch: Watch) -> None:
    page = client.get("/study?cards=en")
    seen = 0
    while "Nothing is due" not in page.text:
        page = send(client, send(client, page, "/study"), "/study/", press="4")
        seen += 1
        assert seen < 40
    assert seen > 10
    assert "Come back in 8 days" in page.text
    watch.move(days=8)
    assert "Nothing is due" not in client.get("/study?cards=en").text


def test_a_typed_answer_is_judged_and_the_rating_suggested(client: TestClient) -> None:
    page = send(client, client.get("/study?cards=en"), "/study", typed="the craft to turn flour and water into a loaf")
    assert "Right" in Forms(page.text).words
    [marked] = [f for f in Forms(page.text).form("/study/")[1] if "marked" in (f.get("class") or "")]
    assert marked["value"] == "3"
    page = send(client, client.get("/study?cards=en"), "/study", typed="<b>no</b>")
    assert "Not this time" in Forms(page.text).words
    assert "&lt;b&gt;no&lt;/b&gt;" in page.text
    [marked] = [f for f in Forms(page.text).form("/study/")[1] if "marked" in (f.get("class") or "")]
    assert marked["value"] == "1"


def test_a_quiz(client: TestClient) -> None:
    page = client.get("/study?cards=en&quiz=1")
    options = [f for f in Forms(page.text).form("/study")[1] if f.get("name") == "choice"]
    assert len(options) >= 2
    verdicts = []
    for option in options:
        answered = send(client, page, "/study", press=str(option["value"]))
        verdicts.append("Right" in Forms(answered.text).words)
    assert verdicts.count(True) == 1
    after = send(client, answered, "/study/", press="1")
    assert "quiz=1" in str(after.url), "it stays a quiz"


def test_a_second_press_on_the_same_card_is_no_second_review(client: TestClient) -> None:
    back = send(client, client.get("/study?cards=en"), "/study")
    for _ in range(3):
        assert send(client, back, "/study/", press="4").status_code == 200
    assert client.get("/api/study").json()["done"] == 1
    send(client, client.get("/study?cards=en"), "/study/undo")
    assert client.get("/api/study").json()["done"] == 0
    assert client.post("/study/undo").status_code == 200, "nothing left to undo is no error"


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [("/study/none", {"rating": "3"}, 404), ("/study/x", {"rating": "9"}, 422), ("/study/x", {}, 422)],
)
def test_what_cannot_be_taken(client: TestClient, path: str, data: dict[str, str], status: int) -> None:
    answer = client.post(path, data=data)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_a_card_that_has_gone_leads_to_the_next_one(client: TestClient) -> None:
    page = client.get("/study?cards=en&card=0000000000000000&show=1")
    assert page.status_code == 200
    assert "show=1" not in str(page.url)


def test_the_language_of_cards_is_remembered_and_the_page_has_its_own(client: TestClient) -> None:
    page = client.get("/study?cards=ru&ui=en")
    assert "Дайте определение" in page.text or "Define" in page.text
    assert "Show the answer" in page.text
    assert 'value="ru"' in client.get("/study").text
    page = client.get("/study?ui=ru")
    assert "Показать ответ" in page.text
    assert 'value="ru"' in page.text


@pytest.mark.parametrize("url", ["/study", "/study?quiz=1", "/study?show=1", "/study/progress"])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_inline_code_and_nothing_from_elsewhere(client: TestClient, url: str, lang: str) -> None:
    page = client.get(url, params={"ui": lang})
    for tag, attributes in Forms(page.text).tags:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], (tag, attributes)
        for name in ("src", "href", "action"):
            assert not urlsplit(attributes.get(name) or "").netloc
        if tag in {"script", "link"} and "study" in (attributes.get("src") or attributes.get("href") or ""):
            assert client.get(str(attributes.get("src") or attributes.get("href"))).status_code == 200
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert len(page.content) < 40_000
    assert "<style" not in page.text


def test_weight(client: TestClient) -> None:
    assert sum((FOLDER / "static" / f"study.{kind}").stat().st_size for kind in ("css", "js")) < 20_000


@pytest.mark.parametrize("make", [nasty, apikit.hostile])
def test_hostile_notes_stay_text(make: object, tmp_path: Path, kept_cache: Path) -> None:
    kb = apikit.knowledge_base(make(), tmp_path / "home", kept_cache)  # type: ignore[operator]
    with TestClient(create_app(kb, clock=Watch()), headers=BROWSER) as client:
        for card in client.get("/api/cards?limit=100").json()["cards"]:
            for quiz in ("", "1"):
                page = client.get("/study", params={"card": card["id"], "show": "1", "quiz": quiz, "typed": "<x>"}).text
                for bad in ("<script>alert", "<img", "<svg onload", "<b onmouseover", "<x>", "{{", "\x00"):
                    assert bad not in page
                scripts = [a for t, a in Forms(page).tags if t == "script"]
                assert all((a.get("src") or "").startswith("/static/") for a in scripts)
        assert client.get("/study/progress").status_code == 200


def test_only_the_cards_of_a_concept(client: TestClient) -> None:
    """From the page of a concept: its cards and no other, through every form, until there are no more of them."""
    about = {c["id"] for c in client.get("/api/cards?concept=proving").json()["cards"]}
    every = client.get("/api/cards").json()["total"]
    assert 0 < len(about) < every
    asked = set()
    reply = client.get("/study?concept=proving&cards=en")
    for _ in range(len(about)):
        card = client.get("/api/study/next?concept=proving&cards=en").json()["card"]
        asked.add(card["id"])
        back = send(client, reply, "/study")
        assert "concept=proving" in str(back.url)
        reply = send(client, back, f"/study/{card['id']}", press="4")
        assert reply.url.params["concept"] == "proving"
    assert asked == about
    done = Forms(reply.text)
    assert not [f for f in done.forms if "rate" in (f[0].get("class") or "")]
    assert "/study?cards=en" in done.links
    assert client.get("/api/study/next?cards=en").json()["card"] is not None
    assert client.get("/study?concept=none").status_code == 404


def test_without_cards_the_page_says_so(tmp_path: Path, kept_cache: Path) -> None:
    kb = apikit.knowledge_base(apikit.empty(), tmp_path / "home", kept_cache)
    with TestClient(create_app(kb), headers=BROWSER) as client:
        for lang, text in (("en", "There are no cards"), ("ru", "Карточек в этих конспектах пока нет")):
            page = client.get("/study", params={"ui": lang})
            assert page.status_code == 200
            assert text in page.text
        assert client.get("/study/progress").status_code == 200
        assert client.get("/api/study/next").json() == {
            "card": None, "left": {"due": 0, "new": 0, "done": 0}, "come_back": None,
        }  # fmt: skip


def test_progress_shows_what_there_is(client: TestClient, watch: Watch) -> None:
    assert "Not known yet" in client.get("/study/progress?cards=en").text
    page = client.get("/study?cards=en")
    for _ in range(3):
        page = send(client, send(client, page, "/study"), "/study/", press="4")
    watch.move(days=20)
    page = send(client, send(client, client.get("/study?cards=en"), "/study"), "/study/", press="3")
    words = Forms(client.get("/study/progress?cards=en").text).words
    assert "100 %" in words
    assert "of the last 1 review of" in words
    russian = Forms(client.get("/study/progress?cards=en&ui=ru").text).words
    assert "из последнего 1 повторения" in russian


def test_the_count_beside_study_is_cheap_and_true(client: TestClient, bread: KnowledgeBase) -> None:
    client.get("/study?cards=en")
    app = client.app
    request = Request(
        {"type": "http", "app": app, "headers": [], "query_string": b"cards=en", "method": "GET", "path": "/"}
    )
    assert waiting(request) == client.get("/api/study").json()["new"]
    send(client, send(client, client.get("/study?cards=en"), "/study"), "/study/", press="4")
    assert waiting(request) == client.get("/api/study").json()["new"]
    (bread.settings.home / "people" / "study.sqlite").write_bytes(b"nonsense" * 500)
    assert waiting(request) == 0
