"""How soon a stopped process is replaced, whether the status says so meanwhile, and whether anything is lost.

A hub as ``falaj demo`` starts it, with its simulated city and a publisher whose values are counted. Ingest, the API and the
worker are stopped in turn with SIGSTOP, as a debugger or a machine without memory leaves them, and nobody wakes them but the
hub's own supervisor, at its own settings. What the API cannot say of itself the supervisor says on the live line.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.load import SOURCE, Shape, describe, publisher
from benchmarks.report import Case, report
from citycore.store.registry import register
from citycore.wire import encode
from stack.folder import DataFolder
from stack.hub import Hub
from stack.postgres import reachable_folder
from stack.processes import LIVE, READY, ask, health_url
from stack.settings import StackSettings
from stack.stopping import Stop
from stack.supervisor import Service
from stack.texts import text

PARTS = ("ingest", "api", "worker")
REPLACED_SECONDS_MAX = 45.0
#: After that a trial is given up: what it waits for counts as never.
TRIAL_SECONDS_MAX = 180.0
SETTLE_SECONDS_MAX = 120.0
QUIET_SECONDS = 8.0
STEP_SECONDS = 0.1
ASK_SECONDS_MAX = 2.0
THINGS, VALUES = 20, 5
ALL_GOOD = {"good"}
STORED = """
SELECT count(*) FROM observations JOIN datastreams USING (datastream_id) JOIN things USING (thing_id)
JOIN sources USING (source_id) WHERE sources.code = %s
"""
TOTALS = "SELECT sum(received), sum(stored + duplicate + conflicting + quarantined) FROM ingest_totals"


@dataclass(slots=True)
class Device:
    """Publishes in a thread of its own until it is released; ``acknowledged`` counts messages once that is over."""

    port: int
    rate: float
    acknowledged: int = 0
    failure: BaseException | None = None
    _released: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def present(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run, name="device")
        thread.start()
        try:
            yield
        finally:
            self._released.set()
            thread.join()

    def _run(self) -> None:
        codes, sent = Shape(1, VALUES, THINGS).properties, 0
        try:
            with publisher(self.port) as publish_one:
                while not self._released.wait(1 / self.rate):
                    results: dict[str, float | str] = {
                        code: float(sent % 40 + n) for n, code in enumerate(codes)
                    }
                    publish_one(f"falaj/v1/{SOURCE}/t{sent % THINGS}", encode(datetime.now(UTC), results))
                    sent += 1
            self.acknowledged = sent
        except BaseException as error:  # noqa: BLE001 (raised again by whoever reads the figures)
            self.failure = error


def states(hub: Hub) -> dict[str, str]:
    """Of every component, as ``/v1/status`` says; empty if nobody answers."""
    answer = ask(f"{hub.api_url}/v1/status", ASK_SECONDS_MAX)
    if answer is None or answer.status != 200:
        return {}
    parts = json.loads(answer.body)["data"]["components"]
    return {name: part["state"] for name, part in parts.items()}


@dataclass(slots=True, eq=False)
class Look:
    """Asks beside the supervisor, which must not wait for these answers; instants are of one steady clock."""

    hub: Hub
    service: Service
    pid: int
    began: float
    said: float | None = None
    works: float | None = None
    good: float | None = None

    def take(self) -> None:
        found, now = states(self.hub), time.monotonic() - self.began
        name = self.service.title
        if self.said is None and name != "api" and found.get(name) in {"late", "bad"}:
            self.said = now
        if self.works is None:
            process = self.service.child.process
            url = health_url(READY, name, self.hub.ports) or health_url(LIVE, name, self.hub.ports)
            is_another = process is not None and process.pid != self.pid
            answer = ask(url, ASK_SECONDS_MAX) if is_another and url is not None else None
            if answer is not None and answer.status == 200:
                self.works = time.monotonic() - self.began
        elif self.good is None and found and set(found.values()) <= ALL_GOOD:
            self.good = now

    def look_on(self, ended: threading.Event) -> None:
        while not ended.wait(STEP_SECONDS):
            self.take()


def tend(hub: Hub) -> None:
    hub.tend()
    hub.stop.wait(STEP_SECONDS)


def settle(hub: Hub) -> bool:
    """Whether every component is well in time."""
    end = time.monotonic() + SETTLE_SECONDS_MAX
    while time.monotonic() < end:
        tend(hub)
        found = states(hub)
        if found and set(found.values()) <= ALL_GOOD:
            return True
    return False


def stop_one(hub: Hub, part: str) -> list[Case]:
    """Stop it and look on until it works and the status is good again."""
    settle(hub)
    service = next(one for stage in hub.supervisor.stages for one in stage if one.title == part)
    process = service.child.process
    assert process is not None, f"{part} runs"
    look = Look(hub, service, process.pid, time.monotonic())
    os.kill(process.pid, signal.SIGSTOP)
    ended, end = threading.Event(), look.began + TRIAL_SECONDS_MAX
    looker = threading.Thread(target=look.look_on, args=(ended,), name="look")
    looker.start()
    killed = None
    try:
        while look.good is None and time.monotonic() < end:
            tend(hub)
            now = time.monotonic() - look.began
            if (
                part == "api"
                and look.said is None
                and any(one.title == part for one in hub.supervisor.ailments())
            ):
                look.said = now
            if killed is None and service.kill_at is not None:
                killed = now
    finally:
        ended.set()
        looker.join()
    never = TRIAL_SECONDS_MAX
    said_before = look.said is not None and (look.works is None or look.said <= look.works)
    return [
        Case(f"{part}: said to be silent after", never if look.said is None else look.said, "s"),
        Case(f"{part}: said while it was away", float(said_before), "", target=1.0),
        Case(f"{part}: found frozen after", never if killed is None else killed, "s"),
        Case(
            f"{part}: works again after",
            never if look.works is None else look.works,
            "s",
            target=REPLACED_SECONDS_MAX,
            at_most=True,
        ),
        Case(f"{part}: all good again after", never if look.good is None else look.good, "s"),
    ]


def account(hub: Hub, device: Device) -> list[Case]:
    """What was published and acknowledged against what is stored, once nothing is stored any more."""
    if device.failure is not None:
        raise device.failure
    expected, stored, still_since = device.acknowledged * VALUES, -1, time.monotonic()
    end = time.monotonic() + SETTLE_SECONDS_MAX
    with psycopg.connect(hub.environment["FALAJ_STORE_OWNER_URL"], autocommit=True) as connection:
        while time.monotonic() < end and (
            stored < expected or time.monotonic() - still_since < QUIET_SECONDS
        ):
            tend(hub)
            now = int((connection.execute(STORED, [SOURCE]).fetchone() or (0,))[0])
            if now != stored:
                stored, still_since = now, time.monotonic()
            elif stored >= expected:
                break
        received, accounted = connection.execute(TOTALS).fetchone() or (0, 0)
    return [
        Case("observations published", expected, "", target=1.0),
        Case("observations stored", stored, ""),
        Case("observations lost", expected - stored, "", target=0.0, at_most=True),
        Case("ledger closes", float(received == accounted), "", target=1.0),
    ]


def measure(hub: Hub, options: argparse.Namespace) -> list[Case]:
    with psycopg.connect(hub.environment["FALAJ_STORE_OWNER_URL"]) as connection:
        register(connection, *describe(Shape(1, VALUES, THINGS)))
    device, cases = Device(hub.ports["broker"], options.rate), []
    with device.present():
        for part in options.parts:
            cases += stop_one(hub, part)
    return [*cases, *account(hub, device), Case("load of the machine", os.getloadavg()[0], "")]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench liveness")
    parser.add_argument(
        "--rate", type=float, default=50.0, help="messages a second beside the simulated city"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    base = reachable_folder(Path(tempfile.gettempdir()) / "falaj-bench").parent
    with tempfile.TemporaryDirectory(prefix="falaj-bench-", dir=base, ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with Stop() as stop:
            settings = StackSettings()
            folder = DataFolder(Path(name) / "data")
            hub = Hub(folder, settings, stop, _tell, seed=1, backfill_days=0, is_demo=False)
            try:
                hub.start()
                hub.start_city()
                cases = measure(hub, options)
            finally:
                hub.close()
                hub.remove()
    report("liveness", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


def _tell(what: str, details: dict[str, object]) -> None:
    sys.stderr.write(f"{text(f'demo.{what}', **details)}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
