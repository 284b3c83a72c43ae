"""What `kg eval` prints and writes: JSON, tables, a page with charts that needs nothing else and escapes everything."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from evalkit import LABELS, QUESTIONS, Scripted, lines_of, written

from kg.base import KnowledgeBase
from kg.errors import UsageError
from kg.evaluate import Evaluation, evaluate, run, shaped
from kg.evaluation import charts, gold, measures, report, tables


@pytest.fixture(scope="module")
def kb(scripted_bread: Scripted) -> KnowledgeBase:
    return scripted_bread


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path)


@pytest.fixture
def result(kb: KnowledgeBase, files: tuple[Path, Path]) -> Evaluation:
    return evaluate(kb, gold.read_questions(files[0]), labels=gold.read_labels(files[1]))


# -- what is printed


def ran(kb: KnowledgeBase, files: tuple[Path, Path], out: Path | None, *, as_json: bool) -> None:
    run(kb, files[0], labels=files[1], concepts=None, report=out, as_json=as_json)


def test_json_is_one_object_and_the_same_each_time(
    kb: KnowledgeBase, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []
    for name in ("a", "b"):
        ran(kb, files, tmp_path / name, as_json=True)
        out, err = capsys.readouterr()
        assert "wrote" in err
        value = json.loads(out)
        assert value.pop("ask_ms_p50") >= 0
        seen.append(value)
    assert seen[0] == seen[1]
    assert (tmp_path / "a" / report.FILE).read_bytes() == (tmp_path / "b" / report.FILE).read_bytes()
    assert [p.name for p in (tmp_path / "a").iterdir()] == [report.FILE]
    assert set(seen[0]) == {
        "build_id", "scores", "legs", "rules", "concepts", "confidence", "fits", "causes", "failures"
    }  # fmt: skip
    assert seen[0]["concepts"] is None
    assert {f["id"]: f["why"] for f in seen[0]["failures"]}["broken"] == "it breaks"
    assert sum(r["statements"] for r in seen[0]["rules"]) == len(kb.graph.facts)


def test_tables_show_the_figures(
    kb: KnowledgeBase, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    concepts = lines_of(tmp_path / "c.jsonl", [{"label_en": "Croissant"}, {"label_ru": "Закваска"}])
    run(kb, files[0], labels=files[1], concepts=concepts, report=None, as_json=False)
    out, err = capsys.readouterr()
    assert err.splitlines() == ["Questions: 10", "Searches without a leg: 28"]
    for text in ("without dense", "Croissant", "n-things", "Failed questions: 6 of 10", "0.400 resolved", "it breaks"):
        assert text in out
    assert re.search(r"all +10 +0\.400 +0\.571 +0\.714 +0\.857 +0\.500 ", out)
    assert re.search(r"core +2 +1 +0\.500", out)
    assert max(map(len, out.partition("Failed questions")[0].splitlines())) <= 160
    assert "\nlong (source): wrong or incomplete; it should say weber [lines: hit 1]\n    Who introduced" in out
    assert "\x1b" not in out


def test_nothing_that_is_printed_moves_a_terminal(kb: KnowledgeBase, tmp_path: Path, capsys: Any) -> None:
    row = {"id": "\x1b[2J", "q": "\x1b]0;x\x07 [red]bold[/red]?", "answerable": False, "type": "\x1b[1A"}
    run(kb, lines_of(tmp_path / "q", [row]), labels=None, concepts=None, report=None, as_json=False)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]bold[/red]" in out


# -- the page


class Page(HTMLParser):
    """Which tags a page has, the addresses in it, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_else_and_escapes_everything(kb: KnowledgeBase, result: Evaluation) -> None:
    mark = "<script>alert(1)</script>\"'&\x1b[31m{{ 1 }}"
    rows = [
        replace(r, question=replace(r.question, id=mark, q=mark, type=mark), answer={**r.answer, "answer": mark})
        for r in result.rows
    ]
    missed = gold.GoldConcept(mark, (mark,), mark, "core", (gold.Place(mark, 1, 2),))
    hostile = replace(
        result,
        rows=tuple(rows),
        recall=(measures.Recall("core", 1, (missed,)),),
        rules=(measures.Rule(mark, 1, 0, 0),),
    )
    page = report.render(hostile, title=mark)
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
    assert not [a for a in found.attributes if a[0] in ("src", "href", "style") or a[0].startswith("on")]
    assert "url(" not in page
    assert "@import" not in page
    assert "\x1b" not in page
    assert found.text.count("<script>alert(1)</script>\"'& [31m{{ 1 }}") > 10
    assert found.tags.count("svg") == 2


