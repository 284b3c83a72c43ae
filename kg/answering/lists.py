"""Lists, order and belonging: answers from membership and precedence in the graph."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answering.claims import CONTEXT, stemmed
from kg.answering.draft import ITEMS, Desk, Draft, item, merged, told
from kg.answering.phrases import say
from kg.answering.question import Word
from kg.answering.structure import Listing
from kg.counts import counts_in
from kg.model import Evidence, Fact

NAMED = 0.05  # of two wholes with the same members, the list's own name comes first
PART = 0.6  # of a term of which only some words stand there
SURE = 1.15  # from which a list answers a question that does not ask for several things
FOUND, NEARLY = 5, 0.5  # hits that may be what is meant, and how surely what is told of one is what was asked
COUNTED, CLASSED, LINKED, ANNOUNCED, SCOPED = 0.35, 0.3, 0.3, 0.1, 0.3


def _share(words: Sequence[Word], inside: frozenset[str], around: frozenset[str]) -> float:
    total = sum(w.weight for w in words)
    if not total:
        return 0.0
    got = 0.0
    for word in words:
        best = 0.0
        for form in word.forms:
            if all(w in inside for w in form):
                best = 1.0
            elif all(w in inside or w in around for w in form):
                best = max(best, CONTEXT)
            elif len(form) > 1:
                best = max(best, PART * sum(w in inside for w in form) / len(form))
        got += best * word.weight
    return got / total


def rate(listing: Listing, desk: Desk) -> float:
    """How well a list answers: its description covers the question, its size and class are those asked for."""
    asked = desk.asked
    first = listing.members[0].evidence
    above: frozenset[str] = frozenset()
    for claim in desk.claims.within(first)[:2]:
        above |= claim.above
    score = _share(asked.words, listing.words, above)
    if asked.count and asked.count == len(listing.members):
        score += COUNTED
    if any(desk.ontology.is_a(listing.kind, k) for k in asked.kinds):
        score += CLASSED
    if any(link.concept == listing.whole for link in asked.links):
        score += LINKED
    if asked.documents:
        score += SCOPED if listing.document in asked.documents else -SCOPED
    score += NAMED * (desk.concept(listing.whole).kind == "framework")
    score += ANNOUNCED * listing.announced + 0.02 * min(5, len(listing.members))
    return score if len(listing.members) > 1 else score - 0.6


def best_listings(desk: Desk, *, document: str | None = None, most: int = 1) -> list[tuple[Listing, float]]:
    """The lists that fit the question best with their ratings, of one document if one is named."""
    listings = [one for one in desk.structure.listings if document in (None, one.document) and not _aside(one, desk)]
    rated = sorted(((rate(one, desk), one) for one in listings), key=lambda r: (-r[0], r[1].whole, r[1].document))
    return [(one, score) for score, one in rated[:most]]


def _aside(listing: Listing, desk: Desk) -> bool:
    """Examples of what a source defines, where none are asked for: "what are fixed costs?" wants no "rent"."""
    examples = listing.predicate == "example-of" and "example" not in desk.asked.cues
    return examples and bool(desk.structure.values(listing.whole, "definition"))


def best_listing(desk: Desk, *, document: str | None = None) -> tuple[Listing, float] | None:
    """The one that fits best."""
    return next(iter(best_listings(desk, document=document)), None)


def enumeration(desk: Desk, *, least: float = 0.75) -> Draft | None:
    """The members of the list that is asked for, in the order of the source."""
    found = best_listing(desk)
    if found is None or found[1] < (least if desk.asked.plural or not desk.asked.sentence else SURE):
        return None
    listing, score = found
    return of_listing(listing, desk, type="enumeration", direct=min(1.0, score / 1.4))


def of_listing(listing: Listing, desk: Desk, *, type: str, direct: float) -> Draft:
    structure = desk.structure
    others = [
        one
        for one in structure.by_whole[listing.whole]
        if one is not listing and one.kind == listing.kind and set(one.ids) & set(listing.ids)
    ]
    items = []
    for fact in listing.members[:ITEMS]:
        more = [f.evidence for one in others for f in one.members if f.subject == fact.subject]
        items.append(item(_said(fact, desk), fact.subject, [fact.evidence, *more]))
    head = desk.label(listing.whole)
    total = len(listing.members)
    lead = say("counted", desk.lang, x=head, n=total) if desk.asked.counted else say("of", desk.lang, x=head)
    text = f"{lead} " + "; ".join(i.label for i in items)
    stated = _stated_count(listing, desk) if desk.asked.counted else None
    evidence = [stated, _head_evidence(listing, desk), *(e for i in items for e in i.evidence[:1])]
    concepts = (listing.whole, *(f.subject for f in listing.members))
    return Draft(
        type,
        text,
        tuple(items),
        concepts,
        merged(e for e in evidence if e),
        told(head, desk.kind_label(listing.kind)) | listing.words,
        direct,
    )


def _said(fact: Fact, desk: Desk) -> str:
    """A member by its name; by the name used there where that is in the question's language and the label is not."""
    return desk.label(fact.subject)


