"""Questions as they are understood over a few concepts and two little documents on bees, for the tests of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from graphs import concept, document

from kg.answering.claims import Claims
from kg.answering.question import Asked, Linker, understand
from kg.ontology import Ontology
from kg.ontology_files import load

HIVES = """\
Keeping bees
A colony grows in stages: awakening, build-up, swarming, wintering.
A top-bar hive is a trough. A Langstroth hive is a stack of boxes.
Queens and Their Daughters in the North is a paper by Aino Oksanen.
Propolis seals the cracks of a hive in 1927 ways.
"""
УЛЬИ = """\
Пчёлы
Осмотр улья: окуривание, разборка, запись.
Пасека — место для ульев. Мёд бывает цветочный и падевый.
"""
CONCEPTS = [
    concept("hive", "concept", en="Hive", ru="Улей"),
    concept("top-bar-hive", "concept", en="Top-bar hive"),
    concept("langstroth", "concept", en="Langstroth hive", alt=[("Langstroth", "en")]),
    concept("colony", "concept", en="Colony growth"),
    concept("propolis", "concept", en="Propolis", ru="Прополис"),
    concept("paper", "paper", en="Queens and Their Daughters in the North"),
    concept("oksanen", "person", en="Aino Oksanen", alt=[("Oksanen", "en")]),
    concept("apiary", "concept", en="Apiary", ru="Пасека"),
    concept("honey", "concept", ru="Цветочный мёд"),
    concept("jelly-1", "concept", en="Jelly"),
    concept("jelly-2", "concept", en="jelly"),
]
TITLES = {"hives.txt": ["handbook", "hive-handbook"], "пчёлы.txt": ["пчеловодство", "презентация"]}


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    return load()


@lru_cache(maxsize=1)
def linker() -> Linker:
    return Linker({c.id: c for c in CONCEPTS})


@lru_cache(maxsize=1)
def claims() -> Claims:
    return Claims((document("hives.txt", "en", HIVES), document("пчёлы.txt", "ru", УЛЬИ)))


def asked(
    text: str, *, mended: Mapping[str, str] | None = None, titles: Mapping[str, Sequence[str]] = TITLES, lang: str = ""
) -> Asked:
    return understand(
        text,
        mended=mended or {},
        linker=linker(),
        claims=claims(),
        ontology=ontology(),
        titles=titles,
        lang=lang or None,
    )
