"""The values of a load, in the order in which they arise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from citycore.topics import Address
from ingest.model import Account, Checked, Int64s, Thing

REQUIRED = ("thing", "observed_property", "phenomenon_time", "result")
OPTIONAL = ("unit", "quality")


class Malformed(NamedTuple):
    """A line of a CSV file that does not have the header's columns."""

    line: int
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows of a file, as Arrow arrays by column name.

    ``thing``, ``observed_property`` and ``unit`` are dictionaries of texts. ``lines`` are the
    rows' numbers in the file, ascending: the line of a CSV file (the header is 1), else the
    row from 1. ``malformed`` lines lie before ``last_line`` too; ``fraction`` is how much of the
    file has been read.
    """

    columns: dict[str, Any]
    lines: Int64s
    malformed: Sequence[Malformed]
    last_line: int
    fraction: float

    def __len__(self) -> int:
        return len(self.lines)


class Known(NamedTuple):
    """A registered thing and where it belongs."""

    address: Address
    thing: Thing


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk that is ready to be written. Row ``n`` of the batch is line ``lines[n]`` of the file.

    ``missing`` are the lines that would be right but hold no result: there is nothing to receive.
    """

    checked: Checked
    lines: Int64s
    missing: Int64s
    after_line: int
    last_line: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is loaded, as the store knows it."""

    lines_done: int
    account: Account
    missing: int
    dead_letters: int
    outcome_bytes: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did. ``total`` is of the whole file, over all runs; ``rows`` are those of this run.

    ``missing`` rows hold no result: they are part of neither.
    """

    file: str
    worker: str
    total: Account
    missing: int
    dead_letters: int
    continued_after_line: int
    rows: int
    seconds: float
    was_complete: bool
    is_complete: bool


def no_lines() -> Int64s:
    return np.empty(0, dtype=np.int64)
