"""README.md holds all that there is, and only that; no tracked text names a machine or a package host."""

from __future__ import annotations

import inspect
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from api.app import create_app
from kg import cli, errors, settings
from kg.base import KnowledgeBase
from kg.export import FORMATS
from kg.reading import SUFFIXES, read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def section(title: str) -> str:
    """The text below a heading of the second or third level, up to the next one of the same or a higher level."""
    found = re.search(rf"^(##+) {re.escape(title)}$(.*?)(?=^##? |\Z)", README, re.M | re.S)
    assert found, f"README has no section {title}"
    return found[2]


def rows(title: str) -> list[list[str]]:
    """Cells of the tables of a section, without heads and without the marks of code."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    cells = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [[re.sub(r"^`|`$", "", c) for c in row] for row in cells if set(row[0]) - set("- ")]


def test_commands() -> None:
    group = typer.main.get_command(cli.app)
    present = set(group.commands)  # type: ignore[attr-defined]
    told = {re.match(r"kg (\w+)", row[0])[1] for row in rows("Command line")[1:]}  # type: ignore[index]
    assert told == present


def test_options_that_are_named_exist() -> None:
    group = typer.main.get_command(cli.app)
    for row in rows("Command line")[1:]:
        name = row[0].split()[1]
        present = {o for p in group.commands[name].params for o in p.opts}  # type: ignore[attr-defined]
        told = set(re.findall(r"--[a-z]+", " ".join(row)))
        assert told <= present, name


@pytest.fixture
def kb(built: settings.Settings) -> KnowledgeBase:
    return KnowledgeBase.open(built)


@pytest.fixture
def addresses(kb: KnowledgeBase) -> set[str]:
    """Every address that the application answers, with `{id:path}` written `{id}`."""
    app = create_app(kb)
    found: set[str] = set()

    def walk(routes: object) -> None:
        for route in routes:  # type: ignore[attr-defined]
            if (inner := getattr(route, "original_router", None)) is not None:
                walk(inner.routes)
            else:
                found.add(re.sub(r":\w+\}", "}", route.path))

    walk(app.routes)
    assert set(app.openapi()["paths"]) <= found
    return found


def test_routes(addresses: set[str]) -> None:
    told = {re.sub(r"\?.*", "", a) for row in rows("API")[1:] for a in re.findall(r"(?<![\w}])/[^\s`,]*", row[0])}
    assert told == addresses


def test_methods_and_parameters(kb: KnowledgeBase) -> None:
    table = rows("API")[1:]
    for path, methods in create_app(kb).openapi()["paths"].items():
        [row] = [r for r in table if re.search(rf"(GET|POST) {re.escape(path)}(?=[?`,]|$)", r[0])]
        told = set(re.findall(rf"(GET|POST) {re.escape(path)}(?=[?`,]|$)", row[0]))
        assert told == {m.upper() for m in methods}, path
        for parameter in methods.get("get", methods.get("post", {})).get("parameters", []):
            assert re.search(rf"\b{parameter['name']}\b", " ".join(row)), f"{path}: {parameter['name']}"


def test_settings() -> None:
    told = [tuple(c.replace("`", "") for c in row) for row in rows("Settings")[1:]]
    assert told == [(r.variable, r.default, r.help.replace("`", "")) for r in settings.table()]


def test_errors() -> None:
    present = {
        name: (c.exit_code, c.status)
        for name, c in inspect.getmembers(errors, inspect.isclass)
        if issubclass(c, errors.KgError)
    }
    assert {row[0]: (int(row[2]), int(row[3])) for row in rows("Errors")[1:]} == present


def test_export_formats() -> None:
    assert [(row[0], row[1]) for row in rows("Formats")[1:]] == [(f.name, f.suffix) for f in FORMATS.values()]


def test_formats_that_are_read() -> None:
    told = section("Formats").partition("**Written**")[0]
    assert set(re.findall(r"`(\.\w+)`", told)) == SUFFIXES


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.M))


def test_make_targets() -> None:
    code = re.findall(r"^```\n(.*?)^```", README, re.M | re.S) + re.findall(r"(?<!`)`(make [^`\n]*)`", README)
    lines = [line for text in code for line in text.splitlines() if line.startswith("make ")]
    named = {word for line in lines for word in line.split()[1:] if re.fullmatch(r"[a-z]+", word)}
    assert named == make_targets() - {"help"}  # that one is `make` alone


def test_links_and_folders_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    for row in rows("Development"):
        if row[0].endswith("/"):
            assert (ROOT / row[0]).is_dir(), row[0]


def test_links_into_the_page_have_a_heading() -> None:
    headings = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.*)$", README, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


def test_the_picture_is_small() -> None:
    picture = (ROOT / "docs" / "page.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000
    assert int.from_bytes(picture[16:20], "big") == 1280


def tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in data and path.suffix != ".pdf":
            yield name, data.decode("utf-8")


# written in two parts, so that this file does not find itself
HOSTS = re.compile(
    "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "download" + r"\.pytorch", "hugging" + r"face\.co"])
)
PLACES = re.compile(r"(?<![\w.~$}/-])/(?:home|root|Users|work|workspace|mnt|srv)/\w+")


def test_no_file_names_a_package_host_or_a_place_of_one_machine() -> None:
    wrong = [
        f"{name}:{n}: {line.strip()[:120]}"
        for name, text in tracked_texts()
        for n, line in enumerate(text.splitlines(), 1)
        if HOSTS.search(line) or PLACES.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_citations_in_the_answers_stand_there() -> None:
    shown = re.findall(r"^ +(\S+\.\w+):(\d+)(?:-(\d+))?(?: \(p\. \d+\))?  “(.*)”$", section("Three questions"), re.M)
    assert shown
    files = {path.name: path for path in (ROOT / "corpus").rglob("*.*")}
    texts: dict[str, list[str]] = {}
    for name, first, last, quote in shown:
        if name not in texts:
            texts[name] = read(files[name], settings=settings.Settings()).raw.split("\n")
        lines = " ".join(" ".join(texts[name][int(first) - 1 : int(last or first)]).split())
        assert quote.rstrip("…") in lines, f"{name}:{first}"
