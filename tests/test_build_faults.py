"""A build that dies at any point leaves the last good one serving, and the next build cleans up."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import home as data
from kg.base import KnowledgeBase, build
from kg.errors import ShapeError, StoreError, UsageError
from kg.settings import Settings

ROOT = Path(__file__).parents[1]

# A process that builds and is killed as by `kill -9` just before the named function would run.
KILLED = """
import importlib, os, signal, sys
from pathlib import Path
module, name, home, notes = sys.argv[1:]
target = importlib.import_module(module)
def die(*args, **rest):
    os.kill(os.getpid(), signal.SIGKILL)
if name == "os.replace:CURRENT":
    replace = os.replace
    def maybe(a, b):
        return die() if str(b).endswith("CURRENT") else replace(a, b)
    os.replace = maybe
else:
    assert hasattr(target, name)
    setattr(target, name, die)
from kg.base import build
from kg.settings import Settings
build([Path(notes)], settings=Settings(home=Path(home)))
print("survived")
"""

STAGES = [
    ("kg.intake", "_extracted"),
    ("kg.resolve", "resolve_all"),
    ("kg.near", "near"),
    ("kg.shapes", "check"),
    ("kg.engines", "create_store"),
    ("kg.stored", "write_passages"),
    ("kg.search_build", "_embed"),
    ("kg.manifest", "parts_of"),
    ("kg.manifest", "write"),
    ("kg.home", "publish"),
    ("kg.home", "flush"),
    ("kg.home", "make_current"),
    ("kg.home", "os.replace:CURRENT"),
]


@pytest.fixture
def changed(notes: Path) -> Path:
    """The notes with one more, so that a build would make another one current."""
    (notes / "rivers.md").write_text("# Rivers\n\nA tributary is a river that flows into a larger river.\n")
    return notes


def check_as_before(settings: Settings, before: KnowledgeBase) -> None:
    kb = KnowledgeBase.open(settings)
    assert kb.build_id == before.build_id
    assert kb.graph.facts == before.graph.facts
    assert kb.search("tall clouds").hits[0].evidence


@pytest.mark.parametrize(("module", "name"), STAGES, ids=[f"{m}.{n}" for m, n in STAGES])
def test_killed_before(module: str, name: str, built: Settings, changed: Path) -> None:
    before = KnowledgeBase.open(built)
    command = [sys.executable, "-c", KILLED, module, name, str(built.home), str(changed)]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    check_as_before(built, before)
    with data.locked(built.home):  # as the next build does
        assert not [p for p in data.builds(built.home).iterdir() if p.name.startswith(".")]


def test_the_next_build_goes_on_where_the_killed_one_stopped(built: Settings, changed: Path) -> None:
    command = [sys.executable, "-c", KILLED, "kg.home", "make_current", str(built.home), str(changed)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == -signal.SIGKILL
    report = build([changed], settings=built)
    assert report.documents == 3
    assert KnowledgeBase.open(built).build_id == report.build_id
    assert len(data.finished(built.home)) == 2


def test_killed_after_the_rename_the_new_build_serves(built: Settings, changed: Path) -> None:
    command = [sys.executable, "-c", KILLED, "kg.home", "prune", str(built.home), str(changed)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == -signal.SIGKILL
    assert len(KnowledgeBase.open(built).documents()) == 3


@pytest.mark.slow
def test_killed_at_any_time(built: Settings, changed: Path) -> None:
    before = KnowledgeBase.open(built)
    command = [sys.executable, "-m", "kg.cli", "build", str(changed), "--home", str(built.home)]
    chance = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.1, 1.5))
        process.kill()
        process.wait()
        kb = KnowledgeBase.open(built)
        assert len(kb.documents()) in (2, 3)
        if len(kb.documents()) == 2:
            check_as_before(built, before)


def test_a_graph_that_breaks_a_shape_changes_nothing(
    built: Settings, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two preferred labels in one language, as no resolver should give."""
    import kg.rdf

    before = KnowledgeBase.open(built)
    to_dataset = kg.rdf.to_dataset

    def broken(*args: object) -> object:
        from rdflib import Graph, Literal
        from rdflib.namespace import SKOS

        dataset = to_dataset(*args)  # type: ignore[arg-type]
        s, _, _, g = next(dataset.quads((None, SKOS.prefLabel, None, None)))
        for text in ("one", "two"):
            dataset.add((s, SKOS.prefLabel, Literal(text, lang="en"), Graph(identifier=g)))  # type: ignore[arg-type]
        return dataset

    monkeypatch.setattr(kg.rdf, "to_dataset", broken)
    with pytest.raises(ShapeError, match="nothing was changed"):
        build([changed], settings=built)
    check_as_before(built, before)
    assert [p.name for p in data.builds(built.home).iterdir()] == [before.folder.name]


def test_a_store_that_loses_facts_is_not_published(
    built: Settings, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kg.rdf

    before = KnowledgeBase.open(built)
    from_store = kg.rdf.from_store

    def forgetful(*args: object) -> object:
        concepts, facts, redirects = from_store(*args)  # type: ignore[arg-type]
        return concepts, facts[1:], redirects

    monkeypatch.setattr(kg.rdf, "from_store", forgetful)
    with pytest.raises(StoreError, match="gave back"):
        build([changed], settings=built)
    monkeypatch.undo()
    check_as_before(built, before)


def test_two_builds_at_once(built: Settings, changed: Path) -> None:
    with data.locked(built.home), pytest.raises(UsageError, match="another build is running there"):
        build([changed], settings=built)


def test_a_full_disk_is_one_line(built: Settings, changed: Path) -> None:
    """A limit on the size of files stands in for it: every write beyond fails."""
    before = KnowledgeBase.open(built)
    script = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
from kg.cli import main
main(["build", sys.argv[1], "--home", sys.argv[2]])
"""
    command = [sys.executable, "-c", script, str(changed), str(built.home)]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert failed.returncode in (1, 2), failed.stderr
    assert "Traceback" not in failed.stderr
    assert failed.stderr.strip().splitlines()[-1].startswith("kg: ")
    check_as_before(built, before)
