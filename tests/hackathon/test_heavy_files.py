"""Files that would take the memory or the time of whoever reads them: the process that reads ends, the hub goes on."""

from __future__ import annotations

import io
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psutil
import pytest

from benchmarks.besieging.heavy_files import crowded_archive, heavy_document, wide_picture
from casework.files.apart import read_apart
from casework.files.errors import FileRefused
from casework.files.model import Store
from casework.files.service import check_held, keep
from casework.files.settings import FileSettings
from hackathon.funding.reviewing.copies.cleaning import PASSED, Limits, clean_apart
from hackathon.funding.reviewing.errors import FileNotPassed
from tests.hackathon.telling_files import document, picture

pytestmark = pytest.mark.usefixtures("wire")

#: Of what the reading of a heavy file may add to the process that has it read.
_GROWTH_MAX = 150_000_000
BOUNDS = FileSettings(memory_bytes_max=512 * 1024 * 1024)
LIMITS = Limits(pages_max=10, points_max=20_000_000, bytes_max=60_000_000)


class Highest:
    """The most memory that this process had while something was done."""

    def __enter__(self) -> Self:
        self._own, self._ended = psutil.Process(), threading.Event()
        self._before = self._most = self._own.memory_info().rss
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self._most = max(self._most, self._own.memory_info().rss)

    @property
    def growth(self) -> int:
        return self._most - self._before


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", 60_000_000, 50_000_000, 5_000, BOUNDS)


def refusal(path: Path, kind: str, limits: Limits = LIMITS, bounds: FileSettings = BOUNDS) -> str:
    with Highest() as highest, pytest.raises(FileNotPassed) as refused:
        clean_apart(path, kind, limits, bounds)
    assert highest.growth < _GROWTH_MAX
    assert refused.value.text("ar") != refused.value.text("en")
    return refused.value.code


def test_a_document_that_unpacks_to_gigabytes_is_not_passed_on(tmp_path: Path) -> None:
    (path := tmp_path / "a.pdf").write_bytes(heavy_document(20_000_000))
    assert path.stat().st_size < 1_000_000
    assert refusal(path, "application/pdf") == "too_heavy"


def test_a_picture_of_too_many_points_is_not_passed_on(tmp_path: Path) -> None:
    (path := tmp_path / "a.png").write_bytes(wide_picture(9_000, 6_556))
    assert refusal(path, "image/png") == "points"
    # Also where the limit of points would let it through.
    wide = Limits(10, 60_000_000, 60_000_000)
    assert refusal(path, "image/png", wide, FileSettings(memory_bytes_max=300_000_000)) == "too_heavy"


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    (path := tmp_path / "a.pdf").write_bytes(heavy_document(5_000_000))
    impatient = FileSettings(memory_bytes_max=4 * 1024**3, seconds_max=0.05)
    assert refusal(path, "application/pdf", bounds=impatient) == "too_heavy"
    busy = FileSettings(memory_bytes_max=4 * 1024**3, core_seconds_max=1)
    (path := tmp_path / "b.pdf").write_bytes(heavy_document(20_000_000))
    assert refusal(path, "application/pdf", bounds=busy) == "too_heavy"


def test_what_is_made_of_a_file_is_bounded(tmp_path: Path) -> None:
    (path := tmp_path / "a.jpg").write_bytes(picture("x"))
    assert refusal(path, "image/jpeg", Limits(10, 20_000_000, 10)) == "size"


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        pytest.param("application/pdf", lambda: document("x"), id="document"),
        pytest.param("image/png", lambda: picture("x", "PNG"), id="drawing"),
        pytest.param("image/jpeg", lambda: picture("x"), id="photo"),
        pytest.param("image/png", lambda: wide_picture(5_000, 4_000), id="wide"),
    ],
)
def test_an_ordinary_file_is_read_within_the_limits(
    tmp_path: Path, kind: str, make: Callable[[], bytes]
) -> None:
    (path := tmp_path / "a").write_bytes(make())
    cleaned = clean_apart(path, kind, LIMITS, FileSettings())
    assert cleaned.startswith({"pdf": b"%PDF-", "png": b"\x89PNG", "jpg": b"\xff\xd8"}[PASSED[kind]])


def test_the_reader_has_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it sees from inside, told by a reader of this test."""
    monkeypatch.setenv("FALAJ_STORE_OWNER_URL", "postgresql://secret")
    (path := tmp_path / "a").write_bytes(b"here")
    with path.open("rb") as file, (tmp_path / "open").open("wb"):
        told = read_apart("tests.hackathon.looking_reader", {"folder": str(tmp_path)}, file, BOUNDS, 100)
    assert (told.refused, told.content) == (None, b"here")
    assert not [name for name in told.details["environment"] if name.startswith("FALAJ")]
    assert told.details["descriptors"] == 3
    assert told.details["could_write"] is False
    assert told.details["limits"][:2] == [BOUNDS.memory_bytes_max, BOUNDS.open_files_max]


def test_a_reader_ends_with_its_parent(tmp_path: Path) -> None:
    """Which is killed while a reader sleeps."""
    (path := tmp_path / "a").write_bytes(b"here")
    parent = (
        os.fork()
        if sys.platform == "linux"
        else pytest.skip("Linux alone tells a process of its parent's end")
    )
    if parent == 0:
        try:
            with path.open("rb") as file:
                read_apart("tests.hackathon.looking_reader", {"sleep": 60}, file, BOUNDS)
        finally:
            os._exit(1)
    readers = _readers(parent, at_least=1)
    os.kill(parent, 9)
    os.waitpid(parent, 0)
    _, alive = psutil.wait_procs(readers, timeout=30)
    assert alive == []


def _readers(parent: int, at_least: int) -> list[psutil.Process]:
    """As soon as they read: before they have said whose they are they may look away."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [one for one in psutil.Process(parent).children() if one.nice() > os.nice(0)]
        if len(found) >= at_least:
            time.sleep(0.2)
            return found
        time.sleep(0.05)
    raise AssertionError("no reader began")


@pytest.mark.parametrize("told", [None, 3])
def test_a_list_of_a_million_entries_is_not_read(store: Store, told: int | None) -> None:
    crowded = crowded_archive(1_000_000, told=told)
    with Highest() as highest, pytest.raises(FileRefused) as refused:
        keep(io.BytesIO(crowded), "a.zip", store)
    assert refused.value.code == "unpacked_files"
    assert highest.growth < _GROWTH_MAX


def test_a_list_that_lies_about_its_length_is_found_out(store: Store) -> None:
    with pytest.raises(FileRefused) as refused:
        keep(io.BytesIO(crowded_archive(40, told=3)), "a.zip", store)
    assert refused.value.code == "content"


def test_bytes_in_memory_are_read_apart_as_well() -> None:
    with pytest.raises(FileRefused) as refused:
        check_held(crowded_archive(9_000), "a.zip", Store(Path(), 1_000_000, 1_000_000, 5_000, BOUNDS))
    assert refused.value.code == "unpacked_files"


def test_this_process_keeps_its_own_limits(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    (path := tmp_path / "a.jpg").write_bytes(picture("x"))
    clean_apart(path, "image/jpeg", LIMITS, FileSettings())
    assert resource.getrlimit(resource.RLIMIT_AS) == before
