"""The page in a real browser: Debian's chromium driven by playwright, a served app, axe-core.

    desk.open(base + "/?q=dough", lang="ru", width=390)    a playwright Page; what it logs and asks for is kept
    violations(page)                                        what axe-core has against it, a line each

`desk` fails a test whose pages logged an error, ran into an exception or asked another host for anything.
A machine without browser or playwright skips, with the reason; where the variable CI is set it fails.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = 1280, 390  # CSS pixels
_HEIGHT = {WIDE: 900, PHONE: 844}
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE = 10_000  # milliseconds: other programs may be using the machine


def missing(what: str) -> Any:
    """Skip, or fail where every test has to run."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; in CI the browser tests have to run", pytrace=False)
    pytest.skip(what)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser without windows; skips or fails where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed: pip install '.[test]'")
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        missing(f"no browser is installed, none of: {', '.join(PROGRAMS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The app on a free port of this machine; gives its address, without a slash at the end."""
    import uvicorn

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the server ended before it had begun"
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


class Desk:
    """Opens pages, each in a context of its own: no cookie or cache is shared between two of them."""

    def __init__(self, browser: Browser, *, patience: int = _PATIENCE) -> None:
        """`patience`: milliseconds to wait for anything."""
        self._browser, self._patience = browser, patience
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []  # errors in the console and exceptions
        self.requests: list[str] = []  # addresses that any page asked for
        self.hosts: set[str] = set()  # those that the test itself opened

    def open(
        self,
        url: str,
        *,
        lang: str = "en",
        width: int = WIDE,
        dark: bool = False,
        javascript: bool = True,
        tolerated: str = "",
    ) -> Page:
        """A new page at `url`. `tolerated` is part of a message that is no complaint (a page that is to be a 404)."""
        context = self._browser.new_context(
            locale={"en": "en-GB", "ru": "ru-RU"}[lang],
            viewport={"width": width, "height": _HEIGHT.get(width, 800)},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(self._patience)
        self._contexts.append(context)
        context.on("request", lambda request: self.requests.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

        def heard(message: Any) -> None:
            if message.type in {"error", "warning"} and not (tolerated and tolerated in message.text):
                self.complaints.append(f"{page.url}: {message.text}")

        page.on("console", heard)
        page.on("dialog", lambda dialog: (self.complaints.append(f"{page.url}: a dialog opened"), dialog.dismiss()))
        self.hosts.add(urlsplit(url).netloc)
        page.goto(url)
        return page

    def foreign(self) -> list[str]:
        """Requests that left for another host."""
        return [r for r in self.requests if urlsplit(r).netloc not in self.hosts | {""}]

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def expect(found: Any) -> Any:
    """playwright's `expect`, imported when a test runs: files are collected without playwright too."""
    from playwright.sync_api import expect as assertions

    assertions.set_options(timeout=_PATIENCE)
    return assertions(found)


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds on a page: its rule, its words, and the elements; of all rules, or only those named.

    Skips without it as without a browser.
    """
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-core is not installed: pip install '.[test]'")
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {v['id']}: {v['help']}: {', '.join(str(n['target'][0]) for n in v['nodes'][:4])}" for v in found
    ]


def too_wide(page: Page) -> list[str]:
    """Elements that stick out of the window to the right, if the page can be scrolled sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5)
        .map(e => e.tagName + "." + e.getAttribute("class") + " " + e.textContent.trim().slice(0, 40))"""
    )
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file: playwright's event loop must not outlive them."""
    with launched() as started:
        yield started


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    yield opened
    opened.close()
    assert opened.complaints == []
    assert opened.foreign() == []


DAMAGED = """\
Feeding in autumn

Sugar syrup is a solution of sugar in water that replaces the harvested honey.
The keeper o@ers it before the first frost, and the e@orts pay back in spring.
"""


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Iterator[str]:
    """The bee-keeping course with a damaged note and two years of one work, served; gives its address."""
    import hives

    from api.app import create_app

    folder = tmp_path_factory.mktemp("course")
    list_ = ("reading-list.txt", "ЛАЗУТИН", "DUBOIS 2018: Why colonies abandon a full hive .......... 50\nЛАЗУТИН")
    sources = hives.write(folder / "sources", instead=[list_])
    (sources / "feeding.txt").write_text(DAMAGED, encoding="utf-8")
    with served(create_app(hives.opened(folder / "home", sources, kept_cache).warm())) as base:
        yield base


@pytest.fixture(scope="session")
def hostile_course(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Iterator[str]:
    """The graph of `apikit.hostile`, served: markup wherever a source can bring it."""
    import apikit

    from api.app import create_app

    kb = apikit.knowledge_base(apikit.hostile(), tmp_path_factory.mktemp("hostile") / "home", kept_cache)
    with served(create_app(kb)) as base:
        yield base
