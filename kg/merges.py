"""Merges as people see them: what was joined and why, what was nearly joined, what somebody decided; and deciding.

auto      two names that a rule joined
near      two concepts that may be one, and were not joined
decided   somebody's word; `state` tells what became of it:
              applied   the build follows it
              dormant   the sources do not have one of the names now; it waits
              blocked   another decision speaks against it
              waiting   made after the build; the next one follows it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.decisions import Decisions, pair
from kg.errors import NotFound, ShapeError, UsageError
from kg.near import obstacle
from kg.resolve import Decision, Named
from kg.resolve.names import person, plain
from kg.text import label_key, words
from kg.views import Json, evidence

if TYPE_CHECKING:
    from kg.base import BuildReport, KnowledgeBase
    from kg.near import Near
    from kg.progress import Progress
    from kg.settings import Settings

LISTS = ("near", "auto", "decided")
_SUGGESTED = 6  # names that an error offers


# ---------------------------------------------------------------- listing


def listing(
    kb: KnowledgeBase, *, lists: Iterable[str] = LISTS, about: str | None = None, limit: int = 50, offset: int = 0
) -> Json:
    """`{total, counts: {near, auto, decided}, merges: [...]}`; `about` keeps what concerns one concept (id or name).

    A row is `{list, a, b, concepts, rules, score, reason, for, against, decision, state}`, where `a` and `b` are
    `{id, label, lang, kind, evidence}` and `decision` is accepted, rejected or null. Of near ones the surest come
    first, of automatic ones the least sure: what is most worth a look. UsageError for an unknown list.
    """
    wanted = list(dict.fromkeys(lists))
    if unknown := [name for name in wanted if name not in LISTS]:
        raise UsageError(f"there is no list {unknown[0][:40]!r} of merges; lists: {', '.join(LISTS)}")
    rows = {
        "near": [_near(kb, n) for n in undecided(kb)],
        "auto": _auto(kb),
        "decided": _decided(kb),
    }
    if about is not None:
        ids = _concepts(kb, about)
        rows = {name: [r for r in some if ids & set(r["concepts"])] for name, some in rows.items()}
    chosen = [r for name in LISTS if name in wanted for r in rows[name]]
    page = chosen[offset : offset + limit]
    return {"total": len(chosen), "counts": {name: len(some) for name, some in rows.items()}, "merges": page}


def undecided(kb: KnowledgeBase) -> Iterable[Near]:
    """Those of the near ones about which nobody has decided, not even since the build."""
    names = kb.merged.names
    pairs = {frozenset((k.decision.a, k.decision.b)) for k in Decisions(kb.settings.home).all()}
    settled = {frozenset(names.get(id, id) for id in some) for some in pairs}
    return (n for n in kb.near if frozenset(n.concepts) not in settled)


def _auto(kb: KnowledgeBase) -> list[Json]:
    decisions = {(k.decision.a, k.decision.b): k.decision for k in Decisions(kb.settings.home).all()}
    rows = []
    for m in kb.merged.merges:
        if m.rule != "decided":
            row = _row("auto", _side(kb, m.a), _side(kb, m.b), [m.concept], [m.rule], m.score, m.reason)
            decision = decisions.get((min(m.a.id, m.b.id), max(m.a.id, m.b.id)))
            rows.append(row if decision is None else {**row, "decision": _word(decision), "state": "waiting"})
    return rows


def _near(kb: KnowledgeBase, n: Near) -> Json:
    row = _row("near", _side(kb, n.a), _side(kb, n.b), list(n.concepts), list(n.rules), n.score, n.speaks_for[0])
    return {**row, "for": list(n.speaks_for), "against": list(n.against)}


def _decided(kb: KnowledgeBase) -> list[Json]:
    """The last decision first."""
    outcomes = {o.decision: o for o in kb.merged.decided}
    rows = []
    for kept in reversed(Decisions(kb.settings.home).all()):
        d, outcome = kept.decision, outcomes.get(kept.decision)
        a = _decided_side(kb, d.a, outcome.a if outcome else None)
        b = _decided_side(kb, d.b, outcome.b if outcome else None)
        concepts = list(dict.fromkeys(kb.merged.names[s["id"]] for s in (a, b) if s["id"] in kb.merged.names))
        state, why = "waiting", "the next build follows it: kg merges apply"
        if outcome is not None:
            gone = outcome.a is None or outcome.b is None or "one name" in outcome.problem
            state = "applied" if not outcome.problem else "dormant" if gone else "blocked"
            why = outcome.problem or f"decided {kept.decided[:10]}"
        row = _row("decided", a, b, concepts, ["decided"], 1.0, why)
        rows.append({**row, "decision": _word(d), "state": state, "decided": kept.decided})
    return rows


def _decided_side(kb: KnowledgeBase, id: str, named: Named | None) -> Json:
    if named is not None:
        return _side(kb, named)
    concept = kb.graph.concepts.get(kb.merged.names.get(id, ""))
    label = id.rpartition(":")[2].rpartition("--")[2].replace("-", " ")
    return {"id": id, "label": label, "lang": "", "kind": concept.kind if concept else "", "evidence": []}


def _side(kb: KnowledgeBase, n: Named) -> Json:
    return {"id": n.id, "label": n.label, "lang": n.lang, "kind": n.kind, "evidence": evidence(kb, [n.evidence])}


def _row(name: str, a: Json, b: Json, concepts: Sequence[str], rules: Sequence[str], score: float, reason: str) -> Json:
    return {
        "list": name, "a": a, "b": b, "concepts": list(concepts), "rules": list(rules), "score": score,
        "reason": reason, "for": [reason], "against": [], "decision": None, "state": "",
    }  # fmt: skip


def _word(d: Decision) -> str:
    return "accepted" if d.accept else "rejected"


# ---------------------------------------------------------------- deciding


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that was made or, with `undone`, taken back; `before` is what it replaced."""

    decision: Decision
    before: Decision | None
    undone: bool = False


