"""Studying in a real browser: by keys alone, on a phone, coming back tomorrow, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from studykit import Watch, forgetting

from api.app import create_app
from kg.base import KnowledgeBase

kit = pytest.importorskip("browserkit", reason="no kit for a real browser here")
URL = re.compile


@pytest.fixture
def base(bread: KnowledgeBase, watch: Watch) -> Iterator[str]:
    with forgetting(bread), kit.served(create_app(bread, clock=watch)) as address:
        yield address


def show(page: Any, key: str = "Space") -> None:
    page.keyboard.press(key)
    page.wait_for_url(URL("show=1"))


def rate(page: Any, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_url(URL(r"/study\?cards=\w+(&quiz=1)?$"))


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ru", 390)])
def test_ten_cards_by_keys_reload_and_come_back_tomorrow(
    base: str, desk: Any, watch: Watch, lang: str, width: int
) -> None:
    page = desk.open(base + "/study", lang=lang, width=width)
    for n in range(10):
        first = page.locator(".cardbig h1").inner_text()
        show(page)
        assert page.locator(".cardbig h1").inner_text() == first
        rate(page, "4" if n % 2 else "3")
    page.reload()
    done = int(re.findall(r"\d+", page.locator(".studyhead p").inner_text())[0])
    assert 5 <= done <= 10
    watch.move(days=1)
    page.goto(base + "/study")
    assert page.locator(".studyhead p").inner_text().startswith("0 ")
    assert page.locator(".cardbig h1").is_visible()
    assert kit.too_wide(page) == []


def test_typing_the_line_and_undo(base: str, desk: Any) -> None:
    page = desk.open(base + "/study?cards=en")
    assert "Bread baking" in page.locator(".cardbig h1").inner_text()
    page.keyboard.press("t")
    page.keyboard.type("the craft of turning flour and 1 water into a loaf")  # digits rate nothing while one types
    page.keyboard.press("Enter")
    page.wait_for_url(URL("show=1"))
    assert page.locator(".verdict.right").is_visible()
    assert not page.locator(".line mark").first.is_visible()
    page.keyboard.press("l")
    assert page.locator(".line mark").first.is_visible()
    page.locator(".line .more a").first.click()
    page.wait_for_url(URL("/source/bread.txt"))
    assert "turning flour and water" in page.locator("mark").first.inner_text()
    page.go_back()
    rate(page, "Space")
    page.locator(".undo button").click()
    page.wait_for_url(URL(r"/study\?cards=en$"))
    assert "Bread baking" in page.locator(".cardbig h1").inner_text()


def test_a_quiz_by_keys(base: str, desk: Any) -> None:
    page = desk.open(base + "/study?cards=en&quiz=1")
    assert page.locator(".options button").count() >= 2
    show(page, "1")
    assert page.locator(".verdict").is_visible()
    assert page.locator(".options .right").count() == 1
    rate(page, "3")


def test_without_javascript(base: str, desk: Any) -> None:
    page = desk.open(base + "/study?cards=en", javascript=False)
    page.locator(".show").click()
    page.locator(".rate button").nth(3).click()
    page.wait_for_url(URL(r"/study\?cards=en$"))
    assert page.locator(".studyhead p").inner_text().startswith("1 of")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ru", 390)])
def test_everybody_can_use_it(base: str, desk: Any, lang: str, width: int, dark: bool) -> None:
    page = desk.open(base + "/study", lang=lang, width=width, dark=dark)
    found = kit.violations(page)
    page.locator(".tongues summary").click()
    found += kit.violations(page) + kit.too_wide(page)
    page.locator(".tongues summary").click()
    page.locator("h1").click()
    show(page)
    page.keyboard.press("l")
    found += kit.violations(page) + kit.too_wide(page)
    rate(page, "4")
    for url in ("/study?quiz=1", "/study/progress"):
        page.goto(base + url)
        found += kit.violations(page) + kit.too_wide(page)
    page.goto(base + "/study")
    while page.locator(".show").count():
        show(page)
        rate(page, "4")
    found += kit.violations(page)
    assert found == []