def _head_evidence(listing: Listing, desk: Desk) -> Evidence | None:
    """Where the list is announced: the naming of its whole right before the first member."""
    first = listing.members[0].evidence
    named = [
        f.evidence
        for f in desk.structure.about[listing.whole]
        if f.predicate == "label" and f.evidence.document == listing.document
    ]
    before = [e for e in named if e.start <= first.start]
    return max(before, key=lambda e: e.start, default=None)


def _stated_count(listing: Listing, desk: Desk) -> Evidence | None:
    """The best line of the list's document that names its whole and says how many members there are."""
    labels = [stemmed(text) for text, _ in desk.concept(listing.whole).all_labels()]
    for claim in (s.claim for s in desk.ranked if s.claim.evidence.document == listing.document):
        named = any(all(w in claim.words or w in claim.above for w in label) for label in labels)
        if named and len(listing.members) in counts_in(claim.text, desk.ontology):
            return claim.evidence
    return None


def ordering(desk: Desk) -> Draft | None:
    """What comes after or before something, or stands at a place in an order."""
    asked, structure = desk.asked, desk.structure
    if asked.direction:
        for link in sorted(asked.links, key=lambda k: (-(k.end - k.start), k.start)):
            facts = (
                structure.following(link.concept) if asked.direction == "after" else structure.preceding(link.concept)
            )
            facts = [f for f in facts if desk.in_scope(f.evidence.document)] or facts
            if facts:
                return _neighbours(link.concept, facts, desk)
    if asked.position is not None and (found := best_listing(desk)) and found[1] >= 0.6:
        listing, score = found
        n = len(listing.members) if asked.position == -1 else asked.position
        if 1 <= n <= len(listing.members):
            fact = listing.members[n - 1]
            label = desk.label(fact.subject)
            text = say("position", desk.lang, y=label, n=n, total=len(listing.members), x=desk.label(listing.whole))
            ids = (fact.subject, listing.whole)
            evidence = merged([fact.evidence, *(e for e in [_head_evidence(listing, desk)] if e)])
            return Draft(
                "ordering",
                text,
                (item(label, fact.subject, [fact.evidence]),),
                ids,
                evidence,
                told(label, "first last final", desk.kind_label(listing.kind)) | listing.words,
                min(1.0, score),
            )
    return None


def ordering_near(desk: Desk) -> Draft | None:
    """What comes after or before the first thing found that has a place in an order, where none is named by its name.
    """
    asked, structure = desk.asked, desk.structure
    named = any(structure.following(k.concept) or structure.preceding(k.concept) for k in asked.links)
    if named or not asked.direction:
        return None
    for hit in desk.hits[:FOUND]:
        facts = structure.following(hit.id) if asked.direction == "after" else structure.preceding(hit.id)
        if facts := [f for f in facts if desk.in_scope(f.evidence.document)]:
            return _neighbours(hit.id, facts, desk, direct=NEARLY)
    return None


def _neighbours(anchor: str, facts: Sequence[Fact], desk: Desk, *, direct: float = 0.95) -> Draft:
    structure, after = desk.structure, desk.asked.direction == "after"
    others = list(dict.fromkeys((f.object if after else f.subject) or "" for f in facts))
    items, evidence, detail = [], [], ""
    for other in others[:ITEMS]:
        own = [f.evidence for f in facts if (f.object if after else f.subject) == other]
        defined = structure.values(other, "definition")
        if defined and not after:
            own.append(defined[0].evidence)
        items.append(item(desk.label(other), other, own))
        evidence += own
        if defined and len(others) == 1:
            detail = f": {defined[0].value}"
    key = "after" if after else "before"
    text = say(key, desk.lang, x=desk.label(anchor), y="; ".join(i.label for i in items))
    text = text.removesuffix(".") + detail if detail else text
    named = [
        f.evidence
        for f in structure.about[anchor]
        if f.predicate == "label" and f.evidence.document == facts[0].evidence.document
    ]
    return Draft(
        "ordering",
        text,
        tuple(items),
        (*others, anchor),
        merged([*evidence, *named[:2]]),
        told(
            key,
            desk.label(anchor),
            "follow next after before come",
            *(desk.kind_label(desk.concept(o).kind) for o in (anchor, *others)),
            *(desk.label(f.object or "") for f in structure.wholes(anchor)),
        ),
        direct,
    )


