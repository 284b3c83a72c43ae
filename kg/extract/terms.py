"""Names that a text uses again and again without ever putting them in a heading or a list.

A candidate is a run of two to five words between function words, verbs and stops, as it is written.
It is a name where it recurs, outside of names that are known and not as a mere part of a longer one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg.extract.context import Context
from kg.extract.inline import folded, verb_between
from kg.extract.labels import cue_set, is_nominative
from kg.extract.tree import Node
from kg.model import Mention, Span
from kg.text import label_key, lemma, sentences, word_spans

LEAST = 2  # occurrences in a short text, and one more for every PER characters
PER = 15_000
MOST_WORDS = 4
MOST_NOTES = 3
_STOP = re.compile(r"[^\s\-‑’']")
_ADVERB = re.compile(r"(?:ly|ward|wards)$")
_ENDING = re.compile(
    r"(?:al|ive|ic|ous|ary|ful|less|able|ible|ing|ed|est|er|ant|ent|ly"
    r"|ый|ий|ой|ая|яя|ое|ее|ые|ого|его|ому|ему|ым|им|ых|их|ую)$"
)
_GENERIC = frozenset(
    (
        "different", "various", "several", "certain", "good", "great", "general", "particular", "specific",
        "important", "main", "further", "additional", "following", "own", "whole", "long", "high", "low", "large",
        "small", "big", "common", "similar", "single", "individual", "possible", "best", "better", "real", "true",
        "early", "late", "last", "next", "many", "few", "much", "every", "another", "today", "people", "way",
        "ways", "time", "times", "thing", "things", "example", "kind", "kinds", "type", "types", "part", "parts",
        "case", "cases", "fact", "view", "views", "idea", "ideas", "form", "forms", "sort", "sorts", "number",
        "level", "lot", "person", "world", "разный", "различный", "общий", "главный", "основной", "важный", "новый",
        "целый", "большой", "каждый", "последний", "самый", "другой", "worth", "aimed",
    )
)


def terms(ctx: Context) -> None:
    """State recurring names, with the first sentences that use them."""
    known = {label_key(s.subject.label) for s in ctx.statements}
    known |= {label_key(s.object.label) for s in ctx.statements if isinstance(s.object, Mention)}
    known |= {label_key(a) for s in ctx.statements for a, _ in s.subject.alt}
    found: dict[str, list[tuple[Node, Span]]] = defaultdict(list)
    for node in ctx.root.walk():
        if node.kind in {"paragraph", "item"}:
            named = ctx.name_end(node)
            for span in _candidates(node.text, ctx):
                if span.start < named:
                    continue
                found[label_key(span.of(node.text))].append((node, span))
    least = LEAST + len(ctx.document.text) // PER
    counts = {key: len(places) for key, places in found.items() if len(places) >= least}
    for key in counts:
        places = found[key]
        if key in known or not _stands_alone(key, counts):
            continue
        node, span = places[0]
        mention = ctx.mention(span.of(node.text))
        if mention is None or not is_nominative(mention.label):
            continue
        ctx.name(mention, ctx.cite(node, span), "recurring-term")
        head = ctx.head_of(node)
        if head is not None:
            ctx.state(mention, "related", head, ctx.cite(node, span), "recurring-term")
        for place, at in places[:MOST_NOTES]:
            around = next((s for s in sentences(place.text) if s.start <= at.start < s.end), None)
            if around is not None:
                ctx.state(mention, "note", around.of(place.text), ctx.cite(place, around), "recurring-term")


def _stands_alone(key: str, counts: Mapping[str, int]) -> bool:
    """Not merely a part of a longer name that is used as often."""
    inside = f" {key} "
    return not any(n >= counts[key] and key != other and inside in f" {other} " for other, n in counts.items())


def _candidates(text: str, ctx: Context) -> Iterator[Span]:
    """Every run between stops, and its shorter endings: "embodied virtual agents", "virtual agents"."""
    stops = cue_set(ctx.ontology, "function-word") | cue_set(ctx.ontology, "finite-verb")
    stops |= cue_set(ctx.ontology, "clause-verb") | cue_set(ctx.ontology, "action-verb")
    run: list[Span] = []
    for word in word_spans(text):
        said = folded(word.of(text))
        verb = bool(run) and verb_between(text, run[-1], word)
        out = said in stops or bool(_ADVERB.search(said)) or verb
        if out or (run and _STOP.search(text[run[-1].end : word.start])):
            yield from _endings(text, run)
            run = []
        if not out:
            run.append(word)
    yield from _endings(text, run)


def _endings(text: str, run: list[Span]) -> Iterator[Span]:
    if len(run) > MOST_WORDS + 1 or len(run) < 2:
        return
    last = folded(run[-1].of(text))
    if last.endswith("ed") or (_ENDING.search(lemma(last)) and not last.endswith(("s", "ment", "ing"))):
        return  # it ends in an adjective
    for first in range(len(run) - 1):
        names = [folded(s.of(text)) for s in run[first:]]
        if any(lemma(n) in _GENERIC or n in _GENERIC or n.isdigit() or len(n) < 2 for n in names):
            continue
        yield Span(run[first].start, run[-1].end)
