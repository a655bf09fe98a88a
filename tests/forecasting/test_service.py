from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.errors import NotFound
from citycore.failures.repository import find_failures
from citycore.intervals import HOUR
from citycore.model import SourceKind
from forecasting import repository
from forecasting.service import IssueReport, count_due, forecast_datastream, issue_due
from forecasting.settings import ForecastSettings

NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
LAST_END = datetime(2026, 11, 24, 17, tzinfo=UTC)
SETTINGS = ForecastSettings(backtest_origins=3, pause_seconds=0)


def noisy(weekly, weeks=4.0):
    return weekly(weeks, noise=5.0).values


def issue(connection, now=NOW, settings=SETTINGS):
    return issue_due(connection, lambda: now, settings, pause=lambda _: None)


def test_a_due_series_is_forecast_once_and_stored_whole(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, noisy(weekly))
        assert issue(worker) == IssueReport(issued=1, failed=0)
        assert issue(worker) == IssueReport(issued=0, failed=0)
        [row] = worker.execute(
            "SELECT forecast_id, origin, horizon_hours, issued_at, model, baseline, mae, baseline_mae, skill, "
            "backtest_origins, coverage_95, training_hours, fallback_reason, candidates FROM forecasts"
        ).fetchall()
        assert row[1:4] == (LAST_END, 48, NOW)
        assert {score["model"] for score in row[13]} == {"seasonal_naive_168", "prophet"}
        assert row[4] in {score["model"] for score in row[13]}
        assert row[6] <= row[7]
        assert row[8] == pytest.approx(1 - row[6] / row[7])
        assert row[9:10] + row[11:13] == (3, 672, None)
        assert 0 <= row[10] <= 1
        values = worker.execute(
            "SELECT phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95 "
            "FROM forecast_values WHERE forecast_id = %s ORDER BY phenomenon_time",
            [row[0]],
        ).fetchall()
        assert [value[0] for value in values] == [LAST_END + ahead * HOUR for ahead in range(48)]
        for _, median, l50, u50, l80, u80, l95, u95 in values:
            assert 0 <= l95 <= l80 <= l50 <= median <= u50 <= u80 <= u95


def test_a_running_hour_and_its_grace_are_not_complete(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END + HOUR, noisy(weekly))
        series = repository.read_series(worker, datastream, NOW, SETTINGS)
        assert series is not None
        assert series.end == LAST_END
        just_over = LAST_END + HOUR + timedelta(seconds=59)
        assert repository.read_series(worker, datastream, just_over, SETTINGS).end == LAST_END
        over = LAST_END + HOUR + timedelta(seconds=60)
        assert repository.read_series(worker, datastream, over, SETTINGS).end == LAST_END + HOUR


@pytest.mark.parametrize(
    ("observed_property", "unit", "lower", "upper"),
    [("air_temperature", None, -90, 65), ("air_temperature", "K", 183.15, 338.15), ("no2", "[ppb]", 0, None)],
)
def test_bounds_are_those_of_the_series_own_unit(database, add_thing, observed_property, unit, lower, upper):
    with database.connect() as owner:
        datastream = add_thing(owner, observed_property=observed_property, unit=unit)
        traits = repository.read_traits(owner, datastream)
    assert (traits.lower_bound, traits.upper_bound) == (pytest.approx(lower), upper and pytest.approx(upper))


def test_gaps_are_read_as_nan_and_the_window_is_limited(database, weekly, add_thing, add_hours):
    values = noisy(weekly, 5)
    values[-100:-90] = np.nan
    with database.connect() as owner:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, values)
        series = repository.read_series(owner, datastream, NOW, ForecastSettings(training_weeks_max=4))
    np.testing.assert_array_equal(series.values, values[-4 * 168 :])


def test_the_interval_paces_a_live_series_but_not_a_backfill(database, weekly, add_thing, add_hours):
    values = noisy(weekly)
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, values)
        assert issue(worker).issued == 1
        hour_later = NOW.replace(hour=18, minute=5)
        add_hours(owner, datastream, LAST_END + HOUR, values)
        assert count_due(worker, hour_later, SETTINGS) == 0, "25 minutes after the last issue"
        assert count_due(worker, NOW + HOUR, SETTINGS) == 1
        # A series that was forecast in the middle of a backfill is due again when it has caught up.
        backfilled = add_thing(owner, observed_property="pedestrian_flow")
        add_hours(owner, backfilled, LAST_END - 100 * HOUR, values)
        assert forecast_datastream(worker, backfilled, NOW, SETTINGS) is not None
        add_hours(owner, backfilled, LAST_END, values)
        assert count_due(worker, NOW + timedelta(minutes=1), SETTINGS) == 1


