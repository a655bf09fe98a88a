"""A replay of very many dead letters, by the real command: once interrupted, and taken up again.

The letters are messages of things that were registered since. At the end every value has to be stored once, and no letter
may be open; how long it took, and how much memory the command needed, is what is measured.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import psycopg

from benchmarks.ingest import Bench, environment_of_python, servers
from benchmarks.load import Shape, messages
from benchmarks.report import Case, report
from stack.stopping import INTERRUPTED
from stack.waiting import wait_until

FILL_LETTERS = 50_000
SECONDS_MAX = 6 * 3_600
MEMORY_MEBIBYTES_MAX = 256
FILL = "COPY dead_letters (digest, topic, payload, reason, detail, first_received_at, last_received_at, batch_id) FROM STDIN"
COUNTS = "SELECT count(*) FILTER (WHERE status = 'replayed'), count(*) FILTER (WHERE status = 'open') FROM dead_letters"


def fill(bench: Bench, shape: Shape) -> None:
    """Letters as they would be if the shape's things had not been registered, and the things."""
    bench.prepare(shape)
    with psycopg.connect(bench.postgres.url("ingest"), autocommit=True) as connection:
        for first in range(0, shape.messages, FILL_LETTERS):
            some = Shape(min(FILL_LETTERS, shape.messages - first), shape.values, shape.things)
            with connection.cursor() as cursor, cursor.copy(FILL) as copy:
                for topic, payload in messages(some, first):
                    digest = sha256(topic.encode() + b"\0" + payload).digest()
                    copy.write_row((digest, topic, payload, "unknown_thing", topic, "now", "now", 1))
    with bench.postgres.superuser("falaj") as connection:
        connection.execute("ANALYZE dead_letters")


class Replay:
    """``falaj letters replay --all`` as a process, and the most memory that it had."""

    def __init__(self, bench: Bench, letters_per_second_max: float) -> None:
        own = {
            "FALAJ_LETTERS_REPLAY_LETTERS_PER_SECOND_MAX": str(letters_per_second_max),
            "FALAJ_LANGUAGE": "en",
        }
        servers_of = bench.postgres.environment() | bench.broker.environment()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stack", "letters", "replay", "--all"],
            env={**environment_of_python(), **servers_of, **own},
            stdout=subprocess.DEVNULL,
        )
        self.memory_mebibytes = 0.0

    def is_over(self) -> bool:
        self._look()
        return self.process.poll() is not None

    def interrupt(self) -> int:
        """As Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def _look(self) -> None:
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        self.memory_mebibytes = max(self.memory_mebibytes, int(peak[1]) / 1024 if peak else 0.0)


def counted(bench: Bench) -> tuple[int, int]:
    """Letters that were replayed, and those that are open."""
    time.sleep(0.5)  # asking is not free either
    with bench.postgres.superuser("falaj") as connection:
        row = connection.execute(COUNTS).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def measure(bench: Bench, shape: Shape, rate: float) -> list[Case]:
    fill(bench, shape)
    with bench.ingest():
        began = time.monotonic()
        first = Replay(bench, rate)
        reached = wait_until(lambda: counted(bench)[0] >= shape.messages // 2 or first.is_over(), SECONDS_MAX)
        first.is_over()
        code = first.interrupt()
        replayed, _ = counted(bench)
        again = Replay(bench, rate)
        is_done = wait_until(again.is_over, SECONDS_MAX)
        seconds = time.monotonic() - began
        wait_until(lambda: bench.received() >= shape.observations, SECONDS_MAX)
        stored_seconds = time.monotonic() - began
    if not reached or code != INTERRUPTED or not is_done or again.process.returncode:
        raise RuntimeError(f"the replay ended with {code} and {again.process.returncode}")
    _, is_open = counted(bench)
    with bench.postgres.superuser("falaj") as connection:
        row = connection.execute("SELECT count(*) FROM observations").fetchone()
    assert row is not None
    peak = max(first.memory_mebibytes, again.memory_mebibytes)
    return [
        Case("letters", shape.messages, "letters"),
        Case("replayed before Ctrl-C", replayed, "letters"),
        Case("left open at the end", is_open, "letters", target=0, at_most=True),
        Case("values lost or twice", abs(row[0] - shape.observations), "values", target=0, at_most=True),
        Case("whole replay", seconds, "s"),
        Case("until all was stored", stored_seconds, "s"),
        Case("rate", shape.messages / seconds, "letters/s"),
        Case("memory of the command at most", peak, "MiB", target=MEMORY_MEBIBYTES_MAX, at_most=True),
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench dead_letters", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--letters", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=1e9, help="letters a second at most")
    options = parser.parse_args(arguments)
    os.environ.setdefault("FALAJ_LANGUAGE", "en")
    with servers() as bench:
        cases = measure(bench, Shape(options.letters, 2, 50), options.rate)
    report("dead_letters", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
