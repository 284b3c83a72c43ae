"""Material and programs for reading exports back: graphs small, hostile and real, parsers that are not ours.

A program that is missing skips a test with its name; where CI is set it fails instead, so that nothing is
believed to be tested that is not. What is installed for tests stands in a cache of pytest, outside the tree.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest
from graphs import concept, document, line, nasty, small
from graphs import ontology as small_ontology

from kg.export.view import View, view
from kg.intake import forget, take
from kg.manifest import digest_of
from kg.model import Fact, Graph
from kg.ontology import Ontology, shipped
from kg.ontology_files import load
from kg.reading import supported
from kg.resolve import resolve
from kg.settings import Settings
from kg.sources import collect
from kg.text import keep_dictionaries

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
NODE = Path(__file__).parent / "node"
ANKI = "anki==26.9.3"  # AGPL: in an environment of its own, never among what the program or its tests install

# ---------------------------------------------------------------- graphs

TRICKS = {
    "formula-plus": "+1+cmd|' /C calc'!A0",
    "formula-minus": "-2+3",
    "formula-at": "@SUM(A1:A9)",
    "formula-tab": "\t=1+1",
    "formula-return": "\r=1+1",
    "formula-wide": "＝1+1",
    "script": "<script>alert('x')</script>",
    "picture": "<img src=x onerror=alert(1)>",
    "link": "[click](javascript:alert(1))",
    "link-html": '<a href="javascript:alert(1)">x</a>',
    "mermaid-close": 'a"] --> b["c',
    "mermaid-click": "x\nclick n1 call alert(1)",
    "mermaid-directive": "%%{init: {'securityLevel':'loose'}}%%",
    "mermaid-end": "end",
    "mermaid-entity": "#quot;#35;&quot;&#35;",
    "dot-close": 'a"]; b [label="c',
    "dot-html": "<<b>bold</b>>",
    "dot-escape": "\\N \\G \\l \\",
    "markdown": "# *a* _b_ `c` ~~d~~ ![e](f) | $g$ ==h== {{i}} [[j]] #k ^l %%m%% 1. n",
    "markdown-number": "1. one",
    "markdown-dash": "- one",
    "entities": "&amp; &lt;b&gt; &#60; &nbsp;",
    "cdata": "]]> <![CDATA[ x ]]>",
    "doctype": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "bidi": "abc\u202edcba\u202c \u2066x\u2069 \u200fend",
    "emoji": "👩\u200d🔬 🇷🇺 👍🏽 \ufe0f",
    "composed": "Caf\u00e9 Й",
    "decomposed": "Cafe\u0301 И\u0306",
    "turkish": "İstanbul ı ß ﬁ",
    "nonchar": "a\ufffeb\uffffc\x7fd\x85e\u2028f\u2029g",
    "nul-name": "NUL.txt",
    "com-name": "com1",
    "lpt-name": "LPT³",
    "dot-name": ".hidden",
    "space-name": "   ",
    "quotes": "“double” «ёлочки» 'single' \"plain\" ‘x’",
    "long-word": "превысокомногорассмотрительствующий" * 40,
    "long-text": "a very long label of many words " * 60,
    "twin-a": "Same label",
    "twin-b": "same label",
    "twin-c": "SAME  LABEL",
    "cloze": "{{c1::x}} [sound:a.mp3] [latex]y[/latex]",
    "yaml": "--- : {a: b} - 'c' \"d\" #e &f *g !h %i @j",
}
FORGED = "<b onclick=x>\u202e=1+1\x00.txt\r\n%%{init:{}}%%"


def hostile() -> Graph:
    """All that `nasty` has, and more tricks: every one is a label, a definition, and at both ends of a fact."""
    base = nasty()
    doc = document(FORGED, "en", "Title\n=1+1 \"q\" <script>x</script> \x00\x0b\u202e\n" + TRICKS["markdown"] + "\n")
    first, second = line(doc, 2), line(doc, 3)
    concepts = {i: concept(i, "concept", en=t, documents=[doc.name]) for i, t in TRICKS.items()}
    concepts["ru-only"] = concept("ru-only", "step", ru="Тесто <b>жирное</b> й", documents=[doc.name])
    ids = list(concepts)
    facts: list[Fact] = []
    for at, (id, text) in enumerate(TRICKS.items()):
        facts += [
            Fact(id, "definition", first, "r", value=text, lang="en"),
            Fact(id, ("part-of", "related", "precedes", "contrasts-with")[at % 4], second, "r", ids[at - 1]),
            Fact(id, "part-of", first, "r", "ru-only", position=at + 1),
        ]
    return Graph(
        {**base.concepts, **concepts}, (*base.facts, *facts), (*base.documents, doc), (), dict(base.redirects)
    )


@lru_cache(maxsize=1)
def course_of(kept: Path) -> Graph:
    """The graph of corpus/, without an index; what each document says is kept from one run to the next."""
    settings, ontology = Settings(home=kept), shipped_ontology()
    (kept / "words").mkdir(exist_ok=True)
    keep_dictionaries(kept / "words", write=True)
    cache = kept / "documents"
    with TemporaryDirectory() as folder:
        taken = take(
            collect([CORPUS / "course", CORPUS / "literature"], supported=supported).sources,
            (),
            folder=Path(folder) / "sources",
            cache=cache,
            settings=settings,
            ontology=ontology,
            ontology_digest=digest_of([shipped()]),
            progress=lambda *_: None,
        )
    forget(cache, {file.extraction for file in taken.files})
    return resolve(
        tuple(e.document for e in taken.extracted),
        tuple(s for e in taken.extracted for s in e.statements),
        ontology,
        passages=tuple(p for e in taken.extracted for p in e.passages),
    )


@lru_cache(maxsize=1)
def shipped_ontology() -> Ontology:
    return load()


class Material:
    """A graph with its ontology, whole or around one concept: what an export is made from, and the view to compare."""

    def __init__(self, name: str, graph: Graph, ontology: Ontology, centre: str | None, depth: int) -> None:
        self.name, self.graph, self.ontology, self.centre, self.depth = name, graph, ontology, centre, depth

    def export(self, format: str, *, lang: str = "en") -> bytes:
        from kg.export import export

        return export(
            format, graph=self.graph, ontology=self.ontology, concept=self.centre, depth=self.depth, lang=lang
        )

    @property
    def view(self) -> View:
        return view(self.graph, self.ontology, concept=self.centre, depth=self.depth)


MATERIAL = ("small", "small-part", "hostile", "hostile-part", "course", "course-part")


def material(name: str, kept: Path) -> Material:
    graphs = {"small": small, "hostile": hostile, "course": lambda: course_of(kept)}
    which, _, part = name.partition("-")
    graph = graphs[which]()
    ontology = shipped_ontology() if which == "course" else small_ontology()
    if not part:
        return Material(name, graph, ontology, None, 1)
    centre = {"small": "sourdough", "hostile": "ring-a", "course": ""}[which] or busiest(graph)
    return Material(name, graph, ontology, centre, 2)


def busiest(graph: Graph) -> str:
    """The concept that takes part in most facts: the worst case of a map around one."""
    times: dict[str, int] = dict.fromkeys(graph.concepts, 0)
    for f in graph.facts:
        if f.object in times:
            times[f.subject] += 1
            times[f.object] += 1
    return max(sorted(times), key=times.__getitem__)


# ---------------------------------------------------------------- programs of others


def missing(what: str) -> NoReturn:
    """Skip because `what` is not there; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it: {what}")
    pytest.skip(what)


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        missing(f"the program {name} ({package}) is not installed")
    return found


