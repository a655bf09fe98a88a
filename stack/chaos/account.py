"""The account: what was published against what is stored, row by row and value by value. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Microseconds since 1970 fit below this until 2041; datastream ids stand above.
_TIME_SPAN = 2**51
_DATASTREAMS_MAX = 2**12


def keys_of(datastream_ids: NDArray[Any], microseconds: NDArray[Any]) -> NDArray[np.int64]:
    """One integer for each (datastream, microseconds since 1970); ``ValueError`` beyond its range."""
    if len(datastream_ids) and not (
        0 <= datastream_ids.min() <= datastream_ids.max() < _DATASTREAMS_MAX
        and 0 <= microseconds.min() <= microseconds.max() < _TIME_SPAN
    ):
        raise ValueError("a key beyond the range of the account")
    return datastream_ids.astype(np.int64) * _TIME_SPAN + microseconds.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one result type: ``keys`` int64 ``(n,)``, ``results`` float64 ``(n, 1)`` or ``(n, 2)``."""

    keys: NDArray[np.int64]
    results: NDArray[np.float64]

    @staticmethod
    def concatenate(parts: Sequence[Table]) -> Table:
        return Table(
            np.concatenate([part.keys for part in parts]), np.concatenate([part.results for part in parts])
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows that should be as they are not: absent, there twice, with another result, or of nobody."""

    expected: int = 0
    stored: int = 0
    lost: int = 0
    duplicated: int = 0
    wrong: int = 0
    strange: int = 0

    def __add__(self, other: Difference) -> Difference:
        return Difference(
            self.expected + other.expected,
            self.stored + other.stored,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.wrong + other.wrong,
            self.strange + other.strange,
        )


def compare(expected: Table, stored: Table) -> Difference:
    """Every expected key once, with its result, and no other; the keys of ``expected`` are distinct."""
    wanted, wanted_at = np.unique(expected.keys, return_index=True)
    found, found_at = np.unique(stored.keys, return_index=True)
    _, left, right = np.intersect1d(wanted, found, assume_unique=True, return_indices=True)
    same = expected.results[wanted_at[left]] == stored.results[found_at[right]]
    return Difference(
        expected=len(wanted),
        stored=len(stored.keys),
        lost=len(wanted) - len(left),
        duplicated=len(stored.keys) - len(found),
        wrong=int((~same.all(axis=1)).sum()),
        strange=len(found) - len(right),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """The columns of the ledger, summed."""

    batches: int
    messages: int
    received: int
    stored: int
    duplicate: int
    conflicting: int
    quarantined: int

    @property
    def closes(self) -> bool:
        return self.received == self.stored + self.duplicate + self.conflicting + self.quarantined


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's sum, its running totals, and the rows of it that do not close."""

    total: Counts
    running: Counts
    open_rows: int

    def faults(self, stored_rows: int, values_published: int) -> list[str]:
        """What does not close, by name; empty if the account is in order."""
        checks = {
            "rows": self.open_rows == 0,
            "sum": self.total.closes,
            "running_totals": self.total == self.running,
            "stored": self.total.stored == stored_rows,
            "received": self.total.received >= values_published,
        }
        return [name for name, good in checks.items() if not good]


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter; ``number`` is its number in the store, or of its message where it was expected."""

    number: int
    topic: str
    payload: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Unlike:
    """A letter that is not as it had to be: absent (nothing stored), for another reason, or of nobody (nothing expected)."""

    expected: Letter | None
    stored: Letter | None


@dataclass(frozen=True, slots=True)
class Letters:
    """Dead letters against those that had to be, and each that is not so, by number."""

    expected: int
    stored: int
    unlike: tuple[Unlike, ...]

    @property
    def agree(self) -> bool:
        return not self.unlike


def compare_dead_letters(expected: Mapping[bytes, Letter], stored: Mapping[bytes, Letter]) -> Letters:
    """By digest of topic and payload."""
    pairs = [Unlike(expected.get(name), stored.get(name)) for name in expected.keys() | stored.keys()]
    unlike = [each for each in pairs if _reason(each.expected) != _reason(each.stored)]
    return Letters(len(expected), len(stored), tuple(sorted(unlike, key=_place)))


def _reason(letter: Letter | None) -> str | None:
    return None if letter is None else letter.reason


def _place(unlike: Unlike) -> tuple[bool, int]:
    """What is stored first, by its number; then what is absent."""
    letter = unlike.stored or unlike.expected
    assert letter is not None
    return unlike.stored is None, letter.number
