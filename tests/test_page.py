"""The page: safe with any text, whole without JavaScript or network, in both languages, without dead links."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

import apikit
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.page import cards, render, source, texts
from api.page.render import FOLDER
from kg.base import KnowledgeBase

BROWSER = {"accept": "text/html"}


class Page(HTMLParser):
    """Elements with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    return apikit.knowledge_base(apikit.bread(), tmp_path_factory.mktemp("bread") / "home", kept_cache)


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase) -> Iterator[TestClient]:
    with TestClient(create_app(kb), follow_redirects=False, headers=BROWSER) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Iterator[TestClient]:
    kb = apikit.knowledge_base(apikit.hostile(), tmp_path_factory.mktemp("hostile") / "home", kept_cache)
    with TestClient(create_app(kb), follow_redirects=False, headers=BROWSER) as client:
        yield client


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Iterator[TestClient]:
    kb = apikit.knowledge_base(apikit.empty(), tmp_path_factory.mktemp("empty") / "home", kept_cache)
    with TestClient(create_app(kb), follow_redirects=False, headers=BROWSER) as client:
        yield client


PAGES = [
    "/",
    "/?q=What is proving?",
    "/?q=dough&kind=concept&lang=en&document=bread.txt",
    "/?q=dough&offset=8",
    "/?q=volcanoes",
    "/concepts",
    "/concepts?kind=step",
    "/concepts?document=khleb.txt",
    "/concept/sourdough",
    "/concept/baking-method",
    "/map",
    "/map?concept=baking-method&depth=3&rel=part-of&open=dough",
    "/map?concept=sourdough&part=map",
    "/sources",
    "/source/bread.txt",
    "/source/bread.txt?show=facts",
    "/source/bread.txt?show=repairs",
    "/source/bread.txt?show=left-out",
    "/source/bread.txt?lines=3-6&span=78-144",
    "/docs",
    "/concept/none",
]
HOSTILE = [
    "/",
    "/?q=trap",
    f"/?q={quote(apikit.SCRIPT + chr(34))}",
    "/?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/concepts",
    "/concepts?kind=concept",
    f"/concepts?document={quote(apikit.NAME, safe='')}",
    f"/concepts?kind={quote('odd' + chr(34) + 'kind<', safe='')}",
    "/concept/trap",
    "/map?concept=trap&depth=2",
    "/map?concept=link&open=trap",
    f"/map?concept=trap&rel={quote(apikit.SCRIPT)}&open={quote(apikit.SCRIPT)}",
    "/concept/link",
    f"/concept/{quote('длинное')}",
    "/sources",
    f"/source/{quote(apikit.NAME, safe='')}",
    *(f"/source/{quote(apikit.NAME, safe='')}?show={show}" for show in ("facts", "repairs", "left-out", '"><i>')),
    f"/source/{quote(apikit.NAME, safe='')}?lines=1-2",
    f"/source/{quote(apikit.NAME, safe='')}?lines=2-2&part=excerpt",
    f"/concept/{quote(apikit.SCRIPT, safe='')}",
    f"/{quote(apikit.SCRIPT, safe='')}?ui={quote(apikit.SCRIPT)}",
    f"/?q=trap&kind={quote(apikit.SCRIPT)}",
    "/docs",
]
_ELEMENTS = """
html head meta title link script body header nav main footer section article aside form input kbd button label
a span p div h1 h2 h3 ul ol li dl dt dd details summary small i b em mark blockquote code table tr td q
svg g path circle rect text
"""


def _pages(client: TestClient, urls: list[str]) -> Iterator[tuple[str, str, Page]]:
    for url in urls:
        for lang in ("en", "ru"):
            reply = client.get(url, headers={"accept-language": lang})
            assert reply.status_code < 500, url
            assert reply.headers["content-type"] == "text/html; charset=utf-8"
            yield url, reply.text, Page(reply.text)


def test_hostile_text_stays_text(hostile: TestClient) -> None:
    for url, html, page in _pages(hostile, HOSTILE):
        assert {name for name, _ in page.elements} <= set(_ELEMENTS.split()), url
        assert apikit.SCRIPT not in html
        for name, attributes in page.elements:
            assert not [a for a in attributes if a.startswith("on") or a == "style"], (url, name)
            for a in ("href", "src", "action"):
                target = attributes.get(a)
                assert target is None or re.match(r"[/#?][^/]|[/#]$", target), (url, name, target)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html), url
    assert apikit.SCRIPT in Page(hostile.get("/concept/trap").text).words  # it is shown, as it was written


