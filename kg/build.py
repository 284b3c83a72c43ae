"""Writing a build: everything is made beside the current one, checked, and published in one step.

    sources ──read, extract, passages──▶ Extracted   (per document, cached by content)
            ──resolve──▶ Graph ──to_dataset, SHACL──▶ graph.nq, store/, index/ ──publish──▶ current

`add` and `remove` take the sources of the current build as they are kept in it, so that only a
changed document is read again.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__, home, manifest, stored
from kg.decisions import Decisions
from kg.engines import create_store
from kg.errors import NotFound, SettingsError, ShapeError, SourceError, StoreError, UsageError
from kg.intake import forget, take
from kg.manifest import Manifest, code_digest
from kg.model import Graph
from kg.progress import Progress, silent
from kg.sources import Source, collect

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.resolve import Decision, Resolution
    from kg.settings import Settings
    from kg.stored import Extracted


@dataclass(frozen=True, slots=True)
class BuildReport:
    """`problems` are the sources that were left out; `seconds` is wall time."""

    build_id: str
    documents: int
    concepts: int
    facts: int
    passages: int
    problems: tuple[SourceError, ...]
    seconds: float


def build(
    paths: Sequence[Path],
    *,
    settings: Settings,
    ontology: Ontology | None = None,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda line: None,
) -> BuildReport:
    """Make a graph of all files below `paths` and make it current.

    A source that cannot be read is reported and left out; SourceError if none can. ShapeError if
    the graph breaks a shape. In both cases the build that was current goes on serving.
    `say` is told which files were left out.
    """
    from kg.reading import supported

    collected = collect(paths, supported=supported)
    for line in collected.skipped:
        say(line)
    with home.locked(settings.home):
        return _write(collected.sources, (), settings=settings, ontology=ontology, progress=progress)


def add(
    paths: Sequence[Path],
    *,
    settings: Settings,
    ontology: Ontology | None = None,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda line: None,
) -> BuildReport:
    """Put these documents beside the present ones; one of the same name is replaced.

    SourceError if none of them can be read; then nothing changes.
    """
    from kg.reading import supported

    collected = collect(paths, supported=supported)
    for line in collected.skipped:
        say(line)
    with home.locked(settings.home):
        kept = _kept(settings.home)
        return _write(collected.sources, kept, settings=settings, ontology=ontology, progress=progress)


def remove(
    names: Sequence[str],
    *,
    settings: Settings,
    ontology: Ontology | None = None,
    progress: Progress = silent,
) -> BuildReport:
    """Take documents away. NotFound for a name that the build does not have; NoBuild without a build."""
    with home.locked(settings.home):
        home.current(settings.home)
        kept = {s.name: s for s in _kept(settings.home)}
        for name in names:
            if name not in kept:
                raise NotFound(f"{name}: the build has no such document; it has: {', '.join(kept)}")
        left = tuple(s for s in kept.values() if s.name not in set(names))
        if not left:
            raise UsageError("the last document cannot be removed; build from other files instead: kg build PATH")
        return _write((), left, settings=settings, ontology=ontology, progress=progress)


def rebuild(*, settings: Settings, ontology: Ontology | None = None, progress: Progress = silent) -> BuildReport:
    """Make the current build again of its own sources, with what has been decided about names since.

    Nothing that did not change is read or embedded again. NoBuild without a build.
    """
    with home.locked(settings.home):
        home.current(settings.home)
        return _write((), _kept(settings.home), settings=settings, ontology=ontology, progress=progress)


def _kept(data: Path) -> tuple[Source, ...]:
    """The sources inside the current build, none where there is no build."""
    if home.current_name(data) is None:
        return ()
    folder = home.current(data)
    return tuple(Source(s.name, folder / "sources" / s.name) for s in manifest.read(folder).sources)


def _write(
    new: Sequence[Source],
    kept: Sequence[Source],
    *,
    settings: Settings,
    ontology: Ontology | None,
    progress: Progress,
) -> BuildReport:
    """`new` sources are copied and go before `kept` ones of the same name; a kept one is linked."""
    from kg import ontology_kept
    from kg.frequencies import keep_frequencies
    from kg.ontology_files import load
    from kg.text import keep_dictionaries

    began = time.perf_counter()
    keep_dictionaries(home.words(settings.home), write=True)
    keep_frequencies(home.words(settings.home), write=True)
    cache = home.cache(settings.home) / "documents"
    with home.new_folder(settings.home) as folder:
        schema = folder / "ontology"
        _copy_ontology(settings, schema)
        schema_digest = manifest.digest_of([schema])
        given, ontology = ontology, ontology or load([schema])
        taken = take(
            new,
            kept,
            folder=folder / "sources",
            cache=cache,
            settings=settings,
            ontology=ontology,
            ontology_digest=schema_digest,
            progress=progress,
        )
        decisions = tuple(k.decision for k in Decisions(settings.home).all())
        found, nquads = _graph(taken.extracted, decisions, ontology, progress=progress)
        graph = _stored(folder, found, nquads, settings=settings, ontology=ontology)
        model = _index(folder, replace(found, graph=graph), settings=settings, ontology=ontology, progress=progress)
        if given is None:  # it says what the files in the folder say
            made_from = manifest.ontology_made_from(schema_digest)
            ontology_kept.write(ontology, folder / manifest.KEPT_ONTOLOGY, made_from=made_from)
        written = Manifest(
            format=manifest.FORMAT,
            program=__version__,
            code=code_digest(),
            ontology=schema_digest,
            model=model,
            sources=taken.files,
            counts=_counts(graph),
            parts=manifest.parts_of(folder),
        )
        manifest.write(folder, written)
        _publish(settings.home, folder, written)
    forget(cache, {key for f in home.finished(settings.home) for key in _extractions(f)})
    counts = written.counts
    return BuildReport(
        written.build_id,
        counts["documents"],
        counts["concepts"],
        counts["facts"],
        counts["passages"],
        taken.problems,
        time.perf_counter() - began,
    )


def _publish(data: Path, folder: Path, written: Manifest) -> None:
    """Make the folder current, or the build of the same content that is already there and whole."""
    for old in home.finished(data):
        if old.name.split("-")[0] == written.build_id and _whole(old):
            home.make_current(data, old.name)
            break
    else:
        home.make_current(data, home.publish(data, folder, written.build_id).name)
    home.prune(data)


def _whole(folder: Path) -> bool:
    try:
        return not manifest.damage(folder, manifest.read(folder), thorough=True)
    except StoreError:
        return False


def _graph(
    extracted: Sequence[Extracted], decisions: Sequence[Decision], ontology: Ontology, *, progress: Progress
) -> tuple[Resolution, bytes]:
    """One graph of all documents, and the same as N-Quads; ShapeError if it breaks a shape."""
    from kg.rdf import nquads, to_dataset
    from kg.resolve import resolve_all
    from kg.shapes import check

    progress("Resolving concepts", 0, 1)
    found = resolve_all(
        tuple(e.document for e in extracted),
        tuple(s for e in extracted for s in e.statements),
        ontology,
        passages=tuple(p for e in extracted for p in e.passages),
        decisions=decisions,
    )
    graph = found.graph
    progress("Resolving concepts", 1, 1)
    progress("Checking shapes", 0, 1)
    if violations := check(to_dataset(graph, ontology), ontology):
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        where = f"{first.document}:{first.line}" if first.document else first.node
        raise ShapeError(f"{where}: {first.message} [{first.shape}]{more}; nothing was changed")
    progress("Checking shapes", 1, 1)
    return found, nquads(graph, ontology)


def _stored(folder: Path, found: Resolution, nquads: bytes, *, settings: Settings, ontology: Ontology) -> Graph:
    """Write graph, merges, documents and passages; returns the graph as it will be read again: that is indexed.

    StoreError if the store does not give back what was written into it.
    """
    from kg.rdf import from_store

    graph = found.graph
    (folder / "graph.nq").write_bytes(nquads)
    stored.write_merged(folder / "merges.json", stored.Merged(found.merges, found.names, found.decided))
    stored.write_documents(folder / "documents.json", graph.documents)
    stored.write_passages(folder / "passages.json", graph.passages)
    store = create_store(folder, nquads, settings=settings)
    try:
        concepts, facts, redirects = from_store(store, ontology)
    finally:
        store.close()
    if concepts.keys() != graph.concepts.keys() or set(facts) != set(graph.facts):
        raise StoreError(f"{settings.graph_store} gave back {len(facts)} facts of {len(graph.facts)}; report this")
    return replace(graph, concepts=concepts, facts=facts, redirects=redirects)


def _index(folder: Path, found: Resolution, *, settings: Settings, ontology: Ontology, progress: Progress) -> str:
    """Write the search index, the vectors of the lines and what was nearly merged; returns the name of the model."""
    from kg.answering.claims import Claims
    from kg.answering.question import stop_words
    from kg.cross_encoder import prepare_cross_encoder
    from kg.embedding import open_embedder
    from kg.near import near
    from kg.search_build import build_index

    progress("Preparing the model", 0, 1)
    embedder = open_embedder(settings, serving=False, cache=home.cache(settings.home))
    prepare_cross_encoder(home.reader(settings.home))
    progress("Preparing the model", 1, 1)
    build_index(
        found.graph,
        folder / "index",
        embedder=embedder,
        ontology=ontology,
        progress=lambda _, done, total: progress("Embedding", done, total),
    )
    Claims(found.graph.documents).write(
        folder / "index",
        embed=partial(embedder.encode_words, progress=partial(progress, "Embedding lines")),
        stop=stop_words(ontology),
    )
    stored.write_near(
        folder / "index" / "near.json",  # the model has a part in it, as in the index
        near(
            found.graph,
            found.names,
            ontology,
            decided=(o.decision for o in found.decided),
            embed=embedder.encode,
            langs=(lang for lang in ("en", "ru") if embedder.handles(lang)),
        ),
    )
    return embedder.name


def _counts(graph: Graph) -> dict[str, int]:
    return {
        "documents": len(graph.documents),
        "concepts": len(graph.concepts),
        "facts": len(graph.facts),
        "passages": len(graph.passages),
    }


def _copy_ontology(settings: Settings, to: Path) -> None:
    """The build keeps the ontology that it was made with: serving does not depend on a folder that may change."""
    from kg.ontology import shipped

    source = settings.ontology or shipped()
    files = sorted(source.glob("*.ttl")) if source.is_dir() else []
    if not files:
        raise SettingsError(f"{source}: no ontology there (no .ttl file); set KG_ONTOLOGY to a folder that has one")
    to.mkdir()
    for file in files:
        shutil.copyfile(file, to / file.name)


def _extractions(folder: Path) -> list[str]:
    try:
        return [s.extraction for s in manifest.read(folder).sources]
    except StoreError:
        return []
