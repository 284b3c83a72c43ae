"""One question against its answer and its hits, and the means over groups of questions.

    right      what a reader is asked to read at most (80 words and the labels of 12 items) says all of must_contain,
               and must_order in order
    cited      a cited place overlaps the gold lines, and every quote stands at its offsets in the stored text
    resolved   right and cited; without an answer in the sources: the status says so
    search     gold lines among the evidence of the first 5 hits; hit@1 and nDCG@10 of the gold concepts by label

Answers and hits are those of contract.md, as kg.views makes them, so that a client who measures over HTTP with
the same definitions gets the same figures. `fold` and `key` are part of that scale and stay as simple as the scale
says; they are not kg.text.fold and label_key, with which concepts are resolved.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.evaluation.gold import Alternatives, Place, Question
from kg.views import Json

WORDS, ITEMS, CITED = 80, 12, 8  # of an answer, what counts
HITS, EVIDENCE_HITS = 10, 5
MEASURES = (
    "resolved",
    "right",
    "cited",
    "answered",
    "abstained",
    "all_quotes_true",
    "search_evidence@5",
    "search_hit@1",
    "search_ndcg@10",
)
TYPES = frozenset(
    {"definition", "enumeration", "membership", "comparison", "relation", "ordering", "source", "example"}
)
_ANSWERED = frozenset({"answered", "conflict"})
_ABSTAINED = frozenset({"not_in_course", "mentioned_only"})
_SIGNS = str.maketrans(
    {"ё": "е"}
    | dict.fromkeys("‘’ʼ`", "'")
    | dict.fromkeys("“”«»„", '"')
    | dict.fromkeys([*map(chr, range(0x2010, 0x2016)), "\u2212"], "-")
)
_NO_WORD = re.compile(r"[^\w]+")


def fold(text: str) -> str:
    """Lower case, ё as е, straight quotes, plain hyphens, single spaces."""
    return " ".join(text.lower().translate(_SIGNS).split())


def key(label: str) -> str:
    """What two labels have in common if they count as one: folded words, without punctuation."""
    return _NO_WORD.sub(" ", fold(label)).strip()


# Why a question failed: the first of these that is so.
CAUSES = {
    "error": "the program failed",
    "unanswerable": "answered what the sources do not say",
    "refused": "did not answer",
    "not cited": "no true citation at the gold lines",
    "retrieval": "the search missed the gold lines",
    "type": "answered another type of question",
    "item": "wrong or incomplete",
}
_SAME_TYPE = {"source/literature": "source"}  # types of questions, as types of answers


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with what came back. `values` holds those MEASURES that apply to it.

    rank   of the first hit that shows gold lines, None where none of the first ten does
    """

    question: Question
    values: Mapping[str, float]
    answer: Json = field(default_factory=dict)
    ms: float | None = None
    error: str = ""
    rank: int | None = None

    @property
    def resolved(self) -> bool:
        return bool(self.values.get("resolved"))

    @property
    def given(self) -> bool:
        """An answer was given, be it right or wrong."""
        return self.answer.get("status") in _ANSWERED

    @property
    def right(self) -> bool:
        return bool(self.values.get("right"))

    @property
    def cause(self) -> str:
        """A key of CAUSES, "" where the question did not fail."""
        if self.resolved:
            return ""
        if self.error:
            return "error"
        if not self.question.answerable:
            return "unanswerable"
        if not self.given:
            return "refused"
        if self.right:
            return "not cited"
        if self.rank is None and not self.values.get("cited"):
            return "retrieval"
        asked, told = _SAME_TYPE.get(self.question.type, self.question.type), self.answer.get("type")
        return "type" if asked in TYPES and told in TYPES and told != asked else "item"

    @property
    def why(self) -> str:
        """Why the question failed, "" if it did not."""
        return self.error or CAUSES.get(self.cause, "")

    @property
    def lacking(self) -> str:
        """What a failed answer lacks: words that are not said, or the gold lines that are not cited."""
        if self.resolved or self.error or not self.question.answerable or not self.given:
            return ""
        if self.right:
            return "cite " + " or ".join(map(str, self.question.places))
        text = said(self.answer)
        unsaid = [options for options in self.question.must_contain if not says(text, (options,), ())]
        wanted = unsaid or self.question.must_order
        return ("say " if unsaid else "say in this order ") + ", ".join("/".join(options) for options in wanted)


