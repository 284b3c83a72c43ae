"""Claims: the pieces of text that an answer may quote, with the words they stand under.

A claim is a block of a document (a long paragraph is several, by sentences). Its context are the
headings, cards and list heads above it. Claims are compared with questions word by word, weighted by
how rare a word is among the claims (BM25's idf), in both languages through the ontology's terms, and by meaning:
the vector of the whole claim, and those of its words (kg.late_interaction).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.extract.tree import Node, outline
from kg.late_interaction import LineWords, telling
from kg.model import Block, Document, Evidence, Lang, Span
from kg.text import lemma, script_of, sentences, words
from kg.text_index import stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONG = 240  # characters from which a paragraph is cut into runs of sentences
READ = 400  # characters of a claim, with the names above it, that are compared by meaning
FILE, LINES = "claims.npy", "claims"
INITIAL = re.compile(  # of a person's name: "Pine, B. J. and", "B. Joseph Pine"; it says nothing by itself
    r"(?:(?<=, )|(?<=\b[A-ZА-ЯЁ]\. ))[A-ZА-ЯЁ]\.|\b[A-ZА-ЯЁ]\.(?=[ \u00a0]?[A-ZА-ЯЁ]|[ \u00a0]?[,;&()])"
)
CONTEXT = 0.55  # weight of a word that stands only above the claim, not in it


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """One comparable form of a folded word: the stem of its lemma; of a hyphenated word, of all its parts."""
    return "-".join(stems(lemma(word))) or word


def stemmed(text: str) -> tuple[str, ...]:
    """Comparable forms of the words of a text, initials left out; the parts of a hyphenated word count singly too."""
    out: list[str] = []
    for word in words(INITIAL.sub(" ", text)):
        out.append(stem(word))
        if "-" in word:
            out += [stem(part) for part in word.split("-") if part]
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Claim:
    """`number` is its place among all claims; `parent` the number of the claim it stands under."""

    number: int
    text: str
    context: tuple[str, ...]
    kind: str
    evidence: Evidence
    lang: Lang
    words: frozenset[str]
    above: frozenset[str]
    parent: int | None
    item: bool

    @property
    def read(self) -> str:
        """What is embedded: the claim below the two nearest names it stands under."""
        return ". ".join([*self.context[-2:], self.text])[:READ]

    @property
    def asks(self) -> bool:
        """The claim is itself a question, and tells nothing."""
        return self.text.rstrip(" *").endswith("?")


class Claims:
    """All claims of a graph's documents, in the order of documents and text."""

    def __init__(
        self, documents: Sequence[Document], *, described: Mapping[str, frozenset[str]] = MappingProxyType({})
    ) -> None:
        """described  document -> stems that stand above all of it: who wrote what it is about (Structure.described)"""
        self.described = described
        self.all: list[Claim] = []
        self.children: dict[int, list[int]] = defaultdict(list)
        self.vectors: dict[int, NDArray[np.float32]] = {}  # of claims that no build has embedded, as they are needed
        self.matrix: NDArray[np.float32] | None = None  # a row a claim, from the build
        self.lines: LineWords | None = None  # a line a claim, from the build
        self.by_word: dict[str, list[int]] = defaultdict(list)
        for document in documents:
            self._add(document)
        counts: Counter[str] = Counter()
        for claim in self.all:
            counts.update(claim.words)
            for word in claim.words | claim.above:
                self.by_word[word].append(claim.number)
        self.spelt: dict[str, list[str]] = defaultdict(list)  # first letter -> words as they stand
        for word in sorted({w for claim in self.all for w in words(claim.text)}):
            self.spelt[word[0]].append(word)
        n = len(self.all)
        self._idf = {w: math.log(1 + (n - c + 0.5) / (c + 0.5)) for w, c in counts.items()}
        self._rarest = math.log(1 + (n + 0.5) / 0.5)
        self._starts: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.all:
            self._starts[claim.evidence.document].append(claim)
        tops = [text for d in documents for text in (d.title, *(b.text for b in d.blocks[:2]))]
        self.titles = frozenset(" ".join(words(text)) for text in tops)

    def write(
        self,
        folder: Path,
        *,
        embed: Callable[[Sequence[str]], tuple[NDArray[np.float32], list[NDArray[np.int8]]]],
        stop: frozenset[str],
    ) -> None:
        """Keep the vectors of all claims in `folder`, float16 [claims, dimension], and those of their words.

        embed  as kg.embedding.Embedder.encode_words; stop  words that tell nothing, of which none are kept
        """
        import numpy as np

        read = [c.read for c in self.all]
        vectors, tables = embed(read)
        np.save(folder / FILE, vectors.astype(np.float16))
        LineWords.write(folder, LINES, [telling(t, rows, stop) for t, rows in zip(read, tables, strict=True)])

    def load(self, folder: Path, *, width: int = 0) -> None:
        """Take the vectors that a build has written; where there are none, or others, they are made as needed.

        width  of the vectors of words
        """
        import numpy as np

        try:
            table = np.load(folder / FILE)
        except (OSError, ValueError, EOFError):
            return
        if table.ndim == 2 and len(table) == len(self.all):
            self.matrix = table.astype(np.float32)
            self.lines = LineWords.open(folder, LINES, lines=len(self.all), width=width)

    def idf(self, word: str) -> float:
        """How much a stem tells; one that no claim has tells most."""
        return self._idf.get(word, self._rarest)

    def knows(self, word: str) -> bool:
        return word in self._idf

    def together(self, form: Sequence[str]) -> bool:
        """Whether some claim has all of these stems, in itself or above it."""
        if len(form) < 2:
            return all(map(self.knows, form))
        first, *rest = sorted((self.by_word.get(stem, ()) for stem in form), key=len)
        return bool(set(first).intersection(*rest))

    def within(self, evidence: Evidence) -> list[Claim]:
        """Claims that overlap an evidence."""
        return [
            c
            for c in self._starts[evidence.document]
            if c.evidence.start < evidence.end and c.evidence.end > evidence.start
        ]

    def below(self, claim: Claim) -> list[Claim]:
        """Claims directly under a heading, card or item, in order."""
        return [self.all[i] for i in self.children[claim.number]]

    def _add(self, document: Document) -> None:
        numbers: dict[Node, int] = {}
        described = self.described.get(document.name, frozenset())
        for node in outline(document).walk():
            if node.block is None:
                continue
            above = list(node.ancestors())
            context = tuple(a.text.strip() for a in reversed(above) if a.text.strip())
            parent = next((numbers[a] for a in above if a in numbers), None)
            for text, evidence in _cut(node.block, document):
                number = len(self.all)
                numbers.setdefault(node, number)
                over = frozenset(w for c in context for w in stemmed(c)) | described
                own = frozenset(stemmed(f"{node.marker} {text}" if node.marker else text))
                lang, item = script_of(text) or document.lang, node.kind in {"item", "row"}
                claim = Claim(number, text, context, node.kind, evidence, lang, own, over - own, parent, item)
                self.all.append(claim)
                if parent is not None:
                    self.children[parent].append(number)


def _cut(block: Block, document: Document) -> Iterable[tuple[str, Evidence]]:
    """A block whole, or by runs of sentences of about LONG characters; a table row by the items of its cells."""
    told = any(cell.of(block.text).strip(" •") for cell in block.cells[1:])
    if block.kind == "row" and len(block.text) > LONG and told:
        first = block.cells[0].of(block.text)
        for cell in block.cells[1:]:
            at = cell.start
            for piece in cell.of(block.text).split("•"):
                text = piece.strip()
                if text:
                    start = block.text.index(text, at)
                    yield f"{first}: {text}", document.cite(block.raw_of(start, start + len(text)))
                    at = start + len(text)
        return
    if len(block.text) <= LONG:
        yield block.text, document.cite(block.raw_span)
        return
    run: list[Span] = []
    for span in sentences(block.text):
        if run and span.end - run[0].start > LONG:
            yield block.text[run[0].start : run[-1].end], document.cite(block.raw_of(run[0].start, run[-1].end))
            run = []
        run.append(span)
    if run:
        yield block.text[run[0].start : run[-1].end], document.cite(block.raw_of(run[0].start, run[-1].end))
