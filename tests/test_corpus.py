"""The corpus: its files, the layout of its literature notes, its generated files, and that its words are its own."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kg.text import fold

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
SEEDS = ROOT.parent / "shared" / "seeds"
NOTES = sorted((CORPUS / "literature").glob("*.md"))
SECTIONS = ["What it asks", "Key ideas", "Terms", "Findings"]
FIELDS = {"Authors", "Year", "Published in", "Publisher", "Type", "First online", "Also cited as"}
REFERENCE_ONLY = "Only the reference is given here."
RUN = 7  # words in a row that nobody writes twice by chance
COURSE = {
    "1-1-knowledge-clip-flashcards.txt",
    "cem-course-summary.pdf",
    "customer-experience-management.html",
    "l4-digital-age-cards.txt",
    "sozdanie-potrebitelskogo-opyta.pptx",
}


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_make", CORPUS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def source(name: str) -> str:
    return (CORPUS / "source" / f"{name}.source").read_text(encoding="utf-8")


def contents() -> list[str]:
    """Entries of the course summary's table of contents, without their page."""
    lines = source("cem-course-summary").splitlines()
    return [line[2:].rpartition(" | ")[0] for line in lines if line.startswith("> ")]


def title(note: Path) -> str:
    return note.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def pdf_pages(file: Path | bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    return [document[i].get_textpage().get_text_range() for i in range(len(document))]


def pptx_texts(file: Path) -> list[str]:
    from pptx import Presentation

    found = []
    for slide in Presentation(str(file)).slides:
        for shape in slide.shapes:
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
            elif shape.has_text_frame:
                found.append(shape.text_frame.text)
        if slide.has_notes_slide:
            found.append(slide.notes_slide.notes_text_frame.text)
    return found


# --- files and layout


def test_the_course_has_its_five_documents_and_nothing_else() -> None:
    assert {p.name for p in (CORPUS / "course").iterdir()} == COURSE


@pytest.mark.parametrize("note", NOTES, ids=lambda p: p.stem)
def test_a_literature_note_has_the_layout(note: Path) -> None:
    head, *sections = re.split(r"^## ", note.read_text(encoding="utf-8"), flags=re.M)
    first, *rest = [line for line in head.splitlines() if line]
    assert first.startswith("# ")
    front = dict(line.removeprefix("- ").split(": ", 1) for line in rest if line.startswith("- "))
    assert set(front) <= FIELDS
    assert {"Authors", "Year"} <= set(front)
    assert re.fullmatch(r"\d{4}", front["Year"])
    assert not {"Published in", "Publisher"} <= set(front)
    if not sections:
        assert rest[-1] == REFERENCE_ONLY
        return
    assert REFERENCE_ONLY not in head
    names = [section.splitlines()[0] for section in sections]
    assert names == [name for name in SECTIONS if name in names]
    assert names[0] == SECTIONS[0]
    lines = [line for section in sections for line in section.splitlines()[1:]]
    assert 80 <= sum(len(re.sub(r"^(- |\d+\. )", "", line).split()) for line in lines) <= 150
    terms = [s.splitlines()[2:] for s in sections if s.startswith("Terms")]
    assert all(re.match(r"- [^:]+: \S", line) for block in terms for line in block if line)


@pytest.mark.parametrize("note", NOTES, ids=lambda p: p.stem)
def test_a_count_before_a_list_is_right(note: Path) -> None:
    said = re.findall(r"^(\d) .*:\n\n((?:(?:- |\d\. ).*\n)+)", note.read_text(encoding="utf-8"), flags=re.M)
    assert all(int(count) == len(items.splitlines()) for count, items in said)


def test_every_work_that_the_course_names_has_a_note() -> None:
    titles = [fold(title(note)) for note in NOTES]
    named = [fold(entry.split(": ", 1)[1]) for entry in contents() if re.match(r"[A-Z ]{2,} (\d{4}|‘\d\d): ", entry)]
    assert len(named) == 27
    references = (CORPUS / "course" / "customer-experience-management.html").read_text(encoding="utf-8")
    named += [fold(t.replace("\n", " ")) for t in re.findall(r"\(\d{4}\)\. <i>([^<]+)</i>", references)]
    named.append(fold("Customer Experience Creation: Determinants, Dynamics and Management Strategies"))
    assert len(named) == 32
    assert [t for t in named if not any(known.startswith(t) for known in titles)] == []
    assert len(titles) == 32


# --- generated files


def test_make_gives_the_files_that_stand_in_the_course(make: ModuleType, tmp_path: Path) -> None:
    assert make.main([str(tmp_path)]) == 0
    for name in (f"{make.PDF}.pdf", f"{make.PPTX}.pptx"):
        extracted = pdf_pages if name.endswith(".pdf") else pptx_texts
        assert extracted(tmp_path / name) == extracted(CORPUS / "course" / name)


def test_make_gives_the_same_bytes_each_time(make: ModuleType) -> None:
    assert make.pdf(source(make.PDF)) == make.pdf(source(make.PDF))
    assert make.pptx(source(make.PPTX)) == make.pptx(source(make.PPTX))


def test_make_refuses_a_second_folder(make: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(["a", "b"]) == 2
    assert capsys.readouterr().err.startswith("usage")


def test_the_pdf_is_like_those_that_people_have(make: ModuleType) -> None:
    pages = pdf_pages(CORPUS / "course" / f"{make.PDF}.pdf")
    assert len(pages) > 1
    assert all(make.RUNNING_HEAD in page for page in pages)
    leaders = re.findall(r"^(.+?) \.{3,} (\d+)\r?$", pages[0], flags=re.M)
    assert [entry for entry, _ in leaders] == contents()


def test_the_slides_keep_table_and_notes(make: ModuleType) -> None:
    texts = pptx_texts(CORPUS / "course" / f"{make.PPTX}.pptx")
    for slide in make.slides(source(make.PPTX)):
        assert slide.title in texts
        assert all(cell.replace(" / ", "\n") in texts for row in slide.rows for cell in row)
        assert not slide.notes or "\n".join(slide.notes) in texts


def test_text_before_the_first_slide_is_an_error(make: ModuleType) -> None:
    with pytest.raises(ValueError, match="before the first slide"):
        make.slides("- lost\n# Title")


# --- own words


def own_texts() -> Iterator[tuple[str, str]]:
    """Everything that stands in the corpus but entries of the table of contents; PDF and slides by their source."""
    for path in sorted(CORPUS.rglob("*")):
        if path.suffix in (".txt", ".md", ".source"):
            yield path.name, re.sub(r"^> .*", "", path.read_text(encoding="utf-8"), flags=re.M)
        elif path.suffix == ".html":
            yield path.name, re.sub(r"<style>.*?</style>|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.S)


def words(text: str) -> list[str]:
    """Folded words, those that a hyphen joins one by one."""
    return re.findall(r"\w+", fold(text))


def excepted() -> list[list[str]]:
    """What is a fact and has one wording: titles of works and sessions, and the names of authors."""
    names = [
        name
        for note in NOTES
        for line in re.findall(r"^- Authors: (.+)$", note.read_text(encoding="utf-8"), flags=re.M)
        for name in line.split(", ")
    ]
    return [words(text) for text in [*map(title, NOTES), *contents(), *names] if len(words(text)) > 1]


def shared_runs(own: str, other: str, *, apart: list[list[str]], run: int = RUN) -> list[str]:
    """Runs of words of `own` that stand in `other` too; words of the phrases in `apart` count as a break."""
    mine, breaks = words(own), set[int]()
    for at in range(len(mine)):
        for phrase in apart:
            if mine[at : at + len(phrase)] == phrase:
                breaks.update(range(at, at + len(phrase)))
    theirs = words(other)
    known = {tuple(theirs[i : i + run]) for i in range(len(theirs) - run + 1)}
    return [
        " ".join(mine[i : i + run])
        for i in range(len(mine) - run + 1)
        if tuple(mine[i : i + run]) in known and breaks.isdisjoint(range(i, i + run))
    ]


@pytest.mark.parametrize(
    ("own", "other", "found"),
    [
        ("He said: “a b c d e f g” today", 'a B c, d\ne f "g"', ["a b c d e f g"]),
        (
            "раз два три четыре пять шесть семь",
            "Раз, два – три: четыре пять шесть «семь»",
            ["раз два три четыре пять шесть семь"],
        ),
        ("a b c d e f", "a b c d e f g", []),
        ("a b c x y e f g h", "a b c x y e f g h", []),
    ],
)
def test_a_shared_run_is_found(own: str, other: str, found: list[str]) -> None:
    assert shared_runs(own, other, apart=[["x", "y"]]) == found


@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the seed documents in ../shared/seeds")
def test_no_run_of_words_is_taken_from_the_seeds() -> None:
    apart = excepted()
    seeds = {p.name: p.read_text(encoding="utf-8") for p in sorted(SEEDS.glob("*.txt"))}
    found = [
        (name, seed, run)
        for name, own in own_texts()
        for seed, other in seeds.items()
        for run in shared_runs(own, other, apart=apart)
    ]
    assert found == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the seed documents in ../shared/seeds")
def test_no_line_is_taken_from_the_seeds() -> None:
    facts = [" ".join(phrase) for phrase in excepted()]
    lines = {
        " ".join(words(line))
        for path in SEEDS.glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line.strip()) > 30 and len(words(line)) > 3  # three words are a term, and a term has one wording
    }
    lines = {line for line in lines if not any(line in fact for fact in facts)}
    texts = {name: f" {' '.join(words(own))} " for name, own in own_texts()}
    found = [(name, line) for name, own in texts.items() for line in lines if f" {line} " in own]
    assert found == []
