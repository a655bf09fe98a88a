"""Days as people name them, and the half-open instants of them in Muscat."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.period import COMPARISONS, Dates, Period, dates_of, earlier, period_of

NOW = datetime(2026, 11, 28, 7, 40, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "dates", "start", "end"),
    [
        (1, None, utc(2026, 11, 27, 8), utc(2026, 11, 28, 8)),
        (365, None, utc(2025, 11, 28, 8), utc(2026, 11, 28, 8)),
        (7, Dates(date(2026, 11, 1), date(2026, 11, 1)), utc(2026, 10, 31, 20), utc(2026, 11, 1, 20)),
        (7, Dates(date(2024, 2, 28), date(2024, 3, 1)), utc(2024, 2, 27, 20), utc(2024, 3, 1, 20)),
    ],
)
def test_a_period_has_all_of_its_last_day(days, dates, start, end):
    assert period_of(days, dates, NOW) == Period(start, end)


@pytest.mark.parametrize(
    ("first", "last", "is_right"),
    [
        ("2026-11-01", "2026-11-01", True),
        ("2026-02-29", "2026-03-01", False),
        ("2026-11-02", "2026-11-01", False),
        ("0001-01-01", "0001-01-02", False),
        ("9999-12-31", "9999-12-31", False),
        ("2020-01-01", "2026-01-01", False),
        ("yesterday", "today", False),
        ("", "", False),
    ],
)
def test_dates_that_cannot_be_are_none(first, last, is_right):
    assert (dates_of(first, last) is not None) is is_right


def test_what_is_compared_is_as_long_and_a_year_ago_the_same_weekday():
    period = Period(utc(2026, 11, 20), utc(2026, 11, 28))
    for comparison, days in zip(COMPARISONS, (1, 7, 364), strict=True):
        before = earlier(period, comparison)
        assert period.start - before.start == period.end - before.end == timedelta(days=days)
    assert earlier(period, "year").start.weekday() == period.start.weekday()
