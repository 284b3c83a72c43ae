"""From a sentence_transformers model to one ONNX file, and what is measured of the model on the way.

Pooling and normalising are part of the file, and where the model is a transformer it gives the states of the tokens
too. It is compared with the original; whether the model handles Russian, and where the centres of its vectors lie
(kg.embedding), is found with the sentences below.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg import tokenizer_files
from kg.bundled_models import LOADERS, load
from kg.embedding import MODEL, SCRIPTS, STATES, VECTOR, WEIGHTS, Embedder, Export, folder_name
from kg.errors import SettingsError
from kg.quiet import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_PARITY = 0.9999
_APART = 0.2  # by which sentences are nearer to their translations than to any other, on average, in centred cosines
_NEAREST = 0.8  # share of sentences whose translation is the nearest
_CONE = 0.3  # mean cosine of unrelated sentences from which a model's vectors are centred
_LARGE = 60_000  # words from which the table of words is kept in float16: half of a file of hundreds of megabytes

# Sentences that have nothing to do with each other, with their translations. A model handles Russian if each finds its
# own translation among the others; the mean of their vectors is the centre.
PROSE = (
    ("The train leaves the station at noon.", "Поезд отправляется со станции в полдень."),
    ("Our company sells used bicycles.", "Наша компания продаёт подержанные велосипеды."),
    ("The patient was treated with antibiotics.", "Пациента лечили антибиотиками."),
    ("Children learn a language by listening.", "Дети учат язык, слушая."),
    ("Prices rose because of the drought.", "Цены выросли из-за засухи."),
    ("The court rejected the appeal.", "Суд отклонил апелляцию."),
    ("A sonnet has fourteen lines.", "В сонете четырнадцать строк."),
    ("Bees dance to show the others where flowers are.", "Пчёлы танцем показывают другим, где цветы."),
    ("Concrete needs days to become hard.", "Бетону нужно несколько дней, чтобы затвердеть."),
    ("The river froze before the ships could sail.", "Река замёрзла раньше, чем корабли смогли отплыть."),
    ("Voting is secret, and every vote counts the same.", "Голосование тайное, и каждый голос равен другому."),
    ("Rice is boiled in twice its volume of water.", "Рис варят в двойном объёме воды."),
    ("Two sets are equal if they have the same elements.", "Два множества равны, если состоят из одних элементов."),
    ("The violin is tuned in fifths.", "Скрипку настраивают по квинтам."),
    ("Volcanic soil is fertile.", "Вулканическая почва плодородна."),
    ("The password must be changed every month.", "Пароль нужно менять каждый месяц."),
    ("Light slows down when it enters glass.", "Свет замедляется, когда входит в стекло."),
    ("The museum is closed on Mondays.", "По понедельникам музей закрыт."),
    ("Wool keeps warm even when it is wet.", "Шерсть греет, даже когда намокнет."),
    ("She inherited the house from her aunt.", "Дом она унаследовала от тёти."),
    ("Interest is paid at the end of the year.", "Проценты выплачиваются в конце года."),
    ("The goalkeeper broke his arm.", "Вратарь сломал руку."),
    ("Maps show mountains in brown.", "Горы на картах показывают коричневым."),
    ("Sleep helps memory.", "Сон помогает памяти."),
)
QUESTIONS = (
    ("When does the train leave?", "Когда отправляется поезд?"),
    ("What are antibiotics used for?", "Для чего нужны антибиотики?"),
    ("Which instruments are tuned in fifths?", "Какие инструменты настраивают по квинтам?"),
    ("Who may vote?", "Кто имеет право голосовать?"),
    ("How do bees find flowers?", "Как пчёлы находят цветы?"),
    ("Why did prices rise?", "Почему выросли цены?"),
    ("What is a sonnet?", "Что такое сонет?"),
    ("How long does concrete take to harden?", "Сколько времени твердеет бетон?"),
    ("Where does the river freeze first?", "Где река замерзает раньше всего?"),
    ("Name the elements of the set.", "Назовите элементы множества."),
    ("What is the difference between wool and cotton?", "Чем шерсть отличается от хлопка?"),
    ("opening hours of the museum", "часы работы музея"),
    ("change of password", "смена пароля"),
    ("Give an example of fertile soil.", "Приведите пример плодородной почвы."),
    ("Does sleep help memory?", "Помогает ли сон памяти?"),
    ("Who inherited the house, and when?", "Кто и когда унаследовал дом?"),
)


def load_source(source: str) -> Any:
    """A sentence_transformers model on the CPU; a bundled one, by its name, never touches the network."""
    with quiet():
        if source in LOADERS:
            return load(source).eval()
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(source, device="cpu", local_files_only=Path(source).is_dir()).eval()
        except (OSError, ValueError) as problem:
            known = ", ".join(LOADERS)
            raise SettingsError(
                f"KG_MODEL={source}: no such embedding model ({str(problem).splitlines()[0]}); bundled are {known}"
            ) from problem


def export_model(source: str, folder: Path) -> Export:
    """Write the exported model into `folder`, in one step. SettingsError: no such model, or one that cannot be used."""
    import torch

    model = load_source(source)
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise SettingsError(f"KG_MODEL={source}: the model has no fast tokenizer; choose one with a tokenizer.json")
    accepted = set(getattr(model.tokenizer, "model_input_names", ()))
    inputs = tuple(
        n for n in ("input_ids", "attention_mask", "token_type_ids") if n in accepted | {"input_ids", "attention_mask"}
    )
    limit = min(int(model.get_max_seq_length() or 256), 512)
    inner = getattr(model[0], "auto_model", None)
    states = inner is not None  # a transformer: it has states of tokens

    class Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        """All modules of the model as one graph: transformer, pooling, dense, normalising."""

        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(model)

        def forward(self, *tensors: Any) -> Any:
            features = dict(zip(inputs, tensors, strict=True))
            for module in self.parts:
                features = module(features)
            vector = torch.nn.functional.normalize(features["sentence_embedding"], p=2, dim=1)
            return (vector, features["token_embeddings"]) if states else vector

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        prompts = getattr(model, "prompts", None) or {}
        with quiet():
            sides = [side for pair in PROSE for side in pair] + [" ".join(en for en, _ in PROSE)]
            theirs = model.encode(sides, prompt="", normalize_embeddings=True, show_progress_bar=False)
        known = [tokenizer.encode(text).ids for text in (PROSE[0][0], PROSE[1][0])]  # ids that the model has
        width = min(map(len, known))
        ids = torch.tensor([of[:width] for of in known])
        mask = torch.ones_like(ids)
        mask[1, width - 1 :] = 0
        sample = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
        outputs = [VECTOR, STATES] if states else [VECTOR]
        axes = {n: {0: "text", 1: "token"} for n in (*inputs, *outputs[1:])} | {VECTOR: {0: "text"}}
        if inner is not None and inner.get_input_embeddings().weight.shape[0] >= _LARGE:
            inner.set_input_embeddings(halved(inner.get_input_embeddings().weight))
        with torch.no_grad(), quiet():
            torch.onnx.export(
                Whole(), tuple(sample[n] for n in inputs), str(beside / MODEL), input_names=list(inputs),
                output_names=outputs, dynamic_axes=axes, opset_version=17, dynamo=False,
            )  # fmt: skip
        optimised(beside / MODEL)
        tokenizer_files.save(tokenizer, beside)
        export = Export(
            name=folder_name(source), dimension=int(theirs.shape[1]), max_tokens=limit, inputs=inputs,
            languages=("en",), query_prompt=prompts.get("query") or "",
            text_prompt=prompts.get("document") or prompts.get("passage") or "", source=source,
        )  # fmt: skip
        width = int(inner.config.hidden_size) if inner is not None else 0
        np.save(beside / "centres.npy", np.zeros((2, len(SCRIPTS), export.dimension), dtype=np.float32))
        np.save(beside / "word-centres.npy", np.zeros((2, width), dtype=np.float32))
        trial = Embedder(beside, export, cache=None)
        worst = float((trial.run(sides) * theirs).sum(axis=1).min())
        if worst < _PARITY:
            raise SettingsError(f"KG_MODEL={source}: the exported model differs from the original (cosine {worst:.4f})")
        if _speaks_russian(trial):
            export = replace(export, languages=("en", "ru"))
        np.save(beside / "centres.npy", _centres(trial, export))
        if states:
            np.save(beside / "word-centres.npy", _word_centres(trial, export))
        (beside / "model.json").write_text(json.dumps(asdict(export), indent=1, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return export


def halved(words: Any) -> Any:
    """A module that looks words up in a table of them in float16."""
    import torch

    class Halved(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Parameter(words.detach().half(), requires_grad=False)

        def forward(self, ids: Any) -> Any:
            return torch.nn.functional.embedding(ids, self.table).float()

    return Halved()


def optimised(model: Path) -> None:
    """Rewrite the graph as onnxruntime would when it opens it, with the weights in a file beside it, which is mapped.

    So it opens in half the time. Fusions that hold for every processor only.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    fused = model.with_name("fused.onnx")
    options.optimized_model_filepath = str(fused)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    os.replace(fused, model)


