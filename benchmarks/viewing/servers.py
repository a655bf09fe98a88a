"""The processes that are looked at: the API over the filled hub, the dashboards over the API, and the bare page."""

from __future__ import annotations

import asyncio
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.viewing.city import DATABASE
from stack.child import Child
from stack.ports import LOOPBACK, free_port
from stack.postgres import PrivatePostgres
from stack.processes import ROOT, answers_200, room_command
from stack.waiting import wait_until

START_SECONDS_MAX = 90.0
ANSWER_SECONDS_MAX = 5.0
#: Settings of a hub whose readers all come from this machine.
FREE = {"FALAJ_LIMITS_FREE_NETWORKS": "127.0.0.0/8"}
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Served:
    """A process that answers HTTP at ``url``."""

    url: str
    child: Child

    @property
    def pid(self) -> int:
        assert self.child.process is not None
        return self.child.process.pid

    @property
    def own_mib(self) -> float:
        """What the process itself has asked for, without what it shares with others."""
        return float(psutil.Process(self.pid).memory_full_info().uss) / MIB


class Theatre:
    """Starts servers over one filled hub; they end with the ``with`` block of :func:`theatre`."""

    def __init__(self, postgres: PrivatePostgres, folder: Path) -> None:
        self._postgres = postgres
        self._folder = folder

    @contextmanager
    def api(self) -> Iterator[Served]:
        port = free_port()
        environment = {
            **self._postgres.environment(DATABASE),
            **FREE,
            "FALAJ_API_PORT": str(port),
            "FALAJ_DATA": str(self._folder),
        }
        with self._served("api", [sys.executable, "-m", "hub_api"], environment, port, "/readyz") as served:
            yield served

    def start_again(self, served: Served) -> None:
        """One that was killed, at its own address."""
        served.child.start()
        wait_until(answers_200(f"{served.url}/readyz", ANSWER_SECONDS_MAX), START_SECONDS_MAX)

    @contextmanager
    def dashboards(self, api_url: str, **settings: str) -> Iterator[Served]:
        port = free_port()
        command = room_command("dashboards", {"dashboards": port})
        environment = {"FALAJ_API_URL": api_url, "PYTHONPATH": str(ROOT), **settings}
        with self._served("dashboards", command, environment, port, "/_stcore/health") as served:
            yield served

    @contextmanager
    def bare(self) -> Iterator[Served]:
        """The bare page with the dashboards' own settings of Streamlit, which it looks for beside a script."""
        port, folder = free_port(), self._folder / "bare"
        settings = ROOT / "dashboards" / ".streamlit"
        shutil.copytree(settings, folder / ".streamlit", dirs_exist_ok=True)
        page = shutil.copy(Path(__file__).with_name("bare.py"), folder / "page.py")
        python, flag, _, *options = room_command("dashboards", {"dashboards": port})
        command = [python, flag, "streamlit", "run", str(page), *options]
        with self._served("bare", command, {"PYTHONPATH": str(ROOT)}, port, "/_stcore/health") as served:
            yield served

    @contextmanager
    def _served(
        self, name: str, command: list[str], environment: dict[str, str], port: int, ready: str
    ) -> Iterator[Served]:
        url = f"http://{LOOPBACK}:{port}"
        child = Child(name, command, self._folder / f"{name}-{port}.log", environment)
        child.start()
        try:
            is_ready = answers_200(f"{url}{ready}", ANSWER_SECONDS_MAX)
            if not wait_until(is_ready, START_SECONDS_MAX, alive=lambda: child.running):
                raise TimeoutError(child.last_words())
            yield Served(url, child)
        finally:
            child.wake_and_stop()
            child.stop()


@contextmanager
def theatre(folder: Path) -> Iterator[tuple[Theatre, PrivatePostgres]]:
    """PostgreSQL, and where servers over it are started."""
    with ExitStack() as ending:
        postgres = PrivatePostgres(folder / "postgres", free_port(), 1_024)
        ending.callback(postgres.stop)
        postgres.start()
        yield Theatre(postgres, folder), postgres


class Delay:
    """Stands between the dashboards and the API; each answer begins ``seconds`` late."""

    def __init__(self, port: int) -> None:
        self.seconds = 0.0
        self._port = port
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def standing(self) -> Iterator[str]:
        """Its address."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        opening = asyncio.start_server(self._pass, LOOPBACK, 0)
        server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(ANSWER_SECONDS_MAX)
        try:
            yield f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        finally:
            self._loop.call_soon_threadsafe(server.close)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(ANSWER_SECONDS_MAX)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward_reader, onward = await asyncio.open_connection(LOOPBACK, self._port)
        except OSError:
            writer.close()
            return
        # Answers are late from the question on, whole as they are: the next packets of one follow at once.
        asked = [0.0]
        await asyncio.gather(self._pour(reader, onward, asked), self._pour_late(onward_reader, writer, asked))

    async def _pour(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: list[float]
    ) -> None:
        try:
            while some := await reader.read(65_536):
                asked[0] = time.monotonic()
                writer.write(some)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def _pour_late(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: list[float]
    ) -> None:
        try:
            while some := await reader.read(65_536):
                await asyncio.sleep(max(0.0, asked[0] + self.seconds - time.monotonic()))
                writer.write(some)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
