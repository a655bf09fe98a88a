"""How soon and how cheaply the dashboards are there, beside a bare Streamlit page with one chart, of the same run.

A hub of a thousand things that has run for a year: days, months and newest values of all of them, hours of the last five weeks, and of the
whole year where pages open on it. Pages and the bare page take turns in one browser, and medians count, so that whatever else the machine
does meets both alike. Between two looks at a page others are looked at, so that what is cached for seconds is asked anew, as in a hub that
few people look at.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.report import Case, report
from benchmarks.viewing import away, crowd
from benchmarks.viewing.browser import Browser, Seen, browser
from benchmarks.viewing.city import fill
from benchmarks.viewing.servers import Served, Theatre, theatre
from citycore.clock import system_clock
from dashboards.language import ROOMS

CHARTS_MAX, INTERACTION_MAX, FIRST_SECONDS_MAX = 2.5, 1.5, 5.0
BARE = "bare"
#: What is chosen on a page: its period where it has one.
BOXES = {
    BARE: "Period",
    "overview": "Place",
    "map": "Place",
    "explore": "Period",
    "forecast": "Period",
    "alerts": "Period",
    "sensors": "Place",
    "data": "Period",
}
PARTS = ("pages", "first", "sessions", "away")


@dataclass(slots=True)
class Looks:
    """Every look at one page, and what a choice on it took, in milliseconds."""

    seen: list[Seen] = field(default_factory=list)
    chosen: list[float] = field(default_factory=list)

    def middle(self, of: Callable[[Seen], float]) -> float:
        return median(of(one) for one in self.seen)


def address(page: str) -> str:
    """Of a page, which is said in English; the first page stands at the root."""
    return f"{'' if page == ROOMS[0] else page}?lang=en"


def measure_pages(
    running: Theatre, chromium: Browser, api: Served, pages: Sequence[str], runs: int
) -> list[Case]:
    """In turns; the bare page once more often than any other."""
    with running.bare() as bare, running.dashboards(api.url) as served:
        looks = {page: Looks() for page in (BARE, *pages)}
        targets = {BARE: bare.url, **{page: f"{served.url}/{address(page)}" for page in pages}}
        for page, target in targets.items():
            with chromium.visitor() as visitor:
                visitor.open(target, answers=page != BARE)
        for _ in range(runs):
            for page in pages:
                _look(chromium, BARE, targets[BARE], looks[BARE])
                _look(chromium, page, targets[page], looks[page])
            _tell("every page looked at")
    return [case for page in pages for case in cases_of(page, looks[page], looks[BARE])]


def _look(chromium: Browser, page: str, target: str, looks: Looks) -> None:
    with chromium.visitor() as visitor:
        looks.seen.append(visitor.open(target, answers=page != BARE))
        if page in BOXES:
            looks.chosen.append(visitor.choose_next(BOXES[page], answers=page != BARE))


def cases_of(page: str, looks: Looks, bare: Looks) -> list[Case]:
    """Beside the bare page's own figures. Only a period has a target, as the bare page's box is one."""
    cases = [
        _beside(f"{page}: first paint", looks.middle(_painted), bare.middle(_painted), None),
        _beside(
            f"{page}: charts drawn ({looks.seen[-1].chart_count})",
            looks.middle(_drawn),
            bare.middle(_drawn),
            CHARTS_MAX,
        ),
        _beside(f"{page}: all there", looks.middle(_whole), bare.middle(_whole), None),
    ]
    if looks.chosen:
        box = BOXES[page]
        bound = INTERACTION_MAX if box == BOXES[BARE] else None
        name = f"{page}: another {box.lower()}"
        cases.append(_beside(name, median(looks.chosen), median(bare.chosen), bound))
    return cases


def _beside(name: str, value: float, baseline: float, bound: float | None) -> Case:
    return Case(name, value, "ms", baseline, value / baseline, bound, at_most=True)


def _painted(seen: Seen) -> float:
    return seen.first_paint


def _drawn(seen: Seen) -> float:
    return seen.charts


def _whole(seen: Seen) -> float:
    return seen.whole


def measure_first(running: Theatre, chromium: Browser, api: Served, pages: Sequence[str]) -> list[Case]:
    """The very first look at a server that has just said that it is ready, page by page."""
    cases = []
    for page in (BARE, *pages):
        with running.bare() if page == BARE else running.dashboards(api.url) as served:
            target = served.url if page == BARE else f"{served.url}/{address(page)}"
            with chromium.visitor() as visitor:
                seconds = visitor.open(target, answers=page != BARE).charts / 1000
        bound = None if page == BARE else FIRST_SECONDS_MAX
        cases.append(Case(f"{page}: first load after the start", seconds, "s", target=bound, at_most=True))
    return cases


def measure_sessions(
    running: Theatre, api: Served, pages: Sequence[str], count: int, periods: float
) -> tuple[list[Case], Counter[str]]:
    addresses = {page: "" if page == ROOMS[0] else page for page in pages}
    with running.dashboards(api.url) as served:
        told = asyncio.run(crowd.gather(served, addresses, count, periods))
    return crowd.cases_of(told, count), told.troubles


def measure(running: Theatre, options: argparse.Namespace) -> list[Case]:
    pages = [page for page in ROOMS if options.pages.search(page)]
    cases: list[Case] = []
    with ExitStack() as ending:
        api = ending.enter_context(running.api())
        if "sessions" in options.parts:
            found, troubles = measure_sessions(running, api, pages, options.sessions, options.periods)
            cases += found
            for trouble, times in troubles.most_common(10):
                _tell(f"{times} × {trouble}")
            _tell("sessions: done")
        chromium = ending.enter_context(browser())
        if "pages" in options.parts:
            cases = measure_pages(running, chromium, api, pages, options.runs) + cases
        if "first" in options.parts:
            cases += measure_first(running, chromium, api, pages)
            _tell("first loads: done")
        if "away" in options.parts:
            cases += away.measure(running, chromium, {page: address(page) for page in pages})
    return cases


def _tell(line: str) -> None:
    sys.stderr.write(f"{line} (load {os.getloadavg()[0]:.1f})\n")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench dashboards")
    parser.add_argument("--things", type=int, default=1_000)
    parser.add_argument(
        "--pages", type=re.compile, default=re.compile(""), help="a regular expression: of these pages alone"
    )
    parser.add_argument("--runs", type=int, default=3, help="looks at each page, of which the median counts")
    parser.add_argument("--sessions", type=int, default=50, help="at once")
    parser.add_argument("--periods", type=float, default=2.5, help="that sessions are watched for")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with theatre(folder) as (running, postgres):
            fill(postgres, options.things, system_clock())
            _tell(f"{options.things} things filled")
            cases = measure(running, options)
    _tell("done")
    report("dashboards", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
