"""Root in a folder of another user: no link of that user is followed, and no folder is given away by one."""

from __future__ import annotations

import os
import pwd
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.broker import PrivateBroker
from stack.child import LOG_BYTES_MAX, unprivileged_user
from stack.folder import DataFolder
from stack.keys import known_digests
from stack.owned import hand_over, make_folder, open_log, read_owned, write_owned
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.rights import ROOM_FOLDERS, ROOM_USERS, can_run_rooms, prepare_room_folders, room_user

NOBODY = "nobody"
SECRET = "for root alone\n"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be led astray by somebody else's links")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="falaj-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def victim(folder: Path) -> Path:
    file = folder / "victim"
    file.write_text(SECRET)
    file.chmod(0o600)
    return file


def unharmed(victim: Path) -> bool:
    known = victim.stat()
    return (
        victim.read_text() == SECRET
        and known.st_uid == os.geteuid()
        and stat.S_IMODE(known.st_mode) == 0o600
        and known.st_nlink == 1
    )


def test_a_file_is_put_in_the_place_of_a_link_and_a_link_is_not_read(folder: Path, victim: Path):
    link = folder / "settings.conf"
    link.symlink_to(victim)
    with pytest.raises(OSError, match=r"settings\.conf"):
        read_owned(link)
    write_owned(link, "ours", mode=0o640)
    assert (link.is_symlink(), read_owned(link)) == (False, "ours")
    assert stat.S_IMODE(link.stat().st_mode) == 0o640
    assert sorted(file.name for file in folder.iterdir()) == ["settings.conf", "victim"]
    assert unharmed(victim)


def test_what_fails_leaves_the_file_that_was_there(folder: Path):
    file = folder / "settings.conf"
    write_owned(file, "first")
    with pytest.raises(UnicodeEncodeError):
        write_owned(file, "\ud800")
    assert [(one.name, one.read_text()) for one in folder.iterdir()] == [("settings.conf", "first")]


def test_nothing_is_written_through_a_folder_that_is_a_link(folder: Path):
    (folder / "real").mkdir()
    (folder / "link").symlink_to("real")
    for attempt in (
        lambda: write_owned(folder / "link" / "file", "text"),
        lambda: open_log(folder / "link" / "log", LOG_BYTES_MAX),
        lambda: make_folder(folder / "link"),
        lambda: hand_over(folder / "link", NOBODY),
    ):
        with pytest.raises(OSError, match="link"):
            attempt()
    assert list((folder / "real").iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "second name", "pipe", "link to nowhere"])
def test_a_log_goes_on_in_a_plain_file_only(folder: Path, victim: Path, kind: str):
    log = folder / "x.log"
    if kind == "link":
        log.symlink_to(victim)
    elif kind == "second name":
        os.link(victim, log)
    elif kind == "pipe":
        os.mkfifo(log)
    else:
        log.symlink_to(folder / "nowhere")
    for line in (b"one\n", b"two\n"):
        with open_log(log, LOG_BYTES_MAX) as output:
            output.write(line)
    assert log.read_bytes() == b"one\ntwo\n"
    assert not (folder / "nowhere").exists()
    (folder / "x.old").unlink()  # what stood in its place
    assert unharmed(victim)


def test_a_long_log_is_put_aside(folder: Path):
    log = folder / "x.log"
    for line in (b"too long\n", b"next\n"):
        with open_log(log, 4) as output:
            output.write(line)
    assert (log.read_bytes(), (folder / "x.old").read_bytes()) == (b"next\n", b"too long\n")


