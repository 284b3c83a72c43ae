#!/usr/bin/env python3
"""Take the pictures of README.md anew: python docs/pictures.py http://127.0.0.1:8000

The course of corpus/ has to be served at that address. Needs the test tools and chromium.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browserkit import PHONE, WIDE, Desk, launched  # noqa: E402  (a module of the tests)

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST = 150_000  # bytes
MAP = """\
flowchart LR
  j[Customer journey] -->|consists of| a[Awareness]
  i[Interest] -->|comes before| a
  e[Customer experience] -->|contrasts with| p[Product offering]
  c[CRM] -->|is the same as| b[Blockchain]
"""
PICTURES = (  # file, address, language, width, dark
    ("page", "/?q=Which types of touchpoints are there?", "en", WIDE, False),
    ("home", "/", "en", WIDE, False),
    ("comparison", "/?q=What is the difference between CRM and CEM?", "en", WIDE, True),
    ("concept", "/concept/customer-journey", "en", WIDE, False),
    ("map", "/map?concept=touchpoint", "en", WIDE, False),
    ("map-phone", "/map?concept=customer-journey", "ru", PHONE, True),
    ("answer-phone", "/?q=Какие бывают точки контакта?", "ru", PHONE, False),
    ("concepts", "/concepts", "en", WIDE, False),
    ("study-phone", "/study?cards=ru", "ru", PHONE, True),
    ("study-progress", "/study/progress?cards=en", "en", WIDE, False),
    ("sources", "/sources", "en", WIDE, False),
    ("api", "/docs", "en", WIDE, False),
    ("study", "/study?cards=en&quiz=0&concept=touchpoint", "en", WIDE, False),
    ("grade", "/grade", "en", WIDE, False),
    ("source-read", "/source/1-1-knowledge-clip-flashcards.txt?show=facts", "en", WIDE, False),
)


def _turned(page: Page) -> None:
    """The back of a card, with the line that it stands on."""
    page.locator(".reply textarea").fill("any point of contact between a customer and a company")
    page.locator(".reply .show").click()
    page.locator("details.line > summary").click()


def _graded(page: Page) -> None:
    page.locator("#text").fill(MAP)
    page.locator("form.sheet button").click()


FIRST: dict[str, Callable[[Page], None]] = {"study": _turned, "grade": _graded}  # what is done before the picture


def small(png: bytes) -> bytes:
    """The same picture in as few colours as it takes to stay below `MOST` bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (255, 128, 64, 32):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() < MOST:
            return out.getvalue()
    raise SystemExit(f"a picture of {picture.size} does not fit into {MOST} bytes")


def main(base: str) -> None:
    with launched() as browser:
        desk = Desk(browser, patience=30_000)
        for name, path, lang, width, dark in PICTURES:
            page = desk.open(base.rstrip("/") + path, lang=lang, width=width, dark=dark)
            FIRST.get(name, lambda page: None)(page)
            page.wait_for_load_state("networkidle")
            (HERE / f"{name}.png").write_bytes(small(page.screenshot()))
        desk.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
