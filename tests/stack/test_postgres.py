"""The private PostgreSQL: whole clusters only, its own user, and its data after a crash."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from stack.folder import DataFolder
from stack.hub import Hub
from stack.ports import LOOPBACK, free_port
from stack.postgres import PrivatePostgres
from stack.settings import StackSettings
from stack.stopping import Stop

pytestmark = pytest.mark.usefixtures("wire")


@pytest.fixture
def server() -> Iterator[PrivatePostgres]:
    with tempfile.TemporaryDirectory(prefix="falaj-") as folder:
        Path(folder).chmod(0o755)
        server = PrivatePostgres(Path(folder) / "postgres", free_port(), shared_buffers_mib=32)
        yield server
        server.stop()


def test_an_interrupted_first_start_is_begun_anew_and_data_survives_a_crash(server: PrivatePostgres):
    half = server.folder / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("17\n")
    assert not server.is_initialised
    server.start()
    server.create_database()
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    assert not half.exists()
    process = server.child.process if server.child else None
    assert process is not None
    if os.geteuid() == 0:
        assert Path(f"/proc/{process.pid}").stat().st_uid != 0, "PostgreSQL never runs as root"
    process.kill()  # the postmaster alone: its pid file and its other processes stay behind
    process.wait()
    server.start()
    server.create_database()
    with psycopg.connect(server.url("owner")) as connection:
        assert connection.execute("SELECT value FROM kept").fetchall() == [(7,)]
    with psycopg.connect(server.url("read")) as connection, pytest.raises(psycopg.errors.Error):
        connection.execute("CREATE TABLE forbidden (value int)")


def test_a_port_taken_after_it_was_chosen_is_replaced(server: PrivatePostgres):
    server.folder.mkdir(parents=True)
    folder = DataFolder(server.folder.parent)
    hub = Hub(folder, StackSettings(), Stop(), lambda *_: None)
    hub.ports = {"postgres": server.port}
    with closing(hub), socket.socket() as other:
        other.bind((LOOPBACK, server.port))
        other.listen()
        taken = server.port
        hub._start_postgres(server)
        assert server.answers()
    assert server.port == hub.ports["postgres"] == folder.remembered("ports")["postgres"] != taken
