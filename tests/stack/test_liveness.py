"""Who is frozen: the rule as a table, and questions to servers that live, that refuse, and that say nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from stack.broker import PrivateBroker
from stack.child import Child
from stack.liveness import LOOK_SECONDS_MAX, Pulse
from stack.ports import LOOPBACK, free_port
from stack.postgres import PrivatePostgres
from stack.probes import broker_lives, is_not_stopped, postgres_lives
from stack.processes import FIRST_PORTS, answers, room_service
from stack.settings import StackSettings
from stack.waiting import wait_until

#: Looks of one second each: "a" is answered, "." is not, "z" not either, after an hour in which nobody looked.
SILENT_MAX, START_MAX = 5.0, 9.0


def frozen_after(looks: str) -> int | None:
    now, pulse = 100.0, Pulse(100.0)
    for number, look in enumerate(looks, 1):
        now += 3_600.0 if look == "z" else 1.0
        pulse = pulse.after(now, answered=look == "a")
        if pulse.is_frozen(SILENT_MAX, START_MAX):
            return number
    return None


@pytest.mark.parametrize(
    ("looks", "number"),
    [
        ("a....", None),
        ("a.....", 6),
        ("a....a....a....", None),
        # It has never answered: it may still be starting, but not for ever.
        ("........", None),
        (".........", 9),
        # Whoever looks was stopped or asleep, and the process with it.
        ("azz", None),
        ("a..z", None),
        ("a..z.", 5),
        ("z" * 4, None),
    ],
)
def test_silence_counts_only_while_somebody_listens(looks: str, number: int | None):
    assert LOOK_SECONDS_MAX == 2.0
    assert frozen_after(looks) == number


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that is frozen: the kernel takes connections for it, and nobody answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        yield server.getsockname()[1]


@pytest.mark.usefixtures("wire")
def test_a_connection_is_no_answer(mute: int):
    assert not postgres_lives(lambda: mute, 0.2)()
    assert not broker_lives(mute, 0.2)()
    assert not answers(f"http://127.0.0.1:{mute}/livez", 0.2)()


@pytest.mark.usefixtures("wire")
def test_nobody_there_is_no_answer():
    port = free_port()
    assert not postgres_lives(lambda: port, 0.2)()
    assert not broker_lives(port, 0.2)()
    assert not answers(f"http://127.0.0.1:{port}/livez", 0.2)()


def test_a_server_lives_without_a_free_slot_and_a_frozen_one_does_not(postgres: PrivatePostgres):
    probe = postgres_lives(lambda: postgres.port, 40)
    assert probe()
    assert postgres.child is not None
    assert postgres.child.process is not None
    with stopped(postgres.child.process.pid):
        assert not postgres_lives(lambda: postgres.port, 0.5)()
    assert probe()


def test_a_broker_lives_that_does_not_know_us_and_a_frozen_one_does_not(broker: PrivateBroker):
    probe = broker_lives(broker.port, 40)
    assert probe()
    assert broker.child is not None
    assert broker.child.process is not None
    with stopped(broker.child.process.pid):
        assert not broker_lives(broker.port, 0.5)()
    assert probe()


@pytest.mark.usefixtures("wire")
def test_without_a_question_it_is_seen_whether_somebody_stopped_it(tmp_path: Path):
    child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "log")
    probe = is_not_stopped(child)
    assert not probe()
    child.start()
    assert probe()
    assert child.process is not None
    with stopped(child.process.pid):
        assert wait_until(lambda: not probe(), 40)
    assert wait_until(probe, 40)
    child.kill()


@pytest.mark.usefixtures("wire")
def test_the_worker_waits_for_a_database_that_is_away_says_that_it_lives_and_ends_in_order(tmp_path: Path):
    port = free_port()
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "stack.worker"],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=Path(__file__).resolve().parents[2],
            env={
                **os.environ,
                "FALAJ_WORKER_HTTP_PORT": str(port),
                "FALAJ_WORKER_BACK_OFF_SECONDS_MAX": "1",
                "FALAJ_STORE_WORKER_URL": "postgresql://falaj_worker@127.0.0.1:1/none",
                "FALAJ_BROKER_PORT": str(free_port()),
            },
        )
    try:
        lives = answers(f"http://127.0.0.1:{port}/livez", 1)
        assert wait_until(lives, 40), log.read_text()
        with stopped(process.pid):
            assert not lives()
        assert wait_until(lives, 40), log.read_text()
        assert wait_until(lambda: "store_lost" in log.read_text(), 40), log.read_text()
        time.sleep(2)  # it tries again meanwhile
        assert process.poll() is None
        process.terminate()
        assert process.wait(60) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
    assert log.read_text().count("store_lost") == 1
    assert "Traceback" not in log.read_text()


class stopped:  # noqa: N801 (used like a function)
    def __init__(self, pid: int) -> None:
        self.pid = pid

    def __enter__(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)
        assert wait_until(lambda: psutil.Process(self.pid).status() == psutil.STATUS_STOPPED, 40)

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGCONT)
        time.sleep(0.01)


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(("room", "is_well"), [("worker", False), ("ingest", True)])
def test_a_worker_that_misses_a_thread_is_replaced_and_who_is_only_busy_is_not(
    tmp_path: Path, room: str, is_well: bool
):
    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, *_: object) -> None:
            """Not here."""

    with ThreadingHTTPServer((LOOPBACK, 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports = dict.fromkeys(FIRST_PORTS, server.server_port)
        service = room_service(room, ports, {}, tmp_path, StackSettings())
        assert service.lives is not None
        assert service.lives() == is_well
        server.shutdown()
