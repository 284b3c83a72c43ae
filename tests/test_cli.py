"""The command line as contract.md says: exit status, what goes to which stream, the same JSON as the API."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from kg import cli, views
from kg import home as data
from kg.base import KnowledgeBase, build
from kg.settings import Settings

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "build", "add", "remove", "documents", "serve", "search", "ask", "study", "merges", "export", "grade", "check",
    "diff", "eval", "settings",
)  # fmt: skip
FORMATS = (
    "turtle", "ntriples", "nquads", "jsonld", "rdfxml", "graphml", "gexf", "cytoscape", "dot", "svg", "png", "mermaid",
    "markmap", "opml", "freemind", "cxl", "canvas", "obsidian", "anki", "csv"
)  # fmt: skip


class Ran:
    """What one command did."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in this process, on the data folder of the test."""
    monkeypatch.setenv("KG_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        status = cli.run(arguments)
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Ran(status, out, err)

    return run


# -- usage


def test_help_names_every_command(kg: Any) -> None:
    ran = kg("--help")
    assert ran.status == 0
    listed = ran.out.partition("Commands:\n")[2]
    assert set(re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)) == set(COMMANDS)
    assert kg().out == ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(kg: Any, command: str) -> None:
    ran = kg(command, "--help")
    assert ran.status == 0
    assert re.search(rf"Example: (KG_\w+=\S+ )?kg {command}\b", ran.out)


