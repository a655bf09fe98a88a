"""A step and its bare step in turns, and what remains of their figures when others use the machine, too.

Processor time leaves out waiting, but not what neighbours do to caches and clock speeds. So each run of a step stands beside a run of its bare
step of the same moment, and the median of these ratios counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.guarded.table import Cost

#: Processor seconds of one unit, in a run that is long enough to say so.
Run = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Step:
    """A hot path; ``bare`` does as little as the same task allows."""

    name: str
    unit: str
    run: Run
    bare_name: str
    bare: Run
    #: Fewer of steps that take long and are steady, more of those whose units are small.
    rounds_factor: float = 1.0
    #: Runs before the first round: statements are prepared, and planned once for all, after some questions of a connection.
    warming: int = 4


def measure(step: Step, rounds: int) -> Cost:
    """The medians of so many rounds, once both are warm."""
    for _ in range(step.warming):
        step.bare()
        step.run()
    costs, ratios = [], []
    for _ in range(max(1, round(rounds * step.rounds_factor))):
        # The bare step stands on both sides of the step, so that a machine that grows slower meanwhile tilts nothing.
        before, cost, after = step.bare(), step.run(), step.bare()
        costs.append(cost)
        ratios.append(2 * cost / (before + after))
    return Cost(step.unit, step.bare_name, 1e6 * median(costs), median(ratios))
