"""What is taken for a file and what is not, and where its bytes lie."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from hackathon.files.errors import FileRefused
from hackathon.files.model import Store
from hackathon.files.rules import tidy_name
from hackathon.files.service import MEDIA_TYPES, keep, path_of

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
