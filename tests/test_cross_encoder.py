"""The cross-encoder: what it says of lines, that it says the same each time, and what it says of damage."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from kg import cross_encoder_export
from kg.cross_encoder import (
    ABOUT,
    LINE,
    QUESTION,
    SHIPPED,
    CrossEncoder,
    feed,
    joined,
    open_cross_encoder,
    prepare_cross_encoder,
    token_ids,
)
from kg.cross_encoder_export import BIAS, HEAD
from kg.errors import SettingsError, StoreError
from kg.low_rank import DOWN, UP, read_adapter

# Questions about lines that nobody trained on; each line answers the question of its number alone.
LINES = (
    ("Mortar. It hardens because lime takes gas from the air.", "Раствор. Он твердеет, поглощая углекислый газ."),
    ("Foxes. They dig a second entrance to escape by.", "Лисы. Второй выход из норы они роют, чтобы убежать."),
    ("Sails. The jib is set before the mast.", "Паруса. Кливер ставят перед мачтой."),
    ("Ink. Oak galls and iron salts were boiled together.", "Чернила. Дубильные орешки варили с железным купоросом."),
    ("Tides. They are highest at full moon and new moon.", "Приливы. Выше всего они в полнолуние и новолуние."),
)  # fmt: skip
QUESTIONS = (
    ("Why does mortar become hard?", "Почему раствор затвердевает?"),
    ("What do foxes use the second way out for?", "Зачем лисам запасной ход?"),
    ("Where is the jib?", "Где находится кливер?"),
    ("Which ingredients did ink have?", "Из чего делали чернила?"),
    ("When is the water at its highest?", "Когда вода поднимается выше всего?"),
)


@pytest.fixture(scope="session")
def folder(kept_cache: Path) -> Path:
    found = kept_cache / "models" / "cross-encoder"
    prepare_cross_encoder(found)
    return found


@pytest.fixture(scope="session")
def reader(folder: Path) -> CrossEncoder:
    return open_cross_encoder(folder)


@pytest.mark.parametrize(("asked", "told"), [(0, 0), (1, 1), (0, 1), (1, 0)], ids=["en", "ru", "en-ru", "ru-en"])
def test_the_line_that_answers_is_the_likeliest(reader: CrossEncoder, asked: int, told: int) -> None:
    lines = [pair[told] for pair in LINES]
    best = [int(reader.scores(pair[asked], lines).argmax()) for pair in QUESTIONS]
    assert sum(n == i for n, i in enumerate(best)) >= (4 if asked == told else 3), best


def test_a_line_about_something_else_is_unlikely(reader: CrossEncoder) -> None:
    assert (reader.scores("Who won the cup final?", [en for en, _ in LINES]) < 0).all()
    assert (reader.scores("Кто выиграл финал кубка?", [ru for _, ru in LINES]) < 0).all()


def test_what_else_is_read_changes_nothing(reader: CrossEncoder) -> None:
    lines = [side for pair in LINES for side in pair] + ["word " * 300, "слово", ""]
    together = reader.scores(QUESTIONS[0][0], lines)
    alone = [float(reader.scores(QUESTIONS[0][0], [line])[0]) for line in lines]
    assert together.dtype == np.float32
    assert together.tolist() == pytest.approx(alone, abs=2e-4)
    assert reader.scores(QUESTIONS[0][0], lines[::-1])[::-1].tolist() == pytest.approx(alone, abs=2e-4)
    assert reader.scores("Why?", []).shape == (0,)


def test_composed_and_decomposed_letters_are_one(reader: CrossEncoder) -> None:
    for question, line in ((QUESTIONS[0][1], LINES[0][1]), ("Why is the café closed?", "Café. Closed in May.")):
        other = [unicodedata.normalize("NFD", t) for t in (question, line)]
        assert reader.scores(other[0], [other[1]]).tolist() == reader.scores(question, [line]).tolist()


def test_long_texts_are_cut(reader: CrossEncoder) -> None:
    asked, read = token_ids(reader._tokenizer, "why " * 100, ["line " * 300])
    assert (len(asked), len(read)) == (QUESTION, LINE)
    assert joined([5], [6, 7]) == [0, 5, 2, 2, 6, 7, 2]
    assert feed([[1], [2, 3]])["attention_mask"].tolist() == [[1, 0], [1, 1]]


@pytest.mark.slow
def test_the_export_is_the_adapted_model(reader: CrossEncoder) -> None:
    """Computed once more with the matrices of the adapter beside those of the transformer, not multiplied in."""
    import torch

    from kg.bundled_models import DEFAULT
    from kg.model_export import load_source

    source, tables = load_source(DEFAULT), read_adapter(SHIPPED)
    bert = source[0].auto_model

    def beside(name: str) -> None:
        down, up = (torch.from_numpy(tables[name + end].astype(np.float32)) for end in (DOWN, UP))
        bert.get_submodule(name).register_forward_hook(lambda _, given, out: out + given[0] @ down.T @ up.T)

    for name in (n.removesuffix(DOWN) for n in tables if n.endswith(DOWN)):
        beside(name)
    question, lines = QUESTIONS[1][0], [en for en, _ in LINES]
    asked, *read = token_ids(source.tokenizer.backend_tokenizer, question, lines)
    for line, ids in zip(lines, read, strict=True):
        with torch.no_grad():
            states = bert(input_ids=torch.tensor([joined(asked, ids)])).last_hidden_state[0]
        odds = float(states.mean(0) @ torch.from_numpy(tables[HEAD].astype(np.float32))) + float(tables[BIAS][0])
        assert float(reader.scores(question, [line])[0]) == pytest.approx(odds, abs=0.02)


@pytest.mark.slow
def test_the_mean_of_adapters_changes_a_matrix_by_the_mean_of_their_changes() -> None:
    spec = importlib.util.spec_from_file_location("training", Path(__file__).parents[1] / "bench" / "adapting.py")
    assert spec is not None
    assert spec.loader is not None
    training = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(training)
    random = np.random.default_rng(0)

    def adapter() -> dict[str, np.ndarray]:  # type: ignore[type-arg]
        shapes = {HEAD: (8,), BIAS: (1,), "m" + DOWN: (2, 8), "m" + UP: (4, 2)}
        return {name: random.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}

    def change(tables: Mapping[str, np.ndarray]) -> np.ndarray:  # type: ignore[type-arg]
        return tables["m" + UP].astype(np.float32) @ tables["m" + DOWN].astype(np.float32)  # type: ignore[no-any-return]

    some = [adapter() for _ in range(3)]
    found = training.mean(some)
    assert np.allclose(change(found), np.mean([change(a) for a in some], axis=0), atol=0.01)
    assert np.allclose(found[HEAD], np.mean([a[HEAD] for a in some], axis=0), atol=0.01)


def test_the_adapter_is_small_whole_and_plain() -> None:
    tables = read_adapter(SHIPPED)
    names = {n.removesuffix(end) for n in tables for end in (DOWN, UP) if n.endswith(end)}
    assert all(name + end in tables for name in names for end in (DOWN, UP))
    assert all(np.isfinite(t.astype(np.float32)).all() and t.dtype == np.float16 for t in tables.values())
    assert sum(t.size for t in tables.values()) < 4_000_000


def test_serving_needs_a_prepared_one(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SettingsError, match="kg build"):
        open_cross_encoder(tmp_path)
    shutil.copytree(folder, tmp_path / "other")
    (tmp_path / "other" / ABOUT).write_text(json.dumps({"format": 1, "adapter": "another"}), encoding="utf-8")
    with pytest.raises(SettingsError, match="kg build"):
        open_cross_encoder(tmp_path / "other")


@pytest.mark.parametrize("file", ["model.onnx", "weights.bin", "tokenizer.json", "pieces.json"])
def test_a_torn_one_says_how_to_mend_it(folder: Path, tmp_path: Path, file: str) -> None:
    shutil.copytree(folder, tmp_path / "torn")
    (tmp_path / "torn" / file).write_bytes(b"torn")
    with pytest.raises(StoreError, match="build again"):
        open_cross_encoder(tmp_path / "torn")


def test_a_prepared_one_is_not_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_encoder_export, "export_cross_encoder", lambda *_, **__: pytest.fail("made again"))
    prepare_cross_encoder(folder)


def test_it_is_loaded_once_in_a_process(folder: Path, reader: CrossEncoder) -> None:
    assert open_cross_encoder(folder)._session is reader._session


def test_reading_imports_no_torch(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from kg.cross_encoder import open_cross_encoder\n"
        f"assert open_cross_encoder(Path({str(folder)!r})).scores('Why?', ['Because.']).shape == (1,)\n"
        "print(*sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
