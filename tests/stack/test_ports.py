"""Ports: chosen, remembered, refused."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stack.errors import PortInUse
from stack.folder import DataFolder
from stack.hub import choose_ports
from stack.ports import LOOPBACK, Reservations, choose_port, free_port, is_free
from stack.settings import PortSettings

pytestmark = pytest.mark.usefixtures("wire")

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_free_port_is_chosen():
    assert choose_port(8000, set(), can_have=lambda port: port > 8002) == 8003


def test_the_preferred_port_wins_if_it_can_be_had():
    assert choose_port(8000, set(), preferred=9000, can_have=lambda _: True) == 9000
    assert choose_port(8000, {9000}, preferred=9000, can_have=lambda _: True) == 8000


@pytest.mark.parametrize("system_port", [1883, 5432])
def test_the_systems_own_ports_are_never_chosen(system_port):
    assert choose_port(system_port, set(), preferred=system_port, can_have=lambda _: True) == system_port + 1


def test_no_free_port_is_an_error_in_one_line():
    with pytest.raises(PortInUse) as error:
        choose_port(8000, set(), can_have=lambda _: False)
    assert "8000" in error.value.text("en")
    assert "8000" in error.value.text("ar")


def test_a_listening_port_is_not_free():
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        assert not is_free(server.getsockname()[1])


def test_the_hub_gets_distinct_ports_and_remembers_them(tmp_path: Path):
    folder = DataFolder(tmp_path)
    first = choose_ports(folder, PortSettings(), is_free)
    assert len(set(first.values())) == len(first)
    assert choose_ports(folder, PortSettings(), is_free) == first


def test_a_port_that_the_user_insists_on_is_taken_or_refused(tmp_path: Path):
    wanted = free_port()
    assert choose_ports(DataFolder(tmp_path), PortSettings(api_port=wanted), is_free)["api"] == wanted
    with socket.socket() as server:
        server.bind((LOOPBACK, wanted))
        server.listen()
        with pytest.raises(PortInUse, match="FALAJ_API_PORT"):
            choose_ports(DataFolder(tmp_path), PortSettings(api_port=wanted), is_free)


def test_two_wishes_for_one_port_do_not_collide_with_a_chosen_one(tmp_path: Path):
    ports = choose_ports(DataFolder(tmp_path), PortSettings(ingest_http_port=free_port()), is_free)
    assert len(set(ports.values())) == len(ports)


@pytest.fixture
def reservations() -> Iterator[Reservations]:
    with closing(Reservations()) as ours:
        yield ours


def test_a_port_that_another_hub_promised_itself_is_not_taken(reservations: Reservations):
    port = free_port()
    with closing(Reservations()) as others:
        assert others.take(port)
        assert not reservations.take(port)
        assert others.take(port)
    assert reservations.take(port)


def test_a_promise_ends_with_its_process(reservations: Reservations):
    port = free_port()
    code = f"from stack.ports import Reservations; ours = Reservations(); assert ours.take({port}); import os; os._exit(1)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, stderr=subprocess.DEVNULL)
    assert reservations.take(port)


def test_a_port_that_somebody_listens_on_is_not_promised(reservations: Reservations):
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        port = server.getsockname()[1]
        assert not reservations.take(port)
    assert reservations.take(port)


def test_two_hubs_that_start_at_once_choose_different_ports(tmp_path: Path, reservations: Reservations):
    folders = [DataFolder(tmp_path / name) for name in "ab"]
    for folder in folders:
        folder.path.mkdir()
    with closing(Reservations()) as others:
        first = choose_ports(folders[0], PortSettings(), reservations.take)
        second = choose_ports(folders[1], PortSettings(), others.take)
    assert not set(first.values()) & set(second.values())
