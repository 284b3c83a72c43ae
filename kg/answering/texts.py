"""Definitions, examples, and quoted lines: answers from what the texts say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answering.claims import Claim, stemmed
from kg.answering.draft import EVIDENCE, ITEMS, WORDS, Desk, Draft, brief, head_of, item, merged, told
from kg.answering.ranking import coverage
from kg.answering.structure import first_said
from kg.model import Fact
from kg.text import words

PLACES = 8  # ranked claims that may stand beside an answer
APART = 0.7  # share of the best line's score from which another line is shown beside it
TERSE = 24  # words up to which an answer is followed by a line
SUPPORT = "—"
GIST = 4  # words from which the gist of an answer is found again in its line by its letters
LISTED = 22  # words an item of a list of things has at most, on average
_RULES = ("card-definition", "labelled-definition", "is-definition", "dash-definition", "term-gist")


def definitions_of(concept: str, desk: Desk) -> list[Fact]:
    """Definitions in the question's language first, then by how well their lines fit the question, then by rule and
    source; of the documents asked for where they have one; else remarks."""
    facts = desk.structure.values(concept, "definition") or desk.structure.values(concept, "note")
    scoped = [f for f in facts if desk.in_scope(f.evidence.document)]
    rank = {rule: n for n, rule in enumerate(_RULES)}

    def order(f: Fact) -> tuple[bool, float, int, str, int]:
        fits = -round(desk.score_of(f.evidence), 1)  # what fits about as well is told by its rule
        return f.lang != desk.lang, fits, rank.get(f.rule, 9), f.evidence.document, f.evidence.start

    return sorted(scoped or facts, key=order)


def definition(desk: Desk) -> Draft | None:
    """What something is: each source's definition, the fullest first."""
    best: tuple[float, str] | None = None
    for link in desk.asked.links:
        facts = definitions_of(link.concept, desk)
        if not facts:
            continue
        claims = [c for f in facts[:4] for c in desk.claims.within(f.evidence)]
        share = max((coverage(desk.asked.words, c) for c in claims), default=0.0)
        defined = any(f.predicate == "definition" for f in facts)
        length = (link.end - link.start) / max(1, len(desk.asked.plain.split()))
        rated = share + 0.3 * defined + 0.5 * length
        if best is None or rated > best[0]:
            best = (rated, link.concept)
    if best is None:
        return None
    return defined_as(best[1], desk)


def defined_as(concept: str, desk: Desk) -> Draft | None:
    """What one concept is, as the sources say; None where they do not, or where keywords ask for more than it."""
    if not definitions_of(concept, desk):
        return None
    own_stems = {stem_ for k in desk.asked.links if k.concept == concept for stem_ in stemmed(k.label)}
    if not desk.asked.sentence and desk.asked.weight:
        own = sum(w.weight for w in desk.asked.words if any(set(f) <= own_stems for f in w.forms))
        if own < 0.7 * desk.asked.weight:
            return None  # keywords that ask for more than this thing
    facts = definitions_of(concept, desk)
    announced = any(one.announced and len(one.members) > 1 for one in desk.structure.by_whole[concept])
    if facts[0].predicate == "note" and announced and not desk.asked.sentence:
        return None  # the bare name of a list asks for its members, not for a remark beside them
    unique: list[Fact] = []
    for f in facts:
        if f.predicate == facts[0].predicate and not any(
            f.evidence.document == u.evidence.document and f.rule not in _RULES[:4] for u in unique
        ):
            unique.append(f)
    label = desk.label(concept)
    first = unique[0].value or ""
    named = first if set(words(label)) <= set(words(first)[:8]) else f"{label}: {first}"
    several = len({f.evidence.document for f in unique}) > 1
    items = tuple(item(f.value or "", concept, [f.evidence]) for f in unique[:ITEMS]) if several else ()
    members = [
        f
        for one in desk.structure.by_whole[concept]
        if one.announced and desk.in_scope(one.document)
        for f in one.members
    ]
    if members and (first.rstrip().endswith(":") or not desk.asked.sentence):
        items = tuple(item(desk.label(f.subject), f.subject, [f.evidence]) for f in first_said(members)[:ITEMS])
    return Draft(
        "definition",
        brief(named),
        items,
        (concept,),
        merged(f.evidence for f in unique),
        told(label, *(a for a, _ in desk.concept(concept).all_labels())),
        0.8,
    )


