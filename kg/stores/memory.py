"""GraphStore in memory, on rdflib: for tests and for courses small enough to be loaded at every start.

rdflib would fetch what FROM and SERVICE name, files included, so both are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import ShapeError, StoreError

if TYPE_CHECKING:
    from rdflib import Dataset
    from rdflib.plugins.sparql.sparql import Query


class MemoryStore:
    def __init__(self) -> None:
        from rdflib import Dataset

        self._dataset: Dataset | None = Dataset()

    def load(self, nquads: bytes) -> None:
        from rdflib import Dataset
        from rdflib.exceptions import ParserError

        dataset = self._opened()
        new = Dataset()
        try:
            new.parse(data=nquads, format="nquads")
        except (ParserError, ValueError) as e:  # a wrong byte sequence is a ValueError
            raise StoreError(f"the triple store cannot read this: {' '.join(str(e).split())}") from e
        if len(dataset):
            dataset.addN((s, p, o, dataset.graph(g)) for s, p, o, g in new.quads((None, None, None, None)) if g)
        else:
            self._dataset = new

    def select(self, sparql: str) -> list[tuple[str | None, ...]]:
        dataset = self._opened()
        query = _prepared(sparql)
        try:
            found = dataset.query(query)
            variables = found.vars
            if found.type != "SELECT" or variables is None:
                raise StoreError(f"only SELECT queries are taken here, not: {sparql[:60]!r}")
            rows = [tuple(binding.get(v) for v in variables) for binding in found.bindings]
        except StoreError:
            raise
        except Exception as e:  # rdflib's evaluator raises whatever its parts raise
            raise StoreError(f"the query failed: {' '.join(str(e).split()) or type(e).__name__}") from e
        return [tuple(None if cell is None else str(cell) for cell in row) for row in rows]

    def dump(self) -> bytes:
        from kg.rdf import to_nquads

        try:
            return to_nquads(self._opened())
        except ShapeError as e:
            raise StoreError(f"the triple store cannot be written out: {e}") from e

    def close(self) -> None:
        self._dataset = None

    def _opened(self) -> Dataset:
        if self._dataset is None:
            raise StoreError("the triple store is closed; make a new one")
        return self._dataset


def _prepared(sparql: str) -> Query:
    from pyparsing.exceptions import ParseException
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.algebra import traverse

    try:
        query = prepareQuery(sparql)
    except (ParseException, RecursionError) as e:
        raise StoreError(f"the triple store cannot read this: {' '.join(str(e).split())}") from e
    except Exception as e:  # an unknown prefix is a bare Exception
        raise StoreError(f"the triple store cannot read this: {e}") from e
    names: set[str] = set()
    traverse(query.algebra, visitPre=lambda node: names.add(getattr(node, "name", "")))
    if query.algebra.get("datasetClause") or "ServiceGraphPattern" in names:
        raise StoreError("FROM and SERVICE are not taken here: they would read other files and hosts")
    return query
