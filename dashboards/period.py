"""Periods: days as people name them, both included, and the half-open instants of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.intervals import HOUR, floor_hour
from dashboards.settings import dashboard_settings

#: How many last days can be chosen by their number.
DAYS: tuple[int, ...] = (1, 3, 7, 14, 28, 365)
DAYS_DEFAULT = 7
Comparison = Literal["yesterday", "week", "year"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
#: How far back the period lies that is compared with: of a year whole weeks, so that weekdays lie on weekdays.
BACK = {"yesterday": timedelta(days=1), "week": timedelta(weeks=1), "year": timedelta(weeks=52)}
SETTINGS = dashboard_settings()
YEAR_FIRST, YEAR_LAST = 1971, 9998


@dataclass(frozen=True, slots=True)
class Dates:
    """Local days from the first to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Period:
    """``[start, end)``, in instants."""

    start: datetime
    end: datetime


def dates_of(first: str, last: str) -> Dates | None:
    """Two ISO dates as local days; None for what is no date, ends before it begins, or is longer than the setting allows."""
    try:
        dates = Dates(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    length = (dates.last - dates.first).days + 1
    is_near = dates.first.year >= YEAR_FIRST and dates.last.year <= YEAR_LAST
    return dates if is_near and 1 <= length <= SETTINGS.period_days_max else None


def period_of(days: int, dates: Dates | None, now: datetime) -> Period:
    """Own dates from midnight to midnight in Muscat; else so many days up to the end of this hour."""
    if dates is not None:
        return Period(day_start(dates.first, CITY_ZONE), day_end(dates.last, CITY_ZONE))
    end = floor_hour(now) + HOUR
    return Period(end - timedelta(days=days), end)


def earlier(period: Period, comparison: Comparison) -> Period:
    """The period that one is compared with, as long as itself."""
    back = BACK[comparison]
    return Period(period.start - back, period.end - back)
