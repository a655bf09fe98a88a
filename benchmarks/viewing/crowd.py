"""Many sessions at once: what each costs in memory, and whether all of them are refreshed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median

import numpy as np

from benchmarks.report import Case
from benchmarks.viewing.servers import Served
from benchmarks.viewing.sessions import Audience, Refresh, Session
from dashboards.settings import dashboard_settings

MEMORY_MIB_MAX = 60.0
OPEN_SECONDS_MAX = 120.0
LOOK_SECONDS = 1.0
REFRESH_SECONDS = dashboard_settings().refresh_seconds


@dataclass(slots=True)
class Told:
    """What became of a crowd: what each session took, and what went wrong."""

    grown_mib: dict[str, list[float]] = field(default_factory=dict)
    refreshes: list[Refresh] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)


async def gather(served: Served, addresses: dict[str, str], count: int, periods: float) -> Told:
    """So many sessions, in turns of every page, one after the other; then all of them for so many refresh periods."""
    told, audience = Told(), Audience()
    try:
        # What is imported and asked once is nobody's own.
        for target in addresses.values():
            await audience.open(served.url, target, OPEN_SECONDS_MAX)
        await audience.leave()
        audience = Audience()
        for page in islice(cycle(addresses), count):
            before = served.own_mib
            await audience.open(served.url, addresses[page], OPEN_SECONDS_MAX)
            told.grown_mib.setdefault(page, []).append(served.own_mib - before)
        await _watch(audience.sessions, told, periods * REFRESH_SECONDS)
    finally:
        await audience.leave()
    for session in audience.sessions:
        told.refreshes += session.refreshes
        told.troubles.update(f"{session.page or 'overview'}: {one}" for one in session.troubles)
    return told


async def _watch(sessions: Sequence[Session], told: Told, seconds: float) -> None:
    """What is overdue is told once for each session, however long it lasts."""
    end, late = time.monotonic() + seconds, set[int]()
    while time.monotonic() < end:
        await asyncio.sleep(LOOK_SECONDS)
        for number, session in enumerate(sessions):
            found = session.overdue(time.monotonic(), REFRESH_SECONDS)
            if found and number not in late:
                late.add(number)
                told.troubles.update(f"{session.page or 'overview'}: {one}" for one in found)


def cases_of(told: Told, count: int) -> list[Case]:
    every = [grown for session in told.grown_mib.values() for grown in session]
    cases = [
        Case(f"{page}: memory of a session, p50", median(session), "MiB", target=MEMORY_MIB_MAX, at_most=True)
        for page, session in told.grown_mib.items()
    ]
    mean = sum(every) / len(every)
    cases.append(
        Case(f"{count} sessions: memory of each, mean", mean, "MiB", target=MEMORY_MIB_MAX, at_most=True)
    )
    for interval in sorted({one.interval for one in told.refreshes}):
        seconds = [one.seconds for one in told.refreshes if one.interval == interval]
        name = f"{count} sessions: refresh every {interval:.0f} s"
        cases.append(Case(f"{name}, how many", len(seconds), "refreshes"))
        cases.append(Case(f"{name}, p95", float(np.percentile(seconds, 95)), "s"))
    failed = sum(told.troubles.values())
    cases.append(Case(f"{count} sessions: failed refreshes", failed, "refreshes", target=0, at_most=True))
    return cases
