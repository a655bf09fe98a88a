"""The live stream under load: a steady flow through MQTT, many listeners, some too slow.

Everything is real and on this machine: publisher, broker, ingest, PostgreSQL, one API process, and the
listeners in this one. A lag is from ``committed_at`` in the ledger, which is noted within the transaction
just before it commits, to the instant at which the whole event was read; so the commit itself is in it.
The baseline is a bare ``LISTEN`` on the same database in the same run: how soon anybody can know.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
import psutil
import psycopg
import uvloop

from benchmarks.ingest import Bench, environment_of_python, is_ready, servers
from benchmarks.listeners import Listener, read_slowly
from benchmarks.numbered import PLACES, PROPERTIES, THINGS, describe, fitting, number_of
from benchmarks.report import Case, report
from citycore.store.registry import register, store_places
from stack.child import Child
from stack.ports import free_port
from stack.waiting import wait_until

JOIN_SECONDS_MAX = 60
LAST_SECONDS_MAX = 60
MEBIBYTE = 2**20
#: Of 200 listeners 10 hear everything, the others a fifth, a quarter or a twentieth of it.
UNFILTERED_SHARE = 20
#: Half of the slow readers take nothing at all, the others so many bytes ten times a second.
SLOW_READERS = 10
SLOW_BYTES = 4_096
RSS_GROWTH_MIB_MAX = 16
TOLD = b'"reason":"too_slow"'
STORED = (
    "SELECT phenomenon_time, extract(epoch FROM committed_at)::float8"
    " FROM observations JOIN ingest_batches USING (batch_id)"
)
BATCHES = "SELECT batch_id::text, extract(epoch FROM committed_at)::float8 FROM ingest_batches"


@dataclass(frozen=True, slots=True)
class Plan:
    listeners: int
    rate: int
    seconds: int

    @property
    def count(self) -> int:
        """Observations in all."""
        return self.rate * self.seconds

    def filters(self) -> Iterator[Mapping[str, str]]:
        """Of every listener: everything for one in twenty, else one property, place or thing."""
        for number in range(self.listeners):
            kinds: tuple[Mapping[str, str], ...] = (
                {"observed_property": PROPERTIES[number % len(PROPERTIES)]},
                {"place": f"p{number % PLACES}"},
                {"thing": f"t{number % THINGS}"},
            )
            yield {} if number % UNFILTERED_SHARE == 0 else kinds[number % len(kinds)]


Key = tuple[tuple[str, str], ...]
Numbers = npt.NDArray[np.int64]
Instants = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What listeners heard, what was stored when, and what it cost."""

    listeners: Sequence[Listener]
    slow: Sequence[bytes | BaseException]
    committed_at: Instants
    notice_lags: Sequence[float]
    resident_bytes: Sequence[int]
    cpu_seconds: float
    seconds: float

    def lags(self) -> Instants:
        """Seconds from commit to every listener that should hear it; not a number where it did not."""
        shares = shares_of(self.listeners, self.committed_at)
        return np.concatenate(
            [(one.heard_at - self.committed_at)[shares[_key(one.filters)]] for one in self.listeners]
        )

    def too_many(self) -> int:
        """What was heard twice, or by somebody who had not asked for it."""
        shares = shares_of(self.listeners, self.committed_at)
        return sum(
            int(one.times_heard.sum(dtype=np.int64) - (one.times_heard[shares[_key(one.filters)]] > 0).sum())
            for one in self.listeners
        )

    def growth_mib(self) -> float:
        """The API's memory: the median of the last quarter of the time less that of the second."""
        quarter = max(1, len(self.resident_bytes) // 4)
        last, second = self.resident_bytes[-quarter:], self.resident_bytes[quarter : 2 * quarter]
        return (median(last) - median(second or last)) / MEBIBYTE

    def dropped(self) -> int:
        """Slow readers that the hub ended: with a word to those who still read, else without one."""
        return sum(isinstance(one, bytes) for one in self.slow)


def shares_of(listeners: Iterable[Listener], committed_at: Instants) -> Mapping[Key, Numbers]:
    """The stored numbers that fit, by filters."""
    stored = np.flatnonzero(~np.isnan(committed_at)).tolist()
    keys = {_key(listener.filters) for listener in listeners}
    return {key: np.array(fitting(stored, dict(key)), dtype=np.int64) for key in keys}


def _key(filters: Mapping[str, str]) -> Key:
    return tuple(filters.items())


@contextmanager
def serving(bench: Bench) -> Iterator[tuple[int, psutil.Process]]:
    """One API process: its port, and the process to watch."""
    port = free_port()
    child = Child(
        "api",
        [sys.executable, "-m", "hub_api"],
        bench.folder / "api.log",
        bench.postgres.environment() | {"FALAJ_API_PORT": str(port)},
    )
    child.start()
    try:
        if not wait_until(lambda: is_ready(port), 30):
            raise TimeoutError(child.last_words())
        assert child.process is not None
        yield port, psutil.Process(child.process.pid)
    finally:
        child.stop()


@contextmanager
def listening_barely(url: str) -> Iterator[dict[str, float]]:
    """When a plain connection was told of each batch, by the batch's number (Unix time)."""
    told: dict[str, float] = {}
    over = threading.Event()

    def listen() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("LISTEN falaj_batches")
            while not over.is_set():
                for notice in connection.notifies(timeout=0.2):
                    told.setdefault(notice.payload, time.time())

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join()


def measure(bench: Bench, plan: Plan) -> Outcome:
    bench.renew()
    source, places, things = describe()
    with psycopg.connect(bench.postgres.url("owner")) as connection:
        store_places(connection, places)
        register(connection, source, things)
    with (
        bench.ingest(),
        serving(bench) as (port, process),
        listening_barely(bench.postgres.url("read")) as notified,
    ):
        return uvloop.run(_run(bench, plan, port, process, notified))


async def _run(
    bench: Bench, plan: Plan, port: int, process: psutil.Process, notified: dict[str, float]
) -> Outcome:
    began_ms = int(time.time() * 1000)
    listeners = [Listener(filters, plan.count, began_ms) for filters in plan.filters()]
    loop = asyncio.get_running_loop()
    for listener in listeners:
        await loop.create_connection(lambda listener=listener: listener, "127.0.0.1", port)  # type: ignore[misc]
    enough = asyncio.Event()
    readers = [
        asyncio.create_task(read_slowly(port, SLOW_BYTES * (number % 2), enough))
        for number in range(SLOW_READERS)
    ]
    await _until(lambda: all(listener.is_joined for listener in listeners), JOIN_SECONDS_MAX)
    resident: list[int] = []
    watcher = asyncio.create_task(_watch(process, resident))
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    await asyncio.to_thread(_publish, bench, plan, began_ms)
    cpu, seconds = sum(process.cpu_times()[:2]) - before, time.monotonic() - began
    watcher.cancel()
    committed_at = await asyncio.to_thread(_stored, bench, plan, began_ms)
    shares = await asyncio.to_thread(shares_of, listeners, committed_at)
    await _until(
        lambda: all(one.times_heard[shares[_key(one.filters)]].all() for one in listeners), LAST_SECONDS_MAX
    )
    enough.set()
    slow = await asyncio.gather(*readers, return_exceptions=True)
    for listener in listeners:
        listener.close()
    return Outcome(listeners, slow, committed_at, _notice_lags(bench, notified), resident, cpu, seconds)


def _publish(bench: Bench, plan: Plan, began_ms: int) -> None:
    numbers = (bench.broker.port, plan.count, plan.rate, began_ms)
    words = [sys.executable, "-m", "benchmarks.numbered", *map(str, numbers)]
    subprocess.run(words, check=True, env=environment_of_python())


def _stored(bench: Bench, plan: Plan, began_ms: int) -> np.ndarray:
    """When each number was committed, once all are (Unix time)."""
    if not wait_until(lambda: bench.received() >= plan.count, LAST_SECONDS_MAX):
        raise TimeoutError(f"{bench.received()} of {plan.count} values arrived")
    committed_at = np.full(plan.count, np.nan)
    with psycopg.connect(bench.postgres.url("owner")) as connection:
        for phenomenon_time, at in connection.execute(STORED):
            committed_at[number_of(phenomenon_time, began_ms)] = at
    return committed_at


def _notice_lags(bench: Bench, notified: Mapping[str, float]) -> list[float]:
    with psycopg.connect(bench.postgres.url("owner")) as connection:
        rows = connection.execute(BATCHES).fetchall()
    return [notified[batch] - at for batch, at in rows if batch in notified]


async def _until(condition: Callable[[], bool], seconds_max: float) -> None:
    """Wait as long as that may take; what is missing then is counted, not raised."""
    end = time.monotonic() + seconds_max
    while not condition() and time.monotonic() < end:  # noqa: ASYNC110  # what listeners heard raises no event
        await asyncio.sleep(0.2)


async def _watch(process: psutil.Process, resident: list[int]) -> None:
    while True:
        resident.append(process.memory_info().rss)
        await asyncio.sleep(1)


def cases_of(plan: Plan, outcome: Outcome) -> list[Case]:
    lags, bare = outcome.lags(), np.array(outcome.notice_lags)
    heard = int((~np.isnan(lags)).sum())
    received = sum(listener.bytes_received for listener in outcome.listeners)
    rate = int((~np.isnan(outcome.committed_at)).sum()) / outcome.seconds
    return [
        Case("observations published and stored", rate, "1/s", target=0.95 * plan.rate),
        _lag("p50", lags, bare, 0.5, target=1),
        _lag("p99", lags, bare, 0.99, target=1),
        _lag("longest", lags, bare, 1.0),
        Case("observations heard by all listeners", heard / outcome.seconds, "1/s"),
        Case("sent to exact listeners", received / outcome.seconds / MEBIBYTE, "MiB/s"),
        Case("missed by a listener", len(lags) - heard, "observations", target=0, at_most=True),
        Case("heard twice or unasked", outcome.too_many(), "observations", target=0, at_most=True),
        Case(
            "listeners that the hub ended",
            sum(len(one.endings) for one in outcome.listeners),
            "",
            target=0,
            at_most=True,
        ),
        Case("slow readers that the hub ended", outcome.dropped(), "", target=SLOW_READERS),
        Case(
            "… of them told that they are too slow",
            sum(TOLD in one for one in outcome.slow if isinstance(one, bytes)),
            "",
        ),
        Case("memory of the API, end", outcome.resident_bytes[-1] / MEBIBYTE, "MiB"),
        Case(
            "memory of the API, growth", outcome.growth_mib(), "MiB", target=RSS_GROWTH_MIB_MAX, at_most=True
        ),
        Case("CPU of the API", outcome.cpu_seconds / outcome.seconds, "cores"),
    ]


def _lag(name: str, lags: Instants, bare: Instants, share: float, target: float | None = None) -> Case:
    """A quantile of the lags beside the same of the bare listener."""
    value, baseline = (float(np.nanquantile(values, share)) for values in (lags, bare))
    return Case(f"commit to client, {name}", value, "s", baseline, target=target, at_most=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench stream", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--rate", type=int, default=1_000, help="observations a second, one a message")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args(arguments)
    plan = Plan(options.listeners, options.rate, options.seconds)
    with servers() as bench:
        cases = cases_of(plan, measure(bench, plan))
    report("stream", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main())
