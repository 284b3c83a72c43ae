"""Zip archives (docx, pptx, epub, apkg) with limits: entries, unpacked size, ratio, encryption, entities in XML."""

from __future__ import annotations

import io
import zipfile
import zlib

from kg.errors import SourceError, TooLarge, Unsupported

_MOST_ENTRIES = 20_000
_WORST_RATIO = 200  # unpacked to packed size of one entry; XML of real documents stays below 60
_SMALL = 1_000_000  # bytes an entry may unpack to at any ratio
_ENTITIES = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_DAMAGED = "is damaged or cut off"
_AGAIN = "save it again, or get a complete copy"


class Archive:
    """An opened zip archive whose entries were checked before any of them is unpacked."""

    def __init__(self, name: str, data: bytes, *, max_unpacked: int) -> None:
        """Raises SourceError where it is damaged or encrypted, TooLarge where it would unpack to too much."""
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
            raise SourceError(name, _DAMAGED, _AGAIN) from error
        if len(entries) > _MOST_ENTRIES:
            raise TooLarge(name, f"{len(entries):,} parts in it, the limit is {_MOST_ENTRIES:,}", "split it")
        if sum(e.file_size for e in entries) > max_unpacked:
            raise TooLarge(name, "it unpacks to more than the limit", "split it, or raise KG_MAX_UNPACKED_BYTES")
        for entry in entries:
            if entry.flag_bits & 1:
                raise SourceError(name, "is encrypted", "save it without a password")
            if entry.file_size > _SMALL and entry.file_size > _WORST_RATIO * max(1, entry.compress_size):
                raise TooLarge(name, f"part {entry.filename!r} is packed suspiciously tight", "save it again")
        self.names = frozenset(e.filename for e in entries)

    def read(self, part: str) -> bytes:
        """Raises SourceError where the part is missing or damaged."""
        try:
            entry = self._zip.getinfo(part)
            with self._zip.open(entry) as file:
                data = file.read(entry.file_size + 1)
        except KeyError as error:
            raise SourceError(self._name, f"its part {part!r} is missing", _AGAIN) from error
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise SourceError(self._name, _DAMAGED, _AGAIN) from error
        if len(data) > entry.file_size:
            raise TooLarge(self._name, f"part {part!r} is larger than it says", "save it again")
        return data

    def refuse_entities(self) -> None:
        """For formats whose XML never holds a document type: one in it is an attack."""
        for part in sorted(self.names):
            if part.endswith((".xml", ".rels")):
                data = self.read(part)
                if any(mark in data for mark in _ENTITIES):
                    raise SourceError(self._name, f"its part {part!r} declares XML entities", "save it again")

    def kind(self) -> str:
        """What the archive certainly is: docx, pptx, xlsx, odt, epub, apkg, or zip."""
        for part, kind in (
            ("word/document.xml", "docx"),
            ("ppt/presentation.xml", "pptx"),
            ("xl/workbook.xml", "xlsx"),
            ("META-INF/container.xml", "epub"),
            ("collection.anki2", "apkg"),
            ("collection.anki21", "apkg"),
            ("collection.anki21b", "apkg"),
            ("content.xml", "odt"),
        ):
            if part in self.names:
                return kind
        return "zip"


def refuse_ole(name: str, data: bytes) -> None:
    """Old Office files, and encrypted new ones, come in Microsoft's compound file format."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SourceError(name, "is encrypted", "save it without a password")
    raise Unsupported(name, "is in the old binary format of Office", "save it as .docx or .pptx")
