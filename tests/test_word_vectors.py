"""Nearest words against a search by hand; files that do not fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kg.embedding import Embedder
from kg.errors import StoreError
from kg.word_vectors import WordVectors

WORDS = ["hive", "honey", "larva", "queen", "smoke", "swarm"]


class Letters:
    """An embedder that counts letters: vectors are known, of length 1."""

    dimension = 32

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        table = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                table[row, ord(letter) % self.dimension] += 1
        norms: NDArray[np.float32] = np.sqrt((table * table).sum(axis=1, keepdims=True))
        table /= norms
        return table


def built(texts: Iterable[str], folder: Path, *langs: str) -> list[str]:
    """The words that a build over `texts` keeps."""
    WordVectors.build(texts, folder, embedder=cast(Embedder, Letters()), langs=frozenset(langs or {"en"}))
    found: list[str] = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    return found


def vector(word: str) -> NDArray[np.float32]:
    return Letters().encode([word]).reshape(-1)


unit = st.lists(st.floats(-1, 1, width=16), min_size=3, max_size=3).filter(lambda v: sum(x * x for x in v) > 0.01)


@given(
    rows=st.lists(unit, min_size=1, max_size=8),
    query=unit,
    most=st.integers(1, 10),
    least=st.floats(-1, 1, width=16),
)
def test_the_nearest_are_those_that_a_search_by_hand_finds(
    rows: list[list[float]], query: list[float], most: int, least: float
) -> None:
    table = np.array([np.array(r) / np.linalg.norm(r) for r in rows], dtype=np.float16)
    asked = (np.array(query) / np.linalg.norm(query)).astype(np.float32)
    names = [f"word{i}" for i in range(len(rows))]
    found = WordVectors(names, table).near(asked, most=most, least=least)
    cosine = {
        name: sum(float(a) * float(b) for a, b in zip(row, asked, strict=True))
        for name, row in zip(names, table, strict=True)
    }
    assert len(found) == len({w for w, _ in found}) <= most
    assert [c for _, c in found] == sorted((c for _, c in found), reverse=True)
    assert all(c == pytest.approx(cosine[w], abs=1e-5) and c >= least for w, c in found)
    left = [c for w, c in cosine.items() if w not in dict(found)]
    worst = min((c for _, c in found), default=-2.0)
    if len(found) < most:
        assert all(c < least + 1e-5 for c in left)
    else:
        assert all(c <= worst + 1e-5 for c in left)


def test_words_that_are_equally_near_come_in_their_order() -> None:
    table = np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float16)
    near = WordVectors(["comb", "drone", "wax"], table).near(np.array([1, 0], dtype=np.float32), most=3, least=0.0)
    assert [w for w, _ in near] == ["comb", "wax", "drone"]


def test_what_is_written_is_what_is_opened(tmp_path: Path) -> None:
    assert built(["Smoke calms the hive.", "A queen, honey; LARVA!", "swarm hive"], tmp_path) == ["calms", *WORDS]
    near = WordVectors.open(tmp_path)
    for word in WORDS:
        [(best, cosine)] = near.near(vector(word), most=1, least=0.9)
        assert best == word
        assert cosine == pytest.approx(1, abs=2e-3)


def test_the_same_texts_in_another_order_give_the_same_files(tmp_path: Path) -> None:
    texts = ["smoke and honey", "honey swarm", "queen larva"]
    for name, order in (("a", texts), ("b", texts[::-1])):
        (tmp_path / name).mkdir()
        built(order, tmp_path / name)
    for file in ("words.json", "words.npy"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_only_whole_words_of_the_languages_are_kept(tmp_path: Path) -> None:
    text = "hive улей the top-bar 2019s матка honey"
    assert built([text], tmp_path) == ["hive", "honey"]
    assert built([text], tmp_path, "ru") == ["матка", "улей"]
    assert built([text], tmp_path, "en", "ru") == ["hive", "honey", "матка", "улей"]


def test_composed_and_decomposed_letters_are_one_word(tmp_path: Path) -> None:
    assert built(["мёд пчёлы café", "пче\u0308лы cafe\u0301"], tmp_path, "en", "ru") == ["cafe", "пчелы"]


def test_frequent_words_are_kept_of_a_large_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.word_vectors.MOST", 2)
    assert built(["swarm hive honey", "hive swarm", "larva"], tmp_path) == ["hive", "swarm"]


def test_a_course_without_words_has_none_near(tmp_path: Path) -> None:
    assert built(["7 и 8", ""], tmp_path) == []
    assert WordVectors.open(tmp_path).near(vector("hive"), most=5, least=-1) == []


def test_files_that_are_missing_or_do_not_fit(tmp_path: Path) -> None:
    built(["hive honey"], tmp_path)
    words_, table = tmp_path / "words.json", tmp_path / "words.npy"
    good: dict[Path, bytes] = {words_: words_.read_bytes(), table: table.read_bytes()}

    def broken(path: Path, data: bytes | None) -> StoreError:
        for kept, content in good.items():
            kept.write_bytes(content)
        path.unlink() if data is None else path.write_bytes(data)
        with pytest.raises(StoreError, match="build again") as raised:
            WordVectors.open(tmp_path)
        assert "\n" not in str(raised.value)
        return raised.value

    for path in good:
        broken(path, None)
        broken(path, b"")
        broken(path, b"no such format")
    broken(words_, b'["hive"')
    broken(words_, b"\xff\xfe")
    broken(table, good[table][:-1])
    broken(words_, b"2")
    broken(words_, b'{"hive": 1, "honey": 2}')
    broken(table, good[table].replace(b"(2, 32)", b"(64,)  "))
    assert "1 words but 2 vectors" in str(broken(words_, b'["hive"]'))
