"""The keys that two concepts may share: each finder gives pairs of ids with the rule and what it was found by."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from kg.extract.labels import is_abbreviation
from kg.frequencies import zipf
from kg.model import Lang
from kg.near.view import View
from kg.resolve.names import plain
from kg.resolve.spelling import american, together
from kg.text import label_key, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]  # texts -> unit vectors, [n, d]
Found = tuple[str, str, str, str]  # two ids, rule, what it was found by

_CROWD = 12  # a key that more concepts than this share says nothing
_CLOSE = 0.86  # cosine of two labels that mean nearly the same
_SHARED = 0.6  # of the members of two wholes
_ALIKE = 0.8  # of the words of two definitions
_KNOWN = 2.0  # Zipf frequency from which a word is one, and no slip
_DIGIT = re.compile(r"\d")


def found(view: View, *, embed: Embed | None, langs: frozenset[Lang]) -> Iterator[Found]:
    """All that any finder finds; the same pair may come several times."""
    for finder in (_spelt, _ordered, _translated, _defined, _listed, _short, _longer, _typed):
        yield from finder(view)
    if embed is not None:
        yield from _meant(view, embed, langs)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of a concept; `own` where the concept is mainly called so."""

    id: str
    text: str
    lang: Lang
    own: bool


def _labels(view: View) -> list[_Label]:
    """Of works only the titles: "Smith (2003)" is the name of many."""
    out = []
    for c in view.concepts.values():
        own = set(c.labels.values())
        work = view.ontology.is_a(c.kind, "source")
        out += [_Label(c.id, t, lang, t in own) for t, lang in c.all_labels() if t in own or not work]
    return [label for label in out if not is_abbreviation(label.text)]


def _groups(keyed: Iterable[tuple[object, _Label]]) -> Iterator[tuple[_Label, _Label]]:
    """Pairs of labels of two concepts that have the same key, at least one of them a main label."""
    groups: dict[object, dict[_Label, None]] = defaultdict(dict)
    for key, label in keyed:
        groups[key][label] = None
    for labels in groups.values():
        if len({label.id for label in labels}) <= _CROWD:
            for a, b in combinations(sorted(labels, key=lambda x: (x.id, x.text)), 2):
                if a.id != b.id and (a.own or b.own):
                    yield a, b


def _spelt(view: View) -> Iterator[Found]:
    labels = _labels(view)
    for a, b in _groups((label_key(x.text), x) for x in labels):
        yield a.id, b.id, "same-words" if a.own and b.own else "other-name", f'"{b.text if a.own else a.text}"'
    plainly = [(plain(x.text), x) for x in labels]
    for a, b in _groups((together(text), x) for text, x in plainly if len(text) > 5):
        if label_key(a.text) != label_key(b.text):
            yield a.id, b.id, "hyphenation", ""
    for a, b in _groups((american(text), x) for text, x in plainly):
        if plain(a.text) != plain(b.text) and label_key(a.text) != label_key(b.text):
            yield a.id, b.id, "spelling", ""


def _ordered(view: View) -> Iterator[Found]:
    """ "loyalty of customers", "customer loyalty"; "love of wisdom" and "wisdom of love" are two things."""
    keyed = ((tuple(sorted(view.content(x.text))), x) for x in _labels(view))
    for a, b in _groups((key, x) for key, x in keyed if len(key) > 1):
        small = [[w for w in words(x.text) if w in view.function_words] for x in (a, b)]
        if label_key(a.text) != label_key(b.text) and (small[0] != small[1] or not small[0]):
            yield a.id, b.id, "word-order", ""


def _translated(view: View) -> Iterator[Found]:
    """A Russian label whose every word the ontology translates, and an English one of these words."""
    keyed: list[tuple[object, _Label]] = []
    for x in _labels(view):
        if x.lang == "en":
            keyed.append((tuple(sorted(view.content(x.text))), x))
        elif x.lang == "ru" and "en" not in view.concepts[x.id].labels:
            covered = {i for at, end, _ in view.ontology.glosses(x.text, "en") for i in range(at, end)}
            if all(i in covered or w in view.function_words for i, w in enumerate(words(x.text))):
                english = " ".join(view.ontology.translate(x.text, "en"))
                keyed.append((tuple(sorted(view.content(english))), x))
    for a, b in _groups((key, x) for key, x in keyed if key):
        if a.lang != b.lang:
            yield a.id, b.id, "translation", ""


def _defined(view: View) -> Iterator[Found]:
    """The same definition in two documents; of at least five words, as short ones are often the same by chance."""
    bags: dict[str, list[tuple[str, str, frozenset[str]]]] = defaultdict(list)
    count: Counter[str] = Counter()
    said = []
    for c in view.things():
        own = {w for text, _ in c.all_labels() for w in view.content(text)}  # "A gangway is ..."
        for f in view.facts[c.id]:
            if f.predicate == "definition" and f.value:
                bag = frozenset(view.content(f.value)) - own
                if len(bag) >= 5:
                    count.update(bag)
                    said.append((c.id, f.evidence.document, bag))
    for id, document, bag in said:
        for word in sorted(bag, key=lambda w: (count[w], w))[:3]:  # its rarest words
            bags[word].append((id, document, bag))
    for group in bags.values():
        for (a, one, left), (b, two, right) in combinations(group[:_CROWD], 2):
            if a != b and one != two and len(left & right) >= _ALIKE * len(left | right):
                yield a, b, "definition", ""


