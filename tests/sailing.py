"""A small course on sailing: English notes, a Russian one, a reading list, words in both languages, contradictions."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from homekit import make_home

from kg.base import KnowledgeBase, build
from kg.ontology import shipped
from kg.settings import Settings

SOURCES = {
    "first-trip.md": """\
# The first trip under sail

A **keel** is a heavy fin under the hull that keeps a boat from sliding sideways.

**Leeway** is the drift of a boat away from the wind.

## Four steps of tacking

1. **Warning**: the helmsman tells the crew what is coming.
2. **Turning**: the bow goes through the wind.
3. **Trimming**: the sheets are hauled in on the new side.
4. **Checking**: everybody looks around for other boats.

## Three types of anchors

1. **Plough anchor**: digs into sand like the tool of a farmer.
2. **Mushroom anchor**: sinks into mud and holds a mooring buoy.
3. **Grapnel**: four folding arms catch between rocks.
""",
    "deck-handbook.md": """\
# Handbook of the deck

A **lifeline** is a steel wire around the deck that crew members hook their harness to.

A **spinnaker** is a large bellied sail that is flown before the bow in a following wind.

A worn lifeline is replaced every ten years, whatever it looks like.

Much leeway near a coast is dangerous.
""",
    "reading-list.txt": """Contents

HANSEN 2009: Storm tactics for small crews .......... 12
ORLOVA 2014: Reading the sky at sea .......... 48
BRANDT 1998: Anchors, chains and quiet nights .......... 71
""",
    "pod-parusom.md": """\
# Под парусом

Киль — это тяжёлый плавник под корпусом, который не даёт лодке скользить боком.

Шкот — это снасть, которой управляют парусом.

## Три этапа швартовки

1. **Подготовка**: кранцы вывешивают за борт.
2. **Подход**: лодка идёт к причалу против ветра.
3. **Крепление**: концы заводят на кнехты.
""",
}

# A note for each way of saying the opposite of one above.
YEAR = """\
Contents

HANSEN 2012: Storm tactics for small crews .......... 5
KELLER 2001: Sails of flax and cotton .......... 9
"""
ORDER = """\
# Another school of sailing

## Four steps of tacking

1. **Turning**: the bow goes through the wind.
2. **Warning**: the helmsman tells the crew what has happened.
3. **Trimming**: the sheets are hauled in on the new side.
4. **Checking**: everybody looks around for other boats.
"""
MEMBERS = """\
# Ground tackle

## Four types of anchors

1. **Plough anchor**: digs into sand like the tool of a farmer.
2. **Mushroom anchor**: sinks into mud and holds a mooring buoy.
3. **Grapnel**: four folding arms catch between rocks.
4. **Fisherman anchor**: one sharp arm bites into weed.
"""
COUNT = """\
# Ground tackle

There are five types of anchors.
"""
PERIOD = """\
# Harness and wire

A worn lifeline is replaced every three years, whatever it looks like.
"""

TERMS = """\
@prefix :     <https://example.org/sailing/> .
@prefix kg:   <https://w3id.org/studygraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

:keel a skos:Concept ; skos:inScheme kg:Terms ; skos:prefLabel "keel"@en, "киль"@ru .
:mooring a skos:Concept ; skos:inScheme kg:Terms ; skos:prefLabel "mooring"@en, "швартовка"@ru .
:tacking a skos:Concept ; skos:inScheme kg:Terms ; skos:prefLabel "tacking"@en, "поворот оверштаг"@ru .
:spinnaker a skos:Concept ; skos:inScheme kg:Terms ; skos:prefLabel "spinnaker"@en, "спинакер"@ru .
:step a skos:Concept ; skos:inScheme kg:Terms ; skos:prefLabel "step"@en, "этап"@ru .
"""


def opened(
    folder: Path,
    kept: Path,
    *,
    changed: Mapping[str, str | None] | None = None,
    model: str = "",
    bilingual: bool = True,
) -> KnowledgeBase:
    """The course, built in a new folder; `changed`: other texts of notes by name, None for a note that is gone.

    Not `bilingual`: no words of one language are known to be words of the other.
    """
    sources, words = folder / "sources", folder / "ontology"
    for made in (sources, words):
        made.mkdir(parents=True)
    for name, text in (SOURCES | dict(changed or {})).items():
        if text is not None:
            (sources / name).write_text(text, encoding="utf-8")
    for file in shipped().glob("*.ttl"):
        if file.name != "customer-experience.ttl":  # the words of another course
            shutil.copy(file, words)
    if bilingual:
        (words / "sailing.ttl").write_text(TERMS, encoding="utf-8")
    settings = Settings(home=make_home(folder / "home", kept), ontology=words, model=model)
    report = build([sources], settings=settings)
    assert report.problems == ()
    return KnowledgeBase.open(settings)
