"""Asking and reading in a real browser."""

from __future__ import annotations

from browserkit import Desk, too_wide, violations


def test_a_question_is_answered(course: str, desk: Desk) -> None:
    page = desk.open(course + "/")
    page.fill("#q", "Which types of touchpoints are there?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    assert page.locator(".answer .steps li").count() == 4
    assert violations(page) == []
    assert too_wide(page) == []
