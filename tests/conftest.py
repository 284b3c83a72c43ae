"""Shared fixtures: no settings from the environment, one exported model for all, a small course in two languages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
def model_cache(request: pytest.FixtureRequest) -> Path:
    """A cache folder that outlives the run: exporting the model takes longer than all else together."""
    cache = request.config.cache
    assert cache is not None
    return Path(cache.mkdir("studygraph"))


@pytest.fixture
def home(tmp_path: Path, model_cache: Path) -> Path:
    """An empty data folder that has the model at hand."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "cache").mkdir()
    (folder / "cache" / "models").symlink_to(model_cache / "models")
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with the two notes above."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
