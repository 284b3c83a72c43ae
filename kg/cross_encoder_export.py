"""The cross-encoder as one ONNX file: the bundled transformer, its adapter multiplied in, mean and head."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from kg import tokenizer_files
from kg.bundled_models import DEFAULT
from kg.cross_encoder import ABOUT, SHIPPED, about, feed, joined
from kg.embedding import MODEL
from kg.low_rank import adapt, read_adapter
from kg.model_export import halved, load_source, optimised
from kg.quiet import quiet

HEAD, BIAS = "head", "bias"  # beside the changes of the matrices: [width], [1]


def export_cross_encoder(folder: Path, *, adapter: Path | None = None) -> None:
    """Write it into `folder`, in one step."""
    import torch

    tables = read_adapter(adapter or SHIPPED)
    source = load_source(DEFAULT)
    bert, tokenizer = source[0].auto_model, source.tokenizer.backend_tokenizer
    adapt(bert, tables)
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