def _speaks_russian(trial: Embedder) -> bool:
    """Whether Russian sentences are clearly nearest to their own translations, in centred vectors.

    Of all-MiniLM-L6-v2 4 % are, by -0.1 on average; of multilingual-e5-small 96 %, by 0.5.
    """
    en, ru = (trial.run([pair[i] for pair in PROSE]) for i in (0, 1))
    table = _about(ru, ru.mean(axis=0)) @ _about(en, en.mean(axis=0)).T
    margin = table.diagonal() - (table - 3 * np.eye(len(table), dtype=np.float32)).max(axis=1)
    return bool(margin.mean() >= _APART and (margin > 0).mean() >= _NEAREST)


def _about(vectors: Vectors, middle: Vectors) -> Vectors:
    moved = vectors - middle
    out: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return out


def _centres(trial: Embedder, export: Export) -> Vectors:
    """[role, script, dimension]: means of unrelated sentences; 0 where these are not near each other."""
    out = np.zeros((2, len(SCRIPTS), export.dimension), dtype=np.float32)
    roles = ((export.query_prompt, QUESTIONS), (export.text_prompt, PROSE))
    for role, (prompt, pairs) in enumerate(roles):
        for script, lang in enumerate(SCRIPTS):
            if lang in export.languages:
                out[role, script] = _mean(trial, [prompt + pair[script] for pair in pairs])
    return out


