"""Trains the adapter of the cross-encoder again (kg/cross_encoder.npz), and tells what it is worth.

    python bench/cross_encoder.py --on HOME QUESTIONS.jsonl [MORE.jsonl ...] [--on HOME2 OTHER.jsonl ...]
                                  [--also TOPICS.jsonl ...] [--leave-out | --folds N [--into DIR] [--write]]

HOME is a build of the documents that the questions after it are about (format: kg/evaluation/gold.py). Of each question
the line that answers it is set against lines that rank high without doing so, and against there being no answer; of a
question that the documents do not answer, only the latter. Matrices of the upper layers get a change of low rank
(LoRA); all else stays as it is.

TOPICS.jsonl are lines of subjects that no course here is about, in English and Russian, with questions in both:
{topic, lines: [{en, ru}, ...], questions: [{en, ru, line: index or null}, ...]}. The other lines of the topic are the
wrong ones; question and lines are taken in either language by chance, so that a question is read with lines of the
other one too.

--folds N    trains N times on all but an Nth of the questions, those on the same lines kept together, and tells how
             often the first line is right with and without it
--into DIR   writes each adapter and which questions it has not seen, so that bench/answer_choice.py --readers DIR can
             fit to chances that were not learned by heart
--write      writes the mean of them all into kg/cross_encoder.npz (weights of models that began as one can be averaged:
             Wortsman et al. 2022, https://arxiv.org/abs/2203.05482)
--leave-out  the same as --folds with all questions of one HOME left out: what to expect of a course never seen

With all files a fold takes half an hour on two cores with bfloat16 instructions, and 11 GB of memory.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from adapting import DECAY, FROZEN, adapted_layers, changes, loaded, mean, rate, through

from kg.answer import Answerer
from kg.answering.claims import Claim
from kg.base import KnowledgeBase
from kg.cross_encoder import SHIPPED, feed, joined, token_ids
from kg.cross_encoder_export import BIAS, HEAD
from kg.errors import KgError
from kg.evaluation import fitting, score
from kg.evaluation.gold import Question, read_questions
from kg.settings import load_settings

FILE = Path(str(SHIPPED))
WRONG = 6  # lines that a right one is set against, drawn anew each time from twice as many
EPOCHS, BATCH, RATE = 2, 8, 1e-3
NONE = 0.1  # weight of a question asked as if its right line were not there
HEAD_SCALE = 20.0  # of what is learned, which begins small
SIDES = ("en", "ru")
READ = 8  # lines of a question that are judged
TOGETHER = 32  # pairs that go through the layers at once


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the lines that rank best without the cross-encoder; `right` is one of `lines`, or None."""

    question: str
    said: str  # as it stands in the file
    home: str
    group: str
    lines: tuple[str, ...]
    scores: tuple[float, ...]
    gold: tuple[bool, ...]
    right: str | None

    @property
    def wrong(self) -> list[str]:
        return [line for line, gold in zip(self.lines, self.gold, strict=True) if not gold]


def examples(home: str, file: Path) -> Iterator[Example]:
    base = KnowledgeBase.open(load_settings(home=Path(home)))
    answerer = Answerer(base.graph, index=base.index, ontology=base.ontology)
    for question in read_questions(file):
        said = " ".join(question.q.split())
        ranked = answerer.desk(said).ranked
        gold = tuple(question.answerable and _at_gold(s.claim, question) for s in ranked)
        own = [s.claim for s, good in zip(ranked, gold, strict=True) if good]
        if question.answerable and not own:
            own = [c for c in answerer.claims.all if _at_gold(c, question)]
        told = [c for c in own if c.kind not in {"heading", "front"}] or own
        if question.answerable and not told:
            print(f"{file}: no line for {question.q!r}; left out", file=sys.stderr)
            continue
        yield Example(
            base.index.read_anew(said),
            said,
            home,
            f"{home}: {question.places[0]}" if question.places else said,
            tuple(s.claim.read for s in ranked),
            tuple(s.score for s in ranked),
            gold,
            told[0].read if question.answerable else None,
        )


