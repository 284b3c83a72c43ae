"""What a set of names is as a concept: its id, its labels, its class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from kg.extract.forms import RULE as USED_FORM
from kg.extract.labels import is_abbreviation, is_nominative
from kg.model import Concept, Lang
from kg.ontology import Ontology, concept_iri
from kg.resolve.names import Name, Naming, Place
from kg.text import fold, label_key, slug, words

_NAMING_RULES = frozenset({"heading", "card-front", "contents-entry", "reference", "field", "titled-work"})


def ids_of(members: Mapping[Name, Sequence[Naming]], *, abroad: Mapping[Place, int]) -> dict[Name, str]:
    """Ids from meaning: the term's own, else the shortest name's lemmas; homonyms carry class or scope.

    abroad  in how many sets a meaning stands: what a decision has split is named by its words as they are
    """
    wanted: dict[str, list[Name]] = defaultdict(list)
    for root, group in members.items():
        wanted[_wanted(root, group, abroad)[:160] or "concept"].append(root)
    out: dict[Name, str] = {}
    for name, roots in sorted(wanted.items()):
        for i, root in enumerate(sorted(roots, key=lambda r: (r.group != "thing", r))):
            out[root] = name if i == 0 else f"{name}--{root.group}" if root.group != "thing" else f"{name}--{i + 1}"
    taken: Counter[str] = Counter(out.values())
    for root in sorted(r for r, i in out.items() if taken[i] > 1):
        out[root] = f"{out[root]}-{sorted(r for r, i in out.items() if i == out[root]).index(root) + 1}"
    return out


def _wanted(root: Name, group: Sequence[Naming], abroad: Mapping[Place, int]) -> str:
    terms = sorted({n.key for n in group if n.key.startswith("term:") and abroad[n.place] < 2})
    if terms:
        return terms[0].removeprefix("term:")
    if root.group == "person":
        shortest = min(n.mention.label for n in group if n.name == root)
        longest = max((n.mention.label for n in group), key=lambda t: (len(words(t)), t))
        return slug(" ".join(w for w in words(shortest) if len(w) > 1)) or slug(longest.replace(",", " "))
    named = {n.name: n.name.text if n.key.startswith("term:") or abroad[n.place] > 1 else n.key for n in group}
    short = {n.name for n in group if is_abbreviation(n.mention.label)}
    texts = [text for name, text in named.items() if name not in short] or list(named.values())
    name = slug(min(texts, key=lambda t: (len(t), t)))[:80].strip("-")
    scope = min(n.scope for n in named)
    return f"{slug(scope)}--{name}" if scope else name


def concept_of(
    identity: str,
    group: Sequence[Naming],
    ontology: Ontology,
    *,
    abroad: Mapping[Place, int],
    foreign: Callable[[str], bool],
) -> Concept:
    """`foreign` tells of another name that a source gives here whether somebody decided that it is another thing."""
    by_lang: dict[Lang, Counter[str]] = defaultdict(Counter)
    for n in group:
        by_lang[n.mention.lang][n.mention.label] += 1 + 2 * (n.rule in _NAMING_RULES)
    labels = {lang: _preferred(counts, group) for lang, counts in sorted(by_lang.items())}
    others: dict[tuple[str, Lang], None] = {}
    for n in group:
        others[n.mention.label, n.mention.lang] = None
        others |= {(text, lang): None for text, lang in n.mention.alt if not foreign(text)}
    for term in {n.key[5:]: None for n in group if n.key.startswith("term:") and abroad[n.place] < 2}:
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


def _preferred(counts: Counter[str], group: Sequence[Naming]) -> str:
    """The name used most, whatever its case; written with the fewest capitals, a capital first."""
    folded: Counter[str] = Counter()
    for text, n in counts.items():
        if not is_abbreviation(text):
            folded[fold(text)] += n
    if not folded:
        folded = Counter({fold(t): n for t, n in counts.items()})
    person = any(n.name.group == "person" for n in group)
    by_key: Counter[str] = Counter()
    for form, n in folded.items():
        by_key[label_key(form)] += n
    key = max(by_key, key=lambda k: (len(k.split()) if person else 0, by_key[k], -len(k), k))
    same = [f for f in folded if label_key(f) == key]
    used = Counter(fold(n.mention.label) for n in group if n.rule == USED_FORM)
    best = max(same, key=lambda f: (is_nominative(f), used[f], folded[f], -len(f), f))
    forms = [t for t in counts if fold(t) == best]
    return _upper(min(forms, key=lambda t: (sum(c.isupper() for c in t), t)))


def _upper(text: str) -> str:
    first = text.split(" ")[0]
    return text[0].upper() + text[1:] if first.islower() else text


def _kind(group: Sequence[Naming], ontology: Ontology) -> str:
    votes = Counter(n.mention.kind for n in group)
    plain = votes.pop("concept", 0)
    if not votes:
        return "concept"

    def depth(kind: str) -> int:
        return sum(ontology.is_a(kind, other) for other in votes)

    best = max(votes, key=lambda k: (votes[k] + 0.5 * depth(k), depth(k), k))
    return best if votes[best] * 4 >= plain else "concept"
