"""The figures as tables: rows of plain texts, shared by the page, and shown in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TextIO

from kg.evaluation import score
from kg.evaluation.measures import SEARCH_MEASURES
from kg.terminal import clean

if TYPE_CHECKING:
    from kg.evaluate import Evaluation

_WIDTH = 160  # columns where the output is no terminal
_ANSWER = 140  # characters of a failed answer that are shown
_RULE_NOTE = (
    "Precision: of the places that given answers cite (to questions that have an answer), those at which a "
    "statement of the rule stands, the share that overlaps the gold lines. It judges what was cited, not every "
    "statement; a place with statements of several rules counts for each."
)


_FIGURES = {
    "resolved": "resolved",
    "unanswerable_refused": "unanswerable refused",
    "answerable_refused": "answerable refused",
    "right_refused": "right ones refused",
    "error": "calibration error",
    "brier": "Brier",
    "area": "area under risk-coverage",
}


@dataclass(frozen=True, slots=True)
class Table:
    """`texts` is the number of columns, from the left, that hold text; the others hold figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    note: str = ""


def tables(result: Evaluation) -> Iterator[Table]:
    """All tables but that of the failures."""
    head = tuple(m.removeprefix("search_").replace("_", " ") for m in score.MEASURES)
    yield Table(
        "Questions",
        ("group", "n", *head),
        tuple((name, str(row["n"]), *(share(row[m]) for m in score.MEASURES)) for name, row in result.scores.items()),
        note="right, cited and answered are counted on questions that the sources answer, abstained on the others; "
        "evidence@5, hit@1 and ndcg@10 are of the search.",
    )
    yield Table(
        "Why questions failed",
        ("cause", "n"),
        tuple((score.CAUSES[cause], str(n)) for cause, n in result.causes.items() if n),
        note="Each failed question has one cause, the first that is so of: " + "; ".join(score.CAUSES.values()) + ".",
    )
    yield Table(
        "Search, each leg switched off in turn",
        ("legs", "n", *(m.removeprefix("search_") for m in SEARCH_MEASURES)),
        tuple((name, str(row["n"]), *(share(row[m]) for m in SEARCH_MEASURES)) for name, row in result.legs.items()),
    )
    if result.confidence is not None:
        c = result.confidence
        yield Table(
            "Confidence",
            ("answers given", "calibration error", "Brier", "area under risk-coverage", "coverage at 5 % risk"),
            ((str(c.n), share(c.error), share(c.brier), share(c.area), share(c.safe)),),
            texts=0,
            note="An answer to a question that the sources do not answer counts as wrong.",
        )
    yield from _fits(result)
    if result.recall is not None:
        yield Table(
            "Concepts",
            ("salience", "n", "found", "recall"),
            tuple((r.salience, str(r.of), str(r.found), share(r.value)) for r in result.recall),
            note="Found: some label, in whatever language, is some label of a concept of the build. "
            "Recall is counted on core; missing a peripheral concept is no fault.",
        )
        yield Table(
            "Concepts that are missing",
            ("salience", "label", "kind", "where"),
            tuple(
                (r.salience, " / ".join(g.labels), g.kind, ", ".join(map(str, g.mentions[:3])))
                for r in result.recall
                for g in r.missed
            ),
            texts=4,
        )
    yield Table(
        "Extraction rules",
        ("rule", "statements", "cited", "at gold", "precision"),
        tuple((r.name, str(r.statements), str(r.cited), str(r.at_gold), share(r.precision)) for r in result.rules),
        note=_RULE_NOTE,
    )


