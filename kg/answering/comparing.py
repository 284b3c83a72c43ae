"""Comparisons: what the sources say of each side, side by side."""

from __future__ import annotations

from kg.answering.claims import Claim
from kg.answering.draft import WORDS, Desk, Draft, brief, item, merged, told
from kg.answering.lists import best_listing
from kg.answering.question import Word, ordinals
from kg.answering.ranking import covered
from kg.answering.texts import definitions_of
from kg.model import Evidence

SIDES = 4  # most
_SURE = 0.5  # rating of a list from which "the first and the second" are its members


def comparison(desk: Desk) -> Draft | None:
    """Two or more sides, each with what the sources say of it."""
    sides = _sides(desk)
    if len(sides) < 2:
        return None
    each = max(12, WORDS // len(sides) - 3)
    items, texts, evidence = [], [], list[Evidence]()
    for side in sides[:SIDES]:
        said, own = _what_is_said(side, desk, each)
        if not said:
            return None
        items.append(item(desk.label(side), side, own))
        texts.append(f"{desk.label(side)}: {said}")
        evidence += own
    return Draft(
        "comparison",
        " | ".join(texts),
        tuple(items),
        tuple(sides[:SIDES]),
        merged(evidence),
        told(
            *(desk.label(s) for s in sides),
            "difference compare",
            *(desk.kind_label(desk.concept(s).kind) for s in sides),
            *(desk.label(f.object or "") for s in sides for f in desk.structure.wholes(s)[:2]),
        ),
        0.75,
    )


def _sides(desk: Desk) -> list[str]:
    places = list(ordinals(desk.asked.plain, desk.lang))
    if len(places) >= 2:
        found = best_listing(desk)
        if found and found[1] > _SURE and max(places) <= len(found[0].members):
            return [found[0].members[n - 1].subject for n in places]
    chosen: list[str] = []
    taken: set[int] = set()
    for link in sorted(desk.asked.links, key=lambda k: (-(k.end - k.start), k.start)):
        span = set(range(link.start, link.end))
        if link.concept not in chosen and not span & taken:
            chosen.append(link.concept)
            taken |= span
    for one in chosen:
        for fact in desk.structure.related(one, "contrasts-with") + desk.structure.related(
            one, "contrasts-with", incoming=True
        ):
            pair = [fact.subject, fact.object or ""]
            if all(p in chosen for p in pair) or len(chosen) == 1:
                return pair
    wholes = {f.object for c in chosen for f in desk.structure.wholes(c)}
    return [c for c in chosen if c not in wholes][:3] if len([c for c in chosen if c not in wholes]) >= 2 else []


def _what_is_said(concept: str, desk: Desk, most: int) -> tuple[str, list[Evidence]]:
    facts = definitions_of(concept, desk)
    if facts:  # of several in one language that which is closest to the question
        one = max((f for f in facts if f.lang == facts[0].lang), key=lambda f: desk.score_of(f.evidence))
        return brief(one.value or "", most), [one.evidence]
    listings = desk.structure.by_whole[concept]
    if listings:
        members = listings[0].members
        return brief("; ".join(desk.label(f.subject) for f in members), most), [f.evidence for f in members[:3]]
    return "", []


def names_compared(desk: Desk) -> Draft | None:
    """The line of each name that is asked about ("Valero and Toyota"), whether it is a concept or not."""
    names = [w for w in desk.asked.words if w.name][:SIDES]
    if len(names) < 2 or "comparison" not in desk.asked.cues:
        return None
    chosen: list[tuple[Word, Claim]] = []
    for name in names:
        own = (s.claim for s in desk.ranked if not s.claim.asks and covered(name, s.claim) == 1.0)
        claim = next((c for c in own if all(covered(o, c) < 1.0 for o in names if o is not name)), None)
        if claim is None:
            return None
        chosen.append((name, claim))
    if len({c.number for _, c in chosen}) < len(chosen):
        return None
    each = max(12, WORDS // len(chosen) - 3)
    said = [(name.surface or name.text, brief(claim.text.strip(), each)) for name, claim in chosen]
    items = tuple(item(name, None, [c.evidence]) for (name, _), (_, c) in zip(said, chosen, strict=True))
    text = " | ".join(line if name.casefold() in line.casefold() else f"{name}: {line}" for name, line in said)
    evidence = merged(c.evidence for _, c in chosen)
    return Draft("comparison", text, items, (), evidence, told("difference compare", *(n for n, _ in said)), 0.5)
