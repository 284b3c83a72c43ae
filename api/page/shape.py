"""What a map shows and how it hangs together: the concept in focus, and branch by branch what the sources say of it.

    facts seen from a concept (`Arm`) ──▶ branches: wholes above it, sequences, hierarchies, whatever else
                                     ──▶ `Node`: a tree, breadth first, each concept once, capped

Members of one list stay together in its order; lists of different sources stay apart. A list whose
members the sources put in an order ("precedes") is a sequence. No geometry here: see layout.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

MOST = 48  # boxes of a map in all, and for what the reader has opened so many more:
MORE = 40
_WHOLE, _OPENED = 12, 30  # of a sequence; of each branch of a concept that the reader has opened
_FEW = {0: 8, 1: 4}  # of another branch of a concept so many steps away
_FEWEST = 3

MEMBERS = frozenset({"part-of", "kind-of", "example-of"})  # seen from the whole (inward) they make a hierarchy
WEIGHT = {
    ("part-of", False): 1,
    ("kind-of", False): 2,
    ("example-of", False): 3,
    ("part-of", True): 4,
    ("kind-of", True): 5,
    ("example-of", True): 6,
    ("precedes", True): 7,
    ("precedes", False): 8,
    ("introduced-by", False): 9,
    ("created-by", False): 10,
    ("contrasts-with", False): 11,
    ("related", False): 12,
}


@dataclass(frozen=True, slots=True)
class Arm:
    """A fact seen from one of its ends. `inward`: the other end is its subject.

    caption   what the fact says, read from here ("has part")
    kind      what the other is, where it has a narrow class ("step"), else ""
    place     where it stands first: document and line; `position` in a list there, from 1
    """

    other: str
    predicate: str
    inward: bool
    caption: str
    kind: str = ""
    place: tuple[str, int] = ("", 0)
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Arms that belong together. `form` is up (wholes), sequence, tree (members without an order), or fan."""

    predicate: str
    inward: bool
    caption: str
    form: str
    arms: tuple[Arm, ...]
    alike: bool = False  # another group has the same caption: only its place tells them apart