def _word_centres(trial: Embedder, export: Export) -> Vectors:
    """[role, width]: means over all words of unrelated sentences, in the languages that the model handles."""
    out = []
    for prompt, pairs in ((export.query_prompt, QUESTIONS), (export.text_prompt, PROSE)):
        sides = [i for i, lang in enumerate(SCRIPTS) if lang in export.languages]
        said = [prompt + pair[i] for pair in pairs for i in sides]
        out.append(np.concatenate(trial.run_words(said, prompt=prompt)[1]).mean(axis=0))
    return np.stack(out)


def sentence_and_states(model: Any, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
    """What a sentence_transformers model gives: vectors of length 1, and of each text the states of its tokens."""
    found = model.encode(list(texts), prompt="", batch_size=32, output_value=None, show_progress_bar=False)
    vectors = np.stack([f["sentence_embedding"].float().numpy() for f in found])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    none = np.zeros((0, 0), dtype=np.float32)
    return vectors, [f["token_embeddings"].float().numpy() if "token_embeddings" in f else none for f in found]


def _mean(trial: Embedder, texts: Sequence[str]) -> Vectors:
    vectors = trial.run(texts)
    n = len(texts)
    cone = (float((vectors @ vectors.T).sum()) - n) / (n * (n - 1))
    mean: Vectors = vectors.mean(axis=0) if cone >= _CONE else np.zeros(vectors.shape[1], dtype=np.float32)
    return mean
