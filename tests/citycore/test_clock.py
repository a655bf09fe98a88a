"""Days and months as the city counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from citycore.clock import CITY_ZONE, day_end, month_later


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 1), date(2026, 12, 1)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, later: date) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=CITY_ZONE)
    assert month_later(at, CITY_ZONE) == datetime(later.year, later.month, later.day, 9, tzinfo=CITY_ZONE)
    assert month_later(datetime(2026, 1, 31, 21, tzinfo=UTC), CITY_ZONE).day == 1, "it is February there"


def test_a_day_ends_at_its_midnight_in_the_city() -> None:
    assert day_end(date(2026, 11, 30), CITY_ZONE) == datetime(2026, 11, 30, 20, tzinfo=UTC)
