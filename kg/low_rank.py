"""Adapters of low rank: what is added to the matrices of a transformer, each as the product of two thin ones.

LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685). Those that are shipped stand beside this file as .npz; the
command that trained one is `found_by` in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tables = Mapping[str, NDArray[np.float16]]

DOWN, UP = ".down", ".up"  # of the adapter of a matrix: its change is up @ down
FOUND_BY = "found_by"  # for those who look into the file


def read_adapter(path: Traversable) -> Tables:
    """Arrays by name: of each adapted matrix NAME.down [rank, in] and NAME.up [out, rank], and what else is learned."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as table:
        return {name: table[name] for name in table.files if name != FOUND_BY}


def adapt(transformer: Any, tables: Tables) -> None:
    """Add to each adapted matrix of a torch module its change."""
    import torch

    for name in (n.removesuffix(DOWN) for n in tables if n.endswith(DOWN)):
        change = tables[name + UP].astype(np.float32) @ tables[name + DOWN].astype(np.float32)
        with torch.no_grad():
            transformer.get_submodule(name).weight += torch.from_numpy(change)
