"""A day that is confirmed or changed has the forecasts that reach it issued anew, and no others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from citycore.calendar.model import Entry, EntryKind
from citycore.calendar.service import keep
from citycore.calendar.settings import CalendarSettings
from citycore.model import SourceKind
from forecasting.day_types import DayKind
from forecasting.reading import read_panel
from forecasting.repository import Limits
from forecasting.running.processes import Inline
from forecasting.running.settings import ServingSettings
from forecasting.service import Bench, Report, issue_due
from forecasting.settings import ForecastSettings

NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
LAST_END = datetime(2026, 11, 24, 17, tzinfo=UTC)
LIMITS = Limits(ForecastSettings(backtest_origins=3), ServingSettings())


@pytest.mark.parametrize(
    ("day", "country", "issued"),
    [("2026-11-29", "OM", 1), ("2027-01-05", "OM", 0), ("2026-11-29", "US", 0)],
)
def test_forecasts_that_reach_a_changed_day_are_issued_anew(
    database, weekly, add_thing, add_hours, day, country, issued
):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner, SourceKind.SIMULATED)
        add_hours(owner, datastream, LAST_END, weekly(4.0, noise=5.0).values)

        def issue(at):
            return issue_due(Bench(worker, Inline(), lambda: at, LIMITS))

        assert issue(NOW) == Report(issued=1)
        summit = Entry(
            kind=EntryKind.HOLIDAY,
            starts_on=date.fromisoformat(day),
            ends_on=date.fromisoformat(day),
            name_ar="قمة",
            name_en="Summit",
            is_confirmed=True,
            source="ONA",
            country=country,
        )
        with database.connect("registry") as store:
            keep(store, summit, CalendarSettings())
        # Changes are noted by the clock of the database.
        owner.execute("UPDATE calendar_changes SET changed_at = %s", [NOW + timedelta(seconds=5)])
        assert issue(NOW + timedelta(seconds=10)) == Report(issued=issued)
        assert issue(NOW + timedelta(seconds=20)) == Report(), "once"
        panel = read_panel(worker, [datastream], NOW, 4, LIMITS.forecast)
        is_holiday = panel.days.kind(date(2026, 11, 29), "OM") is DayKind.HOLIDAY
        assert is_holiday == bool(issued)
