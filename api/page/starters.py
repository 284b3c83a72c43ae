"""Questions for somebody who has just arrived: made from the course's own concepts, each tried before it is offered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, islice
from time import monotonic

from api.catalogue import Catalogue
from api.page.render import Words
from kg.base import KnowledgeBase
from kg.model import Concept

MOST = 3
_TRIES = 5  # questions of each form that are asked at most
_PATIENCE = 2.0  # seconds after which no other question is tried; the next visitor goes on
_LONG = 36  # characters of a label
_MEMBERS = 3  # that make a list worth asking for

_Asked = tuple[str, frozenset[str]]  # a question and the concepts that it is about


def questions(kb: KnowledgeBase, counts: Catalogue, words: Words) -> list[str]:
    """Up to `MOST` questions that the notes answer: a definition, a list, a comparison. Found once a build."""
    kept = counts.starters
    if words.lang in kept:
        return kept[words.lang]
    until = monotonic() + _PATIENCE
    found = _found(kb, counts, words, until=until)
    if len(found) == MOST or monotonic() < until:
        kept[words.lang] = found
    return found


def _found(kb: KnowledgeBase, counts: Catalogue, words: Words, *, until: float) -> list[str]:
    names = {c.id: c for c in counts.things if words.lang in c.labels and _plain(c.labels[words.lang])}
    forms = [_definitions(counts, names, words), _lists(kb, names, words), _comparisons(kb, counts, names, words)]
    out: list[str] = []
    about: set[str] = set()
    for form in [*forms, forms[0], forms[0]]:  # more definitions where there is nothing else to ask
        if len(out) == MOST:
            break
        for question, concepts in islice(form, _TRIES):
            if monotonic() > until:
                return out
            if not concepts & about and kb.ask(question, lang=words.lang).status == "answered":
                out.append(question[:1].upper() + question[1:])
                about |= concepts
                break
    return out


def _plain(label: str) -> bool:
    return len(label) <= _LONG and not any(c.isdigit() for c in label)


def _definitions(counts: Catalogue, names: dict[str, Concept], words: Words) -> Iterator[_Asked]:
    for concept in counts.defined:
        if concept.id in names:
            yield words.t("ask_what", label=words.inline(concept)), frozenset({concept.id})


def _lists(kb: KnowledgeBase, names: dict[str, Concept], words: Words) -> Iterator[_Asked]:
    members = Counter(f.object for f in kb.graph.facts if f.predicate == "part-of" and f.position is not None)
    for id, n in members.most_common():
        if n >= _MEMBERS and id in names:
            yield words.t("ask_parts", label=words.inline(names[id])), frozenset({id})


def _comparisons(kb: KnowledgeBase, counts: Catalogue, names: dict[str, Concept], words: Words) -> Iterator[_Asked]:
    """What a source contrasts, then members of one whole that both have a definition."""
    defined = {c.id for c in counts.defined}
    pairs = [(f.subject, f.object) for f in kb.graph.facts if f.predicate == "contrasts-with"]
    wholes: dict[str, list[str]] = defaultdict(list)
    for fact in kb.graph.facts:
        if fact.predicate in {"part-of", "kind-of"} and fact.object is not None and fact.subject in defined:
            wholes[fact.object].append(fact.subject)
    pairs += [pair for same in wholes.values() for pair in combinations(dict.fromkeys(same), 2)]
    for one, other in pairs:
        if one in names and other in names:
            a, b = words.inline(names[one]), words.inline(names[other])
            yield words.t("ask_compare", label=a, other=b), frozenset({one, other})
