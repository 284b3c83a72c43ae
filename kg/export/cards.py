"""Anki decks (.apkg), written by genanki: what a concept is, what belongs to it, in which order, what it belongs to.

A note's GUID comes from the concept's IRI and the card's type, and the ids of deck and note type are fixed, so
importing a new export updates the cards and keeps their history. Anki takes the newer of two notes: give
`modified` (Unix seconds) the time of the build. The same graph and time make the same bytes.
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import count, groupby, pairwise

from kg.export.archive import archive
from kg.export.view import HIERARCHY, TITLE, Edge, Node, View, label_of, one_line, place, predicate_label
from kg.model import Evidence, Lang
from kg.ontology import Ontology

DECK, MODEL = 1_731_044_501, 1_731_044_502  # arbitrary, and for ever: another id is another deck on import
MODIFIED = 1_700_000_000  # where the caller does not know when the graph was built
_PROMPTS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "definition": "Define: {}",
        "members": "What does {} consist of? Name all {}.",
        "kinds": "Which kinds of {} are there? Name all {}.",
        "order": "In which order do the parts of {} come?",
        "belongs-to": "What does {} belong to?",
    },
    "ru": {
        "definition": "Дайте определение: {}",
        "members": "Из чего состоит: {}? Назовите все ({}).",
        "kinds": "Какие бывают виды: {}? Назовите все ({}).",
        "order": "В каком порядке идут части: {}?",
        "belongs-to": "К чему относится: {}?",
    },
}
_CSS = (
    ".card { font: 20px sans-serif; text-align: center; } .answer { text-align: left; display: inline-block; }"
    " .source { margin-top: 1em; font-size: 14px; opacity: .7; } blockquote { margin: .3em 1em; }"
)
_BACK = '{{FrontSide}}<hr id="answer"><div class="answer">{{Answer}}</div><div class="source">{{Source}}</div>'


@dataclass(frozen=True, slots=True)
class Card:
    """A question with its answer: lists of plain texts, one for each source where sources list different things."""

    node: Node
    type: str
    question: str
    answer: tuple[tuple[str, ...], ...]
    evidence: tuple[Evidence, ...]


def cards(whole: View, ontology: Ontology, *, shown: Collection[str] | None = None) -> list[Card]:
    """The cards of the concepts `shown` (None: all), each in the view's language if its concept has a label in it.

    `whole` is the view of the whole graph, so that a card of an export of one concept says no less.
    """
    below: dict[str, list[Edge]] = {}
    above: dict[str, list[Edge]] = {}
    order: dict[tuple[str, str], Edge] = {}
    for e in whole.edges:
        if e.source == e.target:
            continue
        if e.predicate in HIERARCHY:
            below.setdefault(e.target, []).append(e)
            above.setdefault(e.source, []).append(e)
        elif e.predicate == "precedes":
            order[e.source, e.target] = e
    out: list[Card] = []
    for id, node in whole.nodes.items():
        if shown is not None and id not in shown:
            continue
        lang = whole.lang if whole.lang in node.concept.labels else next(iter(node.concept.labels), whole.lang)

        def name(id: str, lang: Lang = lang) -> str:
            return label_of(whole.nodes[id].concept, lang)

        if node.definitions:
            said = [d.text for d in node.definitions]
            out.append(_card(node, lang, "definition", [said], [e for d in node.definitions for e in d.evidence]))
        for type, predicate in (("members", "part-of"), ("kinds", "kind-of")):
            edges = [e for e in below.get(id, []) if e.predicate == predicate]
            edges.sort(key=lambda e: e.order)
            if len(edges) > 1:
                lists = [[name(e.source) for e in of] for _, of in groupby(edges, key=lambda e: e.order[:2])]
                out.append(_card(node, lang, type, lists, [x for e in edges for x in e.evidence]))
        chain = _chain([e.source for e in below.get(id, []) if e.predicate == "part-of"], order)
        if chain:
            proof = [x for pair in pairwise(chain) for x in order[pair].evidence]
            out.append(_card(node, lang, "order", [[name(i) for i in chain]], proof))
        if id in above:
            names = [f"{predicate_label(ontology, e.predicate, lang)}: {name(e.target)}" for e in above[id]]
            out.append(_card(node, lang, "belongs-to", [names], [x for e in above[id] for x in e.evidence]))
    return out


def deck(
    whole: View, ontology: Ontology, *, shown: Collection[str] | None = None, modified: int | None = None
) -> bytes:
    """An .apkg of `cards`."""
    import genanki

    model = genanki.Model(
        MODEL,
        TITLE,
        fields=[{"name": name} for name in ("Question", "Answer", "Source", "Concept", "Type")],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": _BACK}],
        css=_CSS,
    )
    out = genanki.Deck(DECK, TITLE)
    for card in cards(whole, ontology, shown=shown):
        fields = [_html(card.question), _answer(card), _source(card.evidence), _html(card.node.iri), card.type]
        guid = genanki.guid_for(card.node.iri, card.type)
        out.add_note(genanki.Note(model=model, fields=fields, tags=_tags(card), guid=guid))
    out.add_model(model)
    when = MODIFIED if modified is None else modified
    connection = sqlite3.connect(":memory:")
    try:
        genanki.Package(out).write_to_db(connection.cursor(), when, count(when * 1000))
        connection.commit()
        collection = connection.serialize()
    finally:
        connection.close()
    return archive({"collection.anki2": collection, "media": json.dumps({}).encode()})


def _card(
    node: Node, lang: Lang, type: str, answer: Iterable[Iterable[str]], evidence: Iterable[Evidence]
) -> Card:
    lists = tuple(tuple(texts) for texts in answer)
    counts = " + ".join(str(len(texts)) for texts in lists)
    question = _PROMPTS.get(lang, _PROMPTS["en"])[type].format(label_of(node.concept, lang), counts)
    return Card(node, type, question, lists, tuple(_widest(evidence)))


def _widest(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Without what stands inside another one: the lines of a list are quoted once."""
    found = list(dict.fromkeys(evidence))

    def inside(a: Evidence, b: Evidence) -> bool:
        return a.document == b.document and b.start <= a.start and a.end <= b.end and a.end - a.start < b.end - b.start

    return [e for e in found if not any(inside(e, other) for other in found)]