def test_a_recording_is_forecast_once_it_has_settled(database, weekly, add_thing, add_hours):
    end = datetime(2018, 9, 30, tzinfo=UTC)
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner, SourceKind.RECORDED, zone="America/Chicago")
        add_hours(owner, datastream, end, noisy(weekly))
        owner.execute(
            "INSERT INTO ingest_batches VALUES (1, 'test', 1, 1, 1, 0, 0, 0, %(at)s, %(at)s)",
            {"at": NOW - timedelta(seconds=3)},
        )
        owner.execute(
            "INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id) "
            "VALUES (%s, 1, %s, 1, 1)",
            [datastream, end - timedelta(minutes=5)],
        )
        assert count_due(worker, NOW, SETTINGS) == 0, "still arriving"
        settled = NOW + timedelta(seconds=3)
        owner.execute("INSERT INTO dirty_buckets VALUES (1, ARRAY[%s]::int[], ARRAY[1])", [datastream])
        assert count_due(worker, settled, SETTINGS) == 0, "not rolled up yet"
        owner.execute("DELETE FROM dirty_buckets")
        assert issue(worker, settled).issued == 1
        assert count_due(worker, settled + timedelta(days=30), SETTINGS) == 0
        row = worker.execute("SELECT origin FROM forecasts").fetchone()
        assert row == (end,)


