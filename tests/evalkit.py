"""What the tests of `kg eval` share: gold questions, and the little bread course with scripted answers to them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import apikit
import pytest
from graphs import line

from kg.base import KnowledgeBase
from kg.errors import QueryError
from kg.model import Answer, AnswerItem, Evidence

QUESTIONS: list[dict[str, Any]] = [
    {"id": "right", "q": "What is proving?", "lang": "en", "type": "definition", "gold_concepts": ["proving"],
     "must_contain": [["rest"], ["dough", "тесто"]], "evidence": [{"file": "bread.txt", "lines": [8, 8]}]},
    {"id": "steps", "q": "Which steps does the baking method have?", "lang": "en", "type": "enumeration",
     "gold_concepts": ["baking-method", "mixing", "proving", "baking"], "must_contain": [["mixing"], ["proving"]],
     "must_order": [["mixing"], ["proving", "proofing"], ["baking"]],
     "evidence": [{"file": "bread.txt", "lines": [3, 6]}]},
    {"id": "backwards", "q": "In which order is bread made?", "lang": "en", "type": "ordering",
     "gold_concepts": ["baking-method"], "must_contain": [["mixing"]], "must_order": [["proving"], ["mixing"]],
     "evidence": [{"file": "bread.txt", "lines": [7, 7]}]},
    {"id": "elsewhere", "q": "Что такое закваска?", "lang": "ru", "type": "definition",
     "gold_concepts": ["sourdough", "no-such-concept"], "must_contain": [["дикие дрожжи"]],
     "evidence": [{"file": "khleb.txt", "lines": [3, 3]}], "answerable": True},
    {"id": "false", "q": "Чем отличается дрожжевое тесто?", "lang": "ru", "type": "comparison", "gold_concepts": [],
     "must_contain": [["ещё «быстро»"]], "evidence": [{"file": "bread.txt", "lines": [12, 13]}]},
    {"id": "silent", "q": "What is opara a kind of?", "lang": "en", "type": "relation", "gold_concepts": ["opara"],
     "must_contain": [["sourdough"]], "evidence": [{"file": "khleb.txt", "lines": [4, 4]}]},
    {"id": "long", "q": "Who introduced the baking method?", "lang": "en", "type": "source", "gold_concepts": ["anna"],
     "must_contain": [["weber"]], "evidence": [{"file": "bread.txt", "lines": [11, 11]}]},
    {"id": "no", "q": "How do volcanoes erupt?", "lang": "en", "type": "unanswerable", "gold_concepts": [],
     "must_contain": [], "evidence": [], "answerable": False},
    {"id": "made up", "q": "Сколько стоит буханка?", "lang": "ru", "type": "unanswerable", "answerable": False},
    {"id": "broken", "q": "Why does it break?", "lang": "en", "type": "relation", "gold_concepts": ["dough"],
     "must_contain": [["x"]], "evidence": [{"file": "bread.txt", "lines": [9, 9]}]},
]  # fmt: skip
LABELS = {
    "proving": ["Proving", "Расстойка"], "baking-method": ["baking  method!"], "mixing": ["Замес"], "opara": ["опара"],
    "sourdough": ["«Закваска»", "Sourdough"], "anna": ["Anna Weber"],
}  # fmt: skip


class Scripted(KnowledgeBase):
    """A real knowledge base whose answers are written down: right ones and wrong ones in every way that counts."""

    def ask(self, question: str, *, lang: str | None = None) -> Answer:
        en, ru = self.graph.documents

        def said(status: str, text: str, *cited: Evidence, sure: float = 0.5, items: tuple[str, ...] = ()) -> Answer:
            rows = tuple(AnswerItem(label, None, (line(en, 4 + n),)) for n, label in enumerate(items))
            return Answer(question, status, "other", text, rows, (), cited, sure, "")

        wrong_quote = replace(line(en, 12), quote=line(en, 12).quote.replace("differs from", "equals every"))
        match question:
            case "What is proving?":
                return said("answered", "The rest in which the dough rises.", line(en, 8), line(en, 4), sure=0.9)
            case "Which steps does the baking method have?":
                return said("answered", "Three steps.", sure=0.8, items=("Mixing", "Proving", "Baking"))
            case "In which order is bread made?":
                return said("answered", "Mixing, then proving.", line(en, 7), sure=0.8)
            case "Что такое закваска?":
                return said("conflict", "Смесь, в которой живут дикие дрожжи.", line(ru, 2), sure=0.35)
            case "Чем отличается дрожжевое тесто?":
                return said("answered", "Еще “быстро” поднимается.", wrong_quote, line(en, 13), sure=1.0)
            case "What is opara a kind of?":
                return said("mentioned_only", "", line(ru, 4))
            case "Who introduced the baking method?":
                padded = "word " * 80 + "Weber"  # what is beyond the eightieth word is not read
                return said("answered", padded, *[line(en, n) for n in range(1, 9)], line(en, 11), sure=0.1)
            case "How do volcanoes erupt?":
                return said("not_in_course", "")
            case "Why does it break?":
                raise QueryError("it breaks")
        return said("answered", "Сто рублей.", line(ru, 1), sure=0.7)


@pytest.fixture(scope="session")
def scripted_bread(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Scripted:
    """The bread course whose answers are scripted, with a real index; an evaluation leaves nothing behind in it."""
    made = apikit.knowledge_base(apikit.bread(), tmp_path_factory.mktemp("eval") / "home", kept_cache)
    return Scripted(
        settings=made.settings, folder=made.folder, manifest=made.manifest, ontology=made.ontology, graph=made.graph,
        store=made.store,
    )  # fmt: skip


def lines_of(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def written(folder: Path) -> tuple[Path, Path]:
    """The questions and the labels as files of a folder."""
    labels = folder / "labels.json"
    labels.write_text(json.dumps(LABELS), encoding="utf-8")
    return lines_of(folder / "questions.jsonl", QUESTIONS), labels
