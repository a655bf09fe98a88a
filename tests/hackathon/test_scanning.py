"""A scanner for malware, by a stand-in that speaks ClamAV's protocol strictly: found, clean, too large, away."""

from __future__ import annotations

import io
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from casework.files.errors import FileRefused, MalwareFound, ScannerAway
from casework.files.scanning import Answer, Scanner, Verdict
from casework.files.settings import FileSettings
from tests.hackathon.clam import EICAR, Clam

pytestmark = pytest.mark.usefixtures("wire")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clamd.ctl"


def scanner(path: Path, **settings: object) -> Scanner:
    return Scanner(FileSettings(scanner=str(path), scanner_seconds_max=0.5, **settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", Verdict.CLEAN), (b"x", Verdict.CLEAN), (b"x" * 200_000, Verdict.CLEAN), (EICAR, Verdict.FOUND),
        (b"x" * 65_530 + EICAR, Verdict.FOUND), (b"x" * 999_999, Verdict.CLEAN), (b"x" * 1_000_001, Verdict.TOO_LARGE),
        (b"x" * 9_000_000, Verdict.TOO_LARGE),
    ],
    ids=["empty", "one byte", "some pieces", "found", "found across pieces", "just below", "just above", "far above"],
)  # fmt: skip
def test_what_the_scanner_says(path: Path, content: bytes, verdict: Verdict):
    with Clam(path) as clam:
        stream = io.BytesIO(content)
        stream.read(1)
        assert scanner(path).scan(stream).verdict is verdict
        assert stream.tell() == 0
        assert scanner(path).scan(content).verdict is verdict
    assert clam.seen == ([] if verdict is Verdict.TOO_LARGE else [len(content)] * 2)
    assert clam.wrong == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"stream: OK\0", Answer(Verdict.CLEAN)),
        (b"stream: OK\0stream: Eicar FOUND\0", Answer(Verdict.AWAY, "ConnectionError")),
        (b"HTTP/1.1 200: OK\0", Answer(Verdict.AWAY, "HTTP/1.1 200: OK")),
        (b"/etc/hosts: OK\0", Answer(Verdict.AWAY, "/etc/hosts: OK")),
        (b"stream: Eicar FOUND: OK\0", Answer(Verdict.AWAY, "stream: Eicar FOUND: OK")),
        (b"stream: \x1b[2J\r\nEicar FOUND\0", Answer(Verdict.FOUND, "?[2J??Eicar")),
    ],
)
def test_only_what_the_protocol_lays_down_is_a_verdict(path: Path, said: bytes, answer: Answer):
    with socket.socket(socket.AF_UNIX) as server, ThreadPoolExecutor(1) as pool:
        server.bind(str(path))
        server.listen(1)

        def serve() -> None:
            line, _ = server.accept()
            with line:
                while not line.recv(65_536).endswith(bytes(4)):
                    pass
                line.sendall(said)

        served = pool.submit(serve)
        assert scanner(path).scan(b"x") == answer
        served.result(5)


def test_a_finding_is_refused_without_its_name_and_known_by_it(path: Path):
    with Clam(path), pytest.raises(MalwareFound) as refused:
        scanner(path).look(EICAR, "a.pdf")
    assert refused.value.signature == "Win.Test.EICAR_HDB-1"
    for language in ("en", "ar"):
        text = refused.value.text(language)
        assert "a.pdf" in text
        assert "EICAR" not in text


def test_what_is_larger_than_it_takes_is_told_apart(path: Path):
    with Clam(path, limit=1_000), pytest.raises(FileRefused) as refused:
        scanner(path).look(b"x" * 5_000_000, "a.mp4")
    assert refused.value.code == "scan_size"
    with Clam(path, manner="shallow"), pytest.raises(FileRefused) as refused:
        scanner(path).look(b"PK", "a.zip")
    assert refused.value.code == "scan_size"
    with Clam(path) as clam, pytest.raises(FileRefused) as refused:
        scanner(path, scanner_bytes_max=100).look(b"x" * 101, "a.mp4")
    assert (refused.value.code, clam.seen) == ("scan_size", [])


@pytest.mark.parametrize("manner", ["hangs up", "silent", "nonsense", "error", "gone"])
def test_while_it_is_away_files_are_refused_or_taken_as_is_set(path: Path, manner: str):
    known = scanner(path)
    lenient = scanner(path, scanner_away="take")
    with Clam(path if manner != "gone" else path.with_name("other"), manner=manner):
        with pytest.raises(ScannerAway) as away:
            known.look(b"x", "a.pdf")
        assert "a.pdf" in away.value.text("ar")
        assert lenient.look(b"x", "a.pdf") is False
        if manner != "error":
            with pytest.raises(ScannerAway):
                known.ping()
    with Clam(path):
        assert known.look(b"x", "a.pdf") is True
        known.ping()


def test_without_one_nothing_is_scanned():
    none = Scanner(FileSettings())
    assert not none.is_set
    assert none.look(EICAR, "a.pdf") is False


@pytest.mark.parametrize(
    "where", ["10.0.0.1:3310", "scanner.example:3310", "relative/path", "localhost:3310", "127.0.0.1"]
)
def test_only_a_scanner_of_this_machine_is_asked(where: str):
    with pytest.raises(ValidationError):
        FileSettings(scanner=where)
    for good in ("/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"):
        assert FileSettings(scanner=good).scanner == good
    assert FileSettings(scanner="").scanner is None


def test_nobody_on_loopback_either():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    gone = Scanner(FileSettings(scanner=f"127.0.0.1:{port}"))
    assert gone.scan(b"x") == Answer(Verdict.AWAY, "ConnectionRefusedError")
