"""From mentions to concepts: which names in which documents are one thing.

Names are one concept where their lemmas agree, where one is the other's abbreviation, where the
ontology's terms call them one (in both languages), or where two lists of the same members name
them. Names stay apart where their classes cannot be one (a book and its subject, a person and a
thing), and where a name says too little by itself ("Usage"): then it lives inside what it is part of.

The result depends on the set of statements alone, never on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.extract.labels import is_abbreviation, is_nominative
from kg.model import Concept, Document, Fact, Graph, Lang, Mention, Passage, Statement
from kg.ontology import Ontology, concept_iri
from kg.text import fold, label_key, slug, words

Key = tuple[str, str, str]  # group of classes, lemmas of the name, lemmas of the scope where it is needed


class _Sets:
    """Disjoint sets with the smallest member as the name of each."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def find(self, key: Key) -> Key:
        path = []
        while (up := self._parent.setdefault(key, key)) != key:
            path.append(key)
            key = up
        for one in path:
            self._parent[one] = key
        return key

    def union(self, a: Key, b: Key) -> None:
        a, b = self.find(a), self.find(b)
        if a != b:
            self._parent[max(a, b)] = min(a, b)


@dataclass(frozen=True, slots=True)
class _Naming:
    mention: Mention
    key: Key
    document: str
    rule: str


def resolve(
    documents: Sequence[Document],
    statements: Iterable[Statement],
    ontology: Ontology,
    *,
    passages: Sequence[Passage] = (),
) -> Graph:
    """The graph of these statements: concepts with labels, facts between them, redirects of other names."""
    ordered = sorted(statements, key=_order)
    namings = [n for s in ordered for n in _namings(s, ontology)]
    sets = _identities(namings, ontology)
    _siblings(ordered, sets, ontology)
    members: dict[Key, list[_Naming]] = defaultdict(list)
    for naming in namings:
        members[sets.find(naming.key)].append(naming)
    ids = _ids(members, ontology)
    concepts = {ids[root]: _concept(ids[root], group, ontology) for root, group in sorted(members.items())}
    facts = _facts(ordered, sets, ids, ontology)
    return Graph(concepts, facts, tuple(documents), tuple(passages), _redirects(members, ids))


def _order(s: Statement) -> tuple[object, ...]:
    return (s.evidence.document, s.evidence.start, s.evidence.end, s.rule, s.predicate, s.subject.label, str(s.object))


def _group(kind: str, ontology: Ontology) -> str:
    for group in ("source", "person", "session"):
        if ontology.is_a(kind, group):
            return group
    return "thing"


def _key(mention: Mention, ontology: Ontology) -> Key:
    group = _group(mention.kind, ontology)
    key = label_key(mention.label)
    if group == "thing" and (term := ontology.term_of(mention.label, mention.lang)) is not None and not mention.generic:
        key = "term:" + term.id
    if group == "person":
        key = _person_key(mention.label)
    return (group, key, label_key(mention.scope) if mention.generic else "")


def _person_key(label: str) -> str:
    """Surname first, then initials: "Ann B. Smith", "Smith, A. B." and "Smith" can be compared."""
    if "," in label:
        last, _, rest = label.partition(",")
        return " ".join([*words(last), *(w[0] for w in words(rest))])
    said = words(label)
    particles = [i for i, w in enumerate(said) if w in {"van", "von", "de", "der", "den", "del", "la", "le", "фон"}]
    cut = particles[0] if particles else len(said) - 1
    return " ".join([*said[cut:], *(w[0] for w in said[:cut])])


def _namings(s: Statement, ontology: Ontology) -> Iterator[_Naming]:
    yield _Naming(s.subject, _key(s.subject, ontology), s.evidence.document, s.rule)
    if isinstance(s.object, Mention):
        yield _Naming(s.object, _key(s.object, ontology), s.evidence.document, s.rule)


def _identities(namings: Sequence[_Naming], ontology: Ontology) -> _Sets:
    sets = _Sets()
    short: dict[tuple[str, str], set[Key]] = defaultdict(set)
    for n in namings:
        sets.find(n.key)
        for text, _ in n.mention.alt:
            if is_abbreviation(text) and not n.mention.generic:
                short[(n.key[0], label_key(text))].add(n.key)
    known = {n.key for n in namings}
    for (group, abbreviation), longs in sorted(short.items()):
        roots = {sets.find(k) for k in longs}
        own = (group, abbreviation, "")
        if len(roots) == 1 and own in known:
            sets.union(own, next(iter(roots)))
    _persons(sorted({n.key for n in namings if n.key[0] == "person"}), sets)
    _works(namings, sets)
    _generic(sorted(known), sets)
    return sets


