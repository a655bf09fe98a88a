"""The processes that are compared, each on a core of its own as far as two cores allow.

What is measured (the API, the bare handlers, psql, ADBC) runs on the first core; PostgreSQL and the
reader, who serve both sides of every comparison, share the second.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from benchmarks.processor import process_seconds
from benchmarks.reading.brakes import refuse_braked
from benchmarks.reading.history import History
from stack.child import Child
from stack.ports import free_port
from stack.postgres import BINARIES, PrivatePostgres
from stack.waiting import wait_until

START_SECONDS_MAX = 60
MEASURED, SERVING = 0, 1
#: As a server for so many rows would have: what is compared is work, not how much fits.
SHARED_BUFFERS_MIB = 2_048
#: The API counts every request, as it does in production, against a limit that nobody reaches.
COUNTED = {
    "FALAJ_LIMITS_FREE_NETWORKS": "",
    "FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_MINUTE": "1000000000",
    "FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_DAY": "1000000000",
    # Nor is an address made to wait: what is measured is work, not a brake.
    "FALAJ_LIMITS_ANONYMOUS_BURST": "1000000000",
    "FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_SECOND": "1000000000",
}


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """What starts meanwhile stays on this core, with all its threads; on one core nothing is moved."""
    before = os.sched_getaffinity(0)
    cores = sorted(before)
    os.sched_setaffinity(0, {cores[number]} if number < len(cores) > 1 else before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers HTTP."""

    port: int
    pid: int

    @property
    def cpu_seconds(self) -> float:
        """Of all its threads, those that have ended too."""
        return process_seconds(self.pid)

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", "ascii")

    @property
    def peak_mib(self) -> float:
        """The most memory that was held since :meth:`forget_peak`."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text("ascii"))
        assert found is not None
        return int(found.group(1)) / 1024


class Stage:
    """All processes of a run; they end with the ``with`` block of :func:`stage`."""

    def __init__(self, postgres: PrivatePostgres, folder: Path, ending: ExitStack) -> None:
        self.postgres = postgres
        self._folder = folder
        self._ending = ending

    def api(self, history: History, settings: Mapping[str, str] = COUNTED) -> Server:
        port = free_port()
        environment = {**self.postgres.environment(history.database), **settings, "FALAJ_API_PORT": str(port)}
        server = self.start("api", ["-m", "hub_api"], environment, port, "/readyz")
        self._ending.callback(refuse_braked, port)
        return server

    def bare(
        self, history: History, module: str = "benchmarks.reading.ceilings", word: str = "http"
    ) -> Server:
        """The bare handlers of a module, which ``word`` and a port have it serve."""
        port = free_port()
        words = ["-m", module, word, str(port)]
        return self.start("bare", words, self.postgres.environment(history.database), port, "/hello")

    def adbc(self, history: History) -> subprocess.Popen[str]:
        with on_core(MEASURED):
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.reading.ceilings", "adbc"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=_root(),
                env={**os.environ, **self.postgres.environment(history.database)},
            )
        self._ending.callback(_end, process)
        return process

    def start(
        self, name: str, words: list[str], environment: Mapping[str, str], port: int, ready: str
    ) -> Server:
        child = Child(name, [sys.executable, *words], self._folder / f"{name}-{port}.log", environment)
        with on_core(MEASURED):
            child.start()
        self._ending.callback(child.stop)
        if not wait_until(lambda: _answers(port, ready), START_SECONDS_MAX, alive=lambda: child.running):
            raise TimeoutError(child.last_words())
        assert child.process is not None
        return Server(port, child.process.pid)


@contextmanager
def stage(folder: Path, postgres: PrivatePostgres | None = None) -> Iterator[Stage]:
    """PostgreSQL and this process, the reader, on the second core; ``postgres`` if one runs already."""
    with ExitStack() as ending:
        ending.enter_context(on_core(SERVING))
        if postgres is None:
            postgres = PrivatePostgres(folder / "postgres", free_port(), SHARED_BUFFERS_MIB)
            ending.callback(postgres.stop)
            postgres.start()
        yield Stage(postgres, folder, ending)


def copy_by_psql(postgres: PrivatePostgres, history: History, query: str) -> float:
    r"""Seconds of ``psql -c '\copy (…) to stdout csv'``, its output into nothing."""
    command = f"\\copy ({' '.join(query.split())}) to stdout csv"
    began = time.perf_counter()
    with on_core(MEASURED):
        subprocess.run(
            [str(BINARIES / "psql"), "-X", "-q", "-c", command, postgres.url("read", history.database)],
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return time.perf_counter() - began


def ask_adbc(process: subprocess.Popen[str], chosen: str, query: str) -> tuple[float, int]:
    """Seconds that reading and writing took, and the rows."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(orjson.dumps([chosen, query]).decode() + "\n")
    process.stdin.flush()
    answer = orjson.loads(process.stdout.readline())
    return float(answer["seconds"]), int(answer["rows"])


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait()
    process.stdout.close()


def _answers(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _root() -> Path:
    return Path(__file__).resolve().parents[2]
