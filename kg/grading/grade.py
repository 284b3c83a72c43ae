"""The whole of it: labels to concepts, every link judged, what is missing, and a score that says what it is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.grading.course import Course
from kg.grading.judge import judge
from kg.grading.linking import Phrasebook
from kg.grading.missing import central
from kg.grading.model import Grade, Judgement, Named, Part, StudentMap
from kg.grading.names import Names
from kg.grading.together import Together
from kg.labels import LabelIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.base import KnowledgeBase

LINKS, CONCEPTS = 0.7, 0.3  # what right links and central concepts weigh in the score
IN_SUBSTANCE = 0.5  # what a link counts that is there but named otherwise
_MISSING = 20  # concepts that are named as missing


def grade(student: StudentMap, *, kb: KnowledgeBase) -> Grade:
    """Judge a map by the build that `kb` holds. The same map and build give the same grade."""
    course, phrasebook = Course(kb), Phrasebook(kb.ontology)
    names = Names(LabelIndex.open(kb.folder / "index" / "labels.json"), kb.graph, kb.ontology)
    student = _phrases_in_labels(student, names, phrasebook)
    candidates = {id: names.candidates(label) for id, label in student.nodes.items()}
    judged = tuple(
        judge(
            link,
            subjects=candidates[link.source],
            objects=candidates[link.target],
            course=course,
            phrasebook=phrasebook,
        )
        for link in student.links
    )
    judged = _with_lines(judged, kb)
    named = _meant(candidates, judged)
    present, missing = central(course, {n.concept for n in named.values()})
    parts = _parts(judged, len(present), len(missing))
    return Grade(student, named, judged, missing[:_MISSING], max(0, len(missing) - _MISSING), parts, _score(parts))


def _phrases_in_labels(student: StudentMap, names: Names, phrasebook: Phrasebook) -> StudentMap:
    """Outlines write a relation before a name, "has part: Yeast": where it is a phrase that is known, it is one."""
    nodes, links = dict(student.nodes), []
    for link in student.links:
        label = nodes[link.target]
        phrase, _, rest = label.partition(": ")
        told = link.nested and rest.strip() and phrasebook.read(phrase).readings
        if told and not names.candidates(label):
            nodes[link.target] = rest.strip()
            link = replace(link, phrase=phrase, nested=False)
        links.append(link)
    return replace(student, nodes=nodes, links=tuple(links))


def _with_lines(judged: Sequence[Judgement], kb: KnowledgeBase) -> tuple[Judgement, ...]:
    """Where nothing is stated of two known concepts, the lines that name both."""
    together, concepts = Together(kb.graph), kb.graph.concepts
    out = []
    for j in judged:
        if j.rule == "no-statement" and j.subject and j.object:
            lines = together.lines(concepts[j.subject], concepts[j.object])
            j = replace(j, rule="named-together", lines=lines) if lines else j
        out.append(j)
    return tuple(out)


def _meant(candidates: Mapping[str, Sequence[Named]], judged: Sequence[Judgement]) -> dict[str, Named]:
    """Of the concepts that a label may mean, the one that most of its links are about; else the first."""
    times: dict[str, Counter[str]] = {id: Counter() for id in candidates}
    for j in judged:
        if j.verdict != "not_mentioned":
            times[j.link.source][str(j.subject)] += 1
            times[j.link.target][str(j.object)] += 1
    out = {}
    for id, found in candidates.items():
        if found:
            most = max(times[id][n.concept] for n in found)
            out[id] = next(n for n in found if times[id][n.concept] == most)
    return out


def _parts(judged: Sequence[Judgement], present: int, missing: int) -> tuple[Part, ...]:
    counts = Counter(j.verdict for j in judged)
    right = counts["supported"] + IN_SUBSTANCE * counts["imprecise"]
    of = counts["supported"] + counts["imprecise"] + counts["contradicted"]
    return Part("links", right, of, LINKS), Part("concepts", float(present), present + missing, CONCEPTS)


def _score(parts: Sequence[Part]) -> int | None:
    """The weighted mean of the parts that say something; None where no link can be judged."""
    told = [p for p in parts if p.of]
    if not parts[0].of:
        return None
    return round(100 * sum(p.weight * p.value for p in told) / sum(p.weight for p in told))
