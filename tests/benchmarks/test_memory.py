"""What the benchmark of memory measures, and what it calls flat."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from benchmarks.memory import MIB, SHARED, Held, cases_of, held_by, held_by_each, slope, verdicts
from stack.waiting import wait_until

SECONDS = 1_200.0
TIMES = np.arange(0, SECONDS + 1, 10)


def sampled(mib: np.ndarray) -> list[tuple[float, int]]:
    return [(float(at), int(held * MIB)) for at, held in zip(TIMES, mib, strict=True)]


def verdict(mib: np.ndarray, lives: int = 1) -> bool:
    return all(case.meets is not False for case in cases_of("api", sampled(mib), lives, SECONDS))


def test_a_slope_is_not_moved_by_some_odd_samples() -> None:
    rising = 100 + TIMES / 60
    odd = rising.copy()
    odd[::7] += 500
    assert slope(TIMES, rising) == pytest.approx(1 / 60)
    assert slope(TIMES, odd) == pytest.approx(1 / 60, rel=0.05)
    assert slope(TIMES[:1], rising[:1]) == 0


def test_what_grows_is_told_from_what_only_starts_or_trembles() -> None:
    noise = np.random.default_rng(3).normal(0, 1, len(TIMES))
    assert verdict(100 + noise)
    assert verdict(100 + 80 * np.minimum(TIMES / 250, 1) + noise), "the first quarter is the start"
    assert not verdict(100 + 10 * TIMES / SECONDS + noise)
    assert verdict(1_000 + 10 * TIMES / SECONDS + noise), "a hundredth of it"
    assert verdict(100 - 30 * TIMES / SECONDS)
    assert not verdict(100 + noise, lives=2), "who was started again began anew"


def test_the_table_of_a_part_names_the_instants() -> None:
    found = {case.name: case for case in cases_of("api", sampled(100 + TIMES / 60), 1, SECONDS)}
    assert [name.partition(", ")[2] for name in found] == [
        "at 2 min", "at 25%", "at 50%", "at 75%", "at the end", "slope", "restarts",
    ]  # fmt: skip
    assert found["api, at 2 min"].value == pytest.approx(102)
    assert found["api, at 75%"].value == pytest.approx(115)
    assert found["api, at the end"].value == pytest.approx(120)
    assert found["api, slope"].value == pytest.approx(60, rel=0.01)
    assert list(verdicts(list(found.values()))) == ["api: grows (+60.0 MiB/h)"]
    assert not any(
        name.endswith("slope")
        for name in [case.name for case in cases_of(SHARED, sampled(TIMES), 1, SECONDS)]
    )


@pytest.mark.usefixtures("wire")
def test_a_part_is_its_process_and_those_that_it_started() -> None:
    child = "import sys; held = bytearray(64 * 2**20); print(1, flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {child!r}]))"
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert wait_until(lambda: sum(held_by_each(process.pid), Held()).own > 64 * MIB, 20)
        assert held_by(process.pid).own < 64 * MIB
        assert process.stdin is not None
        process.stdin.close()
    assert sum(held_by_each(process.pid), Held()).own == 0