def example(desk: Desk) -> Draft | None:
    """The example whose words fit the question best."""
    marked = {
        (f.evidence.document, f.evidence.start): f
        for facts in desk.structure.about.values()
        for f in facts
        if f.predicate == "example"
    }
    spots = {
        (c.evidence.document, c.evidence.start): f for f in marked.values() for c in desk.claims.within(f.evidence)
    }
    for s in desk.ranked[:12]:
        fact = spots.get((s.claim.evidence.document, s.claim.evidence.start))
        if fact is not None and s.score >= 0.75 * desk.ranked[0].score:
            return Draft(
                "example",
                brief(fact.value or ""),
                (),
                (fact.subject,),
                (s.claim.evidence,),
                told("example instance case", desk.label(fact.subject)),
                0.5,
            )
    return None


def quoted(desk: Desk, *, type: str, start: int = 0) -> Draft | None:
    """The lines that fit best: the best claim (or another: `start`) under its name, with what fits around it."""
    ranked = [s for s in desk.ranked if s.score > 0 and not _is_title(s.claim, desk)]
    if start >= len(ranked):
        return None
    best = ranked[start]
    ranked = [best, *ranked[:start], *ranked[start + 1 :]]
    group: list[Claim] = [best.claim]
    family = _family(best.claim, desk)
    for s in ranked[1:16]:
        if s.claim.number in family and s.score >= 0.62 * best.score:
            group.append(s.claim)
    for child in desk.claims.below(best.claim):
        if child not in group:
            group.append(child)
    siblings = (
        desk.claims.below(desk.claims.all[best.claim.parent])
        if best.claim.parent is not None and best.claim.kind == "item"
        else []
    )
    siblings = [c for c in siblings if c.kind == "item" and not c.asks]
    if sum(len(c.text.split()) for c in siblings) > LISTED * len(siblings):
        siblings = []  # paragraphs behind bullets, no list of things
    if desk.asked.plural and len(siblings) > 1:  # several are asked for: the whole list that the best line stands in
        group = [best.claim, *(c for c in siblings if c is not best.claim)]
    if best.claim.kind in {"item", "paragraph"} and best.claim.parent is not None and len(best.claim.text.split()) < 12:
        parent = desk.claims.all[best.claim.parent]
        if parent.kind in {"item", "paragraph", "front"} and parent not in group:
            group.append(parent)
    kept, room = [best.claim], WORDS - len(best.claim.text.split()) - len(head_of(best.claim).split())
    for claim in group[1:]:
        n = len(claim.text.split())
        if n <= room:
            kept.append(claim)
            room -= n
    kept.sort(key=lambda c: c.number)
    parts, last = [], ""
    for claim in kept:
        head = head_of(claim) if len(claim.context) > 1 else ""  # a document's title says too little
        inside = any(k.number == claim.parent for k in kept)
        prefix = f"{head}: " if head and head != last and not inside and not claim.text.startswith(head) else ""
        parts.append(prefix + claim.text.strip())
        last = head
    text = brief(" ".join(parts))
    concepts = _concepts_at([best.claim, *kept], desk)
    items = (
        tuple(item(" ".join(c.text.split()), None, [c.evidence]) for c in siblings[:ITEMS])
        if desk.asked.plural and len(siblings) > 1
        else ()
    )
    return Draft(
        type, text, items, concepts, merged(c.evidence for c in [best.claim, *kept]), told(*best.claim.context), 0.0
    )