def _chain(members: Iterable[str], order: Mapping[tuple[str, str], Edge]) -> list[str]:
    """The members in the order that the sources state; empty unless it leaves no choice."""
    ids = dict.fromkeys(members)
    before = {b: [a for a in ids if (a, b) in order] for b in ids}
    linked = {i for b, earlier in before.items() for i in (b, *earlier) if earlier}
    try:
        sorted_ids = list(TopologicalSorter({i: before[i] for i in ids if i in linked}).static_order())
    except CycleError:
        return []
    return sorted_ids if all(pair in order for pair in pairwise(sorted_ids)) else []


def _answer(card: Card) -> str:
    if [len(texts) for texts in card.answer] == [1]:
        return _html(card.answer[0][0])
    tag = "ol" if card.type in ("members", "kinds", "order") else "ul"
    items = ("".join(f"<li>{_html(text)}</li>" for text in texts) for texts in card.answer)
    return "".join(f"<{tag}>{of}</{tag}>" for of in items)


def _source(evidence: Iterable[Evidence]) -> str:
    return "".join(f"<div>{_html(place(e))}<blockquote>{_html(e.quote)}</blockquote></div>" for e in evidence)


def _html(text: str) -> str:
    """Text that Anki shows as it is: no HTML, and none of the signs of its own media, LaTeX, MathJax and clozes."""
    text = html.escape(text).replace("\n", "<br>")
    return re.sub(r"[\[\]\\{}]", lambda m: f"&#{ord(m.group())};", text)


def _tags(card: Card) -> list[str]:
    documents = sorted({e.document for e in card.evidence})
    names = [f"kind::{card.node.concept.kind}", *(f"document::{d}" for d in documents)]
    return [re.sub(r'[\s"*]+', "_", one_line(name)) for name in names]
