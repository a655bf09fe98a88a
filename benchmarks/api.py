"""How fast the API answers, beside bare ceilings of the same run.

Ceilings and API take turns, and medians of the rounds count, so that whatever else the machine does
meets both alike. The history is two months of 300 datastreams at five minutes, 5 million rows; the
larger one holds eighteen months more of the same, so that the same questions have the same answers.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import httpx

from benchmarks.reading import questions
from benchmarks.reading.history import History, fill
from benchmarks.reading.load import Load, download, request
from benchmarks.reading.servers import COUNTED, Server, Stage, ask_adbc, copy_by_psql, stage
from benchmarks.report import Case, report
from stack.postgres import PrivatePostgres

SMALL, LARGE = History("bench_small", 60), History("bench_large", 600)
HISTORIES = {"5m": [SMALL], "50m": [LARGE], "both": [SMALL, LARGE]}
#: The same questions of ten times the history may take so many times as long.
DEPTH_TARGET = 1.2
PAGE_TARGET = 1.3
MEMORY_TARGET = 1.25
#: By format: the bare tool, and the part of its rate to reach.
EXPORTS = {"csv": ("psql", 0.7), "arrow": ("ADBC", 0.75), "parquet": ("ADBC", 0.75)}
#: What is measured, one after the other.
PARTS = ("requests", "limits", "exports", "pages", "memory")
FREE = {"FALAJ_LIMITS_FREE_NETWORKS": "127.0.0.0/8"}


@dataclass(frozen=True, slots=True)
class Effort:
    """How often and how long each thing is measured."""

    rounds: int = 5
    seconds: float = 1.5
    pages: int = 40
    export_rows: int = 1_000_000
    days: int = 60


QUICK = Effort(rounds=1, seconds=0.2, pages=3, export_rows=20_000, days=5)


@dataclass(frozen=True, slots=True)
class Side:
    """A history, the API over it, and the bare handlers."""

    history: History
    api: Server
    bare: Server


def measure(
    running: Stage, histories: Sequence[History], effort: Effort, parts: Sequence[str] = PARTS
) -> list[Case]:
    """All cases of these parts. Requests have a ceiling over each history, files over the first."""
    for history in histories:
        fill(running.postgres, history)
    sides = [Side(history, running.api(history), running.bare(history)) for history in histories]
    measures: dict[str, Callable[[], list[Case]]] = {
        "requests": lambda: measure_requests(sides, effort),
        "limits": lambda: measure_limits(running, sides[0], effort),
        "exports": lambda: measure_exports(running, sides, effort),
        "pages": lambda: measure_pages(sides, effort),
        "memory": lambda: measure_memory(sides[0], effort),
    }
    return [case for part in parts for case in measures[part]()]


def measure_requests(sides: Sequence[Side], effort: Effort) -> list[Case]:
    """Requests a second over 16 connections."""
    days = questions.days(effort.days)
    observations = [f"/v1/observations?{urlencode(day)}" for day in days]
    cases = []
    for name, ceiling, targets, status, least in (
        ("a day, JSON", [f"/day?{urlencode(day)}" for day in days], observations, 200, 0.75),
        ("latest of 1,000", ["/latest?limit=1000"], ["/v1/latest?limit=1000"], 200, 0.75),
        ("304 of a day", ["/hello"], observations[:100], 304, 0.6),
    ):
        asked = Asked(name, ceiling, targets, status, least)
        cases += _measure_requests(sides, asked, effort)
    return cases


@dataclass(frozen=True, slots=True)
class Asked:
    name: str
    ceiling: Sequence[str]
    targets: Sequence[str]
    status: int
    least: float


def _measure_requests(sides: Sequence[Side], asked: Asked, effort: Effort) -> list[Case]:
    runs = [(_bare_run(side.bare, asked), _api_run(side.api, asked)) for side in sides]
    figures: list[tuple[list[Figure], list[Figure]]] = [([], []) for _ in sides]
    for _ in range(effort.rounds):
        for pair, found in zip(runs, figures, strict=True):
            for run, so_far in zip(pair, found, strict=True):
                so_far.append(run.measure(effort.seconds))
    cases, times = [], []
    for side, (bare, answers) in zip(sides, figures, strict=True):
        ceiling, answer = _middle(bare), _middle(answers)
        cases += _request_cases(f"{asked.name}, {side.history.name}", asked.least, ceiling, answer)
        times.append(1000 / answer.rate)
    return cases + _depth(asked.name, "ms a request", sides, times)


def _bare_run(server: Server, asked: Asked) -> Run:
    return Run(server, Load(server.port, [request(target, server.port) for target in asked.ceiling]))


def _api_run(server: Server, asked: Asked) -> Run:
    known = _etags(server.port, asked.targets) if asked.status == 304 else {}
    requests = [request(target, server.port, known.get(target)) for target in asked.targets]
    return Run(server, Load(server.port, requests, asked.status))


def _request_cases(name: str, least: float, ceiling: Figure, answer: Figure) -> list[Case]:
    rate, cost = answer.rate / ceiling.rate, answer.cost_us / ceiling.cost_us
    return [
        Case(f"{name}: core of the bare FastAPI", ceiling.share, "busy"),
        Case(name, answer.rate, "requests/s", ceiling.rate, rate, least),
        Case(f"{name}: CPU a request", answer.cost_us, "µs", ceiling.cost_us, cost),
    ]


def _depth(label: str, unit: str, sides: Sequence[Side], times: Sequence[float]) -> list[Case]:
    """The time over the large history against the same over the small one."""
    return [
        Case(
            f"{label}, {side.history.name} against {sides[0].history.name}",
            time,
            unit,
            times[0],
            time / times[0],
            DEPTH_TARGET,
            at_most=True,
        )
        for side, time in zip(sides[1:], times[1:], strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Figure:
    rate: float
    cost_us: float
    #: How busy the server's core was: a ceiling that is not saturated is none.
    share: float


@dataclass(frozen=True, slots=True)
class Run:
    server: Server
    load: Load

    def measure(self, seconds: float) -> Figure:
        load = replace(self.load, latencies=[])
        before = self.server.cpu_seconds
        load.run(seconds)
        cpu = self.server.cpu_seconds - before
        return Figure(load.rate, 1e6 * cpu / len(load.latencies), cpu / load.seconds)


def _middle(figures: Sequence[Figure]) -> Figure:
    return Figure(
        median(figure.rate for figure in figures),
        median(figure.cost_us for figure in figures),
        median(figure.share for figure in figures),
    )


def _etags(port: int, targets: Sequence[str]) -> dict[str, dict[str, str]]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        return {target: {"If-None-Match": client.get(target).headers["etag"]} for target in targets}


def measure_limits(running: Stage, side: Side, effort: Effort) -> list[Case]:
    """What counting a request costs: the same requests from a network without limits."""
    free = running.api(side.history, {**COUNTED, **FREE})
    targets = [f"/v1/observations?{urlencode(day)}" for day in questions.days(effort.days)[:100]]
    runs = []
    for server in (side.api, free):
        known = _etags(server.port, targets)
        requests = [request(target, server.port, known[target]) for target in targets]
        runs.append(Run(server, Load(server.port, requests, 304)))
    figures: list[list[Figure]] = [[], []]
    for _ in range(effort.rounds):
        for run, found in zip(runs, figures, strict=True):
            found.append(run.measure(effort.seconds))
    counted, uncounted = (_middle(found) for found in figures)
    return [
        Case(
            "304, with limits against without: CPU a request",
            counted.cost_us,
            "µs",
            uncounted.cost_us,
            counted.cost_us / uncounted.cost_us,
        )
    ]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of so many rows: by which bare tool, and how fast at least."""

    chosen: str
    bare: str
    least: float
    rows: int


