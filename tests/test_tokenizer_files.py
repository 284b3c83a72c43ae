"""A tokenizer that was kept in two files cuts texts as the one that was saved does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from kg import tokenizer_files

PIECES = [
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁jour", -3.1), ("ney", -4.25), ("s", -2.0),
    ("▁путь", -5.5), ("▁", -1.5), ("п", -6.0), ("у", -6.1), ("т", -6.2), ("ь", -6.3), ("й", -6.4), ("é", -7.0),
    ("j", -6.5), ("o", -6.6), ("u", -6.7), ("r", -6.8), ("n", -6.9), ("e", -7.1), ("y", -7.2), ("«", -8.0), ("“", -8.1),
]  # fmt: skip


def unigram(*, mask_last: int = 0) -> Tokenizer:
    """With `mask_last` pieces between the others and one more special one."""
    table = [*PIECES, *((f"x{n}", -9.0) for n in range(mask_last)), ("<mask>", 0.0)] if mask_last else PIECES
    tokenizer = Tokenizer(models.Unigram(table, 3, False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", *(["<mask>"] if mask_last else [])]
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in special])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def words() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0, "journey": 1, "##s": 2, "путь": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


KINDS = {"unigram": unigram(), "a special piece at the end": unigram(mask_last=2_000), "words": words()}


@pytest.fixture(scope="module", params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tokenizer, Tokenizer]:
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer_files.save(KINDS[request.param], folder)
    return KINDS[request.param], tokenizer_files.load(folder)


@settings(deadline=None)
@given(st.text(st.sampled_from("journeys путьй\u0306é\u0301e«“» <s>maskx19\n一")))
def test_any_text_is_cut_the_same(both: tuple[Tokenizer, Tokenizer], text: str) -> None:
    saved, loaded = both
    assert loaded.encode(text).ids == saved.encode(text).ids
    assert loaded.encode(text).offsets == saved.encode(text).offsets


def test_special_pieces_keep_their_numbers(both: tuple[Tokenizer, Tokenizer]) -> None:
    saved, loaded = both
    assert {t: loaded.token_to_id(t) for t in saved.get_vocab()} == saved.get_vocab()
    assert loaded.get_added_tokens_decoder().keys() == saved.get_added_tokens_decoder().keys()


def test_the_table_is_kept_once(tmp_path: Path) -> None:
    tokenizer_files.save(unigram(), tmp_path)
    assert len(json.loads((tmp_path / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]) == 4
    assert len(json.loads((tmp_path / "pieces.json").read_text("utf-8"))["pieces"]) == len(PIECES)


@pytest.mark.parametrize("kind", ["words", "a special piece at the end"])
def test_what_cannot_be_parted_stays_whole(kind: str, tmp_path: Path) -> None:
    tokenizer_files.save(KINDS[kind], tmp_path)
    assert json.loads((tmp_path / "pieces.json").read_text("utf-8")) is None
    kept = json.loads((tmp_path / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    assert len(kept) == KINDS[kind].get_vocab_size()
