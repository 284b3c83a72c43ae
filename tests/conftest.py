"""Shared fixtures: no settings from the environment, one exported model for all, a small course in two languages."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from answerkit import bees  # noqa: F401  (fixture)
from browserkit import browser, course, desk, hostile_course  # noqa: F401  (fixtures)
from evalkit import scripted_bread  # noqa: F401  (fixture)
from homekit import KEPT, make_home
from studykit import bread, watch  # noqa: F401  (fixtures)

from kg.settings import Settings

NOTES = {
    "mountains.md": """\
# Mountain weather

Mountain weather is the state of the air above high ground, and it changes within minutes.

## 3 signs of a storm

1. **Falling pressure**: the barometer drops for several hours in a row.
2. **Tall clouds**: heaps that grow faster upwards than sideways.
3. **Sudden wind**: gusts out of the valley against the usual breeze.

A barometer is an instrument that measures the pressure of the air.
""",
    "pogoda.md": """\
# Погода в горах

Барометр — это прибор, который измеряет давление воздуха.

## Два вида облаков

1. **Кучевые облака**: растут вверх в тёплый день.
2. **Слоистые облака**: лежат ровным покровом над долиной.
""",
}


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("KG_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def kept_cache(request: pytest.FixtureRequest) -> Path:
    """Exported model and dictionaries, kept from one run to the next: they take longer to make than all else."""
    cache = request.config.cache
    assert cache is not None
    return Path(cache.mkdir("studygraph"))


def write_notes(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path, kept_cache: Path) -> Path:
    return make_home(tmp_path / "home", kept_cache)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with the two notes above."""
    return write_notes(tmp_path / "notes")


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Path:
    from kg.base import build

    folder = make_home(tmp_path_factory.mktemp("built") / "home", kept_cache)
    build([write_notes(tmp_path_factory.mktemp("written") / "notes")], settings=Settings(home=folder))
    return folder


@pytest.fixture
def built(settings: Settings, _built_once: Path) -> Settings:
    """Settings of a data folder of its own in which the two notes are built."""
    shutil.copytree(_built_once, settings.home, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*KEPT))
    return settings