@as_root
def test_a_folder_is_handed_over_with_what_it_holds_but_not_with_what_it_leads_to(folder: Path, victim: Path):
    mail = folder / "mail"
    (mail / "inner").mkdir(parents=True)
    (mail / "inner" / "letter").write_text("dear")
    (mail / "link").symlink_to(victim)
    (mail / "folders").symlink_to(folder)
    other = folder / "other"
    other.write_text("not theirs")
    os.chown(other, pwd.getpwnam("daemon").pw_uid, -1)
    os.link(other, mail / "second name")
    hand_over(mail, NOBODY)
    nobody = pwd.getpwnam(NOBODY).pw_uid
    theirs = [mail, mail / "inner", mail / "inner" / "letter", mail / "link", mail / "folders"]
    assert [file.lstat().st_uid for file in theirs] == [nobody] * 5
    assert stat.S_IMODE(mail.stat().st_mode) == 0o700
    assert unharmed(victim)
    assert other.stat().st_uid == pwd.getpwnam("daemon").pw_uid
    assert folder.stat().st_uid == 0
    # Only once: what its new owner puts in later is none of ours.
    (mail / "later").write_text("by root")
    hand_over(mail, NOBODY)
    assert (mail / "later").stat().st_uid == 0


@pytest.mark.usefixtures("wire")
@as_root
def test_servers_start_in_folders_of_earlier_versions_and_follow_no_link_in_them(folder: Path, victim: Path):
    user = unprivileged_user()
    assert user is not None
    server, broker = (
        PrivatePostgres(folder / "postgres", free_port(), shared_buffers_mib=32),
        PrivateBroker(folder / "broker", free_port()),
    )
    server.start()
    password = read_owned(server.folder / "password")
    server.stop()
    # As it was: the server's user owns the folder, and puts links where root used to write.
    write_owned(server.folder / "password", password, user)
    for name in (server.folder, broker.folder):
        make_folder(name, user)
    for link in (
        "postgres/falaj.conf", "postgres/postgres.log", "postgres/prepared.json", "postgres/prepared.new",
        "broker/mosquitto.conf", "broker/mosquitto.log",
    ):  # fmt: skip
        (folder / link).unlink(missing_ok=True)
        (folder / link).symlink_to(victim)
    (folder / "postgres/cluster/falaj.conf").symlink_to(victim)
    server.start()
    broker.start()
    DataFolder(server.folder).remember("prepared", {"places": True})
    try:
        assert server.answers()
        assert broker.answers()
        assert unharmed(victim)
        assert [(folder / name).stat().st_uid for name in ("postgres", "postgres/password")] == [0, 0]
        assert DataFolder(server.folder).remembered("prepared") == {"places": True}
    finally:
        broker.stop()
        server.stop()
    assert unharmed(victim)


def test_keys_and_the_lock_follow_no_link(folder: Path, victim: Path):
    data = folder / "data"
    data.mkdir()
    (data / "lock").symlink_to(victim)
    with pytest.raises(OSError, match="lock"):
        DataFolder(data).claim()
    (data / "admin.new").symlink_to(victim)
    known_digests(data / "admin.key", {})
    assert stat.S_IMODE((data / "admin.key").stat().st_mode) == 0o600
    assert unharmed(victim)


def test_a_data_folder_that_its_owner_put_elsewhere_by_a_link_is_used(folder: Path):
    (folder / "disk").mkdir()
    (folder / "data").symlink_to("disk")
    DataFolder(folder / "data").remember("ports", {"api": 1})
    assert DataFolder(folder / "disk").remembered("ports") == {"api": 1}


def test_all_that_the_rooms_keep_in_the_data_folder_is_given_to_them():
    root = Path(__file__).resolve().parents[2]
    rooms = {file.parent.name for file in root.glob("*/__init__.py")} - {"stack", "tests", "benchmarks"}
    kept = {
        name
        for room in rooms
        for file in (root / room).rglob("*.py")
        for name in re.findall(
            r'(?:data_folder\(\) / |Store\.(?:named|of_pictures)\(\s*)"([^"]+)"', file.read_text("utf-8")
        )
    }
    assert kept
    assert kept == set(ROOM_FOLDERS)


@pytest.mark.usefixtures("wire")
@as_root
def test_the_rooms_run_as_somebody_who_can_read_the_code_and_on_ports_of_everybody(folder: Path):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert not can_run_rooms(NOBODY, closed / "data", [8000])
    assert not can_run_rooms(NOBODY, folder, [8000, 80])
    user = room_user()
    assert user in ROOM_USERS
    environment = prepare_room_folders(folder, NOBODY)
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ROOM_FOLDERS} == {0o700}
    assert Path(environment["HOME"]).owner() == NOBODY
    assert folder.stat().st_uid == 0
