"""How much memory each part of a whole hub holds while it works, and whether that grows.

A hub as ``falaj demo`` starts it, with its simulated city, gets some hundred more messages a second, readers of
the API and viewers of the dashboards. The memory of a part is what its processes themselves have asked for (anonymous
pages, in proportional shares): neither the programs and libraries that they map, whose shares change with whoever else
runs on the machine, nor what PostgreSQL shares among its own, which is one buffer of a size that is set.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import numpy as np
import psutil
import psycopg
from numpy.typing import NDArray

from benchmarks.load import Shape, describe
from benchmarks.report import Case, report
from citycore.store.registry import register
from stack.child import Child
from stack.folder import DataFolder
from stack.hub import Hub
from stack.postgres import reachable_folder
from stack.processes import ROOT, ask
from stack.settings import StackSettings
from stack.stopping import Stop
from stack.texts import text

MIB = 2**20
#: What a part may grow by over the last three quarters of a run and still be called flat: noise and caches.
RISE_MAX_MIB = 4.0
RISE_MAX_PART = 0.03
#: The first quarter is the start: imports, caches, the recordings of the demo.
BEGINNING = 0.25
WARM_SECONDS = 120.0
THINGS, VALUES = 50, 5
SHARED = "PostgreSQL's shared buffers"
DATABASE = "PostgreSQL"
#: Every process of the database fills its caches once, each at its turn, so that their sum rises for long; what leaked
#: would show in the largest.
LARGEST = "PostgreSQL's largest process"
#: Told, and not judged.
TOLD = frozenset({SHARED, DATABASE})
#: What readers of the API ask for in turn: lists, history, statistics, exports, pages.
ADDRESSES = (
    "/v1/latest",
    "/v1/things?limit=100",
    "/v1/ledger",
    "/v1/status",
    "/status",
    "/docs/guide",
    "/openapi.json",
    "/v1/latest?f=csv",
    "/v1/latest?f=parquet",
    "/v1/sources",
    "/v1/places",
    "/portal",
    "/portal/hackathons",
    "/v1/observations?observed_property=pm2_5&limit=1000",
    "/v1/observations?observed_property=pm2_5&bucket=PT1H&limit=500",
)
REQUEST_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes of one process: its own part, and its part of memory that processes share on purpose."""

    own: int = 0
    shared: int = 0

    def __add__(self, other: Held) -> Held:
        return Held(self.own + other.own, self.shared + other.shared)


def held_by(pid: int) -> Held:
    """Nothing if the process is gone. Source: proc_pid_smaps(5)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return Held()
    fields = dict(line.split(":", 1) for line in lines if line.endswith("kB"))
    own, shared = (int(fields.get(name, "0 kB").split()[0]) * 1024 for name in ("Pss_Anon", "Pss_Shmem"))
    return Held(own, shared)


def held_by_each(pid: int) -> list[Held]:
    """Of a process and everything it started."""
    try:
        family = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
    return [held_by(each) for each in family]


@dataclass
class Samples:
    """Memory of every part by seconds since the beginning."""

    began: float = field(default_factory=time.monotonic)
    of_part: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    pids: dict[str, set[int]] = field(default_factory=dict)

    def take(self, hub: Hub) -> None:
        at = time.monotonic() - self.began
        shared = 0
        for service in (each for stage in hub.supervisor.stages for each in stage):
            process = service.child.process
            if process is None or process.poll() is not None:
                continue
            each = held_by_each(process.pid)
            held = sum(each, Held())
            self.note(service.title, at, held.own, process.pid)
            if service.title == DATABASE:
                shared += held.shared
                self.note(LARGEST, at, max((one.own for one in each), default=0), process.pid)
        self.note("supervisor", at, held_by(psutil.Process().pid).own, 0)
        self.note(SHARED, at, shared, 0)

    def note(self, part: str, at: float, count: int, pid: int) -> None:
        if count:
            self.of_part.setdefault(part, []).append((at, count))
            self.pids.setdefault(part, set()).add(pid)


def slope(seconds: NDArray[np.float64], figures: NDArray[np.float64]) -> float:
    """By the second: the median over all pairs (Theil and Sen), which a few odd samples do not move."""
    later, earlier = np.triu_indices(len(seconds), 1)[::-1]
    if not len(later):
        return 0.0
    return float(np.median((figures[later] - figures[earlier]) / (seconds[later] - seconds[earlier])))


def cases_of(part: str, samples: Sequence[tuple[float, int]], lives: int, seconds: float) -> list[Case]:
    """The table of one part: at some instants, and how fast it grows once it is warm."""
    at = np.array([when for when, _ in samples])
    mib = np.array([count / MIB for _, count in samples])
    instants = {f"at {part_of:.0%}": part_of * seconds for part_of in (0.25, 0.5, 0.75)}
    if seconds > WARM_SECONDS / BEGINNING:
        instants = {f"at {WARM_SECONDS / 60:.0f} min": WARM_SECONDS, **instants}
    found = [
        Case(f"{part}, {name}", float(mib[np.abs(at - instant).argmin()]), "MiB")
        for name, instant in instants.items()
    ]
    found.append(Case(f"{part}, at the end", float(mib[-1]), "MiB"))
    if part in TOLD:
        return found
    warm = at >= BEGINNING * seconds
    room = max(RISE_MAX_MIB, RISE_MAX_PART * float(np.median(mib[warm])) if warm.any() else 0.0)
    limit = room / ((1 - BEGINNING) * seconds / 3600)
    found.append(
        Case(f"{part}, slope", 3600 * slope(at[warm], mib[warm]), "MiB/h", target=limit, at_most=True)
    )
    found.append(Case(f"{part}, restarts", lives - 1, "", target=0, at_most=True))
    return found


def verdicts(cases: Sequence[Case]) -> Iterator[str]:
    """Of each part, whether its memory is flat."""
    for case in cases:
        part, _, what = case.name.partition(", ")
        if what == "slope":
            yield f"{part}: {'flat' if case.meets else 'grows'} ({case.value:+.1f} MiB/h)"


@dataclass
class Audience:
    """Who reads meanwhile: ``readers`` of the API, and a viewer of the dashboards."""

    hub: Hub
    readers: int
    pause_seconds: float
    view_seconds: float
    counts: Counter[str] = field(default_factory=Counter)
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def present(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._read, args=(number,)) for number in range(self.readers)]
        threads.append(threading.Thread(target=self._view))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _read(self, number: int) -> None:
        for address in cycle([*ADDRESSES[number:], *ADDRESSES[:number]]):
            if self._ended.wait(self.pause_seconds):
                return
            answer = ask(f"{self.hub.api_url}{address}", REQUEST_SECONDS_MAX)
            self._count(
                "requests answered" if answer and answer.status == 200 else f"not answered: {address}"
            )

    def _view(self) -> None:
        for address in cycle(("lang=en", "lang=ar")):
            if self._ended.wait(self.view_seconds):
                return
            is_shown = asyncio.run(view(self.hub.dashboards_url, address, REQUEST_SECONDS_MAX))
            self._count("pages shown" if is_shown else "not shown: dashboards")

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1


async def view(dashboards_url: str, query: str, seconds_max: float) -> bool:
    """Look at a dashboard as a browser does, by Streamlit's socket; whether it was drawn to its end."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException
    from websockets.typing import Subprotocol

    asked = BackMsg()
    asked.rerun_script.query_string = query
    address = f"{dashboards_url.replace('http', 'ws', 1)}/_stcore/stream"
    try:
        async with (
            asyncio.timeout(seconds_max),
            connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as socket,
        ):
            await socket.send(asked.SerializeToString())
            async for frame in socket:
                told = ForwardMsg()
                told.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
                if told.WhichOneof("type") == "script_finished":
                    return True
    except (OSError, WebSocketException):  # a time-out is an OSError too
        pass
    return False


