"""Sentence embeddings: one ONNX file run by onnxruntime, at build time and while serving.

The first build loads the model with sentence_transformers and exports it once (kg.model_export). From then on neither
a build nor the service needs torch, with one exception: a large batch on a CPU with bfloat16 instructions, where torch
is twice as fast (`_BF16_BATCH`).

The default model is multilingual-e5-small, one of those that come with the installation (kg.bundled_models). KG_MODEL
names another one of them, a folder, or a name that sentence_transformers knows.

Some models, E5 among them, keep all texts within a narrow cone, where unrelated ones have a cosine of 0.75. Vectors
are therefore centred: the mean of unrelated sentences, of the same role (query or text) and script, is taken off before
they are made of length 1 again (Mu and Viswanath 2018, https://arxiv.org/abs/1702.01417; by language: Libovicky et al.
2020, https://arxiv.org/abs/2004.05160). A cosine then is about 0 for what has nothing in common, whatever the model.

What stands in the cache folder:
    models/<name>/  model.onnx, tokenizer.json, centres.npy, model.json (written last)
    embeddings.db   SQLite: (model, text) hash -> float32 vector; shared by all builds
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kg.bundled_models import DEFAULT, LOADERS
from kg.embedding_cache import VectorCache, chunks
from kg.errors import SettingsError, StoreError
from kg.model import Lang
from kg.quiet import quiet
from kg.text import script_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FORMAT = 4  # of the exported folder: raise it when the export changes
_BATCH_TOKENS = 6_000  # padded tokens in one run: keeps memory small and the matrices in the cache
_BF16_BATCH = 400  # texts from which loading torch pays for itself
_QUERIES = 2_048  # queries whose vectors are remembered
WEIGHTS = "weights.bin"  # of model.onnx
_LOADED = ("tokenizer.json", "model.onnx", WEIGHTS)
_QUERY, _TEXT = 0, 1  # roles: rows of the centres
SCRIPTS: tuple[Lang, ...] = ("en", "ru")  # their columns


class EmbedderSettings(Protocol):
    """The part of kg.settings.Settings that is needed here."""

    @property
    def model(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Export:
    """What model.json says of an exported model."""

    name: str
    dimension: int
    max_tokens: int
    inputs: tuple[str, ...]
    languages: tuple[Lang, ...]
    query_prompt: str
    text_prompt: str
    source: str
    format: int = FORMAT


class Embedder:
    """Texts to unit vectors. Safe to use from several threads."""

    def __init__(self, folder: Path, export: Export, *, cache: Path | None, threads: int = 0) -> None:
        self.name, self.dimension = export.name, export.dimension
        self._export = export
        try:
            self._centres: Vectors = np.load(folder / "centres.npy")  # [role, script, dimension]
            folder = folder.resolve()
            stamps = tuple((f.stat().st_mtime_ns, f.stat().st_size) for f in (folder / name for name in _LOADED))
            self._tokenizer, self._session = _engines(folder, stamps, export.max_tokens, threads)
        except Exception as problem:
            raise StoreError(
                f"{folder}: the embedding model cannot be loaded ({problem}); delete the folder and build again"
            ) from problem
        self._cache = VectorCache(cache, f"{self.name}@{FORMAT}") if cache else None
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def handles(self, lang: Lang) -> bool:
        """Whether similarities between texts of this language mean anything."""
        return lang in self._export.languages

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None) -> Vectors:
        """float32 [len(texts), dimension], unit length. Known texts come from the cache, where there is one."""
        prompted = [self._export.text_prompt + t for t in texts]
        out: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        known = self._cache.get(prompted) if self._cache else {}
        todo = sorted({t for t in prompted if t not in known}, key=lambda t: (len(t), t))
        fresh: dict[str, Vectors] = {}
        for chunk in chunks(todo, 2_048):  # kept as they come: a crash loses one chunk
            vectors = self._run_many(chunk, total=len(todo), done=len(fresh), progress=progress)
            vectors = self._centred(vectors, [t[len(self._export.text_prompt) :] for t in chunk], role=_TEXT)
            new = dict(zip(chunk, vectors, strict=True))
            if self._cache:
                self._cache.put(new)
            fresh |= new
        for i, t in enumerate(prompted):
            out[i] = known[t] if t in known else fresh[t]
        return out

    def encode_query(self, query: str) -> Vectors:
        """float32 [dimension]. The last queries are remembered."""
        with self._lock:
            if query in self._queries:
                self._queries.move_to_end(query)
                return self._queries[query]
        vector: Vectors = self._centred(self.run([self._export.query_prompt + query]), [query], role=_QUERY)[0]
        vector.flags.writeable = False
        with self._lock:
            self._queries[query] = vector
            if len(self._queries) > _QUERIES:
                self._queries.popitem(last=False)
        return vector

    def _run_many(
        self, texts: Sequence[str], *, total: int, done: int, progress: Callable[[int, int], None] | None
    ) -> Vectors:
        """Vectors of texts that come sorted by length."""
        if total >= _BF16_BATCH and _has_bf16():
            return _encode_bf16(self._export.source, texts, done=done, total=total, progress=progress)
        out, batch = [], 0
        counts = [len(e.ids) for e in self._tokenizer.encode_batch(list(texts))]
        while batch < len(texts):
            size = 1
            while batch + size < len(texts) and (size + 1) * max(counts[batch : batch + size + 1]) <= _BATCH_TOKENS:
                size += 1
            out.append(self.run(texts[batch : batch + size]))
            batch += size
            if progress:
                progress(done + batch, total)
        return np.concatenate(out) if out else np.zeros((0, self.dimension), dtype=np.float32)

    def _centred(self, vectors: Vectors, texts: Sequence[str], *, role: int) -> Vectors:
        """Vectors less the centre of their role and script, of length 1."""
        if not self._centres.any():
            return vectors
        scripts = [SCRIPTS.index("ru" if script_of(text) == "ru" else "en") for text in texts]
        moved = vectors - self._centres[role, scripts]
        out: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return out

    def run(self, texts: Sequence[str]) -> Vectors:
        """What the model gives, neither centred nor kept: float32 [len(texts), dimension], length 1."""
        encoded = self._tokenizer.encode_batch(list(texts))
        width = max(len(e.ids) for e in encoded)
        feed = {name: np.zeros((len(encoded), width), dtype=np.int64) for name in self._export.inputs}
        for i, e in enumerate(encoded):
            feed["input_ids"][i, : len(e.ids)] = e.ids
            feed["attention_mask"][i, : len(e.ids)] = 1  # the padding id does not matter where the mask is 0
        vectors: Vectors = self._session.run(None, feed)[0]
        return vectors


@lru_cache(maxsize=2)
def _engines(folder: Path, stamps: tuple[tuple[int, int], ...], tokens: int, threads: int) -> tuple[Any, Any]:
    """The tokenizer and the session of a model, of which a process needs one only: it takes half a second.

    `stamps` tell apart what was exported to the same folder at different times. Both may be used from several threads.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(tokens)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # spinning threads win a tenth of a millisecond and cost every other request a core
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    return tokenizer, session


