"""Nowcasts in the store: studied, issued every quarter, one bad group stops no other, and what becomes an anomaly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from citycore.calendar.model import Entry, EntryKind
from citycore.calendar.service import keep
from citycore.calendar.settings import CalendarSettings
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from forecasting.model import FloatArray
from forecasting.nowcast import service
from forecasting.nowcast.anomalies import Expectation, State, Step, follow, judge
from forecasting.nowcast.model import DAY_QUARTERS, HORIZON, QUARTER
from forecasting.nowcast.settings import NowcastSettings
from forecasting.nowcast.study import study_panel
from tests.conftest import Database

SETTINGS = NowcastSettings(study_days=14, train_rows_max=4000, tree_rounds=5)
END = datetime(2026, 11, 24, 8, tzinfo=UTC)
SOON = timedelta(seconds=50)


def write(connection: Connection, datastream: int, end: datetime, values: FloatArray) -> None:
    """Quarterly means that end with the quarter before ``end``, as a roll-up would leave them."""
    start = end - len(values) * QUARTER
    rows = [(datastream, start + place * QUARTER, float(value)) for place, value in enumerate(values)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO observations_quarter_hourly (datastream_id, bucket_start, observation_count, mean, good_count,"
            " not_evaluated_count, suspect_count, bad_count) VALUES (%s, %s, 1, %s, 1, 0, 0, 0)",
            rows,
        )


def shape(count: int, seed: int = 1) -> FloatArray:
    at = np.arange(count)
    noise = np.random.default_rng(seed).normal(0, 2, count)
    found: FloatArray = 100 + 50 * np.sin(at / DAY_QUARTERS * 2 * np.pi) + noise
    return found


@dataclass
class Road:
    """A worker's connection, a counter with two weeks of quarters, and a level without any yet."""

    worker: Connection
    owner: Connection
    flow: int
    level: int

    def run(self, at: datetime) -> service.Report:
        return service.run(self.worker, lambda: at + SOON, SETTINGS)

    def rows(self, query: str) -> list[Any]:
        return self.owner.execute(query.encode()).fetchall()


@pytest.fixture
def road(database: Database, add_thing: Callable[..., int]) -> Any:
    with database.connect("owner") as owner, database.connect("worker") as worker:
        road = Road(worker, owner, add_thing(owner), add_thing(owner, observed_property="water_level"))
        write(owner, road.flow, END, shape(14 * DAY_QUARTERS, seed=road.flow))
        yield road


def test_nowcasts_are_studied_then_issued_every_quarter(road: Road) -> None:
    write(road.owner, road.level, END, shape(14 * DAY_QUARTERS, seed=road.level))
    assert service.is_due(road.worker, END + SOON, SETTINGS)
    first = road.run(END)
    assert (first.issued, first.studied, first.failed) == (0, 2, 0)
    assert not service.is_due(road.worker, END + SOON, SETTINGS)
    assert service.is_due(road.worker, END + QUARTER + SOON, SETTINGS)
    road.owner.execute("UPDATE nowcast_studies SET profile = '{1}' WHERE datastream_id = %s", [road.level])
    for datastream in (road.flow, road.level):
        write(road.owner, datastream, END + QUARTER, shape(1, seed=9))
    assert road.run(END + QUARTER).issued == 1, "a study that is none stops no other"
    ((origin, lengths, lowest),) = road.rows(
        "SELECT origin, cardinality(median) + cardinality(upper_95), (SELECT min(x) FROM unnest(lower_95) AS x) FROM nowcasts"
    )
    assert (origin, lengths) == (END + QUARTER, 2 * HORIZON)
    assert lowest >= 0
    again = road.run(END + 25 * 4 * QUARTER)
    assert (again.issued, again.studied) == (0, 2), (
        "who has been silent for long gets none; a day later all is studied"
    )