def grade(
    question: Question,
    answer: Json,
    hits: Sequence[Json],
    *,
    labels: Mapping[str, Sequence[str]],
    true: Callable[[Json], bool],
) -> dict[str, float]:
    """The measures of one question; `true` says whether a quote stands where its evidence says."""
    evidence = cited(answer)
    out: dict[str, float] = {"all_quotes_true": all(true(e) for e in evidence)}
    if not question.answerable:
        out["abstained"] = out["resolved"] = answer["status"] in _ABSTAINED
        return out
    out["answered"] = answer["status"] in _ANSWERED
    out["right"] = out["answered"] and says(said(answer), question.must_contain, question.must_order)
    out["cited"] = out["all_quotes_true"] and any(at_gold(e, question.places) for e in evidence)
    out["resolved"] = out["right"] and out["cited"]
    return out | found(question, hits, labels=labels)


def found(question: Question, hits: Sequence[Json], *, labels: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """The measures of search alone."""
    out: dict[str, float] = {
        "search_evidence@5": any(at_gold(e, question.places) for h in hits[:EVIDENCE_HITS] for e in h["evidence"])
    }
    if question.concepts:
        gains = gains_of(hits, question.concepts, labels=labels)
        out["search_hit@1"] = bool(gains and gains[0])
        out["search_ndcg@10"] = discounted(gains) / discounted([2] + [1] * (len(question.concepts) - 1))
    return out


def rank(question: Question, hits: Sequence[Json]) -> int | None:
    """Of the first hit whose evidence overlaps the gold lines, from 1."""
    found = (n for n, h in enumerate(hits[:HITS], start=1) if any(at_gold(e, question.places) for e in h["evidence"]))
    return next(found, None)


def said(answer: Json) -> str:
    """What counts of an answer, folded: its first words and the labels of its first items, parted by bars."""
    words = " ".join((answer["answer"] or "").split()[:WORDS])
    return fold(" | ".join([words, *(item["label"] or "" for item in answer["items"][:ITEMS])]))


def says(text: str, wanted: Alternatives, ordered: Alternatives) -> bool:
    """`text` is folded. Of each list of `wanted` one is in it; of each of `ordered` one comes after the one before."""
    if not all(any(fold(one) in text for one in options) for options in wanted):
        return False
    start = 0
    for options in ordered:
        places = [at for one in options if (at := text.find(fold(one), start)) >= 0]
        if not places:
            return False
        start = min(places) + 1
    return True


def cited(answer: Json) -> list[Json]:
    """Evidence that counts: the first of the answer, and that of its first items."""
    items = (e for item in answer["items"][:ITEMS] for e in item["evidence"])
    return [*answer["evidence"][:CITED], *items]


def at_gold(evidence: Json, places: Iterable[Place]) -> bool:
    first, last = evidence["lines"]
    return any(evidence["document"] == p.file and first <= p.last and last >= p.first for p in places)


def gains_of(hits: Sequence[Json], gold: Sequence[str], *, labels: Mapping[str, Sequence[str]]) -> list[int]:
    """Hit by hit what it is worth: 2 for the first gold concept, 1 for another, 0 for one that was found before.

    A gold concept without labels goes by its id, hyphens read as spaces.
    """
    keys = {id: {key(one) for one in labels.get(id, [id.replace("-", " ")])} for id in gold}
    missing, out = list(gold), []
    for hit in hits[:HITS]:
        names = {key(hit["label"] or ""), *(key(one) for one in hit["labels"].values())}
        match = next((id for id in missing if keys[id] & names), None)
        if match is None:
            out.append(0)
        else:
            out.append(2 if match == gold[0] else 1)
            missing.remove(match)
    return out


def discounted(gains: Sequence[int]) -> float:
    """Discounted cumulative gain of the first ten ranks."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:HITS], start=1))


def mean(rows: Iterable[Mapping[str, float]], name: str) -> float | None:
    """Over the rows that have the measure, to four places; None where none has it."""
    values = [float(row[name]) for row in rows if name in row]
    return round(sum(values) / len(values), 4) if values else None


def table(rows: Sequence[Scored]) -> dict[str, Json]:
    """`{group: {n, measure: mean or None}}` for all questions, by language and by type."""
    groups = {"all": list(rows), **{lang: [r for r in rows if r.question.lang == lang] for lang in ("en", "ru")}}
    for type in sorted({r.question.type for r in rows}):
        groups[type] = [r for r in rows if r.question.type == type]
    return {
        name: {"n": len(of), **{m: mean([r.values for r in of], m) for m in MEASURES}} for name, of in groups.items()
    }


def median_ms(rows: Iterable[Scored]) -> float | None:
    times = sorted(r.ms for r in rows if r.ms is not None)
    return round(times[len(times) // 2], 1) if times else None
