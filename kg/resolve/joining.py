"""The rules by which names are joined. Each joining is a proposal with its rule, so that it can be told, and undone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from kg.extract.glosses import RULE as GLOSS
from kg.extract.labels import is_abbreviation, verbal
from kg.model import Mention, Statement
from kg.ontology import Ontology
from kg.resolve.names import Name, Naming, Place, name_of, plain
from kg.resolve.sets import Sets
from kg.resolve.spelling import american, same_spelling, together
from kg.text import label_key

MEMBERSHIP = frozenset({"part-of", "kind-of", "example-of"})
_LETTERS = 5  # of names that are one though one is written together
_ALL_PAIRS = 12  # of a group of so many names every pair is proposed; of a larger one each with its neighbour


@dataclass(frozen=True, slots=True, order=True)
class Proposal:
    """Two names that may be one, `a` before `b`; `because` completes the reason of the rule."""

    a: Name
    b: Name
    rule: str
    because: str = ""


# How sure a rule is, 0..1, and what it tells; {a} and {b} are the names, {because} is the proposal's.
RULES: Mapping[str, tuple[float, str]] = {
    "decided": (1.0, "somebody decided that {a} and {b} are one"),
    "term": (0.99, "the ontology has {a} and {b} as names of one term ({because})"),
    "same-lemmas": (0.98, "{a} and {b} are the same words in other forms"),
    "spelling": (0.95, "{a} and {b} are the British and the American spelling of the same words"),
    "written-together": (0.94, "{a} and {b} are the same letters, written together and apart"),
    "translation": (0.95, "a source gives {because} as the name in the other language, and of nothing else"),
    "abbreviation": (0.95, "a source gives {because} as the abbreviation, and of nothing else"),
    "main-title": (0.94, "{because} is the main title of this one work alone"),
    "person": (0.92, "{a} and {b} have the same surname, and no given name speaks against it"),
    "same-whole": (0.92, "both stand for {because}, whose names are one"),
    "nested": (0.91, "{a} and {b} are the same words, and one stands for something within what the other stands for"),
    "same-document": (0.9, "{because} uses the same words with and without their whole, in one sense"),
    "same-list": (0.9, "two documents list the same kind of members of {because}, and these two go with each other"),
}


def join(
    namings: Sequence[Naming],
    statements: Sequence[Statement],
    sets: Sets,
    ontology: Ontology,
    *,
    contested: Iterable[Name] = (),
) -> list[Proposal]:
    """Join names in `sets`, the surest rules first; returns the proposals that were followed.

    contested   names that somebody has taken apart: they come last, the most used first, so that what could go with
                either goes with the one that the sources mean most
    """
    done: list[Proposal] = []
    used = Counter(n.name for n in namings)
    torn = frozenset(contested)

    def turn(p: Proposal) -> tuple[int, Proposal]:
        return max((-used[n] for n in (p.a, p.b) if n in torn), default=-len(namings) - 1), p

    def follow(proposals: Iterable[Proposal]) -> None:
        done.extend(p for p in sorted(set(proposals), key=turn) if sets.union(p.a, p.b))

    follow(_terms(namings))
    follow(_lemmas(namings))
    follow(_spellings(namings))
    follow(_written_together(namings))
    follow(_translations(namings, sets))
    follow(_abbreviations(namings, sets))
    follow(_persons(namings))
    follow(_works(namings, sets))
    before = -1
    while len(done) > before:  # what is joined in one round may be the whole of what the next one joins
        before = len(done)
        for found in (_wholes, _nested, _beside):
            follow(found(namings, statements, sets, ontology))
    follow(_lists(namings, statements, sets, ontology))
    return done


def keep_lists_apart(
    namings: Sequence[Naming], statements: Sequence[Statement], sets: Sets, ontology: Ontology
) -> None:
    """What a source counts as two members of one list, or puts one after the other, is two things."""
    keys = {n.name: (n.name.group, n.key) for n in namings}
    lists: dict[tuple[str, str, Name, str], dict[int, Name]] = defaultdict(dict)
    for s in statements:
        if isinstance(s.object, Mention):
            subject, target = name_of(s.subject, ontology), name_of(s.object, ontology)
            if s.predicate in MEMBERSHIP and s.position is not None:
                lists[s.evidence.document, s.predicate, target, s.rule].setdefault(s.position, subject)
            elif s.predicate == "precedes" and keys[subject] != keys[target]:
                sets.keep_apart(subject, target)
    for members in lists.values():
        for a, b in combinations(sorted(set(members.values())), 2):
            if keys[a] != keys[b]:
                sets.keep_apart(a, b)


def _pairs(names: Iterable[Name], rule: str, because: str = "") -> Iterator[Proposal]:
    ordered = sorted(set(names))
    chosen = combinations(ordered, 2) if len(ordered) <= _ALL_PAIRS else pairwise(ordered)
    yield from (Proposal(a, b, rule, because) for a, b in chosen)


def _pair(a: Name, b: Name, rule: str, because: str = "") -> Proposal:
    return Proposal(min(a, b), max(a, b), rule, because)


def _terms(namings: Sequence[Naming]) -> Iterator[Proposal]:
    """All names of one term of the ontology, in both languages; other forms of a word are left to their lemmas."""
    groups: dict[str, dict[str, Name]] = defaultdict(dict)
    for n in sorted(namings, key=lambda n: n.name):
        if n.key.startswith("term:"):
            groups[n.key].setdefault(label_key(n.name.text), n.name)
    for key, names in groups.items():
        yield from _pairs(names.values(), "term", key.removeprefix("term:"))


def _lemmas(namings: Sequence[Naming]) -> Iterator[Proposal]:
    groups: dict[tuple[str, ...], set[Name]] = defaultdict(set)
    for n in namings:
        if n.name.group != "person":
            said = label_key(n.name.text) if n.key.startswith("term:") else n.key
            groups[(*n.place, said)].add(n.name)
    for names in groups.values():
        yield from (p for p in _pairs(names, "same-lemmas") if not verbal(p.a.text, p.b.text))


def _spellings(namings: Sequence[Naming]) -> Iterator[Proposal]:
    groups: dict[tuple[str, str, str], set[Name]] = defaultdict(set)
    for n in namings:
        if n.name.group == "thing":
            groups[n.name.group, american(n.name.text), n.name.scope].add(n.name)
    for names in groups.values():
        yield from (p for p in _pairs(names, "spelling") if same_spelling(p.a.text, p.b.text))


def _written_together(namings: Sequence[Naming]) -> Iterator[Proposal]:
    """"Wu wei" and "wuwei", "pre-Socratics" and "Presocratics"."""
    groups: dict[tuple[str, str], set[Name]] = defaultdict(set)
    for n in namings:
        if n.name.group == "thing" and len(together(n.name.text)) >= _LETTERS:
            groups[together(n.name.text), n.name.scope].add(n.name)
    for names in groups.values():
        yield from _pairs(names, "written-together")


def _abbreviations(namings: Sequence[Naming], sets: Sets) -> Iterator[Proposal]:
    """An abbreviation that stands alone is the one thing that sources give it for."""
    named = {n.name for n in namings}
    longs: dict[tuple[str, str], dict[Name, str]] = defaultdict(dict)
    for n in namings:
        for text, _ in n.mention.alt:
            if is_abbreviation(text) and not n.mention.generic:
                longs[n.name.group, plain(text)].setdefault(n.name, text)
    for (group, short), given in sorted(longs.items()):
        own = Name(group, short)
        if own in named and len({sets.find(name) for name in given}) == 1:
            name = min(given)
            if name != own:
                yield _pair(own, name, "abbreviation", given[name])


def _translations(namings: Sequence[Naming], sets: Sets) -> Iterator[Proposal]:
    """A name and its gloss in the other language (kg.extract.glosses), where neither is given with another one."""
    named = {n.name for n in namings}
    glosses: dict[Name, dict[Name, str]] = defaultdict(dict)  # gloss -> what it is given for, and as what it is written
    for n in namings:
        if n.rule == GLOSS:
            for text, lang in n.mention.alt:
                own = Name(n.name.group, plain(text), n.name.scope)
                if lang != n.mention.lang and own in named:
                    glosses[own].setdefault(n.name, text)
    own_of: dict[Name, set[Name]] = defaultdict(set)
    for gloss, given in glosses.items():
        for name in given:
            own_of[sets.find(name)].add(sets.find(gloss))
    for gloss, given in sorted(glosses.items()):
        for name, text in sorted(given.items()):
            if len({sets.find(n) for n in given}) == 1 and len(own_of[sets.find(name)]) == 1:
                yield _pair(gloss, name, "translation", text)


def _persons(namings: Sequence[Naming]) -> Iterator[Proposal]:
    """A bare surname is the one person of that surname; given names and initials must not contradict each other."""
    by_surname: dict[str, dict[tuple[str, ...], set[Name]]] = defaultdict(lambda: defaultdict(set))
    for n in namings:
        if n.name.group == "person":
            given = n.name.text.removeprefix(_surname(n)).split()
            by_surname[_surname(n)][tuple(given)].add(n.name)
    for people in by_surname.values():
        names = [name for group in people.values() for name in group]
        if all(_agree(a, b) for a, b in combinations(people, 2)):
            yield from _pairs(names, "person")


def _surname(n: Naming) -> str:
    kept = " ".join(w for w in n.key.split() if len(w) > 1)
    return kept or n.key


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(one, other, strict=False))


def _works(namings: Sequence[Naming], sets: Sets) -> Iterator[Proposal]:
    """A work cited by its main title is the one work of which that is the main title."""
    titled: dict[str, set[Name]] = defaultdict(set)
    known: dict[str, Name] = {}
    for n in sorted(namings, key=lambda n: n.name):
        if n.name.group == "source":
            known.setdefault(n.key, n.name)
            for text, _ in n.mention.alt:
                if n.mention.label.startswith(text + ":"):
                    titled[label_key(text)].add(n.name)
    for key, fulls in sorted(titled.items()):
        own = known.get(key)
        if own is not None and len({sets.find(f) for f in fulls}) == 1 and min(fulls) != own:
            yield _pair(own, min(fulls), "main-title", own.text)


# ---------------------------------------------------------------- names that say too little without their whole


def _scoped(namings: Sequence[Naming]) -> dict[str, dict[Name, list[Naming]]]:
    """Lemmas -> names of things with these lemmas, of which at least one lives in a whole."""
    out: dict[str, dict[Name, list[Naming]]] = defaultdict(lambda: defaultdict(list))
    for n in namings:
        if n.name.group == "thing":
            out[label_key(n.name.text)][n.name].append(n)
    return {key: names for key, names in out.items() if len(names) > 1 and any(n.scope for n in names)}


def _places(namings: Sequence[Naming]) -> dict[str, Name]:
    """Lemmas -> the name that a scope of these lemmas means."""
    return {label_key(n.text): n for n in sorted({n.name for n in namings}, reverse=True) if not n.scope}


def _above(statements: Sequence[Statement], sets: Sets, ontology: Ontology) -> dict[Name, set[Name]]:
    """Set -> the sets that it is a member of."""
    out: dict[Name, set[Name]] = defaultdict(set)
    for s in statements:
        if s.predicate in MEMBERSHIP and isinstance(s.object, Mention):
            out[sets.find(name_of(s.subject, ontology))].add(sets.find(name_of(s.object, ontology)))
    return out


def _wholes(
    namings: Sequence[Naming], statements: Sequence[Statement], sets: Sets, ontology: Ontology
) -> Iterator[Proposal]:
    """The same words within one whole that has two names."""
    places = _places(namings)
    for names in _scoped(namings).values():
        for a, b in combinations(sorted(n for n in names if n.scope in places), 2):
            if a.scope and sets.same(places[a.scope], places[b.scope]) and compatible(names[a], names[b], ontology):
                yield _pair(a, b, "same-whole", places[a.scope].text)


def _nested(
    namings: Sequence[Naming], statements: Sequence[Statement], sets: Sets, ontology: Ontology
) -> Iterator[Proposal]:
    """The same words within two wholes, one of which is a member of the other; or a member of that whole anyway."""
    places, above = _places(namings), _above(statements, sets, ontology)
    for names in _scoped(namings).values():
        for a, b in combinations(sorted(names), 2):
            one, two = (sets.find(places[n.scope]) if n.scope in places else None for n in (a, b))
            inside = (
                (one is not None and two is not None and (two in above[one] or one in above[two]))
                or (one is not None and not b.scope and one in above[sets.find(b)])
                or (two is not None and not a.scope and two in above[sets.find(a)])
            )
            if inside and compatible(names[a], names[b], ontology):
                yield _pair(a, b, "nested")


def _beside(
    namings: Sequence[Naming], statements: Sequence[Statement], sets: Sets, ontology: Ontology
) -> Iterator[Proposal]:
    """A document that has a word in a list and by itself means one thing by it, unless it has it in two wholes that it
    sets beside each other: then each of them has one of its own."""
    places, above = _places(namings), _above(statements, sets, ontology)
    for names in _scoped(namings).values():
        bare = [n for n in names if not n.scope]
        wholes = {n: sets.find(places[n.scope]) for n in names if n.scope in places}
        for own in bare:
            for scoped in sorted(set(names) - set(bare)):
                shared = {n.document for n in names[own]} & {n.document for n in names[scoped]}
                around = above[wholes[scoped]] if scoped in wholes else set()
                rivals = any(around & above[w] for n, w in wholes.items() if n != scoped)
                if shared and not rivals and _plain_member(names[own], names[scoped], ontology):
                    yield _pair(own, scoped, "same-document", min(shared))


def _plain_member(own: Sequence[Naming], scoped: Sequence[Naming], ontology: Ontology) -> bool:
    """A member of a certain class (an element of a tier) is what has that class by itself too, and nothing else; what
    has a class (the capability "control") is meant by the very word only, not by "controls"."""
    kinds = {n.mention.kind for n in scoped} - {"concept"}
    others = {n.mention.kind for n in own} - {"concept"}
    written = own[0].name.text == scoped[0].name.text or not others
    return compatible(own, scoped, ontology) and written and (not kinds or bool(others))


def compatible(one: Iterable[Naming], other: Iterable[Naming], ontology: Ontology) -> bool:
    """Whether two names can be of one class: a class is unknown, or above or below one of the other's."""
    left, right = ({n.mention.kind for n in side} - {"concept"} for side in (one, other))
    return can_be_one(left, right, ontology)


