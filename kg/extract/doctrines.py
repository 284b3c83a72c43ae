"""Doctrines that a text names by their adherents: where it sets off "moral realists", "moral realism" is a term too."""

from __future__ import annotations

import re

from kg.extract.context import Context
from kg.extract.labels import either, is_nominative
from kg.extract.tree import Node
from kg.extract.uses import uses
from kg.model import Mention, Span
from kg.text import label_key, lemma, sentences, words

RULE = "doctrine"
MOST = 2  # sentences of its uses that are kept
_SET_OFF = frozenset({"emphasis", "heading", "list-item"})
# What names an adherent, and what names the doctrine: realist and realism, utilitarian and utilitarianism.
_ENDINGS = (
    (re.compile(r"(?<=\w\w\w)ist$"), "ism"),
    (re.compile(r"(?<=ian|ean|tic)$"), "ism"),
    (re.compile(r"(?<=\w\w\w)ист(?:ы|ов|)$"), "изм"),
    (re.compile(r"(?<=\w\w)иан(?:ец|цы|цев)$"), "ианство"),
)


def doctrine_of(adherents: str) -> str | None:
    """The doctrine of those whom a name names, folded: "moral realists" gives "moral realism"; None for other names."""
    *before, last = words(adherents)
    base = lemma(last)
    for pattern, ending in _ENDINGS:
        doctrine, n = pattern.subn(ending, base)
        if n:
            return " ".join([*before, doctrine])
    return None


def doctrines(ctx: Context) -> None:
    """Name the doctrines that the text uses itself, and say of each what its adherents hold."""
    known: dict[str, Mention] = {}
    adherents: dict[str, Mention] = {}
    defined: set[str] = set()
    for s in ctx.statements:
        for mention in (s.subject, s.object):
            if isinstance(mention, Mention):
                known.setdefault(label_key(mention.label), mention)
        if s.predicate == "definition":
            defined.add(label_key(s.subject.label))
        if s.rule in _SET_OFF and not ctx.ontology.is_a(s.subject.kind, "source"):
            doctrine = doctrine_of(s.subject.label)
            if doctrine is not None:
                adherents.setdefault(label_key(doctrine), s.subject)
    places = _uses({key for key in adherents if key not in known}, set(known), ctx)
    for key, mention in adherents.items():
        if key in places:
            _name(mention, places[key], ctx)
        elif key in known and key not in defined:
            _holds(known[key], mention, ctx)


def _uses(wanted: set[str], known: set[str], ctx: Context) -> dict[str, list[tuple[Node, Span]]]:
    found: dict[str, list[tuple[Node, Span]]] = {}
    if wanted:
        said = [node for node in ctx.root.walk() if node.kind in {"paragraph", "item"}]
        for key, node, span in uses(known | wanted, said):
            if key in wanted and is_nominative(span.of(node.text)):
                found.setdefault(key, []).append((node, span))
    return found


def _name(adherents: Mention, places: list[tuple[Node, Span]], ctx: Context) -> None:
    node, span = places[0]
    doctrine = ctx.mention(span.of(node.text))
    if doctrine is None:
        return
    ctx.name(doctrine, ctx.cite(node, span), RULE)
    ctx.state(doctrine, "related", adherents, ctx.cite(node, span), RULE)
    _holds(doctrine, adherents, ctx)
    for place, at in places[:MOST]:
        around = next((s for s in sentences(place.text) if s.start <= at.start < s.end), None)
        if around is not None:
            ctx.state(doctrine, "note", around.of(place.text), ctx.cite(place, around), RULE)


def _holds(doctrine: Mention, adherents: Mention, ctx: Context) -> None:
    """What adherents hold ("Act utilitarians argue that ...") is what the doctrine says; else it is a remark on it."""
    verbs = either("holding-verb", ctx.ontology)
    for s in [s for s in ctx.statements if s.subject == adherents and s.predicate in {"definition", "note"}][:MOST]:
        name = re.escape(s.subject.label)
        holds = re.search(rf"{name},?\s(?:[^.,]+,\s)?{verbs}\b", str(s.object), re.IGNORECASE)
        ctx.state(doctrine, "definition" if holds else "note", str(s.object), s.evidence, RULE)
