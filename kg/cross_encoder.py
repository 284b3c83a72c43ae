"""Reading a question and a line together: how surely the line answers the question.

A cross-encoder (Nogueira and Cho 2019, https://arxiv.org/abs/1901.04085): both texts go through one transformer, so
that each word of the question meets each word of the line; vectors that are made apart tell what a line is about, not
whether it says what is asked. The transformer is the bundled multilingual-e5-small with an adapter of low rank (Hu et
al. 2021, https://arxiv.org/abs/2106.09685) that stands in cross_encoder.npz beside this file; the command that trained
it is `found_by` there. The first build joins both into one ONNX file (kg.cross_encoder_export).

What stands in its folder, beside those of the embedding models:
    model.onnx, weights.bin, tokenizer.json, pieces.json, model.json (written last)
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.embedding import LOADED, engines
from kg.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

SHIPPED = files("kg").joinpath("cross_encoder.npz")
ABOUT = "model.json"
FORMAT = 1  # of the exported folder
QUESTION, LINE = 32, 80  # tokens that are read of each
_PROMPTS = ("query: ", "passage: ")  # what the transformer was made to read
_BEGIN, _END = 0, 2  # its signs
_AT_ONCE = 2_000  # padded tokens in one run
_DIGITS = 4  # that are kept: what else stands in the batch may change the sixth


class CrossEncoder:
    """Questions and lines to numbers. Safe to use from several threads."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """StoreError: what stands in `folder` cannot be loaded."""
        try:
            self._tokenizer, self._session = engines(folder, tokens=max(QUESTION, LINE), threads=threads)
        except Exception as problem:
            raise StoreError(
                f"{folder}: the cross-encoder cannot be loaded ({problem}); delete the folder and build again"
            ) from problem

    def scores(self, question: str, lines: Sequence[str]) -> Numbers:
        """float32 [len(lines)]: the log odds that a line answers the question rather than not."""
        out: Numbers = np.zeros(len(lines), dtype=np.float32)
        asked, *read = token_ids(self._tokenizer, question, lines)
        pairs = [joined(asked, ids) for ids in read]
        order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i]), i))
        while order:
            size = len(order)
            while size > 1 and size * len(pairs[order[size - 1]]) > _AT_ONCE:
                size -= 1
            some, order = order[:size], order[size:]
            found = self._session.run(None, feed([pairs[i] for i in some]))[0]
            out[some] = np.round(found, _DIGITS)
        return out


def token_ids(tokenizer: Any, question: str, lines: Sequence[str]) -> list[list[int]]:
    """Ids of the question and of each line, without the model's signs, cut to what is read of them."""
    said = [_PROMPTS[0] + question, *(_PROMPTS[1] + line for line in lines)]
    encoded = tokenizer.encode_batch([unicodedata.normalize("NFC", t) for t in said], add_special_tokens=False)
    return [e.ids[: LINE if i else QUESTION] for i, e in enumerate(encoded)]


def joined(question: Sequence[int], line: Sequence[int]) -> list[int]:
    """A pair as XLM-RoBERTa has it."""
    return [_BEGIN, *question, _END, _END, *line, _END]


def feed(pairs: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    """The inputs of the model for pairs of any length, [pairs, longest]."""
    width = max(map(len, pairs))
    ids, mask = (np.zeros((len(pairs), width), dtype=np.int64) for _ in range(2))
    for i, pair in enumerate(pairs):
        ids[i, : len(pair)] = pair
        mask[i, : len(pair)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def prepare_cross_encoder(folder: Path, *, adapter: Path | None = None) -> None:
    """Export the one that is shipped, or the one with another `adapter`, into `folder`, unless that has it already."""
    if not _is_exported(folder, adapter):
        from kg.cross_encoder_export import export_cross_encoder

        export_cross_encoder(folder, adapter=adapter)


def open_cross_encoder(folder: Path, *, adapter: Path | None = None) -> CrossEncoder:
    """What a build has prepared. SettingsError: none has, or another one."""
    if not _is_exported(folder, adapter):
        raise SettingsError(f"{folder}: the cross-encoder is not prepared; run `kg build` first")
    return CrossEncoder(folder)


def about(adapter: Path | None) -> dict[str, Any]:
    """What model.json says of an export of this adapter."""
    return {"format": FORMAT, "adapter": hashlib.sha256((adapter or SHIPPED).read_bytes()).hexdigest()}


def _is_exported(folder: Path, adapter: Path | None) -> bool:
    try:
        found = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return found == about(adapter) and all((folder / n).is_file() for n in LOADED)