@dataclass(frozen=True, slots=True)
class Branch:
    """A group as far as it is shown; `more` of it are not."""

    group: Group
    nodes: tuple[Node, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Node:
    """A concept on the map, `step` facts from the one in focus. `hidden` counts what it would add if opened."""

    id: str
    step: int
    branches: tuple[Branch, ...] = ()
    opened: bool = False
    hidden: int = 0

    def everything(self) -> Iterable[Node]:
        yield self
        for branch in self.branches:
            for node in branch.nodes:
                yield from node.everything()


Near = Callable[[str], Sequence[Arm]]


def groups(arms: Iterable[Arm], follows: Callable[[str, str], bool]) -> list[Group]:
    """Arms by what they say, lists in their own order; `follows(a, b)`: some source says that b comes after a."""
    by_sense: dict[tuple[str, bool], list[Arm]] = {}
    for arm in arms:
        by_sense.setdefault((arm.predicate, arm.inward), []).append(arm)
    found: list[Group] = []
    for (predicate, inward), same in by_sense.items():
        members = predicate in MEMBERS and inward
        for run in _runs(same) if members else [sorted(same, key=_place)]:
            kinds = {arm.kind for arm in run}
            caption = kinds.pop() if members and len(kinds) == 1 and run[0].kind else run[0].caption
            if members:
                form = "sequence" if _ordered(run, follows) else "tree"
            else:
                form = "up" if predicate in MEMBERS else "fan"
            found.append(Group(predicate, inward, caption, form, tuple(run)))
    times = Counter((g.caption, g.inward) for g in found)
    found = [replace(g, alike=times[g.caption, g.inward] > 1) for g in found]
    return sorted(found, key=lambda g: (WEIGHT.get((g.predicate, g.inward), 50), _sense(g), _place(g.arms[0])))


def _sense(group: Group) -> str:
    """Rare predicates by name; lists of members stay as the sources have them."""
    return "" if group.predicate in MEMBERS else group.caption


def _place(arm: Arm) -> tuple[str, int, int, str]:
    return *arm.place, arm.position or 0, arm.other


def _runs(arms: Sequence[Arm]) -> list[list[Arm]]:
    """Lists as the sources have them: a position that does not grow, or another document, begins a new one."""
    placed = sorted((a for a in arms if a.position is not None), key=_place)
    loose = sorted((a for a in arms if a.position is None), key=_place)
    runs: list[list[Arm]] = []
    for arm in placed:
        last = runs[-1][-1] if runs else None
        if last is None or last.place[0] != arm.place[0] or (arm.position or 0) <= (last.position or 0):
            runs.append([])
        runs[-1].append(arm)
    single = [run[0] for run in runs if len(run) == 1]
    runs = [run for run in runs if len(run) > 1]
    rest = sorted([*single, *loose], key=_place)  # no list of their own
    return [*runs, rest] if rest else runs


def _ordered(run: Sequence[Arm], follows: Callable[[str, str], bool]) -> bool:
    pairs = [follows(a.other, b.other) for a, b in pairwise(run)]
    return bool(pairs) and 2 * sum(pairs) >= len(pairs)


def arrange(
    focus: str,
    near: Near,
    *,
    depth: int,
    opened: frozenset[str] = frozenset(),
    predicates: frozenset[str] = frozenset(),
) -> Node:
    """The tree around `focus`: `depth` steps of it, and what hangs on the concepts that the reader has opened.

    `near` tells the facts of a concept; with `predicates` only those are followed. Breadth first, so
    that each concept hangs as near to the focus as it can.
    """
    seen, cache = {focus}, dict[str, list[Arm]]()
    chosen: dict[str, list[tuple[Group, list[str], int]]] = {}
    steps = {focus: 0}

    def arms(id: str) -> list[Arm]:
        if id not in cache:
            wanted = [a for a in near(id) if a.other != id and (not predicates or a.predicate in predicates)]
            first: dict[str, Arm] = {}
            for arm in sorted(wanted, key=lambda a: WEIGHT.get((a.predicate, a.inward), 50)):
                first.setdefault(arm.other, arm)
            cache[id] = list(first.values())
        return cache[id]

    def follows(a: str, b: str) -> bool:
        return any(arm.other == b and arm.predicate == "precedes" and not arm.inward for arm in near(a))

    row = [focus]
    while row:
        following: list[str] = []
        for id in row:
            if steps[id] >= depth and id not in opened:
                continue
            chosen[id] = []
            for group in groups([a for a in arms(id) if a.other not in seen], follows):
                ids = [a.other for a in group.arms]
                limit = _limit(group, steps[id], opened=id in opened)
                if len(ids) == limit + 1:
                    limit += 1  # "1 more" takes as much room as the one
                room = MOST + (MORE if id in opened else 0) - len(seen)
                shown = ids[: max(0, min(limit, room))]
                seen.update(shown)
                steps.update((other, steps[id] + 1) for other in shown)
                following += shown
                chosen[id].append((group, shown, len(ids) - len(shown)))
        row = following

    def frozen(id: str) -> Node:
        branches = tuple(
            Branch(group, tuple(frozen(other) for other in shown), more)
            for group, shown, more in chosen.get(id, ())
            if shown
        )
        hidden = 0 if branches else sum(a.other not in seen for a in arms(id))
        return Node(id, steps[id], branches, id in opened, hidden)

    return frozen(focus)


def _limit(group: Group, step: int, *, opened: bool) -> int:
    if opened:
        return _OPENED
    few = _FEW.get(step, _FEWEST)
    return _WHOLE if group.form == "sequence" and step == 0 else few


def left_out(node: Node) -> int:
    """How many of the concepts that the map could show it does not."""
    return sum(branch.more for each in node.everything() for branch in each.branches)


def counts(arms: Iterable[Arm]) -> Mapping[str, int]:
    """Facts of each predicate, the heaviest sense first."""
    found = Counter(arm.predicate for arm in arms)
    weight = {p: min(WEIGHT.get((p, False), 50), WEIGHT.get((p, True), 50)) for p in found}
    return dict(sorted(found.items(), key=lambda row: (weight[row[0]], row[0])))
