"""A tokenizer as an exported model keeps it: what it does with a text, and the table of its pieces beside that.

tokenizers spends half a second on the JSON of a unigram table with its 150,000 pairs; as two columns that are handed
to it, it is there in half of that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER, PIECES = "tokenizer.json", "pieces.json"
_HEAD = 1_000  # pieces up to the last special one, whose ids the tokenizer looks up; where they are more, all stay


def save(tokenizer: Tokenizer, folder: Path) -> None:
    """`pieces.json` is null for a model that is no unigram table: tokenizer.json is all of it then."""
    said: dict[str, Any] = json.loads(tokenizer.to_str())
    model, columns = said["model"], None
    head = 1 + max([model.get("unk_id") or 0, *(token["id"] for token in said["added_tokens"])])
    if model["type"] == "Unigram" and head <= _HEAD:
        pieces, scores = zip(*model["vocab"], strict=True)
        columns = {"pieces": pieces, "scores": scores, "unk_id": model["unk_id"], "bytes": model["byte_fallback"]}
        model["vocab"] = model["vocab"][:head]
    for name, content in ((TOKENIZER, said), (PIECES, columns)):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def load(folder: Path) -> Tokenizer:
    """Any exception of a damaged file comes through as it is."""
    from tokenizers import Tokenizer, models

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    if columns := json.loads((folder / PIECES).read_text(encoding="utf-8")):
        table = list(zip(columns["pieces"], columns["scores"], strict=True))
        tokenizer.model = models.Unigram(table, columns["unk_id"], columns["bytes"])
    return tokenizer