def measure_exports(running: Stage, sides: Sequence[Side], effort: Effort) -> list[Case]:
    """Rows a second of one download at a time."""
    adbc = running.adbc(sides[0].history)
    cases = []
    for chosen, (bare, least) in EXPORTS.items():
        exported = Exported(chosen, bare, least, effort.export_rows)
        target = f"/v1/observations?{urlencode(questions.export(chosen, effort.export_rows, effort.days))}"
        query = questions.export_query(chosen, effort.export_rows, effort.days)
        questions.check_rows(sides[0].api.port, target, chosen, effort.export_rows)
        ceilings: list[float] = []
        times: list[list[float]] = [[] for _ in sides]
        for _ in range(effort.rounds):
            if chosen == "csv":
                ceilings.append(copy_by_psql(running.postgres, sides[0].history, query))
            else:
                ceilings.append(ask_adbc(adbc, chosen, query)[0])
            for side, found in zip(sides, times, strict=True):
                found.append(download(side.api.port, target)[0])
        cases += _export_cases(exported, median(ceilings), sides, [median(found) for found in times])
    return cases


def _export_cases(
    exported: Exported, ceiling: float, sides: Sequence[Side], times: Sequence[float]
) -> list[Case]:
    label = f"{exported.chosen} of {exported.rows:,} rows"
    bare = exported.rows / ceiling
    cases = [Case(f"{label}: {exported.bare}", bare, "rows/s")]
    for side, seconds in zip(sides, times, strict=True):
        rate = exported.rows / seconds
        cases.append(Case(f"{label}, {side.history.name}", rate, "rows/s", bare, rate / bare, exported.least))
    return cases + _depth(label, "s", sides, times)


