"""Studying: what comes when, what is kept over a rebuild, what is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOTES
from graphs import concept, document, line, small
from studykit import NOON, Watch, desk_over

from kg import desk_views
from kg.base import KnowledgeBase, build
from kg.desk import Desk
from kg.errors import NotFound, QueryError, UsageError
from kg.model import Fact, Graph
from kg.settings import Settings
from kg.study.card import card_id
from kg.study.order import needs
from kg.study.schedule import AGAIN, AHEAD, EASY, GOOD, HARD, Plan, day_of, day_starts


@pytest.fixture
def desk(tmp_path: Path, watch: Watch) -> Desk:
    return desk_over(small(), tmp_path, watch)


def id_of(desk: Desk, concept: str, type: str) -> str:
    return next(c.id for c in desk.deck("en").cards if (c.concept, c.type) == (concept, type))


def learn(desk: Desk, watch: Watch, id: str) -> None:
    """Until it is no longer in learning."""
    while desk.review(id, tongue="en", rating=GOOD)[0].memory.learning:
        watch.move(minutes=10)


# -- the plan


def test_intervals_grow_with_the_rating_and_are_those_that_are_given() -> None:
    plan = Plan(0.9)
    memory = plan.rate(None, GOOD, NOON)
    assert memory.state == "learning"
    assert memory.due == NOON + timedelta(minutes=10)
    for known in (None, memory, plan.rate(memory, GOOD, memory.due)):
        at = NOON if known is None else known.due
        spans = plan.intervals(known, at)
        assert spans[AGAIN] <= spans[HARD] <= spans[GOOD] < spans[EASY]
        for rating, span in spans.items():
            assert plan.rate(known, rating, at).due == at + span


def test_a_higher_retention_brings_cards_back_sooner() -> None:
    def interval(retention: float) -> timedelta:
        plan = Plan(retention)
        memory = plan.rate(None, EASY, NOON)
        return plan.rate(memory, GOOD, memory.due).interval

    assert interval(0.95) < interval(0.9) < interval(0.8)


def test_a_day_ends_in_the_night() -> None:
    begin = day_starts(day_of(NOON))
    assert begin <= NOON < begin + timedelta(days=1)
    assert day_of(begin) == day_of(NOON)
    assert day_of(begin - timedelta(minutes=1)) == day_of(NOON) - timedelta(days=1)


# -- a session


def test_a_card_comes_back_tomorrow_and_not_before(desk: Desk, watch: Watch) -> None:
    id = id_of(desk, "proving", "definition")
    assert desk.review(id, tongue="en", rating=GOOD)[0].was == "new"
    watch.move(minutes=10)
    review, _ = desk.review(id, tongue="en", rating=GOOD)
    assert review.memory.state == "review"
    days = review.memory.interval.days
    assert days >= 1
    while day_of(watch.at) < day_of(review.memory.due):
        assert id not in [c.id for c in desk.standing("en").due()]
        watch.move(hours=1)
    assert [c.id for c in desk.standing("en").due()] == [id]
    assert watch.at < review.memory.due  # from the beginning of the day, not to the minute
    assert desk_views.following(desk, "en")["card"]["id"] == id


def test_due_cards_come_before_new_ones_and_steps_of_learning_before_all(desk: Desk, watch: Watch) -> None:
    first, second = id_of(desk, "bread-baking", "definition"), id_of(desk, "proving", "definition")
    learn(desk, watch, first)
    watch.move(days=30)
    desk.review(second, tongue="en", rating=AGAIN)
    watch.move(minutes=2)
    standing = desk.standing("en")
    assert [c.id for c in standing.due()] == [second, first]
    assert standing.next() == standing.due()[0]
    assert standing.new_left


def test_new_cards_end_for_today_and_go_on_tomorrow(tmp_path: Path, watch: Watch) -> None:
    desk = desk_over(small(), tmp_path, watch, new_per_day=3)
    seen = []
    while (card := desk.standing("en").next()) and card.id not in seen:
        seen.append(card.id)
        desk.review(card.id, tongue="en", rating=EASY)
    assert len(seen) == 3
    left = desk_views.following(desk, "en")
    assert left["card"] is None
    assert left["left"] == {"due": 0, "new": 0, "done": 3}
    assert left["come_back"] == day_starts(day_of(watch.at) + timedelta(days=1)).isoformat()
    watch.move(days=1)
    assert desk.standing("en").new_left == 3
    assert desk.standing("en").next() is not None


def test_without_new_cards_only_what_is_known_comes_back(tmp_path: Path, watch: Watch) -> None:
    desk = desk_over(small(), tmp_path, watch, new_per_day=0)
    assert desk.standing("en").next() is None
    assert desk.standing("en").come_back is None
    assert desk.waiting("en") == 0


def test_every_new_card_comes_after_those_that_it_builds_on(tmp_path: Path, watch: Watch) -> None:
    desk = desk_over(small(), tmp_path, watch, new_per_day=99)
    there = {(c.concept, c.type) for c in desk.deck("en").cards}
    seen: list[tuple[str, str]] = []
    while desk.standing("en").new_left:
        card = desk.standing("en").next()
        assert card is not None
        assert [n for n in needs(card) if n in there and n not in seen] == []
        seen.append((card.concept, card.type))
        desk.review(card.id, tongue="en", rating=EASY)
    assert set(seen) == there
    assert len(seen) == len(desk.deck("en").cards)
    firsts = seen[: len({c for c, _ in seen}) // 2]
    assert len({c for c, _ in firsts}) == len(firsts), "cards on one concept stand apart"


def test_a_step_of_learning_that_is_near_is_taken_when_nothing_else_is_left(tmp_path: Path, watch: Watch) -> None:
    desk = desk_over(small(), tmp_path, watch, new_per_day=1)
    card = desk.standing("en").next()
    assert card is not None
    desk.review(card.id, tongue="en", rating=GOOD)
    assert desk.standing("en").due() == []
    assert desk.standing("en").next() == card
    review, _ = desk.review(card.id, tongue="en", rating=AGAIN)
    assert review.memory.due - watch.at < AHEAD


def test_what_is_typed_is_rated(desk: Desk) -> None:
    id = id_of(desk, "proving", "term")
    review, checked = desk.review(id, tongue="en", typed="расстойка")
    assert checked is not None
    assert (checked.result, review.rating, review.result) == ("right", GOOD, "right")
    review, checked = desk.review(id, tongue="en", typed="mixing", rating=HARD)
    assert checked is not None
    assert (checked.result, review.rating, review.result) == ("wrong", HARD, "wrong")


def test_a_second_click_is_no_second_review(desk: Desk) -> None:
    id = id_of(desk, "proving", "definition")
    review, _ = desk.review(id, tongue="en", rating=GOOD, after=0)
    with pytest.raises(QueryError, match="reviewed meanwhile"):
        desk.review(id, tongue="en", rating=GOOD, after=0)
    desk.review(id, tongue="en", rating=GOOD, after=review.id)
    assert len(desk.history.reviews()) == 2


@pytest.mark.parametrize("rating", [0, 5, None])
def test_a_review_needs_a_rating(desk: Desk, rating: int | None) -> None:
    with pytest.raises(QueryError, match="rating"):
        desk.review(id_of(desk, "proving", "definition"), tongue="en", rating=rating)
    assert desk.history.reviews() == ()


def test_a_clock_that_was_set_back_does_no_harm(desk: Desk, watch: Watch) -> None:
    id = id_of(desk, "proving", "definition")
    learn(desk, watch, id)
    before = desk.history.reviews()[-1]
    watch.move(days=-300)
    review, _ = desk.review(id, tongue="en", rating=GOOD)
    assert review.at >= before.at
    assert review.memory.due > before.at


def test_undo_leads_back_to_where_one_was(desk: Desk, watch: Watch) -> None:
    id = id_of(desk, "proving", "definition")
    learn(desk, watch, id)
    before = desk.standing("en").memory(id)
    desk.review(id, tongue="en", rating=AGAIN)
    assert desk.standing("en").memory(id) != before
    assert desk.undo().rating == AGAIN
    assert desk.standing("en").memory(id) == before
    while desk.history.reviews():
        desk.undo()
    assert desk.standing("en").state(id) == "new"
    with pytest.raises(NotFound, match="no review to undo"):
        desk.undo()


def test_unknown_cards_and_languages(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no card"):
        desk.review("nothing", tongue="en", rating=GOOD)
    with pytest.raises(UsageError, match="en-ru"):
        desk.deck("de")


# -- progress


def test_progress_is_told_as_it_is(desk: Desk, watch: Watch) -> None:
    total = len(desk.deck("en").cards)
    assert desk.standing("en").counts() == {"new": total, "learning": 0, "young": 0, "mature": 0}
    id, other = id_of(desk, "proving", "definition"), id_of(desk, "bread-baking", "definition")
    learn(desk, watch, id)
    desk.review(other, tongue="en", rating=AGAIN)
    assert desk.standing("en").counts() == {"new": total - 2, "learning": 1, "young": 1, "mature": 0}
    assert desk.standing("en").retention() == (0, 0), "steps of learning are not measured"
    for rating in (GOOD, AGAIN, GOOD, GOOD, GOOD, GOOD):
        memory = desk.standing("en").memory(id)
        assert memory is not None
        watch.at = max(watch.at, memory.due)
        desk.review(id, tongue="en", rating=rating)
    remembered, asked = desk.standing("en").retention()
    assert (asked - remembered, asked) == (1, 5)  # relearning after "again" is not measured
    while desk.standing("en").state(id) != "mature":
        memory = desk.standing("en").memory(id)
        assert memory is not None
        watch.at = memory.due
        desk.review(id, tongue="en", rating=GOOD)
    assert desk.standing("en").counts()["mature"] == 1


def test_the_forecast_counts_each_known_card_once(desk: Desk, watch: Watch) -> None:
    for name in ("proving", "bread-baking"):
        learn(desk, watch, id_of(desk, name, "definition"))
    forecast = desk.standing("en").forecast(days=60)
    assert forecast[0][0] == day_of(watch.at)
    assert sum(n for _, n in forecast) == 2
    watch.move(days=40)
    assert desk.standing("en").forecast()[0][1] == 2, "what is overdue is for today"


def test_the_overview_is_made_of_the_same_figures(desk: Desk, watch: Watch) -> None:
    learn(desk, watch, id_of(desk, "proving", "definition"))
    shown = desk_views.overview(desk, "en")
    assert shown["total"] == len(desk.deck("en").cards) == sum(shown["counts"].values())
    assert shown["done"] == 1, "two steps of one card"
    assert shown["new"] == min(20, shown["total"]) - 1
    assert shown["retention"] == {"share": None, "reviews": 0, "wanted": 0.9}
    assert len(shown["forecast"]) == 14


# -- after the notes have changed


def with_line(graph: Graph, old: str, new: str) -> Graph:
    """The graph as it would be with another line in the English notes; facts of that line quote the new one."""
    english = graph.documents[0]
    changed = document(english.name, "en", english.raw.replace(old, new))
    facts = []
    for f in graph.facts:
        if f.evidence.document == english.name:
            cited = line(changed, *f.evidence.lines)
            value = f.value.replace("dough rises", "dough grows") if f.value else None
            f = replace(f, evidence=cited, value=value)
        facts.append(f)
    return replace(graph, documents=(changed, *graph.documents[1:]), facts=tuple(facts))


def test_a_card_whose_line_changed_keeps_its_schedule_and_says_so(desk: Desk, watch: Watch, tmp_path: Path) -> None:
    id = id_of(desk, "proving", "definition")
    learn(desk, watch, id)
    kept = desk.standing("en").memory(id)
    later = desk_over(with_line(small(), "the dough rises", "the dough grows"), tmp_path, watch)
    assert later.standing("en").memory(id) == kept
    card = later.card(id, tongue="en")
    change = later.change(card, tongue="en")
    assert change is not None
    assert change.before.answer == (("the rest in which the dough rises",),)
    assert change.before.lines[0][2] == "Proving: the rest in which the dough rises."
    assert card.items[0].text == "the rest in which the dough grows"
    assert [c.card for c in later.changed("en")] == [card]
    assert later.changed("ru") == [], "never reviewed in Russian"
    later.review(id, tongue="en", rating=GOOD)
    assert later.changed("en") == []


def test_a_card_whose_line_only_moved_has_not_changed(desk: Desk, watch: Watch, tmp_path: Path) -> None:
    learn(desk, watch, id_of(desk, "proving", "definition"))
    graph = small()
    moved = document("bread.txt", "en", graph.documents[0].raw.replace("Proving:", "A line more.\nProving:"))
    facts = tuple(
        replace(f, evidence=line(moved, 9)) if f.subject == "proving" and f.lang == "en" else f for f in graph.facts
    )
    later = desk_over(replace(graph, documents=(moved, *graph.documents[1:]), facts=facts), tmp_path, watch)
    assert later.card(id_of(desk, "proving", "definition"), tongue="en").evidence[0].lines == (9, 9)
    assert later.changed("en") == []


def test_a_card_whose_line_is_gone_is_retired_and_comes_back_with_the_line(
    desk: Desk, watch: Watch, tmp_path: Path
) -> None:
    id = id_of(desk, "bread-baking", "definition")
    learn(desk, watch, id)
    kept = desk.standing("en").memory(id)
    graph = small()
    without = replace(graph, facts=tuple(f for f in graph.facts if f.subject != "bread-baking"))
    later = desk_over(without, tmp_path, watch)
    [gone] = later.retired()
    assert gone.before.front == "Define: Bread baking"
    with pytest.raises(NotFound, match="retired"):
        later.review(id, tongue="en", rating=GOOD)
    assert id not in [c.id for c in later.standing("en").due()]
    again = desk_over(small(), tmp_path, watch)
    assert again.standing("en").memory(id) == kept
    assert again.retired() == []


def test_a_card_whose_quote_is_not_in_the_text_is_not_shown(tmp_path: Path, watch: Watch) -> None:
    graph = small()
    other = document("bread.txt", "en", graph.documents[0].raw.replace("Proving: the rest", "Proving: the sleep"))
    desk = desk_over(replace(graph, documents=(other, *graph.documents[1:])), tmp_path, watch)
    assert ("proving", "definition") not in {(c.concept, c.type) for c in desk.deck("en").cards}
    assert ("bread-baking", "definition") in {(c.concept, c.type) for c in desk.deck("en").cards}


def test_a_concept_that_was_renamed_takes_its_history_along(desk: Desk, watch: Watch, tmp_path: Path) -> None:
    for type in ("definition", "next"):
        learn(desk, watch, id_of(desk, "proving", type))
    graph = small()
    swap = {"proving": "fermentation", "baking": "oven-time"}
    new = {
        swap.get(i, i): concept(swap.get(i, i), c.kind, en=c.labels.get("en", ""), ru=c.labels.get("ru", ""))
        for i, c in graph.concepts.items()
    }
    facts = tuple(
        replace(f, subject=swap.get(f.subject, f.subject), object=swap.get(f.object or "", f.object))
        for f in graph.facts
    )
    later = desk_over(
        Graph(new, facts, graph.documents, (), {"proving": "rising", "rising": "fermentation", "baking": "oven-time"}),
        tmp_path,
        watch,
    )
    for type in ("definition", "next"):
        id = id_of(later, "fermentation", type)
        assert id != id_of(desk, "proving", type)
        assert later.standing("en").memory(id) == desk.standing("en").memory(id_of(desk, "proving", type))
    assert later.retired() == []
    review, _ = later.review(id_of(later, "fermentation", "definition"), tongue="en", rating=GOOD)
    assert review.was == "review", "it goes on where it stopped"


def test_a_real_rebuild_keeps_the_schedule(built: Settings, tmp_path: Path) -> None:
    watch = Watch()
    desk = Desk(KnowledgeBase.open(built), clock=watch)
    ids = {c.concept: c.id for c in desk.deck("en").cards if c.type == "definition"}
    barometer = next(id for name, id in ids.items() if "baromet" in name)
    clouds = next(id for name, id in ids.items() if "cloud" in name)
    members = next(c.id for c in desk.deck("en").cards if c.type == "members" and "storm" in c.front)
    for id in (barometer, clouds, members):
        learn(desk, watch, id)
    folder = tmp_path / "changed"
    folder.mkdir()
    text = NOTES["mountains.md"].replace("heaps that grow", "towers that grow")
    text = text.replace("A barometer is an instrument that measures the pressure of the air.\n", "")
    (folder / "mountains.md").write_text(text + "\nA new last line.\n", "utf-8")
    build([folder], settings=built)
    later = Desk(KnowledgeBase.open(built), clock=watch)
    for id in (clouds, members):
        assert later.standing("en").memory(id) == desk.standing("en").memory(id)
    [change] = later.changed("en")
    assert change.card is not None
    assert change.card.id == clouds
    assert "heaps that grow" in change.before.answer[0][0]
    assert "towers that grow" in change.card.items[0].text
    assert [c.review.type for c in later.retired()] == ["definition"]
    assert later.retired()[0].before.lines[0][2].startswith(("A barometer", "Барометр"))


def test_identity_in_the_log_is_that_of_the_card(desk: Desk) -> None:
    card = desk.card(id_of(desk, "proving", "next"), tongue="en")
    review, _ = desk.review(card.id, tongue="en", rating=GOOD)
    iri = "https://w3id.org/studygraph/id/"
    assert card.id == card_id(f"{iri}{review.concept}", review.type, f"{iri}{review.other}")


def test_two_cards_may_wait_on_each_other_without_harm(tmp_path: Path, watch: Watch) -> None:
    doc = document("n.txt", "en", "Notes\nash is oak\noak is ash\n")
    concepts = {i: concept(i, "concept", en=i.capitalize()) for i in ("ash", "oak", "elm", "fir")}
    ring = (("ash", "oak"), ("elm", "oak"), ("oak", "ash"), ("fir", "ash"))
    facts = tuple(Fact(a, "part-of", line(doc, 2), "r", b) for a, b in ring)
    desk = desk_over(Graph(concepts, facts, (doc,)), tmp_path, watch)
    seen = set()
    while desk.standing("en").new_left:
        card = desk.standing("en").next()
        assert card is not None
        seen.add(card.id)
        desk.review(card.id, tongue="en", rating=EASY)
    assert seen == {c.id for c in desk.deck("en").cards}
