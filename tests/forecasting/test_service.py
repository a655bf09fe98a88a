from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.clock import system_clock
from citycore.errors import NotFound
from citycore.failures.repository import find_failures
from citycore.intervals import HOUR
from citycore.model import SourceKind
from forecasting import repository
from forecasting.reading import read_panel
from forecasting.repository import Limits
from forecasting.running.model import Outcome
from forecasting.running.processes import Inline
from forecasting.running.settings import ServingSettings
from forecasting.service import (
    Bench,
    Report,
    RunnerBroken,
    is_any_due,
    is_any_study_due,
    issue_due,
    issue_now,
    study_due,
)
from forecasting.settings import ForecastSettings

NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
LAST_END = datetime(2026, 11, 24, 17, tzinfo=UTC)
LIMITS = Limits(ForecastSettings(backtest_origins=3), ServingSettings())


def bench(connection, now=NOW, **serving):
    limits = replace(LIMITS, serving=ServingSettings(**serving))
    return Bench(connection, Inline(), lambda: now, limits)


def issue(connection, now=NOW, **serving):
    return issue_due(bench(connection, now, **serving))


def study(connection, now=NOW, **serving):
    return study_due(bench(connection, now, **serving))


def is_due(connection, now):
    return is_any_due(connection, now, LIMITS)


def read(connection, datastream, now=NOW, weeks=104):
    panel = read_panel(connection, [datastream], now, weeks, LIMITS.forecast)
    return panel.series[0]


def noisy(weekly, weeks=4.0):
    return weekly(weeks, noise=5.0).values


def test_a_series_is_begun_at_once_studied_and_then_issued_from_the_study(
    database, weekly, add_thing, add_hours
):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, noisy(weekly))
        assert issue(worker) == Report(issued=1)
        assert issue(worker) == Report(), "once"
        assert is_any_study_due(worker, NOW, LIMITS)
        assert study(worker) == Report(studied=1)
        assert study(worker) == Report(), "until the night"
        later = NOW + timedelta(seconds=1)
        assert issue(worker, later) == Report(issued=1), "the first one was provisional"
        assert issue(worker, later) == Report()
        first, second = worker.execute(
            "SELECT forecast_id, origin, horizon_hours, issued_at, model, mae, baseline_mae, skill, backtest_origins,"
            " coverage_95, training_hours, fallback_reason, candidates, is_provisional, choice, levels, blocks"
            " FROM forecasts ORDER BY forecast_id"
        ).fetchall()
        assert (first[13], second[13]) == (True, False)
        assert second[1:4] == (LAST_END, 168, later)
        names = {score["model"] for score in second[12]}
        assert {"seasonal_naive_168", "combination"} <= names
        assert second[4] in names
        assert second[5] <= second[6]
        assert second[7] == pytest.approx(1 - second[5] / second[6])
        assert (second[8], second[10], second[11]) == (3, 672, None)
        assert second[14]["model"] == second[4]
        assert [level["level"] for level in second[15]] == [50, 80, 95]
        assert [block["last_hour"] for block in second[16]] == [6, 24, 48, 96, 168]
        values = worker.execute(
            "SELECT phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95 "
            "FROM forecast_values WHERE forecast_id = %s ORDER BY phenomenon_time",
            [second[0]],
        ).fetchall()
        assert [value[0] for value in values] == [LAST_END + ahead * HOUR for ahead in range(168)]
        for _, median, l50, u50, l80, u80, l95, u95 in values:
            assert 0 <= l95 <= l80 <= l50 <= median <= u50 <= u80 <= u95


def test_a_panel_is_learned_together_and_what_is_simulated_teaches_nothing_about_what_is_measured(
    database, weekly, add_thing, add_hours
):
    with database.connect() as owner, database.connect("worker") as worker:
        for kind in SourceKind:
            add_hours(owner, add_thing(owner, kind), LAST_END, noisy(weekly))
        add_hours(owner, add_thing(owner, SourceKind.DEVICE, "pedestrian_flow"), LAST_END, noisy(weekly))
        study(worker)
        panels = [
            panel for (panel,) in worker.execute("SELECT DISTINCT panel FROM forecast_studies").fetchall()
        ]
        assert len(panels) == 4
        models = worker.execute("SELECT DISTINCT panel FROM forecast_models").fetchall()
        assert {panel for (panel,) in models} == set(panels)