def _persons(keys: Sequence[Key], sets: _Sets) -> None:
    """A bare surname is the one person of that surname; initials must not contradict each other."""
    by_surname: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        by_surname[" ".join(w for w in key[1].split() if len(w) > 1) or key[1]].append(key)
    for group in by_surname.values():
        initials = {tuple(w for w in k[1].split() if len(w) == 1) for k in group} - {()}
        if len({i[0] for i in initials}) <= 1:
            for key in group[1:]:
                sets.union(group[0], key)


def _works(namings: Sequence[_Naming], sets: _Sets) -> None:
    """A work cited by its main title is the one work of which that is the main title."""
    main: dict[str, set[Key]] = defaultdict(set)
    for n in namings:
        if n.key[0] == "source":
            for text, _ in n.mention.alt:
                if n.mention.label.startswith(text + ":"):
                    main[label_key(text)].add(n.key)
    known = {n.key for n in namings if n.key[0] == "source"}
    for key, fulls in sorted(main.items()):
        roots = {sets.find(f) for f in fulls}
        if len(roots) == 1 and (own := ("source", key, "")) in known:
            sets.union(own, next(iter(roots)))


def _generic(keys: Sequence[Key], sets: _Sets) -> None:
    """A scoped name joins the same name elsewhere only within the same scope; equal scopes by their own names."""
    by_name: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in keys:
        if key[2]:
            by_name[key[:2]].append(key)
    for group in by_name.values():
        for a in group:
            for b in group:
                if a < b and set(a[2].split()) <= set(b[2].split()) | set(a[2].split()) and a[2] == b[2]:
                    sets.union(a, b)


def _siblings(statements: Sequence[Statement], sets: _Sets, ontology: Ontology) -> None:
    """Two documents that list the same class of members of one thing mean the same member where one name
    is the other with words before it ("firm capabilities", "central firm capabilities")."""
    lists: dict[tuple[Key, str], dict[str, set[Key]]] = defaultdict(lambda: defaultdict(set))
    for s in statements:
        if s.predicate in {"part-of", "kind-of"} and isinstance(s.object, Mention) and s.subject.kind != "concept":
            whole = sets.find(_key(s.object, ontology))
            lists[(whole, s.subject.kind)][s.evidence.document].add(_key(s.subject, ontology))
    for by_document in lists.values():
        names = sorted(by_document)
        for i, one in enumerate(names):
            for other in names[i + 1 :]:
                _pair(by_document[one], by_document[other], sets)


def _pair(left: set[Key], right: set[Key], sets: _Sets) -> None:
    for a in sorted(left):
        fits = [b for b in sorted(right) if _extends(a, b)]
        back = [c for c in sorted(left) if fits and _extends(c, fits[0])]
        if len(fits) == 1 and back == [a]:
            sets.union(a, fits[0])


def _extends(a: Key, b: Key) -> bool:
    one, two = (
        a[1].removeprefix("term:").replace("-", " ").split(),
        b[1].removeprefix("term:").replace("-", " ").split(),
    )
    if a[0] != b[0] or one == two or a[2] != b[2]:
        return one == two and a[0] == b[0] and a[2] == b[2]
    shorter, longer = sorted((one, two), key=len)
    return (
        bool(shorter)
        and (longer[-len(shorter) :] == shorter or longer[: len(shorter)] == shorter)
        and len(longer) - len(shorter) <= 2
    )


def _ids(members: Mapping[Key, Sequence[_Naming]], ontology: Ontology) -> dict[Key, str]:
    """Ids from meaning: the term's own, else the shortest name's lemmas; homonyms carry class or scope."""
    wanted: dict[str, list[Key]] = defaultdict(list)
    for root, group in members.items():
        keys = {n.key for n in group}
        terms = sorted(k[1][5:] for k in keys if k[1].startswith("term:"))
        if terms:
            name = terms[0]
        elif root[0] == "person":
            name = slug(max((n.mention.label for n in group), key=lambda t: (len(words(t)), t)).replace(",", " "))
            name = (
                slug(
                    " ".join(
                        w
                        for w in words(min((n.mention.label for n in group if n.key == root), default=name))
                        if len(w) > 1
                    )
                )
                or name
            )
        else:
            plain = [k for k in keys if not any(is_abbreviation(n.mention.label) for n in group if n.key == k)] or list(
                keys
            )
            name = slug(min((k[1] for k in plain), key=lambda k: (len(k), k)))[:80].strip("-")
            scope = min(k[2] for k in keys)
            if scope:
                name = f"{slug(scope)}--{name}"
        wanted[name or "concept"].append(root)
    out: dict[Key, str] = {}
    for name, roots in sorted(wanted.items()):
        for i, root in enumerate(sorted(roots, key=lambda r: (r[0] != "thing", r))):
            out[root] = name if i == 0 else f"{name}--{root[0]}" if root[0] != "thing" else f"{name}--{i + 1}"
    taken: Counter[str] = Counter(out.values())
    for root in sorted(r for r, i in out.items() if taken[i] > 1):
        out[root] = f"{out[root]}-{sorted(r for r, i in out.items() if i == out[root]).index(root) + 1}"
    return out