def _is_title(claim: Claim, desk: Desk) -> bool:
    """Whether a claim is the title of a document: it tells nothing, and all of the document lies below it."""
    return claim.kind in {"heading", "front"} and " ".join(words(claim.text)) in desk.claims.titles


def side_by_side(desk: Desk, *, type: str) -> Draft | None:
    """The best lines of different places, each under its name: where one line alone does not settle a question."""
    chosen: list[Claim] = []
    room = WORDS
    for s in desk.ranked[:PLACES]:
        head, claim = head_of(s.claim), s.claim
        size = min(WORDS // 2, len(claim.text.split())) + len(head.split())
        taken = any((c.parent == claim.parent and c.parent is not None) or c.number == claim.parent for c in chosen)
        weak = claim.asks or claim.kind in {"heading", "front"} or s.score < APART * desk.ranked[0].score
        if weak or taken or size > room:
            continue
        chosen.append(claim)
        room -= size
    if len(chosen) < 2:
        return None
    said = [f"{head_of(c)}: {c.text.strip()}" if len(c.context) > 1 else c.text.strip() for c in chosen]
    parts = [brief(text, WORDS // 2) for text in said]
    items = tuple(item(part, None, [c.evidence]) for part, c in zip(parts, chosen, strict=True))
    return Draft(
        type, brief(" ".join(parts)), items, _concepts_at(chosen, desk), merged(c.evidence for c in chosen),
        told(*(w for c in chosen for w in c.context)), 0.0,
    )  # fmt: skip


def supported(draft: Draft, desk: Desk) -> Draft:
    """A short answer with the best line that it cites or that stands beside it, in its own words."""
    room = WORDS - len(draft.text.split())
    if len(draft.text.split()) > TERSE or draft.conflict or len(draft.items) > 1:
        return draft
    cited = {c.number for e in draft.evidence for c in desk.claims.within(e)}
    near = {n for number in cited for n in (number, desk.claims.all[number].parent)} | {
        child for number in cited for child in desk.claims.children.get(number, ())
    }
    said = set(stemmed(draft.text))
    for s in desk.ranked[:PLACES]:
        claim = s.claim
        fits = len(claim.text.split()) <= room and not claim.asks and claim.kind not in {"heading", "front"}
        if claim.number in near and fits and not set(stemmed(claim.text)) <= said:
            text = f"{draft.text.rstrip()} {SUPPORT} {claim.text.strip()}"
            if draft.type == "definition" and (whole := _with_rest(draft.text, claim.text)) is not None:
                text = whole  # the line goes on: nothing is told twice
            return replace(draft, text=text, evidence=merged([*draft.evidence[: EVIDENCE - 1], claim.evidence]))
    return draft


def _with_rest(told: str, line: str) -> str | None:
    """"Schema: Schemas are ..." with what follows in the line that it is taken from; None for another line."""
    name, colon, gist = told.rstrip().partition(": ")
    at = line.find(gist) if colon else -1
    return f"{name}: {line[at:].strip()}" if at >= 0 and len(gist.split()) >= GIST else None


def _family(claim: Claim, desk: Desk) -> set[int]:
    """Numbers of a claim's siblings, children, parent."""
    out = {c.number for c in desk.claims.below(claim)}
    if claim.parent is not None:
        out.add(claim.parent)
        out |= {c.number for c in desk.claims.below(desk.claims.all[claim.parent])}
    return out


def _concepts_at(claims: Sequence[Claim], desk: Desk) -> tuple[str, ...]:
    """Concepts that the claims name, those of the first claim first, then the hits."""
    found: dict[str, None] = {}
    for link in desk.asked.links:
        found[link.concept] = None
    for claim in claims[:4]:
        for concept, facts in desk.structure.about.items():
            if any(
                f.predicate == "label"
                and f.evidence.document == claim.evidence.document
                and claim.evidence.start <= f.evidence.start < claim.evidence.end
                for f in facts
            ):
                found[concept] = None
    return tuple(found)[:10]
