"""What is measured beside the questions themselves: concepts, extraction rules, search legs, confidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg.evaluation.gold import SALIENCE, GoldConcept, Question
from kg.evaluation.score import at_gold, cited, mean
from kg.model import Concept, Fact
from kg.text import label_key
from kg.views import Json

SEARCH_MEASURES = ("search_evidence@5", "search_hit@1", "search_ndcg@10")
NO_STATEMENT = "(no statement)"
BINS = 10
RISK = 0.05


# -- concepts


@dataclass(frozen=True, slots=True)
class Recall:
    """`of` gold concepts of one salience, and those of them that are missing."""

    salience: str
    of: int
    missed: tuple[GoldConcept, ...]

    @property
    def found(self) -> int:
        return self.of - len(self.missed)

    @property
    def value(self) -> float | None:
        return round(self.found / self.of, 4) if self.of else None


def recall(gold: Iterable[GoldConcept], concepts: Iterable[Concept]) -> tuple[Recall, ...]:
    """By salience. Found: some label, in whatever language, is some label of some concept (kg.text.label_key)."""
    known = {label_key(label) for c in concepts for label, _ in c.all_labels()} - {""}
    rows = list(gold)
    out = []
    for salience in SALIENCE:
        mine = [g for g in rows if g.salience == salience]
        missed = tuple(g for g in mine if not known & {label_key(label) for label in g.labels})
        out.append(Recall(salience, len(mine), missed))
    return tuple(out)


# -- extraction rules


@dataclass(frozen=True, slots=True)
class Rule:
    """`statements` in the graph; `cited` places of given answers where one of them stands, `at_gold` of these."""

    name: str
    statements: int
    cited: int
    at_gold: int

    @property
    def precision(self) -> float | None:
        return round(self.at_gold / self.cited, 4) if self.cited else None


def rules(facts: Sequence[Fact], answers: Iterable[tuple[Question, Json]]) -> tuple[Rule, ...]:
    """Every rule, most statements first, then the cited places at which no statement stands.

    `answers` are given answers to questions that have one. A place that such an answer cites counts
    once for every rule with a statement whose evidence shares a character with it.
    """
    by_document: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_document[fact.evidence.document].append(fact)
    places, hits = Counter[str](), Counter[str]()
    for question, answer in answers:
        for document, start, end, first, last in sorted({_span(e) for e in cited(answer)}):
            here = {f.rule for f in by_document[document] if f.evidence.start < end and start < f.evidence.end} or {
                NO_STATEMENT
            }
            places.update(here)
            if at_gold({"document": document, "lines": [first, last]}, question.places):
                hits.update(here)
    counts = Counter(f.rule for f in facts)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple(Rule(name, counts[name], places[name], hits[name]) for name in [*names, NO_STATEMENT])


def _span(evidence: Json) -> tuple[str, int, int, int, int]:
    return evidence["document"], evidence["start"], evidence["end"], *evidence["lines"]


# -- search legs


def legs(
    rows: Sequence[tuple[Question, Mapping[str, float]]],
    names: Iterable[str],
    *,
    without: Callable[[Question, str], Mapping[str, float]],
) -> dict[str, Json]:
    """`{"all" | "without <leg>": {n, measure}}`; `rows` are questions with the measures of the whole search."""
    out = {"all": [values for _, values in rows]}
    for name in sorted(names):
        out[f"without {name}"] = [without(question, name) for question, _ in rows]
    return {name: {"n": len(of), **{m: mean(of, m) for m in SEARCH_MEASURES}} for name, of in out.items()}


# -- confidence


@dataclass(frozen=True, slots=True)
class Bin:
    """Given answers with a confidence in [low, high), the last bin up to 1 and with it."""

    low: float
    high: float
    n: int
    confidence: float  # mean
    right: float  # share


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far confidence tells right answers from wrong ones, over the answers that were given.

    error   expected calibration error: mean distance of confidence and share of right answers, by bin
    brier   mean square of that distance, by answer
    curve   (coverage, risk): of the most confident share `coverage` of the answers, the share that is wrong;
            answers of equal confidence come together
    area    mean of the risk over all coverages
    safe    largest coverage whose risk is at most 5 %
    """

    n: int
    bins: tuple[Bin, ...]
    error: float
    brier: float
    curve: tuple[tuple[float, float], ...]
    area: float
    safe: float


def confidence(answers: Iterable[tuple[float, bool]]) -> Confidence | None:
    """From (confidence 0 to 1, right); None where there is no answer."""
    rows = sorted(answers, key=lambda row: -row[0])
    if not rows:
        return None
    n = len(rows)
    by_bin: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for row in rows:
        by_bin[min(max(int(row[0] * BINS), 0), BINS - 1)].append(row)
    bins = tuple(
        Bin(i / BINS, (i + 1) / BINS, len(of), sum(c for c, _ in of) / len(of), sum(r for _, r in of) / len(of))
        for i, of in sorted(by_bin.items())
    )
    curve, area, seen, wrong = list[tuple[float, float]](), 0.0, 0, 0
    for _, same in groupby(rows, key=lambda row: row[0]):
        these = list(same)
        seen, wrong = seen + len(these), wrong + sum(not right for _, right in these)
        curve.append((seen / n, wrong / seen))
        area += len(these) / n * wrong / seen
    return Confidence(
        n=n,
        bins=bins,
        error=round(sum(b.n * abs(b.confidence - b.right) for b in bins) / n, 4),
        brier=round(sum((c - r) ** 2 for c, r in rows) / n, 4),
        curve=tuple(curve),
        area=round(area, 4),
        safe=round(max((coverage for coverage, risk in curve if risk <= RISK), default=0.0), 4),
    )