def test_recordings_come_first_and_the_maximum_holds(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        live = add_thing(owner)
        recorded = add_thing(owner, SourceKind.RECORDED)
        for datastream in (live, recorded):
            add_hours(owner, datastream, LAST_END, noisy(weekly))
        dues = repository.read_due(worker, NOW, SETTINGS)
        assert [due.datastream_id for due in dues] == [recorded, live]
        assert issue(worker, settings=SETTINGS.model_copy(update={"series_max": 1})).issued == 1
        assert [due.datastream_id for due in repository.read_due(worker, NOW, SETTINGS)] == [live]


def test_a_recording_that_comes_in_during_a_run_is_next(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        for observed_property in ("vehicle_flow", "pedestrian_flow"):
            datastream = add_thing(owner, observed_property=observed_property)
            add_hours(owner, datastream, LAST_END, weekly(1.5).values)
        recorded = []

        def record_meanwhile(_seconds):
            if not recorded:
                recorded.append(add_thing(owner, SourceKind.RECORDED))
                add_hours(owner, recorded[0], LAST_END, weekly(1.5).values)

        assert issue_due(worker, lambda: NOW, SETTINGS, pause=record_meanwhile).issued == 3
        order = worker.execute("SELECT datastream_id FROM forecasts ORDER BY forecast_id").fetchall()
        assert order[1] == (recorded[0],)


def test_only_forecastable_properties_with_enough_hours_are_due(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        short = add_thing(owner)
        add_hours(owner, short, LAST_END, weekly(215 / 168).values)
        humidity = add_thing(owner, observed_property="relative_humidity")
        add_hours(owner, humidity, LAST_END, weekly(4).values)
        assert repository.read_due(worker, NOW, SETTINGS) == []
        assert forecast_datastream(worker, short, NOW, SETTINGS) is None
        add_hours(owner, short, LAST_END - 215 * HOUR, np.array([50.0]))
        assert count_due(worker, NOW, SETTINGS) == 1
        forecast = forecast_datastream(worker, short, NOW, SETTINGS)
        assert forecast is not None
        assert forecast.fallback_reason == "too_little_data"


def test_old_issues_go(database, weekly, add_thing, add_hours):
    settings = SETTINGS.model_copy(update={"issues_max": 2})
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, weekly(1.5).values)
        for minute in (40, 41, 42):
            assert forecast_datastream(worker, datastream, NOW.replace(minute=minute), settings)
        kept = worker.execute("SELECT issued_at FROM forecasts ORDER BY issued_at").fetchall()
        assert [row[0].minute for row in kept] == [41, 42]
        values = worker.execute(
            "SELECT count(DISTINCT forecast_id), count(*) FROM forecast_values"
        ).fetchone()
        assert values == (2, 96)


def test_two_processes_do_not_forecast_the_same_series(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as one, database.connect("worker") as other:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, weekly(4).values)
        with one.transaction():
            assert repository.try_lock(one, datastream)
            assert forecast_datastream(other, datastream, NOW, SETTINGS) is None
        reports = []
        connections = (one, other)
        threads = [
            threading.Thread(target=lambda c=connection: reports.append(issue(c)))
            for connection in connections
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(report.issued for report in reports) == 1


def test_a_series_that_cannot_be_forecast_stops_no_other(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        broken = add_thing(owner, SourceKind.RECORDED, zone="Atlantis/Nowhere")
        sound = add_thing(owner)
        for datastream in (broken, sound):
            add_hours(owner, datastream, LAST_END, noisy(weekly))
        assert issue(worker) == IssueReport(issued=1, failed=1)
        row = worker.execute("SELECT datastream_id FROM forecasts").fetchall()
        assert row == [(sound,)]


def test_an_unknown_datastream_is_named(database):
    with database.connect("worker") as worker, pytest.raises(NotFound, match="4711"):
        forecast_datastream(worker, 4711, NOW, SETTINGS)


def hours_of(kind, good):
    """Four weeks of hourly means, spoiled."""
    values = good.copy()
    if kind == "huge":
        values[-300:-200:7] = 1.7976931348623157e308
    elif kind == "both ends":
        values[::2], values[1::2] = 1.7976931348623157e308, -1.7976931348623157e308
    elif kind == "just below the bound":
        values[::5] = 9.9e99
    elif kind == "tiny":
        values[:] = 5e-324
    elif kind == "constant":
        values[:] = 7.0
    elif kind == "negative":
        values = -values
    elif kind == "one spike":
        values[-30] = 1e99
    return values


@pytest.mark.parametrize(
    "kind",
    ["huge", "both ends", "just below the bound", "tiny", "constant", "negative", "one spike", "infinite", "nan",
     "one point", "antiquity", "far away"],
)  # fmt: skip
def test_whatever_stands_in_a_series_stops_no_other_and_is_tried_in_peace(
    database, weekly, add_thing, add_hours, kind
):
    with database.connect() as owner, database.connect("worker") as worker:
        poisoned = add_thing(owner)
        sound = add_thing(owner, observed_property="pedestrian_flow")
        values = hours_of(kind, noisy(weekly))
        add_hours(owner, poisoned, LAST_END, values[:1] if kind == "one point" else values)
        add_hours(owner, sound, LAST_END, weekly(1.5).values)
        if kind in {"infinite", "nan"}:
            owner.execute(
                "UPDATE observations_hourly SET mean = %s WHERE datastream_id = %s",
                [np.inf if kind == "infinite" else np.nan, poisoned],
            )
        if kind in {"antiquity", "far away"}:
            day = "4713-11-25 BC" if kind == "antiquity" else "294246-12-30"
            owner.execute("DELETE FROM observations_hourly WHERE datastream_id = %s", [poisoned])
            owner.execute(
                "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean,"
                " good_count, not_evaluated_count, suspect_count, bad_count)"
                " SELECT %s, %s::timestamptz + n * interval '1 hour', 1, 1, 1, 0, 0, 0"
                " FROM generate_series(1, 20) AS n",
                [poisoned, day],
            )
        report = issue(worker)
        assert report.issued + report.failed <= 2
        issued = worker.execute("SELECT datastream_id FROM forecasts").fetchall()
        assert (sound,) in issued
        assert issue(worker) == IssueReport(0, 0), "no tight loop"
        for number in worker.execute("SELECT median, lower_95, upper_95 FROM forecast_values").fetchall():
            assert np.isfinite(number).all()
        figures = worker.execute("SELECT mae, baseline_mae, coalesce(skill, 0) FROM forecasts").fetchall()
        assert np.isfinite(np.array(figures, dtype=float)).all()


def test_a_series_that_failed_is_listed_and_tried_again_when_it_is_due(
    database, weekly, add_thing, add_hours
):
    with database.connect() as owner, database.connect("worker") as worker:
        broken = add_thing(owner, SourceKind.RECORDED, zone="Atlantis/Nowhere")
        add_hours(owner, broken, LAST_END, noisy(weekly))
        assert issue(worker) == IssueReport(issued=0, failed=1)
        [failure] = find_failures(worker, "forecasts", 10)
        assert (failure.subject, failure.attempts) == (str(broken), 1)
        assert count_due(worker, NOW, SETTINGS) == 0
        owner.execute("UPDATE sources SET zone = 'Asia/Muscat'")
        assert issue(worker, now=failure.due_at) == IssueReport(issued=1, failed=0)
        assert find_failures(worker, "forecasts", 10) == []
