"""Lists of the staff with ten thousand rows beside a hundred, those of one call or of one hackathon too.

Each list is asked for as it begins, with everything in it, in its other orders, on the page after, and by words; in turns with the hub
that has few. The processor time of a request, with that of PostgreSQL, stands beside its p95: on a machine that others use it says more.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psycopg
import structlog

from benchmarks.portal import SEARCHED, Page, Side, addresses, open_side
from benchmarks.processor import Meter
from benchmarks.programme.crowd import EMPTY
from benchmarks.reading.servers import stage
from benchmarks.report import Case, report
from citycore.clock import system_clock
from citycore.store.queries import load_queries

RATIO_MAX = 1.5
STAFF = 1
#: What belongs to calls and hackathons, ambassadors and dialogue is multiplied afterwards, by ``lists.sql``.
FEW = replace(
    EMPTY, people=200, organisations=100, vendors=100, offerings=100, needs=100, introductions=100, voices=100
)
MANY = replace(
    EMPTY,
    people=10_100,
    organisations=10_000,
    vendors=10_000,
    offerings=10_000,
    needs=10_000,
    introductions=10_000,
    voices=10_000,
)
#: Of a route whose first object has none of its rows: the number of the object that has.
OBJECTS = {"/portal/calls/{call_id}/desk/awards": "2"}
SIDES = (("bench_few", FEW, 100), ("bench_many", MANY, 10_000))
_QUERIES = load_queries("benchmarks", "lists.sql")
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_SORT = re.compile(r'<th scope="col"[^>]*><a href="([^"]+)"')


def multiply(owner: psycopg.Connection, rows: int, at: datetime) -> None:
    """So many of what is not filled otherwise."""
    with owner.transaction():
        for query in _QUERIES.values():
            owner.execute(query, {"rows": rows, "at": at})
    owner.execute("VACUUM ANALYZE")


def lists() -> Iterator[tuple[str, str]]:
    """(route, address) of every list of the first object that it belongs to and that has rows."""
    from hub_api.programme.kit.lists.page import PATHS

    for name, address in addresses():
        route, _, number = name.partition(" #")
        if route.removeprefix("/portal") in PATHS and number in {"", OBJECTS.get(route, "1")}:
            yield route, address


async def ways_of(many: Side, route: str, address: str) -> list[Page]:
    """The ways in which a list is asked for, as its own links lead to them."""
    everything = f"{address}?state="
    shown = (await many.ask(everything, STAFF)).body.decode()
    ways = {
        "": address,
        " all": everything,
        f" {SEARCHED}": f"{address}?state=&q={quote(SEARCHED)}",
    }
    if onward := _NEXT.search(shown):
        ways[" next"] = unescape(onward[1])
    for number, sort in enumerate(_SORT.findall(shown)):
        ways[f" sort {number + 1}"] = unescape(sort)
    return [Page(f"{route}{name}", target, STAFF) for name, target in ways.items()]


async def measure(
    sides: Sequence[Side], meters: Sequence[Meter], requests: int, wanted: re.Pattern[str]
) -> list[Case]:
    cases = list[Case]()
    for route, address in lists():
        if wanted.search(route):
            for page in await ways_of(sides[-1], route, address):
                cases += await compare(page, sides, meters, requests)
    return cases


async def compare(
    page: Page, sides: Sequence[Side], meters: Sequence[Meter], requests: int
) -> Iterator[Case]:
    """By the clock in turns, and by processor time one side after the other."""
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(requests):
        for side, so_far in zip(sides, times, strict=True):
            so_far.append(await ask(side, page))
    worked = []
    for side, meter in zip(sides, meters, strict=True):
        gc.collect()
        before = meter.read()
        for _ in range(requests):
            await ask(side, page)
        worked.append(meter.milliseconds_since(before) / requests)
    below, above = (float(np.percentile(np.array(so_far), 95)) for so_far in times)
    few, many = worked
    return iter(
        (
            Case(f"{page.name}, p95", above, "ms", below, above / below, RATIO_MAX, at_most=True),
            Case(f"{page.name}, processor", many, "ms", few, many / few),
        )
    )


async def ask(side: Side, page: Page) -> float:
    answer = await side.ask(page.target, page.visitor)
    assert answer.status == 200, (page.target, answer.status)
    return answer.milliseconds


async def run(
    sides: Sequence[Side], meters: Sequence[Meter], requests: int, wanted: re.Pattern[str]
) -> list[Case]:
    async with AsyncExitStack() as serving:
        for side in sides:
            await serving.enter_async_context(side.app.router.lifespan_context(side.app))
        return await measure(sides, meters, requests, wanted)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench lists")
    parser.add_argument("--requests", type=int, default=20, help="of each page, on each side")
    parser.add_argument(
        "--pages", type=re.compile, default=re.compile(""), help="a regular expression: of these routes alone"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    os.environ.setdefault("FALAJ_LIMITS_FREE_NETWORKS", "127.0.0.0/8")
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="falaj-bench-")))
        folder.chmod(0o755)
        postgres = ending.enter_context(stage(folder)).postgres
        at = system_clock()
        sides = [open_side(postgres, name, size, at, folder) for name, size, _ in SIDES]
        for name, _, rows in SIDES:
            with psycopg.connect(postgres.url("owner", name), autocommit=True) as owner:
                multiply(owner, rows, at)
        meters = [Meter(postgres, name) for name, _, _ in SIDES]
        cases = asyncio.run(run(sides, meters, options.requests, options.pages))
    report("lists", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
