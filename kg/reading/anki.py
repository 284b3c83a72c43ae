"""Anki packages (.apkg, .colpkg): each note as a card, decks as headings.

A package is a zip archive with a SQLite collection, in one of three forms; the newest one present is read, since
an old one beside it only says "please update". Format: https://github.com/ankitects/anki/blob/main/docs (file
layout as of Anki 2.1.50, schema 18; schema 11 for older ones). A note's first field is its front; a cloze note has no
front and is written out with its gaps filled, which are strong.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import EmptySource, SourceError, TooLarge
from kg.model import Document, Span
from kg.reading.archive import Archive
from kg.reading.assemble import assemble
from kg.reading.lines import bullet, numbered
from kg.reading.tags import visible_lines
from kg.reading.writer import Writer, one_line

if TYPE_CHECKING:
    from kg.settings import Settings

_CLOZE = re.compile(r"\{\{c\d+::(?P<text>.*?)(?:::(?P<hint>[^{}]*?))?\}\}", re.DOTALL)
_SOUND = re.compile(r"\[(?:sound|anki):[^\]]*\]")
_STEPS = 20_000_000  # of SQLite's virtual machine for one query: a hostile view must not run for ever
_DAMAGED = "is damaged"
_AGAIN = "export it from Anki again"


@dataclass(frozen=True, slots=True)
class _Note:
    deck: tuple[str, ...]
    cloze: bool
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line of a field as Anki shows it."""

    text: str
    item: int  # nesting as a list item, 0 for none
    marker: str
    strong: tuple[Span, ...]


def read_apkg(name: str, archive: Archive, *, settings: Settings) -> Document:
    """The document of an Anki package. Raises SourceError and its kinds."""
    notes = _notes(name, _collection(name, archive, settings=settings))
    writer = Writer(name, max_chars=settings.max_chars)
    deck: tuple[str, ...] = ()
    # Cloze notes go first, or they would stand behind a front; else the notes of a deck keep their order.
    for note in sorted(notes, key=lambda n: (n.deck, not n.cloze)):
        if note.deck != deck:
            for level, part in enumerate(note.deck, start=1):
                if deck[:level] != note.deck[:level]:
                    writer.heading(one_line(part), level=min(level, 6))
            deck = note.deck
        _write(writer, note)
    if not writer.drafts:
        raise EmptySource(name, "no notes in it", "export a deck that holds some")
    title = next((d.text for d in writer.drafts if d.kind == "heading"), None)
    return assemble(name=name, raw=writer.raw, media_type="application/vnd.anki", blocks=writer.drafts, title=title)


def _write(writer: Writer, note: _Note) -> None:
    shown = [lines for f in note.fields if (lines := list(_shown(f)))]
    writer.blank()
    if not note.cloze and shown:
        writer.add("front", " ".join(line.text for line in shown[0]), before="Q: ", marker="Q")
        shown = shown[1:]
    before = "" if note.cloze else "A: "
    for line in (line for lines in shown for line in lines):
        if line.item:
            if before.strip():
                writer.bare(before.strip())
            writer.item(line.text, level=line.item, marker=line.marker)
        else:
            writer.add("paragraph", line.text, before=before, strong=line.strong)
        before = ""


def _shown(field: str) -> Iterator[_Shown]:
    filled = _CLOZE.sub(r"<b>\g<text></b>", _SOUND.sub("", field))
    for line in visible_lines(filled, Span(0, len(filled))):
        text = one_line(line.text)
        found = bullet(text) or numbered(text)
        strong = line.strong if text == line.text else ()
        if line.tag == "li":
            yield _Shown(text, max(1, line.depth), "-", strong)
        elif found and found.start("mark") == 0:
            yield _Shown(text[found.start("text") :], 1, found["mark"], ())
        elif text:
            yield _Shown(text, 0, "", strong)


# ---------------------------------------------------------------- the collection


def _collection(name: str, archive: Archive, *, settings: Settings) -> bytes:
    if "collection.anki21b" in archive.names:
        import zstandard

        limit = settings.max_unpacked_bytes
        try:
            with zstandard.ZstdDecompressor().stream_reader(archive.read("collection.anki21b")) as reader:
                data: bytes = reader.read(limit + 1)
        except zstandard.ZstdError as error:
            raise SourceError(name, _DAMAGED, _AGAIN) from error
        if len(data) > limit:
            raise TooLarge(name, "it unpacks to more than the limit", "split it, or raise KG_MAX_UNPACKED_BYTES")
        return data
    part = "collection.anki21" if "collection.anki21" in archive.names else "collection.anki2"
    return archive.read(part)


def _notes(name: str, data: bytes) -> list[_Note]:
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(data)
        base.execute("PRAGMA trusted_schema = OFF")
        base.create_collation("unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold()))
        base.set_progress_handler(lambda: 1, _STEPS)
        tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"notes", "cards"} <= tables:
            raise SourceError(name, "holds no collection of Anki", _AGAIN)
        clozes, decks = _kinds_and_decks(base, tables)
        rows = base.execute(
            "SELECT n.mid, n.flds, (SELECT c.did FROM cards c WHERE c.nid = n.id ORDER BY c.ord LIMIT 1)"
            " FROM notes n ORDER BY n.id"
        )
        return [
            _Note(decks.get(deck, ()), kind in clozes, tuple(str(fields).split("\x1f"))) for kind, fields, deck in rows
        ]
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise SourceError(name, _DAMAGED, _AGAIN) from error
    finally:
        base.close()


def _kinds_and_decks(base: sqlite3.Connection, tables: set[str]) -> tuple[set[int], dict[int, tuple[str, ...]]]:
    """Ids of the cloze note types; the path of each deck. Anki's "Default" deck is no heading."""
    if {"notetypes", "decks"} <= tables:
        kinds = base.execute("SELECT id, config FROM notetypes")
        clozes = {key for key, config in kinds if _is_cloze(config)}
        named = {key: str(deck).split("\x1f") for key, deck in base.execute("SELECT id, name FROM decks")}
    else:
        models, found = base.execute("SELECT models, decks FROM col").fetchone()
        clozes = {int(key) for key, model in json.loads(models).items() if model.get("type") == 1}
        named = {int(key): str(deck["name"]).split("::") for key, deck in json.loads(found).items()}
    return clozes, {key: tuple(p for p in path if p and p != "Default") for key, path in named.items()}


def _is_cloze(config: bytes) -> bool:
    """NotetypeConfig.kind (field 1, an enum; 1 is cloze) leads the message where it is not zero."""
    return bytes(config[:2]) == b"\x08\x01"
