"""How long suggestions take: `python bench/suggest_speed.py [--labels 50000] [--home HOME]`.

Names are made of frequent English and Russian words; some are then typed letter by letter, as they are, with a wrong
letter, backwards, on the other keyboard layout and in the other script's letters. With `--home` the names are those
of that build, and `KnowledgeBase.suggest` is measured. Every letter is one call; nothing is kept between calls. Beside
other programs the clock says more than the processor spends, so both are told.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from wordfreq import top_n_list

from kg.base import KnowledgeBase
from kg.keyboard import relaid, skeleton
from kg.labels import Row
from kg.settings import load_settings
from kg.suggest import Suggester
from kg.text import label_key, words

WAYS = ("as it is", "a wrong letter", "words turned", "other layout", "other script")


def made(count: int, chance: random.Random) -> list[Row]:
    vocabulary = {lang: [w for w in top_n_list(lang, 30_000) if w.isalpha() and len(w) > 2] for lang in ("en", "ru")}
    rows = []
    for n in range(count):
        lang = "ru" if n % 2 else "en"
        text = " ".join(chance.choices(vocabulary[lang], k=chance.choice((1, 2, 2, 2, 3, 3, 4))))
        rows.append(Row(f"c{n // 2}", text, lang, n % 3 == 2, label_key(text), " ".join(words(text))))
    return rows


def typings(name: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """(way, text so far), for every letter of the name from the second on."""
    at = chance.randrange(len(name))
    whole = {
        "as it is": name,
        "a wrong letter": name[:at] + chance.choice("aeonаеон") + name[at + 1 :],
        "words turned": " ".join(reversed(name.split())),
        "other layout": " ".join((relaid(piece) or (piece,))[0] for piece in name.split()),
        "other script": " ".join(map(skeleton, words(name))),
    }
    for way in WAYS:
        for end in range(2, len(whole[way]) + 1):
            yield way, whole[way][:end]


def measure(suggest: Callable[[str], object], names: Sequence[str], chance: random.Random) -> None:
    took: dict[str, list[float]] = defaultdict(list)
    spent: list[float] = []
    worst = (0.0, "")
    for name in names:
        for way, typed in typings(name, chance):
            began, busy = time.perf_counter(), time.thread_time()
            suggest(typed)
            spent.append((time.thread_time() - busy) * 1000)
            ms = (time.perf_counter() - began) * 1000
            took[way].append(ms)
            worst = max(worst, (ms, typed))
    print(f"{'typed':16s} {'calls':>6s} {'p50':>7s} {'p95':>7s} {'p99':>7s} {'most':>7s}  (ms)")
    for way, some in [*took.items(), ("all", [ms for one in took.values() for ms in one])]:
        p50, p95, p99 = np.percentile(some, (50, 95, 99))
        print(f"{way:16s} {len(some):6d} {p50:7.2f} {p95:7.2f} {p99:7.2f} {max(some):7.2f}")
    p50, p99 = np.percentile(spent, (50, 99))
    print(f"processor time of all: p50 {p50:.2f}, p99 {p99:.2f}, most {max(spent):.2f} ms; slowest: {worst[1]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=50_000)
    parser.add_argument("--names", type=int, default=60, help="so many of them are typed")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    chance = random.Random(0)
    began = time.perf_counter()
    if given.home:
        kb = KnowledgeBase.open(load_settings(home=given.home)).warm()
        names = [label for c in kb.graph.concepts.values() for label, _ in c.all_labels() if len(label) < 60]
        suggest: Callable[[str], object] = kb.suggest
    else:
        rows = made(given.labels, chance)
        names = [row.text for row in rows]
        began = time.perf_counter()
        suggester = Suggester(rows, links=lambda concept: int(concept[1:]) % 40)
        suggest = lambda typed: suggester.starting(typed, limit=8)  # noqa: E731
        suggest("a")
    print(f"{len(names)} names, ready in {time.perf_counter() - began:.1f} s")
    measure(suggest, chance.sample(names, min(given.names, len(names))), chance)


if __name__ == "__main__":
    main()