def decide(kb: KnowledgeBase, one: str, other: str, *, accept: bool) -> Change:
    """Keep that two names are one thing, or not. They are given as ids of names or of concepts, or as they are written.

    NotFound or UsageError for a name that is not there or means several, for two that cannot be one, and for one
    name given twice. The build changes with the next `rebuild`.
    """
    a, b = name_id(kb, one), name_id(kb, other)
    if a == b:
        raise UsageError(f"{one!r} and {other!r} are one name ({a}); name two")
    first, second = kb.merged.names[a], kb.merged.names[b]
    if accept and first != second and (why := obstacle(kb.graph, kb.ontology, first, second)):
        raise UsageError(f"{one!r} and {other!r} are not merged: {why}")
    store = Decisions(kb.settings.home)
    change = Change(pair(a, b, accept=accept), store.get(a, b))
    store.put(change.decision)
    return change


def undo(kb: KnowledgeBase, one: str | None = None, other: str | None = None) -> Change:
    """Take back the last decision, or the one about two names. UsageError where there is none."""
    store = Decisions(kb.settings.home)
    kept = store.all()
    if one is None or other is None:
        if not kept:
            raise UsageError("nothing has been decided about names yet")
        found = kept[-1].decision
    else:
        wanted = {_given(kb, one), _given(kb, other)}
        matching = [k.decision for k in kept if {k.decision.a, k.decision.b} == wanted]
        if not matching:
            raise UsageError(f"nothing has been decided about {one!r} and {other!r}; see: kg merges --decided")
        found = matching[0]
    store.remove(found)
    return Change(found, found, undone=True)


def revert(settings: Settings, change: Change) -> None:
    """Leave the decisions as they were before a change."""
    store = Decisions(settings.home)
    if change.before is None:
        store.remove(change.decision)
    else:
        store.put(change.before)


def apply(settings: Settings, change: Change | None = None, *, progress: Progress) -> BuildReport:
    """Resolve the current sources again with the decisions as they are now; nothing is read or embedded again that
    did not change. A change with which the graph would break a shape is reverted, and UsageError says why."""
    from kg.base import rebuild

    try:
        return rebuild(settings=settings, progress=progress)
    except ShapeError as e:
        if change is None:
            raise
        revert(settings, change)
        raise UsageError(f"taken back, as the graph would contradict itself: {e}") from e


def name_id(kb: KnowledgeBase, given: str) -> str:
    """The id of the name that is meant by an id of a name or concept, or by its spelling. NotFound, UsageError."""
    names = kb.merged.names
    given = given.strip()
    if not words(given):
        raise NotFound(f"{given[:80]!r}: no source has this name; look for it: kg search WORDS, or kg merges")
    if given in names:
        return given
    concept = kb.graph.redirects.get(given, given)
    if concept in kb.graph.concepts:
        own = [name for name, of in names.items() if of == concept]
        wanted = plain(kb.graph.concepts[concept].label).replace(" ", "-")
        if own:
            return min(own, key=lambda n: (_text(n) != wanted, n))
    found = _written(names, given)
    if len({names[n] for n in found}) == 1:
        return min(found)
    if found:
        some = ", ".join(found[:_SUGGESTED])
        raise UsageError(f"{given[:80]!r} is the name of {len(found)} things; say which: {some}")
    raise NotFound(f"{given[:80]!r}: no source has this name; look for it: kg search WORDS, or kg merges")


def _written(names: Mapping[str, str], given: str) -> list[str]:
    """Names of this spelling; where there is none, of these lemmas; a person's with the surname anywhere."""
    key = label_key(given)
    texts = [plain(given).replace(" ", "-"), "-".join(w for part in person(given) for w in part.split())]
    written = [n for n in names if _text(n) in texts]
    return written or [n for n in names if label_key(_text(n).replace("-", " ")) == key]


def _given(kb: KnowledgeBase, given: str) -> str:
    """As `name_id`, but a name that the sources do not have now stays as it is given: its decision may be undone."""
    known = {id for k in Decisions(kb.settings.home).all() for id in (k.decision.a, k.decision.b)}
    return given if given in known else name_id(kb, given)


def _concepts(kb: KnowledgeBase, about: str) -> set[str]:
    return {kb.merged.names[name_id(kb, about)]}


def _text(name: str) -> str:
    return name.rpartition(":")[2].rpartition("--")[2]