@lru_cache(maxsize=1)
def _node_modules(kept: Path) -> Path:
    """A folder with the packages of tests/node, just those of its lock file, and its scripts."""
    npm = program("npm", "npm")
    program("node", "nodejs")
    wanted = {name: (NODE / name).read_bytes() for name in ("package.json", "package-lock.json")}
    folder = kept / f"node-{hashlib.sha256(b''.join(wanted.values())).hexdigest()[:12]}"
    if not (folder / ".done").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in wanted.items():
            (folder / name).write_bytes(data)
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        if done.returncode:
            missing(f"npm cannot install the packages of tests/node: {done.stderr.strip().splitlines()[-1:]}")
        (folder / ".done").touch()
    return folder


def node(script: str, data: object, *, kept: Path) -> Any:
    """What tests/node/`script` prints as JSON when it is given `data` as JSON."""
    folder = _node_modules(kept)
    shutil.copyfile(NODE / script, folder / script)
    done = subprocess.run(
        [program("node", "nodejs"), script], cwd=folder, input=json.dumps(data), capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@lru_cache(maxsize=1)
def anki_python(kept: Path) -> Path:
    """The interpreter of an environment that has the official anki package and nothing of ours."""
    folder = kept / f"venv-{ANKI.replace('==', '-')}"
    python = folder / "bin" / "python"
    if not (folder / ".done").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        for command in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ANKI],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            if done.returncode:
                missing(f"{ANKI} cannot be installed here: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        (folder / ".done").touch()
    return python


def walk(value: Any) -> Iterator[Any]:
    """Every value inside a JSON value."""
    yield value
    if isinstance(value, dict):
        for v in value.values():
            yield from walk(v)
    elif isinstance(value, list):
        for v in value:
            yield from walk(v)
