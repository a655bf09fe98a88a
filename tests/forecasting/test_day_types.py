from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forecasting.day_types import DayType, day_types, wall_times


def types_at(moments, zone):
    return [DayType(int(day_types(wall_times(moment, 1, zone), zone)[0])) for moment in moments]


def test_the_omani_week_and_holidays():
    # 2026-11-24 is a Tuesday; 25 and 26 November 2026 are the National Day holiday.
    at = [datetime(2026, 11, day, 8, tzinfo=UTC) for day in (24, 25, 26, 27, 28, 29)]
    assert types_at(at, "Asia/Muscat") == [
        DayType.WORKING,
        DayType.HOLIDAY,
        DayType.HOLIDAY,
        DayType.WEEKEND,
        DayType.WEEKEND,
        DayType.WORKING,
    ]


def test_days_begin_at_midnight_in_muscat_not_in_greenwich():
    before, after = datetime(2026, 11, 19, 19, tzinfo=UTC), datetime(2026, 11, 19, 20, tzinfo=UTC)
    assert types_at([before, after], "Asia/Muscat") == [DayType.WORKING, DayType.WEEKEND]


def test_elsewhere_the_weekend_is_saturday_and_sunday_without_omani_holidays():
    at = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (25, 27, 28, 29)]
    assert types_at(at, "Europe/Madrid") == [
        DayType.WORKING,
        DayType.WORKING,
        DayType.WEEKEND,
        DayType.WEEKEND,
    ]


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        # Melbourne: the clock goes from 02:00 to 03:00 in October and from 03:00 to 02:00 in April.
        (datetime(2015, 10, 3, 14, tzinfo=UTC), [0, 1, 3, 4]),
        (datetime(2016, 4, 2, 14, tzinfo=UTC), [1, 2, 2, 3]),
    ],
)
def test_wall_times_across_a_change_of_the_clocks(start, hours):
    assert [wall.hour for wall in wall_times(start, 4, "Australia/Melbourne")] == hours
