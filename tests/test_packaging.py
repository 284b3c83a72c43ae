"""What is shipped: declared and pinned libraries, a wheel that is whole, and a quick start."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def name_of(requirement: str) -> str:
    """The distribution's name in its normal form (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


DEPENDENCIES = {name_of(r) for r in PROJECT["dependencies"]}
EXTRAS = {extra: {name_of(r) for r in rs} for extra, rs in PROJECT["optional-dependencies"].items()}
ALL = DEPENDENCIES.union(*EXTRAS.values())
PRODUCT = DEPENDENCIES.union(*(rs for extra, rs in EXTRAS.items() if extra not in {"test", "bench"}))


OF_BENCH = {"Stemmer": ["pystemmer"]}  # named otherwise than what brings it, and not installed for tests
ELSEWHERE = {"anki"}  # AGPL: a test runs it in an environment of its own (tests/exportkit.py)


def third_party(*folders: str) -> dict[str, set[str]]:
    """Top-level modules imported here that neither Python nor this project brings, with the files that import them."""
    own = {"kg", "api", *ELSEWHERE, *(p.stem for folder in ("tests", "bench") for p in (ROOT / folder).glob("*.py"))}
    out: dict[str, set[str]] = {}
    for path in (p for f in folders for p in (ROOT / f).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            else:
                continue
            for name in (n.split(".")[0] for n in names):
                if name not in sys.stdlib_module_names and name not in own:
                    out.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    return out


@pytest.mark.parametrize(
    ("folders", "declared"), [(("kg", "api"), PRODUCT), (("tests", "bench"), ALL)], ids=["product", "tests"]
)
def test_every_library_that_is_imported_is_declared(folders: tuple[str, ...], declared: set[str]) -> None:
    bringers = OF_BENCH | dict(packages_distributions())
    missing = {
        module: sorted(files)
        for module, files in third_party(*folders).items()
        if not {name_of(d) for d in bringers.get(module, [module])} & declared
    }
    assert not missing, f"add to pyproject.toml: {missing}"


def test_what_runs_elsewhere_is_neither_imported_by_the_product_nor_installed_with_it() -> None:
    texts = [p.read_text("utf-8") for f in ("kg", "api") for p in (ROOT / f).rglob("*.py")]
    assert not [t for t in texts for name in ELSEWHERE if re.search(rf"^\s*(import|from) {name}\b", t, re.M)]
    assert not ELSEWHERE & (ALL | set(pins()))


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.!]*", r) for r in rows), "names and plain versions only"
    return dict(r.split("==") for r in rows)  # type: ignore[misc]


def test_every_declared_library_is_pinned_and_torch_comes_first() -> None:
    found = {name_of(n): v for n, v in pins().items()}
    assert next(iter(pins())) == "torch"
    assert found["torch"] == "2.13.0"
    assert not ALL - set(found), "run: make constraints"


def test_the_pins_are_what_these_tests_ran_with() -> None:
    from importlib.metadata import PackageNotFoundError, version

    different = {}
    for name, pinned in pins().items():
        try:
            if (present := version(name).split("+")[0]) != pinned:
                different[name] = f"{present} instead of {pinned}"
        except PackageNotFoundError:
            continue  # a library for another platform or Python
    assert not different, "run: make constraints"


def test_there_is_one_version_number() -> None:
    assert "version" in PROJECT["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", kg.__version__)


def test_the_wheel_is_whole(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tracked = {
        p.relative_to(ROOT).as_posix()
        for folder in ("kg", "api")
        for p in (ROOT / folder).rglob("*")
        if p.is_file() and "__pycache__" not in p.parts and not p.name.startswith(".")
    }
    assert not tracked - names
    assert {f"kg/_ontology/{p.name}" for p in (ROOT / "ontology").glob("*.ttl")} <= names
    assert {n.split("/")[0] for n in names} == {"kg", "api", f"studygraph-{kg.__version__}.dist-info"}


HEAVY = {"faiss", "fastapi", "lxml", "networkx", "numpy", "onnxruntime", "pydantic", "rdflib", "tantivy", "torch"}


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    script = "import sys, kg.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert not HEAVY & set(loaded.split())


def test_help_comes_at_once() -> None:
    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "kg.cli", "--help"], cwd=ROOT, check=True, capture_output=True)
        after = os.times()  # processor seconds: others may be using the machine
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(once() for _ in range(5)) < 0.4
