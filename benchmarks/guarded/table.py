"""What each hot path cost when the table was written, and what of a new run is too much. Pure but for the file.

The table stands in ``benchmarks/guard.toml``: by step its ratio to the bare step of the same run, and the microseconds of a unit, which say
how fast that machine was and are compared with nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).resolve().parents[1] / "guard.toml"
#: So many times what the table says is too much.
MORE_MAX: Final = 1.15
#: Below this the table no longer says what a path costs, and what was won may be lost again unseen.
LESS_MIN: Final = 0.85


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one unit of a step: the processor time, and how many times that of the bare step it is."""

    unit: str
    bare: str
    microseconds: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Table:
    """Costs by step, as they were at a commit."""

    commit: str
    costs: Mapping[str, Cost]


class Finding(StrEnum):
    """What a run says of a step."""

    WITHIN = "within"
    LESS = "less: write the table"
    MORE = "**more**"
    UNKNOWN = "**not in the table**"
    MISSING = "**not measured**"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``now`` is None of a step that the table has and the run has not, ``before`` the other way round."""

    step: str
    now: Cost | None
    before: Cost | None
    finding: Finding

    @property
    def fails(self) -> bool:
        return self.finding not in {Finding.WITHIN, Finding.LESS}

    @property
    def times(self) -> float | None:
        """How many times what the table says."""
        return None if self.now is None or self.before is None else self.now.ratio / self.before.ratio


def judge(measured: Mapping[str, Cost], table: Table, wanted: Iterable[str]) -> list[Verdict]:
    """Every wanted step, in the order of the run; then those that the table has and nobody measured."""
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
    """A table that can be quoted as it is."""
    lines = [
        f"| step | a unit | processor time | beside | ratio | at {commit} | times | |",
        "|---|---|---:|---|---:|---:|---:|---|",
    ]
    for one in verdicts:
        shown = one.now or one.before
        assert shown is not None
        now = ("–", "–") if one.now is None else (_time(one.now.microseconds), f"{one.now.ratio:.2f}")
        before = "–" if one.before is None else f"{one.before.ratio:.2f}"
        times = "–" if one.times is None else f"{one.times:.2f}"
        cells = (one.step, shown.unit, now[0], shown.bare, now[1], before, times, one.finding.value)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _time(microseconds: float) -> str:
    return f"{microseconds / 1000:,.2f} ms" if microseconds >= 1000 else f"{microseconds:,.2f} µs"


def read_table(text: str) -> Table:
    document = tomllib.loads(text)
    costs = {
        step: Cost(one["unit"], one["bare"], float(one["microseconds"]), float(one["ratio"]))
        for step, one in document["steps"].items()
    }
    return Table(str(document["commit"]), costs)


def table_text(table: Table) -> str:
    """The file: :func:`read_table` reads the same table from it, to the digits that are written."""
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
