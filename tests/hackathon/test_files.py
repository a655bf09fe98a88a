"""What is taken for a file and what is not, and where its bytes lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import pytest

from casework.files import archives
from casework.files.archives import ArchiveLimits
from casework.files.errors import FileRefused
from casework.files.kinds import MEDIA_TYPES
from casework.files.model import Store
from casework.files.reader import told_of
from casework.files.rules import tidy_name
from casework.files.service import check_held, keep, path_of
from casework.files.settings import FileSettings
from casework.files.told import Told
from tests.hackathon.telling_files import document, picture

pytestmark = pytest.mark.usefixtures("wire")

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 40
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"0" * 40


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", 200_000, 100_000, 3)


def archive(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return stream.getvalue()


def office(part: str, **more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", f"{part}/document.xml": b"<x/>", **more})


def refusal(store: Store, name: str, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        keep(io.BytesIO(content), name, store)
    assert name in refused.value.text("ar")
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF), ("a.PNG", PNG), ("a.jpg", JPG), ("a.jpeg", JPG), ("a.mp4", MP4), ("a.txt", "نص".encode()),
        ("a.geojson", b"{}"), ("a.zip", archive(a=b"1")), ("a.docx", office("word")), ("a.pptx", office("ppt")),
        ("a.xlsx", office("xl")),
    ],
)  # fmt: skip
def test_what_it_says_it_is(store: Store, name: str, content: bytes):
    kept = keep(io.BytesIO(content), name, store)
    assert kept.media_type == MEDIA_TYPES[name.rpartition(".")[2].lower()]
    assert (kept.digest, kept.size_bytes) == (sha256(content).hexdigest(), len(content))
    path = path_of(kept.digest, store)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.svg", b"<svg/>", "type"), ("a.html", b"<html>", "type"), ("pdf", PDF, "type"), ("a.exe", b"MZ", "type"),
        ("a.pdf", b"<html><script>alert(1)</script>", "content"), ("a.png", JPG, "content"), ("a.pdf", b"", "empty"),
        ("a.csv", b"a\x00b", "content"), ("a.csv", "نص".encode("cp1256"), "not_utf8"), ("a.txt", b"\xc3", "not_utf8"),
        ("a.zip", b"PK\x03\x04 not really", "content"), ("a.docx", archive(a=b"1"), "content"),
        ("a.docx", office("xl"), "content"), ("a.docx", office("word", **{"word/vbaProject.bin": b"1"}), "content"),
        ("a.txt", b"x" * 200_001, "size"), ("a.zip", archive(a=bytes(100_001)), "unpacked_bytes"),
        ("a.zip", archive(a=b"1", b=b"2", c=b"3", d=b"4"), "unpacked_files"),
        ("a.zip", archive(**{"../a": b"1"}), "paths"), ("a.zip", archive(**{"/etc/a": b"1"}), "paths"),
    ],
)  # fmt: skip
def test_what_it_is_not(store: Store, name: str, content: bytes, code: str):
    assert refusal(store, name, content) == code
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_an_archive_that_lies_about_its_size(store: Store):
    whole = bytearray(archive(a=bytes(150_000)))
    declared = (150_000).to_bytes(4, "little")
    for start in range(len(whole) - 3):
        if whole[start : start + 4] == declared:
            whole[start : start + 4] = (10).to_bytes(4, "little")
    assert refusal(store, "a.zip", bytes(whole)) == "content"


def test_the_same_bytes_lie_there_once(store: Store):
    first, second = keep(io.BytesIO(PDF), "a.pdf", store), keep(io.BytesIO(PDF), "b.pdf", store)
    assert first == second
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


def test_names_lead_nowhere():
    assert tidy_name("../../etc/passwd.txt") == "passwd.txt"
    assert tidy_name("C:\\temp\\خطة\u202eالظل.PDF") == "خطةالظل.pdf"
    assert len(tidy_name("x" * 300 + ".pdf")) == 120
    assert tidy_name("a\x00\nb<c>.txt") == "abc.txt"


def packed(method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        file.writestr("a.csv", b"street,shade\n" * 400)
    return stream.getvalue()


def damaged(content: bytes, place: int, *more: int) -> bytes:
    """Its bytes turned over from there on, within the packed data of the first entry."""
    changed = bytearray(content)
    for one in (place, *more):
        changed[one] ^= 0xFF
    return bytes(changed)


@pytest.mark.parametrize(
    "content",
    [
        damaged(packed(zipfile.ZIP_DEFLATED), 40, 41, 42, 43, 44), damaged(packed(zipfile.ZIP_LZMA), 44, 48, 52, 60),
        damaged(packed(zipfile.ZIP_BZIP2), 40, 50, 60), damaged(packed(zipfile.ZIP_STORED), 400),
        packed(zipfile.ZIP_DEFLATED).replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63\x00"),
        packed(zipfile.ZIP_DEFLATED)[:-1], packed(zipfile.ZIP_DEFLATED) + b"x", b"PK\x05\x06", b"PK\x05\x06" + bytes(17),
        packed(zipfile.ZIP_DEFLATED)[60:],
    ],
    ids=[
        "deflate", "lzma", "bzip2", "stored", "unknown method", "cut", "more behind", "mark alone", "empty end",
        "end alone",
    ],
)  # fmt: skip
def test_a_damaged_archive_is_refused(store: Store, content: bytes):
    assert refusal(store, "a.zip", content) == "content"


def test_an_archive_with_a_comment_or_many_parts_is_taken(store: Store):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.comment = "شكرًا".encode()
        file.writestr("a.csv", b"a,b")
    assert keep(io.BytesIO(stream.getvalue()), "a.zip", store).media_type == "application/zip"
    assert keep(io.BytesIO(archive()), "a.zip", store).size_bytes == 22


def test_what_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path):
    bounds = FileSettings(unpacked_ratio_max=20, unpacked_free_bytes=50_000)
    store = Store(tmp_path, 1_000_000, 10_000_000, 3, bounds)
    assert keep(io.BytesIO(archive(a=b" " * 50_000)), "a.zip", store).size_bytes > 0
    assert refusal(store, "a.zip", archive(a=bytes(400_000))) == "unpacked_ratio"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", archive(a=b"x" * 300, b=b"y" * 300)), ("a.docx", office("word")),
        ("a.zip", packed(zipfile.ZIP_LZMA)), ("a.pdf", document("x")), ("a.png", picture("x", "PNG")),
        ("a.jpg", picture("x")), ("a.mp4", MP4), ("a.csv", "شارع,ظل".encode()),
    ],
)  # fmt: skip
def test_a_file_that_was_altered_is_taken_or_refused_and_nothing_else(name: str, content: bytes):
    """Archives as their reader reads them, in this process: what it raises would be an answer of the other one."""
    chance, kinds = Random(20_261_127), Counter[str]()
    store = Store(Path(), 200_000, 100_000, 5)
    limits = ArchiveLimits(5, 100_000, 10_000, 100, 100_000).given(name.rpartition(".")[2])
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        given = bytes(changed[: chance.randrange(1, len(changed) + 1)] if chance.random() < 0.1 else changed)
        if name.endswith(("zip", "docx")):
            told = told_of(archives.read, io.BytesIO(given), limits)
            if told.refused is not None:
                assert FileRefused(told.refused, name=name, **told.details).text("ar")
            kinds[told.refused or "kept"] += 1
            continue
        try:
            check_held(given, name, store)
            kinds["kept"] += 1
        except FileRefused as refused:
            kinds[refused.code] += 1
    assert sum(kinds.values()) == 300


def test_whatever_a_reader_raises_is_an_answer():
    def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
        raise given["kind"]

    for kind in (
        zlib.error,
        struct.error,
        KeyError,
        RuntimeError,
        RecursionError,
        NotImplementedError,
        OverflowError,
    ):
        assert told_of(read, io.BytesIO(), {"kind": kind}).refused == "content"
    assert told_of(read, io.BytesIO(), {"kind": MemoryError}).refused == "too_heavy"
