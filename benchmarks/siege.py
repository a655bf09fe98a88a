"""Whether open data, the portal and the probes answer while somebody wants them not to.

One API process over a filled hub is read first in calm, then while everything of :mod:`benchmarks.besieging.attack` is tried
at once, again and again: signing in, archives, slow exports, live streams, idle connections, the documentation, a document that
is heavy to read. Readers have addresses of their own, ask at a steady pace and begin a connection for every question, as
programs without a pool do.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import numpy as np
import psutil
import psycopg

from benchmarks.portal import sessions_of
from benchmarks.programme.crowd import EMPTY, fill, id_of
from benchmarks.reading.history import History
from benchmarks.reading.history import fill as fill_history
from benchmarks.report import Case, report
from citycore.clock import system_clock
from citycore.store.queries import load_queries
from stack.child import Child
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.processes import ROOT, answers_200
from stack.waiting import wait_until

KINDS = ("document", "sign_ins", "archives", "exports", "streams", "idle", "docs")
DATABASE, DAYS = "bench_siege", 10
#: The captain of the first team, and its members: their accounts hand in files.
CAPTAIN, MEMBERS = 5, (5, 6, 7, 8)
OPEN_RATIO_MAX, PORTAL_RATIO_MAX, MEMORY_MIB_MAX = 2.0, 3.0, 1_024.0
PAUSE_SECONDS, START_SECONDS_MAX, ANSWER_SECONDS_MAX = 0.05, 90.0, 30.0
#: To look at what a process holds keeps it from asking for more meanwhile: seldom, so that the looking is not what is measured.
WATCH_SECONDS = 1.0
#: After so many questions a reader is another one: an address has so many a minute.
QUESTIONS_EACH = 100
#: Attackers have prepared themselves after so long, and what they do has its full effect.
GATHER_SECONDS = 8.0
MIB = 2**20
OPEN = (
    "/v1/latest?limit=100",
    "/v1/things?limit=100",
    "/v1/observations?observed_property=pm2_5&limit=1000",
    "/v1/sources",
)
PORTAL = ("/portal", "/portal/hackathons", "/portal/offerings", "/portal/decisions")
PROBE = ("/livez",)


@dataclass
class Reader:
    """Asks in turn, in a thread of its own, and notes how long each whole answer takes; milliseconds."""

    name: str
    port: int
    #: The second number of its addresses.
    network: int
    targets: Sequence[str]
    milliseconds: list[float] = field(default_factory=list)
    #: What was no 200.
    failed: list[str] = field(default_factory=list)

    def read(self, ended: threading.Event) -> None:
        for number in count():
            if ended.wait(PAUSE_SECONDS):
                return
            self.ask(number, self.targets[number % len(self.targets)])

    def ask(self, number: int, target: str) -> None:
        source = f"127.{self.network}.{number // QUESTIONS_EACH % 250}.1"
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX, source_address=(source, 0)
        )
        began = time.perf_counter()
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                self.failed.append(f"{target}: {answer.status}")
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(f"{target}: {error!r}")
        finally:
            connection.close()
        self.milliseconds.append(1_000 * (time.perf_counter() - began))


@dataclass
class Memory:
    """The most that the API and all that it started hold together, by proportional shares; MiB."""

    pid: int
    most: float = 0.0
    own: float = 0.0

    def watch(self, ended: threading.Event) -> None:
        api = psutil.Process(self.pid)
        while not ended.wait(WATCH_SECONDS):
            held = []
            for process in (api, *api.children(recursive=True)):
                try:
                    held.append(process.memory_full_info().pss / MIB)
                except psutil.Error:
                    continue
            self.most, self.own = max(self.most, sum(held)), max(self.own, held[0] if held else 0.0)


@contextmanager
def served(postgres: PrivatePostgres, folder: Path) -> Iterator[tuple[int, int]]:
    """The API as it is by default, but that readers of this machine are counted like others; its port and process."""
    port = free_port()
    environment = {
        **postgres.environment(DATABASE),
        "FALAJ_LIMITS_FREE_NETWORKS": "",
        "FORWARDED_ALLOW_IPS": "192.0.2.1",
        "FALAJ_API_PORT": str(port),
        "FALAJ_DATA": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    child = Child("api", [sys.executable, "-m", "hub_api"], folder / "api.log", environment)
    child.start()
    try:
        url = f"http://127.0.0.1:{port}/readyz"
        if not wait_until(answers_200(url, 5.0), START_SECONDS_MAX, alive=lambda: child.running):
            raise TimeoutError(child.last_words())
        assert child.process is not None
        yield port, child.process.pid
    finally:
        child.stop()


def prepare(postgres: PrivatePostgres) -> list[tuple[str, str]]:
    """Fill the hub; cookies of those who hand in files, with the token of their forms."""
    from hub_api.programme.kit.forms import form_token

    at = system_clock()
    fill_history(postgres, History(DATABASE, DAYS))
    with psycopg.connect(postgres.url("owner", DATABASE), autocommit=True) as owner:
        fill(owner, EMPTY, at)
        values = {"at": at, "hackathon": id_of("hackathon 1"), "submission": id_of("submission 1")}
        for query in load_queries("benchmarks.besieging", "scene.sql").values():
            owner.execute(query, values)
    tokens = sessions_of(postgres.url("portal", DATABASE), MEMBERS)
    return [(f"falaj_session={one}", form_token(one)) for one in tokens.values()]


def read(port: int, pid: int, seconds: float) -> tuple[list[Reader], Memory]:
    """All readers for so long."""
    readers = [Reader("open data", port, 60, OPEN), Reader("portal", port, 61, PORTAL)]
    readers.append(Reader("livez", port, 62, PROBE))
    memory, ended = Memory(pid), threading.Event()
    watches = [threading.Thread(target=one.read, args=(ended,)) for one in readers]
    watches.append(threading.Thread(target=memory.watch, args=(ended,)))
    for one in watches:
        one.start()
    time.sleep(seconds)
    ended.set()
    for one in watches:
        one.join()
    return readers, memory


@contextmanager
def besieged(
    port: int, accounts: Sequence[tuple[str, str]], kinds: Sequence[str], told: dict[str, int]
) -> Iterator[None]:
    """While all of these are tried; ``told`` gets what came of it."""
    asked = {"port": port, "accounts": accounts, "submission": str(id_of("submission 1")), "kinds": kinds}
    words = [sys.executable, "-m", "benchmarks.besieging.attack", json.dumps(asked)]
    attack = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    time.sleep(GATHER_SECONDS)
    try:
        yield
    finally:
        output, _ = attack.communicate("")
    told |= json.loads(output)


def compare(calm: Sequence[Reader], siege: Sequence[Reader], memory: Memory) -> list[Case]:
    cases = []
    for before, during in zip(calm, siege, strict=True):
        target = {"open data": OPEN_RATIO_MAX, "portal": PORTAL_RATIO_MAX}.get(during.name)
        for part in (50, 95, 100):
            was, is_now = (float(np.percentile(one.milliseconds, part)) for one in (before, during))
            bound = target if part == 95 else None
            name = f"{during.name}, p{part}" if part < 100 else f"{during.name}, slowest"
            cases.append(Case(name, is_now, "ms", was, is_now / was, bound, at_most=True))
        failures = len(before.failed) + len(during.failed)
        cases.append(Case(f"{during.name}, not answered", failures, "", target=0.0, at_most=True))
    return [
        *cases,
        Case(
            "memory of the API and its readers of files",
            memory.most,
            "MiB",
            target=MEMORY_MIB_MAX,
            at_most=True,
        ),
        Case("memory of the API alone", memory.own, "MiB"),
        Case("load of the machine", os.getloadavg()[0], ""),
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench siege")
    parser.add_argument("--seconds", type=float, default=30.0, help="in calm, and as long under siege")
    parser.add_argument(
        "--kinds", nargs="+", choices=KINDS, default=KINDS, help="of attempts; all by default"
    )
    parser.add_argument(
        "--apart", action="store_true", help="one kind after the other instead of all at once"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    told: dict[str, int] = {}
    with ExitStack() as ending:
        folder = Path(
            ending.enter_context(
                tempfile.TemporaryDirectory(prefix="falaj-bench-", ignore_cleanup_errors=True)
            )
        )
        folder.chmod(0o755)
        postgres = PrivatePostgres(folder / "postgres", free_port())
        ending.callback(postgres.stop)
        postgres.start()
        accounts = prepare(postgres)
        port, pid = ending.enter_context(served(postgres, folder))
        read(port, pid, 3.0)
        calm, _ = read(port, pid, options.seconds)
        groups = [(kind,) for kind in options.kinds] if options.apart else [options.kinds]
        cases, readers = list[Case](), list(calm)
        for group in groups:
            with besieged(port, accounts, group, told):
                siege, memory = read(port, pid, options.seconds)
            named = f"{group[0]}: " if options.apart else ""
            cases += [replace(case, name=named + case.name) for case in compare(calm, siege, memory)]
            readers += siege
    report("siege", cases, options.json)
    for reader in readers:
        for failure in sorted(set(reader.failed)):
            sys.stdout.write(f"not answered: {failure}, {reader.failed.count(failure)} times\n")
    sys.stdout.write("attempts: " + ", ".join(f"{name}: {number}" for name, number in told.items()) + "\n")
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
