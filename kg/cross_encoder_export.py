"""The cross-encoder as one ONNX file: the bundled transformer, its adapter multiplied in, mean and head."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg import tokenizer_files
from kg.bundled_models import DEFAULT
from kg.cross_encoder import ABOUT, SHIPPED, about, feed, joined
from kg.embedding import MODEL
from kg.model_export import halved, load_source, optimised
from kg.quiet import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tables = Mapping[str, NDArray[np.float16]]

HEAD, BIAS, FOUND_BY = "head", "bias", "found_by"  # the last is the command, for those who look into it
DOWN, UP = ".down", ".up"  # of the adapter of a matrix: its change is up @ down


def read_adapter(path: Path | None) -> Tables:
    """Arrays by name: `head` [width], `bias` [1], and of each adapted matrix NAME.down [rank, in], NAME.up [out, rank].

    path  None: the one that is shipped
    """
    with (path or SHIPPED).open("rb") as file, np.load(file, allow_pickle=False) as table:
        return {name: table[name] for name in table.files if name != FOUND_BY}


def export_cross_encoder(folder: Path, *, adapter: Path | None = None) -> None:
    """Write it into `folder`, in one step."""
    import torch

    tables = read_adapter(adapter)
    source = load_source(DEFAULT)
    bert, tokenizer = source[0].auto_model, source.tokenizer.backend_tokenizer
    _adapt(bert, tables)
    bert.set_input_embeddings(halved(bert.get_input_embeddings().weight))

    class Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        """Pairs to log odds: the mean of the states of all tokens, times the head."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert
            self.head = torch.from_numpy(tables[HEAD].astype(np.float32))
            self.bias = float(tables[BIAS][0])

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            return ((states * mask).sum(1) / mask.sum(1)) @ self.head + self.bias

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        ids = tokenizer.encode("a pair", add_special_tokens=False).ids
        sample = {n: torch.from_numpy(t) for n, t in feed([joined(ids, ids), joined(ids, ids * 2)]).items()}
        axes = {n: {0: "pair", 1: "token"} for n in sample} | {"score": {0: "pair"}}
        with torch.no_grad(), quiet():
            torch.onnx.export(
                Whole().eval(), tuple(sample.values()), str(beside / MODEL), input_names=list(sample),
                output_names=["score"], dynamic_axes=axes, opset_version=17, dynamo=False,
            )  # fmt: skip
        optimised(beside / MODEL)
        tokenizer_files.save(tokenizer, beside)
        (beside / ABOUT).write_text(json.dumps(about(adapter)), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _adapt(bert: Any, tables: Tables) -> None:
    """Add to each adapted matrix its change."""
    import torch

    for name in (n.removesuffix(DOWN) for n in tables if n.endswith(DOWN)):
        change = tables[name + UP].astype(np.float32) @ tables[name + DOWN].astype(np.float32)
        with torch.no_grad():
            bert.get_submodule(name).weight += torch.from_numpy(change)
