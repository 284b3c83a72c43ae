"""Comparing word by word: states of pieces to words, bytes to vectors, and MaxSim against a naive one."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.embedding import Embedder, open_embedder
from kg.late_interaction import LineWords, QueryWords, query_words, telling
from kg.settings import Settings
from kg.text import spoken, word_spans
from kg.token_states import SCALE, by_word, centred, packed, unpacked


@pytest.fixture(scope="module")
def embedder(kept_cache: Path) -> Embedder:
    return open_embedder(Settings(), serving=False, cache=kept_cache)


def pieces(text: str, size: int) -> list[tuple[int, int]]:
    """Tokens of at most `size` characters that never cross a space, between the two that stand for no text."""
    out = [(0, 0)]
    at = 0
    for word in text.split(" "):
        out += [(at + i, min(at + i + size, at + len(word))) for i in range(0, len(word), size)]
        at += len(word) + 1
    return [*out, (0, 0)]


@settings(max_examples=150)
@given(
    st.text(alphabet="abcйё-’'. «“3", max_size=40),
    st.integers(1, 4),
    st.sampled_from(["", "query: "]),
    st.integers(0, 9),
)
def test_a_word_is_the_mean_of_its_pieces(said: str, size: int, prompt: str, cut: int) -> None:
    text = prompt + said
    offsets = pieces(text, size)
    offsets = offsets[: max(1, len(offsets) - cut)]  # as a model that reads no further
    states = np.random.default_rng(0).normal(size=(len(offsets) + 2, 3)).astype(np.float32)  # and some padding
    found = by_word(text, offsets, states, skip=len(prompt))
    read = max((end for _, end in offsets), default=0)
    spans = [s for s in word_spans(said) if s.start + len(prompt) < read]
    assert found.shape == (len(spans), 3)
    for row, span in zip(found, spans, strict=True):
        own = [
            states[i]
            for i, (a, b) in enumerate(offsets)
            if b > a and a < span.end + len(prompt) and b > span.start + len(prompt)
            # a piece that reaches into two words is the first one's
            and not any(s.end + len(prompt) > a and s.start < span.start for s in word_spans(said))
        ]
        assert np.allclose(row, np.mean(own, axis=0) if own else 0, atol=1e-5)


def test_packing_keeps_directions_and_nothing_stays_nothing() -> None:
    states = np.random.default_rng(1).normal(size=(50, 384)).astype(np.float32)
    vectors = centred(states, states.mean(axis=0))
    again = unpacked(packed(vectors))
    assert (vectors * again).sum(axis=1).min() > 0.99
    assert np.abs(vectors @ vectors.T - again @ again.T).max() < 0.02
    nothing = np.zeros((2, 384), dtype=np.float32)
    assert not unpacked(packed(centred(nothing, states.mean(axis=0)))).any()


def naive(query: QueryWords, lines: list[np.ndarray]) -> list[float]:  # type: ignore[type-arg]
    out = []
    for rows in lines:
        total = 0.0
        for vector, weight in zip(query.vectors.tolist(), query.weights.tolist(), strict=True):
            best = 0.0
            for row in rows.astype(float).tolist():
                best = max(best, sum(a * b / SCALE for a, b in zip(vector, row, strict=True)))
            total += weight * best
        out.append(total / sum(query.weights.tolist()))
    return out


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(1, 3), st.integers(0, 1000))
def test_the_likeness_is_that_of_the_naive_one(tmp_path_factory, sizes: list[int], asked: int, seed: int) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("lines")
    rng = np.random.default_rng(seed)
    lines = [rng.integers(-127, 128, size=(n, 5)).astype(np.int8) for n in sizes]
    LineWords.write(folder, "some", lines)
    kept = LineWords.open(folder, "some", lines=len(sizes), width=5)
    if not sum(sizes):
        all_ways = QueryWords(np.eye(5, dtype=np.float32), np.ones(5, dtype=np.float32))
        assert kept is None or not kept.likeness(all_ways, [0]).any()
        return
    assert kept is not None
    assert len(kept) == len(sizes)
    vectors = rng.normal(size=(asked, 5)).astype(np.float32)
    query = QueryWords(
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True), rng.uniform(0.1, 3, size=asked).astype(np.float32)
    )
    order = rng.permutation(len(sizes)).tolist()
    assert kept.likeness(query, order) == pytest.approx([naive(query, lines)[n] for n in order], abs=1e-5)
    assert [kept.size(n) for n in range(len(sizes))] == sizes
    assert kept.likeness(query, []).shape == (0,)


def test_tables_of_others_are_not_taken(tmp_path: Path) -> None:
    assert LineWords.open(tmp_path, "some", lines=1, width=4) is None
    LineWords.write(tmp_path, "some", [np.ones((2, 4), dtype=np.int8)])
    assert LineWords.open(tmp_path, "some", lines=1, width=4) is not None
    assert LineWords.open(tmp_path, "some", lines=2, width=4) is None
    assert LineWords.open(tmp_path, "some", lines=1, width=5) is None
    (tmp_path / "some.words.npy").write_bytes(b"torn")
    assert LineWords.open(tmp_path, "some", lines=1, width=4) is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "text", ["Café “quoted” text", "Ёлка и её «хвоя» — йод", "the bee's self-made café", "", "?!", "слово " * 600]
)
def test_each_word_that_is_read_has_a_row(embedder: Embedder, text: str, form: str) -> None:
    text = unicodedata.normalize(form, text)
    (rows,) = embedder.encode_words([text])[1]
    assert len(rows) == len(spoken(text)) if len(text) < 100 else 400 < len(rows) <= 512
    if len(text) < 100:
        assert len(embedder.encode_query_words(text or "?")) == len(rows)
    assert rows.dtype == np.int8
    kept = telling(text, rows, frozenset({"и", "the"}))
    assert len(kept) == sum(w not in {"и", "the"} for w in spoken(text)[: len(rows)])


def test_words_that_tell_nothing_are_left_out_of_a_query() -> None:
    vectors = np.eye(3, dtype=np.float32)
    found = query_words("what is мёд", vectors, weigh=lambda w: float(w == "мед"))
    assert found is not None
    assert found.vectors.tolist() == [[0, 0, 1]]
    assert query_words("what is it", vectors, weigh=lambda _: 0.0) is None
    assert query_words("", vectors, weigh=lambda _: 1.0) is None
    assert query_words("one two", np.zeros((0, 0), dtype=np.float32), weigh=lambda _: 1.0) is None


LINES = (
    "Vendors lower what they charge when demand drops.",
    "The keel keeps a boat from drifting sideways.",
    "Yeast makes the dough rise.",
    "Пианист упражняется каждое утро.",
    "В парке высадили молодые дубы.",
)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Why do sellers cut prices?", 0),
        ("What stops a ship from sliding?", 1),
        ("Что заставляет тесто подниматься?", 2),
        ("When does the musician practise?", 3),
        ("Где посадили деревья?", 4),
    ],
)
def test_a_line_in_other_words_or_the_other_language_is_the_likest(
    embedder: Embedder, tmp_path: Path, question: str, line: int
) -> None:
    LineWords.write(tmp_path, "few", embedder.encode_words(LINES)[1])
    lines = LineWords.open(tmp_path, "few", lines=len(LINES), width=embedder.width)
    assert lines is not None
    query = query_words(question, embedder.encode_query_words(question), weigh=lambda w: float(len(w) > 4))
    assert query is not None
    assert int(lines.likeness(query, range(len(LINES))).argmax()) == line


def test_vectors_of_words_come_from_the_cache(kept_cache: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(kept_cache / "models", tmp_path / "models")
    first = open_embedder(Settings(), serving=False, cache=tmp_path)
    alone = first.encode(["one text"])  # its vector is known then, its words are not
    vectors, words = first.encode_words(["one text", "another"])
    assert np.array_equal(alone[0], vectors[0])
    again = open_embedder(Settings(), serving=False, cache=tmp_path)
    again._session = None  # type: ignore[assignment]  # nothing is left to embed with
    known, tables = again.encode_words(["another", "one text"])
    assert np.array_equal(known, vectors[::-1])
    assert all(np.array_equal(a, b) for a, b in zip(tables, words[::-1], strict=True))
