"""What a real browser makes of every page: no script of a note runs, nothing leaves, axe-core finds nothing."""

from __future__ import annotations

from urllib.parse import quote

import apikit
import pytest
from browserkit import PHONE, WIDE, Desk, expect, too_wide, violations

FILE = quote(apikit.NAME, safe="")
HOSTILE = (
    "/", "/?q=trap", f"/?q={quote(apikit.SCRIPT)}", f"/?q={quote(apikit.TURNED)}", "/concepts",
    f"/concepts?document={FILE}", "/concept/trap", "/concept/link", f"/concept/{quote('длинное')}",
    "/map?concept=trap&depth=3", "/map?concept=link&open=trap", "/sources", f"/source/{FILE}?lines=1-2",
    f"/source/{FILE}?show=facts", f"/source/{FILE}?show=left-out", f"/concept/{quote(apikit.SCRIPT, safe='')}",
)  # fmt: skip
PAGES = (
    "/", "/?q=What is propolis?", "/?q=Compare queen and drone.", "/?q=What is the capital of Australia?",
    "/?q=What year was Why colonies abandon a full hive published?", "/?q=bees&kind=concept", "/concepts",
    "/concepts?kind=concept", "/concept/propolis", "/concept/colony-growth", "/map?concept=hive&depth=2", "/sources",
    "/source/feeding.txt?lines=3-4", "/source/feeding.txt?show=facts", "/source/feeding.txt?show=repairs",
    "/source/reading-list.txt?show=left-out", "/docs", "/concept/none", "/?q=hive&kind=no-such-kind",
)  # fmt: skip
_MISSED = "Failed to load resource"  # how a browser logs a page that is an error by its status


def test_text_of_notes_never_runs(hostile_course: str, desk: Desk) -> None:
    page = desk.open(hostile_course + "/", tolerated=_MISSED)
    for path in HOSTILE:
        page.goto(hostile_course + path)
        for opener in page.locator("summary").all():
            opener.click(force=True)
        found = page.evaluate(
            r"""() => ({
              handlers: [...document.querySelectorAll("*")]
                .filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).map(e => e.outerHTML.slice(0, 80)),
              links: [...document.querySelectorAll("a[href], form[action]")]
                .map(e => e.href?.baseVal ?? e.href ?? e.action).map(a => new URL(a, location.href))
                .filter(u => u.origin !== location.origin).map(String),
              scripts: document.querySelectorAll("script:not([src^='/static/'])").length,
              turned: /[\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.outerHTML),
            })"""
        )
        assert found == {"handlers": [], "links": [], "scripts": 0, "turned": False}, path
        assert too_wide(page) == [], path


def test_suggestions_and_titles_are_text(hostile_course: str, desk: Desk) -> None:
    page = desk.open(hostile_course + "/")
    page.locator("#q").press_sequentially("trap")
    page.wait_for_selector("[role=option]")
    assert apikit.SCRIPT in page.locator("[role=option]").first.inner_text()
    page.locator("[role=option]").first.click()
    page.wait_for_selector("h1")
    assert apikit.SCRIPT in page.title()


def test_walking_a_hostile_map_in_place(hostile_course: str, desk: Desk) -> None:
    page = desk.open(hostile_course + "/map?concept=link")
    page.locator("svg.wide a[data-map]").first.click()
    expect(page.locator("#focus")).to_contain_text(apikit.SCRIPT)
    assert apikit.SCRIPT in page.title()


def test_the_policy_is_enforced(course: str, desk: Desk) -> None:
    """A script, a style and a picture that a note might smuggle in are stopped by the browser as well."""
    page = desk.open(course + "/", tolerated="Content Security Policy")
    ran = page.evaluate(
        """async () => {
          const blocked = [];
          document.addEventListener("securitypolicyviolation", (e) => blocked.push(e.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          const image = new Image();
          image.src = "https://example.org/x.png";
          document.body.append(script, image);
          document.body.setAttribute("style", "color: red");
          await fetch("https://example.org/").catch(() => {});
          await new Promise((done) => setTimeout(done, 50));
          return [window.ran ?? false, blocked.sort()];
        }"""
    )
    assert ran == [False, ["connect-src", "img-src", "script-src-elem", "style-src-attr"]]
    desk.requests[:] = [r for r in desk.requests if "example.org" not in r]  # stopped before they left


def test_nobody_is_shut_out(course: str, desk: Desk) -> None:
    """axe-core on every page."""
    found = []
    page = desk.open(course + "/", tolerated=_MISSED)
    for path in PAGES:
        page.goto(course + path.replace(" ", "%20"))
        found += violations(page)
    page.goto(course + "/?q=bees")
    page.locator(".facets summary").first.click()
    found += violations(page)
    page.locator("#q").fill("propo")
    page.wait_for_selector("[role=option]")
    found += violations(page)
    assert found == []


@pytest.mark.parametrize(("width", "dark"), [(WIDE, True), (PHONE, False)], ids=["dark", "phone"])
def test_nor_in_russian_in_the_dark_or_on_a_phone(course: str, desk: Desk, width: int, dark: bool) -> None:
    """What depends on colours, width and language; the rest was looked at above."""
    found = []
    page = desk.open(course + "/", lang="ru", width=width, dark=dark, tolerated=_MISSED)
    for path in PAGES:
        if path != "/docs":
            page.goto(course + path.replace(" ", "%20"))
            found += violations(
                page, "color-contrast", "scrollable-region-focusable", "valid-lang", "duplicate-id-aria"
            )
    assert found == []
