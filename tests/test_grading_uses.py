"""Grading from the command line, over HTTP, and on the page without JavaScript, in both languages."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import pytest
from apikit import SCRIPT, hostile, knowledge_base
from apikit import bread as bread_graph
from gradekit import flowchart
from httpx import Response
from lxml import html
from starlette.testclient import TestClient

from api.app import create_app
from api.page.grade_texts import TEXTS
from api.routes.grade import GradeReply
from kg import cli
from kg.grading import MAX_BYTES
from kg.grading.phrases import RULES
from kg.settings import Settings

MAP = flowchart(
    ("Baking method", "consists of", "Mixing"),
    ("Baking", "precedes", "Mixing"),
    ("Proving", "", "Baking method"),
    ("Blockchain", "improves", "Dough"),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> TestClient:
    return TestClient(create_app(knowledge_base(bread_graph(), tmp_path_factory.mktemp("bread") / "home", kept_cache)))


@pytest.fixture(scope="module")
def dangerous(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> TestClient:
    return TestClient(create_app(knowledge_base(hostile(), tmp_path_factory.mktemp("hostile") / "home", kept_cache)))


def sent(client: TestClient, data: bytes | str, **more: str) -> Response:
    data = data.encode() if isinstance(data, str) else data
    return client.post("/api/grade", files={"map": ("map.mmd", data)}, params=more)


# ---------------------------------------------------------------- API


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_answer_has_the_shape_that_is_described(client: TestClient, lang: str) -> None:
    reply = sent(client, MAP, lang=lang)
    assert reply.status_code == 200
    found = GradeReply.model_validate_json(reply.content)
    assert [p.verdict for p in found.propositions] == ["supported", "contradicted", "imprecise", "not_mentioned"]
    assert found.counts["unknown_concepts"] == 1
    assert {p.rule for p in found.propositions} <= set(RULES)
    assert all(bool(re.search("[а-я]", p.reason)) == (lang == "ru") for p in found.propositions)
    assert [(e.document, e.lines) for e in found.propositions[1].evidence] == [("bread.txt", (7, 7))]


@pytest.mark.parametrize(
    ("data", "status", "kind"),
    [
        (b"", 422, "invalid-request"),
        (b"not a map", 415, "unsupported"),
        (b"<svg/>", 415, "unsupported"),
        (b"<opml><body/></opml>", 422, "invalid-request"),
        (b" " * (MAX_BYTES + 1), 413, "too-large"),
        (b" " * (MAX_BYTES + 100_000), 413, "too-large"),
    ],
)
def test_what_is_no_map_is_a_problem_of_one_line(client: TestClient, data: bytes, status: int, kind: str) -> None:
    reply = sent(client, data)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["type"].endswith(f"problem-{kind}")
    assert "\n" not in problem["detail"]


def test_no_file_and_no_such_language_are_problems(client: TestClient) -> None:
    assert client.post("/api/grade").status_code == 422
    assert client.post("/api/grade", data={"map": "text"}).status_code == 422
    reply = sent(client, MAP, lang="xx")
    assert (reply.status_code, reply.json()["title"]) == (422, "Invalid request")
    assert client.get("/api/grade").status_code == 405


def test_other_routes_take_no_more_than_before(client: TestClient) -> None:
    assert client.post("/api/ask", content=b"x" * 100_000).status_code == 413


# ---------------------------------------------------------------- the page


def tree(content: bytes) -> html.HtmlElement:
    return html.document_fromstring(content.decode())


@pytest.mark.parametrize("ui", ["en", "ru"])
def test_the_form_works_without_javascript(client: TestClient, ui: str) -> None:
    form = tree(client.get(f"/grade?ui={ui}").content)
    (sheet,) = form.xpath('//form[@method="post"]')
    assert (sheet.get("action"), sheet.get("enctype")) == ("/grade", "multipart/form-data")
    labels = {x.get("for") for x in sheet.iter("label")}
    fields = list(sheet.iter("input", "textarea"))
    assert {x.get("id") for x in fields} == labels
    reply = client.post(f"/grade?ui={ui}", files={"map": ("m.mmd", MAP.encode())})
    assert reply.status_code == 200
    page = tree(reply.content)
    shown = [s.get("id") for s in page.xpath("//section[@id]")]
    assert shown == ["contradicted", "imprecise", "not_mentioned", "supported"]
    less = client.post(f"/grade?ui={ui}", data={"text": flowchart(("Mixing", "is part of", "Baking method"))})
    assert tree(less.content).xpath('count(//section[@id="missing"]//li)') == 2
    assert page.xpath('//section[@id="contradicted"]//a[@class="cite"]/@href')[0].startswith("/source/bread.txt?lines=")
    assert TEXTS["contradicted"][ui == "ru"] in reply.text
    assert len(page.xpath("//h1")) == 1


def test_a_pasted_flowchart_is_graded_and_stays_in_the_form(client: TestClient) -> None:
    reply = client.post("/grade?ui=en", data={"text": MAP}, files={"map": ("", b"")})
    assert reply.status_code == 200
    page = tree(reply.content)
    assert page.xpath('//section[@id="contradicted"]')
    assert page.xpath("//textarea")[0].text.strip() == MAP


@pytest.mark.parametrize(
    ("files", "status", "says"),
    [
        ({"map": ("x.html", b"<html>")}, 415, "web page"),
        ({"map": ("", b"")}, 422, "Choose a file"),
        ({"map": ("big.cxl", b"x" * (MAX_BYTES + 1))}, 413, "bytes"),
    ],
)
def test_a_bad_file_is_told_on_the_page(client: TestClient, files: dict[str, object], status: int, says: str) -> None:
    reply = client.post("/grade?ui=en", files=files)
    assert reply.status_code == status
    assert says in tree(reply.content).xpath('string(//article[@role="alert"])')
    assert reply.headers["content-type"].startswith("text/html")


def test_what_is_no_form_is_a_plain_error(client: TestClient) -> None:
    form = "multipart/form-data"
    for content, kind in ((b"--x", form), (b"--x\r\n", f"{form}; boundary=x"), (b"{}", "text/plain")):
        reply = client.post("/grade", content=content, headers={"content-type": kind})
        assert reply.status_code in {400, 422}


def scripts(page: html.HtmlElement) -> list[str | None]:
    return [s.get("src") for s in page.iter("script")]


def test_labels_are_text_whoever_wrote_them(dangerous: TestClient) -> None:
    trick = '"><img src=x onerror=alert(1)>'
    a, s = escape(trick), escape(SCRIPT)
    cxl = (
        f'<cmap><map><concept id="a" label="{a}"/><concept id="b" label="Trap {s} x y"/><concept id="c" label="{s}"/>'
        f'<linking-phrase id="p" label="{a}"/><connection from-id="a" to-id="p"/><connection from-id="p" to-id="b"/>'
        '<connection from-id="c" to-id="b"/></map></cmap>'
    )
    pasted = {"text": "</textarea><script>"}
    reply = dangerous.post("/grade", files={"map": (f"{SCRIPT}.cxl", cxl.encode())}, data=pasted)
    assert reply.status_code == 200
    page = tree(reply.content)
    assert scripts(page) == scripts(tree(dangerous.get("/grade").content))
    assert not page.xpath("//img") + page.xpath("//*[@onerror]")
    assert trick in page.text_content()
    assert reply.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")


def test_every_text_is_there_in_both_languages() -> None:
    for key, (en, ru) in TEXTS.items():
        assert re.findall(r"\{\w+\}", en) == re.findall(r"\{\w+\}", ru), key
        assert re.search("[а-яё]", ru) or key == "example", key
        assert not re.search("[а-яё]", en), key
    for rule, texts in RULES.items():
        assert set(texts) == {"en", "ru"}, rule
        assert set(re.findall(r"\{\w+\}", texts["en"])) == set(re.findall(r"\{\w+\}", texts["ru"])), rule


# ---------------------------------------------------------------- the command


def test_kg_grade(built: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = flowchart(
        ("Barometer", "measures", "Mountain weather"),
        ("Кучевые облака", "это", "Облако"),
        ("Falling pressure", "is part of", "storm \x1b[31m"),
    )
    (path := tmp_path / "my map.mmd").write_text(text, encoding="utf-8")
    assert cli.run(["grade", str(path), "--home", str(built.home)]) == 0
    shown = capsys.readouterr()
    assert "3 links" in shown.out
    assert "\x1b" not in shown.out
    assert cli.run(["grade", str(path), "--home", str(built.home), "--json", "--lang", "ru"]) == 0
    found = json.loads(capsys.readouterr().out)
    GradeReply.model_validate(found)
    assert found["map"] == {"title": "", "format": "mermaid", "concepts": 6, "propositions": 3}


@pytest.mark.parametrize(
    ("content", "options", "status", "says"),
    [
        (None, [], 2, "no such file"),
        ("prose", [], 1, "no concept map"),
        ("flowchart LR\nA-->B", ["--lang", "xx"], 2, "en or ru"),
        ("x" * (MAX_BYTES + 1), [], 2, "grade a part"),
    ],
)
def test_kg_grade_says_in_one_line_what_is_wrong(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    options: list[str],
    status: int,
    says: str,
) -> None:
    path = tmp_path / "m"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert cli.run(["grade", str(path), "--home", str(tmp_path), *options]) == status
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