def test_version(kg: Any) -> None:
    from kg import __version__

    assert kg("--version").out == f"kg {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["build"],
        ["build", "/nowhere"],
        ["build", ".", "--depth", "3"],
        ["search"],
        ["search", "x"],
        ["ask", "x"],
        ["export", "nonsense"],
        ["export", "csv"],
        ["documents"],
        ["check"],
        ["remove", "x"],
        ["diff", "a"],
        ["diff", "a", "b"],
        ["eval", "/nowhere.jsonl"],
        ["serve"],
        ["serve", "--port", "nonsense"],
        ["serve", "--port", "99999"],
    ],
    ids=" ".join,
)
def test_bad_usage_is_one_line_and_status_two(kg: Any, arguments: list[str]) -> None:
    ran = kg(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("kg: ")


def test_a_wrong_setting_is_one_line(kg: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_MAX_PAGES", "many")
    ran = kg("documents")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "KG_MAX_PAGES" in ran.err


def test_settings_are_listed(kg: Any) -> None:
    assert "KG_HOME" in kg("settings").out
    rows = kg("settings", "--json").json
    assert {r["variable"] for r in rows} == {f"KG_{name.upper()}" for name in Settings.model_fields}


# -- building


def test_build_add_remove(kg: Any, notes: Path) -> None:
    ran = kg("build", str(notes))
    assert ran.status == 0, ran.err
    assert re.fullmatch(r"[0-9a-f]{16}: 2 documents, \d+ concepts, \d+ facts, \d+ passages\n", ran.out)
    assert "Reading: 2" in ran.err
    (notes / "rivers.md").write_text("# Rivers\n\nA tributary is a river that flows into a larger river.\n")
    added = kg("add", str(notes / "rivers.md"), "--json")
    assert (added.status, added.json["documents"], added.json["problems"]) == (0, 3, [])
    removed = kg("remove", "rivers.md", "--json")
    assert removed.json["build_id"] == ran.out.split(":")[0]
    unknown = kg("remove", "rivers.md")
    assert (unknown.status, unknown.out) == (2, "")


def test_bad_sources_are_listed_and_status_is_one(kg: Any, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 no")
    (notes / "tool.exe").write_bytes(b"MZ")
    ran = kg("build", str(notes), "--json")
    assert ran.status == 1
    assert [p["document"] for p in ran.json["problems"]] == ["broken.pdf"]
    assert "kg: broken.pdf: " in ran.err
    assert "tool.exe: left out" in ran.err
    assert ran.json["documents"] == 2


def test_home_is_an_option_too(kg: Any, built: Settings, tmp_path: Path) -> None:
    assert kg("documents", "--home", str(tmp_path / "other")).status == 2
    assert kg("documents", "--home", str(built.home)).status == 0


# -- questions


def test_search_and_its_json(kg: Any, built: Settings) -> None:
    ran = kg("search", "tall clouds")
    assert ran.status == 0
    assert re.search(r"1\. Tall clouds  \[[a-z-]+\]", ran.out)
    assert "mountains.md:8" in ran.out
    found = kg("search", "tall clouds", "--json", "--limit", "3", "--explain").json
    kb = KnowledgeBase.open(built)
    expected = views.search(kb, kb.search("tall clouds", limit=3, explain=True), took_ms=0)
    assert found | {"took_ms": 0} == json.loads(json.dumps(expected))
    assert {h["kind"] for h in kg("search", "clouds", "--kind", "passage", "--json").json["hits"]} == {"passage"}


@pytest.mark.parametrize("question", ["What is mountain weather?", "Что такое барометр?"])
def test_ask_and_its_json(kg: Any, built: Settings, question: str) -> None:
    ran = kg("ask", question)
    assert ran.status == 0
    assert re.search(r"(mountains|pogoda)\.md:3", ran.out)
    found = kg("ask", question, "--json").json
    assert set(found) >= {"q", "status", "type", "answer", "items", "concepts", "evidence", "confidence", "reason"}
    assert found["status"] == "answered"
    kb = KnowledgeBase.open(built)
    assert found == json.loads(json.dumps(views.answer(kb, kb.ask(question))))
    for e in found["evidence"]:
        assert kb.document(e["document"]).raw[e["start"] : e["end"]] == e["quote"]
        assert e["verified"] is True


def test_an_empty_question(kg: Any, built: Settings) -> None:
    for command in ("ask", "search"):
        assert kg(command, "  ").status == 2


def test_documents(kg: Any, built: Settings) -> None:
    assert "mountains.md" in kg("documents").out
    assert [d["name"] for d in kg("documents", "--json").json["documents"]] == ["mountains.md", "pogoda.md"]


def test_nothing_from_a_source_reaches_the_terminal_as_a_command(kg: Any, notes: Path) -> None:
    (notes / "evil.md").write_text("# Evil \x1b]0;owned\x07 heading\n\nAn evil term is a \x1b[31mred\x1b[0m word.\n")
    assert kg("build", str(notes)).status == 0
    for command in (["search", "evil"], ["ask", "What is an evil term?"], ["documents"], ["check"]):
        ran = kg(*command)
        assert "\x1b" not in ran.out + ran.err, command
        assert "\x07" not in ran.out + ran.err, command


# -- files


def test_export_to_a_file_and_to_stdout(kg: Any, built: Settings, tmp_path: Path) -> None:
    kb = KnowledgeBase.open(built)
    out = tmp_path / "graph.ttl"
    ran = kg("export", "turtle", "--out", str(out))
    assert (ran.status, ran.out) == (0, "")
    assert out.read_bytes() == kb.export("turtle")
    assert kg("export", "turtle").out.encode() == kb.export("turtle")
    concept = kb.concepts().concepts[0].id
    assert kg("export", "mermaid", "--concept", concept, "--depth", "2").out.encode() == kb.export(
        "mermaid", concept=concept, depth=2
    )
    assert kg("export", "turtle", "--concept", "nothing").status == 2
    assert kg("export", "turtle", "--out", str(tmp_path / "no" / "x.ttl")).status in (1, 2)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_every_format_of_the_contract_is_there(kg: Any, built: Settings) -> None:
    for name in FORMATS:
        if name == "png" and shutil.which("dot") is None:
            continue  # drawn by Graphviz; what is said without it stands in test_export_diagrams
        assert kg("export", name, "--out", str(built.home / "out")).status == 0, name
        assert (built.home / "out").stat().st_size, name


def test_check_is_silent_about_a_sound_build(kg: Any, built: Settings) -> None:
    ran = kg("check", "--json")
    assert (ran.status, ran.json["violations"]) == (0, 0), ran.out


def test_check_finds_a_damaged_build_and_false_quotes(kg: Any, built: Settings) -> None:
    folder = data.current(built.home)
    documents = (folder / "documents.json").read_text("utf-8")
    (folder / "documents.json").write_text(documents.replace("every", "other").replace("higher", "taller"), "utf-8")
    (folder / "graph.nq").write_bytes((folder / "graph.nq").read_bytes().replace(b"oa#", b"oa/"))
    ran = kg("check", "--json")
    assert ran.status == 1
    assert "damaged-build" in {f["rule"] for f in ran.json["findings"]}
    assert "violation" in kg("check").out


def test_check_warns_of_gaps(kg: Any, notes: Path) -> None:
    (notes / "gap.md").write_text("# Snow\n\n## 3 layers of snow\n\n1. Powder\n2. Crust\n3. Ice\n")
    assert kg("build", str(notes)).status == 0
    ran = kg("check", "--json")
    assert ran.status == 0
    found = [f for f in ran.json["findings"] if f["rule"] == "undefined-members" and f["document"] == "gap.md"]
    assert found, ran.json
    assert all(name in found[0]["message"] for name in ("Powder", "Crust", "Ice"))
    assert found[0]["line"] == 5


def test_diff_tells_concepts_and_statements(kg: Any, built: Settings, notes: Path) -> None:
    same = kg("diff", "current", "current")
    assert (same.status, same.out) == (0, "no difference\n")
    text = (notes / "mountains.md").read_text()
    (notes / "mountains.md").write_text(text.replace("**Sudden wind**", "**Green sky**"))
    build([notes], settings=built)
    found = kg("diff", "previous", "current", "--json").json
    assert [c["label"] for c in found["concepts"]["added"]] == ["Green sky"]
    assert [c["label"] for c in found["concepts"]["removed"]] == ["Sudden wind"]
    said = [s["text"] for s in found["statements"]["added"]]
    assert any(t.startswith("Green sky part-of ") for t in said)
    assert all(s["evidence"][0]["quote"] for part in found["statements"].values() for s in part)
    assert "+ Green sky" in kg("diff", "previous", "current").out


def test_a_moved_line_is_no_difference(kg: Any, built: Settings, notes: Path) -> None:
    text = (notes / "mountains.md").read_text()
    (notes / "mountains.md").write_text("\n\n" + text)
    build([notes], settings=built)
    assert kg("diff", "previous", "current").out == "no difference\n"


# -- serving


# `kg` as from a terminal: what a shell starts in the background inherits a Ctrl-C that is ignored
INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from kg.cli import main; main()",
)


def test_serve_answers_takes_over_a_new_build_and_ends_quietly(built: Settings) -> None:
    command = [*INTERRUPTIBLE, "serve", "--port", "0", "--home", str(built.home)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.match(r"Open (http://127\.0\.0\.1:\d+/) ", line)
        assert found, line
        url = found.group(1)

        def names() -> list[str]:
            with urllib.request.urlopen(url + "api/documents") as reply:
                return [d["name"] for d in json.load(reply)["documents"]]

        assert names() == ["mountains.md", "pogoda.md"]
        assert cli.run(["remove", "pogoda.md", "--home", str(built.home)]) == 0
        until = time.monotonic() + 30
        while names() != ["mountains.md"]:
            assert time.monotonic() < until
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert (out, err) == ("", "")
    finally:
        process.kill()
        process.wait()


def test_a_port_that_is_taken(kg: Any, built: Settings) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = kg("serve", "--port", str(taken.getsockname()[1]))
    assert ran.status == 2
    assert "choose another one with --port" in ran.err


def test_an_interrupted_build_ends_quietly(built: Settings, notes: Path) -> None:
    before = data.current(built.home)
    (notes / "rivers.md").write_text("# Rivers\n\nA tributary is a river that flows into a larger river.\n")
    command = [*INTERRUPTIBLE, "build", str(notes), "--home", str(built.home)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()  # the first stage is done
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert data.current(built.home) == before
    assert [p.name for p in data.builds(built.home).iterdir()] == [before.name]