def _listed(view: View) -> Iterator[Found]:
    """Two wholes of which two documents list (nearly) the same members."""
    wholes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for whole, documents in view.members.items():
        for members in documents.values():
            if len(members) <= 2 * _CROWD:
                for pair in combinations(sorted(members), 2):
                    wholes[pair].add(whole)
    for a, b in {p for group in wholes.values() if len(group) <= _CROWD for p in combinations(sorted(group), 2)}:
        for one, left in view.members[a].items():
            for two, right in view.members[b].items():
                both = left & right
                if one != two and len(both) >= 2 and len(both) >= _SHARED * len(left | right):
                    yield a, b, "members", ", ".join(sorted(view.concepts[i].label for i in both)[:4])


def _short(view: View) -> Iterator[Found]:
    """An abbreviation that stands alone, and the several things that sources give it for or that it fits."""
    alone = {
        plain(c.label): c
        for c in view.things()
        if is_abbreviation(c.label) and all(map(is_abbreviation, c.labels.values()))
    }
    if not alone:
        return
    for c in view.things():
        if plain(c.label) in alone:
            continue
        for text, _ in c.alt_labels:
            if is_abbreviation(text) and (short := alone.get(plain(text))):
                yield short.id, c.id, "abbreviation", text


def _longer(view: View) -> Iterator[Found]:
    """ "firm capabilities", "central firm capabilities": a word more, and a whole in common."""
    for members in view.members.values():
        ids = sorted({i for some in members.values() for i in some})
        if len(ids) > 4 * _CROWD:
            continue
        said = {i: [view.content(t) for t, _ in view.concepts[i].all_labels()] for i in ids}
        for a, b in combinations(ids, 2):
            for one in said[a]:
                for two in said[b]:
                    shorter, longer = sorted((one, two), key=len)
                    if len(longer) == len(shorter) + 1 and shorter in (longer[1:], longer[:-1]):
                        more = (set(longer) - set(shorter)) or {longer[0]}
                        yield a, b, "extra-word", min(more)


def _typed(view: View) -> Iterator[Found]:
    """Names one letter apart (left out, added, changed, or two changed round) of which one holds no known word."""
    index: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for c in view.concepts.values():
        for text, _ in c.all_labels():
            name = plain(text)
            if len(name) >= 7 and not _DIGIT.search(name) and not is_abbreviation(text):
                for variant in {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}:
                    index[variant].add((name, c.id))
    for group in index.values():
        if 1 < len(group) <= _CROWD:
            for (one, a), (two, b) in combinations(sorted(group), 2):
                if a != b and (slip := _slip(one, two)):
                    yield a, b, "typing", f'"{slip}"'


def _slip(one: str, two: str) -> str:
    """The word that is a mistyped one of the other name; "" where the names differ otherwise."""
    from rapidfuzz.distance import OSA

    left, right = one.split(), two.split()
    if len(left) != len(right) or label_key(one) == label_key(two):
        return ""
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if len(pairs) != 1 or OSA.distance(*pairs[0], score_cutoff=1) != 1 or min(map(len, pairs[0])) < 5:
        return ""
    rare, known = sorted(pairs[0], key=lambda w: (zipf(w), w))
    if zipf(rare) >= _KNOWN or rare[0] != known[0]:
        return ""
    return rare if zipf(known) >= _KNOWN else ""


def _meant(view: View, embed: Embed, langs: frozenset[Lang]) -> Iterator[Found]:
    """Labels that are close in the space of the model, of concepts that stand near the same things."""
    pairs = sorted({(min(p), max(p)) for near in view.around.values() for p in _few(near)})
    pairs = [p for p in pairs if not view.obstacle(*p)]
    rows = [
        (id, text)
        for id in sorted({id for p in pairs for id in p})
        for lang, text in view.concepts[id].labels.items()
        if lang in langs and not is_abbreviation(text) and view.concepts[id].kind != "person"
    ]
    if not rows:
        return
    vectors = embed([text for _, text in rows])
    by_id: dict[str, list[int]] = defaultdict(list)
    for i, (id, _) in enumerate(rows):
        by_id[id].append(i)
    for a, b in pairs:
        cosine = max((float(vectors[i] @ vectors[j]) for i in by_id[a] for j in by_id[b]), default=0.0)
        if cosine >= _CLOSE:
            yield a, b, "meaning", f"{cosine:.2f}"


def _few(near: set[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted(near), 2) if len(near) <= 8 * _CROWD else ()
