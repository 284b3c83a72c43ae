"""One thing across documents: how each defines it, the lists of several, or the best line of each, side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kg.answering.claims import Claim, stem
from kg.answering.draft import ITEMS, WORDS, Desk, Draft, brief, head_of, item, merged, told
from kg.answering.lists import best_listing
from kg.answering.phrases import say
from kg.answering.question import Word, stop_words
from kg.answering.ranking import coverage
from kg.answering.texts import definitions_of
from kg.model import Evidence, Fact
from kg.text import words

SIDES, SHARED = 4, 5  # documents side by side, and words named that they share
TITLE = 6  # words of a title
_NAMED, _FOUND = 0.3, 0.6  # share of the question that a line has to cover; where no document is named, of the best
_MEANING, _BARE = 0.3, 0.15  # worth of nearness in meaning beside that share; loss of a title with nothing below it
_DEFINED = re.compile(r"\b(?:definitions?|defin(?:es?|ed|ing)|определ\w+)\b")
_EACH = re.compile(
    r"\b(?:documents?|sources|materials|files|each|both|across|различн\w+|источник\w*|документ\w*|материал\w*|кажд\w+"
    r"|обе?их?)\b"
)
_ASKED = "define definition document source compare share"  # what such questions say beside their subject


def across(desk: Desk) -> Draft | None:
    """What the documents that are named, or all of them, say each by itself."""
    several = len(desk.asked.documents) > 1
    defined = _DEFINED.search(desk.asked.plain) and "source" not in desk.asked.cues
    if defined and (several or _EACH.search(desk.asked.plain)):
        return by_source(desk)
    return listed(desk) if several else None


def by_source(desk: Desk) -> Draft | None:
    """What each document says that something is, and the telling words that they share."""
    sides: dict[str, Fact] = {}
    for link in desk.asked.links:
        found: dict[str, Fact] = {}
        for fact in definitions_of(link.concept, desk):
            found.setdefault(fact.evidence.document, fact)
        if len(found) > max(1, len(sides)):
            sides = found
    if len(sides) < 2:
        return None
    kept = list(sides.items())[:SIDES]
    each = WORDS // len(kept) - 6
    texts = [f"{desk.documents[d].title}: {brief(f.value or '', each)}" for d, f in kept]
    shared = _shared([f.value or "" for _, f in kept], desk)
    if shared:
        texts.append(say("shared", desk.lang, x=", ".join(shared)))
    concept = kept[0][1].subject
    return Draft(
        _type(desk),
        brief(" | ".join(texts)),
        tuple(item(f.value or "", concept, [f.evidence]) for _, f in kept),
        (concept,),
        merged(f.evidence for _, f in kept),
        told(*texts, *(a for a, _ in desk.concept(concept).all_labels()), _ASKED),
        0.8,
    )


def _type(desk: Desk) -> str:
    return "definition" if desk.asked.type == "definition" else "comparison"


def _shared(texts: Sequence[str], desk: Desk) -> list[str]:
    """Words that more than one of the texts has, in either language, the rarest first; not those that are asked."""
    asked = {w for word in desk.asked.words for form in word.forms for w in form}
    stop = stop_words(desk.ontology)
    spelt: dict[str, str] = {}
    count: Counter[str] = Counter()
    for text in texts:
        own = {stem(w): w for w in words(text) if len(w) > 3 and w not in stop}
        count.update(own.keys())
        spelt = own | spelt
    both = [k for k, n in count.items() if n > 1 and k not in asked]
    return [spelt[k] for k in sorted(both, key=lambda k: (-count[k], -desk.claims.idf(k), k))[:SHARED]]


def listed(desk: Desk) -> Draft | None:
    """The lists of several documents side by side."""
    rows = []
    for document in desk.asked.documents:
        found = best_listing(desk, document=document)
        if found is not None:
            rows.append((found[1], document, found[0]))
    top = max((r[0] for r in rows), default=0.0)
    rows = [r for r in rows if r[0] >= 0.75 * top]
    if len(rows) < 2 or top < 0.6:
        return None
    items, parts, evidence = [], [], list[Evidence]()
    for _, document, one in rows:
        members = "; ".join(desk.label(f.subject) for f in one.members)
        parts.append(f"{desk.documents[document].title} — {desk.label(one.whole)}: {members}")
        items += [item(desk.label(f.subject), f.subject, [f.evidence]) for f in one.members]
        evidence += [f.evidence for f in one.members]
    ids = tuple(dict.fromkeys(i for _, _, one in rows for i in (one.whole, *one.ids)))
    return Draft(
        "comparison",
        brief(" | ".join(parts)),
        tuple(items[:ITEMS]),
        ids,
        merged(evidence),
        told(*parts, "match compare", *(w for _, _, one in rows for w in one.words)),
        0.8,
    )


def each_document(desk: Desk) -> Draft | None:
    """What each document that is named says, or each that has a line of it: the line that covers the question best."""
    asked = desk.asked
    named, about = (asked.documents if len(asked.documents) > 1 else ()), asked.words
    if not named and not asked.several and (named := authored(desk)):
        about = tuple(w for w in asked.words if not w.name)  # the names say where to look
    if not about or not (named or asked.several):
        return None
    best = _best_of_each(about, desk)
    rows = sorted(((*best[d], d) for d in (named or desk.documents) if d in best), key=lambda r: (-r[0], r[2]))
    least = _NAMED if named else max(_NAMED, _FOUND * max((r[0] for r in rows), default=0.0))
    rows = [r for r in rows if r[0] >= least][:SIDES]
    if len(rows) < 2:
        return None
    each = WORDS // len(rows)
    sides = [(d, *_told_by(desk.claims.all[n], desk)) for _, n, d in rows]
    texts = [brief(f"{brief(desk.documents[d].title, TITLE)}: {text}", each) for d, text, _ in sides]
    return Draft(
        _type(desk),
        brief(" | ".join(texts)),
        tuple(item(text, None, [c.evidence for c in claims]) for _, text, claims in sides),
        tuple(dict.fromkeys(k.concept for k in asked.links)),
        merged([claims[0].evidence for *_, claims in sides] + [c.evidence for *_, claims in sides for c in claims[1:]]),
        told(*(desk.documents[d].title for d, *_ in sides), _ASKED),
        0.5,
    )


def authored(desk: Desk) -> tuple[str, ...]:
    """Documents about works whose authors or years a question sets beside each other; none where it does not."""
    asked = desk.asked
    if "comparison" not in asked.cues and not _EACH.search(asked.plain):
        return ()
    names = [{part for form in w.forms for part in form} for w in asked.words if w.name]
    named = {d: {i for i, own in enumerate(names) if own & told} for d, told in desk.claims.described.items()}
    kept = [d for d, own in named.items() if own and not any(own < other for other in named.values())]
    return tuple(sorted(kept)) if 1 < len(kept) <= SIDES else ()


def _best_of_each(about: Sequence[Word], desk: Desk) -> dict[str, tuple[float, int]]:
    """Of each document the line that covers most of these words of the question, the nearer in meaning of equals, and
    its score."""
    meaning = {s.claim.number: s.meaning for s in desk.ranked}
    stems = {part for word in about for form in word.forms for part in form}
    numbers = {n for part in stems for n in desk.claims.by_word.get(part, ())}
    best: dict[str, tuple[float, int]] = {}
    for n in sorted(numbers | meaning.keys()):
        claim = desk.claims.all[n]
        if claim.asks or "?" in claim.text:
            continue  # to a question, a question is no answer
        bare = claim.kind in {"heading", "front", "row"} and not desk.claims.children.get(n)
        score = coverage(about, claim) + _MEANING * meaning.get(n, 0.0) - _BARE * bare
        if score > best.get(claim.evidence.document, (0.0, 0))[0]:
            best[claim.evidence.document] = score, n
    return best


def _told_by(claim: Claim, desk: Desk) -> tuple[str, list[Claim]]:
    """A line under its name, with the lines below it, as far as there is room."""
    kept, room = [claim], WORDS // 2 - len(claim.text.split())
    for below in desk.claims.below(claim):
        room -= len(below.text.split())
        if room < 0:
            break
        kept.append(below)
    head = head_of(claim) if len(claim.context) > 1 else ""
    said = " ".join(c.text.strip() for c in kept)
    return (f"{head}: {said}" if head and not said.startswith(head) else said), kept
