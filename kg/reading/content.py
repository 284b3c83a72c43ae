"""From a path to bytes and from bytes to text: limits, what the bytes really are, encodings.

sniff    names a type only where the bytes leave no doubt (magic numbers, members of a zip archive)
decode   UTF-8, UTF-16 and UTF-32 by mark or by form; else Windows-1252 or one of the Russian code pages,
         told apart by how their letters stand together
"""

from __future__ import annotations

import codecs
import re
import stat
from collections import Counter
from pathlib import Path

from kg.errors import EmptySource, SourceError, TooLarge, Unsupported

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x7fELF", "program"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_RUSSIAN_PAGES = ("cp1251", "koi8-r", "cp866")
_WORD = re.compile(r"[^\W\d_]+")
# Letters of running Russian, most frequent first (their order is all that is used).
_FREQUENT = {letter: 33 - i for i, letter in enumerate("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")}


def load(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a regular file of 1..max_bytes bytes."""
    name = path.name
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(name, "is not a file", "give files, or folders that hold them")
        if found.st_size > max_bytes:
            raise too_large(name, found.st_size, max_bytes)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(name, f"cannot be opened ({reason})", "check its path and permissions") from error
    if len(data) > max_bytes:
        raise too_large(name, len(data), max_bytes)
    return data


def too_large(name: str, size: int, max_bytes: int) -> TooLarge:
    return TooLarge(name, f"{size:,} bytes, the limit is {max_bytes:,}", "split it, or raise KG_MAX_FILE_BYTES")


def check_chars(name: str, size: int, *, max_chars: int) -> None:
    if size > max_chars:
        raise TooLarge(name, f"{size:,} characters, the limit is {max_chars:,}", "split it, or raise KG_MAX_CHARS")


def sniff(data: bytes) -> str:
    """The type that the bytes certainly are ("pdf", "zip", "ole", "html", ...), or ""."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    head = data[:2048]
    if head.lstrip().startswith(b"%PDF-"):
        return "pdf"
    return "html" if _HTML.match(head.removeprefix(codecs.BOM_UTF8)) else ""


def decode(name: str, data: bytes) -> str:
    """The text of these bytes, line ends as they are (a file with carriage returns only gets line feeds).

    Raises EmptySource where there is nothing visible, Unsupported where the bytes are no text.
    """
    text = _decoded(name, data)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    if not text.strip("\ufeff\u200b \t\r\n\f\x00"):
        raise EmptySource(name, "nothing but white space in it", "leave it out, or save it again with its text")
    return text


def _decoded(name: str, data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(name, data[len(mark) :].decode(encoding, errors="replace"))
    wide = _wide(data)
    if wide:
        return _checked(name, data.decode(wide, errors="replace"))
    try:
        return _checked(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 3 and error.start > len(data) - 4 and len(data) > 8:
            return _checked(name, data[: error.start].decode("utf-8"))  # cut off within its last character
    damaged = data.decode("utf-8", errors="replace")
    good = sum(map(damaged.count, set(damaged) - set(map(chr, range(128))) - {"\ufffd"}))
    if good > 4 * damaged.count("\ufffd"):
        return _checked(name, damaged)
    return _checked(name, data.decode(_eight_bit(data), errors="replace"))


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: the high bytes of a Latin or Cyrillic text are nearly all 00, 04 or 20."""
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return ""
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        share = sum(map(high.count, (0, 4, 0x20))) / len(high)
        if share > 0.9 and high.count(0) + high.count(4) and low.count(0) < len(low) / 10 and len(set(low)) > 1:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if 0 in high or _looks_russian(text):
                return encoding
    return ""


def _looks_russian(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum("\u0400" <= c <= "\u04ff" for c in letters) > 0.8 * len(letters)


def _eight_bit(data: bytes) -> str:
    """Windows-1252, or the Russian code page in which the words look most like Russian.

    In a Western text an accented letter stands among plain ones ("déjà"); in a Russian one such bytes fill words.
    """
    sample = data[:200_000]
    words = _WORD.findall(sample.decode("cp1251", errors="replace"))
    filled = mixed = 0
    for word in words:
        high = sum(ord(c) > 127 for c in word)
        if high == len(word):
            filled += high if high > 1 else 0
        elif high:
            mixed += high
    others = sum(b > 127 for b in sample) - filled - mixed  # quotes and dashes are the same in both Windows pages
    best, score = "cp1252", 0.0
    for page in _RUSSIAN_PAGES:
        text = sample.decode(page, errors="replace")
        found = _russian_score(text)
        if found > score and _share_of_words(text) > 0.6:
            best, score = page, found
    return best if filled > 2 * mixed or (best != "cp1251" and others > mixed) else "cp1252"


def _russian_score(text: str) -> float:
    """Mean rank of the letters' frequency; capitals inside a word count against it."""
    score = 0
    count = 0
    for word, times in Counter(_WORD.findall(text)).items():
        for i, c in enumerate(word):
            if ord(c) < 128:
                continue
            count += times
            low = c.lower()
            odd = c != low and i > 0 and word[i - 1].islower()
            score += times * (-30 if odd or low not in _FREQUENT else _FREQUENT[low] + (4 if c == low else 0))
    return score / count if count else 0.0


def _share_of_words(text: str) -> float:
    """Share of the characters beyond ASCII that are Cyrillic letters in words of one script."""
    high = sum(ord(c) > 127 for c in text)
    whole = sum(len(w) for w in _WORD.findall(text) if all("\u0400" <= c <= "\u04ff" for c in w))
    return whole / high if high else 0.0


def _checked(name: str, text: str) -> str:
    text = text.removeprefix("\ufeff")
    odd = len(_BINARY.findall(text[:100_000])) + text[:100_000].count("\ufffd")
    if odd > max(2, len(text[:100_000]) // 200):
        raise Unsupported(
            name, "its bytes are not text", "save it as text in UTF-8, or give it the ending of its true type"
        )
    return text
