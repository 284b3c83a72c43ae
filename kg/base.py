"""The one place where the parts are wired: a build opened for reading, and the calls that change builds.

    KnowledgeBase.open(settings)    one build, as it is; never changes
    Live(settings).kb               whichever build is current now, swapped as a whole

Opening reads the graph from the triple store and the documents from the build's own files; torch
is not needed, and the embedding model is loaded with the first question that needs it.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg import home, stored
from kg.engines import open_store
from kg.errors import KgError, NotFound, QueryError, StoreError, UsageError
from kg.manifest import FILE, KEPT_ONTOLOGY, Manifest, damage, ontology_made_from, read
from kg.model import Answer, Concept, Document, Evidence, Fact, Graph, Span

if TYPE_CHECKING:
    from kg.answer import Answerer
    from kg.build import BuildReport, add, build, rebuild, remove
    from kg.near import Near
    from kg.ontology import Ontology
    from kg.ports import GraphStore
    from kg.search import Index, SearchResult, Suggestion
    from kg.settings import Settings
    from kg.stored import Merged

__all__ = [
    "BuildReport", "KnowledgeBase", "Live", "Neighbourhood", "Page", "add", "build", "open_build", "rebuild", "remove",
]  # fmt: skip

MAX_DEPTH = 5
MAX_LIMIT = 1000


def __getattr__(name: str) -> Any:
    """What changes a home is loaded by who changes one: opening needs none of it (PEP 562)."""
    if name not in {"BuildReport", "add", "build", "rebuild", "remove"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import kg.build as changing

    return getattr(changing, name)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: what is being opened stays, and looking through it again and again takes a tenth
    of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a listing; `next` continues it, None at the end."""

    total: int
    concepts: tuple[Concept, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What can be reached from `centre`, which is the first of `concepts`, the nearest first; `facts` led there."""

    centre: Concept
    concepts: tuple[Concept, ...]
    facts: tuple[Fact, ...]


class KnowledgeBase:
    """One build. Safe to use from several threads."""

    def __init__(
        self,
        *,
        settings: Settings,
        folder: Path,
        manifest: Manifest,
        ontology: Ontology,
        graph: Graph,
        store: GraphStore,
    ) -> None:
        self.settings, self.folder, self.manifest = settings, folder, manifest
        self.ontology, self.graph, self.store = ontology, graph, store
        self._documents = {d.name: d for d in graph.documents}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, *, folder: Path | None = None) -> KnowledgeBase:
        """The current build, or the one in `folder`. NoBuild; StoreError if it is damaged or of another version."""
        with _uncollected():
            return cls._opened(settings, home.current(settings.home) if folder is None else folder)

    @classmethod
    def _opened(cls, settings: Settings, folder: Path) -> KnowledgeBase:
        from kg import ontology_kept
        from kg.frequencies import keep_frequencies
        from kg.ontology_files import load, ontology_files
        from kg.rdf import from_store
        from kg.text import keep_dictionaries

        found = read(folder)
        if problem := damage(folder, found, thorough=False):
            raise StoreError(f"{folder}: {problem}; build again: kg build PATH")
        keep_dictionaries(home.words(settings.home), write=False)
        keep_frequencies(home.words(settings.home), write=False)
        schema, made_from = folder / "ontology", ontology_made_from(found.ontology)
        kept = ontology_kept.read(folder / KEPT_ONTOLOGY, made_from=made_from, files=ontology_files([schema]))
        ontology = kept or load([schema])
        store = open_store(folder, settings=settings)
        concepts, facts, redirects = from_store(store, ontology)
        documents = stored.read_documents(folder / "documents.json")
        passages = stored.read_passages(folder / "passages.json")
        graph = Graph(concepts, tuple(facts), documents, passages, redirects)
        return cls(settings=settings, folder=folder, manifest=found, ontology=ontology, graph=graph, store=store)

    @cached_property
    def index(self) -> Index:
        """The search index, opened with the first question: listing and exporting do without it."""
        with self._lock:
            if "index" in self.__dict__:  # another thread was quicker
                return cast("Index", self.__dict__["index"])
            with _uncollected():
                from kg.embedding import open_embedder
                from kg.search import Index

                embedder = open_embedder(self.settings, serving=True, cache=home.cache(self.settings.home))
                return Index.open(self.folder / "index", self.graph, embedder=embedder, ontology=self.ontology)

    @cached_property
    def answerer(self) -> Answerer:
        """Prepared with the first question that is asked: searching does without it."""
        index = self.index
        with self._lock:
            if "answerer" in self.__dict__:
                return cast("Answerer", self.__dict__["answerer"])
            with _uncollected():
                from kg.answer import Answerer
                from kg.cross_encoder import open_cross_encoder

                reader = open_cross_encoder(home.reader(self.settings.home))
                return Answerer(self.graph, index=index, ontology=self.ontology, reader=reader)

    def warm(self) -> KnowledgeBase:
        """Load everything that the first question would otherwise wait for."""
        self.suggest("a")
        self.ask("a")
        return self

    @property
    def build_id(self) -> str:
        return self.manifest.build_id

    # -- questions

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        kind: str | None = None,
        lang: str | None = None,
        document: str | None = None,
        explain: bool = False,
    ) -> SearchResult:
        """Concepts and passages, best first. QueryError for an empty or too long query, or a limit out of range."""
        query = self._query(query)
        if not 0 < limit <= MAX_LIMIT or offset < 0:
            raise QueryError(f"limit must be 1 to {MAX_LIMIT} and offset 0 or more, not {limit} and {offset}")
        return self.index.search(
            query, limit=limit, offset=offset, kind=kind, lang=lang, document=document, explain=explain
        )

    def suggest(self, query: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Labels that begin like the query; nothing for an empty one, as somebody has just begun to type."""
        if len(query) > self.settings.max_query_chars:
            raise QueryError(f"a query of {len(query)} characters; at most {self.settings.max_query_chars} are taken")
        if not 0 < limit <= MAX_LIMIT:
            raise QueryError(f"limit must be 1 to {MAX_LIMIT}, not {limit}")
        return self.index.suggest(query, limit=limit) if query.strip() else ()

    def ask(self, question: str, *, lang: str | None = None) -> Answer:
        """Compose an answer from the sources, in `lang` or the question's own. QueryError as in `search`."""
        question = self._query(question)
        return self.answerer.answer(question, lang=lang)

    def _query(self, query: str) -> str:
        query = query.strip()
        if not query:
            raise QueryError("the query is empty; write a word or a question")
        if len(query) > self.settings.max_query_chars:
            raise QueryError(f"a query of {len(query)} characters; at most {self.settings.max_query_chars} are taken")
        return query

    # -- concepts

    def concept(self, id: str) -> Concept:
        """By id; an id that was renamed or merged leads to the present concept. NotFound."""
        seen: set[str] = set()
        while id not in self.graph.concepts and id in self.graph.redirects and id not in seen:
            seen.add(id)
            id = self.graph.redirects[id]
        try:
            return self.graph.concepts[id]
        except KeyError:
            raise NotFound(f"{id}: no concept of that id; look for it: kg search WORDS") from None

    @cached_property
    def _facts(self) -> Mapping[str, tuple[Fact, ...]]:
        """Facts by every concept that takes part in them, those that it is the subject of first."""
        out: dict[str, list[Fact]] = {id: [] for id in self.graph.concepts}
        for fact in self.graph.facts:
            if fact.subject in out:
                out[fact.subject].append(fact)
        for fact in self.graph.facts:
            if fact.object in out and fact.object is not None and fact.object != fact.subject:
                out[fact.object].append(fact)
        return {id: tuple(facts) for id, facts in out.items()}

    def facts_of(self, id: str) -> tuple[Fact, ...]:
        """Facts with this concept as subject, then those with it as object, each by place in the source."""
        id = self.concept(id).id

        def place(fact: Fact) -> tuple[bool, str, float]:
            return fact.subject != id, fact.predicate, float("inf") if fact.position is None else fact.position

        return tuple(sorted(self._facts[id], key=place))

    @cached_property
    def _in_order(self) -> tuple[Concept, ...]:
        return tuple(sorted(self.graph.concepts.values(), key=lambda c: (c.label.casefold(), c.id)))

    def concepts(
        self, *, kind: str | None = None, document: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page:
        """By label. `kind` takes its narrower classes with it; `cursor` is `next` of the page before."""
        if not 0 < limit <= MAX_LIMIT:
            raise QueryError(f"limit must be 1 to {MAX_LIMIT}, not {limit}")
        found = [
            c
            for c in self._in_order
            if (kind is None or c.kind == kind or self.ontology.is_a(c.kind, kind))
            and (document is None or document in c.documents)
        ]
        start = 0
        if cursor is not None:
            start = next((i for i, c in enumerate(found, start=1) if c.id == cursor), 0)
            if not start:
                raise QueryError(f"cursor {cursor!r} continues no listing; begin again without it")
        page = tuple(found[start : start + limit])
        more = start + len(page) < len(found)
        return Page(len(found), page, page[-1].id if more else None)

    def neighbourhood(self, id: str, *, depth: int = 1) -> Neighbourhood:
        """What is at most `depth` facts away, in either direction."""
        if not 0 <= depth <= MAX_DEPTH:
            raise QueryError(f"depth must be 0 to {MAX_DEPTH}, not {depth}")
        centre = self.concept(id)
        away, facts = {centre.id: 0}, dict[Fact, None]()
        queue = deque([centre.id])
        while queue:
            here = queue.popleft()
            if away[here] == depth:
                continue
            for fact, other in self._steps(here):
                facts[fact] = None
                if other not in away:
                    away[other] = away[here] + 1
                    queue.append(other)
        return Neighbourhood(centre, tuple(self.graph.concepts[i] for i in away), tuple(facts))

    def path(self, start: str, end: str) -> tuple[Fact, ...]:
        """The fewest facts that lead from one concept to another, in order; () from a concept to itself.

        Among equally short ways one that says more than "related" is taken. NotFound where there is none.
        """
        first, last = self.concept(start), self.concept(end)
        came: dict[str, tuple[str, Fact] | None] = {first.id: None}
        queue = deque([first.id])
        while queue and last.id not in came:
            here = queue.popleft()
            for fact, other in sorted(self._steps(here), key=lambda s: s[0].predicate == "related"):
                if other not in came:
                    came[other] = (here, fact)
                    queue.append(other)
        if last.id not in came:
            raise NotFound(f"nothing connects {first.label!r} with {last.label!r}")
        way, step = list[Fact](), came[last.id]
        while step is not None:
            way.append(step[1])
            step = came[step[0]]
        return tuple(reversed(way))

    def _steps(self, id: str) -> list[tuple[Fact, str]]:
        """Facts that lead from here to another concept."""
        steps = []
        for fact in self.facts_of(id):
            other = fact.object if fact.subject == id else fact.subject
            if fact.object is not None and other in self.graph.concepts and other != id:
                steps.append((fact, str(other)))
        return steps

    @cached_property
    def merged(self) -> Merged:
        """How names were joined into concepts when the build was made."""
        path = self.folder / "merges.json"
        return stored.read_merged(path) if path.is_file() else stored.Merged()

    @cached_property
    def near(self) -> tuple[Near, ...]:
        """Pairs of concepts that may be one and were not joined."""
        path = self.folder / "index" / "near.json"
        return stored.read_near(path) if path.is_file() else ()

    # -- sources

    def documents(self) -> tuple[Document, ...]:
        return self.graph.documents

    def document(self, name: str) -> Document:
        try:
            return self._documents[name]
        except KeyError:
            raise NotFound(f"{name}: no document of that name; see: kg documents") from None

    def verified(self, evidence: Evidence) -> bool:
        """Whether the quote and its lines stand in the stored text, looked up again."""
        document = self._documents.get(evidence.document)
        if document is None or not evidence.quote or evidence.end > len(document.raw):
            return False
        span = Span(evidence.start, evidence.end)
        return span.of(document.raw) == evidence.quote and document.lines_of(span) == evidence.lines

    def export(self, format: str, *, concept: str | None = None, depth: int = 1) -> bytes:
        """The graph, or what is around one concept, in one of kg.export.FORMATS. UsageError for another format."""
        from kg.export import export

        id = None if concept is None else self.concept(concept).id
        return export(format, graph=self.graph, ontology=self.ontology, concept=id, depth=depth)


class Live:
    """The current build for a service: a new one is opened beside the old and then takes its place.

    Requests ask for `kb` once and go on with what they got. A build that cannot be opened leaves the
    old one serving; `problem` says why.
    """

    _EVERY = 0.5  # seconds between two looks at CURRENT

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._name = home.current(settings.home).name
        self._kb = KnowledgeBase.open(settings).warm()
        self._looked = time.monotonic()
        self._lock = threading.Lock()
        self.problem = ""

    @property
    def kb(self) -> KnowledgeBase:
        """The present knowledge base; looks for a new build now and then, in a thread of its own."""
        if time.monotonic() - self._looked > self._EVERY:
            self._looked = time.monotonic()
            if home.current_name(self._settings.home) != self._name and not self._lock.locked():
                threading.Thread(target=self.refresh, daemon=True).start()
        return self._kb

    def refresh(self) -> KnowledgeBase:
        """Take a new build now, waiting until it is open."""
        with self._lock:
            name = home.current_name(self._settings.home)
            if name is not None and name != self._name:
                try:
                    self._kb, self.problem = KnowledgeBase.open(self._settings).warm(), ""
                except KgError as e:
                    self.problem = str(e)
                self._name = name
            return self._kb


def open_build(name: str, *, settings: Settings) -> KnowledgeBase:
    """`current`, `previous`, the beginning of a build's id, a build's folder, or another data folder. UsageError."""
    there = home.finished(settings.home)
    if name == "current":
        return KnowledgeBase.open(settings)
    if name == "previous":
        if len(there) < 2:
            raise UsageError(f"{settings.home}: there is no build before the current one")
        return KnowledgeBase.open(settings, folder=there[1])
    if found := [f for f in there if f.name.startswith(name)]:
        return KnowledgeBase.open(settings, folder=found[0])
    path = Path(name)
    if (path / FILE).is_file():
        return KnowledgeBase.open(settings, folder=path)
    if home.current_name(path) is not None:
        return KnowledgeBase.open(settings, folder=home.current(path))
    known = ", ".join(f.name for f in there) or "none"
    raise UsageError(f"{name}: no such build; there are current, previous, and by id: {known}")
