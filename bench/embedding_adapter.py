"""Trains the adapter of the embedding model e5-small-notes again (kg/embedding.npz), and tells what it is worth.

    python bench/embedding_adapter.py --topics bench/reading-*.jsonl --terms bench/terms-*.jsonl [--write]

TOPICS are lines of subjects that no course here is about, with questions (format: bench/cross_encoder.py): a question
is to be nearer to the line that answers it than to the others of its topic and of the batch. TERMS are
{subject, terms: [{term, definition, uses: [passage, passage]}, ...]}, each text {en, ru}: a definition is to be nearer
to a passage that names its term than to those of the confusable terms beside it. Nearness is the cosine of the whole
texts and, learned at the same time, likeness word by word (kg.late_interaction). A question is read with lines of the
other language four times in ten.

Every tenth topic and every eleventh subject are held out, and the first text found among all of theirs is told before
and after. On two cores with AVX2 it takes 36 minutes and 5 GB of memory.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from adapting import DECAY, FROZEN, adapted_layers, changes, loaded, rate, through

from kg.bundled_models import ADAPTER
from kg.frequencies import zipf
from kg.model_export import PROSE, QUESTIONS
from kg.search_query import FRAME
from kg.text import script_of, spoken
from kg.token_states import by_word

FILE = Path(str(ADAPTER))
SIDES = ("en", "ru")
PROMPTS = ("query: ", "passage: ")
EPOCHS, BATCH, RATE = 2, 16, 7e-4
SUBJECTS = 2  # in each step, beside the questions
TERMS_WEIGHT = 0.7
WHOLE, WORDED = 0.08, 0.05  # temperatures of the two ways of being near
OTHER_LANG, RUSSIAN, BOTH_USES = 0.4, 0.4, 0.3  # shares
TOGETHER = 32  # texts that go through the layers at once
AWAY = -1e4
RAREST = 8.0  # Zipf frequency that no word has: a word weighs what it lacks to it


@dataclass(frozen=True, slots=True)
class Text:
    role: int  # 0 asks, 1 is found
    said: str

    @property
    def side(self) -> int:
        return int(script_of(self.said) == "ru")


class Net:
    """Vectors of texts and of their words, centred as kg.embedding does it with what the model gave before."""

    def __init__(self) -> None:
        self.bert, self.tokenizer = loaded()
        self.layers = adapted_layers(self.bert)
        self._kept: dict[Text, tuple[Any, Any, Any]] = {}
        samples = [[Text(role, pair[side]) for pair in pairs for side in (0, 1)]
                   for role, pairs in enumerate((QUESTIONS, PROSE))]  # fmt: skip
        with torch.no_grad():
            found = [self._states(some) for some in samples]
        self.centres = [torch.stack([unit(whole[side::2]).mean(0) for side in (0, 1)]) for whole, _ in found]
        self.word_centres = [torch.cat(words).mean(0) for _, words in found]

    def nearness(self, asked: Sequence[Text], told: Sequence[Text]) -> tuple[Any, Any]:
        """Twice [asked, told]: cosines, and likenesses word by word."""
        (one, own), (other, words) = self._states(asked), self._states(told)
        whole = self._centred(one, asked) @ self._centred(other, told).T
        longest = max(map(len, words))
        table = torch.zeros(len(words), longest, other.shape[1])
        away = torch.full((len(words), longest), AWAY)
        for i, rows in enumerate(words):
            table[i, : len(rows)] = unit(rows - self.word_centres[1])
            away[i, : len(rows)] = 0
        likeness = []
        for text, rows in zip(asked, own, strict=True):
            cosines = torch.einsum("wd,lnd->wln", unit(rows - self.word_centres[0]), table) + away
            weights = self._kept[text][2]
            likeness.append((cosines.amax(2) * weights[:, None]).sum(0) / weights.sum())
        return whole, torch.stack(likeness)

    def _centred(self, vectors: Any, texts: Sequence[Text]) -> Any:
        return unit(unit(vectors) - self.centres[texts[0].role][[t.side for t in texts]])

    def _states(self, texts: Sequence[Text]) -> tuple[Any, list[Any]]:
        self._keep(texts)
        rows = [self._kept[t] for t in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        whole: list[Any] = [None] * len(rows)
        words: list[Any] = [None] * len(rows)
        for some in parts(order, TOGETHER):
            states, mask = padded([rows[i][0] for i in some])
            states = through(self.layers, states, mask)
            means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            for at, i in enumerate(some):
                whole[i], words[i] = means[at], rows[i][1] @ states[at, : rows[i][1].shape[1]]
        return torch.stack(whole), words

    def _keep(self, texts: Sequence[Text]) -> None:
        """What the frozen layers make of new texts, which tokens are each word's, and what the words weigh."""
        for some in parts([t for t in dict.fromkeys(texts) if t not in self._kept], 2 * TOGETHER):
            encoded = [self.tokenizer.encode(PROMPTS[t.role] + t.said) for t in some]
            ids, mask = padded([torch.tensor(e.ids)[:, None] for e in encoded])
            with torch.no_grad():
                states = self.bert.embeddings(input_ids=ids[..., 0].long())
                states = through(self.bert.encoder.layer[:FROZEN], states, mask)
            for text, e, row in zip(some, encoded, states, strict=True):
                prompt, size = PROMPTS[text.role], len(e.ids)
                of_words = by_word(prompt + text.said, e.offsets, np.eye(size), skip=len(prompt))
                weights = [0.0 if w in FRAME else max(0.5, RAREST - zipf(w)) for w in spoken(text.said)]
                weighed = np.array(weights[: len(of_words)], dtype=np.float32)
                read = of_words.any(axis=1)
                kept = read & (weighed > 0) if (read & (weighed > 0)).any() else read
                tables = (of_words[kept], np.maximum(weighed[kept], 0.5))
                self._kept[text] = row[:size].clone(), *(torch.from_numpy(t) for t in tables)


