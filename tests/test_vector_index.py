"""Nearest neighbours against numpy, keys that are no positions, filters before the search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kg.errors import StoreError
from kg.ports import VectorIndex
from kg.vector_index import FaissIndex

DIMENSION = 8
Vectors = NDArray[np.float32]


def unit_vectors(n: int, seed: int = 0) -> Vectors:
    table = np.random.default_rng(seed).normal(size=(n, DIMENSION)).astype(np.float32)
    vectors: Vectors = table / np.linalg.norm(table, axis=1, keepdims=True)
    return vectors


def made(path: Path, keys: list[int], table: Vectors) -> VectorIndex:
    index = FaissIndex(path, create=DIMENSION)
    index.add(keys, table)
    return index


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(0, 50), st.integers(0, 999))
def test_the_nearest_are_numpys(n: int, limit: int, seed: int) -> None:
    table, keys = unit_vectors(n, seed), [2**62 + 7 * i for i in range(n)][::-1]
    index = made(Path("unused"), keys, table)
    query = unit_vectors(1, seed + 1)[0]
    wanted = sorted(zip(keys, (table @ query).tolist(), strict=True), key=lambda r: (-r[1], r[0]))[:limit]
    found = index.search(query, limit=limit)
    assert [k for k, _ in found] == [k for k, _ in wanted]
    assert np.allclose([s for _, s in found], [s for _, s in wanted], atol=1e-5)


def test_a_filter_comes_before_the_search(tmp_path: Path) -> None:
    table, keys = unit_vectors(50), list(range(100, 150))
    index = made(tmp_path / "v", keys, table)
    query = table[0]
    far = sorted(keys, key=lambda k: float(table[k - 100] @ query))[:3]  # the farthest three
    assert {k for k, _ in index.search(query, limit=3, within=far)} == set(far)
    assert index.search(query, limit=3, within=[]) == []
    assert index.search(query, limit=3, within=[7]) == []


def test_scores_of_given_keys_are_exact(tmp_path: Path) -> None:
    table = unit_vectors(5)
    index = made(tmp_path / "v", [5, 4, 3, 2, 1], table)
    found = index.scores(table[2], [1, 3, 99])
    assert found.keys() == {1, 3}
    assert found[3] == pytest.approx(1.0, abs=1e-5)
    assert found[1] == pytest.approx(float(table[4] @ table[2]), abs=1e-5)


def test_vectors_are_replaced_and_removed_and_survive(tmp_path: Path) -> None:
    table = unit_vectors(3)
    index = made(tmp_path / "v", [1, 2, 3], table)
    index.add([2], table[:1])
    index.remove([1, 77])
    index.commit()
    again = FaissIndex(tmp_path / "v")
    assert {k for k, _ in again.search(table[0], limit=9)} == {2, 3}
    assert again.scores(table[0], [1, 2, 3])[2] == pytest.approx(1.0, abs=1e-5)
    assert not list(tmp_path.glob("*.new"))


def test_equal_vectors_are_ordered_by_key(tmp_path: Path) -> None:
    index = made(tmp_path / "v", [9, 3, 5], np.repeat(unit_vectors(1), 3, axis=0))
    assert [k for k, _ in index.search(unit_vectors(1)[0], limit=3)] == [3, 5, 9]


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = made(tmp_path / "v", [], unit_vectors(0))
    assert index.search(unit_vectors(1)[0], limit=5) == []
    assert index.scores(unit_vectors(1)[0], [1]) == {}
    index.commit()
    assert FaissIndex(tmp_path / "v").search(unit_vectors(1)[0], limit=5) == []


def test_wrong_shapes_and_torn_files_are_refused(tmp_path: Path) -> None:
    index = FaissIndex(tmp_path / "v", create=DIMENSION)
    with pytest.raises(StoreError, match="dimensions"):
        index.add([1, 2], unit_vectors(1))
    (tmp_path / "torn").write_bytes(b"torn")
    for name in ("torn", "missing"):
        with pytest.raises(StoreError, match="build again"):
            FaissIndex(tmp_path / name)
