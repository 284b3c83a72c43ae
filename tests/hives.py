"""A small course on bee-keeping for the tests of answering: notes, cards, a reading list, a Russian note."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from homekit import make_home

from kg.base import KnowledgeBase, build
from kg.settings import Settings

SOURCES = {
    "hive-basics.md": """\
# Bee-keeping for beginners

An **apiary** is a place where several colonies of bees are kept side by side.

**Propolis** is a sticky resin that workers gather from buds and use to seal cracks.

## Four stages of colony growth

1. **Awakening**: the queen starts to lay after the first willow blossoms.
2. **Build-up**: young workers replace the old winter bees.
3. **Swarming**: half of the colony leaves with the old queen.
4. **Wintering**: the cluster keeps itself warm and lives on stores.

## Three types of bees

1. **Queen**: the only female that lays fertilised eggs.
2. **Worker**: a female that feeds larvae, builds comb and forages.
3. **Drone**: a male whose single task is mating.

## Steps of honey extraction

1. **Uncapping**: a warm knife takes the wax lids off the comb.
2. **Spinning**: a centrifuge throws the honey out of the cells.
3. **Straining**: a sieve holds back crumbs of wax.
4. **Settling**: air bubbles rise to the top of the tank.

A **nectar flow** is a period in which many plants bloom at once and colonies gain weight every day.

For example, the lime trees of a city give a nectar flow in early July.
""",
    "apiary-handbook.md": """\
# Handbook of the apiary

## Words to know

**Propolis** is a dark glue of plant resins, beeswax and saliva with which bees line the inside of the hive.

A **smoker** is a tin can with bellows that calms bees with cool smoke.

## Three elements of a hive

1. **Floor**: dead insects and crumbs gather here.
2. **Super**: spare honey is taken from here.
3. **Roof**: rain and wind stay outside.

## Two types of hives

1. **Langstroth hive**: boxes of equal width are stacked upwards.
2. **Top-bar hive**: a single long trough carries bars without frames.

## Diseases

**Varroosis** is an infestation with mites that suck on larvae and adult bees.

How often should a colony be treated against mites in spring?

The **waggle dance** was introduced by Karl von Frisch in a book of 1927.
""",
    "hive-flashcards.txt": """\
Q: What is royal jelly?
A: A milky secretion of nurse bees that is fed to every larva for three days and to future queens for longer.

Q: What is a nuc?
A: A small colony on five frames from which a full hive is raised.

Q: Name the three products of a hive.
A: Honey, wax and pollen.

Q: What is brood?
A: Eggs, larvae and pupae that grow up in the cells of the comb.
""",
    "reading-list.txt": """\
Contents

OKSANEN 2004: Queens and their daughters in northern apiaries .......... 3
MARCHETTI 2011: Smoke, fear and the memory of bees .......... 17
DUBOIS 2016: Why colonies abandon a full hive .......... 29
OKSANEN 2019: Cold clusters and the price of winter stores .......... 41
ЛАЗУТИН 1983: Зимовка сильных семей .......... 52
""",
    "pcheli.md": """\
# Пчеловодство для начинающих

Пасека — это место, где рядом стоят несколько пчелиных семей.

Прополис — это клейкая смола, которой пчёлы заделывают щели улья.

## Три этапа осмотра улья

1. **Окуривание**: дым успокаивает сторожевых пчёл.
2. **Разборка**: рамки вынимают по одной и смотрят на свет.
3. **Запись**: увиденное заносят в журнал пасеки.

## Два вида мёда

- **Цветочный мёд**: собран из нектара лугов и садов.
- **Падевый мёд**: собран из сладких выделений тли.

**Медосбор** — это время, когда цветёт много растений и вес улья растёт каждый день.

Например, городские липы дают медосбор в начале июля.
""",
}

_TREES = "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper Kapok Larch Maple Nutmeg Oak Pine Quince Rowan"
SOURCES["moving.md"] = "# Moving\n\n## 18 steps of moving an apiary\n\n" + "".join(
    f"{n}. **{tree}**: {'heavy ' * 15}lifting.\n" for n, tree in enumerate(_TREES.split(), 1)
)


def write(folder: Path, *, without: Sequence[str] = (), instead: Sequence[tuple[str, str, str]] = ()) -> Path:
    """The sources as files of a new folder, some left out, some with a text `instead` (file, old, new)."""
    folder.mkdir(parents=True)
    for name, text in SOURCES.items():
        for file, old, new in instead:
            if file == name:
                assert old in text
                text = text.replace(old, new)
        if name not in without:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def opened(folder: Path, sources: Path, kept: Path) -> KnowledgeBase:
    """A knowledge base built from `sources` in a new `folder`; `kept` is the cache that outlives the tests."""
    settings = Settings(home=make_home(folder, kept))
    report = build([sources], settings=settings)
    assert report.problems == ()
    return KnowledgeBase.open(settings)