def test_a_group_that_fails_is_set_aside_and_stops_no_other(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(road.owner, road.level, END, shape(14 * DAY_QUARTERS, seed=road.level))

    def poisoned(panel: Any, *rest: Any) -> Any:
        if panel.property_code == "water_level":
            raise FloatingPointError("one bad group")
        return study_panel(panel, *rest)

    monkeypatch.setattr("forecasting.nowcast.service.study_panel", poisoned)
    report = road.run(END)
    assert (report.studied, report.failed) == (1, 1)
    ((subject, reason),) = road.rows("SELECT subject, reason FROM failures WHERE job = 'nowcasts'")
    assert subject.startswith("study water_level")
    assert "one bad group" in reason
    assert not service.is_due(road.worker, END + SOON, SETTINGS)
    assert service.is_due(road.worker, END + timedelta(minutes=10), SETTINGS), "it is tried again"
    monkeypatch.undo()
    again = service.run(road.worker, lambda: END + timedelta(minutes=10), SETTINGS)
    assert (again.studied, again.failed) == (1, 0)
    Attempts(road.worker, service.JOB, lambda: END).attempt("study of what is no more", lambda: 1 // 0)
    road.run(END + QUARTER)
    assert road.rows("SELECT subject FROM failures WHERE job = 'nowcasts'") == []


def test_a_changed_calendar_has_all_studied_anew(road: Road, database: Database) -> None:
    road.run(END)
    assert road.run(END + QUARTER).studied == 0
    summit = Entry(
        kind=EntryKind.HOLIDAY,
        starts_on=date(2026, 11, 24),
        ends_on=date(2026, 11, 24),
        name_ar="قمة",
        name_en="Summit",
        is_confirmed=True,
        source="ONA",
    )
    with database.connect("registry") as store:
        keep(store, summit, CalendarSettings())
    # The change is by the clock of the database: any run whose study was before it.
    road.owner.execute("UPDATE calendar_changes SET changed_at = %s", [END + timedelta(minutes=20)])
    assert road.run(END + 2 * QUARTER).studied == 1


def test_an_anomaly_begins_goes_on_and_ends(road: Road) -> None:
    road.run(END)
    usual = shape(14 * DAY_QUARTERS + 20, seed=road.flow)[-20:]
    for number in range(14):
        value = usual[number] + (200 if 4 <= number < 9 else 0)
        write(road.owner, road.flow, END + (number + 1) * QUARTER, np.array([value]))
        road.run(END + (number + 1) * QUARTER)
    rows = road.rows(
        "SELECT datastream_id, expected_by, starts_at, ends_at, step_count, observed - expected > 150, size > 3 FROM anomalies"
    )
    starts_at = END + 4 * QUARTER
    assert rows == [(road.flow, "nowcast", starts_at, starts_at + 4 * QUARTER, 5, True, True)]
    assert road.rows("SELECT * FROM anomaly_states") == []


def test_hours_of_other_properties_are_compared_with_their_forecast(
    road: Road, add_thing: Callable[..., int]
) -> None:
    air = add_thing(road.owner, observed_property="pm2_5")
    origin = END - timedelta(hours=8)
    ((number,),) = road.owner.execute(
        "INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline, backtest_origins,"
        " training_start, training_hours, data_digest, candidates)"
        " VALUES (%s, %s, %s, 48, 'm', 'b', 1, %s, 1, 'd', '[]') RETURNING forecast_id",
        [air, origin, origin, origin],
    ).fetchall()
    for ahead in range(16):
        at = origin + timedelta(hours=ahead)
        road.owner.execute(
            "INSERT INTO forecast_values VALUES (%s, %s, 20, 19, 21, 18, 22, 15, 25)", [number, at]
        )
        mean = 60 if ahead in {9, 10} else 20
        road.owner.execute(
            "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, good_count,"
            " not_evaluated_count, suspect_count, bad_count) VALUES (%s, %s, 1, %s, 1, 0, 0, 0)",
            [air, at, mean],
        )
    for hour in range(6):
        road.run(END + timedelta(hours=hour))
    rows = road.rows("SELECT datastream_id, expected_by, starts_at, ends_at, step_count, size FROM anomalies")
    started = END + timedelta(hours=1)
    assert rows == [(air, "forecast", started, started + timedelta(hours=1), 2, 8.0)]


def step(value: float, number: int = 0) -> Step:
    return Step(END + number * QUARTER, value, 10, 9, 11, 8, 12)


@pytest.mark.parametrize(
    ("values", "anomalies"),
    [
        ([10, 12.5, 10, 12.5, 10], 0),  # never twice in a row
        ([10, 12.5, 12.5, 10, 10], 1),
        ([10, 17, 10, 10], 1),  # far enough off at once
        ([12.5, 12.5, 10, 12.5, 10, 10], 1),  # one calm step does not end it
        ([12.5, 12.5, 11.5, 11.5, 11.5], 1),  # within the 95 % band, not yet calm
        ([12.5, 12.5, 10, 10, 12.5, 12.5], 2),
        ([float("nan")] * 2, 1),
    ],
)  # fmt: skip
def test_hysteresis(values: list[float], anomalies: int) -> None:
    state, starts = State(), set()
    for number, value in enumerate(values):
        state, changed = judge(state, step(value, number), SETTINGS)
        starts |= {changed.starts_at} if changed is not None else set()
    assert len(starts) == anomalies


def test_an_anomaly_is_compared_with_what_was_expected_before_it() -> None:
    def said(origin: datetime, level: float) -> Expectation:
        bounds = (tuple([level + off] * HORIZON) for off in (-1, 1, -2, 2))
        return Expectation(origin, (level,) * HORIZON, *bounds)

    state, found = State(), []
    for number in range(6):
        at = END + number * QUARTER
        # The nowcast has taken the new level for usual after one quarter.
        state, changed = follow(state, [(at, 50.0)], said(at, 10.0 if number == 0 else 50.0), SETTINGS)
        found += changed
    assert {one.starts_at for one in found} == {END}
    assert found[-1].steps == 6
    assert state.going_on is not None
    far = END + (HORIZON + 4) * QUARTER
    for number in range(2):
        state, changed = follow(state, [(far + number * QUARTER, 50.0)], said(far, 50.0), SETTINGS)
    assert [one.ends_at for one in changed] == [END + 5 * QUARTER], "beyond six hours the new level is usual"