def _concept(identity: str, group: Sequence[_Naming], ontology: Ontology) -> Concept:
    by_lang: dict[Lang, Counter[str]] = defaultdict(Counter)
    for n in group:
        by_lang[n.mention.lang][n.mention.label] += 1 + 2 * (
            n.rule in {"heading", "card-front", "contents-entry", "reference", "field", "titled-work"}
        )
    labels = {lang: _preferred(counts, group) for lang, counts in sorted(by_lang.items())}
    others: dict[tuple[str, Lang], None] = {}
    for n in group:
        for text, lang in ((n.mention.label, n.mention.lang), *n.mention.alt):
            others[(text, lang)] = None
    for term in {n.key[1][5:]: None for n in group if n.key[1].startswith("term:")}:
        for lang, texts in next(t.labels for t in ontology.terms if t.id == term).items():
            own = labels.setdefault(lang, _upper(texts[0]))
            if lang == "ru" and not is_nominative(own):
                alike = [text for text in texts if label_key(text) == label_key(own)]
                labels[lang] = _upper((*alike, *texts)[0])
            others |= {(text, lang): None for text in texts}
    seen = {fold(t) for t in labels.values()}
    alt = []
    for text, lang in sorted(others, key=lambda o: (o[1], fold(o[0]), o[0])):
        if fold(text) not in seen:
            seen.add(fold(text))
            alt.append((text, lang))
    return Concept(
        identity,
        concept_iri(identity),
        _kind(group, ontology),
        labels,
        tuple(alt),
        (),
        tuple(sorted({n.document for n in group})),
    )


def _preferred(counts: Counter[str], group: Sequence[_Naming]) -> str:
    """The name used most, whatever its case; written with the fewest capitals, a capital first."""
    folded: Counter[str] = Counter()
    for text, n in counts.items():
        if not is_abbreviation(text):
            folded[fold(text)] += n
    if not folded:
        folded = Counter({fold(t): n for t, n in counts.items()})
    person = group[0].key[0] == "person"
    by_key: Counter[str] = Counter()
    for form, n in folded.items():
        by_key[label_key(form)] += n
    key = max(by_key, key=lambda k: (len(k.split()) if person else 0, by_key[k], -len(k), k))
    same = [f for f in folded if label_key(f) == key]
    best = max(same, key=lambda f: (is_nominative(f), folded[f], -len(f), f))
    forms = [t for t in counts if fold(t) == best]
    return _upper(min(forms, key=lambda t: (sum(c.isupper() for c in t), t)))


def _upper(text: str) -> str:
    first = text.split(" ")[0]
    return text[0].upper() + text[1:] if first.islower() else text


def _kind(group: Sequence[_Naming], ontology: Ontology) -> str:
    votes = Counter(n.mention.kind for n in group)
    plain = votes.pop("concept", 0)
    if not votes:
        return "concept"

    def depth(kind: str) -> int:
        return sum(ontology.is_a(kind, other) for other in votes)

    best = max(votes, key=lambda k: (votes[k] + 0.5 * depth(k), depth(k), k))
    return best if votes[best] * 4 >= plain else "concept"


def _facts(
    statements: Sequence[Statement], sets: _Sets, ids: Mapping[Key, str], ontology: Ontology
) -> tuple[Fact, ...]:
    """Facts between ids, each once; a relation of a thing with itself or against an earlier one is dropped."""
    out: dict[Fact, None] = {}
    edges: set[tuple[str, str, str]] = set()
    for s in statements:
        subject = ids[sets.find(_key(s.subject, ontology))]
        if isinstance(s.object, Mention):
            target = ids[sets.find(_key(s.object, ontology))]
            if target == subject or (
                s.predicate in {"part-of", "kind-of", "example-of", "precedes"}
                and (target, s.predicate, subject) in edges
            ):
                continue
            edges.add((subject, s.predicate, target))
            fact = Fact(subject, s.predicate, s.evidence, s.rule, object=target, position=s.position)
        else:
            fact = Fact(subject, s.predicate, s.evidence, s.rule, value=s.object, lang=s.lang, position=s.position)
        out[fact] = None
    return tuple(out)


def _redirects(members: Mapping[Key, Sequence[_Naming]], ids: Mapping[Key, str]) -> dict[str, str]:
    """Other names' ids, where they lead to one concept only."""
    taken = set(ids.values())
    targets: dict[str, set[str]] = defaultdict(set)
    for root, group in members.items():
        for n in group:
            for name in {slug(n.mention.label), slug(n.key[1].removeprefix("term:"))}:
                if name and name not in taken:
                    targets[name].add(ids[root])
    return {name: next(iter(found)) for name, found in sorted(targets.items()) if len(found) == 1}
