"""What every benchmark prints and writes: figures beside the bare ceilings of the same run."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Case:
    """One figure. ``ratio`` is value to baseline; ``target`` is for the ratio, or for the value without one."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    target: float | None = None
    #: The target is an upper bound, as for a lag.
    at_most: bool = False

    @property
    def meets(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        figure = self.ratio if self.ratio is not None else self.value
        return figure <= self.target if self.at_most else figure >= self.target


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def report(bench: str, cases: Sequence[Case], file: Path | None) -> None:
    """Print the table, and write the JSON document if a file is named."""
    table = Table(title=f"{bench} ({machine()})")
    for heading in ("case", "value", "unit", "baseline", "ratio", "target", ""):
        table.add_column(heading, justify="left" if heading in {"case", "unit", ""} else "right")
    for case in cases:
        table.add_row(
            case.name,
            _number(case.value),
            case.unit,
            _number(case.baseline),
            _number(case.ratio),
            _number(case.target),
            {True: "meets", False: "misses", None: ""}[case.meets],
        )
    console = Console()
    (console if console.is_terminal else Console(width=130)).print(table)
    if file is not None:
        write(bench, cases, file)


def write(bench: str, cases: Sequence[Case], file: Path) -> None:
    """Write the JSON document that every benchmark has."""
    document = {
        "bench": bench,
        "machine": machine(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cases": [asdict(case) | {"meets": case.meets} for case in cases],
    }
    file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
