"""What each hot path cost when the table was written, and what of a new run is too much. Pure but for the file.

The table stands in ``benchmarks/guard.toml``. It has of each step its ratio to the bare step of the same run, which is compared, and the
microseconds of a unit, which only show how fast the machine was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).resolve().parents[1] / "guard.toml"
#: A step fails that costs more than so many times what the table has.
MORE_MAX: Final = 1.15
#: A step that costs less than so many times what the table has asks for a new table: the old one would not notice its getting dearer again.
LESS_MIN: Final = 0.85


@dataclass(frozen=True, slots=True)
class Cost:
    """The processor time of one unit of a step, and its ratio to that of the bare step."""

    unit: str
    bare: str
    microseconds: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Table:
    """The costs of all steps at a commit."""

    commit: str
    costs: Mapping[str, Cost]


class Finding(StrEnum):
    """How the cost of a step in a run compares with the table."""

    WITHIN = "within"
    LESS = "less: write the table"
    MORE = "**more**"
    UNKNOWN = "**not in the table**"
    MISSING = "**not measured**"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The costs of a step in the run and in the table; None where it was not measured, or is not in the table."""

    step: str
    now: Cost | None
    before: Cost | None
    finding: Finding

    @property
    def fails(self) -> bool:
        return self.finding not in {Finding.WITHIN, Finding.LESS}

    @property
    def times(self) -> float | None:
        """The cost in the run, divided by the cost in the table."""
        return None if self.now is None or self.before is None else self.now.ratio / self.before.ratio


def judge(measured: Mapping[str, Cost], table: Table, wanted: Iterable[str]) -> list[Verdict]:
    """Compare measured steps with the table, in the order of the run, then wanted steps of the table that were not measured."""
    known = set(wanted)
    steps = [*measured, *(step for step in table.costs if step not in measured and step in known)]
    return [_verdict(step, measured.get(step), table.costs.get(step)) for step in steps]


def _verdict(step: str, now: Cost | None, before: Cost | None) -> Verdict:
    if now is None:
        return Verdict(step, now, before, Finding.MISSING)
    if before is None:
        return Verdict(step, now, before, Finding.UNKNOWN)
    times = now.ratio / before.ratio
    finding = Finding.MORE if times > MORE_MAX else Finding.LESS if times < LESS_MIN else Finding.WITHIN
    return Verdict(step, now, before, finding)


def markdown(verdicts: Sequence[Verdict], commit: str) -> str:
    """Write the verdicts as a table in Markdown."""
    lines = [
        f"| step | a unit | processor time | beside | ratio | at {commit} | times | |",
        "|---|---|---:|---|---:|---:|---:|---|",
    ]
    for verdict in verdicts:
        known = verdict.now or verdict.before
        assert known is not None
        now = ("–", "–")
        if verdict.now is not None:
            now = (_time(verdict.now.microseconds), f"{verdict.now.ratio:.2f}")
        before = "–" if verdict.before is None else f"{verdict.before.ratio:.2f}"
        times = "–" if verdict.times is None else f"{verdict.times:.2f}"
        cells = (verdict.step, known.unit, now[0], known.bare, now[1], before, times, verdict.finding.value)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _time(microseconds: float) -> str:
    return f"{microseconds / 1000:,.2f} ms" if microseconds >= 1000 else f"{microseconds:,.2f} µs"


def read_table(text: str) -> Table:
    """Read the file."""
    document = tomllib.loads(text)
    costs = {
        step: Cost(cost["unit"], cost["bare"], float(cost["microseconds"]), float(cost["ratio"]))
        for step, cost in document["steps"].items()
    }
    return Table(str(document["commit"]), costs)


def table_text(table: Table) -> str:
    """Write the file, from which :func:`read_table` reads the same table, rounded."""
    lines = [
        "# What hot paths cost: written by `./falaj bench guard --write`, held to by `./falaj bench guard`.",
        "# `ratio` is processor time of a unit beside that of the bare step of the same run.",
        f'commit = "{table.commit}"',
    ]
    for step, cost in table.costs.items():
        lines += [
            "",
            f'[steps."{step}"]',
            f'unit = "{cost.unit}"',
            f'bare = "{cost.bare}"',
            f"microseconds = {cost.microseconds:.2f}",
            f"ratio = {cost.ratio:.3f}",
        ]
    return "\n".join(lines) + "\n"