def _fits(result: Evaluation) -> Iterator[Table]:
    """What the present weights are worth beside fitted ones, and beside ones that come from other questions."""
    if result.judgement is not None:
        j = result.judgement
        names = tuple(f.name for f in fields(j.present))
        yield Table(
            "Weights of the choice of answers",
            ("weights", *(_FIGURES[name] for name in names)),
            tuple(
                (title, *(share(getattr(figures, name)) for name in names))
                for title, figures in (
                    ("present", j.present), ("fitted", j.fitted), ("cross-validated", j.cross_validated)
                )
            ),
            note=f"Fitted: to these {j.n} questions alone (penalty {j.penalty:g}). Cross-validated: the same, each "
            f"question judged by weights that come from others ({j.folds} folds, mean of {j.repeats}). Some candidate "
            f"is right for {share(j.possible)} of the answerable ones. "
            "bench/answer_choice.py finds the present weights.",
        )  # fmt: skip
    if result.fusion is not None:
        f = result.fusion
        factors = ", ".join(f"{leg} {factor:g}" for leg, factor in f.factors.items())
        yield Table(
            "Shares of the search legs",
            ("weights", *(m.removeprefix("search_") for m in SEARCH_MEASURES)),
            tuple(
                (title, *(share(row[m]) for m in SEARCH_MEASURES))
                for title, row in (
                    ("present", f.present), ("fitted", f.fitted), ("cross-validated", f.cross_validated)
                )
            ),
            note=f"Fitted to these {f.n} questions, the legs would be taken by: {factors}. Cross-validated: each "
            f"question with the factors that others give ({f.folds} folds).",
        )  # fmt: skip


def headline(result: Evaluation) -> list[tuple[str, str]]:
    """The figures that decide, each with its name."""
    everything = result.scores["all"]
    uncited = [
        bool(r.values["right"]) and not r.values["cited"] for r in result.rows if {"right", "cited"} <= r.values.keys()
    ]
    out = [
        ("resolved", everything["resolved"]),
        ("resolved, Russian", result.scores["ru"]["resolved"]),
        ("unanswerable refused", everything["abstained"]),
        ("answerable refused", None if everything["answered"] is None else 1 - everything["answered"]),
        ("right, not cited", sum(uncited) / len(uncited) if uncited else None),
        ("all quotes true", everything["all_quotes_true"]),
        ("gold lines in 5 hits", everything["search_evidence@5"]),
        ("calibration error", result.confidence.error if result.confidence else None),
        ("coverage at 5 % risk", result.confidence.safe if result.confidence else None),
    ]
    return [(name, share(value) or "–") for name, value in out]


def failures(result: Evaluation) -> Table:
    return Table(
        f"Failed questions: {len(result.failures)} of {len(result.rows)}",
        ("id", "type", "why", "lines found", "it should", "question", "status", "answer"),
        tuple(
            (
                r.question.id,
                r.question.type,
                r.why,
                "" if not r.question.answerable else "no" if r.rank is None else f"hit {r.rank}",
                r.lacking,
                r.question.q,
                r.answer.get("status") or "",
                _short(r.answer.get("answer") or r.answer.get("reason") or ""),
            )
            for r in result.failures
        ),
        texts=8,
    )


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _ANSWER else text[: _ANSWER - 1].rstrip() + "…"


def show(result: Evaluation, stream: TextIO) -> None:
    """Tables in a terminal; plain and wide where `stream` is none."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    console = Console(
        file=stream, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else _WIDTH
    )

    def cells(row: Sequence[str]) -> list[Text]:
        return [Text(clean(text)) for text in row]

    for table in tables(result):
        if not table.rows:
            continue
        drawn = Drawn(title=Text(table.title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for i, name in enumerate(table.head):
            drawn.add_column(Text(name), justify="left" if i < table.texts else "right", overflow="fold")
        for row in table.rows:
            drawn.add_row(*cells(row))
        console.print(drawn)
        if table.note:
            console.print(Text(table.note, style="dim"))
        console.print()
    failed = failures(result)
    console.print(Text(failed.title, style="italic"))
    for id, type, why, place, lacking, question, status, answer in failed.rows:  # longer than a cell can be
        lacks = f"; it should {lacking}" if lacking else ""
        where = f" [lines: {place}]" if place else ""
        console.print(Text(clean(f"{id} ({type}): {why}{lacks}{where}")), soft_wrap=True)
        console.print(Text("    " + clean(f"{question} → [{status or 'none'}] {answer}"), style="dim"), soft_wrap=True)
    p50 = score.median_ms(result.rows)
    ended = "" if p50 is None else f"; an answer takes {p50:.1f} ms (median)"
    console.print(Text(f"Build {result.build_id}: {share(result.scores['all']['resolved'])} resolved{ended}"))
