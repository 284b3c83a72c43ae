"""The embedder: one ONNX model, the vectors of the original, known texts from the cache, no torch while serving."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kg.embedding import Embedder, open_embedder
from kg.embedding_cache import VectorCache, chunks
from kg.errors import SettingsError, StoreError
from kg.model_export import load_source
from kg.settings import Settings

TEXTS = (
    "A barometer measures the pressure of the air.",
    "Rain",
    "",
    "Барометр измеряет давление воздуха, ёлка и й.",
    "Caf\u00e9 \u201cquoted\u201d text " * 120,
)


BUNDLED = ("multilingual-e5-small", "all-MiniLM-L6-v2")


PAIRS = (
    ("A barometer measures the pressure of the air.", "Барометр измеряет давление воздуха."),
    ("A spruce is put up before New Year.", "Ёлку ставят перед Новым годом."),
    ("Customers compare prices before they buy.", "Покупатели сравнивают цены перед покупкой."),
    ("Yeast makes the dough rise.", "Дрожжи заставляют тесто подниматься."),
    ("The parliament passed a new law.", "Парламент принял новый закон."),
    ("A triangle has three sides.", "У треугольника три стороны."),
    ("The pianist practises every morning.", "Пианист занимается каждое утро."),
    ("The keel keeps a boat from sliding sideways.", "Киль не даёт лодке скользить боком."),
)


@pytest.fixture(scope="module")
def embedder(kept_cache: Path) -> Embedder:
    return open_embedder(Settings(), serving=False, cache=kept_cache)


@pytest.fixture(scope="module")
def english(kept_cache: Path) -> Embedder:
    return open_embedder(Settings(model="all-MiniLM-L6-v2"), serving=False, cache=kept_cache)


def test_vectors_have_unit_length_and_keep_the_order_of_the_texts(embedder: Embedder) -> None:
    together = embedder.encode(TEXTS)
    assert together.shape == (5, embedder.dimension) == (5, 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(embedder.encode([text])[0] @ vector) > 0.99999


def test_padding_changes_nothing(embedder: Embedder) -> None:
    alone = embedder.run(["Rain"])[0]
    beside = embedder.run(["Rain", "a much longer text about the weather in the mountains " * 10])[0]
    assert float(alone @ beside) > 0.99999


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
def test_the_export_is_the_original_model(kept_cache: Path, name: str) -> None:
    """Its vectors as they come, before they are centred; the larger model's table of words is kept in float16."""
    exported = open_embedder(Settings(model=name), serving=False, cache=kept_cache)
    original = load_source(name)
    texts = [*TEXTS, "query: Rain?", "passage: Дождь"]
    theirs = original.encode(texts, prompt="", normalize_embeddings=True, show_progress_bar=False)
    assert ((exported.run(texts) * theirs).sum(axis=1) > 0.9999).all()


def test_composed_and_decomposed_letters_are_one(embedder: Embedder) -> None:
    assert float(embedder.encode_query("caf\u00e9") @ embedder.encode_query("cafe\u0301")) > 0.999


def test_the_smaller_model_handles_english_alone(english: Embedder) -> None:
    assert english.handles("en")
    assert not english.handles("ru")
    assert not english.handles("")
    assert english.name == "all-MiniLM-L6-v2"


def test_the_model_that_comes_without_a_setting_handles_both(embedder: Embedder) -> None:
    assert embedder.handles("en")
    assert embedder.handles("ru")
    assert not embedder.handles("")
    assert embedder.name == "multilingual-e5-small"


def test_a_translation_is_near_and_all_else_is_not(embedder: Embedder) -> None:
    en, ru = (embedder.encode([pair[i] for pair in PAIRS]) for i in (0, 1))
    across = ru @ en.T
    assert across.argmax(axis=1).tolist() == list(range(len(PAIRS)))
    assert across.diagonal().min() > 0.3
    n = len(PAIRS)
    for table in (across, en @ en.T, ru @ ru.T):
        unrelated = (table.sum() - table.trace()) / (n * (n - 1))
        assert abs(unrelated) < 0.1
    raw = embedder.run([f"passage: {en}" for en, _ in PAIRS])
    assert ((raw @ raw.T).sum() - n) / (n * (n - 1)) > 0.6, "the model has lost its cone: centring is needless"


def test_a_question_finds_its_line_in_the_other_language(embedder: Embedder) -> None:
    lines = embedder.encode([en for en, _ in PAIRS] + [ru for _, ru in PAIRS])
    n = len(PAIRS)
    for query, place in (
        ("Что измеряет барометр?", 0), ("What makes dough rise?", 3), ("Сколько сторон у треугольника?", 5),
        ("Что сравнивают покупатели?", 2), ("When does the pianist practise?", 6),
    ):  # fmt: skip
        scores = lines @ embedder.encode_query(query)
        assert scores[:n].argmax() == place, query
        assert scores[n:].argmax() == place, query


def test_both_bundled_models_serve_under_their_names(kept_cache: Path, embedder: Embedder, english: Embedder) -> None:
    for name, prepared in zip(BUNDLED, (embedder, english), strict=True):
        served = open_embedder(Settings(model=name), serving=True, cache=kept_cache)
        assert served.name == prepared.name == name
        assert np.array_equal(served.encode_query("rain"), prepared.encode_query("rain"))


