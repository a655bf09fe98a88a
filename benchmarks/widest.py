"""Whether one question can take so much memory or time that others are not answered.

A generator reads what a hub says of itself (OpenAPI, SensorThings, CQL2, environmental data, entities, the portal) and builds the
widest and slowest questions that are allowed. One API process over a filled hub is asked them one after the other; its memory, its
answers and the delay of its loop are measured for each, and how long other readers wait meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from operator import attrgetter
from pathlib import Path

import numpy as np
import orjson

from benchmarks.report import Case, report
from benchmarks.siege import OPEN, QUESTIONS_EACH, Reader, prepare, read, served
from benchmarks.widening.documents import read_documents
from benchmarks.widening.measuring import Cost, Probe, measure
from benchmarks.widening.questions import make_questions
from stack.ports import free_port
from stack.postgres import PrivatePostgres

MEMORY_MIB_MAX, STALL_SECONDS_MAX, RATIO_MAX = 64.0, 5.0, 2.0
COUNT, SEED, CALM_SECONDS, WORST = 5_000, 20_261_202, 20.0, 10
DOCUMENT_SECONDS_MAX = 30.0


def get_document(port: int, path: str) -> bytes:
    """The body of a document; empty where the answer is an error, as of a page that needs a sign-in."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=DOCUMENT_SECONDS_MAX) as answer:
            body: bytes = answer.read()
            return body
    except urllib.error.HTTPError:
        return b""


@contextmanager
def beside(port: int) -> Iterator[tuple[Reader, Probe]]:
    """A reader of open data and a probe of ``/livez``, which run as long as the block."""
    ended, reader, probe = threading.Event(), Reader("open data", port, 61, OPEN), Probe(port)
    threads = [threading.Thread(target=reader.read, args=(ended,)), threading.Thread(target=probe.run)]
    for thread in threads:
        thread.start()
    try:
        yield reader, probe
    finally:
        ended.set()
        probe.stop()
        for thread in threads:
            thread.join()


def ask_all(port: int, pid: int, seed: int, count: int) -> tuple[list[Cost], Reader]:
    documents = read_documents(lambda path: get_document(port, path), orjson.loads)
    with beside(port) as (reader, probe):
        costs = [
            measure(question, port, pid, probe, f"127.70.{number // QUESTIONS_EACH % 250}.1")
            for number, question in enumerate(make_questions(documents, seed, count))
        ]
    return costs, reader


def compare(costs: Sequence[Cost], calm: Reader, reader: Reader) -> list[Case]:
    was, now = (float(np.percentile(measured.milliseconds, 95)) for measured in (calm, reader))
    statuses = Counter(cost.status for cost in costs)
    memory, stall = (max(map(attrgetter(name), costs)) for name in ("memory", "stall"))
    return [
        Case("questions", len(costs), ""),
        *(Case(f"answered {status or 'not at all'}", n, "") for status, n in sorted(statuses.items())),
        Case("memory of the widest", memory, "MiB", target=MEMORY_MIB_MAX, at_most=True),
        Case("longest answer", max(cost.bytes for cost in costs) / 2**20, "MiB"),
        Case("slowest", max(cost.seconds for cost in costs), "s"),
        Case("longest that the loop answers nobody", stall, "s", target=STALL_SECONDS_MAX, at_most=True),
        Case("others, p95", now, "ms", was, now / was, RATIO_MAX, at_most=True),
        Case("others, not answered", len(reader.failed), "", target=0.0, at_most=True),
    ]


def show_worst(costs: Sequence[Cost]) -> None:
    for name, unit in (("memory", "MiB"), ("stall", "s"), ("seconds", "s")):
        sys.stdout.write(f"\nworst by {name}\n")
        for cost in sorted(costs, key=attrgetter(name), reverse=True)[:WORST]:
            figure = getattr(cost, name)
            sys.stdout.write(
                f"{figure:9.2f} {unit:3} {cost.status:3} {cost.bytes:>11,} B  {cost.question.url}\n"
            )
    for cost in costs:
        if cost.status in {0, 500}:
            sys.stdout.write(f"failed: {cost.status} {cost.question.url}\n")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench widest", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="of questions")
    parser.add_argument("--seed", type=int, default=SEED, help="the same questions for the same seed")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
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
        prepare(postgres)
        port, pid = ending.enter_context(served(postgres, folder))
        read(port, pid, 3.0)
        calm = read(port, pid, CALM_SECONDS)[0][0]
        costs, reader = ask_all(port, pid, options.seed, options.count)
    cases = compare(costs, calm, reader)
    report("widest", cases, options.json)
    show_worst(costs)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