def can_be_one(left: Iterable[str], right: Iterable[str], ontology: Ontology) -> bool:
    left, right = set(left), set(right)
    if not left or not right:
        return True
    return any(ontology.is_a(a, b) or ontology.is_a(b, a) for a in left for b in right)


# ---------------------------------------------------------------- lists of two documents


def _lists(
    namings: Sequence[Naming], statements: Sequence[Statement], sets: Sets, ontology: Ontology
) -> Iterator[Proposal]:
    """Two documents that list the same class of members of one thing mean the same member where one name
    is the other with words before or after it ("firm capabilities", "central firm capabilities")."""
    words_of: dict[Name, list[str]] = {}
    one_of: dict[Place, Name] = {}  # the forms of a word count as one member
    for n in sorted(namings, key=lambda n: n.name):
        name = one_of.setdefault(n.place, n.name)
        words_of.setdefault(name, n.key.removeprefix("term:").replace("-", " ").split())
    own = {n.name: one_of[n.place] for n in namings}
    lists: dict[tuple[Name, str], dict[str, set[Name]]] = defaultdict(lambda: defaultdict(set))
    for s in statements:
        if s.predicate in {"part-of", "kind-of"} and isinstance(s.object, Mention) and s.subject.kind != "concept":
            whole = sets.find(name_of(s.object, ontology))
            lists[whole, s.subject.kind][s.evidence.document].add(own[name_of(s.subject, ontology)])
    for (whole, _), by_document in sorted(lists.items()):
        for one, other in combinations(sorted(by_document), 2):
            left, right = by_document[one], by_document[other]
            for a in sorted(left):
                fits = [b for b in sorted(right) if _extends(a, b, words_of)]
                back = [c for c in sorted(left) if fits and _extends(c, fits[0], words_of)]
                if len(fits) == 1 and back == [a] and a != fits[0]:
                    yield _pair(a, fits[0], "same-list", whole.text)


def _extends(a: Name, b: Name, words_of: Mapping[Name, Sequence[str]]) -> bool:
    if a.group != b.group or a.scope != b.scope:
        return False
    shorter, longer = sorted((words_of[a], words_of[b]), key=len)
    ends = longer[-len(shorter) :] == shorter or longer[: len(shorter)] == shorter
    return bool(shorter) and ends and len(longer) - len(shorter) <= 2