def test_known_texts_are_not_embedded_again(kept_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(kept_cache / "models", tmp_path / "models")
    first = open_embedder(Settings(), serving=False, cache=tmp_path).encode(["one text", "another"])
    again = open_embedder(Settings(), serving=False, cache=tmp_path)
    ran: list[str] = []
    run = again.run

    def counted(texts: list[str]) -> object:
        ran.extend(texts)
        return run(texts)

    monkeypatch.setattr(again, "run", counted)
    second = again.encode(["another", "a third", "one text", "a third"])
    assert ran == ["passage: a third"]
    assert np.array_equal(second[[2, 0]], first)
    assert np.array_equal(second[1], second[3])


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "embeddings.db"
    path.write_bytes(b"no database at all" * 100)
    cache = VectorCache(path, "model")
    cache.put({"текст": np.ones(3, dtype=np.float32)})
    assert VectorCache(path, "model").get(["текст", "other"])["текст"].tolist() == [1, 1, 1]
    assert VectorCache(path, "another model").get(["текст"]) == {}


def test_no_texts_no_vectors(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, 384)


def test_progress_counts_the_texts_that_were_embedded(kept_cache: Path, tmp_path: Path) -> None:
    shutil.copytree(kept_cache / "models", tmp_path / "models")
    seen: list[tuple[int, int]] = []
    open_embedder(Settings(), serving=False, cache=tmp_path).encode(
        [f"text {i}" for i in range(7)], progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (7, 7)
    assert seen == sorted(seen)


def test_serving_needs_a_prepared_model(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="kg build"):
        open_embedder(Settings(), serving=True, cache=tmp_path)


def test_a_missing_model_is_one_clear_line(tmp_path: Path) -> None:
    folder = tmp_path / "nothing here"
    folder.mkdir()
    with pytest.raises(SettingsError, match="KG_MODEL=") as caught:
        open_embedder(Settings(model=str(folder)), serving=False, cache=tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "cache").rglob("model.json"))


def test_a_half_written_export_is_not_used(kept_cache: Path, tmp_path: Path) -> None:
    shutil.copytree(kept_cache / "models", tmp_path / "models")
    (tmp_path / "models" / "multilingual-e5-small" / "model.json").unlink()
    with pytest.raises(SettingsError, match="not prepared"):
        open_embedder(Settings(), serving=True, cache=tmp_path)


@pytest.mark.parametrize("file", ["model.onnx", "weights.bin", "tokenizer.json", "pieces.json"])
def test_a_torn_model_says_how_to_mend_it(kept_cache: Path, tmp_path: Path, file: str) -> None:
    shutil.copytree(kept_cache / "models", tmp_path / "models")
    (tmp_path / "models" / "multilingual-e5-small" / file).write_bytes(b"torn")
    with pytest.raises(StoreError, match="build again"):
        open_embedder(Settings(), serving=True, cache=tmp_path)


@pytest.mark.parametrize(
    ("name", "languages", "tokens", "prompts"),
    [(BUNDLED[0], ["en", "ru"], 512, ("query: ", "passage: ")), (BUNDLED[1], ["en"], 256, ("", ""))],
    ids=BUNDLED,
)
def test_what_is_written_of_a_model(
    kept_cache: Path, name: str, languages: list[str], tokens: int, prompts: tuple[str, str]
) -> None:
    open_embedder(Settings(model=name), serving=False, cache=kept_cache)
    described = json.loads((kept_cache / "models" / name / "model.json").read_text(encoding="utf-8"))
    assert described["languages"] == languages
    assert described["max_tokens"] == tokens
    assert (described["query_prompt"], described["text_prompt"]) == prompts
    centres = np.load(kept_cache / "models" / name / "centres.npy")
    assert centres.shape == (2, 2, 384)
    assert centres.any() == (name == BUNDLED[0]), "only a model with a narrow cone is centred"


def test_serving_imports_no_torch(embedder: Embedder, kept_cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from kg.embedding import open_embedder; from kg.settings import Settings\n"
        f"e = open_embedder(Settings(), serving=True, cache=Path({str(kept_cache)!r}))\n"
        "assert e.encode_query('rain').shape == (384,)\n"
        "print(*sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_chunks_lose_nothing() -> None:
    assert [list(c) for c in chunks(list(range(5)), 2)] == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 3)) == []


def test_a_model_is_loaded_once_in_a_process_and_anew_when_it_changed(kept_cache: Path, tmp_path: Path) -> None:
    """A new build that is taken over while serving needs no second copy of it."""
    one, two = (open_embedder(Settings(), serving=True, cache=kept_cache) for _ in range(2))
    assert one._session is two._session
    assert one._tokenizer is two._tokenizer
    shutil.copytree(kept_cache / "models" / "multilingual-e5-small", tmp_path / "models" / "multilingual-e5-small")
    other = open_embedder(Settings(), serving=True, cache=tmp_path)
    assert other._session is not one._session
    (tmp_path / "models" / "multilingual-e5-small" / "model.onnx").write_bytes(b"torn")
    with pytest.raises(StoreError, match="build again"):
        open_embedder(Settings(), serving=True, cache=tmp_path)
