"""Data folders for tests."""

from __future__ import annotations

from pathlib import Path

KEPT = ("models", "words")  # of the cache


def make_home(folder: Path, kept: Path) -> Path:
    """An empty data folder that has the model and the dictionaries at hand."""
    (folder / "cache").mkdir(parents=True)
    for name in KEPT:
        (kept / name).mkdir(exist_ok=True)
        (folder / "cache" / name).symlink_to(kept / name)
    return folder
