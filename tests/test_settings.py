"""Settings: the table, the environment, and errors that name the variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from kg import settings
from kg.errors import SettingsError


def test_every_setting_stands_in_the_table_with_a_help_text() -> None:
    rows = settings.table()
    assert [r.name for r in rows] == list(settings.Settings.model_fields)
    assert all(r.help and r.variable == f"KG_{r.name.upper()}" for r in rows)
    text = settings.as_text()
    assert all(r.variable in text and r.help in text for r in rows)
    assert next(r.default for r in rows if r.name == "home") == ".kg"


def test_environment_and_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PORT", "9001")
    monkeypatch.setenv("KG_HOME", "/data/kg")
    found = settings.load_settings(port=None)
    assert (found.port, found.home) == (9001, Path("/data/kg"))
    assert settings.load_settings(port=9002).port == 9002
    with pytest.raises(ValidationError):
        found.port = 1


def test_a_wrong_value_is_one_line_that_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PORT", "many")
    with pytest.raises(SettingsError, match=r"KG_PORT: .*'many'") as caught:
        settings.load_settings()
    assert "\n" not in str(caught.value)
    monkeypatch.setenv("KG_PORT", "80")
    with pytest.raises(SettingsError, match="KG_MAX_PAGES"):
        settings.load_settings(max_pages=0)
