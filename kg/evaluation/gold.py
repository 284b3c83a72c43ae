"""The gold: questions, labels and concepts from JSON files, each line checked before anything is measured.

Questions, one JSON object a line:
    q               the question
    id, lang, type  for the tables; by default the line, the question's script, "other"
    answerable      default true; if so, these two are needed:
    must_contain    [[alternative, ...], ...]: of each inner list one must be said
    evidence        [{file, lines: [first, last]}, ...]: where the sources say it, 1-based and inclusive
    must_order      like must_contain, to be said in this order
    gold_concepts   ids of the concepts that search should find, the first one counts double
Labels, one JSON object: {concept id: [label, ...]}.
Concepts, one JSON object a line: label_en, label_ru, alt_labels (one of them at least), and for the
tables id, kind, salience (core | support | peripheral), mentions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.text import script_of

Alternatives = tuple[tuple[str, ...], ...]
SALIENCE = ("core", "support", "peripheral")


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    first: int
    last: int

    def __str__(self) -> str:
        """`file:first-last`, as editors understand it."""
        return f"{self.file}:{self.first}" + (f"-{self.last}" if self.last != self.first else "")


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    q: str
    lang: str
    type: str
    answerable: bool
    must_contain: Alternatives
    must_order: Alternatives
    places: tuple[Place, ...]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldConcept:
    id: str
    labels: tuple[str, ...]
    kind: str
    salience: str
    mentions: tuple[Place, ...]


def read_questions(path: Path) -> tuple[Question, ...]:
    """UsageError, naming the line: no JSON object there, no `q`, or a field of another shape."""
    found = tuple(_question(_Row(path, number, row)) for number, row in _lines(path))
    if not found:
        raise UsageError(f"{path}: there is no question in it; write one JSON object a line")
    return found


def read_concepts(path: Path) -> tuple[GoldConcept, ...]:
    """UsageError as for questions."""
    found = tuple(_concept(_Row(path, number, row)) for number, row in _lines(path))
    if not found:
        raise UsageError(f"{path}: there is no concept in it; write one JSON object a line")
    return found


def read_labels(path: Path) -> Mapping[str, tuple[str, ...]]:
    value = _json(_text(path), str(path))
    if not isinstance(value, dict):
        raise UsageError(f"{path}: not a JSON object of concept ids and their labels")
    row = _Row(path, 0, value)
    return {id: row.texts(id) for id in value}


@dataclass(frozen=True, slots=True)
class _Row:
    """One object of a file; what is taken out of it has the right shape, or UsageError names the place."""

    path: Path
    number: int  # of its line, 0 where the object is the whole file
    values: Mapping[str, Any]

    def wrong(self, name: str, wanted: str) -> UsageError:
        where = f"{self.path}, line {self.number}" if self.number else str(self.path)
        return UsageError(f"{where}: `{name}` must be {wanted}")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(name, "a list of texts")
        return tuple(value)

    def alternatives(self, name: str) -> Alternatives:
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(
            isinstance(options, list) and all(isinstance(o, str) for o in options) for options in value
        ):
            raise self.wrong(name, "a list of lists of texts")
        return tuple(tuple(options) for options in value)

    def places(self, name: str) -> tuple[Place, ...]:
        value = self.values.get(name) or []
        wanted = "a list of {file, lines: [first, last]}"
        if not isinstance(value, list):
            raise self.wrong(name, wanted)
        out = []
        for one in value:
            match one:
                case {"file": str(file), "lines": [int(first), int(last)]}:
                    out.append(Place(file, first, last))
                case _:
                    raise self.wrong(name, wanted)
        return tuple(out)


def _question(row: _Row) -> Question:
    q, answerable = row.text("q"), row.values.get("answerable", True)
    if not q.strip():
        raise row.wrong("q", "there, the question as it is asked")
    if not isinstance(answerable, bool):
        raise row.wrong("answerable", "true or false")
    if answerable:
        for name in ("must_contain", "evidence"):
            if name not in row.values:
                raise row.wrong(name, "there, as the question has an answer (else: answerable: false)")
    return Question(
        id=row.text("id", f"line {row.number}"),
        q=q,
        lang=row.text("lang") or script_of(q),
        type=row.text("type", "other"),
        answerable=answerable,
        must_contain=row.alternatives("must_contain"),
        must_order=row.alternatives("must_order"),
        places=row.places("evidence"),
        concepts=row.texts("gold_concepts"),
    )


def _concept(row: _Row) -> GoldConcept:
    labels = (row.text("label_en"), row.text("label_ru"), *row.texts("alt_labels"))
    kept = tuple(dict.fromkeys(label for label in labels if label.strip()))
    if not kept:
        raise row.wrong("label_en", "there, or label_ru, or alt_labels")
    salience = row.text("salience", "core")
    if salience not in SALIENCE:
        raise row.wrong("salience", " or ".join(SALIENCE))
    return GoldConcept(row.text("id", kept[0]), kept, row.text("kind"), salience, row.places("mentions"))


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Number and object of every line that is not blank. Only line feeds part lines: a text may hold U+2028."""
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            value = _json(line, f"{path}, line {number}")
            if not isinstance(value, dict):
                raise UsageError(f"{path}, line {number}: not a JSON object")
            yield number, value


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except OSError as problem:
        raise UsageError(f"{path}: cannot be read ({problem.strerror})") from problem
    except UnicodeDecodeError as problem:
        raise UsageError(f"{path}: not UTF-8 (byte {problem.start}); save it as UTF-8") from problem


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise UsageError(f"{where}: not JSON ({problem.msg}, column {problem.colno})") from problem
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{where}: not JSON that can be read ({type(problem).__name__})") from problem