def lessons(file: Path) -> Iterator[tuple[Example, ...]]:
    """Of each question of a file of topics, the same in each pair of languages."""
    for row in file.read_text(encoding="utf-8").splitlines():
        topic = json.loads(row)
        for question in topic["questions"]:
            at, own = question["line"], question["en"]
            sides = [(asked, told) for asked in SIDES for told in SIDES]
            pairs = [(question[asked], tuple(line[told] for line in topic["lines"])) for asked, told in sides]
            gold = tuple(n == at for n in range(len(topic["lines"])))
            none = (0.0,) * len(gold)
            yield tuple(
                Example(asked, own, "", own, lines, none, gold, None if at is None else lines[at])
                for asked, lines in pairs
            )


def _at_gold(claim: Claim, question: Question) -> bool:
    return score.at_gold({"document": claim.evidence.document, "lines": list(claim.evidence.lines)}, question.places)


class Base:
    """The transformer as it is: what its lower layers make of pairs is kept, since they do not learn."""

    def __init__(self) -> None:
        self.bert, self.tokenizer = loaded()
        self.bert.encoder.to(torch.bfloat16)
        self._kept: dict[tuple[str, str], Any] = {}

    def states(self, pairs: Sequence[tuple[str, str]]) -> tuple[Any, Any]:
        """[pairs, tokens, width] after the frozen layers, and the mask [pairs, tokens]."""
        new = [p for p in dict.fromkeys(pairs) if p not in self._kept]
        if new:
            inputs = feed([self._ids(*p) for p in new])
            mask = torch.from_numpy(inputs["attention_mask"])
            with torch.no_grad():
                states = self.bert.embeddings(input_ids=torch.from_numpy(inputs["input_ids"])).to(torch.bfloat16)
                states = through(self.bert.encoder.layer[:FROZEN], states, mask)
            for p, row, size in zip(new, states, mask.sum(1).tolist(), strict=True):
                self._kept[p] = row[:size].clone()
        rows = [self._kept[p] for p in pairs]
        width = max(map(len, rows))
        out, mask = torch.zeros(len(rows), width, rows[0].shape[1], dtype=torch.bfloat16), torch.zeros(len(rows), width)
        for i, row in enumerate(rows):
            out[i, : len(row)], mask[i, : len(row)] = row, 1
        return out, mask

    def _ids(self, question: str, line: str) -> list[int]:
        asked, read = token_ids(self.tokenizer, question, [line])
        return joined(asked, read)


