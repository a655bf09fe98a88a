"""Day kinds of forecasts: by country, with what the operator of a hub keeps."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import numpy as np
import pytest

from citycore.calendar.model import Entry, EntryKind
from forecasting.day_types import DayKind, DayTypes, country_of, wall_times


def kinds_at(zone: str, *moments: datetime, days: DayTypes | None = None) -> list[DayKind]:
    known = days or DayTypes()
    return [DayKind(int(known.kinds(wall_times(moment, 1, zone), zone)[0])) for moment in moments]


def test_the_omani_week_holidays_and_ramadan() -> None:
    # 2026-11-24 is a Tuesday; 25 and 26 November 2026 are the National Day holiday.
    at = [datetime(2026, 11, day, 8, tzinfo=UTC) for day in (24, 25, 26, 27, 28, 29)]
    assert kinds_at("Asia/Muscat", *at) == [
        DayKind.WORKING, DayKind.HOLIDAY, DayKind.HOLIDAY, DayKind.WEEKEND, DayKind.WEEKEND, DayKind.WORKING,
    ]  # fmt: skip
    ramadan = [datetime(2026, 2, day, 8, tzinfo=UTC) for day in (18, 19, 20)]
    assert kinds_at("Asia/Muscat", *ramadan) == [
        DayKind.WORKING, DayKind.RAMADAN_WORKING, DayKind.RAMADAN_WEEKEND,
    ]  # fmt: skip


def test_days_begin_at_midnight_in_muscat_not_in_greenwich() -> None:
    before, after = datetime(2026, 11, 19, 19, tzinfo=UTC), datetime(2026, 11, 19, 20, tzinfo=UTC)
    assert kinds_at("Asia/Muscat", before, after) == [DayKind.WORKING, DayKind.WEEKEND]


def test_elsewhere_the_weekend_and_the_holidays_are_those_of_the_place() -> None:
    at = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (25, 27, 28, 29)]
    assert kinds_at("Europe/Madrid", *at) == [
        DayKind.WORKING, DayKind.WORKING, DayKind.WEEKEND, DayKind.WEEKEND,
    ]  # fmt: skip
    assert kinds_at("America/Chicago", datetime(2017, 7, 4, 18, tzinfo=UTC)) == [DayKind.HOLIDAY]
    assert kinds_at("UTC", datetime(2026, 11, 26, 18, tzinfo=UTC)) == [DayKind.WORKING]
    assert DayTypes().occasion(date(2023, 1, 2), "AU-VIC") == "New Year's Day"
    assert (country_of("Asia/Muscat"), country_of("Australia/Melbourne"), country_of("UTC", "OM")) == (
        "OM", "AU-VIC", "OM",
    )  # fmt: skip


def test_what_the_operator_keeps_counts_in_another_process_too() -> None:
    summit = Entry(
        kind=EntryKind.HOLIDAY,
        starts_on=date(2026, 11, 24),
        ends_on=date(2026, 11, 24),
        name_ar="قمة",
        name_en="Summit",
        is_confirmed=True,
        source="ONA",
    )
    noon = datetime(2026, 11, 24, 8, tzinfo=UTC)
    known = DayTypes((summit,))
    assert kinds_at("Asia/Muscat", noon, days=known) == [DayKind.HOLIDAY]
    sent = pickle.loads(pickle.dumps(known))
    assert kinds_at("Asia/Muscat", noon, days=sent) == [DayKind.HOLIDAY]
    assert sent.occasion(date(2026, 11, 24), "OM") == "Summit"
    assert sent.schools(np.array([20_000]), "OM") is None
    assert kinds_at("Asia/Muscat", datetime(2026, 2, 19, 8, tzinfo=UTC), days=sent) == [DayKind.WORKING]


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        # Melbourne: the clock goes from 02:00 to 03:00 in October and from 03:00 to 02:00 in April.
        (datetime(2015, 10, 3, 14, tzinfo=UTC), [0, 1, 3, 4]),
        (datetime(2016, 4, 2, 14, tzinfo=UTC), [1, 2, 2, 3]),
    ],
)
def test_wall_times_across_a_change_of_the_clocks(start: datetime, hours: list[int]) -> None:
    assert [wall.hour for wall in wall_times(start, 4, "Australia/Melbourne")] == hours
