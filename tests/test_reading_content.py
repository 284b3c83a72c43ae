"""Bytes to text: encodings, limits, what the bytes really are; and the errors of `read`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filekit import SETTINGS, archive, document, pdf
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import EmptySource, SourceError, TooLarge, Unsupported
from kg.reading import SUFFIXES, read, read_bytes, supported
from kg.reading.content import decode, sniff

RUSSIAN = [
    "Лояльность клиента растёт медленно, а теряется быстро.",
    "Путь",
    "ПУТЬ КЛИЕНТА",
    "Я и ты",
    "Термин «опыт» — это не то же, что “сервис” (service) или CRM.",
]
WESTERN = [
    "Le café était déjà fermé, où aller à présent ?",
    "Ça va? Où ça? Là.",
    "été",
    "Größe, Qualität und schöne Läden prägen das Erlebnis.",
    "The firm’s “journey” – a map, they say … naïve?",
    "Señor Muñoz pagó mañana",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251"])
@pytest.mark.parametrize("text", RUSSIAN)
def test_russian_encodings(text: str, encoding: str) -> None:
    assert decode("a.txt", text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866"])
def test_older_russian_pages(encoding: str) -> None:
    text = "Этапы пути клиента: до покупки, покупка и после покупки."
    assert decode("a.txt", text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("text", WESTERN)
def test_western_encodings(text: str, encoding: str) -> None:
    assert decode("a.txt", text.encode(encoding)) == text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1))
def test_utf8_is_kept_to_the_letter(text: str) -> None:
    data = text.encode()
    if not text.strip("\ufeff\u200b \t\r\n\f") or text.startswith("\ufeff"):
        return
    assert decode("a.txt", data) == text


def test_line_ends_are_kept_and_lone_carriage_returns_become_line_feeds() -> None:
    assert decode("a.txt", b"one\r\ntwo\r\n") == "one\r\ntwo\r\n"
    assert decode("a.txt", b"one\rtwo") == "one\ntwo"


def test_a_character_cut_in_two_at_the_end_is_left_out() -> None:
    assert decode("a.txt", "Опыт клиента".encode()[:-1]) == "Опыт клиент"


def test_a_damaged_byte_in_utf8_costs_one_character() -> None:
    data = "Путь клиента, опыт клиента".encode() + b"\xff" + " и ещё".encode()
    assert decode("a.txt", data) == "Путь клиента, опыт клиента\ufffd и ещё"


def test_sniffing_is_sure_or_silent() -> None:
    assert sniff(b"\n%PDF-1.7\n") == "pdf"
    assert sniff(b"Notes on %PDF- headers") == ""
    assert sniff(b"<!-- x --><!DOCTYPE html><p>") == "html"
    assert sniff(b"ID3 is a learner of decision trees") == ""


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_nothing_in_a_file_is_an_empty_source(suffix: str) -> None:
    assert supported(Path("x" + suffix.upper()))
    for data in (b"", b" \n\t\n"):
        with pytest.raises(EmptySource, match=r"x\.\w+: is empty; leave it out"):
            read_bytes("x" + suffix, data, settings=SETTINGS)


@pytest.mark.parametrize(
    ("name", "data", "kind", "message"),
    [
        ("a.txt", pdf([[(72, 700, "x")]]), Unsupported, "its content is pdf, not text; give it the ending"),
        ("a.md", archive({"word/document.xml": "<a/>"}), Unsupported, "its content is docx, not text"),
        ("a.txt", b"<!doctype html><p>Hello", Unsupported, "its content is html, not text"),
        ("a.pdf", b"just words", Unsupported, "its content is not pdf; it may be damaged"),
        ("a.docx", archive({"ppt/presentation.xml": "<a/>"}), Unsupported, "its content is pptx, not docx"),
        ("a.docx", b"no zip", Unsupported, "its content is not docx"),
        ("a.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"old", Unsupported, "old binary format of Office"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), SourceError,
         "is encrypted; save it without a password"),
        ("a.txt", bytes(range(1, 32)) * 20, Unsupported, "its bytes are not text"),
        ("a.html", b"\x89PNG\r\n\x1a\n1234", Unsupported, "its content is png, not text"),
        ("a.xyz", b"words", Unsupported, "no reader takes .xyz; save it as one of .apkg"),
        ("noending", b"words", Unsupported, "no reader takes files without an ending"),
        ("a.docx", archive({"word/document.xml": "<a/>"})[:60], SourceError, "is damaged or cut off"),
    ],
)  # fmt: skip
def test_wrong_content_is_one_clear_line(name: str, data: bytes, kind: type[SourceError], message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(name, data, settings=SETTINGS)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{name}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_limits() -> None:
    with pytest.raises(TooLarge, match=r"12 bytes, the limit is 10; split it, or raise KG_MAX_FILE_BYTES"):
        document("a.txt", "twelve bytes", max_file_bytes=10)
    with pytest.raises(TooLarge, match="KG_MAX_CHARS"):
        document("a.md", "twelve bytes", max_chars=10)
    with pytest.raises(TooLarge, match="3 pages, the limit is 2"):
        document("a.pdf", pdf([[(72, 700, "x")]] * 3), max_pages=2)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.txt: cannot be opened"):
        read(tmp_path / "gone.txt", settings=SETTINGS)
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(SourceError, match="is not a file"):
        read(tmp_path / "folder.txt", settings=SETTINGS)
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(SourceError, match="is not a file"):
        read(tmp_path / "pipe.txt", settings=SETTINGS)
    (tmp_path / "big.txt").write_bytes(b"x" * 20)
    with pytest.raises(TooLarge):
        read(tmp_path / "big.txt", settings=SETTINGS.model_copy(update={"max_file_bytes": 10}))


def test_archives_that_unpack_to_too_much() -> None:
    bomb = archive({"word/document.xml": b"\0" * 3_000_000})
    with pytest.raises(TooLarge, match="packed suspiciously tight"):
        document("a.docx", bomb)
    with pytest.raises(TooLarge, match="KG_MAX_UNPACKED_BYTES"):
        document("a.docx", bomb, max_unpacked_bytes=1_000_000)
    with pytest.raises(TooLarge, match="20,001 parts"):
        document("a.epub", archive({str(i): b"" for i in range(20_001)}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(encoding: str) -> None:
    evil = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding)
    for name, part in (("a.docx", "word/document.xml"), ("a.pptx", "ppt/presentation.xml")):
        with pytest.raises(SourceError, match="declares XML entities"):
            document(name, archive({part: evil}))
    with pytest.raises(SourceError, match="declares XML entities"):
        document("a.epub", archive({"META-INF/container.xml": evil}))
