"""The triple store of a build, by the setting `graph_store`: a closed set of engines and one `match`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from kg.ports import GraphStore
    from kg.settings import Settings


def create_store(folder: Path, nquads: bytes, *, settings: Settings) -> GraphStore:
    """A store that holds these quads, in `folder`/store where the engine keeps files."""
    match settings.graph_store:
        case "oxigraph":
            from kg.stores.oxigraph import OxigraphStore

            store: GraphStore = OxigraphStore.create(folder / "store")
        case "memory":
            from kg.stores.memory import MemoryStore

            store = MemoryStore()
        case other:
            raise SettingsError(f"KG_GRAPH_STORE={other}: no such triple store; there are oxigraph and memory")
    store.load(nquads)
    return store


def open_store(folder: Path, *, settings: Settings) -> GraphStore:
    """The store of a finished build, read-only; made in memory where the build keeps none on disk."""
    if settings.graph_store == "oxigraph" and (folder / "store").is_dir():
        from kg.stores.oxigraph import OxigraphStore

        return OxigraphStore.open(folder / "store")
    try:
        nquads = (folder / "graph.nq").read_bytes()
    except OSError as e:
        raise StoreError(f"{folder / 'graph.nq'} is missing; build again: kg build PATH") from e
    return create_store(folder, nquads, settings=settings.model_copy(update={"graph_store": "memory"}))
