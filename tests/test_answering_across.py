"""Questions about several documents, counts and places past the end, over small notes on bees."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hives import opened, write

from kg.answer import Answerer
from kg.answering.across import SIDES, each_document
from kg.answering.candidates import candidates
from kg.answering.draft import WORDS
from kg.answering.signs import judged
from kg.base import KnowledgeBase


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("hives-across")
    return opened(folder / "home", write(folder / "notes"), kept_cache)


@pytest.fixture(scope="module")
def answerer(kb: KnowledgeBase) -> Answerer:
    return kb.answerer


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "question",
    [
        "In which documents does propolis appear, and what do they say?",
        "Which of the materials explain “propolis”?",
        "В каких документах встречается propolis?",
    ],
)
def test_each_document_says_its_own_line(answerer: Answerer, question: str, form: str) -> None:
    draft = each_document(answerer.desk(unicodedata.normalize(form, question)))
    assert draft is not None
    assert {e.document for e in draft.evidence} == {"hive-basics.md", "apiary-handbook.md"}
    for part in ("sticky resin", "dark glue"):
        assert part in draft.text
    assert len(draft.items) <= SIDES
    assert len(draft.text.split()) <= WORDS + 1


def test_documents_that_are_named_are_set_side_by_side(answerer: Answerer) -> None:
    draft = each_document(answerer.desk("What do the handbook and the beginners' notes say about propolis?"))
    assert draft is not None
    assert {e.document for e in draft.evidence} == {"hive-basics.md", "apiary-handbook.md"}


@pytest.mark.parametrize(
    "question",
    ["What is propolis?", "In which documents does the Eiffel tower appear?", "Which documents speak of royal jelly?"],
)
def test_one_document_or_none_gives_nothing_side_by_side(answerer: Answerer, question: str) -> None:
    """Royal jelly stands in one set of cards only; what nearly says it elsewhere is not set beside it."""
    draft = each_document(answerer.desk(question))
    assert draft is None


@pytest.mark.parametrize(
    ("question", "total", "member"),
    [
        ("How many stages of colony growth are there?", "4", "Swarming"),
        ("How many types of bees are there?", "3", "Drone"),
        ("Сколько этапов осмотра улья?", "3", "Разборка"),
    ],
)
def test_a_counted_list_begins_with_its_number(kb: KnowledgeBase, question: str, total: str, member: str) -> None:
    answer = kb.ask(question)
    assert answer.status == "answered"
    assert f": {total} — " in answer.answer
    assert member in [i.label for i in answer.items]
    assert " — " not in kb.ask("What are the four stages of colony growth?").answer.split(";")[0]


@pytest.mark.parametrize(
    "question", ["What is the seventh stage of colony growth?", "Which is the sixth step of honey extraction?"]
)
def test_a_place_past_the_end_of_the_list_is_not_told(kb: KnowledgeBase, question: str) -> None:
    assert kb.ask(question).status in {"not_in_course", "mentioned_only"}
    inside = question.replace("seventh", "third").replace("sixth", "second")
    assert kb.ask(inside).status == "answered"


def test_a_place_past_what_an_answer_shows_is_in_the_list(answerer: Answerer) -> None:
    """Of eighteen steps twelve are shown; the fifteenth is there all the same."""
    found = {}
    for place in ("15th", "3rd"):
        desk = answerer.desk(f"What is the {place} step of moving an apiary?")
        found[place] = any(j.signs.get("beyond") for j in judged(desk, candidates(desk)))
    assert found == {"15th": False, "3rd": False}
    desk = answerer.desk("What is the 15th stage of colony growth?")
    assert any(j.signs.get("beyond") for j in judged(desk, candidates(desk)))


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What do Ruiz and Adler each say about frost?", {"ruiz.md", "adler.md"}),
        ("Compare Ruiz and Adler on frost", {"ruiz.md", "adler.md"}),
        ("Сравни, что пишут о «frost» Ruiz и Adler", {"ruiz.md", "adler.md"}),
        ("What does Ruiz say about frost?", set()),
        ("Which works did Ruiz and Adler write?", set()),
    ],
)
def test_works_are_compared_by_their_authors(
    tmp_path_factory: pytest.TempPathFactory, kept_cache: Path, question: str, sides: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("authors")
    notes = folder / "notes"
    notes.mkdir()
    for name, title, author, line in (
        ("ruiz.md", "Cold Boxes", "Elena Ruiz", "Frost kills small colonies that sit on too few combs."),
        ("adler.md", "Warm Walls", "Kurt Adler", "Frost does no harm as long as the walls are dry."),
    ):
        text = f"# {title}\n\n- Authors: {author}\n- Year: 2001\n- Type: article\n\n## Findings\n\n{line}\n"
        (notes / name).write_text(text, encoding="utf-8")
    kb = opened(folder / "home", notes, kept_cache)
    draft = each_document(kb.answerer.desk(question))
    assert ({e.document for e in draft.evidence} if draft else set()) == sides
    if draft:
        assert "small colonies" in draft.text
        assert "walls are dry" in draft.text