class Net(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self, base: Base) -> None:
        super().__init__()
        self.base = base
        self.layers = adapted_layers(base.bert)
        self.head = torch.nn.Linear(base.bert.config.hidden_size, 1)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.constant_(self.head.bias, -0.1)

    def forward(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """[pairs]. Those of about the same length go together: padded to the longest of all they take twice as long."""
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
        odds = [self._odds([pairs[i] for i in order[at : at + TOGETHER]]) for at in range(0, len(order), TOGETHER)]
        return torch.cat(odds)[torch.tensor(order).argsort()]

    def _odds(self, pairs: Sequence[tuple[str, str]]) -> Any:
        states, mask = self.base.states(pairs)
        states = through(self.layers, states, mask).float()
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return HEAD_SCALE * self.head(mean).squeeze(1)

    def tables(self) -> Mapping[str, np.ndarray]:  # type: ignore[type-arg, unused-ignore]
        """What kg.cross_encoder_export reads."""
        head, bias = ((HEAD_SCALE * t).detach().half().numpy() for t in (self.head.weight[0], self.head.bias))
        return {HEAD: head, BIAS: bias, **changes(self.layers)}


def loss(net: Net, batch: Sequence[Example], chance: random.Random) -> Any:
    """Log loss of the right line among the wrong ones and no answer, which has the utility 0."""
    pairs: list[tuple[str, str]] = []
    sizes = []
    for one in batch:
        wrong = one.wrong[: 2 * WRONG]
        lines = [*([one.right] if one.right is not None else []), *chance.sample(wrong, min(WRONG, len(wrong)))]
        pairs += [(one.question, line) for line in lines]
        sizes.append(len(lines))
    total = torch.zeros(())
    if not pairs:
        return total
    for one, odds in zip(batch, net(pairs).split(sizes), strict=True):
        options = torch.cat([odds, torch.zeros(1)])
        if one.right is None:
            total = total + torch.logsumexp(options, 0)
        else:
            total = total + torch.logsumexp(options, 0) - odds[0] + NONE * torch.logsumexp(options[1:], 0)
    return total / len(batch)


def trained(base: Base, rows: Sequence[Example], also: Sequence[tuple[Example, ...]], *, seed: int = 0) -> Net:
    """`also`: of each, one is taken by chance, anew in each round."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    net = Net(base).train()
    learned = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=DECAY)
    steps, step = EPOCHS * ((len(rows) + len(also)) // BATCH), 0
    for _ in range(EPOCHS):
        those = [*rows, *(chance.choice(some) for some in also)]
        chance.shuffle(those)
        for start in range(0, len(those) - BATCH + 1, BATCH):
            for group in optimizer.param_groups:
                group["lr"] = RATE * rate(step, steps)
            value = loss(net, those[start : start + BATCH], chance)
            optimizer.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            step += 1
            if step % 20 == 0:
                print(f"\rstep {step} of {steps}, loss {value.item():.2f} ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return net.eval()


def show(title: str, net: Net, rows: Sequence[Example]) -> None:
    """How often the best line is right: as ranked, by the cross-encoder alone, and how well it tells that none is."""
    own, read, best, known = [], [], [], []
    for one in rows:
        if not one.lines:
            continue
        with torch.no_grad():
            odds = net([(one.question, line) for line in one.lines[:READ]]).tolist()
        best.append(max(odds))
        known.append(one.right is not None)
        if one.right is not None:
            own.append(one.gold[0])
            read.append(one.gold[odds.index(max(odds))])
    yes = [b for b, k in zip(best, known, strict=True) if k]
    no = [b for b, k in zip(best, known, strict=True) if not k]
    area = np.mean([(y > n) + 0.5 * (y == n) for y in yes for n in no]) if yes and no else math.nan
    print(
        f"{title}: {len(own)} answerable, first line right {np.mean(own):.3f}, by the cross-encoder alone "
        f"{np.mean(read):.3f}; answerable or not by its best line, area {area:.3f}",
        flush=True,
    )


def parts(rows: Sequence[Example], given: argparse.Namespace) -> Iterator[tuple[str, list[int]]]:
    if given.leave_out:
        for home in dict.fromkeys(r.home for r in rows):
            yield home, [i for i, r in enumerate(rows) if r.home == home]
    else:
        for n, part in enumerate(fitting.folds([r.group for r in rows], given.folds, seed=0)):
            yield f"fold-{n}", part.tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", action="append", required=True, metavar=("HOME", "QUESTIONS.jsonl"))
    parser.add_argument("--also", nargs="+", type=Path, default=[], metavar="TOPICS.jsonl")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--folds", type=int)
    how.add_argument("--leave-out", action="store_true")
    parser.add_argument("--into", type=Path, metavar="DIR")
    parser.add_argument("--write", action="store_true", help="put the mean into kg/cross_encoder.npz")
    given = parser.parse_args()
    rows = [e for home, *names in given.on for name in names for e in examples(home, Path(name))]
    also = [lesson for file in given.also for lesson in lessons(file)]
    base = Base()
    adapters = []
    for name, held in parts(rows, given):
        left = set(held)
        net = trained(base, [r for i, r in enumerate(rows) if i not in left], also)
        show(name, net, [rows[i] for i in held])
        adapters.append(net.tables())
        if given.into:
            given.into.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(given.into / f"{Path(name).name}.npz", **adapters[-1])
            unseen = json.dumps([rows[i].said for i in held], ensure_ascii=False, indent=1)
            (given.into / f"{Path(name).name}.json").write_text(unseen + "\n", encoding="utf-8")
    if given.write:
        found_by = f"python bench/cross_encoder.py, {len(rows)} questions on courses, {len(also)} on other subjects"
        np.savez_compressed(FILE, **mean(adapters), found_by=np.array(found_by))
        print(f"wrote {FILE.name}, {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    try:
        main()
    except KgError as problem:
        sys.exit(str(problem))
