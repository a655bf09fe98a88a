"""What the learned candidate sees: an hour ahead, described by what was known at the origin.

Everything is an anomaly against the usual week (the profile) in units of the series' own swing, so that all series of
a panel can be learned together. Nothing at or after the origin is read: :func:`forecasting.walls.look` ends there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.day_types import EPOCH, SPECIAL_KINDS, DayKind, DayTypes
from forecasting.model import FloatArray
from forecasting.walls import DAY_HOURS, WEEK_HOURS, IntArray, Walls, look, mean_real, median_real

#: Weeks of the profile, of the slow profile, and of special days of one kind that are remembered.
PROFILE_WEEKS, SLOW_WEEKS, SPECIAL_DAYS = 5, 12, 8
#: How much a holiday of the same name counts against those of all names.
SAME_NAME = 0.8
#: Sums of anomalies over so many last hours.
RECENT_HOURS = (1, 2, 3, 6, 12, 24, 48, 168)
#: Which of them are told to the neighbours.
TOLD_HOURS = (1, 3, 24)

NAMES = (
    "ahead",
    "hour",
    "weekday",
    "kind",
    "kind_before",
    "kind_after",
    "kind_before_that",
    "kind_after_that",
    "base",
    "slow",
    "week_mean",
    "special_known",
    *(f"last_{hours}" for hours in RECENT_HOURS),
    "day_1",
    "day_2",
    "day_3",
    "day_1_around",
    "days_mean",
    "week_1",
    "week_2",
    "week_3",
    "weekday_recent",
    *(f"others_{hours}" for hours in TOLD_HOURS),
    "others_day_1",
    "level_day",
    "level_last",
    "series",
)


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """What is known at each origin of one series, before any hour ahead is asked for.

    ``starts``: wall positions (rows,). ``profile`` and ``slow``: the usual value of each of the 168 hours from the
    origin on. ``odd``: by how much each of the last 168 hours differed from the profile. ``unit``: the swing (rows,).
    """

    starts: IntArray
    profile: FloatArray
    slow: FloatArray
    odd: FloatArray
    weeks: FloatArray
    unit: FloatArray

    @property
    def told(self) -> FloatArray:
        """What neighbours hear, in units of the swing: (rows, hours of ``TOLD_HOURS`` and 24 by hour of day)."""
        scaled = self.odd / self.unit[:, None]
        recent = [mean_real(scaled[:, -hours:].T) for hours in TOLD_HOURS]
        return np.concatenate([np.stack(recent, axis=1), scaled[:, -DAY_HOURS:]], axis=1)


def at_origins(walls: Walls, starts: IntArray) -> Origins:
    """Describe each origin; NaN rows where less than a week was known."""
    hours = np.arange(WEEK_HOURS)
    limits = starts[:, None]
    back = np.arange(1, SLOW_WEEKS + 1)[:, None, None] * WEEK_HOURS
    weeks = look(walls.plain, (limits + hours)[None] - back, limits[None])
    profile = mean_real(weeks[:PROFILE_WEEKS])
    daily = mean_real(
        weeks[:PROFILE_WEEKS]
        .reshape(-1, len(starts), 7, DAY_HOURS)
        .swapaxes(1, 2)
        .reshape(-1, len(starts), DAY_HOURS)
    )
    profile = np.where(np.isfinite(profile), profile, np.tile(daily, 7))
    middle = mean_real(profile.T)[:, None]
    profile = np.where(np.isfinite(profile), profile, middle)
    slow = median_real(weeks)
    slow = np.where(np.isfinite(slow), slow, profile)
    odd = weeks[0] - profile
    swing = mean_real(np.abs(profile - middle).T) + mean_real(np.abs(odd).T)
    unit = np.where(swing > 0, swing, 1.0)
    return Origins(starts, profile, slow, odd, weeks[:4] - profile, unit)


@dataclass(frozen=True, slots=True, eq=False)
class SpecialDays:
    """Days of kinds of their own, in units of the usual level: what the last ones of a kind, or of a name, were.

    ``groups`` is by number of a kind or of an occasion: the days in order, and row n is the middle of the newest after
    n of them. ``occasions`` gives each day (by number) the group of its name, -1 where it has none.
    """

    groups: Mapping[int, tuple[IntArray, FloatArray]]
    occasions: IntArray

    @classmethod
    def of(cls, walls: Walls, days: DayTypes) -> SpecialDays:
        values = walls.values.reshape(-1, DAY_HOURS)
        kinds = walls.kinds[::DAY_HOURS]
        plain = mean_real(walls.plain.reshape(-1, DAY_HOURS).T)
        names: dict[str, int] = {}
        occasions = np.full(len(kinds), -1, dtype=np.int64)
        for day in np.flatnonzero(kinds == DayKind.HOLIDAY):
            name = days.occasion(
                EPOCH + timedelta(days=int(day) + walls.first_hour // DAY_HOURS), walls.country
            )
            if name is not None:
                occasions[day] = names.setdefault(name, len(DayKind) + len(names))
        groups = {int(kind): _told(values, plain, np.flatnonzero(kinds == kind)) for kind in SPECIAL_KINDS}
        for number in names.values():
            groups[number] = _told(values, plain, np.flatnonzero(occasions == number))
        return cls(groups, occasions)

    def expected(
        self, kinds: NDArray[np.int8], targets: IntArray, starts: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """For rows of special hours the share of the usual level, NaN without example, and how many days were known.

        A holiday of the same name counts most of all: Eid is like Eid.
        """
        by_kind, known = self._of(kinds.astype(np.int64), targets, starts)
        by_name, times = self._of(self.occasions[targets // DAY_HOURS], targets, starts)
        named = np.where(np.isfinite(by_kind), SAME_NAME * by_name + (1 - SAME_NAME) * by_kind, by_name)
        return np.where(np.isfinite(by_name), named, by_kind), known + 100 * np.minimum(times, 1)

    def _of(self, numbers: IntArray, targets: IntArray, starts: IntArray) -> tuple[FloatArray, FloatArray]:
        share, known = np.full(len(numbers), np.nan), np.zeros(len(numbers))
        for number, (days, middles) in self.groups.items():
            rows = numbers == number
            if rows.any():
                seen = np.searchsorted(days, starts[rows] // DAY_HOURS)  # whole days before the origin's
                share[rows] = middles[seen, targets[rows] % DAY_HOURS]
                known[rows] = seen
        return share, known


def _told(values: FloatArray, plain: FloatArray, days: IntArray) -> tuple[IntArray, FloatArray]:
    """The days that were measured for the most part, and the median share of the newest after each of them."""
    days = days[np.isfinite(values[days]).sum(axis=1) >= DAY_HOURS // 2]
    levels = np.array([_level_before(plain, int(day)) for day in days])
    shares = values[days] / np.where(levels > 0, levels, np.nan)[:, None]
    middles = [median_real(shares[max(0, n - SPECIAL_DAYS) : n]) for n in range(1, len(days) + 1)]
    return days, np.array([np.full(DAY_HOURS, np.nan), *middles])


def _level_before(daily: FloatArray, day: int) -> float:
    """The mean of the ordinary days of the four weeks before a day."""
    before = daily[max(0, day - 28) : day]
    before = before[np.isfinite(before)]
    return float(before.mean()) if len(before) else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """``table``: (rows, features). A value is ``base`` + ``unit`` times what is learned."""

    table: FloatArray
    base: FloatArray
    unit: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """One series of a panel with what does not depend on the origin."""

    walls: Walls
    special: SpecialDays
    number: float

    @classmethod
    def of(cls, walls: Walls, days: DayTypes, number: float) -> Described:
        return cls(walls, SpecialDays.of(walls, days), number)


def describe(
    one: Described, known: Origins, others: FloatArray | None, rows: IntArray, targets: IntArray
) -> Rows:
    """Features of hours ahead: ``rows`` says from which origin, ``targets`` is the wall position."""
    walls, starts = one.walls, known.starts[rows]
    unit, ahead = known.unit[rows], targets - starts
    phase = ahead % WEEK_HOURS
    profile, slow = known.profile[rows, phase], known.slow[rows, phase]
    hours = (targets % DAY_HOURS).astype(np.int64)
    kinds = walls.kinds[targets]
    share, seen = one.special.expected(kinds, targets, starts)
    level = known.profile.mean(axis=1)[rows]
    base = np.where(np.isfinite(share), share * level, profile)
    table = np.empty((len(targets), len(NAMES)))
    table[:, 0] = ahead
    table[:, 1] = hours
    table[:, 2] = ((walls.first_hour + targets) // DAY_HOURS + 3) % 7
    table[:, 3] = kinds
    for column, days in enumerate((-1, 1, -2, 2), start=4):
        there = targets + days * DAY_HOURS
        inside = (there >= 0) & (there < len(walls.kinds))
        table[:, column] = np.where(inside, walls.kinds[np.where(inside, there, 0)], -1)
    table[:, 8] = base / unit
    table[:, 9] = (slow - base) / unit
    table[:, 10] = level / unit
    table[:, 11] = seen
    column = 12
    for back in RECENT_HOURS:
        table[:, column] = mean_real(known.odd[:, -back:].T)[rows] / unit
        column += 1
    odd = known.odd / known.unit[:, None]
    day = [WEEK_HOURS - DAY_HOURS * n + ahead % DAY_HOURS for n in (1, 2, 3)]
    same = np.stack([odd[rows, place] for place in day])
    around = np.stack([odd[rows, np.clip(day[0] + shift, 0, WEEK_HOURS - 1)] for shift in (-2, -1, 0, 1, 2)])
    table[:, column : column + 3] = same.T
    table[:, column + 3] = mean_real(around)
    table[:, column + 4] = mean_real(
        odd[rows[:, None], (ahead % DAY_HOURS)[:, None] + DAY_HOURS * np.arange(7)].T
    )
    for back in range(3):
        table[:, column + 5 + back] = known.weeks[back][rows, phase] / unit
    # The same day of the last week as a whole: was it above the profile?
    start_of_day = phase - phase % DAY_HOURS
    table[:, column + 8] = mean_real(odd.reshape(len(odd), 7, DAY_HOURS).transpose(2, 0, 1))[
        rows, start_of_day // DAY_HOURS
    ]
    column += 9
    if others is None:
        table[:, column : column + len(TOLD_HOURS) + 1] = np.nan
    else:
        table[:, column : column + len(TOLD_HOURS)] = others[rows, : len(TOLD_HOURS)]
        table[:, column + len(TOLD_HOURS)] = others[rows, len(TOLD_HOURS) + ahead % DAY_HOURS]
    level_day = look(walls.values, known.starts[:, None] - 1 - np.arange(DAY_HOURS), known.starts[:, None])
    table[:, -3] = (mean_real(level_day.T)[rows] - base) / unit
    table[:, -2] = (mean_real(level_day[:, :3].T)[rows] - base) / unit
    table[:, -1] = one.number
    return Rows(table, base, unit)
