"""Names that were nearly joined: pairs of concepts that may be one, with what speaks for it and against it.

Pairs are found through shared keys (the same words in another order, one definition, one list of members, ...), never
by comparing all with all. What cannot be one is left out: classes that exclude each other, two members of one
list, a whole and its part, one thing before the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Graph, Lang
from kg.near.finding import Embed, found
from kg.near.view import View
from kg.resolve import Decision, Named

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["LEAST", "REASONS", "Embed", "Near", "near", "obstacle"]

LEAST = 0.5  # below this a pair is not worth anybody's time
_MOST = 0.89  # what was not joined is less sure than any rule that joins
SLIPS = frozenset({"typing", "hyphenation", "spelling"})

# How much each reason is worth, and what it says; {0} is what it was found by.
REASONS: Mapping[str, tuple[float, str]] = {
    "hyphenation": (0.8, "the same letters, written together, apart or with a hyphen"),
    "spelling": (0.75, "two spellings of the same words (British and American)"),
    "typing": (0.7, "one letter apart, and {0} is no known word"),
    "definition": (0.7, "two documents define them in the same words"),
    "same-words": (0.65, "the same words, but not in the same place or form"),
    "other-name": (0.55, "a source calls both {0}"),
    "word-order": (0.65, "the same words in another order"),
    "translation": (0.65, "the ontology translates the words of one into those of the other"),
    "members": (0.6, "two documents list the same members of them: {0}"),
    "abbreviation": (0.55, "{0} is given as the abbreviation of several things, this is one of them"),
    "extra-word": (0.5, "one has the word {0} more, and both belong to the same whole"),
    "meaning": (0.5, "their names mean nearly the same (cosine {0}), and they stand near the same things"),
}


@dataclass(frozen=True, slots=True)
class Near:
    """Two concepts that may be one; `concepts` are their ids, `a` and `b` the names to decide about.

    rules    what found the pair, the best first
    score    0.5..0.89, from the rules and from what speaks for and against
    """

    a: Named
    b: Named
    concepts: tuple[str, str]
    rules: tuple[str, ...]
    score: float
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]


def near(
    graph: Graph,
    names: Mapping[str, str],
    ontology: Ontology,
    *,
    decided: Iterable[Decision] = (),
    embed: Embed | None = None,
    langs: Iterable[Lang] = (),
) -> tuple[Near, ...]:
    """Pairs by score, the best first; those that somebody has decided about are left out.

    names   ids of names -> ids of concepts (kg.resolve.Resolution)
    embed   for labels in `langs` only, which the model handles; without it nothing is found by meaning
    """
    view = View(graph, names, ontology)
    pairs: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for a, b, rule, by in found(view, embed=embed, langs=frozenset(langs)):
        if a != b:
            pairs[min(a, b), max(a, b)].setdefault(rule, by)
    settled = {frozenset((names[d.a], names[d.b])) for d in decided if d.a in names and d.b in names}
    out = []
    for (a, b), rules in pairs.items():
        if frozenset((a, b)) not in settled and not view.unlike(a, b, rules) and not view.obstacle(a, b):
            one = _judged(a, b, rules, view)
            if one.score >= LEAST:
                out.append(one)
    return tuple(sorted(out, key=lambda n: (-n.score, n.a.id, n.b.id)))


def obstacle(graph: Graph, ontology: Ontology, a: str, b: str) -> str:
    """Why two concepts (ids) cannot be one, in plain words; "" if nothing is known that forbids it."""
    return View(graph, {}, ontology).obstacle(a, b)


def _judged(a: str, b: str, rules: Mapping[str, str], view: View) -> Near:
    """Every further rule and every agreement makes a pair surer, what tells them apart less sure."""
    ordered = sorted(rules, key=lambda r: (-REASONS[r][0], r))
    score = REASONS[ordered[0]][0] + 0.05 * (len(ordered) - 1)
    pro = [REASONS[r][1].format(rules[r]) for r in ordered]
    contra = []
    one, two = view.concepts[a], view.concepts[b]
    if shared := sorted(view.concepts[i].label for i in view.parents[a] & view.parents[b]):
        score += 0.05
        if "extra-word" not in rules:
            pro.append(f"both belong to {', '.join(shared[:3])}")
    elif beside := sorted(view.concepts[i].label for i in view.around[a] & view.around[b]):
        score += 0.03
        pro.append(f"both are said to have to do with {', '.join(beside[:3])}")
    if one.kind == two.kind != "concept":
        score += 0.03
        pro.append(f"both are of the class {one.kind}")
    elif one.kind != two.kind:
        score -= 0.05
        known = one.kind if two.kind == "concept" else two.kind
        told = "no class is known" if "concept" in (one.kind, two.kind) else f"{two.kind} is said"
        contra.append(
            f"of one the class is {known if 'concept' in (one.kind, two.kind) else one.kind}, of the other {told}"
        )
    defining = [{f.evidence.document for f in view.facts[i] if f.predicate == "definition"} for i in (a, b)]
    if both := sorted(defining[0] & defining[1]):
        score -= 0.15
        contra.append(f"{both[0]} defines each of them by itself")
    elif (using := sorted(set(one.documents) & set(two.documents))) and not SLIPS & set(rules):
        score -= 0.05
        contra.append(f"{using[0]} uses both names")
    if not (view.around[a] & view.around[b]):
        contra.append("no source connects them with the same things")
    return Near(
        view.shown(a), view.shown(b), (a, b), tuple(ordered), round(min(_MOST, score), 2), tuple(pro), tuple(contra)
    )
