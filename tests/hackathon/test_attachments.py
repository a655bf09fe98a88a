"""What is swept of the stores of files, and that no upload loses its bytes to it."""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from time import sleep

import pytest

import casework
import hackathon
import participation
from casework.attachments.model import StoredFile, Sweep
from casework.attachments.rules import require_room
from casework.attachments.service import read_pieces, sweep_store
from casework.files.errors import FileRefused
from casework.files.model import Received, Store
from casework.files.service import path_of, receive
from casework.files.settings import FileSettings
from citycore.clock import system_clock
from citycore.failures.repository import find_failures_of
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.conftest import Database

LONG_AGO = (0, 0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", 1_000, 1_000, 1)


@pytest.fixture
def sweep(programme: Database, store: Store) -> Iterator[Sweep]:
    """Over a table of its own."""
    with programme.connect() as owner:
        owner.execute("CREATE TABLE innovation.notes (digest bytea NOT NULL)")
        owner.execute("GRANT SELECT, INSERT ON innovation.notes TO falaj_portal")
        yield Sweep(
            "notes",
            lambda: store,
            "SELECT encode(digest, 'hex') FROM innovation.notes WHERE digest = ANY (%(digests)s::bytea[])",
        )
        owner.execute("DROP TABLE innovation.notes")


def put(store: Store, text: str) -> Path:
    """An upload; where its bytes lie."""
    return path_of(receive(io.BytesIO(text.encode()), "a.txt", store).digest, store)


def age(*paths: Path) -> None:
    for path in paths:
        os.utime(path, LONG_AGO)


def name(portal: Connection, path: Path) -> None:
    portal.execute("INSERT INTO innovation.notes VALUES (decode(%s, 'hex'))", [path.name])


def test_what_is_named_or_new_stays_and_the_rest_goes(portal: Connection, store: Store, sweep: Sweep):
    named, new, old = put(store, "named"), put(store, "new"), put(store, "old")
    broken_off = store.folder / ".incoming-x"
    broken_off.write_bytes(b"half of")
    age(named, old, broken_off)
    name(portal, named)
    on_its_way = store.folder / ".incoming-y"
    on_its_way.write_bytes(b"half of")
    assert sweep_store(portal, sweep, store, system_clock) == 2
    assert (named.exists(), new.exists(), old.exists()) == (True, True, False)
    assert (broken_off.exists(), on_its_way.exists()) == (False, True)
    assert b"".join(read_pieces(named.name, store)) == b"named"
    assert sweep_store(portal, sweep, store, system_clock) == 0
    assert sweep_store(portal, sweep, store, lambda: system_clock() + timedelta(days=2)) == 2


def test_one_round_removes_a_bounded_number(portal: Connection, tmp_path: Path, sweep: Sweep):
    store = Store(tmp_path / "few", 1_000, 1_000, 1, FileSettings(swept_files_max=2))
    kept = [put(store, f"kept {number}") for number in range(5)]
    gone = [put(store, f"gone {number}") for number in range(5)]
    age(*kept, *gone)
    for path in kept:
        name(portal, path)
    assert [sweep_store(portal, sweep, store, system_clock) for _ in range(4)] == [2, 2, 1, 0]
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)


def test_a_file_that_cannot_be_removed_is_set_aside(portal: Connection, store: Store, sweep: Sweep):
    sound = put(store, "sound")
    folder = sound.parent / ("f" * 64)
    folder.mkdir()
    strange = sound.parent / "notes.txt"
    strange.write_bytes(b"x")
    age(sound, folder, strange)
    assert sweep_store(portal, sweep, store, system_clock) == 1
    failed = {one.subject.rpartition("/")[2] for one in find_failures_of(portal, sweep.job)}
    assert failed == {"f" * 64, "notes.txt"}


def test_what_is_uploaded_again_while_the_store_is_swept_stays(
    portal: Connection, store: Store, sweep: Sweep, programme: Database
):
    """Between the question whether anything names the bytes and their going."""
    path = put(store, "taken out and put back")
    age(path)
    with programme.connect() as owner, programme.connect() as watch, ThreadPoolExecutor(1) as pool:
        with owner.transaction():
            owner.execute("LOCK TABLE innovation.notes")
            swept = pool.submit(sweep_store, portal, sweep, store, system_clock)
            while watch.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
                sleep(0.01)
            assert put(store, "taken out and put back") == path
        assert swept.result(60) == 0
    assert path.read_bytes() == b"taken out and put back"


def test_an_upload_waits_for_what_is_being_removed(store: Store):
    """Bytes that go at this moment are stored anew, instead of an empty file in their place."""
    path = put(store, "going")
    removing = os.open(store.folder, os.O_RDONLY)
    with ThreadPoolExecutor(1) as pool:
        try:
            fcntl.flock(removing, fcntl.LOCK_EX)
            uploaded = pool.submit(put, store, "going")
            with pytest.raises(TimeoutError):
                uploaded.result(0.5)
            path.unlink()
        finally:
            os.close(removing)
        assert uploaded.result(60) == path
    assert path.read_bytes() == b"going"


@pytest.mark.parametrize("sweep", NOUNS.stores, ids=lambda sweep: sweep.noun)
def test_every_store_of_the_programme_is_swept_by_its_own_rows(
    sweep: Sweep, portal: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_DATA", str(tmp_path))
    store = sweep.store()
    path = path_of(sha256(b"nobody's").hexdigest(), store)  # whatever kinds of files it takes
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"nobody's")
    age(path)
    assert sweep_store(portal, sweep, store, system_clock) == 1
    assert not path.exists()


def test_every_store_has_a_sweep_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Responses are checked with the limits of a store, and lie in no folder."""
    monkeypatch.setenv("FALAJ_DATA", str(tmp_path))
    rooms = (casework, hackathon, participation)
    names = [
        one.name
        for room in rooms
        for one in walk_packages(room.__path__, f"{room.__name__}.")
        if one.name.endswith(".settings")
    ]
    kinds = {kind for name in names for kind in vars(import_module(name)).values() if hasattr(kind, "store")}
    folders = sorted(folder for kind in kinds if (folder := kind().store().folder) != Path())
    assert len(folders) > 5
    assert sorted(sweep.store().folder for sweep in NOUNS.stores) == folders
    assert len({sweep.job for sweep in NOUNS.stores}) == len(NOUNS.stores)


def test_there_is_room_for_so_many_files_and_so_many_bytes():
    def file(size: int) -> StoredFile:
        return StoredFile.of(None, Received("a.txt", "text/plain", size, "ab"))  # type: ignore[arg-type]

    held = [file(40), file(50)]
    require_room(held, file(10), 3, 100)
    require_room(held, file(1_000), 3)
    for size, files_max, code in ((10, 2, "many"), (11, 3, "together")):
        with pytest.raises(FileRefused) as refused:
            require_room(held, file(size), files_max, 100)
        assert refused.value.code == code
