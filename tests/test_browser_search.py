"""Asking and reading in a real browser: by mouse, by keys alone, on a phone, in both languages."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from browserkit import PHONE, Desk, expect, too_wide

if TYPE_CHECKING:
    from playwright.sync_api import Page

YEARS = "What year was Why colonies abandon a full hive published?"

MARCHETTI = "What does Marchetti say about smoke?"


def ask(page: Page, question: str) -> None:
    page.locator("#q").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")


def in_view(page: Page, selector: str) -> bool:
    found: bool = page.locator(selector).first.evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight }"
    )
    return found


def test_a_question_its_answer_and_the_marked_line(course: str, desk: Desk) -> None:
    page = desk.open(course + "/")
    ask(page, "What are the four stages of colony growth?")
    expect(page.locator(".answer ol.steps li .what")).to_have_text(["Awakening", "Build-up", "Swarming", "Wintering"])
    expect(page.locator(".answer .status")).to_contain_text("Answered from 1 source")
    assert parse_qs(urlsplit(page.url).query)["q"] == ["What are the four stages of colony growth?"]
    page.locator(".answer .cite").nth(2).click()  # opens beside the answer
    expect(page.locator("#source mark")).to_contain_text("Swarming")
    page.locator("#source .more > a").click()
    page.wait_for_url(re.compile("/source/"))
    expect(page.locator("mark")).to_contain_text("Swarming")
    assert in_view(page, "mark")
    page.go_back()
    expect(page.locator(".answer h1")).to_contain_text("Four stages of colony growth")


def test_a_citation_in_a_long_source_is_scrolled_to(course: str, desk: Desk) -> None:
    page = desk.open(course + "/", width=PHONE)
    ask(page, "What is the waggle dance?")
    page.locator(".answer .cite").first.click()  # no room beside the answer: the source itself
    page.wait_for_url(re.compile("/source/apiary-handbook"))
    expect(page.locator("mark")).to_contain_text("waggle dance")
    assert in_view(page, "mark")


def test_sides_stand_beside_each_other(course: str, desk: Desk) -> None:
    page = desk.open(f"{course}/?q={quote('Compare queen and drone.')}")
    sides = page.locator(".sides section")
    expect(sides).to_have_count(2)
    expect(sides.locator("h2")).to_have_text(["Queen", "Drone"])
    expect(sides.nth(1)).to_contain_text("a male whose single task is mating")
    left, right = (sides.nth(i).bounding_box() for i in (0, 1))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert sides.locator(".cite").count() == 2
    page.set_viewport_size({"width": PHONE, "height": 800})
    left, right = (sides.nth(i).bounding_box() for i in (0, 1))
    assert left
    assert right
    assert left["y"] + left["height"] <= right["y"]


@pytest.mark.parametrize(
    ("question", "tone", "en", "ru"),
    [
        ("What is propolis?", "yes", "Answered from", "Ответ по"),
        (YEARS, "both", "The sources disagree", "Источники расходятся"),
        ("What is the capital of Australia?", "no", "Not in these notes", "В конспектах этого нет"),
        (MARCHETTI, "no", "Mentioned, but not explained", "Упомянуто, но"),
    ],
)
def test_how_sure_an_answer_is_is_said_plainly(
    course: str, desk: Desk, question: str, tone: str, en: str, ru: str
) -> None:
    for lang, words in (("en", en), ("ru", ru)):
        page = desk.open(f"{course}/?q={quote(question)}", lang=lang)
        expect(page.locator(f".answer.{tone} .status")).to_contain_text(words)


def test_by_keys_alone(course: str, desk: Desk) -> None:
    page = desk.open(course + "/concepts")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("propo")
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(page.locator("#q")).to_have_value("propo")
    page.keyboard.type("l")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/concept/propolis"))
    page.keyboard.press("/")
    page.keyboard.type("What is propolis?")
    page.keyboard.press("Escape")  # leaves the list or the box, never empties it
    page.keyboard.press("Escape")
    expect(page.locator("#q")).not_to_be_focused()
    expect(page.locator("#q")).to_have_value("What is propolis?")
    page.locator("#q").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .sides")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.answer .cite')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = page.locator("#source mark").inner_text()
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('.answer .cite')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#source mark")).not_to_have_text(before)


def test_hits_are_narrowed_and_widened_again(course: str, desk: Desk) -> None:
    page = desk.open(f"{course}/?q=bees")
    page.locator(".facets summary", has_text="Source").click()
    page.locator(".menu a", has_text="Handbook of the apiary").click()
    page.wait_for_url(re.compile("document=apiary-handbook.md"))
    assert set(page.locator(".hit .cites").all_inner_texts()) != set()
    assert all("Handbook" in text for text in page.locator(".hit .cite:first-child").all_inner_texts())
    expect(page.locator(".facets summary[aria-current]")).to_contain_text("Handbook of the apiary")
    address = page.url
    page.locator(".facets .clear").click()
    expect(page.locator(".facets summary[aria-current]")).to_have_count(0)
    page.go_back()
    assert page.url == address
    page.locator(".facets summary", has_text="Kind").click()
    page.keyboard.press("Escape")
    expect(page.locator(".menu:visible")).to_have_count(0)


def test_the_first_page_invites(course: str, desk: Desk) -> None:
    page = desk.open(course + "/")
    tries = page.locator(".tries a")
    expect(tries).to_have_count(3)
    for i in range(3):
        page.locator(".tries a").nth(i).click()
        expect(page.locator(".answer .status")).to_contain_text("Answered from")
        page.go_back()


def test_the_language_is_changed_and_kept(course: str, desk: Desk) -> None:
    page = desk.open(f"{course}/?q={quote('Что такое прополис?')}")
    page.locator("a.tongue").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#q")).to_have_value("Что такое прополис?")
    page.locator("header nav a", has_text="Источники").click()
    expect(page.locator("h1")).to_contain_text("Источники")
    page.locator("a.tongue").click()
    expect(page.locator("h1")).to_contain_text("Sources")


def test_a_citation_to_take_along(course: str, desk: Desk) -> None:
    page = desk.open(course + "/concept/propolis")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".def .citing summary").first.click()
    page.locator(".def .citing button").first.click()
    expect(page.locator(".def .citing button").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"“.*Propolis.*” — .*, line \d+ \(.*\.md\)", copied), copied


def test_what_was_read_from_a_source(course: str, desk: Desk) -> None:
    page = desk.open(course + "/sources")
    page.locator("a", has_text="2 repairs").click()
    row = page.locator(".mended [role=row]").nth(1)
    expect(row.locator("mark")).to_have_text(["o@ers", "e@orts", "offers", "efforts"])
    row.locator("a").click()
    expect(page.locator(".cited")).to_contain_text("The keeper o@ers it")
    page.locator(".tabs a", has_text="What was read").click()
    page.locator(".facts .cite").first.click()
    expect(page.locator("mark")).to_be_visible()
    assert in_view(page, "mark")
    page = desk.open(course + "/source/reading-list.txt?show=left-out")
    expect(page.locator(".facts li")).to_have_count(1)
    expect(page.locator(".facts li")).to_contain_text("Contents")


def test_without_javascript(course: str, desk: Desk) -> None:
    page = desk.open(course + "/", javascript=False)
    ask(page, "What is propolis?")
    page.locator(".answer .cite").first.click()
    page.wait_for_url(re.compile("/source/"))
    assert page.locator("mark").is_visible()
    page.goto(course + "/concept/propolis")
    assert page.locator(".def").count() >= 2
    page.goto(f"{course}/?q=bees")
    page.locator(".facets summary", has_text="Kind").click()
    page.locator(".menu a").first.click()
    assert "kind=" in page.url


def test_an_answer_is_there_at_once(course: str, desk: Desk, record_property: pytest.RecordProperty) -> None:  # type: ignore[name-defined]
    """From Enter to the answer's first paint; other programs may be using the machine, so the quickest counts."""
    page = desk.open(course + "/")
    took = []
    for question in (
        "What is a nuc?",
        "What is brood?",
        "What is royal jelly?",
        "What is a smoker?",
        "Что такое пасека?",
    ):
        page.locator("#q").fill(question)
        page.evaluate(
            """document.querySelector("#q").addEventListener("keydown", (e) => e.key === "Enter" &&
            sessionStorage.setItem("enter", performance.timeOrigin + e.timeStamp))"""
        )
        page.keyboard.press("Enter")
        page.wait_for_selector(".answer h1, .answer .prose")
        took.append(
            page.evaluate(
                """new Promise((done) => new PerformanceObserver((list) => {
                  const [paint] = list.getEntriesByName("first-contentful-paint");
                  if (paint) done(performance.timeOrigin + paint.startTime - sessionStorage.getItem("enter"));
                }).observe({ type: "paint", buffered: true }))"""
            )
        )
    record_property("milliseconds from Enter to the answer", sorted(round(t) for t in took))
    print(f"Enter to answer: {min(took):.0f} ms at best, {median(took):.0f} ms in the middle")
    assert min(took) < 300, took


def test_the_page_is_light(course: str, desk: Desk) -> None:
    """Everything that a visit loads, uncompressed, stays far below 700 KB."""
    page = desk.open(course + "/")
    for path in ("", "/?q=bees", "/map?concept=drone&depth=3", "/concept/propolis", "/source/apiary-handbook.md"):
        page.goto(course + path)
        weight = page.evaluate(
            """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .reduce((sum, e) => sum + e.decodedBodySize, 0)"""
        )
        assert 0 < weight < 200_000, (path, weight)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_phone_never_scrolls_sideways(course: str, desk: Desk, lang: str) -> None:
    page = desk.open(course + "/", lang=lang, width=PHONE)
    for path in ("/", "/?q=bees", f"/?q={quote(YEARS)}", "/?q=Compare queen and drone.", "/concepts", "/sources",
                 "/concept/propolis", "/map?concept=bee&depth=2", "/source/feeding.txt?show=repairs",
                 "/source/apiary-handbook.md?show=facts", "/source/apiary-handbook.md?lines=3-3", "/docs"):  # fmt: skip
        page.goto(course + path.replace(" ", "%20"))
        assert too_wide(page) == [], path