@contextmanager
def fed(hub: Hub, rate: int, seconds: float) -> Iterator[Callable[[], bool]]:
    """Messages from ``THINGS`` things beside the simulated city; tells whether they still come."""
    shape = Shape(int(rate * seconds) + 1, VALUES, THINGS)
    with psycopg.connect(hub.environment["FALAJ_STORE_OWNER_URL"]) as connection:
        register(connection, *describe(shape))
    words = (hub.ports["broker"], shape.messages, VALUES, THINGS, 0, rate)
    command = [sys.executable, "-m", "benchmarks.load", *map(str, words)]
    publisher = Child("load", command, hub.logs / "load.log", {"PYTHONPATH": str(ROOT)})
    publisher.start()
    try:
        yield lambda: publisher.running or bool(publisher.process and publisher.process.returncode == 0)
    finally:
        publisher.stop()


def measure(hub: Hub, options: argparse.Namespace) -> list[Case]:
    seconds = options.minutes * 60
    audience = Audience(hub, options.readers, options.pause, options.view)
    with fed(hub, options.rate, seconds) as is_fed, audience.present():
        samples = Samples()
        end, due = samples.began + seconds, samples.began
        while time.monotonic() < end:
            hub.tend()
            if time.monotonic() >= due:
                samples.take(hub)
                due += options.sample
            hub.stop.wait(max(0.0, min(1.0, due - time.monotonic(), end - time.monotonic())))
        samples.take(hub)
        was_fed = is_fed()
    cases = [
        case
        for part, taken in sorted(samples.of_part.items())
        for case in cases_of(part, taken, len(samples.pids[part]), seconds)
    ]
    failed = sum(count for name, count in audience.counts.items() if name.startswith("not "))
    return [
        *cases,
        Case("messages published", options.rate * seconds if was_fed else 0.0, "messages", target=1.0),
        Case("requests answered", audience.counts["requests answered"], "requests", target=1.0),
        Case("pages shown", audience.counts["pages shown"], "pages"),
        Case("not answered or shown", failed, "requests"),
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench memory")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=300, help="messages a second beside the simulated city")
    parser.add_argument("--readers", type=int, default=4, help="of the API at once")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two requests of a reader")
    parser.add_argument("--view", type=float, default=15.0, help="seconds between two looks at a dashboard")
    parser.add_argument("--sample", type=float, default=10.0, help="seconds between two samples")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    base = reachable_folder(Path(tempfile.gettempdir()) / "falaj-bench").parent
    with tempfile.TemporaryDirectory(prefix="falaj-bench-", dir=base, ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with Stop() as stop:
            settings = StackSettings()
            days = settings.check_backfill_days
            folder = DataFolder(Path(name) / "data")
            hub = Hub(folder, settings, stop, _tell, seed=1, backfill_days=days, is_demo=True)
            try:
                hub.start()
                hub.start_city()
                cases = measure(hub, options)
            finally:
                hub.close()
    report("memory", cases, options.json)
    for line in verdicts(cases):
        sys.stdout.write(f"{line}\n")
    return 0 if all(case.meets is not False for case in cases) else 1


def _tell(what: str, details: dict[str, object]) -> None:
    sys.stderr.write(f"{text(f'demo.{what}', **details)}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
