"""Anki decks (.apkg), written by genanki: the cards of kg.study, in the order in which they are learned.

A note's GUID comes from the concept's IRI and the card's type (where a card asks about two concepts, from both IRIs),
and the ids of deck and note type are fixed, so importing a new export updates the cards and keeps their history. Anki
takes the newer of two notes: give `modified` (Unix seconds) the time of the build. The same graph and time make the
same bytes.
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Collection, Iterable
from itertools import count

from kg.export.archive import archive
from kg.export.view import TITLE, View, one_line, place, printable
from kg.model import Evidence, Graph
from kg.ontology import Ontology
from kg.study.card import Card, Tongue
from kg.study.compile import compile_cards
from kg.study.order import in_learning_order

DECK, MODEL = 1_731_044_501, 1_731_044_502  # arbitrary, and for ever: another id is another deck on import
MODIFIED = 1_700_000_000  # where the caller does not know when the graph was built
_CSS = (
    ".card { font: 20px sans-serif; text-align: center; } .answer { text-align: left; display: inline-block; }"
    " .source { margin-top: 1em; font-size: 14px; opacity: .7; } blockquote { margin: .3em 1em; }"
)
_BACK = '{{FrontSide}}<hr id="answer"><div class="answer">{{Answer}}</div><div class="source">{{Source}}</div>'


def deck(
    whole: View,
    graph: Graph,
    ontology: Ontology,
    *,
    shown: Collection[str] | None = None,
    modified: int | None = None,
) -> bytes:
    """An .apkg of the cards about the concepts `shown` (None: all), in the view's language where there is a choice.

    `whole` is the view of the whole graph, so that a card of an export of one concept says no less.
    """
    import genanki

    made = compile_cards(graph, ontology, tongue=Tongue(whole.lang, whole.lang))
    model = genanki.Model(
        MODEL,
        TITLE,
        fields=[{"name": name} for name in ("Question", "Answer", "Source", "Concept", "Type")],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": _BACK}],
        css=_CSS,
    )
    out = genanki.Deck(DECK, TITLE)
    for card in in_learning_order(made):
        if shown is not None and card.concept not in shown:
            continue
        node = whole.nodes[card.concept]
        names = (node.iri, card.type) if card.other is None else (node.iri, card.type, whole.nodes[card.other].iri)
        fields = [_question(card), _answer(card), _source(card.evidence), _html(node.iri), card.type]
        tags = _tags(node.concept.kind, card)
        out.add_note(genanki.Note(model=model, fields=fields, tags=tags, guid=genanki.guid_for(*names)))
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


def _question(card: Card) -> str:
    shown = "".join(f"<li>{_html(text)}</li>" for text in card.shown)
    return _html(card.front) + (f"<ul>{shown}</ul>" if shown else "")


def _answer(card: Card) -> str:
    if len(card.items) == 1:
        return _html(card.items[0].text)
    tag = "ol" if card.how in {"all", "ordered"} else "ul"
    items = ("".join(f"<li>{_html(item.text)}</li>" for item in of) for of in card.answer)
    return "".join(f"<{tag}>{of}</{tag}>" for of in items)


def _source(evidence: Iterable[Evidence]) -> str:
    return "".join(f"<div>{_html(one_line(place(e)))}<blockquote>{_html(e.quote)}</blockquote></div>" for e in evidence)


def _html(text: str) -> str:
    """Text that Anki shows as it is: no HTML, and none of the signs of its own media, LaTeX, MathJax and clozes."""
    text = html.escape(printable(text)).replace("\n", "<br>")
    return re.sub(r"[\[\]\\{}]", lambda m: f"&#{ord(m.group())};", text)


def _tags(kind: str, card: Card) -> list[str]:
    documents = sorted({e.document for e in card.evidence})
    names = [f"kind::{kind}", f"type::{card.type}", *(f"document::{d}" for d in documents)]
    return [re.sub(r'[\s"*]+', "_", one_line(name)) for name in names]