def membership(desk: Desk) -> Draft | None:
    """What something belongs to; of two things offered, the one that the graph states."""
    asked, structure = desk.asked, desk.structure
    links = sorted(asked.links, key=lambda k: (-(k.end - k.start), k.start))
    best: tuple[float, str, list[Fact]] | None = None
    for link in links:
        wholes = [f for f in structure.wholes(link.concept) if f.object != link.concept]
        if not wholes:
            continue
        matching = [f for f in wholes if any(other.concept == f.object for other in links)]
        kinds = [
            f for f in wholes if any(desk.ontology.is_a(desk.concept(f.object or "").kind, k) for k in asked.kinds)
        ]
        own_kind = any(desk.ontology.is_a(desk.concept(link.concept).kind, k) for k in asked.kinds)
        rated = (2.0 if matching else 0.0) + (1.0 if kinds else 0.0) + 0.8 * own_kind + 0.5 * (link.end - link.start)
        pick = matching or kinds or wholes
        if best is None or rated > best[0]:
            best = (rated, link.concept, pick)
    if best is None:
        return None
    _, member, facts = best
    facts = [f for f in facts if desk.in_scope(f.evidence.document)] or facts
    wholes_ids = list(dict.fromkeys(f.object or "" for f in facts))[:3]
    kind = desk.concept(member).kind
    names = "; ".join(desk.label(w) for w in wholes_ids)
    label = desk.label(member)
    if kind != "concept":
        name = desk.kind_label(kind)
        text = say("is-kind", desk.lang, x=label, a="an" if name[:1] in "aeiou" else "a", kind=name, y=names)
    else:
        text = say("belongs", desk.lang, x=label, y=names)
    items = tuple(item(desk.label(w), w, [f.evidence for f in facts if f.object == w]) for w in wholes_ids)
    evidence = [f.evidence for f in facts if f.object in wholes_ids]
    evidence += [
        e
        for w in wholes_ids
        for one in structure.by_whole[w]
        if member in one.ids
        for e in [_head_evidence(one, desk)]
        if e
    ]
    return Draft(
        "membership",
        text,
        items,
        (*wholes_ids, member),
        merged(evidence),
        told(label, names, desk.kind_label(kind), "belong part"),
        0.85,
    )


def of_kind(desk: Desk, *, least: int = 2) -> Draft | None:
    """All things of the class asked for whose lines speak of what is asked ("which companies ...")."""
    asked, structure = desk.asked, desk.structure
    if not asked.plural:
        return None
    for kind in asked.kinds:
        if kind == "concept":
            continue
        found: list[tuple[float, str, Evidence]] = []
        for concept in structure.concepts.values():
            if not desk.ontology.is_a(concept.kind, kind):
                continue
            facts = [
                f
                for f in structure.about[concept.id]
                if f.predicate in {"note", "definition", "example-of", "label"} and desk.in_scope(f.evidence.document)
            ]
            rated = [(desk.score_of(f.evidence), f.evidence) for f in facts]
            if rated:
                score, evidence = max(rated, key=lambda r: (r[0], -r[1].start))
                found.append((score, concept.id, evidence))
        named = {k.concept for k in asked.links}
        inside = [f for f in found if named & {w.object for w in structure.wholes(f[1])}]
        found = inside or found  # of what is named, where any are; those of something else are not asked for
        if not found:
            continue
        top = max(f[0] for f in found)
        kept = [f for f in found if f[0] >= 0.6 * top and f[0] > 0.45]
        if len(kept) >= least and len(kept) <= ITEMS:
            kept.sort(key=lambda f: (f[2].document, f[2].start))
            items = tuple(item(desk.label(c), c, [e]) for _, c, e in kept)
            text = f"{desk.kind_label(kind).capitalize()}: " + "; ".join(i.label for i in items)
            return Draft(
                "enumeration",
                text,
                items,
                tuple(c for _, c, _ in kept),
                merged(e for _, _, e in kept),
                told(desk.kind_label(kind)),
                0.5,
            )
    return None


def becomes(desk: Desk) -> Draft | None:
    """What one thing turns into, or came from."""
    for link in desk.asked.links:
        facts = desk.structure.related(link.concept, "becomes")
        facts += desk.structure.related(link.concept, "becomes", incoming=True) if not facts else []
        if facts:
            parts = [
                say("becomes", desk.lang, x=desk.label(f.subject), y=desk.label(f.object or "")) for f in facts[:3]
            ]
            items = tuple(item(desk.label(f.object or ""), f.object, [f.evidence]) for f in facts[:3])
            ids = tuple(dict.fromkeys(x for f in facts[:3] for x in (f.object or "", f.subject)))
            return Draft(
                "relation",
                " ".join(parts),
                items,
                ids,
                merged(f.evidence for f in facts[:3]),
                told(*parts, "become turn change move transition"),
                0.9,
            )
    return None
