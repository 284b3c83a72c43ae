"""What the scripts that train adapters share: a transformer's upper layers with changes of low rank (kg.low_rank)."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from kg.bundled_models import DEFAULT
from kg.low_rank import DOWN, UP
from kg.model_export import load_source

FROZEN = 4  # layers from the bottom that stay as they are
RANK = 16
SCALE = 2.0  # of what is learned, which begins small
DECAY = 0.01
WARM = 0.1  # of the steps, over which the rate rises
MATRICES = (
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip


class Adapted(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """A matrix and its change of low rank, which is zero at first."""

    def __init__(self, matrix: Any) -> None:
        super().__init__()
        self.matrix = matrix
        self.down = torch.nn.Parameter(torch.randn(RANK, matrix.in_features) / math.sqrt(matrix.in_features))
        self.up = torch.nn.Parameter(torch.zeros(matrix.out_features, RANK))

    def forward(self, states: Any) -> Any:
        linear = torch.nn.functional.linear
        down, up = self.down.to(states.dtype), (SCALE * self.up).to(states.dtype)
        return self.matrix(states) + linear(linear(states, down), up)


def loaded() -> tuple[Any, Any]:
    """The bundled transformer, which does not learn, and its tokenizer."""
    model = load_source(DEFAULT)
    bert = model[0].auto_model
    bert.set_attn_implementation("eager")
    bert.requires_grad_(False)
    for module in bert.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return bert, model.tokenizer.backend_tokenizer


def adapted_layers(bert: Any) -> Any:
    """The layers above the frozen ones, each of their matrices with a change that learns."""
    layers = copy.deepcopy(bert.encoder.layer[FROZEN:])
    for layer in layers:
        for name in MATRICES:
            parent, _, own = name.rpartition(".")
            setattr(layer.get_submodule(parent), own, Adapted(layer.get_submodule(name)))
    return layers


def through(layers: Any, states: Any, mask: Any) -> Any:
    """States [texts, tokens, width] after the layers; `mask` [texts, tokens] is 0 for padding."""
    away = ((1 - mask.float())[:, None, None, :] * -1e4).to(states.dtype)
    for layer in layers:
        found = layer(states, away)
        states = found[0] if isinstance(found, tuple) else found
    return states


def rate(step: int, steps: int) -> float:
    """Share of the full rate: it rises, then falls."""
    return min(1.0, (step + 1) / (WARM * steps)) * max(0.02, 1 - step / steps)


def changes(layers: Any) -> Mapping[str, np.ndarray]:  # type: ignore[type-arg, unused-ignore]
    """What kg.low_rank.adapt takes, in float16."""
    out = {}
    for number, layer in enumerate(layers, start=FROZEN):
        for name in MATRICES:
            matrix = layer.get_submodule(name)
            out[f"encoder.layer.{number}.{name}{DOWN}"] = matrix.down.detach().half().numpy()
            out[f"encoder.layer.{number}.{name}{UP}"] = (SCALE * matrix.up).detach().half().numpy()
    return out


def mean(adapters: Sequence[Mapping[str, np.ndarray]]) -> Mapping[str, np.ndarray]:  # type: ignore[type-arg, unused-ignore]
    """One adapter whose change of each matrix is the mean of theirs: its rank is the sum of theirs."""
    out = {}
    for name in adapters[0]:
        tables = [a[name].astype(np.float32) for a in adapters]
        if name.endswith(DOWN):
            out[name] = np.concatenate(tables)
        elif name.endswith(UP):
            out[name] = np.concatenate(tables, axis=1) / len(tables)
        else:
            out[name] = np.mean(tables, axis=0)
    return {name: table.astype(np.float16) for name, table in out.items()}
