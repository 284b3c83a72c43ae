"""The build that a request is answered from, and what it holds, counted once a build."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from fastapi import FastAPI, Request

from kg import views
from kg.base import KnowledgeBase, Live
from kg.model import Concept
from kg.views import Json

PAGE_LANGS = ("en", "ru")
_WHENCE = ("source", "person", "organisation", "session")  # kinds of where things come from
_SHORT = 40  # characters of a label
_BESIDES = frozenset({"concept", "passage"})  # kinds that are no class of the ontology


class Catalogue:
    """Counts over one `KnowledgeBase`, each made when it is first asked for."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.starters: dict[str, list[str]] = {}  # example questions by language, see api.page.starters

    @cached_property
    def kinds(self) -> dict[str, int]:
        """Concepts of each kind, the most frequent kind first."""
        counts = Counter(c.kind for c in self._kb.graph.concepts.values())
        return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0])))

    @cached_property
    def known_kinds(self) -> frozenset[str]:
        return frozenset(self.kinds) | frozenset(self._kb.ontology.classes) | _BESIDES

    @cached_property
    def langs(self) -> tuple[str, ...]:
        """Languages that labels and sources are in, and those of the page."""
        found = {lang for c in self._kb.graph.concepts.values() for lang in c.labels}
        found |= {d.lang for d in self._kb.documents()}
        return tuple(sorted(found - {""} | set(PAGE_LANGS)))

    @cached_property
    def documents(self) -> list[Json]:
        rows: list[Json] = views.documents(self._kb)["documents"]
        return rows

    @cached_property
    def degrees(self) -> dict[str, int]:
        """Facts between concepts that each concept takes part in."""
        counts: Counter[str] = Counter()
        for fact in self._kb.graph.facts:
            if fact.object is not None:
                counts[fact.subject] += 1
                counts[fact.object] += 1
        return dict(counts)

    def prominent(self, *, kind: str | None = None, limit: int = 8) -> list[Concept]:
        """The best connected concepts, first those that most facts speak of."""
        found = [c for c in self._kb.graph.concepts.values() if kind is None or c.kind == kind]
        found.sort(key=lambda c: (-self.degrees.get(c.id, 0), -len(c.documents), c.id))
        return found[:limit]

    @cached_property
    def things(self) -> list[Concept]:
        """Concepts that are neither sources nor people, the best connected first."""
        found = self.prominent(limit=len(self._kb.graph.concepts))
        return [c for c in found if not any(self._kb.ontology.is_a(c.kind, other) for other in _WHENCE)]

    @property
    def beginnings(self) -> list[Concept]:
        """Where a reader may begin: things with short names, if there are any."""
        return ([c for c in self.things if len(c.label) <= _SHORT] or self.things or self.prominent(limit=12))[:12]

    @cached_property
    def defined(self) -> list[Concept]:
        """Concepts with a definition, the best connected first."""
        ids = {f.subject for f in self._kb.graph.facts if f.predicate == "definition"}
        return [c for c in self.prominent(limit=len(self._kb.graph.concepts)) if c.id in ids]


@dataclass(frozen=True, slots=True)
class Build:
    kb: KnowledgeBase
    counts: Catalogue


def serve(app: FastAPI, source: KnowledgeBase | Live) -> None:
    app.state.source, app.state.build = source, None


def build_of(request: Request) -> Build:
    """The present build; the same one for the whole of a request, whatever becomes current meanwhile."""
    mine: Build | None = getattr(request.state, "build", None)
    if mine is None:
        state = request.app.state
        kb = state.source.kb if isinstance(state.source, Live) else state.source
        mine = state.build
        if mine is None or mine.kb is not kb:
            mine = state.build = Build(kb, Catalogue(kb))
        request.state.build = mine
    return mine