def unit(vectors: Any) -> Any:
    return torch.nn.functional.normalize(vectors, dim=-1)


def parts(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def padded(rows: Sequence[Any]) -> tuple[Any, Any]:
    """[rows, longest, width], and the mask [rows, longest]."""
    longest = max(map(len, rows))
    out, mask = torch.zeros(len(rows), longest, rows[0].shape[1]), torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        out[i, : len(row)], mask[i, : len(row)] = row, 1
    return out, mask


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts that ask, texts that are told, which of these is each one's, and which are no wrong ones for it."""

    asked: tuple[Text, ...]
    told: tuple[Text, ...]
    right: tuple[int, ...]
    ignored: tuple[tuple[int, int], ...] = ()  # (asked, told)


def questions_of(topics: Sequence[Any]) -> list[tuple[Any, Any]]:
    return [(t, q) for t in topics for q in t["questions"] if q["line"] is not None]


def lesson_of_questions(some: Sequence[tuple[Any, Any]], chance: random.Random) -> Lesson:
    asked, told, right = [], [], []
    starts: dict[tuple[int, str], int] = {}
    for topic, question in some:
        side = chance.choice(SIDES)
        other = SIDES[1 - SIDES.index(side)] if chance.random() < OTHER_LANG else side
        asked.append(Text(0, question[side]))
        if (id(topic), other) not in starts:
            starts[id(topic), other] = len(told)
            told += [Text(1, line[other]) for line in topic["lines"]]
        right.append(starts[id(topic), other] + question["line"])
    same = [(i, at + q["line"]) for i, (t, q) in enumerate(some) for (of, _), at in starts.items() if of == id(t)]
    return Lesson(tuple(asked), tuple(told), tuple(right), tuple((i, n) for i, n in same if n != right[i]))


def lesson_of_terms(subjects: Sequence[Any], chance: random.Random) -> Lesson:
    asked, told = [], []
    for subject in subjects:
        side = "ru" if chance.random() < RUSSIAN else "en"
        for term in subject["terms"]:
            uses = [use[side] for use in term["uses"]]
            passage = " ".join(uses) if chance.random() < BOTH_USES else chance.choice(uses)
            asked.append(Text(0, term["definition"][side]))
            told.append(Text(1, named(term["term"][side], passage)))
    return Lesson(tuple(asked), tuple(told), tuple(range(len(asked))))


def named(term: str, passage: str) -> str:
    """As the card of a concept begins (kg.search_units)."""
    return f"{term[:1].upper()}{term[1:]}: {passage}"


def loss(net: Net, lesson: Lesson) -> Any:
    """Log loss of the right text among the others, for both ways of being near."""
    right = torch.tensor(lesson.right)
    away = torch.zeros(len(lesson.asked), len(lesson.told))
    for i, n in lesson.ignored:
        away[i, n] = AWAY
    whole, worded = net.nearness(lesson.asked, lesson.told)
    log_loss = torch.nn.functional.cross_entropy
    return log_loss(whole / WHOLE + away, right) + log_loss(worded / WORDED + away, right)


def trained(net: Net, topics: Sequence[Any], subjects: Sequence[Any], *, steps: int | None = None) -> None:
    chance = random.Random(0)
    learned = [p for p in net.layers.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=DECAY)
    rows = questions_of(topics)
    steps = steps or EPOCHS * (len(rows) // BATCH)
    for step in range(steps):
        at = step % (len(rows) // BATCH) * BATCH
        if not at:
            chance.shuffle(rows)
        for group in optimizer.param_groups:
            group["lr"] = RATE * rate(step, steps)
        value = loss(net, lesson_of_questions(rows[at : at + BATCH], chance))
        value = value + TERMS_WEIGHT * loss(net, lesson_of_terms(chance.sample(subjects, SUBJECTS), chance))
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        if step % 20 == 0:
            print(f"\rstep {step} of {steps}, loss {value.item():.2f} ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def exams(topics: Sequence[Any], subjects: Sequence[Any]) -> Iterator[tuple[str, Lesson]]:
    for side in SIDES:
        for other in SIDES:
            rows, told, right = questions_of(topics), [], []
            starts = {id(t): i * len(t["lines"]) for i, t in enumerate(topics)}
            told = [Text(1, line[other]) for t in topics for line in t["lines"]]
            right = [starts[id(t)] + q["line"] for t, q in rows]
            yield f"questions {side}, lines {other}", Lesson(
                tuple(Text(0, q[side]) for _, q in rows), tuple(told), tuple(right)
            )
    for side in SIDES:
        terms = [t for s in subjects for t in s["terms"]]
        yield f"definitions {side}", Lesson(
            tuple(Text(0, t["definition"][side]) for t in terms),
            tuple(Text(1, named(t["term"][side], t["uses"][0][side])) for t in terms),
            tuple(range(len(terms))),
        )


def show(title: str, net: Net, topics: Sequence[Any], subjects: Sequence[Any]) -> None:
    for name, exam in exams(topics, subjects):
        with torch.no_grad():
            whole, worded = net.nearness(exam.asked, exam.told)
        right = torch.tensor(exam.right)
        shares = [float((t.argmax(1) == right).float().mean()) for t in (whole, worded, whole + worded)]
        print(f"{title}: {name}: first " + "  ".join(
            f"{n} {s:.3f}" for n, s in zip(("whole", "by word", "both"), shares, strict=True)), flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", nargs="+", type=Path, required=True, metavar="TOPICS.jsonl")
    parser.add_argument("--terms", nargs="+", type=Path, required=True, metavar="TERMS.jsonl")
    parser.add_argument("--steps", type=int, help="only so many, to try it")
    parser.add_argument("--write", action="store_true", help="put the adapter into kg/embedding.npz")
    given = parser.parse_args()
    topics, subjects = ([json.loads(row) for f in sorted(files) for row in f.read_text(encoding="utf-8").splitlines()]
                        for files in (given.topics, given.terms))  # fmt: skip
    held, left = topics[9::10], subjects[5::11]
    torch.manual_seed(0)
    net = Net()
    show("before", net, held, left)
    learned = [t for t in topics if t not in held], [s for s in subjects if s not in left]
    trained(net, *learned, steps=given.steps)
    show("after", net, held, left)
    if given.write:
        found_by = f"python bench/embedding_adapter.py, {len(learned[0])} topics, {len(learned[1])} subjects"
        np.savez_compressed(FILE, **changes(net.layers), found_by=np.array(found_by))
        print(f"wrote {FILE.name}, {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
