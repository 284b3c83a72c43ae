"""A file imports lower ranks only, so that the whole has one direction; `kg` never imports `api`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom up. A name stands for a module kg/<name>.py, or for a package kg/<name>/ whose files import each
# other. "whole: parts" names modules that make one thing together and may import each other; "|" separates equals.
RANKS = """
errors
model
word_tables
text | progress | quiet
keyboard | frequencies
settings
ontology: ontology ontology_files ontology_kept
counts
reading
extract
passages | resolve
near | conflicts
rdf: rdf rdf_reading rdf_terms | shapes
ports
token_states | low_rank
stores
embedding: bundled_models embedding embedding_cache model_export tokenizer_files | text_index | vector_index | labels
word_vectors | suggest | late_interaction | cross_encoder: cross_encoder cross_encoder_export
search: search search_build search_explain search_hits search_legs search_query search_units
answering
answer
study
export
home | manifest | sources | engines | decisions
stored
intake
build
base
views
merges
diff | lint | terminal | desk: desk desk_views
grading
evaluate: evaluate evaluation
cli
"""


def _ranks() -> dict[str, tuple[int, str]]:
    """Module or package name to (rank, the part that it belongs to)."""
    out = {}
    for rank, line in enumerate(RANKS.split("\n")):
        for part in line.split("|"):
            whole, colon, members = part.rpartition(":")
            for name in members.split():
                out[name] = (rank, whole.split()[-1] if colon else name)
    return out


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, wherever in the file, type checking included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.lineno, str(node.module)
            yield from ((node.lineno, f"{node.module}.{a.name}") for a in node.names)


def test_the_table_names_every_module() -> None:
    present = {p.stem if p.parent == ROOT / "kg" else p.relative_to(ROOT / "kg").parts[0] for p in files("kg")}
    assert present - {"__init__"} <= set(_ranks()), "new modules need a rank"


@pytest.mark.parametrize("path", files("kg"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_down(path: Path) -> None:
    ranks = _ranks()
    own = path.relative_to(ROOT / "kg").parts[0].removesuffix(".py")
    if own == "__init__":
        return
    wrong = []
    for line, name in imported(path):
        parts = name.split(".")
        if parts[0] == "api":
            wrong.append(f"line {line}: kg imports api")
        if parts[0] != "kg" or len(parts) < 2 or parts[1] not in ranks:
            continue
        (rank, part), (other, its_part) = ranks[own], ranks[parts[1]]
        if other > rank or (other == rank and part != its_part):
            wrong.append(f"line {line}: {own} (rank {rank}) imports {parts[1]} (rank {other})")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_nothing_runs_backwards_through_a_dynamic_import() -> None:
    for path in files("kg"):
        source = path.read_text("utf-8")
        assert "import_module" not in source, path
        assert "__import__" not in source, path
