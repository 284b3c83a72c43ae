"""Tables of words that packages bring, kept as one file a language: made once, opened in milliseconds from then on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.model import Lang

_LANGS: tuple[Lang, ...] = ("en", "ru")


def table(folder: Path, lang: Lang) -> Path:
    return folder / f"{lang}.dic"


def keep(folder: Path, package: str, *, make: Callable[[Lang, Path], None] | None) -> Path | None:
    """Folder with a table of each language, below `folder`, by the version of the package that they come from.

    make  writes the table of a language into a folder, under the name that `table` gives it there; a table that is
          there already is not made again. Without it, None where one is missing.
    """
    from importlib.metadata import version

    folder = folder / f"{package}-{version(package)}"
    for lang in _LANGS:
        if table(folder, lang).is_file():
            continue
        if make is None:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as beside:
            make(lang, Path(beside))
            os.replace(table(Path(beside), lang), table(folder, lang))
    return folder