def test_what_another_code_has_fitted_is_not_loaded_but_fitted_anew(
    database, weekly, add_thing, add_hours, monkeypatch
):
    with database.connect() as owner, database.connect("worker") as worker:
        add_hours(owner, add_thing(owner), LAST_END, noisy(weekly))
        study(worker)
        # Whoever loads this fails.
        worker.execute("UPDATE forecast_models SET content = 'no pickle'")
        assert issue(worker) == Report(failed=1)
        worker.execute("DELETE FROM failures")
        monkeypatch.setattr(repository, "code_version", lambda: "of tomorrow")
        assert issue(worker) == Report(issued=1), "by the cheap candidates, at once"
        assert study(worker) == Report(studied=1)
        versions = worker.execute("SELECT DISTINCT code_version FROM forecast_models").fetchall()
        assert versions == [("of tomorrow",)]


def test_nobody_but_the_worker_touches_what_was_fitted(database):
    with database.connect() as owner:
        grants = owner.execute(
            "SELECT DISTINCT grantee FROM information_schema.role_table_grants"
            " WHERE table_name = 'forecast_models' AND grantee <> 'falaj_owner'"
        ).fetchall()
    assert grants == [("falaj_worker",)]


def test_a_running_hour_and_its_grace_are_not_complete(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END + HOUR, noisy(weekly))
        assert read(worker, datastream).series.end == LAST_END
        just_over = LAST_END + HOUR + timedelta(seconds=59)
        assert read(worker, datastream, just_over).series.end == LAST_END
        over = LAST_END + HOUR + timedelta(seconds=60)
        assert read(worker, datastream, over).series.end == LAST_END + HOUR


@pytest.mark.parametrize(
    ("observed_property", "unit", "lower", "upper"),
    [("air_temperature", None, -90, 65), ("air_temperature", "K", 183.15, 338.15), ("no2", "[ppb]", 0, None)],
)
def test_bounds_are_those_of_the_series_own_unit(
    database, add_thing, add_hours, observed_property, unit, lower, upper
):
    with database.connect() as owner:
        datastream = add_thing(owner, observed_property=observed_property, unit=unit)
        add_hours(owner, datastream, LAST_END, np.ones(3))
        traits = read(owner, datastream).traits
    assert (traits.lower_bound, traits.upper_bound) == (pytest.approx(lower), upper and pytest.approx(upper))


def test_gaps_are_read_as_nan_and_the_window_is_limited(database, weekly, add_thing, add_hours):
    values = noisy(weekly, 5)
    values[-100:-90] = np.nan
    with database.connect() as owner:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, values)
        series = read(owner, datastream, weeks=4).series
    np.testing.assert_array_equal(series.values, values[-4 * 168 :])


def test_the_interval_paces_a_live_series_but_not_a_backfill(database, weekly, add_thing, add_hours):
    values = noisy(weekly)
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, values)
        assert issue(worker).issued == 1
        hour_later = NOW.replace(hour=18, minute=5)
        add_hours(owner, datastream, LAST_END + HOUR, values)
        assert not is_due(worker, hour_later), "25 minutes after the last issue"
        assert is_due(worker, NOW + HOUR)
        # A series that was forecast in the middle of a backfill is due again when it has caught up.
        backfilled = add_thing(owner, observed_property="pedestrian_flow")
        add_hours(owner, backfilled, LAST_END - 100 * HOUR, values)
        assert issue_now(bench(worker), [backfilled]).issued == 1
        add_hours(owner, backfilled, LAST_END, values)
        assert is_due(worker, NOW + timedelta(minutes=1))


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
        assert not is_due(worker, NOW), "still arriving"
        settled = NOW + timedelta(seconds=3)
        owner.execute("INSERT INTO dirty_buckets VALUES (1, ARRAY[%s]::int[], ARRAY[1])", [datastream])
        assert not is_due(worker, settled), "not rolled up yet"
        owner.execute("DELETE FROM dirty_buckets")
        study(worker, settled)
        assert issue(worker, settled).issued == 1
        later = settled + timedelta(days=30)
        assert not is_due(worker, later)
        assert not is_any_study_due(worker, later, LIMITS)
        row = worker.execute("SELECT origin FROM forecasts").fetchone()
        assert row == (end,)


