"""Cards about one concept: what it is, what belongs to it, in which order, and what it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from kg.model import Evidence
from kg.study.card import Card, Item
from kg.study.maker import LOOSE, Maker
from kg.study.material import Listed
from kg.study.prompts import prompt
from kg.study.quality import content, gives_away, is_plural, masked, number_of, without_name
from kg.text import fold, label_key, printable, words

_LEAST, _MOST = 2, 12  # members of a list that can be learned as one
_MEMBER_WORDS = 8  # of a member; a list of sentences is a text
_LISTS = 2  # lists of different sources on one card


def of_concept(k: Maker, id: str) -> Iterator[Card]:
    yield from _defined(k, id)
    yield from _wholes(k, id)
    yield from _belongs(k, id)


def _defined(k: Maker, id: str) -> Iterator[Card]:
    said_in, said = k.definitions(id)
    if not said:
        return
    across = k.tongue.ask != k.tongue.terms
    lang = k.first(k.m.concepts[id], k.tongue.terms if across else said_in, k.tongue.terms)
    name = k.label(id, lang)
    if not k.rules.is_name(name):
        return
    ask = k.tongue.ask if across else said_in or lang
    loose = all(d.rule in LOOSE for d in said)
    where = k.where(id, ask, name) if loose else ""
    names = [printable(t) for t, _ in k.m.concepts[id].all_labels()]
    texts = {d.text: without_name(d.text, names) for d in said}
    kept = [d for d in said if not gives_away([name], texts[d.text])]
    if kept:
        key = "definition" if not loose else "gist-in" if where else "gist"
        yield k.card(
            id,
            "definition",
            lang=ask,
            front=prompt(key, ask, x=name, y=where),
            answer=[[Item(texts[d.text]) for d in kept]],
            how="said",
            evidence=[e for d in kept for e in d.evidence],
        )
    shown = masked(texts[said[0].text], names)
    if len(content(shown)) >= 3 and not any(gives_away([shown, where], n) for n in names if content(n)):
        yield k.card(
            id,
            "term",
            lang=ask,
            front=prompt("term-in" if where else "term", ask, y=where),
            shown=[shown],
            answer=[[k.item(id, lang)]],
            how="any",
            evidence=said[0].evidence,
        )


def _wholes(k: Maker, id: str) -> Iterator[Card]:
    for type, predicate in (("members", "part-of"), ("kinds", "kind-of")):
        found = [x for x in k.m.lists.get((id, predicate), ()) if _learnable(k, id, x)]
        if found:
            yield _list(k, id, type, found)
    chain, evidence = _chain(k, id)
    lang = k.common(chain)
    if len(chain) > 2 and lang:
        items = [k.item(m, lang) for m in chain]
        ask = k.ask_in(id, lang)
        if len({fold(i.text) for i in items}) == len(items) and k.rules.is_title(k.name(id, lang)):
            yield k.card(
                id,
                "order",
                lang=ask,
                front=prompt("order", ask, x=k.name(id, lang)),
                shown=_shuffled([i.text for i in items], id),
                answer=[items],
                how="ordered",
                evidence=evidence,
            )


def _list(k: Maker, id: str, type: str, found: Sequence[Listed]) -> Card:
    lang = k.common([id, *found[0].members]) or k.common(found[0].members)
    first = [k.name(m, lang) for m in found[0].members]
    others = [x for x in found[1:] if k.common([id, *x.members], only=lang)]
    others = [x for x in others if not _told_again(first, [k.name(m, lang) for m in x.members])]
    found = [found[0], *others][:_LISTS]
    name, ask = k.name(id, lang), k.ask_in(id, lang)
    counts = " + ".join(str(len(x.members)) for x in found)
    counted = number_of(name) == len(found[0].members) and len(found) == 1
    plural = is_plural(name) if ask == "en" else False
    key = f"{type}-counted" if counted and type == "members" else f"{type}-many" if plural or counted else type
    return k.card(
        id,
        type,
        lang=ask,
        front=prompt(key, ask, x=name, n=counts),
        answer=[[k.item(m, lang) for m in x.members] for x in found],
        how="all",
        evidence=[e for x in found for e in x.evidence],
    )


def _learnable(k: Maker, id: str, one: Listed) -> bool:
    lang = k.common([id, *one.members]) or k.common(one.members)
    if not lang or not _LEAST <= len(one.members) <= _MOST:
        return False
    whole, parts = k.name(id, lang), [k.name(m, lang) for m in one.members]
    if not k.rules.is_title(whole) or any(len(words(p)) > _MEMBER_WORDS or p[-1:] in ".:;" for p in parts):
        return False
    keys = {label_key(p) for p in parts}
    every = {label_key(printable(t)) for t, _ in k.m.concepts[id].all_labels()}
    told = sum(gives_away([whole], p) for p in parts)
    return len(keys) == len(parts) and not keys & every and 2 * told < len(parts)


def _chain(k: Maker, id: str) -> tuple[list[str], list[Evidence]]:
    """The parts in the order that the sources state; nothing unless it leaves no choice."""
    parts = dict.fromkeys(m for x in k.m.lists.get((id, "part-of"), ()) for m in x.members)
    before = {b: [a for a in parts if (a, "precedes", b) in k.m.links] for b in parts}
    linked = {i for b, earlier in before.items() for i in (b, *earlier) if earlier}
    try:
        found = list(TopologicalSorter({i: before[i] for i in parts if i in linked}).static_order())
    except CycleError:
        return [], []
    pairs = [(a, "precedes", b) for a, b in pairwise(found)]
    if not all(p in k.m.links for p in pairs):
        return [], []
    return found, [e for p in pairs for e in k.m.links[p]]


def _belongs(k: Maker, id: str) -> Iterator[Card]:
    lang = k.lang_of(id)
    name, ask = k.name(id, lang), k.ask_in(id, lang)
    if not k.rules.is_thing(name):
        return
    every: list[tuple[str, str]] = []
    for predicate, whole in k.m.above.get(id, ()):
        title = k.label(whole, lang)
        alone = predicate == "part-of" and all(len(x.members) < _LEAST for x in k.m.lists[whole, predicate])
        if title and not alone and k.rules.is_name(title):
            every.append((predicate, whole))
    titles = {whole: k.label(whole, lang) for _, whole in every}
    if not every or any(gives_away([name], t) or gives_away([t], name) for t in titles.values()):
        return
    found = _shortest(every, titles)
    accept = [n for _, whole in every for n in k.item(whole, lang).accept]
    yield k.card(
        id,
        "belongs-to",
        lang=ask,
        front=prompt("belongs-to", ask, x=name),
        answer=[[replace(k.item(w, lang), accept=tuple(dict.fromkeys(accept))) for _, w in found]],
        how="any",
        evidence=[e for p, w in found for e in k.m.links[id, p, w]],
    )


def _told_again(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether most of the others are the same names, said with more words or with fewer."""
    again = [n for n in others if any(gives_away([n], m) or gives_away([m], n) for m in names)]
    return 2 * len(again) >= len(others)


def _shortest(wholes: Sequence[tuple[str, str]], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Without those whose title says another one's words and more; numbers do not count."""
    said = {w: frozenset(word for word in content(titles[w]) if not word.isdigit()) for _, w in wholes}
    found: dict[frozenset[str], tuple[str, str]] = {}
    for row in wholes:
        if not any(other < said[row[1]] for other in said.values()):
            found.setdefault(said[row[1]], row)
    return list(found.values())


def _shuffled(texts: Sequence[str], seed: str) -> tuple[str, ...]:
    """Always the same for the same card, and never in order."""
    out = sorted(texts, key=lambda t: hashlib.sha256(f"{seed}\n{t}".encode("utf-8", "surrogatepass")).digest())
    return tuple(out if out != list(texts) else [*out[1:], out[0]])