def test_every_failed_question_is_on_the_page(result: Evaluation) -> None:
    text = Page(report.render(result, title="q")).text
    for row in result.failures:
        assert row.question.q in text
        assert row.why in text
    failed = text.partition("Failed questions")[2].partition("Questions\n")[0]
    assert "What is proving?" not in failed


def test_charts_draw_the_figures(result: Evaluation) -> None:
    bins = (measures.Bin(0.0, 0.1, 3, 0.05, 0.0), measures.Bin(0.9, 1.0, 5, 0.95, 0.8))
    drawn = ElementTree.fromstring(charts.reliability(bins))
    bars = drawn.findall("rect")
    assert [float(b.attrib["height"]) for b in bars] == [0.0, 256.0]
    assert float(bars[1].attrib["y"]) + 256 == 14 + 320
    assert [t.text for t in drawn.findall("text[@class='count']")] == ["3", "5"]
    curves = {"curve": ((0.5, 0.0), (1.0, 0.25)), "beyond": ((1.0, 0.5),)}
    risk = ElementTree.fromstring(charts.risk_coverage(curves, marked=[(1.0, 0.25)], bound=0.05))
    assert [(p.attrib["class"], p.attrib["points"]) for p in risk.findall("polyline")] == [
        ("curve", "48.0,334.0 208.0,334.0 208.0,174.0 368.0,174.0"),  # the axis ends at a half
        ("beyond", "48.0,14.0 368.0,14.0"),
    ]
    [dot] = risk.findall("circle")
    assert (dot.attrib["cx"], dot.attrib["cy"]) == ("368.0", "174.0")
    bound = risk.find("line[@class='ideal']")
    assert bound is not None
    assert bound.attrib["y1"] == bound.attrib["y2"] == "302.0"


def test_fitted_and_cross_validated_figures_stand_side_by_side(kb: KnowledgeBase, capsys: Any) -> None:
    rows = [{**q, "id": f"{q['id']} {n}", "q": q["q"] + " " * n} for q in QUESTIONS[:-1] for n in range(3)]
    asked = [gold._question(gold._Row(Path("q"), n, row)) for n, row in enumerate(rows)]
    result = evaluate(kb, asked, labels=LABELS, fit=True)
    value = shaped(result)["fits"]
    for name in ("present", "fitted", "cross_validated"):
        assert 0 <= value["judge"][name]["resolved"] <= 1
        assert 0 <= value["search"][name]["search_ndcg@10"] <= 1
    assert value["search"]["present"]["search_evidence@5"] == result.legs["all"]["search_evidence@5"]
    assert set(value["judge"]["weights"]) >= {"refuse", "share"}
    tables.show(result, sys.stdout)
    out = capsys.readouterr().out
    assert len(re.findall(r"^ *(present|fitted|cross-validated) ", out, re.M)) == 6
    page = Page(report.render(result, title="q"))
    assert page.text.count("cross-validated") == 2
    assert ("class", "beyond") in page.attributes


def test_without_answers_there_is_no_chart(kb: KnowledgeBase, tmp_path: Path) -> None:
    questions = gold.read_questions(lines_of(tmp_path / "q", [QUESTIONS[7]]))
    result = evaluate(kb, questions, labels={})
    assert result.confidence is None
    assert "<svg" not in report.render(result, title="q")
    assert shaped(result)["confidence"] is None
    assert result.legs["all"] == {"n": 0, **dict.fromkeys(measures.SEARCH_MEASURES)}
    assert tables.failures(result).rows == ()


def test_a_report_that_cannot_be_written(result: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        report.write(result, tmp_path / "file", title="q")
