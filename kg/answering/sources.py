"""Works, their authors and years, and where people and works stand in the course."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.answering.claims import stemmed
from kg.answering.draft import ITEMS, Desk, Draft, item, merged, told
from kg.answering.phrases import say
from kg.answering.question import has_cue
from kg.model import AnswerItem, Evidence
from kg.text import fold, words

_PUBLICATION = (
    r"\b(?:works?|papers?|articles?|readings?|books?|studies|literature"
    r"|стать[яиюей]+|работ[аыу]|книг[аиу]|литератур\w*)\b"
)
_VALUES = (
    ("year", r"\b(?:what year|which year|when|в каком году|когда|год)\b"),
    (
        "publisher",
        r"\b(?:publisher|published (?:by|in)|(?:which|what) (?:journal|press)|издатель\w*|издательств\w*|журнал\w*)\b",
    ),
    ("page", r"\b(?:what page|which page|page|на какой странице|страниц\w*)\b"),
)


_TELLING = frozenset({"definition", "note", "part-of", "kind-of", "example-of"})  # more than that a name is there
_WHOM = r"\b(?:who|authors?|authored|wrote|by whom|кто|авторы?|кем|написал\w*)\b"


def value(desk: Desk) -> Draft | None:
    """Year, publisher or page of a work, or several of them; where sources give different years, every side."""
    plain = desk.asked.plain
    asked = [name for name, pattern in _VALUES if re.search(pattern, plain)]
    if not asked or (work := _work(desk)) is None:
        return None
    label, found = desk.label(work), []
    for name in asked:
        facts = [f for f in desk.structure.values(work, name) if desk.in_scope(f.evidence.document)]
        sides: dict[str, list[Evidence]] = {}
        spelt: dict[str, str] = {}
        for f in facts:
            sides.setdefault(fold(f.value or ""), []).append(f.evidence)
            spelt.setdefault(fold(f.value or ""), f.value or "")
        if len(sides) > 1 and name == "year":
            text = say("conflict", desk.lang, x=label, y="; ".join(spelt[s] for s in sides))
            items = tuple(item(spelt[side], work, evidence) for side, evidence in sides.items())
            return _told(desk, text, items, work, [e for own in sides.values() for e in own], conflict=True)
        found += [(spelt[side], evidence) for side, evidence in sides.items()]
    if not found:
        return None
    made = desk.structure.related(work, "created-by") if re.search(_WHOM, plain) else []
    found += [(desk.label(f.object or ""), [f.evidence]) for f in made]
    text = f"{label}: {'; '.join(dict.fromkeys(said for said, _ in found))}"
    items = tuple(item(said, work, evidence) for said, evidence in found[:ITEMS])
    return _told(desk, text, items, work, [e for _, own in found for e in own])


def _told(
    desk: Desk,
    text: str,
    items: tuple[AnswerItem, ...],
    work: str,
    evidence: Sequence[Evidence],
    *,
    conflict: bool = False,
) -> Draft:
    said = told(text, "year when publish publisher press journal page appear год когда")
    return Draft("source", text, items, (work,), merged(evidence), said, 0.95, conflict)


def _work(desk: Desk) -> str | None:
    """The work that is asked about: named itself, or the only one of the people who are named."""
    structure, links = desk.structure, desk.asked.links
    works = [k.concept for k in links if desk.ontology.is_a(desk.concept(k.concept).kind, "source")]
    if works:
        return works[0]
    people = [k.concept for k in links if desk.concept(k.concept).kind == "person"]
    made = [{f.subject for f in structure.to[p] if f.predicate == "created-by"} for p in dict.fromkeys(people)]
    common = set.intersection(*made) if made else set()
    return common.pop() if len(common) == 1 else None


def source(desk: Desk) -> Draft | None:
    """Authors of a work, works of an author or on a subject, where something is cited or introduced."""
    asked, structure = desk.asked, desk.structure
    works = [k.concept for k in asked.links if desk.ontology.is_a(desk.concept(k.concept).kind, "source")]
    people = [k.concept for k in asked.links if desk.concept(k.concept).kind == "person"]
    whom = bool(re.search(_WHOM, asked.plain))
    if not people and has_cue(asked.plain, "written-about", desk.ontology):
        written = _on_subject(desk)
        if written is not None:
            return written
    if works and whom:
        made = [f for w in works for f in structure.related(w, "created-by")]
        if made:
            names = list(dict.fromkeys(f.object or "" for f in made))
            text = say("authors", desk.lang, x=_dated(works[0], desk), y=", ".join(desk.label(n) for n in names))
            items = tuple(item(desk.label(n), n, [f.evidence for f in made if f.object == n]) for n in names)
            titles = [f.evidence for w in works for f in structure.about[w] if f.predicate in {"title", "label"}]
            return Draft(
                "source",
                text,
                items,
                (*works, *names),
                merged([*(f.evidence for f in made), *titles[:1]]),
                told(text, "author write"),
                0.95,
            )
    if people:
        if re.search(r"\b(?:where|in which documents|across|appear\w*|где|в каких документах)\b", asked.plain):
            return _places(list(dict.fromkeys(people)), desk)
        made = [f for p in dict.fromkeys(people) for f in structure.to[p] if f.predicate == "created-by"]
        drawn = _works(list(dict.fromkeys(f.subject for f in made)), desk)
        if drawn is not None:
            return drawn
    if whom:
        for link in asked.links:
            facts = structure.related(link.concept, "introduced-by")
            if facts:
                names = list(dict.fromkeys(f.object or "" for f in facts))
                text = say(
                    "introduced", desk.lang, x=desk.label(link.concept), y=", ".join(desk.label(n) for n in names)
                )
                items = tuple(item(desk.label(n), n, [f.evidence for f in facts if f.object == n]) for n in names)
                return Draft(
                    "source",
                    text,
                    items,
                    (link.concept, *names),
                    merged(f.evidence for f in facts),
                    told(text, "introduce develop propose"),
                    0.85,
                )
    cited = [
        f
        for k in asked.links
        for f in structure.to[k.concept]
        if f.predicate == "supports" and desk.in_scope(f.evidence.document)
    ]
    if cited and re.search(r"\b(?:cite|cites|cited|source|reference|ссыла\w+|источник\w*)\b", asked.plain):
        return _works([f.subject for f in cited], desk)
    if re.search(_PUBLICATION, asked.plain):
        return _by_title(desk)
    return None


def _places(people: Sequence[str], desk: Desk) -> Draft | None:
    """Where persons of one surname stand: their works, by document."""
    surnames = {words(desk.concept(p).label)[-1] for p in people}
    alike = [
        c.id
        for c in desk.structure.concepts.values()
        if c.kind == "person" and words(c.label)[-1:] and words(c.label)[-1] in surnames
    ]
    made = [f for p in alike for f in desk.structure.to[p] if f.predicate == "created-by"]
    return _works(list(dict.fromkeys(f.subject for f in made)), desk)


def _on_subject(desk: Desk) -> Draft | None:
    """Works with authors that are about what the question names, by their titles or by what the notes on them say."""
    structure = desk.structure
    links = [k for k in desk.asked.links if not desk.ontology.is_a(desk.concept(k.concept).kind, "source")]
    if not links:
        return None
    longest = max(k.end - k.start for k in links)
    subjects = list(dict.fromkeys(k.concept for k in links if k.end - k.start == longest))
    names = [set(stemmed(text)) for s in subjects for text, _ in desk.concept(s).all_labels()]
    titled = [
        c.id
        for c in structure.concepts.values()
        if desk.ontology.is_a(c.kind, "source") and any(n <= set(stemmed(c.label)) for n in names)
    ]
    own = structure.work_of(desk.documents.values())
    lines: dict[str, list[Evidence]] = {}
    for f in sorted((f for s in subjects for f in [*structure.about[s], *structure.to[s]]), key=lambda f: f.evidence):
        work = own.get(f.evidence.document)
        if work is not None and f.predicate in _TELLING and desk.in_scope(f.evidence.document):
            lines.setdefault(work, []).append(f.evidence)
    found = [w for w in dict.fromkeys([*sorted(titled), *lines]) if structure.related(w, "created-by")]
    drawn = _works(found, desk)
    if drawn is None:
        return None
    items = tuple(replace(i, evidence=merged([*i.evidence, *lines.get(i.id or "", ())], 4)) for i in drawn.items)
    said = drawn.told | told(*(text for s in subjects for text, _ in desk.concept(s).all_labels()))
    return replace(drawn, items=items, evidence=merged(e for i in items for e in i.evidence), told=said)


def _works(ids: Sequence[str], desk: Desk) -> Draft | None:
    structure = desk.structure
    rows = []
    for work in ids:
        label = [f for f in structure.about[work] if f.predicate in {"title", "label", "created-by"}]
        if not label:
            continue
        year = next((f.value for f in structure.values(work, "year")), "")
        names = list(dict.fromkeys(desk.label(f.object or "") for f in structure.related(work, "created-by")))
        title = desk.label(work)
        spare = not any(n.casefold() in title.casefold() for n in names[:1])
        told_apart = [*(names[:3] if spare else []), *([year] if year and year not in title else [])]
        text = f"{title} ({', '.join(told_apart)})"
        rows.append((min(f.evidence for f in label), work, text.replace(" ()", "")))
    if not rows:
        return None
    rows.sort()
    items = tuple(
        item(text, work, [f.evidence for f in structure.about[work] if f.predicate in {"title", "label"}][:3] or [e])
        for e, work, text in rows[:ITEMS]
    )
    text = "; ".join(i.label for i in items)
    return Draft(
        "source",
        text,
        items,
        tuple(w for _, w, _ in rows),
        merged(e for _, e in [(w, e) for e, w, _ in rows]),
        told(text, "work paper article author read cite appear document"),
        0.8,
    )


def _dated(work: str, desk: Desk) -> str:
    """A work with its year, where the sources give one."""
    years = list(dict.fromkeys(f.value or "" for f in desk.structure.values(work, "year")))
    label = desk.label(work)
    return f"{label} ({years[0]})" if len(years) == 1 and years[0] not in label else label


def _by_title(desk: Desk) -> Draft | None:
    """Works whose entry fits the question's words and meaning best."""
    spots: dict[tuple[str, int], str] = {}
    for concept in desk.structure.concepts.values():
        if desk.ontology.is_a(concept.kind, "source"):
            for f in desk.structure.about[concept.id]:
                if f.predicate in {"title", "label"}:
                    spots.setdefault((f.evidence.document, f.evidence.lines[0]), concept.id)
    rated = [
        (s, spots[key]) for s in desk.ranked if (key := (s.claim.evidence.document, s.claim.evidence.lines[0])) in spots
    ]
    if not rated:
        return None
    top = rated[0][0].score
    plural = bool(
        re.search(
            r"\b(?:works|papers|articles|readings|books|sources|studies|literature|статьи|работы|книги|источники|литератур\w*)\b",
            desk.asked.plain,
        )
    )
    kept = [
        work
        for s, work in rated
        if s.score >= (0.45 if plural else 0.999) * top and s.words >= 0.35 * rated[0][0].words
    ]
    return _works(list(dict.fromkeys(kept))[: 6 if plural else 1], desk)
