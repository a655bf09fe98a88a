from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from forecasting.day_types import DayKind, DayTypes, country_of, wall_times

K = DayKind


@pytest.mark.parametrize(
    ("day", "zone", "kind"),
    [
        (date(2026, 8, 6), "Asia/Muscat", K.WORKING),  # a Thursday
        (date(2026, 8, 7), "Asia/Muscat", K.WEEKEND),
        (date(2026, 8, 7), "America/Chicago", K.WORKING),
        (date(2026, 8, 9), "America/Chicago", K.WEEKEND),
        (date(2026, 2, 18), "Asia/Muscat", K.WORKING),
        (date(2026, 2, 19), "Asia/Muscat", K.RAMADAN_WORKING),
        (date(2026, 2, 20), "Asia/Muscat", K.RAMADAN_WEEKEND),
        (date(2026, 3, 19), "Asia/Muscat", K.HOLIDAY),  # Eid al-Fitr ends Ramadan
        (date(2026, 11, 25), "Asia/Muscat", K.HOLIDAY),
        (date(2026, 2, 19), "Europe/London", K.WORKING),
        (date(2016, 11, 1), "Australia/Melbourne", K.HOLIDAY),  # the Cup Day of Victoria
        (date(2018, 7, 4), "America/Chicago", K.HOLIDAY),
        (date(2026, 12, 25), "Etc/UTC", K.WORKING),  # of an unknown place no holidays are known
    ],
)
def test_each_country_has_its_days(day, zone, kind):
    assert DayTypes().kind(day, country_of(zone)) is kind


def test_announced_dates_count_whatever_a_package_says():
    announced = DayTypes({"OM": {date(2026, 3, 19): K.RAMADAN_WORKING, date(2026, 8, 4): K.HOLIDAY}})
    assert announced.kind(date(2026, 3, 19), "OM") is K.RAMADAN_WORKING
    assert announced.kind(date(2026, 8, 4), "OM") is K.HOLIDAY
    assert announced.kind(date(2026, 8, 4), "GB-ENG") is K.WORKING


def test_a_holiday_has_the_same_name_each_year():
    days = DayTypes()
    assert days.occasion(date(2025, 3, 31), "OM") == days.occasion(date(2026, 3, 20), "OM") == "Eid al-Fitr"
    assert days.occasion(date(2026, 3, 24), "OM") is None


def test_kinds_follow_the_clock_of_the_place():
    # Thursday 20:00 UTC is Friday 00:00 in Muscat.
    walls = wall_times(datetime(2026, 8, 6, 18, tzinfo=UTC), 4, "Asia/Muscat")
    np.testing.assert_array_equal(
        DayTypes().kinds(walls, "Asia/Muscat"), [K.WORKING, K.WORKING, K.WEEKEND, K.WEEKEND]
    )
