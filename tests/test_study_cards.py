"""Cards: what is asked, what is not, what makes a card the same one after a rebuild."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

import pytest
from golden import check
from graphs import concept, document, line, nasty, ontology, small
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.export.view import place
from kg.model import Fact, Graph
from kg.ontology_files import load
from kg.study.card import TONGUES, TYPES, Card, Tongue, card_id
from kg.study.compile import compile_cards
from kg.study.order import in_learning_order, needs
from kg.study.quality import content, gives_away, is_definition, is_plural, masked, rules, without_name

ONTOLOGY = ontology()
SHIPPED = load()


def made(graph: Graph, tongue: str = "en") -> dict[tuple[str, str], Card]:
    return {(c.concept, c.type): c for c in compile_cards(graph, ONTOLOGY, tongue=TONGUES[tongue])}


def texts(card: Card) -> list[list[str]]:
    return [[item.text for item in of] for of in card.answer]


def notes(*facts: tuple[str, str, str], labels: dict[str, str] | None = None, lang: str = "en") -> Graph:
    """A graph of `subject predicate object-or-text`, every fact on a line of its own."""
    doc = document("notes.txt", lang, "Notes\n" + "".join(f"{' '.join(f)}\n" for f in facts))
    named = labels or {}
    ids = dict.fromkeys(i for s, p, o in facts for i in (s, o) if i == s or p not in ("definition", "note", "title"))
    concepts = [concept(i, "concept", **{lang: named.get(i, i.replace("-", " ").capitalize())}) for i in ids]
    out = []
    counts: Counter[str] = Counter()
    for n, (subject, predicate, value) in enumerate(facts, start=2):
        literal = predicate in ("definition", "note", "title")
        counts[value] += predicate == "part-of"
        out.append(
            Fact(
                subject,
                predicate,
                line(doc, n),
                "r",
                object=None if literal else value,
                value=value if literal else None,
                lang=lang,
                position=counts[value] if predicate == "part-of" else None,
            )
        )
    return Graph({c.id: c for c in concepts}, tuple(out), (doc,))


@pytest.mark.parametrize("tongue", TONGUES)
def test_golden_list_of_the_cards_of_a_small_course(tongue: str) -> None:
    rows = []
    for c in in_learning_order(compile_cards(small(), ONTOLOGY, tongue=TONGUES[tongue])):
        rows += [f"[{c.type}] {c.front}", *(f"  | {text}" for text in c.shown)]
        rows += [f"  = {'; '.join(of)}" for of in texts(c)]
        rows.append(f"  {c.id} {c.digest} {c.lang} {', '.join(place(e) for e in c.evidence)}")
    check(f"small.study.{tongue}.txt", "".join(f"{row}\n" for row in rows).encode())


def test_there_is_a_card_of_every_type_with_the_line_it_stands_on() -> None:
    found = made(small())
    assert {t for _, t in found} == set(TYPES) - {"author"}
    card = found["baking-method", "members"]
    assert card.front == "What does Baking method consist of? Name all 3."
    assert texts(card) == [["Mixing", "Proving", "Baking"]]
    assert [e.lines for e in card.evidence] == [(3, 6)]
    assert found["proving", "next"].other == "baking"
    assert found["baking-method", "order"].items[0].text == "Mixing"
    assert found["baking-method", "order"].shown != ("Mixing", "Proving", "Baking")
    assert texts(found["baking-method", "origin"]) == [["Anna Weber"]]


def test_a_question_and_its_answer_speak_the_language_asked_for_as_far_as_the_notes_do() -> None:
    ru = made(small(), "ru")
    assert ru["proving", "definition"].front == "Дайте определение: Расстойка"
    assert texts(ru["proving", "definition"]) == [["отдых теста, во время которого оно поднимается"]]
    assert texts(ru["baking-method", "members"]) == [["Замес", "Расстойка", "Выпечка"]]
    assert ru["bread-baking", "definition"].front == "Define: Bread baking"  # it has no Russian name or definition
    across = made(small(), "en-ru")
    assert across["proving", "definition"].front == "Define: Расстойка"
    assert texts(across["proving", "definition"]) == [["the rest in which the dough rises"]]
    assert across["proving", "term"].front == "Which concept is this?"
    assert across["proving", "term"].items[0].text == "Расстойка"
    assert made(small(), "ru-en")["proving", "belongs-to"].front == "К чему относится: Proving?"


def test_any_name_in_any_language_is_accepted() -> None:
    assert set(made(small())["proving", "term"].items[0].accept) == {"Proving", "Расстойка", "proofing"}


def test_identity_is_the_concept_and_the_type_and_never_changes() -> None:
    card = made(small())["proving", "definition"]
    # Pinned for ever: people's history hangs on it.
    assert card.id == card_id("https://w3id.org/studygraph/id/proving", "definition") == "a3efc707eede4cab"
    for tongue in TONGUES:
        assert made(small(), tongue)["proving", "definition"].id == card.id
    every = [c.id for t in TONGUES for c in compile_cards(small(), ONTOLOGY, tongue=TONGUES[t])]
    assert max(Counter(every).values()) == len(TONGUES)


def test_a_digest_changes_with_the_line_and_not_with_its_place() -> None:
    facts = (("trap", "definition", "a device that catches small animals alive"), ("trap", "part-of", "shed"))
    before = made(notes(*facts))["trap", "definition"]
    moved = made(notes(("door", "part-of", "shed"), *facts))["trap", "definition"]
    assert moved.evidence[0].lines != before.evidence[0].lines
    assert moved.digest == before.digest
    changed = made(notes(("trap", "definition", "a device that catches large animals alive")))["trap", "definition"]
    assert changed.digest != before.digest
    assert changed.id == before.id


def test_a_comparison_is_the_same_card_whichever_comes_first() -> None:
    sides = (("ash", "definition", "what remains of burnt wood"), ("soot", "definition", "black powder out of smoke"))
    one = made(notes(("ash", "contrasts-with", "soot"), *sides))
    other = made(notes(("soot", "contrasts-with", "ash"), *sides))
    assert [c.id for (_, t), c in one.items() if t == "compare"] == [
        c.id for (_, t), c in other.items() if t == "compare"
    ]
    assert ("ash", "compare") in one


def test_lists_of_two_sources_are_asked_for_as_two_lists_and_a_list_told_twice_once() -> None:
    graph = small()
    russian = graph.documents[1]
    other = [
        Fact(i, "part-of", line(russian, n), "r", "baking-method", position=n - 1)
        for n, i in ((2, "dough"), (3, "sourdough"))
    ]
    card = made(Graph(graph.concepts, (*other, *graph.facts), graph.documents))["baking-method", "members"]
    assert texts(card) == [["Mixing", "Proving", "Baking"], ["Dough", "Sourdough"]]
    assert card.front.endswith("Name all 3 + 2.")
    again = [
        Fact(i, "part-of", line(russian, n), "r", "baking-method", position=n - 1)
        for n, i in ((2, "mixing"), (3, "baking"))
    ]
    card = made(Graph(graph.concepts, (*again, *graph.facts), graph.documents))["baking-method", "members"]
    assert texts(card) == [["Mixing", "Proving", "Baking"]]


def test_an_order_is_asked_for_only_where_the_sources_leave_no_choice() -> None:
    steps = [(s, "part-of", "recipe") for s in ("soak", "grind", "press", "filter")]
    chain = [("soak", "precedes", "grind"), ("grind", "precedes", "press"), ("press", "precedes", "filter")]
    assert texts(made(notes(*steps, *chain))["recipe", "order"]) == [["Soak", "Grind", "Press", "Filter"]]
    ring = ("filter", "precedes", "soak")
    assert ("recipe", "order") not in made(notes(*steps, *chain, ring))
    fork = ("soak", "precedes", "filter")
    assert ("recipe", "order") not in made(notes(*steps, *chain[:2], fork))
    assert ("soak", "next") not in made(notes(*steps, *chain[:2], fork))


@pytest.mark.parametrize(
    ("label", "fine"),
    [
        ("Sourdough", True), ("Закваска", True), ("Net promoter score", True), ("4 типа теста", True), ("Café", True),
        ("They are literal", False), ("In use already", False), ("Which bread is best?", False), ("the", False),
        ("Какой хлеб лучше", False), ("Примеры стоят на следующих слайдах", False), ("…", False), ("7", False),
        ("Bread, butter and other things that are eaten", False), ("https://example.org", False), ("", False),
    ],
)  # fmt: skip
def test_only_names_are_asked_about(label: str, fine: bool) -> None:
    for form in ("NFC", "NFD"):
        assert rules(SHIPPED).is_name(unicodedata.normalize(form, label)) is fine


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("the rest in which the dough rises", True), ("отдых теста, во время которого оно поднимается", True),
        ("earlier kinds of bread on which it builds:", False), ("dough", False), ("see (below", False), ("", False),
        ("This branch became known as critical theory.", False), ("Она нужна для теста из ржаной муки.", False),
        ("which bread do you like?", False), ("x" * 501, False),
    ],
)  # fmt: skip
def test_only_what_says_something_is_a_definition(text: str, fine: bool) -> None:
    assert is_definition(text) is fine


def test_names_are_masked_in_every_form() -> None:
    assert masked("A proving basket is where Proving, or “proofing”, goes on.", ["Proving", "proofing"]) == (
        "A … basket is where …, or “…”, goes on."
    )
    assert (
        masked("Расстойку ведут в тепле, без расстойки нет хлеба", ["Расстойка"]) == "… ведут в тепле, без … нет хлеба"
    )
    assert masked("Customer-owned touchpoints are theirs", ["customer-owned touchpoint"]) == "… are theirs"
    assert masked("nothing of the sort", ["the"]) == "nothing of the sort"


def test_what_gives_an_answer_away() -> None:
    assert gives_away(["Effort for acquisition"], "Acquisition")
    assert gives_away(["Виды закваски"], "Закваска")
    assert gives_away(["anything"], "the of")
    assert not gives_away(["Effort for acquisition"], "Retention")
    assert without_name("Equity: what it is worth to us", ["Equity"]) == "what it is worth to us"
    assert without_name("Закваска — смесь муки и воды", ["Закваска"]) == "смесь муки и воды"
    assert without_name("Equity means what it is worth", ["Equity"]) == "Equity means what it is worth"
    assert is_plural("Types of bread")
    assert not is_plural("Process of baking")


def test_a_question_that_would_give_its_answer_away_is_not_asked() -> None:
    found = made(notes(("rye", "part-of", "rye-family"), ("wheat", "part-of", "rye-family")))
    assert ("rye", "belongs-to") not in found
    assert ("wheat", "belongs-to") in found
    found = made(notes(("trap", "definition", "a trap is a trap")))
    assert not found
    found = made(notes(("steam-oven", "definition", "an oven that works by steam")))
    assert ("steam-oven", "term") not in found


def test_of_two_cards_that_ask_the_same_each_says_where_it_belongs_or_neither_is_asked() -> None:
    facts = [
        ("usage-1", "definition", "how a tool is held and moved"),
        ("usage-2", "definition", "how often bread is eaten"),
    ]
    labels = {"usage-1": "Usage", "usage-2": "Usage"}
    assert not {t for _, t in made(notes(*facts, labels=labels))} & {"definition"}
    more = [("usage-1", "part-of", "tool-care"), ("usage-2", "part-of", "nutrition")]
    found = made(notes(*facts, *more, labels=labels))
    assert found["usage-1", "definition"].front == "Define: Usage (Tool care)"
    assert found["usage-2", "definition"].front == "Define: Usage (Nutrition)"


def test_one_list_under_two_names_is_one_card() -> None:
    parts = ("cheese", "bread", "salt")
    facts = [(p, "part-of", whole) for whole in ("meal", "three-courses") for p in parts]
    found = made(notes(*facts, labels={"three-courses": "3 courses of a meal", "meal": "Meal"}))
    assert [i for i, t in found if t == "members"] == ["three-courses"]
    assert found["three-courses", "members"].front == "3 courses of a meal — name them."


def test_who_wrote_it_is_asked_unless_the_title_says_so() -> None:
    facts = (("bread-book", "created-by", "anna-weber"), ("weber-2019", "created-by", "anna-weber"))
    found = made(notes(*facts, labels={"anna-weber": "Anna Weber"}))
    assert found["bread-book", "author"].front == "Who wrote “Bread book”?"
    assert ("weber-2019", "author") not in found


def test_parts_come_before_the_whole() -> None:
    cards = in_learning_order(compile_cards(small(), ONTOLOGY))
    assert sorted(c.id for c in cards) == sorted(c.id for c in compile_cards(small(), ONTOLOGY))
    place_of = {(c.concept, c.type): n for n, c in enumerate(cards)}
    for c in cards:
        for needed in needs(c):
            assert place_of.get(needed, -1) < place_of[c.concept, c.type], (c.front, needed)


def test_a_ring_of_wholes_is_no_obstacle() -> None:
    ring = [(a, "part-of", b) for a, b in (("ash", "oak"), ("elm", "oak"), ("oak", "ash"), ("elm", "ash"))]
    cards = compile_cards(notes(*ring), ONTOLOGY)
    assert len([c for c in cards if c.type == "members"]) == 2
    assert len(in_learning_order(cards)) == len(cards)


WORD = st.sampled_from(
    ["rye", "wheat", "oven", "Закваска", "тесто", "ё́лка", "café", "cafe\u0301", "3", "the", "in", "is", "«дом»", "“x”",
     "<script>", "{x}", "{}", "\x00", "\u202e", "…", "(", ",", "and", "это", "q\u00adq", "\ud800", "=1+1", "  ", "—"]
)  # fmt: skip
TEXT = st.lists(WORD, max_size=6).map(" ".join)
IDS = [f"c{n}" for n in range(6)]
PREDICATES = [
    "part-of",
    "kind-of",
    "example-of",
    "precedes",
    "contrasts-with",
    "created-by",
    "introduced-by",
    "related",
]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    doc = document("n.txt", "en", "\n".join(["Title", *(f"line {n} of the notes" for n in range(40))]))
    labels = {i: {lang: draw(TEXT) for lang in draw(st.sets(st.sampled_from(["en", "ru"]), min_size=1))} for i in IDS}
    concepts = {i: concept(i, "concept", **labels[i]) for i in IDS if any(labels[i].values())}
    facts = []
    for n in range(draw(st.integers(0, 25))):
        common = (line(doc, 2 + n), draw(st.sampled_from(["r", "term-gist"])))
        subject = draw(st.sampled_from(IDS))
        if draw(st.booleans()):
            predicate = draw(st.sampled_from(["definition", "note", "title", "year"]))
            facts.append(
                Fact(subject, predicate, *common, value=draw(TEXT), lang=draw(st.sampled_from(["en", "ru", ""])))
            )
        else:
            position = draw(st.none() | st.integers(1, 4))
            predicate = draw(st.sampled_from(PREDICATES))
            facts.append(Fact(subject, predicate, *common, draw(st.sampled_from(IDS)), position=position))
    return Graph(concepts, tuple(facts), (doc,))


def sound(cards: Iterable[Card]) -> None:
    seen_ids, seen_questions = set(), set()
    for c in cards:
        assert c.type in TYPES
        assert c.front.strip()
        assert c.evidence
        assert all(i.text.strip() for i in c.items)
        for text in (c.front, *c.shown, *(i.text for i in c.items)):
            assert not [x for x in text if unicodedata.category(x) in ("Cc", "Cs")], text
        question = (c.front.casefold(), tuple(sorted(c.shown)))
        assert c.id not in seen_ids
        assert question not in seen_questions
        seen_ids.add(c.id)
        seen_questions.add(question)
        if c.type == "term":
            assert not any(gives_away(c.shown, n) for n in c.items[0].accept if content(n))
        if c.type == "order":
            assert list(c.shown) != [i.text for i in c.items]
            assert sorted(c.shown) == sorted(i.text for i in c.items)
        if c.how in ("all", "ordered"):
            assert len(c.items) >= 1 + (c.type in ("members", "kinds"))


@settings(max_examples=150, deadline=None)
@given(graphs(), st.sampled_from(list(TONGUES.values())), st.randoms(use_true_random=False))
def test_cards_are_sound_whatever_the_notes_hold(graph: Graph, tongue: Tongue, random: object) -> None:
    cards = compile_cards(graph, SHIPPED, tongue=tongue)
    sound(cards)
    facts = list(graph.facts)
    random.shuffle(facts)  # type: ignore[attr-defined]
    shuffled = Graph(dict(reversed(graph.concepts.items())), tuple(facts), graph.documents)
    assert compile_cards(shuffled, SHIPPED, tongue=tongue) == cards
    assert sorted(c.id for c in in_learning_order(cards)) == sorted(c.id for c in cards)


@pytest.mark.parametrize("tongue", TONGUES)
def test_hostile_labels_and_nothing_at_all(tongue: str) -> None:
    cards = compile_cards(nasty(), ONTOLOGY, tongue=TONGUES[tongue])
    sound(cards)
    assert compile_cards(Graph({}, (), ()), ONTOLOGY, tongue=TONGUES[tongue]) == ()


def test_a_card_with_nothing_on_a_side_cannot_be_made() -> None:
    card = made(small())["proving", "term"]
    for wrong in ({"front": ""}, {"answer": ()}, {"evidence": ()}):
        with pytest.raises(ValueError, match="nothing on one of its sides"):
            Card(**{f: getattr(card, f) for f in card.__slots__ if f != "digest"} | wrong)
