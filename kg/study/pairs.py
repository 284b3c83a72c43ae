"""Cards that need two concepts: what comes next, how two differ, who wrote or introduced something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from kg.model import Evidence
from kg.study.card import Card, Item
from kg.study.maker import Maker
from kg.study.material import Said
from kg.study.prompts import prompt
from kg.study.quality import content, gives_away, without_name
from kg.text import fold, words

_SIBLINGS = 3  # members of a list whose pairs are compared
_SIDE_CHARS = 240  # of one side of a comparison
_MOST = 12  # authors that can be learned


def nexts(k: Maker) -> Iterator[Card]:
    """Steps of one whole, where just one of its steps follows."""
    after: dict[str, list[str]] = {}
    for a, b in k.m.of("precedes"):
        after.setdefault(a, []).append(b)
    for a, followers in after.items():
        for b in followers:
            wholes = [w for w in _parts_of(k, a) & _parts_of(k, b) if _only(k, b, followers, w)]
            if wholes and (b, "precedes", a) not in k.m.links:
                yield from _next(k, a, b, wholes, alone=len(followers) == 1)


def _parts_of(k: Maker, id: str) -> frozenset[str]:
    return frozenset(w for p, w in k.m.above.get(id, ()) if p == "part-of")


def _only(k: Maker, b: str, followers: Sequence[str], whole: str) -> bool:
    return not any(f != b and whole in _parts_of(k, f) for f in followers)


def _next(k: Maker, a: str, b: str, wholes: Iterable[str], *, alone: bool) -> Iterator[Card]:
    lang = k.common([a, b])
    if not lang:
        return
    x, answer = k.name(a, lang), k.name(b, lang)
    if _counts_on(x, answer) or gives_away([x], answer):
        return
    titles = [t for t in (k.name(w, lang) for w in wholes) if k.rules.is_title(t)]
    fit = [t for t in titles if not gives_away([x, t], answer)]
    if not fit and not alone:
        return
    ask = k.ask_in(a, lang)
    title = min(fit, key=lambda t: (len(t), t), default="")
    yield k.card(
        a,
        "next",
        other=b,
        lang=ask,
        front=prompt("next-in" if title else "next", ask, x=x, y=title),
        answer=[[k.item(b, lang)]],
        how="any",
        evidence=k.m.links[a, "precedes", b],
    )


def compared(k: Maker) -> Iterator[Card]:
    """Contrasts that the notes state, and members of short lists, where each side is described."""
    stated = {tuple(sorted(pair)) for pair in k.m.of("contrasts-with")}
    pairs: dict[tuple[str, str], tuple[str, tuple[Evidence, ...]]] = {
        (a, b): ("", k.m.links[a, "contrasts-with", b]) for a, b in k.m.of("contrasts-with")
    }
    for (whole, _), lists in k.m.lists.items():
        for one in lists:
            if len(one.members) <= _SIBLINGS:
                for a, b in combinations(one.members, 2):
                    if (b, a) not in pairs and tuple(sorted((a, b))) not in stated:
                        pairs.setdefault((a, b), (whole, ()))
    for (a, b), (whole, lines) in pairs.items():
        if card := _difference(k, a, b, whole=whole, lines=lines):
            yield card


def _difference(k: Maker, a: str, b: str, *, whole: str, lines: Sequence[Evidence]) -> Card | None:
    a, b = sorted((a, b))  # so that the card is the same one, whichever comes first in a list
    lang = k.common([a, b])
    first, second = (_side(k, id, loose=bool(lines)) for id in (a, b))
    if not lang or first is None or second is None or fold(first.text) == fold(second.text):
        return None
    if not lines and k.tongue.ask == k.tongue.terms and {first.lang, second.lang} != {lang}:
        return None
    x, y = k.name(a, lang), k.name(b, lang)
    if not k.rules.is_name(x) or not k.rules.is_name(y) or gives_away([x], y) or gives_away([y], x):
        return None
    title = k.label(whole, lang) if whole else ""
    shown = title if title and k.rules.is_title(title) else ""
    ask = k.ask_in(a, lang)
    return k.card(
        a,
        "compare",
        other=b,
        lang=ask,
        front=prompt("compare-in" if shown else "compare", ask, x=x, y=y, n=shown),
        answer=[
            [
                Item(f"{name}: {without_name(said.text, [name])}", id)
                for name, said, id in ((x, first, a), (y, second, b))
            ]
        ],
        how="said",
        evidence=[*lines, *first.evidence, *second.evidence],
    )


def _side(k: Maker, id: str, *, loose: bool) -> Said | None:
    _, said = k.definitions(id)
    if said:
        return said[0] if len(said[0].text) <= _SIDE_CHARS else None
    notes = k.m.said.get((id, "note"), ()) if loose else ()
    return next((n for n in notes if len(words(n.text)) > 2), None)


def authors(k: Maker, predicate: str, type: str) -> Iterator[Card]:
    by_work: dict[str, list[str]] = {}
    for work, person in k.m.of(predicate):
        by_work.setdefault(work, []).append(person)
    for work, people in by_work.items():
        titles = [said.text for said in k.m.said.get((work, "title"), ())]
        lang = k.lang_of(work)
        name = titles[0] if titles and lang == "en" else k.name(work, lang)
        people = _whole_names(people, {p: k.name(p, lang) for p in people})
        persons = [k.item(p, lang) for p in people]
        if len(persons) > _MOST or len(words(name)) < (2 if type == "author" else 1):
            continue
        if any(_named(name, i) for i in persons):
            continue
        if type == "origin" and (not k.rules.is_title(name) or len(content(name)) < 2):
            continue
        years = {said.text for said in k.m.said.get((work, "year"), ())}
        year = years.pop() if len(years) == 1 else ""
        ask = k.ask_in(work, lang)
        yield k.card(
            work,
            type,
            lang=ask,
            front=prompt(f"{type}-year" if type == "author" and year else type, ask, x=name, n=year),
            answer=[persons],
            how="all",
            evidence=[e for p in people for e in k.m.links[work, predicate, p]],
        )


def _whole_names(people: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Without a surname alone where the whole name is there too."""
    keys = {p: set(words(names[p])) for p in people}
    return [p for p in people if not any(keys[p] < keys[q] for q in people)]


def _named(title: str, person: Item) -> bool:
    """Whether the title names the person, by the surname at least."""
    there = set(words(title))
    return any(words(name)[-1:] and words(name)[-1] in there for name in person.accept)


def _counts_on(x: str, y: str) -> bool:
    """Whether the names carry numbers that tell which one follows."""
    a, b = ([w for w in words(text) if w.isdigit()] for text in (x, y))
    return bool(a and b)
