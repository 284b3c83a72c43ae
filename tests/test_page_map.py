"""The map: what hangs on what, where it is drawn, and that nothing on it overlaps."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.page import boxes, layout, shape
from api.page.mapping import View

PREDICATES = ("part-of", "kind-of", "precedes", "related", "covers")


class Facts:
    """`near` of a small graph: (subject, predicate, object, position), each in a line of its own."""

    def __init__(self, *rows: tuple[str, str, str, int | None], document: str = "a.txt") -> None:
        self.arms: dict[str, list[shape.Arm]] = defaultdict(list)
        for line, (subject, predicate, target, position) in enumerate(rows, start=1):
            if subject != target:
                place = (document, line)
                self.arms[subject].append(shape.Arm(target, predicate, False, predicate, "", place, position))
                self.arms[target].append(shape.Arm(subject, predicate, True, f"in {predicate}", "", place, position))

    def near(self, id: str) -> list[shape.Arm]:
        return self.arms.get(id, [])

    def follows(self, a: str, b: str) -> bool:
        return any(x.other == b and x.predicate == "precedes" and not x.inward for x in self.near(a))

    def tree(self, focus: str, **asked: object) -> shape.Node:
        return shape.arrange(focus, self.near, **{"depth": 1, **asked})  # type: ignore[arg-type]


def forms(node: shape.Node) -> list[tuple[str, list[str]]]:
    return [(b.group.form, [n.id for n in b.nodes]) for b in node.branches]


JOURNEY = Facts(
    ("before", "part-of", "journey", 1),
    ("buying", "part-of", "journey", 2),
    ("after", "part-of", "journey", 3),
    ("web", "part-of", "journey", 1),
    ("shop", "part-of", "journey", 2),
    ("before", "precedes", "buying", None),
    ("buying", "precedes", "after", None),
    ("journey", "kind-of", "process", None),
    ("journey", "related", "service", None),
    ("till", "part-of", "buying", None),
)


def test_what_has_an_order_is_a_sequence_and_other_members_a_hierarchy() -> None:
    assert forms(JOURNEY.tree("journey")) == [
        ("up", ["process"]),
        ("sequence", ["before", "buying", "after"]),
        ("tree", ["web", "shop"]),
        ("fan", ["service"]),
    ]


def test_lists_of_two_documents_stay_apart_and_say_which_is_which() -> None:
    arms = [
        shape.Arm(name, "part-of", True, "has part", "", (document, line), position)
        for document, line, position, name in (
            ("b.txt", 1, 1, "x"), ("b.txt", 2, 2, "y"), ("a.txt", 1, 1, "p"), ("a.txt", 2, 2, "q"),
            ("a.txt", 9, 1, "lone"),
        )
    ]  # fmt: skip
    found = shape.groups(arms, lambda a, b: False)
    assert [[a.other for a in g.arms] for g in found] == [["p", "q"], ["lone"], ["x", "y"]]
    assert all(g.alike for g in found)


def test_members_are_called_by_their_kind_where_they_share_one() -> None:
    def caption(*kinds: str) -> str:
        arms = [shape.Arm(str(n), "part-of", True, "has part", kind, ("a", n), n) for n, kind in enumerate(kinds, 1)]
        return shape.groups(arms, lambda a, b: False)[0].caption

    assert caption("этап", "этап") == "этап"
    assert caption("tier", "level") == "has part"
    assert caption("", "") == "has part"


def test_depth_opening_and_relations() -> None:
    assert {n.id for n in JOURNEY.tree("journey").everything()} >= {"before", "web", "process", "service"}
    assert "till" not in {n.id for n in JOURNEY.tree("journey").everything()}
    assert next(n for n in JOURNEY.tree("journey").everything() if n.id == "buying").hidden == 1
    for asked in ({"depth": 2}, {"opened": frozenset({"buying"})}):
        assert "till" in {n.id for n in JOURNEY.tree("journey", **asked).everything()}
    only = JOURNEY.tree("journey", predicates=frozenset({"kind-of"}))
    assert forms(only) == [("up", ["process"])]


def test_no_cobweb() -> None:
    """A hub shows a few of each branch and says how many more there are; opening it shows them."""
    hub = Facts(*(("hub", "related", f"n{i}", None) for i in range(25)))
    tree = hub.tree("hub")
    [branch] = tree.branches
    assert len(branch.nodes) + branch.more == 25
    assert len(branch.nodes) < 10
    assert shape.left_out(tree) == branch.more
    assert [b.more for b in hub.tree("hub", opened=frozenset({"hub"})).branches] == [0]


def test_a_ring_ends() -> None:
    ring = Facts(("a", "part-of", "b", None), ("b", "part-of", "c", None), ("c", "part-of", "a", None))
    ids = [n.id for n in ring.tree("a", depth=3).everything()]
    assert sorted(ids) == ["a", "b", "c"]


def test_the_order_runs_from_left_to_right_with_arrows() -> None:
    tree = JOURNEY.tree("journey")
    drawn = layout.draw(tree, {n.id: n.id for n in tree.everything()}, lambda b: b.group.caption, layout.WIDE)
    at = {b.id: b for b in drawn.boxes}
    assert at["before"].x < at["buying"].x < at["after"].x
    assert at["before"].y == at["buying"].y == at["after"].y > drawn.focus.bottom
    assert [at[i].number for i in ("before", "buying", "after", "web")] == [1, 2, 3, 0]
    assert len(drawn.arrows) == 2
    assert at["process"].bottom < drawn.focus.top
    [frame] = drawn.frames
    assert frame.left < at["before"].left
    assert at["after"].right < frame.left + frame.width


def test_a_stage_stands_between_its_neighbours() -> None:
    tree = JOURNEY.tree("buying")
    drawn = layout.draw(tree, {n.id: n.id for n in tree.everything()}, lambda b: b.group.caption, layout.WIDE)
    at = {b.id: b for b in drawn.boxes}
    assert at["before"].right < drawn.focus.left
    assert drawn.focus.right < at["after"].left
    assert len(drawn.arrows) == 2


def _rectangles(drawn: layout.Map) -> list[tuple[str, float, float, float, float]]:
    found = [(f"box {b.id}", b.left, b.top, b.right, b.bottom) for b in (drawn.focus, *drawn.boxes)]
    found += [
        (f"more {p.id}", p.x - p.width / 2, p.y - p.height / 2, p.x + p.width / 2, p.y + p.height / 2)
        for p in drawn.pills
    ]
    found += [(f"caption {c.text}", c.left, c.y - 9, c.right, c.y + 2) for c in drawn.captions if c.text]
    return found


@pytest.mark.parametrize("style", [layout.WIDE, layout.DEEP, layout.NARROW, layout.PHONE], ids=repr)
@given(
    names=st.lists(st.text(min_size=1, max_size=60), min_size=2, max_size=40),
    rows=st.lists(
        st.tuples(
            st.integers(0, 39), st.sampled_from(PREDICATES), st.integers(0, 39), st.one_of(st.none(), st.integers(1, 5))
        ),
        max_size=90,
    ),
    depth=st.integers(1, 3),
    opened=st.frozensets(st.integers(0, 39).map(str), max_size=4),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@example(
    names=["W" * 60, *"abcdefghijklmnop"],
    rows=[(n, "part-of", 0, n) for n in range(1, 17)],
    depth=1,
    opened=frozenset(),
)
@example(
    names=["Сверхдлинноесловобезпробелов" * 2] * 9,
    rows=[(n, "part-of", 0, n) for n in range(1, 5)] + [(n, "precedes", n + 1, None) for n in range(1, 4)]
    + [(n, "kind-of", n - 3, None) for n in range(5, 9)],
    depth=2, opened=frozenset(),
)  # fmt: skip
def test_nothing_on_a_map_overlaps(
    style: layout.Style,
    names: list[str],
    rows: list[tuple[int, str, int, int | None]],
    depth: int,
    opened: frozenset[str],
) -> None:
    some = len(names)
    facts = Facts(*((str(a % some), p, str(b % some), n) for a, p, b, n in rows))
    tree = facts.tree("0", depth=depth, opened=opened)
    labels = {str(i): name for i, name in enumerate(names)}
    drawn = layout.draw(tree, labels, lambda b: b.group.caption, style)
    left, top, width, height = drawn.view
    found = _rectangles(drawn)
    for name, x0, y0, x1, y1 in found:
        assert left <= x0, name
        assert top <= y0, name
        assert x1 <= left + width, name
        assert y1 <= top + height, name
    for (one, *a), (other, *b) in combinations(found, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, a, other, b)
    ids = [b.id for b in (drawn.focus, *drawn.boxes)]
    assert len(ids) == len(set(ids)) == len(list(tree.everything()))
    assert len(ids) <= shape.MOST + shape.MORE
    for node in tree.everything():  # everything near is shown, counted as more, or can be opened
        if node.step < depth and not node.branches and node.step:
            assert node.hidden == len({a.other for a in facts.near(node.id)} - set(ids))


@given(st.text(max_size=80), st.integers(5, 40))
def test_labels_are_broken_and_shortened_but_never_lost(label: str, wrap: int) -> None:
    rows = boxes.wrapped(label, wrap)
    assert 1 <= len(rows) <= 3
    assert all(0 < len(row) <= wrap + 3 for row in rows)
    if not rows[-1].endswith("…"):
        assert "".join(rows).replace(" ", "").replace("-", "") == "".join(label.split()).replace("-", "")


@pytest.mark.parametrize(
    ("view", "address"),
    [
        (View("a"), "/map?concept=a"),
        (View("a", 2, ("part-of",), ("b",)), "/map?concept=a&depth=2&rel=part-of&open=b"),
        (View("путь&x=1#"), "/map?concept=%D0%BF%D1%83%D1%82%D1%8C%26x%3D1%23"),
    ],
)  # fmt: skip
def test_the_address_says_all(view: View, address: str) -> None:
    assert view.address() == address


def test_addresses_change_one_thing() -> None:
    view = View("a", 2, ("part-of",), ("b",))
    assert view.toggled("c") == View("a", 2, ("part-of",), ("b", "c")).address()
    assert view.toggled("b") == View("a", 2, ("part-of",)).address()
    assert view.related("covers") == View("a", 2, ("part-of", "covers"), ("b",)).address()
    assert view.related(None) == View("a", 2, (), ("b",)).address()
    assert view.focused("c") == View("c", 2, ("part-of",)).address()
