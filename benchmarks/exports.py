"""What choosing, coding and workbooks cost, beside the plain answer of the same run.

Each question takes turns with the one that it is compared with, over the history that ``benchmarks.api`` reads; medians count.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

import httpx

from benchmarks.reading.history import History, fill
from benchmarks.reading.servers import Server, Stage
from benchmarks.report import Case

HISTORY = History("bench_exports", 10)
IDENTITY = "identity"
#: Nobody is answered at a pace.
FREE = {"FALAJ_LIMITS_FREE_NETWORKS": "127.0.0.0/8"}
#: Rows of the first export; each has one more, so that nothing lies ready.
FIRST = 20_000
LATEST = "/v1/latest?limit=1000"


@dataclass(frozen=True, slots=True)
class Compared:
    """A question and what it is compared with, and how many times as long it may take."""

    name: str
    plain: str
    asked: str
    coding: str = IDENTITY
    at_most: float | None = None


COMPARED = (
    Compared("latest of 1,000 as zstd", LATEST, LATEST, "zstd", 1.2),
    Compared("latest of 1,000 as brotli", LATEST, LATEST, "br", 1.25),
    Compared("latest of 1,000 as gzip", LATEST, LATEST, "gzip", 1.35),
    Compared("latest near a point", LATEST, f"{LATEST}&near=58.4,23.6,100000", at_most=1.5),
    Compared("latest with a word", LATEST, f"{LATEST}&q=pm2_5", at_most=1.25),
    Compared("latest with three fields", LATEST, f"{LATEST}&fields=thing,result,unit", at_most=1.25),
    Compared(
        "a day with labels",
        "/v1/observations?datastream=1&limit=288",
        "/v1/observations?datastream=1&limit=288&labels=true",
        at_most=2.0,
    ),
    Compared(
        "20,000 rows, xlsx to csv",
        "/v1/observations?observed_property=pm2_5&limit={}&f=csv",
        "/v1/observations?observed_property=pm2_5&limit={}&f=xlsx",
        at_most=30.0,
    ),
)


def cases(running: Stage, rounds: int = 15) -> list[Case]:
    """All comparisons over one history."""
    fill(running.postgres, HISTORY)
    server = running.api(HISTORY, FREE)
    return [_compare(server, compared, rounds) for compared in COMPARED]


def _compare(server: Server, compared: Compared, rounds: int) -> Case:
    plain, asked = [], []
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=120) as client:
        for number in range(FIRST, FIRST + rounds + 1):
            times = (
                _seconds(client, compared.plain.format(number), IDENTITY),
                _seconds(client, compared.asked.format(number), compared.coding),
            )
            if number > FIRST:  # the first of each warms what is kept
                plain.append(times[0])
                asked.append(times[1])
    baseline, value = 1000 * median(plain), 1000 * median(asked)
    return Case(compared.name, value, "ms", baseline, value / baseline, compared.at_most, at_most=True)


def _seconds(client: httpx.Client, target: str, coding: str) -> float:
    """Until the last byte."""
    began = time.perf_counter()
    with client.stream(
        "GET", target, headers={"accept-encoding": coding, "cache-control": "no-cache"}
    ) as answer:
        answer.raise_for_status()
        for _ in answer.iter_raw():
            pass
    return time.perf_counter() - began
