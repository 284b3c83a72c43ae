"""KG_MODEL with a model that knows Russian: from a folder of weights to Russian hits of the dense leg."""

from __future__ import annotations

import shutil
from pathlib import Path

import bilingual_model
import numpy as np
import pytest
import sailing
from homekit import KEPT

from kg.base import KnowledgeBase
from kg.embedding import Embedder, open_embedder
from kg.errors import SettingsError
from kg.search_units import PASSAGE
from kg.settings import Settings

VOCABULARY = [w for text in sailing.SOURCES.values() for w in bilingual_model._split(text)]
DENSE = frozenset({"dense"})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bilingual_model.made(tmp_path_factory.mktemp("two"), VOCABULARY)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Path:
    """The cache of other tests, but for their models: this one is made anew each time."""
    folder = tmp_path_factory.mktemp("kept")
    for name in KEPT:
        if name != "models" and (kept_cache / name).is_dir():
            shutil.copytree(kept_cache / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, kept: Path, model: Path) -> KnowledgeBase:
    """Built with that model, without a single bilingual term."""
    return sailing.opened(tmp_path_factory.mktemp("sailing"), kept, model=str(model), bilingual=False)


def embedder(model: Path, cache: Path) -> Embedder:
    return open_embedder(Settings(model=str(model)), serving=False, cache=cache)


def test_a_model_of_two_languages_is_known_as_one(model: Path, tmp_path: Path) -> None:
    found = embedder(model, tmp_path)
    assert found.handles("ru")
    assert found.handles("en")
    assert found.dimension == bilingual_model.DIMENSION
    assert open_embedder(Settings(model=str(model)), serving=True, cache=tmp_path).handles("ru")


def test_a_model_to_which_russian_is_strange_is_not(tmp_path: Path) -> None:
    strange = bilingual_model.made(tmp_path / "strange", VOCABULARY, bilingual=False)
    found = embedder(strange, tmp_path / "cache")
    assert found.handles("en")
    assert not found.handles("ru")


def test_the_export_gives_the_vectors_of_the_model(model: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["a heavy fin under the hull", "тяжёлый плавник под корпусом", "киль", "слово, которого нет: Ё, й"]
    theirs = SentenceTransformer(str(model), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(embedder(model, tmp_path).encode(texts), theirs, atol=1e-4)


def test_a_russian_question_is_embedded_and_hits_russian_text(course: KnowledgeBase) -> None:
    assert course.index.handles("ru")
    hits = course.index.search("плавник под корпусом", legs=DENSE, kind=PASSAGE, explain=True).hits
    assert hits[0].evidence[0].document == "pod-parusom.md"
    assert hits[0].explain is not None
    assert hits[0].explain["parts"]["dense"] > 0  # type: ignore[index]
    assert course.index.search("шкот", legs=DENSE).hits[0].id == "шкот"


def test_a_russian_question_hits_english_text_without_any_terms(
    tmp_path: Path, kept: Path, model: Path, kept_cache: Path
) -> None:
    changed = {"pod-parusom.md": None}
    other = sailing.opened(tmp_path / "two", kept, changed=changed, model=str(model), bilingual=False)
    assert other.search("киль", limit=1).hits[0].id == "keel"
    assert other.index.search("тяжёлый плавник", legs=DENSE).hits[0].id == "keel"
    english = sailing.opened(
        tmp_path / "one", kept_cache, changed=changed, model="all-MiniLM-L6-v2", bilingual=False
    )
    assert not english.index.handles("ru")
    assert english.index.search("киль", legs=DENSE).hits == ()


def test_words_near_a_russian_one(course: KnowledgeBase) -> None:
    assert "keel" in [word for word, _ in course.index.near_words("киль")]


def test_another_model_than_the_builds_is_refused(course: KnowledgeBase, tmp_path: Path) -> None:
    settings = course.settings.model_copy(update={"model": str(tmp_path / "none")})
    with pytest.raises(SettingsError, match="kg build"):
        KnowledgeBase.open(settings).search("keel")
