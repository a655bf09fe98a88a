"""Tests of quality as data: what an observed property or a datastream declares.

After QARTOD (U.S. IOOS, "Manual for Real-Time Quality Control", tests 4 to 8): gross range stands in the bounds of the
property; these are the others. A result that fails is flagged as bad (4), one that is doubtful as suspect (3), and a number
that stands for "no value" as missing (9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from citycore.missing_codes import codes_of, is_known

SENTINELS_MAX = 50
#: Which months there are, and how many ranges a climatology may have.
MONTHS = frozenset(range(1, 13))
RANGES_MAX = 12


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Unknown limits are refused."""


class Sentinel(_Strict):
    """Numbers that devices send for "no value".

    ``values`` are certain; ``doubtful`` may be true results as well, and count as "no value" only outside of the bounds.
    ``models`` name sensors and formats whose codes are known (:mod:`citycore.missing_codes`).
    """

    values: list[float] = []
    doubtful: list[float] = []
    models: list[str] = []


class Spike(_Strict):
    """How far a result may stand off the mean of the one before and the one after it."""

    suspect: float | None = None
    fail: float | None = None


class RateOfChange(_Strict):
    """How fast results may change, per second."""

    suspect: float


class FlatLine(_Strict):
    """For how long results may stay within ``tolerance``."""

    suspect_seconds: float | None = None
    fail_seconds: float | None = None
    tolerance: float = 0.0


class Range(_Strict):
    """What is usual in some months (UTC): outside is suspect."""

    months: list[int]
    low: float
    high: float


class Climatology(_Strict):
    ranges: list[Range]


class _Declared(_Strict):
    sentinel: Sentinel | None = None
    spike: Spike | None = None
    rate_of_change: RateOfChange | None = None
    flat_line: FlatLine | None = None
    climatology: Climatology | None = None


@dataclass(frozen=True, slots=True)
class QualityTests:
    """The limits, ready for use; infinite or empty where there is no test."""

    #: Results that are none, and those that are none where they lie outside of the bounds and suspect elsewhere.
    sentinels: frozenset[float] = frozenset()
    spike_suspect: float = float("inf")
    spike_fail: float = float("inf")
    rate_suspect: float = float("inf")
    flat_suspect_seconds: float = float("inf")
    flat_fail_seconds: float = float("inf")
    flat_tolerance: float = 0.0
    #: By month, what is usual.
    usual: Mapping[int, tuple[float, float]] | None = None
    doubtful: frozenset[float] = frozenset()
    #: Whether a result is compared with others; asked for each datastream of each batch.
    looks_back: bool = field(init=False)

    def __post_init__(self) -> None:
        limits = (
            self.spike_suspect,
            self.spike_fail,
            self.rate_suspect,
            self.flat_suspect_seconds,
            self.flat_fail_seconds,
        )
        object.__setattr__(self, "looks_back", min(limits) < float("inf"))

    def is_missing(self, result: float) -> bool:
        """Tells whether a result outside of the bounds stands for "no value"."""
        return result in self.sentinels or result in self.doubtful


def read_tests(
    declared: Mapping[str, Any], observed_property: str = "", unit: str = "", models: Sequence[str] = ()
) -> QualityTests | None:
    """None where nothing is declared; ``ValueError`` says what is wrong. A test that is null is switched off.

    ``observed_property`` and ``unit`` (UCUM) are those of the datastream; the codes for "no value" of ``models``, and of the
    models that the tests name, are made of them. A model of which no codes are known adds none.
    """
    try:
        tests = msgspec.convert(dict(declared), _Declared)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    _check(tests)
    sentinel = tests.sentinel or Sentinel()
    codes = [codes_of(model, observed_property, unit) for model in (*sentinel.models, *models)]
    values = frozenset(sentinel.values).union(*(each.values for each in codes))
    doubtful = frozenset(sentinel.doubtful).union(*(each.doubtful for each in codes)) - values
    if tests == _Declared() and not values and not doubtful:
        return None
    infinite = float("inf")
    spike, flat = tests.spike or Spike(), tests.flat_line or FlatLine()
    return QualityTests(
        values,
        infinite if spike.suspect is None else spike.suspect,
        infinite if spike.fail is None else spike.fail,
        tests.rate_of_change.suspect if tests.rate_of_change else infinite,
        infinite if flat.suspect_seconds is None else flat.suspect_seconds,
        infinite if flat.fail_seconds is None else flat.fail_seconds,
        flat.tolerance,
        {month: (each.low, each.high) for each in tests.climatology.ranges for month in each.months}
        if tests.climatology
        else None,
        doubtful,
    )


def _check(tests: _Declared) -> None:
    sentinel = tests.sentinel or Sentinel()
    if max(len(sentinel.values), len(sentinel.doubtful), len(sentinel.models)) > SENTINELS_MAX:
        raise ValueError(f"sentinel: at most {SENTINELS_MAX} values")
    if unknown := [model for model in sentinel.models if not is_known(model)]:
        raise ValueError(f"sentinel: no codes are known of {', '.join(unknown)}")
    spike, flat = tests.spike or Spike(), tests.flat_line or FlatLine()
    rate = None if tests.rate_of_change is None else tests.rate_of_change.suspect
    limits = (spike.suspect, spike.fail, rate, flat.suspect_seconds, flat.fail_seconds)
    if any(limit is not None and limit <= 0 for limit in limits) or flat.tolerance < 0:
        raise ValueError("every limit lies above 0")
    for each in tests.climatology.ranges if tests.climatology else ():
        if not set(each.months) <= MONTHS or each.low >= each.high:
            raise ValueError("climatology: months are 1 to 12, and low lies below high")
