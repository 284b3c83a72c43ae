"""From the states of a model's tokens to one vector a word: the mean over its pieces, centred, in a byte a number.

A word is one of kg.text.word_spans, whatever pieces the model's tokenizer makes of it. Like those of whole texts the
vectors are centred, since states of one model lie near each other too (kg.embedding).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.text import word_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Packed = NDArray[np.int8]

SCALE = 256  # of one of hundreds of numbers that together have the length 1
_LEAST = 1e-9  # length below which a vector is none


def by_word(text: str, offsets: Sequence[tuple[int, int]], states: Any, *, skip: int) -> Vectors:
    """float32 [words, width]: means of the states of the tokens that lie in each word of `text` from `skip` on.

    offsets  places of the tokens in the text, in order; (0, 0) for those that stand for no text
    states   [tokens or more, width]; what is past the offsets is padding

    Words past the last token are cut off; one without a token of its own is all zeros.
    """
    states = np.asarray(states, dtype=np.float32)[: len(offsets)]
    spans = word_spans(text[skip:])
    starts = np.array([skip + s.start for s in spans], dtype=np.int64)
    ends = np.array([skip + s.end for s in spans], dtype=np.int64)
    places = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    real = np.flatnonzero(places[:, 1] > places[:, 0])
    last = int(places[real, 1].max()) if len(real) else 0
    spans_read = int(np.searchsorted(starts, last)) if last < len(text) else len(spans)
    out: Vectors = np.zeros((spans_read, states.shape[1]), dtype=np.float32)
    if not spans_read or not len(real):
        return out
    word = np.searchsorted(ends[:spans_read], places[real, 0], side="right")  # the first word that ends after its start
    inside = word < spans_read
    inside[inside] = places[real[inside], 1] > starts[word[inside]]
    np.add.at(out, word[inside], states[real[inside]])
    counts = np.bincount(word[inside], minlength=spans_read)
    out /= np.maximum(counts, 1)[:, None].astype(np.float32)
    return out


def centred(states: Vectors, middle: Vectors) -> Vectors:
    """States less their middle, of length 1; zeros stay zeros."""
    moved = np.where(states.any(axis=1, keepdims=True), states - middle, 0.0).astype(np.float32)
    out: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), _LEAST)
    return out


def packed(vectors: Vectors) -> Packed:
    """int8 of vectors of length 1: the numbers times SCALE, which changes cosines by less than a hundredth."""
    out: Packed = np.clip(np.rint(vectors * SCALE), -127, 127).astype(np.int8)
    return out


def unpacked(rows: Packed) -> Vectors:
    """float32, of length 1 within a hundredth: exact lengths would cost more than the comparing itself."""
    out: Vectors = rows.astype(np.float32)
    out *= 1 / SCALE
    return out
