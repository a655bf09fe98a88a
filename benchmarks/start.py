"""The first start of a demo: when its story is told, which part takes how much of the processors, and when they are idle.

A hub as ``falaj demo`` starts it in a fresh folder, with its weeks of past, its recordings and its forecasts. Processor time is what counts where
others use the machine; the clock's figures stand beside it. A part is a process of the hub, or a run that the worker has begun.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.report import Case, report
from stack.folder import DataFolder
from stack.hub import Hub
from stack.postgres import reachable_folder
from stack.settings import StackSettings
from stack.stopping import Stop
from stack.texts import text

STORY_SECONDS_MAX = 90.0
IDLE_SECONDS, IDLE_MAX = 240.0, 0.3
#: How long at the end it is looked whether the processors are idle.
LAST_SECONDS = 20.0
#: Instants of the table, in seconds since the start.
MARKS = (30.0, 60.0, 90.0, 120.0, 180.0, 240.0)
STORY = "programme"


@contextmanager
def demo_hub(days: int) -> Iterator[Hub]:
    """A demo in a fresh folder with so many days of past, not started yet; it ends with the block."""
    base = reachable_folder(Path(tempfile.gettempdir()) / "falaj-bench").parent
    with (
        tempfile.TemporaryDirectory(prefix="falaj-bench-", dir=base, ignore_cleanup_errors=True) as name,
        Stop() as stop,
    ):
        Path(name).chmod(0o755)
        folder = DataFolder(Path(name) / "data")
        hub = Hub(folder, StackSettings(), stop, _tell, seed=1, backfill_days=days, is_demo=True)
        try:
            yield hub
        finally:
            hub.close()
            hub.remove()


def _tell(what: str, details: dict[str, object]) -> None:
    sys.stderr.write(f"{text(f'demo.{what}', **details)}\n")


@dataclass(slots=True)
class ProcessorTime:
    """Processor seconds of every process of a hub, by its part; the newest figure of a process counts, also once it has ended."""

    of_process: dict[tuple[int, float], tuple[str, float]] = field(default_factory=dict)

    def look(self, hub: Hub) -> None:
        """Reads the figures of all processes that there are now."""
        services = [service for stage in hub.supervisor.stages for service in stage]
        named = [(one.title, one.child) for one in services]
        named += [(task.title, task.child) for task in hub.supervisor.tasks]
        for title, child in named:
            if child.process is not None and child.process.poll() is None:
                with suppress(psutil.NoSuchProcess):
                    self._look_at(title, psutil.Process(child.process.pid))
        self._note("supervisor", psutil.Process())

    def _look_at(self, title: str, process: psutil.Process) -> None:
        self._note(title, process)
        for one in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                self._note(part_of(title, one.cmdline()), one)

    def _note(self, part: str, process: psutil.Process) -> None:
        spent = process.cpu_times()
        self.of_process[process.pid, process.create_time()] = (part, spent.user + spent.system)

    def total(self, hub: Hub) -> float:
        """Seconds of all processes so far, those that have ended included."""
        self.look(hub)
        return sum(seconds for _, seconds in self.of_process.values())

    def by_part(self) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        for part, seconds in self.of_process.values():
            found[part] += seconds
        return dict(found)


def part_of(title: str, command: Sequence[str]) -> str:
    """The worker's runs by their modules (``python -m forecasting``), all else by the service that began it."""
    if title != "worker" or "-m" not in command:
        return title
    module = command[command.index("-m") + 1]
    return title if module == "stack.worker" else f"worker: {module}"


@dataclass(frozen=True, slots=True)
class Start:
    """One start of a demo: seconds, cores and processor seconds."""

    #: Seconds until the hub was up, and until its story was told; None if it was not.
    up: float
    story: float | None
    #: Of all cores together, in the last seconds.
    busy: float
    #: By part: processor seconds at each mark that was reached.
    marks: Mapping[float, Mapping[str, float]]


def watch(hub: Hub, seconds: float) -> Start:
    """Start the hub and its city, and look at them for so long."""
    processor, began = ProcessorTime(), time.monotonic()
    marks: dict[float, dict[str, float]] = {}
    hub.start()
    up, story = time.monotonic() - began, None
    hub.start_city()
    waiting = [mark for mark in MARKS if mark < seconds]
    last: tuple[float, float] | None = None
    while (now := time.monotonic() - began) < seconds:
        hub.tend()
        processor.look(hub)
        if story is None and any(task.title == STORY and task.over for task in hub.supervisor.tasks):
            story = now
        if waiting and now >= waiting[0]:
            marks[waiting.pop(0)] = processor.by_part()
        if last is None and now >= seconds - LAST_SECONDS:
            last = now, sum(processor.by_part().values())
        hub.stop.wait(0.5)
    processor.look(hub)
    marks[seconds] = processor.by_part()
    assert last is not None, "the last seconds are part of the run"
    busy = (sum(marks[seconds].values()) - last[1]) / (now - last[0])
    return Start(up, story, busy, marks)


def cases(start: Start, seconds: float) -> list[Case]:
    parts = start.marks[seconds]
    found = [
        Case("the hub is up", start.up, "s"),
        Case("the story is told", start.story or seconds, "s", target=STORY_SECONDS_MAX, at_most=True),
        Case(
            f"busy at {seconds:.0f} s",
            start.busy,
            "cores",
            target=IDLE_MAX * (os.cpu_count() or 1),
            at_most=True,
        ),
        Case("processor time of all", sum(parts.values()), "s"),
    ]
    for part, spent in sorted(parts.items(), key=lambda one: -one[1]):
        steps = ", ".join(
            f"{mark:.0f} s: {at[part]:.0f}"
            for mark, at in start.marks.items()
            if part in at and mark < seconds
        )
        found.append(Case(f"{part} ({steps})" if steps else part, spent, "s"))
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench start", description=__doc__)
    parser.add_argument("--seconds", type=float, default=IDLE_SECONDS + LAST_SECONDS, help="how long to look")
    parser.add_argument("--days", type=int, default=StackSettings().backfill_days, help="of past")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    with demo_hub(options.days) as hub:
        start = watch(hub, options.seconds)
    found = cases(start, options.seconds)
    report("start", found, options.json)
    return 0 if all(case.meets is not False for case in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
