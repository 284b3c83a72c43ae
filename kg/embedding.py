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

Beside the vector of a whole text there is one for each of its words (kg.token_states), for comparing a question with a
line word by word (kg.late_interaction). Models without a transformer have none.

What stands in the cache folder:
    models/<name>/  model.onnx, tokenizer.json, pieces.json, centres.npy, word-centres.npy, model.json (written last)
    embeddings.db   SQLite: (model, text) hash -> float32 vector, int8 vectors of words; shared by all builds
"""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kg import tokenizer_files
from kg.bundled_models import DEFAULT, LOADERS
from kg.embedding_cache import VectorCache, chunks
from kg.errors import SettingsError, StoreError
from kg.model import Lang
from kg.quiet import quiet
from kg.text import script_of
from kg.token_states import by_word, centred, packed
from kg.tokenizer_files import PIECES, TOKENIZER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Packed = NDArray[np.int8]

FORMAT = 7  # of the exported folder: raise it when the export changes ...
_VECTORS = 5  # ... and this when its vectors do: those that are kept are of no use then
_BATCH_TOKENS = 6_000  # padded tokens in one run: keeps memory small and the matrices in the cache
_BF16_BATCH = 400  # texts from which loading torch pays for itself
_QUERIES = 2_048  # queries whose vectors are remembered
MODEL, WEIGHTS = "model.onnx", "weights.bin"
VECTOR, STATES = "vector", "states"  # its outputs: [text, dimension] and, where there are any, [text, token, width]
LOADED = (TOKENIZER, PIECES, MODEL, WEIGHTS)  # what is loaded of an exported model
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
            self._word_centres: Vectors = np.load(folder / "word-centres.npy")  # [role, width]
            self._tokenizer, self._session = engines(folder, tokens=export.max_tokens, threads=threads)
        except Exception as problem:
            raise StoreError(
                f"{folder}: the embedding model cannot be loaded ({problem}); delete the folder and build again"
            ) from problem
        self._cache = VectorCache(cache, f"{self.name}@{_VECTORS}") if cache else None
        self.has_words = STATES in {o.name for o in self._session.get_outputs()}
        self._queries: OrderedDict[str, tuple[Vectors, Vectors]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def width(self) -> int:
        """Of the vectors of words; 0 where the model has none."""
        return self._word_centres.shape[1] if self.has_words else 0

    def handles(self, lang: Lang) -> bool:
        """Whether similarities between texts of this language mean anything."""
        return lang in self._export.languages

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None) -> Vectors:
        """float32 [len(texts), dimension], unit length. Known texts come from the cache, where there is one."""
        return self._encode(texts, words=False, progress=progress)[0]

    def encode_words(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> tuple[Vectors, list[Packed]]:
        """As `encode`, and of each text int8 [words, width]: a row for each of kg.text.spoken that the model reads.

        No rows at all from a model that gives no states of tokens.
        """
        return self._encode(texts, words=self.has_words, progress=progress)

    def _encode(
        self, texts: Sequence[str], *, words: bool, progress: Callable[[int, int], None] | None
    ) -> tuple[Vectors, list[Packed]]:
        prompted = [self._export.text_prompt + unicodedata.normalize("NFC", t) for t in texts]
        known = self._cache.get(prompted) if self._cache else {}
        width = self._word_centres.shape[1]
        tables = self._cache.get_words(prompted, width=width) if self._cache and words else {}
        todo = {t for t in prompted if t not in known or (words and t not in tables)}
        done = 0
        for chunk in chunks(sorted(todo, key=lambda t: (len(t), t)), 2_048):  # a crash loses one chunk
            vectors, states = self._run_many(chunk, words=words, total=len(todo), done=done, progress=progress)
            said = [t[len(self._export.text_prompt) :] for t in chunk]
            new = dict(zip(chunk, self._centred(vectors, said, role=_TEXT), strict=True))
            new_words = {
                t: packed(centred(s, self._word_centres[_TEXT])) for t, s in zip(chunk, states, strict=bool(words))
            }
            if self._cache:
                self._cache.put(new)
                self._cache.put_words(new_words)
            known, tables, done = new | known, new_words | tables, done + len(chunk)  # what is kept stays as it was
        out: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for i, t in enumerate(prompted):
            out[i] = known[t]
        none: Packed = np.zeros((0, width), dtype=np.int8)
        return out, [tables.get(t, none) for t in prompted]

    def encode_query(self, query: str) -> Vectors:
        """float32 [dimension]. The last queries are remembered."""
        return self._query(query)[0]

    def encode_query_words(self, query: str) -> Vectors:
        """float32 [words, width], of length 1: a row for each of kg.text.spoken that the model reads."""
        return self._query(query)[1]

    def _query(self, query: str) -> tuple[Vectors, Vectors]:
        with self._lock:
            if query in self._queries:
                self._queries.move_to_end(query)
                return self._queries[query]
        prompted = self._export.query_prompt + unicodedata.normalize("NFC", query)
        vectors, states = self.run_words([prompted], prompt=self._export.query_prompt)
        vector = self._centred(vectors, [query], role=_QUERY)[0]
        words = centred(states[0], self._word_centres[_QUERY]) if states else np.zeros((0, 0), dtype=np.float32)
        vector.flags.writeable = words.flags.writeable = False
        with self._lock:
            self._queries[query] = vector, words
            if len(self._queries) > _QUERIES:
                self._queries.popitem(last=False)
        return vector, words

    def _run_many(
        self, texts: Sequence[str], *, words: bool, total: int, done: int, progress: Callable[[int, int], None] | None
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors of texts that come sorted by length, and states of their words if they are wanted."""
        fast = total >= _BF16_BATCH and _has_bf16()
        out: list[Vectors] = []
        states: list[Vectors] = []
        batch = 0
        counts = [len(e.ids) for e in self._tokenizer.encode_batch(list(texts))]
        while batch < len(texts):
            size = 1
            while batch + size < len(texts) and (size + 1) * max(counts[batch : batch + size + 1]) <= _BATCH_TOKENS:
                size += 1
            some = texts[batch : batch + size]
            if fast:
                vectors, tokens = _run_bf16(self._export.source, some, states=words)
            elif words:
                vectors, tokens = self._session.run(None, self._feed(some))
            else:
                vectors, tokens = self.run(some), None
            out.append(vectors)
            states += self._by_word(some, tokens, self._export.text_prompt) if words else []
            batch += size
            if progress:
                progress(done + batch, total)
        return np.concatenate(out) if out else np.zeros((0, self.dimension), dtype=np.float32), states

    def _by_word(self, texts: Sequence[str], tokens: Any, prompt: str) -> list[Vectors]:
        encoded = self._tokenizer.encode_batch(list(texts))
        pairs = zip(texts, encoded, strict=True)
        return [by_word(t, e.offsets, tokens[i], skip=len(prompt)) for i, (t, e) in enumerate(pairs)]

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
        vectors: Vectors = self._session.run([VECTOR], self._feed(texts))[0]
        return vectors

    def run_words(self, texts: Sequence[str], *, prompt: str) -> tuple[Vectors, list[Vectors]]:
        """As `run`, and the states of the words after the prompt, [words, width]; none where the model has none."""
        if not self.has_words:
            return self.run(texts), []
        vectors, tokens = self._session.run([VECTOR, STATES], self._feed(texts))
        return vectors, self._by_word(texts, tokens, prompt)

    def _feed(self, texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        encoded = self._tokenizer.encode_batch(list(texts))
        width = max(len(e.ids) for e in encoded)
        feed = {name: np.zeros((len(encoded), width), dtype=np.int64) for name in self._export.inputs}
        for i, e in enumerate(encoded):
            feed["input_ids"][i, : len(e.ids)] = e.ids
            feed["attention_mask"][i, : len(e.ids)] = 1  # the padding id does not matter where the mask is 0
        return feed


def engines(folder: Path, *, tokens: int, threads: int = 0) -> tuple[Any, Any]:
    """The tokenizer and the session of an exported model, of which a process needs one only: it takes half a second.

    tokens  of a text that are read. Both may be used from several threads; exceptions of damaged files come through.
    """
    folder = folder.resolve()
    stamps = tuple((f.stat().st_mtime_ns, f.stat().st_size) for f in (folder / name for name in LOADED))
    return _engines(folder, stamps, tokens, threads)


@lru_cache(maxsize=4)
def _engines(folder: Path, stamps: tuple[tuple[int, int], ...], tokens: int, threads: int) -> tuple[Any, Any]:
    """`stamps` tell apart what was exported to the same folder at different times."""
    import onnxruntime

    tokenizer = tokenizer_files.load(folder)
    tokenizer.enable_truncation(tokens)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # the export has it done
    # spinning threads win a tenth of a millisecond and cost every other request a core
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
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
        if raw.get("format") != FORMAT or not all((folder / n).is_file() for n in LOADED):
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


def _run_bf16(source: str, texts: Sequence[str], *, states: bool) -> tuple[Vectors, Any]:
    """What the model itself gives for texts that have their prompt already."""
    import torch

    from kg.model_export import load_source, sentence_and_states

    model = _loaded.get(source) or _loaded.setdefault(source, load_source(source))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16), quiet():
        vectors, tokens = sentence_and_states(model, texts)
    return vectors, tokens if states else None
