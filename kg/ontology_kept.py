"""An ontology as a build keeps it: read from Turtle and keyed by lemmas once, so that opening a build need not do so.

One JSON file. It holds nothing that the Turtle files beside it do not say: where it was made from other files, or by
another version of the program, it is as if it were not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kg.model import Lang
from kg.ontology import Ontology, OntologyClass, Predicate, Term


def write(ontology: Ontology, file: Path, *, made_from: str) -> None:
    """`made_from`: tells apart all that decides what is read, the files and the program."""
    numbers = {id(term): n for n, term in enumerate((*ontology.terms, *ontology.words))}
    said = {
        "made_from": made_from,
        "classes": [asdict(c) for c in ontology.classes.values()],
        "predicates": [asdict(p) for p in ontology.predicates.values()],
        "terms": [asdict(t) for t in ontology.terms],
        "words": [asdict(t) for t in ontology.words],
        "cue_lists": [[role, lang, cues] for (role, lang), cues in ontology.cue_lists.items()],
        "order": dict(ontology.order),
        "term_keys": {
            lang: [[" ".join(key), numbers[id(term)]] for key, term in keys.items()]
            for lang, keys in ontology.term_keys.items()
        },
    }
    file.write_text(json.dumps(said, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def read(file: Path, *, made_from: str, files: Sequence[Path] = ()) -> Ontology | None:
    """None where there is no such file, or one that was made from something else. `files`: the Turtle files."""
    try:
        said: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if said["made_from"] != made_from:
            return None
        ontology = Ontology(
            {c["name"]: _class(c) for c in said["classes"]},
            {p["name"]: Predicate(**{**p, "implies": tuple(p["implies"])}) for p in said["predicates"]},
            tuple(map(_term, said["terms"])),
            tuple(map(_term, said["words"])),
            {(role, lang): tuple(cues) for role, lang, cues in said["cue_lists"]},
            tuple(files),
            said["order"],
        )
        terms = (*ontology.terms, *ontology.words)
        keys: dict[Lang, dict[tuple[str, ...], Term]] = {
            lang: {tuple(key.split(" ")): terms[n] for key, n in pairs} for lang, pairs in said["term_keys"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    ontology.__dict__["term_keys"] = keys  # where functools.cached_property keeps what it has found
    return ontology


def _class(said: Mapping[str, Any]) -> OntologyClass:
    return OntologyClass(**{**said, "cues": _tuples(said["cues"]), "also": tuple(said["also"])})


def _term(said: Mapping[str, Any]) -> Term:
    return Term(said["id"], _tuples(said["labels"]), _tuples(said["hidden"]))


def _tuples(said: Mapping[Lang, Sequence[str]]) -> dict[Lang, tuple[str, ...]]:
    return {lang: tuple(texts) for lang, texts in said.items()}