def open_embedder(settings: EmbedderSettings, *, serving: bool, cache: Path) -> Embedder:
    """The embedder of the settings. `cache` is a folder; it is made where it is missing.

    While serving nothing is exported and no vector cache is written. SettingsError: no such model,
    or (serving) it has not been exported by a build yet.
    """
    folder = cache / "models" / folder_name(settings.model)
    export = _read_export(folder)
    if export is None:
        if serving:
            raise SettingsError(f"{folder}: the embedding model is not prepared; run `kg build` first")
        from kg.model_export import export_model

        export = export_model(settings.model or DEFAULT, folder)
    return Embedder(folder, export, cache=None if serving else cache / "embeddings.db")


def folder_name(model: str) -> str:
    if not model or model in LOADERS:
        return model or DEFAULT
    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(model).name)
    return f"{plain}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def _read_export(folder: Path) -> Export | None:
    try:
        raw = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if raw.get("format") != FORMAT or not all((folder / n).is_file() for n in _LOADED):
            return None
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
        return Export(**fields)
    except (OSError, ValueError, TypeError):
        return None


def _has_bf16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


_loaded: dict[str, Any] = {}  # the torch model of the build that is running


def _encode_bf16(
    source: str, texts: Sequence[str], *, done: int, total: int, progress: Callable[[int, int], None] | None
) -> Vectors:
    import torch

    from kg.model_export import load_source

    model = _loaded.get(source) or _loaded.setdefault(source, load_source(source))
    out = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16), quiet():
        for chunk in chunks(texts, 256):
            out.append(_as_is(model, chunk))
            done += len(chunk)
            if progress:
                progress(done, total)
    vectors: Vectors = np.concatenate(out).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _as_is(model: Any, texts: Sequence[str]) -> Vectors:
    """Vectors of texts that have their prompt already."""
    vectors: Vectors = model.encode(
        list(texts), prompt="", batch_size=32, normalize_embeddings=True, show_progress_bar=False
    )
    return vectors