def measure_pages(sides: Sequence[Side], effort: Effort) -> list[Case]:
    """Pages at several depths of a cursor, each in turn with the first page."""
    cases = []
    for kind, question in questions.PAGED.items():
        for order in ("asc", "desc"):
            firsts = []
            for side in sides:
                targets = questions.pages({**question, "order": order}, side.history)
                loads = [Load(side.api.port, [request(target, side.api.port)]) for target in targets.values()]
                # The driver prepares, and PostgreSQL plans once for all, after some questions a connection.
                Load(side.api.port, [load.requests[0] for load in loads]).run(effort.seconds)
                for _ in range(effort.pages):
                    for load in loads:
                        load.run(0, 1)
                first = median(loads[0].latencies)
                firsts.append(1000 * first)
                cases += [
                    Case(
                        f"page of {kind}, {order}, {depth}, {side.history.name}",
                        load.milliseconds,
                        "ms",
                        1000 * first,
                        load.milliseconds / 1000 / first,
                        PAGE_TARGET,
                        at_most=True,
                    )
                    for depth, load in list(zip(targets, loads, strict=True))[1:]
                ]
            cases += _depth(f"first page of {kind}, {order}", "ms", sides, firsts)
    return cases


def measure_memory(side: Side, effort: Effort) -> list[Case]:
    """The most memory of the API's process while it sends so many rows, and five times as many."""
    cases = []
    for chosen in EXPORTS:
        peaks = []
        for rows in (effort.export_rows, 5 * effort.export_rows):
            question = questions.everything(chosen, rows)
            side.api.forget_peak()
            download(side.api.port, f"/v1/observations?{urlencode(question)}")
            peaks.append(side.api.peak_mib)
        cases.append(
            Case(
                f"{chosen}: peak memory of {5 * effort.export_rows:,} rows",
                peaks[1],
                "MiB",
                peaks[0],
                peaks[1] / peaks[0],
                MEMORY_TARGET,
                at_most=True,
            )
        )
    return cases


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench api", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rows", choices=HISTORIES, default="both", help="how much history")
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    parser.add_argument("--quick", action="store_true", help="five days of history, one short round")
    options = parser.parse_args(arguments)
    histories = [History("bench_quick", QUICK.days)] if options.quick else HISTORIES[options.rows]
    parts = PARTS if options.only is None else (options.only,)
    cases = run(histories, QUICK if options.quick else Effort(), parts=parts)
    report("api", cases, options.json)
    return 0 if options.quick or all(case.meets is not False for case in cases) else 1


def run(
    histories: Sequence[History],
    effort: Effort,
    postgres: PrivatePostgres | None = None,
    parts: Sequence[str] = PARTS,
) -> list[Case]:
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with stage(folder, postgres) as running:
            return measure(running, histories, effort, parts)


if __name__ == "__main__":
    sys.exit(main())
