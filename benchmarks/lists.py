"""Lists of the staff with ten thousand rows beside a hundred. Those of a call or of a hackathon are
smaller: a thousand applications beside ten, and a hundred and eighty submissions beside eighteen.

Each list is asked for as it begins, with everything in it, in its other orders, on the page after, and by words; in turns with the hub
that has few.
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
from html import unescape
from pathlib import Path
from urllib.parse import quote

import numpy as np
import structlog

from benchmarks.portal import SEARCHED, Page, Side, addresses, open_side
from benchmarks.programme.crowd import EMPTY, Size
from benchmarks.reading.servers import stage
from benchmarks.report import Case, report
from citycore.clock import system_clock

RATIO_MAX = 1.5
STAFF = 1
FEW = replace(
    EMPTY,
    people=500,
    organisations=100,
    teams=30,
    ambassadors=20,
    applications=33,
    vendors=100,
    offerings=100,
    needs=100,
    introductions=100,
)
MANY = Size(
    people=10_000,
    teams=300,
    organisations=10_000,
    hackathons=3,
    judges=3,
    ambassadors=1_400,
    calls=3,
    applications=3_300,
    vendors=10_000,
    offerings=10_000,
    needs=10_000,
    introductions=10_000,
    voices=10_000,
)
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_SORT = re.compile(r'<th scope="col"[^>]*><a href="([^"]+)"')


def lists() -> Iterator[tuple[str, str]]:
    """(route, address) of every list of the first object that it belongs to."""
    from hub_api.programme.kit.lists.page import PATHS

    for name, address in addresses():
        route, _, number = name.partition(" #")
        if route.removeprefix("/portal") in PATHS and number in {"", "1"}:
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


async def measure(few: Side, many: Side, requests: int, wanted: re.Pattern[str]) -> list[Case]:
    cases = []
    for route, address in lists():
        if not wanted.search(route):
            continue
        for page in await ways_of(many, route, address):
            times: tuple[list[float], list[float]] = ([], [])
            gc.collect()
            for _ in range(requests):
                for side, so_far in zip((few, many), times, strict=True):
                    answer = await side.ask(page.target, page.visitor)
                    assert answer.status == 200, (page.target, answer.status)
                    so_far.append(answer.milliseconds)
            below, above = (float(np.percentile(np.array(so_far), 95)) for so_far in times)
            cases.append(
                Case(f"{page.name}, p95", above, "ms", below, above / below, RATIO_MAX, at_most=True)
            )
    return cases


async def run(sides: Sequence[Side], requests: int, wanted: re.Pattern[str]) -> list[Case]:
    async with AsyncExitStack() as serving:
        for side in sides:
            await serving.enter_async_context(side.app.router.lifespan_context(side.app))
        return await measure(sides[0], sides[1], requests, wanted)


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
        sides = [
            open_side(postgres, name, size, at, folder)
            for name, size in (("bench_few", FEW), ("bench_many", MANY))
        ]
        cases = asyncio.run(run(sides, options.requests, options.pages))
    report("lists", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
