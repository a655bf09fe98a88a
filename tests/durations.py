"""How long tests take: recorded, read to begin with the longest, and printed as a table.

``./falaj test --record`` writes ``durations.json``. Seconds are rounded and stay as they are until they are clearly
wrong, so that the file changes only when the tests do.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

FILE = Path(__file__).with_name("durations.json")
#: Files that take longer are spread over several processes, as far as their tests share nothing.
SPLIT_SECONDS = 40
#: Tests that take longer are recorded one by one.
LONG_SECONDS = 10
#: A recorded value stays until the new one is off by more.
CHANGE_MIN = 1.6
#: The unit of all tests that run whole hubs.
HUBS = "hubs"
#: And of those that begin with something that takes long to make once a process: the fixture that makes it.
MADE_ONCE = ("story",)


class Recorded:
    """Seconds by file and, of long tests, by test."""

    def __init__(self, seconds: Mapping[str, int]) -> None:
        self._seconds = seconds
        files = [value for name, value in seconds.items() if "::" not in name]
        self._unknown = median(files) if files else 1

    @classmethod
    def read(cls, file: Path = FILE) -> Recorded:
        return cls(json.loads(file.read_text("utf-8")) if file.exists() else {})

    def unit_of(self, test: str, shared: Sequence[str]) -> str:
        """What stays in one process: a file, or of a long file a test, or those that share fixtures; of all files those that begin
        with the same that is made once.
        """
        made = [name for name in shared if name in MADE_ONCE]
        if made:
            return made[0]
        file = file_of(test)
        if self._seconds.get(file, 0) < SPLIT_SECONDS:
            return file
        return "+".join([file, *shared]) if shared else test

    def of_units(self, units: Mapping[str, str]) -> dict[str, float]:
        """Of each unit what its long tests take; what remains of a file may be in any unit of several tests."""
        taken: dict[str, float] = dict.fromkeys(units.values(), 0)
        remains = {name: value for name, value in self._seconds.items() if "::" not in name}
        for test, unit in units.items():
            seconds, file = self._seconds.get(test, 0), file_of(test)
            taken[unit] += seconds
            remains[file] = remains.get(file, self._unknown) - seconds
        for test, unit in units.items():
            if unit != test:
                taken[unit] += max(remains.pop(file_of(test), 0), 0)
        return taken

    def updated(self, tests: Mapping[str, float]) -> dict[str, int]:
        """With what was measured now; of files that ran, tests that are not long any more go."""
        files: Counter[str] = Counter()
        for test, seconds in tests.items():
            files[file_of(test)] += seconds  # type: ignore[assignment]  # counts seconds as well
        long = {test: seconds for test, seconds in tests.items() if seconds >= LONG_SECONDS}
        kept = {name: value for name, value in self._seconds.items() if file_of(name) not in files}
        measured = {name: self._steady(name, seconds) for name, seconds in (dict(files) | long).items()}
        return dict(sorted((kept | measured).items()))

    def _steady(self, name: str, seconds: float) -> int:
        before = self._seconds.get(name)
        if before is not None and before / CHANGE_MIN <= max(seconds, 1) <= before * CHANGE_MIN:
            return before
        return rounded(seconds)


def write(seconds: Mapping[str, int], file: Path = FILE) -> None:
    file.write_text(json.dumps(seconds, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def rounded(seconds: float) -> int:
    """1, 2, 3, 5, 10, 20, 30, 50, 100 …, the nearest above."""
    step = 1
    while True:
        for times in (1, 2, 3, 5):
            if seconds <= times * step:
                return times * step
        step *= 10


def file_of(test: str) -> str:
    return test.partition("::")[0]


def busy(before: Any, after: Any) -> float:
    """The share of time in which the cores of the machine worked, between two counts of :func:`psutil.cpu_times`.

    Much less than all of it says that more processes would gain, or that something waits for too long.
    """
    spent = {
        name: getattr(after, name) - getattr(before, name) for name in ("user", "nice", "system", "idle")
    }
    return 1 - spent["idle"] / max(sum(spent.values()), 1e-9)


def table(lanes: Mapping[str, str], tests: Mapping[str, float], files_max: int) -> Iterable[str]:
    """Seconds by lane, then by file."""
    by_lane: dict[str, list[float]] = defaultdict(list)
    by_file: dict[str, list[float]] = defaultdict(list)
    for test, seconds in tests.items():
        by_lane[lanes.get(test, "")].append(seconds)
        by_file[file_of(test)].append(seconds)
    for title, groups in (("lane", by_lane), ("file", by_file)):
        longest = sorted(groups.items(), key=lambda group: -sum(group[1]))
        if title == "file":
            longest = longest[:files_max]
        if longest:
            yield f"{'seconds':>9} {'tests':>6} {'longest':>8}  {title}"
        for name, several in longest:
            yield f"{sum(several):9.1f} {len(several):6} {max(several):8.1f}  {name}"
