"""Decisions about names: kept apart from builds, followed by every build, told by command line and API, undone."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import schemas
from api.app import create_app
from kg import cli
from kg import home as data
from kg.base import KnowledgeBase, add, build, remove
from kg.decisions import Decisions, pair
from kg.errors import StoreError
from kg.settings import Settings

NOTES = {
    "seals.md": "# Harbour seal\n\nA harbour seal is a mammal of the coast.\n\n## Seal colonies\n\nThey are loud.\n",
    "coast.md": "# Common seal\n\nIt lives on coasts.\n\n## Seal colony\n\nA seal colony is a group that rests.\n",
    "bereg.md": "# Пёстрый тюлень\n\nПёстрый тюлень — это зверь, который живёт у берега.\n",
    "dive.md": "# Loyalty of divers\n\nIt is rare.\n\n# Diver loyalty\n\nIt is praised.\n",
}

Run = Callable[..., Any]


@pytest.fixture
def course(settings: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "course"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    build([folder], settings=settings)
    return settings


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kg merges ...`: (exit status, what was printed, what was said)."""
    monkeypatch.setenv("KG_HOME", str(settings.home))

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = cli.run(["merges", *arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run


def listed(kg: Run, *arguments: str) -> Any:
    status, out, err = kg(*arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def rows(found: Any) -> set[tuple[str, str, str]]:
    return {(r["list"], r["a"]["id"], r["b"]["id"]) for r in found["merges"]}


def test_the_lists_tell_what_was_merged_and_what_nearly(course: Settings, kg: Run) -> None:
    everything = listed(kg)
    assert ("auto", "seal-colonies", "seal-colony") in rows(everything)
    assert ("near", "diver-loyalty", "loyalty-of-divers") in rows(everything)
    assert everything["counts"] == {"near": 1, "auto": everything["total"] - 1, "decided": 0}
    assert {r["list"] for r in listed(kg, "--auto")["merges"]} == {"auto"}
    assert rows(listed(kg, "--near")) == {("near", "diver-loyalty", "loyalty-of-divers")}
    assert rows(listed(kg, "--about", "Seal colonies")) == {("auto", "seal-colonies", "seal-colony")}
    assert len(listed(kg, "--limit", "1", "--offset", "1")["merges"]) == 1
    _, shown, _ = kg()
    assert '"Seal colonies" and "Seal colony" are the same words in other forms' in shown
    assert "seals.md:5" in shown
    assert "- dive.md uses both names" in shown


def test_accepting_rejecting_and_undoing_change_the_build_at_once_and_back_to_the_same_bytes(
    course: Settings, kg: Run
) -> None:
    first = data.current_name(course.home)
    assert kg("accept", "Harbour seal", "Пёстрый тюлень")[0] == 0
    kb = KnowledgeBase.open(course)
    assert kb.concept("harbour-seal").labels == {"en": "Harbour seal", "ru": "Пёстрый тюлень"}
    assert kb.concept("пестрый-тюлень").id == "harbour-seal"
    assert kb.ask("Что такое пёстрый тюлень?").concepts[0].id == "harbour-seal"
    assert kg("reject", "seal-colony", "seal-colonies")[0] == 0
    assert {"seal-colony", "seal-colonies"} <= set(KnowledgeBase.open(course).graph.concepts)
    assert [r["state"] for r in listed(kg, "--decided")["merges"]] == ["applied", "applied"]
    status, out, _ = kg("undo")
    assert (status, out) == (0, "undone: seal-colonies, seal-colony\n")
    assert kg("undo", "Harbour seal", "пёстрый тюлень")[0] == 0
    assert data.current_name(course.home) == first
    assert kg("undo")[0] == 2


def test_later_keeps_a_decision_for_the_next_build(course: Settings, kg: Run) -> None:
    before = data.current_name(course.home)
    assert kg("accept", "Diver loyalty", "Loyalty of divers", "--later")[0] == 0
    assert data.current_name(course.home) == before
    (row,) = listed(kg, "--decided")["merges"]
    assert (row["state"], row["decision"]) == ("waiting", "accepted")
    assert not listed(kg, "--near")["merges"]  # nobody is asked twice
    assert kg("apply")[0] == 0
    assert [r["state"] for r in listed(kg, "--decided")["merges"]] == ["applied"]
    assert data.current_name(course.home) != before


def test_decisions_survive_removed_and_added_documents_and_a_new_build(
    course: Settings, kg: Run, tmp_path: Path
) -> None:
    assert kg("accept", "Harbour seal", "Common seal")[0] == 0
    remove(["coast.md"], settings=course)
    (row,) = listed(kg, "--decided")["merges"]
    assert row["state"] == "dormant"
    assert row["reason"] == "no source has the name common-seal now"
    add([tmp_path / "course" / "coast.md"], settings=course)
    assert KnowledgeBase.open(course).concept("common-seal").id == KnowledgeBase.open(course).concept("harbour-seal").id
    build([tmp_path / "course"], settings=course)
    assert [r["state"] for r in listed(kg, "--decided")["merges"]] == ["applied"]


def test_same_sources_and_same_decisions_are_the_same_bytes_in_another_folder(
    course: Settings, kg: Run, tmp_path: Path, kept_cache: Path
) -> None:
    from homekit import make_home

    kg("accept", "Harbour seal", "Common seal", "--later")
    kg("reject", "seal-colony", "seal-colonies")
    other = Settings(home=make_home(tmp_path / "other", kept_cache))
    store = Decisions(other.home)
    for kept in reversed(Decisions(course.home).all()):  # another order, another time
        store.put(kept.decision)
    assert build([tmp_path / "course"], settings=other).build_id == data.current_name(course.home)


def test_bad_input_is_one_clear_line_and_changes_nothing(course: Settings, kg: Run, tmp_path: Path) -> None:
    (tmp_path / "dye.md").write_text(
        "# Dyeing\n\n## 2 steps of dyeing\n\n1. Soaking the cloth\n2. Boiling the bark\n", "utf-8"
    )
    add([tmp_path / "dye.md"], settings=course)
    before = data.current_name(course.home)
    for arguments, said in {
        ("accept", "Harbour seal", "No such name"): "no source has this name",
        ("accept", "Harbour seal", "harbour-seal"): "are one name (harbour-seal)",
        ("accept", "Soaking the cloth", "Boiling the bark"): "dye.md:",
        ("reject", "", "Harbour seal"): "no source has this name",
        ("undo", "Harbour seal"): "two names, or none",
        ("undo", "Harbour seal", "Common seal"): "nothing has been decided",
        ("--limit", "0"): "--limit",
    }.items():
        status, out, err = kg(*arguments)
        assert status == 2, arguments
        assert not out
        assert said in err
        assert len(err.splitlines()) == 1
    assert data.current_name(course.home) == before
    assert Decisions(course.home).all() == ()


def test_the_store_keeps_the_last_word_about_a_pair_and_is_never_made_by_reading(tmp_path: Path) -> None:
    store = Decisions(tmp_path)
    assert store.all() == ()
    assert not (tmp_path / "people").exists()
    store.put(pair("b", "a", accept=True))
    store.put(pair("я", "ё", accept=True))
    store.put(pair("a", "b", accept=False))
    kept = [k.decision for k in Decisions(tmp_path).all()]
    assert kept == [pair("ё", "я", accept=True), pair("a", "b", accept=False)]
    assert store.get("b", "a") == pair("a", "b", accept=False)
    store.remove(pair("a", "b", accept=False))
    assert store.get("a", "b") is None


def test_a_damaged_or_newer_store_is_reported_and_left_as_it_is(tmp_path: Path) -> None:
    store = Decisions(tmp_path)
    store.put(pair("a", "b", accept=True))
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="newer version"):
        store.all()
    store.path.write_bytes(b"no database at all, but long enough to be read as one" * 50)
    with pytest.raises(StoreError, match="put back a copy"):
        store.all()
    assert store.path.read_bytes().startswith(b"no database")


def test_the_api_lists_the_same_and_only_reads(course: Settings, kg: Run) -> None:
    kg("accept", "Harbour seal", "Common seal")
    with TestClient(create_app(KnowledgeBase.open(course))) as client:
        reply = client.get("/api/merges")
        schemas.MergesReply.model_validate_json(reply.content)
        assert reply.json() == listed(kg)
        assert {r["list"] for r in client.get("/api/merges?list=auto").json()["merges"]} == {"auto"}
        about = client.get("/api/merges", params={"about": "common-seal"}).json()
        assert [r["decision"] for r in about["merges"]] == ["accepted"]
        assert client.get("/api/merges?list=all").status_code == 422
        assert client.get("/api/merges?about=nothing+such").status_code == 404
        assert client.get("/api/merges?about=%00&list=").status_code == 422
        assert client.get("/api/merges?limit=0").status_code == 422
        for method in ("post", "put", "delete"):
            assert getattr(client, method)("/api/merges").status_code == 405


def test_check_tells_near_merges_until_somebody_decides_and_contradictions_with_both_lines(
    course: Settings, kg: Run, tmp_path: Path
) -> None:
    from kg.lint import check

    steps = "# Dyeing\n\n## 2 steps of dyeing\n\n1. {}\n2. {}\n"
    (tmp_path / "first.md").write_text(steps.format("Soaking the cloth", "Boiling the bark"), "utf-8")
    (tmp_path / "second.md").write_text(steps.format("Boiling the bark", "Soaking the cloth"), "utf-8")
    add([tmp_path / "first.md", tmp_path / "second.md"], settings=course)
    found = {f.rule: f for f in check(KnowledgeBase.open(course))}
    near = found["near-merge"]
    assert (near.document, near.severity) == ("dive.md", "warning")
    assert "kg merges accept diver-loyalty loyalty-of-divers" in near.message
    order = found["contradictory-order"].message
    assert "'Soaking the cloth → Boiling the bark' (first.md:5)" in order
    assert "'Boiling the bark → Soaking the cloth' (second.md:5)" in order
    assert not [f for f in check(KnowledgeBase.open(course)) if f.severity == "violation"]
    kg("reject", "diver-loyalty", "loyalty-of-divers", "--later")
    assert "near-merge" not in {f.rule for f in check(KnowledgeBase.open(course))}