def test_nothing_comes_from_elsewhere(client: TestClient) -> None:
    """No address of another host in any page or file of the page, and a policy that would not let it load."""
    for url, html, page in _pages(client, PAGES):
        assert not re.search(r"""(?:https?:)?//[a-z0-9]""", html), url
        assert [a for a in page.all("script") if a.get("src") is None] == []
        assert page.all("style") == page.all("iframe") == page.all("img") == []
    for file in (FOLDER / "static").iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        text = re.sub(r"//.*|/\*.*?\*/", "", text) if file.suffix == ".js" else text
        assert not re.search(r"(?:https?:)//|@import|url\(", text), file


def test_headers(client: TestClient) -> None:
    for url in ("/", "/concept/proving", "/concept/none"):
        headers = client.get(url).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "Accept-Language" in headers["vary"]
        assert "Cookie" in headers["vary"]


def test_pages_are_light(client: TestClient) -> None:
    """Everything that the pages load, uncompressed."""
    static = sum(f.stat().st_size for f in (FOLDER / "static").iterdir())
    assert static < 60_000
    for url, html, _ in _pages(client, [u for u in PAGES if u != "/docs"]):
        assert len(html.encode()) < 30_000, url


def _links(url: str, page: Page) -> set[str]:
    found = {a["href"] for name in ("a", "link") for a in page.all(name)} | {a["src"] for a in page.all("script")}
    return {urljoin(url, href) for href in found if href}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_link_is_dead(client: TestClient, lang: str) -> None:
    """Everything that can be reached from the first page is there, and so is every anchor."""
    todo, seen = ["/"], set()
    while todo:
        url = todo.pop()
        parts = urlsplit(url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if address in seen or parts.path == "/api/export/png" or "format=png" in parts.query:  # png needs Graphviz
            continue
        if re.search(r"format=(?!turtle)|/api/export/(?!turtle)", address):  # each format has its own tests
            continue
        choices = {"kind", "lang", "document", "depth", "open", "rel", "quiz"}
        if len(set(parse_qs(parts.query)) & choices) > 1:  # each by itself is enough
            continue
        seen.add(address)
        reply = client.get(address, headers={"accept-language": lang, "cookie": ""})
        assert reply.status_code == 200, address
        if reply.headers["content-type"].startswith("text/html") and "ui=" not in parts.query:
            page = Page(reply.text)
            ids = {a.get("id") for _, a in page.elements}
            for link in _links(address, page):
                inside = urlsplit(link)
                if inside.fragment and inside.path == parts.path and inside.query == parts.query:
                    assert unquote(inside.fragment) in ids, link
                todo.append(link)
    assert {urlsplit(u).path for u in seen} >= {
        "/",
        "/map",
        "/concepts",
        "/study",
        "/study/progress",
        "/grade",
        "/sources",
        "/docs",
        "/concept/opara",
        "/source/khleb.txt",
    }


def test_a_citation_leads_to_its_marked_line(client: TestClient) -> None:
    page = Page(client.get("/concept/sourdough").text)
    link = next(a["href"] for a in page.all("a") if a.get("class") == "cite")
    assert link
    assert link.startswith("/source/khleb.txt?lines=3-3&span=")
    assert link.endswith("#L3")
    shown = client.get(link).text
    assert '<li id="L3" class="cited">' in shown
    assert "<mark>Закваска: смесь муки и воды, в которой живут дикие дрожжи.</mark>" in shown


def test_a_part_of_a_line_is_marked(client: TestClient) -> None:
    start = apikit.bread().documents[0].raw.index("rest in which")
    shown = client.get(f"/source/bread.txt?lines=8-8&span={start}-{start + 13}").text
    assert "<span>Proving: the <mark>rest in which</mark> the dough rises.</span>" in shown


@pytest.mark.parametrize("lines", ["", "x", "0", "5-2", "1-99999", "1-2-3", "-1", "999999999999999999999"])
@pytest.mark.parametrize("span", ["", "9-1", "99999-999999", "x"])
def test_odd_line_numbers_break_nothing(client: TestClient, lines: str, span: str) -> None:
    for part in ("", "excerpt"):
        assert client.get("/source/bread.txt", params={"lines": lines, "span": span, "part": part}).status_code < 500


def test_noise_is_dimmed(hostile: TestClient) -> None:
    shown = hostile.get(f"/source/{quote(apikit.NAME, safe='')}").text
    assert re.search(r'<li id="L4" class=" noise" title="left out when reading: chrome">', shown)


def test_the_excerpt_is_a_piece_of_a_page(client: TestClient) -> None:
    reply = client.get("/source/bread.txt?lines=8-8&part=excerpt")
    assert "<html" not in reply.text
    assert "<mark>Proving: the rest in which the dough rises.</mark>" in reply.text


def test_long_sources_come_in_pieces() -> None:
    from graphs import document

    doc = document("long.txt", "en", "\n".join(f"line {n}" for n in range(1, 4001)))
    assert [line.number for line in source.lines(doc, 3990, 9999)] == list(range(3990, 4001))
    assert source.line_count(doc) == 4000


def test_empty_states(bare: TestClient) -> None:
    for url in ("/", "/concepts", "/sources", "/?q=anything&offset=8", "/docs"):
        for lang in ("en", "ru"):
            assert bare.get(url, headers={"accept-language": lang}).status_code == 200, url
    assert "There are no sources yet." in bare.get("/sources").text
    assert "kg add FOLDER" in bare.get("/").text
    assert "Nothing found for this." in bare.get("/?q=anything&offset=8").text


@pytest.mark.parametrize(
    ("url", "headers", "lang"),
    [
        ("/", {}, "en"),
        ("/", {"accept-language": "ru-RU,ru;q=0.9,en;q=0.8"}, "ru"),
        ("/", {"accept-language": "de, fr;q=0.5"}, "en"),
        ("/", {"accept-language": "ru", "cookie": "ui=en"}, "en"),
        ("/?ui=ru", {"cookie": "ui=en"}, "ru"),
        ("/?ui=xx", {"accept-language": "ru"}, "ru"),
        ("/", {"accept-language": ";;;=,"}, "en"),
    ],
)
def test_the_language_of_the_page(client: TestClient, url: str, headers: dict[str, str], lang: str) -> None:
    client.cookies.clear()
    reply = client.get(url, headers=headers)
    assert f'<html lang="{lang}">' in reply.text
    assert reply.headers["content-language"] == lang
    client.cookies.clear()


def test_choosing_a_language_is_remembered(client: TestClient) -> None:
    set_cookie = client.get("/?ui=ru").headers["set-cookie"]
    client.cookies.clear()
    assert set_cookie.startswith("ui=ru;")
    assert "HttpOnly" in set_cookie
    assert "SameSite=lax" in set_cookie


def test_the_language_link_keeps_the_question(client: TestClient) -> None:
    page = Page(client.get("/?q=rye+%26+loaf&kind=example").text)
    assert next(a["href"] for a in page.all("a") if a.get("class") == "tongue") == "/?q=rye+%26+loaf&kind=example&ui=ru"
    odd = Page(client.get("//evil.example/%5C").text)
    link = next(a["href"] for a in odd.all("a") if a.get("class") == "tongue")
    assert link
    assert urlsplit(urljoin("http://here/", link)).netloc == "here"


def test_concepts_are_named_in_the_reader_s_language(client: TestClient) -> None:
    page = Page(client.get("/concept/proving", headers={"accept-language": "ru"}).text)
    assert "Расстойка" in page.words
    assert "Замес" in page.words
    assert "Mixing" not in page.words


def test_the_map_stands_also_as_a_list(client: TestClient) -> None:
    page = Page(client.get("/concept/baking-method").text)
    links = {str(a["href"]) for a in page.all("a")}
    assert {h for h in links if re.fullmatch(r"/concept/[^?#]+", h)} - {"/concept/baking-method"} == {
        "/concept/mixing",
        "/concept/proving",
        "/concept/baking",
        "/concept/anna-weber",
    }
    assert page.words.count("Anna Weber") >= 3  # relation, map, list


def test_a_filter_that_is_on_is_switched_off_by_its_choice(client: TestClient) -> None:
    page = Page(client.get("/?q=dough&kind=concept&lang=en").text)
    on = {a["href"] for a in page.all("a") if a.get("aria-current") == "true"}
    assert on == {"/?q=dough&lang=en", "/?q=dough&kind=concept"}
    assert [a["href"] for a in page.all("a") if a.get("class") == "clear"] == ["/?q=dough"]
    assert [a for a in Page(client.get("/?q=dough").text).all("a") if a.get("class") == "clear"] == []


def test_members_stand_in_the_order_of_their_source(client: TestClient) -> None:
    words = Page(client.get("/concept/baking-method").text).words
    assert re.search(r"step\s+Mixing\s*3\s*→\s*Proving\s*3\s*→\s*Baking\s*3", words)


# -- texts


def test_every_text_stands_in_both_languages_with_the_same_fields() -> None:
    def fields(text: str) -> set[str]:
        return {name for form in text.split("|") for _, name, _, _ in string.Formatter().parse(form) if name}

    for key, (en, ru) in texts.TEXTS.items():
        assert en.strip(), key
        assert ru.strip(), key
        assert fields(en) == fields(ru), key
        assert re.search("[а-яё]", ru) or key in {"api", "other_language", "quoted"}, key


def test_every_text_is_used() -> None:
    code = "".join(f.read_text(encoding="utf-8") for f in FOLDER.parent.rglob("*.*") if f.suffix in {".py", ".html"})
    code = code.replace((FOLDER / "texts.py").read_text(encoding="utf-8"), "")
    built = ("error_", "type_", "how_", "lang_", "can_", "by_")
    unused = [k for k in texts.TEXTS if not k.startswith(built) and not re.search(rf"""["']{k}["']""", code)]
    assert unused == []


@pytest.mark.parametrize(
    ("n", "en", "ru"),
    [
        (0, "0 sources", "0 источников"),
        (1, "1 source", "1 источник"),
        (3, "3 sources", "3 источника"),
        (11, "11 sources", "11 источников"),
        (21, "21 sources", "21 источник"),
        (112, "112 sources", "112 источников"),
        (1234, "1,234 sources", "1\u00a0234 источника"),
    ],
)
def test_numbers_take_their_form(n: int, en: str, ru: str) -> None:
    assert (texts.counted("n_sources", "en", n), texts.counted("n_sources", "ru", n)) == (en, ru)


# -- what the pages are made from


@pytest.mark.parametrize(
    ("text", "labels", "lead"),
    [
        (
            "Baking has three steps: mixing, proving, baking.",
            ["Mixing", "Proving", "Baking"],
            "Baking has three steps:",
        ),
        ("Три шага выпечки: замес и расстойка", ["Замес", "Расстойка"], "Три шага выпечки:"),
        ("Mixing comes first: then proving", ["Mixing", "Proving"], "Mixing comes first: then proving"),
        ("No colon, mixing", ["Mixing"], "No colon, mixing"),
        ("a: mixing", ["Mixing"], "a: mixing"),
    ],
)
def test_an_answer_does_not_say_its_items_twice(text: str, labels: list[str], lead: str) -> None:
    assert cards.lead(text, labels) == lead


# -- what was read from a source


def test_facts_of_a_source_stand_in_its_order_and_only_while_their_line_does(
    client: TestClient, tmp_path: Path, kept_cache: Path
) -> None:
    words = " ".join(Page(client.get("/source/bread.txt?show=facts").text).words.split())
    said = ["Mixing part of Baking method", "Mixing precedes Proving", "Sourdough kind of Dough"]
    places = [words.find(text) for text in (*said, "Sourdough contrasts with Yeast dough")]
    assert -1 < places[0] < places[1] < places[2] < places[3]
    gone = apikit.knowledge_base(apikit.bread_with_a_line_gone(), tmp_path / "home", kept_cache)
    with TestClient(create_app(gone), headers=BROWSER) as other:
        words = " ".join(Page(other.get("/source/bread.txt?show=facts").text).words.split())
    assert "Mixing precedes Proving" in words
    assert "contrasts with" not in words


def test_raw_lines_stand_beside_what_was_read() -> None:
    from filekit import document

    doc = document("a.txt", "Notes\n\nThe firm's o@ers and e@orts grow.\nНичего не исправлено, «ёлка» и й.\n")
    [row] = source.mended(doc)
    assert row.lines == (3, 3)
    assert "".join(p.text for p in row.raw) == "The firm's o@ers and e@orts grow."
    assert "".join(p.text for p in row.read) == "The firm's offers and efforts grow."
    assert [p.text for p in row.raw if p.marked] == ["o@ers", "e@orts"]
    assert [p.text for p in row.read if p.marked] == ["offers", "efforts"]
    assert row.rules == ("ligature",)


def test_the_navigation_has_every_part_of_this_app_and_no_other(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "_PLACES", (*render._PLACES, ("elsewhere", "/elsewhere")))
    app = create_app(kb)
    with TestClient(app, headers=BROWSER) as client:
        found = re.search(r"<nav aria-label.*?</nav>", client.get("/sources").text, re.DOTALL)
    assert found
    paths = ["/", "/map", "/concepts", "/study", "/grade", "/sources"]
    assert re.findall(r'href="([^"]+)"', found[0]) == paths
    app = create_app(kb)
    app.state.counted = {"study": lambda request: 12}
    with TestClient(app, headers=BROWSER) as including:
        page = Page(including.get("/concept/proving").text)
        links = {a["href"] for a in page.all("a")}
    assert {"/study", "/study?concept=proving"} <= links
    assert re.search(r"Study\s+12", page.words)
