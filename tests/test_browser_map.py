"""Walking the map in a real browser: opening, going on, changing depth and relations, the list, without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browserkit import PHONE, Desk, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

GROWTH = "/map?concept=colony-growth"


def drawn(page: Page) -> list[str]:
    """Labels of the boxes that can be seen."""
    texts: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".mapping svg a:has(title)")].filter(a => a.getClientRects().length)
        .map(a => a.querySelector("title").textContent)"""
    )
    return texts


def listed(page: Page) -> list[str]:
    texts: list[str] = page.locator(".aslist li > a:first-child").all_inner_texts()
    return texts


def test_walking_in_place(course: str, desk: Desk) -> None:
    page = desk.open(course + GROWTH)
    page.evaluate("window.same = true")
    assert drawn(page)[2:] == ["Awakening", "Build-up", "Swarming", "Wintering"]
    page.locator("svg.wide a:has(title)", has_text="Swarming").click()
    expect(page.locator("h1")).to_have_text("Swarming")
    assert "concept=swarm" in page.url
    assert page.title().startswith("Map around Swarming")
    assert {"Build-up", "Wintering"} <= set(drawn(page))  # before and after it
    page.go_back()
    expect(page.locator("h1")).to_have_text("Colony growth")
    assert page.evaluate("window.same"), "the page was loaded anew"
    page.reload()
    expect(page.locator("h1")).to_have_text("Colony growth")


def test_opening_and_closing_a_concept(course: str, desk: Desk) -> None:
    page = desk.open(course + "/map?concept=drone")
    assert page.locator(".sign:visible").count() > 0
    before = drawn(page)
    page.locator(".sign:visible").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("open="))
    expect(page.locator(".sign[aria-label^=Close]:visible")).to_be_focused()
    assert set(before) < set(drawn(page))
    page.keyboard.press("Enter")
    expect(page.locator(".sign[aria-label^=Close]:visible")).to_have_count(0)
    assert drawn(page) == before


def test_depth_and_relations(course: str, desk: Desk) -> None:
    page = desk.open(course + "/map?concept=hive")
    one = set(drawn(page))
    page.locator(".switch a", has_text="2").click()
    expect(page.locator(".switch a[aria-current]")).to_have_text("2")
    assert one <= set(drawn(page))
    page.locator(".tools .chip", has_text="part of").click()
    expect(page.locator(".tools .chip[aria-current]")).to_contain_text("part of")
    assert {"Floor", "Super", "Roof"} < set(drawn(page))
    assert "Top-bar hive" not in drawn(page)
    assert set(page.locator(".aslist > .part > p").all_inner_texts()) == {"element"}
    assert "depth=2" in page.url
    assert "rel=part-of" in page.url


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ru", 1280), ("ru", PHONE)])
def test_the_list_says_the_same(course: str, desk: Desk, lang: str, width: int) -> None:
    page = desk.open(course + "/map?concept=hive&depth=2", lang=lang, width=width)
    found = drawn(page)
    assert len(found) > 4
    assert sorted(found[1:]) == sorted(listed(page))
    expect(page.locator("svg:visible.wide, svg:visible.phone")).to_have_count(1)


def test_by_keys_alone(course: str, desk: Desk) -> None:
    page = desk.open(course + GROWTH)
    page.locator(".aslist li a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Awakening")
    expect(page.locator(".canvas")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg') !== null")
    page.keyboard.press("Enter")  # the concept in focus leads to its page
    page.wait_for_url(re.compile("/concept/awakening"))


def test_labels_fit_their_boxes(course: str, desk: Desk) -> None:
    """The estimate of the server holds with the fonts of a browser."""
    for path in (GROWTH + "&depth=2", "/map?concept=bee&depth=3", "/map?concept=осмотр-улей"):
        page = desk.open(course + path, lang="ru")
        out = page.evaluate(
            """() => [...document.querySelectorAll(".mapping svg.wide a:not(.sign)")].flatMap(a => {
              const box = a.querySelector("rect").getBBox();
              return [...a.querySelectorAll("text")].map(t => [t.textContent, t.getBBox()])
                .filter(([, t]) => t.x < box.x || t.x + t.width > box.x + box.width || t.y < box.y - 1 ||
                  t.y + t.height > box.y + box.height + 1).map(([words]) => words);
            })"""
        )
        assert out == []


def test_without_javascript(course: str, desk: Desk) -> None:
    page = desk.open(course + "/map?concept=drone", javascript=False)
    page.locator(".sign:visible").first.click()
    assert "open=" in page.url
    page.locator(".switch a", has_text="3").click()
    assert "depth=3" in page.url
    page.locator(".aslist li > a").first.click()
    assert page.locator("h1").is_visible()


def test_saving_from_where_one_stands(course: str, desk: Desk) -> None:
    page = desk.open(course + GROWTH + "&depth=2")
    page.locator("summary", has_text="Save as").click()
    formats = page.locator(".mapping .tools.under a")
    assert formats.count() >= 19
    with page.expect_download() as saving:
        formats.filter(has_text="Mermaid").click()
    assert saving.value.suggested_filename == "colony-growth.mmd"
    assert "Awakening" in saving.value.path().read_text(encoding="utf-8")
