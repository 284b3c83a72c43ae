"""Multiple choice: one right answer, wrong ones that are wrong and near, the same for the same seed."""

from __future__ import annotations

import pytest
from graphs import concept, document, line, nasty, ontology, small

from kg.model import Fact, Graph
from kg.study.card import TONGUES, Card
from kg.study.compile import compile_cards
from kg.study.quiz import WRONG, Question, Quiz
from kg.text import label_key

ONTOLOGY = ontology()


def questions(graph: Graph, tongue: str = "en", seed: str = "") -> dict[tuple[str, str], tuple[Card, Question | None]]:
    cards = compile_cards(graph, ONTOLOGY, tongue=TONGUES[tongue])
    quiz = Quiz.of(graph, cards)
    return {(c.concept, c.type): (c, quiz.question(c, seed=seed)) for c in cards}


def garden() -> Graph:
    """Two beds with three plants each, every plant defined; one plant grows in both beds, another has two names."""
    rows = {
        "carrot": "an orange root that grows downwards",
        "beet": "a dark root for soups",
        "radish": "a sharp root, soon ripe",
        "rose": "a flower with thorns on its stem",
        "tulip": "a flower from a bulb, in spring",
        "mint": "a herb with a cool taste",
    }
    doc = document("garden.txt", "en", "Garden\n" + "".join(f"{k}: {v}\n" for k, v in rows.items()))
    concepts = {i: concept(i, "concept", en=i.capitalize(), ru="Редиска" if i == "radish" else "") for i in rows}
    concepts |= {
        i: concept(i, "concept", en=i.replace("-", " ").capitalize()) for i in ("vegetable-bed", "flower-bed", "park")
    }
    beds = {"vegetable-bed": ("carrot", "beet", "radish", "mint"), "flower-bed": ("rose", "tulip", "mint")}
    facts = [Fact(i, "definition", line(doc, n), "r", value=v, lang="en") for n, (i, v) in enumerate(rows.items(), 2)]
    for bed, plants in beds.items():
        facts += [Fact(p, "part-of", line(doc, 2), "r", bed, position=n) for n, p in enumerate(plants, 1)]
    facts += [Fact(bed, "part-of", line(doc, 3), "r", "park", position=n) for n, bed in enumerate(beds, 1)]
    return Graph({c.id: c for c in concepts.values()}, tuple(facts), (doc,))


def test_wrong_answers_are_siblings_first() -> None:
    found = questions(garden())
    _, question = found["beet", "term"]
    assert question is not None
    assert set(question.options) == {"Beet", "Carrot", "Radish", "Mint"}
    assert question.options[question.right] == "Beet"
    _, question = found["rose", "definition"]
    assert question is not None
    assert "a flower from a bulb, in spring" in question.options


def test_what_would_be_true_as_well_is_not_offered() -> None:
    found = questions(garden())
    _, question = found["mint", "belongs-to"]
    assert question is None or (set(question.options) <= {"Vegetable bed", "Flower bed"} and len(question.options) == 1)
    card, question = found["rose", "belongs-to"]
    assert question is not None
    assert [i.text for i in card.items] == ["Flower bed"]
    assert "Park" not in question.options, "the bed is in the park, so the rose is too"


@pytest.mark.parametrize("tongue", TONGUES)
@pytest.mark.parametrize("make", [small, garden, nasty])
def test_options_are_fit_and_exactly_one_is_right(make: object, tongue: str) -> None:
    asked = 0
    for card, question in questions(make(), tongue).values():  # type: ignore[operator]
        if question is None:
            continue
        asked += 1
        assert 2 <= len(question.options) <= WRONG + 1
        assert len({label_key(o) for o in question.options}) == len(question.options)
        true = {label_key(name) for item in card.items for name in (*item.accept, item.text)}
        assert [label_key(o) in true for o in question.options].count(True) == 1
        assert label_key(question.options[question.right]) in true
    assert asked or make is nasty


def test_the_same_seed_gives_the_same_options_and_another_one_another_place() -> None:
    assert questions(garden(), seed="monday") == questions(garden(), seed="monday")
    places = {questions(garden(), seed=str(n))["beet", "term"][1].right for n in range(12)}  # type: ignore[union-attr]
    assert len(places) > 1


def test_what_has_no_single_answer_is_no_question() -> None:
    assert questions(garden())["vegetable-bed", "members"][1] is None
    assert questions(small())["baking-method", "order"][1] is None
