"""By which words a question may name a document: its title and file name, its type, its language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from kg.answering.claims import stem
from kg.answering.question import stop_words
from kg.answering.scope import NUMBERED, cue_forms
from kg.model import Document
from kg.ontology import Ontology
from kg.text import fold, script_of, words

BEGINNING = 400  # blocks of a document whose words are no names of documents
SHORT = 3  # letters of a word that names nothing
APART = 3  # empty lines between two pieces that stand far from each other
GAPS = 0.1  # of the lines of a text so far from the one before, from which it was a deck of slides


def titles(documents: Sequence[Document], ontology: Ontology) -> dict[str, list[str]]:
    """Words by which a question may name a document: those of its title, name and first lines that few others have."""
    types = {w for lang in ("en", "ru") for cue in ontology.cues("document-type", lang) for w in words(cue)}
    said = {d.name: _said(d, types, ontology) for d in documents}
    common = stop_words(ontology) | {w for d in documents for b in d.blocks[1:BEGINNING] for w in words(b.text)}
    counts = Counter(w for names in said.values() for w in names)
    most = max(1, len(documents) // 2)

    def tells(word: str) -> bool:
        return (counts[word] == 1 and word not in common) or (word in types and counts[word] <= most)

    numbered = {d.name: NUMBERED.findall(fold(d.title)) for d in documents}
    return {
        name: sorted(w for w in names if len(w) > SHORT and tells(w)) + numbered[name] for name, names in said.items()
    }


def _said(document: Document, types: set[str], ontology: Ontology) -> set[str]:
    d = document
    names = {w for text in (d.title, PurePath(d.name).stem.replace("_", " ")) for w in words(text)}
    names |= types & set(words(" ".join(d.line_span(*n.lines).of(d.raw) for n in d.noise[:12])))
    if like_slides(d):
        names |= types & cue_forms(ontology, "slides")
    names |= cue_forms(ontology, f"language-{d.lang}")
    own = {stem(w) for w in names}
    return names | {w for w in types if own & {stem(t) for t in _translated(w, ontology)}}  # "конспект" for a summary


def like_slides(document: Document) -> bool:
    """A presentation, or the plain text of one: its pieces stand far from each other."""
    if document.media_type.endswith("presentation"):
        return True
    if document.media_type != "text/plain":
        return False
    lines = gaps = empty = 0
    for line in document.raw.split("\n"):
        if line.strip():
            gaps += lines > 0 and empty >= APART
            lines, empty = lines + 1, 0
        else:
            empty += 1
    return gaps >= GAPS * lines > 0


def _translated(word: str, ontology: Ontology) -> list[str]:
    found = ontology.translate(word, "en" if script_of(word) == "ru" else "ru")
    return [w for text in found for w in words(text) if text != word]