def test_recordings_come_first_and_a_batch_has_its_maximum(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        live = add_thing(owner)
        recorded = add_thing(owner, SourceKind.RECORDED)
        for datastream in (live, recorded):
            add_hours(owner, datastream, LAST_END, noisy(weekly))
        dues = repository.read_due(worker, NOW, LIMITS)
        assert [due.datastream_id for due in dues] == [recorded, live]
        assert issue(worker, series_max=1).issued == 1
        assert [due.datastream_id for due in repository.read_due(worker, NOW, LIMITS)] == [live]
        assert study(worker, study_series_max=1).studied == 1
        assert worker.execute("SELECT datastream_id FROM forecast_studies WHERE NOT is_quick").fetchall() == [
            (recorded,)
        ]


def test_only_forecastable_properties_with_enough_hours_are_due(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        short = add_thing(owner)
        add_hours(owner, short, LAST_END, weekly(191 / 168).values)
        humidity = add_thing(owner, observed_property="relative_humidity")
        add_hours(owner, humidity, LAST_END, weekly(4).values)
        assert repository.read_due(worker, NOW, LIMITS) == []
        assert repository.read_known(worker, NOW, LIMITS) == []
        assert issue_now(bench(worker), [short]) == Report(failed=1)
        worker.execute("DELETE FROM failures")
        add_hours(owner, short, LAST_END - 191 * HOUR, np.full(25, 50.0))
        assert issue(worker).issued == 1
        reason = worker.execute("SELECT fallback_reason FROM forecasts").fetchone()
        assert reason == ("too_little_data",)


def test_old_issues_go_but_the_first_of_each_day_is_kept_for_its_judgement(
    database, weekly, add_thing, add_hours
):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        values = weekly(6).values
        start = LAST_END.replace(hour=20) - timedelta(days=3)  # midnight in Muscat
        for hours in (0, 1, 2, 24, 25, 26, 27):
            end = start + hours * HOUR
            add_hours(owner, datastream, end, values)
            assert issue(worker, end + timedelta(minutes=2), issues_max=2).issued == 1
        kept = worker.execute("SELECT origin FROM forecasts ORDER BY origin").fetchall()
        assert [(row[0] - start) // HOUR for row in kept] == [0, 24, 26, 27]
        numbers = worker.execute("SELECT count(DISTINCT forecast_id), count(*) FROM forecast_values")
        assert numbers.fetchone() == (4, 4 * 168)


def test_what_came_true_is_summed_by_day_and_block(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, weekly(4).values)
        assert issue(worker).issued == 1
        happened = weekly(4).values[:30] + 3.0
        happened[2] = np.nan
        add_hours(owner, datastream, LAST_END + 30 * HOUR, happened)
        now = NOW + 30 * HOUR
        for _ in range(2):
            with worker.transaction():
                repository.store_outcomes(worker, now, LIMITS)
            rows = worker.execute(
                "SELECT first_hour, last_hour, hours, error_sum, baseline_hours, compared_sum, baseline_sum,"
                " inside_95 FROM forecast_outcomes ORDER BY first_hour"
            ).fetchall()
            assert [row[:3] for row in rows] == [(1, 6, 5), (7, 24, 18)], (
                "a block that is over, measured hours"
            )
            for _, _, hours, error, compared_hours, compared, baseline, inside in rows:
                assert compared_hours == hours
                assert (
                    error == pytest.approx(compared) == pytest.approx(baseline) == pytest.approx(3.0 * hours)
                )
                assert inside <= hours
        with worker.transaction():
            repository.store_outcomes(worker, now + timedelta(days=91), LIMITS)
        assert worker.execute("SELECT FROM forecast_outcomes").fetchall() == []


def test_a_change_of_the_calendar_has_what_reaches_its_days_issued_anew(
    database, weekly, add_thing, add_hours
):
    with database.connect() as owner, database.connect("worker") as worker:
        here, elsewhere = add_thing(owner), add_thing(owner, SourceKind.DEVICE, zone="Europe/Madrid")
        for datastream in (here, elsewhere):
            add_hours(owner, datastream, LAST_END, weekly(4).values)
        # Changes are noted by the clock of the database.
        now = system_clock()
        add_hours(owner, here, now.replace(minute=0, second=0, microsecond=0), weekly(4).values)
        assert issue(worker, now - timedelta(seconds=1)).issued == 2
        assert not is_due(worker, now)
        owner.execute(
            "INSERT INTO calendar_entries (kind, starts_on, ends_on, name_ar, name_en, is_confirmed, source)"
            " VALUES ('holiday', current_date + 2, current_date + 2, 'عيد', 'Eid', true, 'test')"
        )
        assert [one.datastream_id for one in repository.read_due(worker, now, LIMITS)] == [here]
        later = system_clock() + timedelta(seconds=1)
        assert issue(worker, later).issued == 1
        assert not is_due(worker, later)


def test_two_processes_do_not_forecast_the_same_series(database, weekly, add_thing, add_hours):
    with (
        database.connect() as owner,
        database.connect("worker") as one,
        database.connect("worker") as other,
    ):
        datastream = add_thing(owner)
        add_hours(owner, datastream, LAST_END, weekly(4).values)
        [part] = [f"vehicle_flow/simulated/new/{datastream}"]
        assert repository.try_lock(one, part)
        assert issue(other) == Report()
        repository.unlock(one, part)
        assert issue(other) == Report(issued=1)


def test_a_series_that_cannot_be_forecast_stops_no_other_of_its_panel(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        broken = add_thing(owner, SourceKind.DEVICE, zone="Atlantis/Nowhere")
        sound = []
        for observed_property in ("vehicle_flow", "pedestrian_flow"):
            thing = add_thing(owner, observed_property=observed_property)
            owner.execute(
                "UPDATE datastreams SET observed_property_code = 'vehicle_flow' WHERE datastream_id = %s",
                [thing],
            )
            sound.append(thing)
        owner.execute("UPDATE sources SET kind = 'device'")
        for datastream in (broken, *sound):
            add_hours(owner, datastream, LAST_END, noisy(weekly))
        assert study(worker) == Report(studied=2, failed=1)
        assert issue(worker) == Report(issued=2, failed=1)
        rows = worker.execute("SELECT datastream_id FROM forecasts ORDER BY datastream_id").fetchall()
        assert [number for (number,) in rows] == sorted(sound)
        failures = {(one.job, one.subject) for one in find_failures(worker, None, 10)}
        assert failures == {("forecasts", str(broken)), ("forecast_studies", str(broken))}


class Mortuary(Inline):
    """A runner whose processes die, whatever they are given."""

    def wait(self):
        return Outcome(super().wait().task, fault="died", reason="its process ended with 1")


def test_where_every_process_dies_hardly_any_series_is_blamed(database, weekly, add_thing, add_hours):
    with database.connect() as owner, database.connect("worker") as worker:
        for kind in SourceKind:
            for observed_property in ("vehicle_flow", "pedestrian_flow", "no2"):
                add_hours(owner, add_thing(owner, kind, observed_property), LAST_END, weekly(2).values)
        with pytest.raises(RunnerBroken, match="ended with 1"):
            issue_due(replace(bench(worker), runner=Mortuary()))
        assert len(find_failures(worker, None, 10)) < 6


def test_an_unknown_datastream_is_named(database):
    with database.connect("worker") as worker, pytest.raises(NotFound, match="4711"):
        issue_now(bench(worker), [4711])


def test_a_series_that_failed_is_listed_and_tried_again_when_it_is_due(
    database, weekly, add_thing, add_hours
):
    with database.connect() as owner, database.connect("worker") as worker:
        broken = add_thing(owner, SourceKind.RECORDED, zone="Atlantis/Nowhere")
        add_hours(owner, broken, LAST_END, noisy(weekly))
        assert issue(worker) == Report(failed=1)
        [failure] = find_failures(worker, "forecasts", 10)
        assert (failure.subject, failure.attempts) == (str(broken), 1)
        assert not is_due(worker, NOW)
        owner.execute("UPDATE sources SET zone = 'Asia/Muscat'")
        assert issue(worker, failure.due_at) == Report(issued=1)
        assert find_failures(worker, "forecasts", 10) == []
