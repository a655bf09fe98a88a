"""What lies in an archive is held to its name, file by file; programs and archives in archives are refused and named."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from casework.files import archives
from casework.files.archives import ArchiveLimits
from casework.files.errors import FileRefused
from casework.files.kinds import ARCHIVE_NAMES, MEDIA_TYPES, PROGRAM_NAMES, PROJECT_HEADS, SOURCE_TEXTS
from casework.files.model import Store
from casework.files.reader import told_of
from casework.files.rules import tidy_name
from casework.files.service import check_held, keep
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.funding.applications.settings import ApplicationSettings
from tests.hackathon.test_files import JPG, MP4, PDF, PNG, archive, office

LIMITS = ArchiveLimits(20, 3_000_000, 100_000, 100, 2_000_000)
MACHO, ELF, EXE = b"\xcf\xfa\xed\xfe\x07\x00", b"\x7fELF\x02\x01\x01\x00", b"MZ\x90\x00\x03\x00\x00\x00"
DS_STORE = b"\x00\x00\x00\x01Bud1" + bytes(20)


def refused(content: bytes, *, holds_source: bool = False, extension: str = "zip") -> tuple[str, str] | None:
    """Why, and which file of it; as the reader says it, in this process."""
    told = told_of(archives.read, io.BytesIO(content), LIMITS.given(extension, holds_source=holds_source))
    if told.refused is None:
        return None
    said = FileRefused(told.refused, name="a.zip", **told.details)
    member = str(told.details.get("member", ""))
    assert member in said.text("ar")
    assert member in said.text("en")
    return told.refused, member


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF), ("folder/b.PNG", PNG), ("a.jpg", JPG), ("a.mp4", MP4), ("خطة.txt", "نص".encode()), ("a.csv", b"a,b"),
        ("a.docx", office("word")), ("a.xlsx", office("xl")), ("README", b"read"), ("empty.txt", b""), ("empty.pdf", b""),
        ("MZ.txt", b"MZ is how it begins"), (".DS_Store", DS_STORE), ("__MACOSX/._a.pdf", b"\x00\x05\x16\x07" + bytes(9)),
        ("a.json", b"\xef\xbb\xbf{}"),
    ],
)  # fmt: skip
def test_what_may_be_sent_by_itself_may_be_sent_in_an_archive(name: str, content: bytes):
    assert refused(archive(**{name: content})) is None


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        # exe-in.zip, and what else runs, by name and by what it is.
        ("setup.exe", EXE, "member_program"), ("a.pdf", EXE, "member_program"), ("data.csv", ELF, "member_program"),
        ("README", MACHO, "member_program"), ("a.lnk", b"x", "member_program"), ("a.jar", archive(a=b"1"), "member_program"),
        ("run.BAT", b"del *", "member_program"), (".DS_Store", EXE, "member_program"), ("a.docx", EXE, "member_program"),
        ("inner.zip", archive(a=b"1"), "member_archive"), ("a.tar.gz", b"\x1f\x8b\x08", "member_archive"),
        ("a.png", archive(a=b"1"), "member_archive"), ("notes.txt", b"Rar!\x1a\x07\x01\x00", "member_archive"),
        ("a.csv", bytes(257) + b"ustar", "member_archive"), ("a.rar", b"", "member_archive"),
        ("a.svg", b"<svg/>", "member_type"), ("a.html", b"<html>", "member_type"), ("a.py", b"x", "member_type"),
        ("a.unheard", b"x", "member_type"),
        ("a.pdf", b"<html><script>", "member_content"), ("a.png", JPG, "member_content"), ("a.csv", b"a\x00b", "member_content"),
        (".DS_Store", b"something else", "member_content"), ("._a", b"something else", "member_content"),
        ("a.docx", b"no archive", "member_content"), ("a.docx", office("xl"), "member_content"),
        ("a.docx", office("word", **{"word/vbaProject.bin": b"1"}), "member_content"),
        ("a.xlsx", office("xl", **{"xl/embeddings/oleObject1.bin": EXE}), "member_program"),
        ("a.csv", "نص".encode("cp1256"), "member_not_utf8"), ("LICENSE", b"\xc3", "member_not_utf8"),
    ],
)  # fmt: skip
def test_what_may_not_is_named(name: str, content: bytes, code: str):
    assert refused(archive(**{"good.txt": b"1", f"deep/down/{name}": content})) == (code, tidy_name(name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("app/main.py", b"print()"), ("index.html", b"<html>"), (".gitignore", b"*"), ("Dockerfile", b"FROM x"), ("a.svg", b"<svg/>"),
        ("run.sh", b"#!/bin/sh"), ("a.parquet", b"PAR1xx"), ("roads.shp", b"\x00\x00\x27\x0a" + bytes(9)), ("roads.dbf", b"\x03\x7a\x01"),
        ("roads.prj", b"GEOGCS[]"), ("a.gpkg", b"SQLite format 3\x00xx"), ("a.pdf", PDF),
    ],
)  # fmt: skip
def test_a_project_holds_source_and_data_where_the_noun_takes_it(name: str, content: bytes):
    assert refused(archive(**{name: content}), holds_source=True) is None
    assert SubmissionSettings().store().holds_source
    assert not ApplicationSettings().store().holds_source


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.py", b"\x00", "member_content"), ("a.parquet", b"<html>", "member_content"), ("a.gpkg", b"PAR1", "member_content"),
        ("a.exe", EXE, "member_program"), ("node_modules/x.wasm", b"\x00asm", "member_source_type"),
        ("main.js", ELF, "member_program"), ("vendor.whl", archive(a=b"1"), "member_archive"),
    ],
)  # fmt: skip
def test_a_project_holds_neither_programs_nor_archives(name: str, content: bytes, code: str):
    assert refused(archive(**{name: content}), holds_source=True) == (code, name.rpartition("/")[2])


def test_no_name_is_of_two_kinds():
    kinds = [set(MEDIA_TYPES) - {"zip"}, SOURCE_TEXTS, set(PROJECT_HEADS), PROGRAM_NAMES, ARCHIVE_NAMES]
    for number, kind in enumerate(kinds):
        for other in kinds[number + 1 :]:
            assert kind & other == set()


def test_documents_in_an_archive_count_with_it():
    heavy = office("word", **{"word/media/image1.png": bytes(1_900_000)})
    assert refused(archive(**{"a.docx": heavy})) is None
    two = archive(**{"a.docx": heavy, "b.docx": heavy})
    assert refused(two) in {("unpacked_bytes", ""), ("unpacked_ratio", "")}
    parts = {f"word/{number}.xml": b"x" for number in range(9)}
    assert refused(archive(**{"a.docx": office("word", **parts)})) is None
    many = {f"{number}.docx": office("word", **parts) for number in range(2)}
    assert refused(archive(**many)) == ("unpacked_files", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.bat.", b"del *"), ("run.bat. .", b"del *"), (".bat", b"del *"), (".PS1", b"del *"),
        ("._run.bat", b"\x00\x05\x16\x07\r\ndel *"), (".ds_store.bat", b"\x00\x00\x00\x01Bud1\r\ndel *"), ("a.exe.", b"MZ"),
    ],
)  # fmt: skip
def test_no_system_runs_a_file_for_its_name(name: str, content: bytes):
    told = refused(archive(**{name: content}))
    assert told is not None
    assert told[0] == "member_program"


@pytest.mark.parametrize(
    ("name", "other", "is_taken"),
    [
        ("#U062e#U0637#U0629.txt", "خطة.txt", True), ("a.TXT", "b.txt", True), ("a.txt", "run.bat", False),
        ("a.txt", "../../a.txt", False), ("a.txt", "/a.txt", False), ("a.txt", "a.txt/", False), ("README", ".bat", False),
        ("a.txt", "run.bat\0.txt", False),
    ],
)  # fmt: skip
def test_a_second_name_is_of_the_same_kind(name: str, other: str, is_taken: bool):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        entry = zipfile.ZipInfo(name)
        content = struct.pack("<BL", 1, zlib.crc32(name.encode())) + other.encode()
        entry.extra = struct.pack("<4H", 0xCAFE, 0, 0x7075, len(content)) + content
        file.writestr(entry, b"text")
    assert refused(stream.getvalue()) == (None if is_taken else ("content", ""))


def test_nothing_stands_behind_a_name():
    content = archive(**{"a.txt_run.bat": b"del *"})
    assert refused(content.replace(b"a.txt_run.bat", b"a.txt\0run.bat")) == ("content", "")


def test_a_link_leads_nowhere():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    assert refused(stream.getvalue()) == ("paths", "")


def test_names_are_tidied_before_they_are_shown():
    hostile = "deep/\u202etxt.exe\x1b[31m" + "x" * 300 + ".unheard"
    (_, member) = refused(archive(**{hostile: b"x"})) or ("", "")
    assert len(member) == 80
    assert member.isprintable()


@pytest.mark.usefixtures("wire")
def test_whoever_sends_it_is_told(tmp_path: Path):
    """Through the process apart, on the disk and in memory."""
    store, content = Store(tmp_path / "files", 200_000, 100_000, 9), archive(**{"tools/setup.exe": EXE})
    for take in (
        lambda: keep(io.BytesIO(content), "exe-in.zip", store),
        lambda: check_held(content, "exe-in.zip", store),
    ):
        with pytest.raises(FileRefused) as told:
            take()
        assert (
            told.value.text("en")
            == "“exe-in.zip” was not stored: it holds “setup.exe”, a program. Send it without."
        )
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    held = office("word", **{"word/embeddings/oleObject1.bin": EXE})
    with pytest.raises(FileRefused, match=r"oleObject1\.bin"):
        check_held(held, "a.docx", store)
