"""What the hub's staff has not accepted teaches forecasts and nowcasts of the city nothing: the runs of the worker, as they are started."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from citycore.clock import system_clock
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.connections import ACCEPTED_ONLY, Connection, connect
from citycore.store.registry import register
from forecasting import __main__ as forecasts
from forecasting import repository
from forecasting.keeping import Studied
from forecasting.model import FloatArray
from forecasting.nowcast import __main__ as nowcasts
from forecasting.nowcast.model import DAY_QUARTERS, QUARTER
from forecasting.panels import Known, Part, is_study_due
from forecasting.repository import Limits
from forecasting.running.settings import ServingSettings
from forecasting.settings import ForecastSettings
from tests.conftest import Database, open_database
from tests.forecasting.test_nowcast_service import shape, write

SETTINGS = {
    "FALAJ_FORECAST_PROCESSES": "0", "FALAJ_FORECAST_BACKTEST_ORIGINS": "3", "FALAJ_FORECAST_PROPHET_SERIES_MAX": "0",
    "FALAJ_NOWCAST_STUDY_DAYS": "14", "FALAJ_NOWCAST_TRAIN_ROWS_MAX": "4000", "FALAJ_NOWCAST_TREE_ROUNDS": "5",
}  # fmt: skip
Told = Callable[[str | None], Any]
Add = Callable[..., int]


def add_stranger(owner: Connection, review: str) -> int:
    """A counter in the zone and of the kind of the city's, whose source stands so."""
    register(
        owner,
        SourceDescription(code="roof", kind=SourceKind.SIMULATED, name_en="Roof", name_ar="سطح"),
        [
            ThingDescription(
                code="roof-1",
                kind="counter",
                name_en="Roof",
                name_ar="سطح",
                datastreams=(DatastreamDescription(observed_property="vehicle_flow"),),
            )
        ],
    )
    owner.execute("UPDATE sources SET review = %s WHERE code = 'roof'", [review])
    row = owner.execute(
        "SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE code = 'roof-1'"
    ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def told(
    request: pytest.FixtureRequest,
    postgres: Any,
    monkeypatch: pytest.MonkeyPatch,
    add_thing: Add,
) -> Callable[..., list[Any]]:
    """What a run leaves behind in a city of its own, with a stranger's series that stands so, or without one."""
    monkeypatch.setattr("os.nice", lambda _: 0)

    def tell(
        review: str | None,
        fill: Callable[[Connection, int, bool], None],
        run: Callable[[], int],
        query: str,
        later: str | None = None,
    ) -> list[Any]:
        with open_database(postgres) as database:
            _settle(database, monkeypatch)
            with database.connect() as owner:
                fill(owner, add_thing(owner), False)
                if review is not None:
                    fill(owner, add_stranger(owner, review), True)
                assert run() == 0
                if later is not None:
                    owner.execute("UPDATE sources SET review = %s WHERE code = 'roof'", [later])
                    assert run() == 0
                return owner.execute(query.encode()).fetchall()

    return tell


def _settle(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (database.environment() | SETTINGS).items():
        monkeypatch.setenv(name, value)


@pytest.mark.long
def test_forecasts_of_the_city_are_those_of_a_city_without_the_stranger(
    told: Callable[..., list[Any]],
    weekly: Callable[..., Any],
    add_hours: Callable[[Connection, int, datetime, FloatArray], None],
) -> None:
    end = system_clock().replace(minute=0, second=0, microsecond=0)

    def fill(owner: Connection, number: int, is_stranger: bool) -> None:
        values = weekly(4, noise=5.0).values
        add_hours(owner, number, end, np.roll(values, 12) * 40 if is_stranger else values)

    def ask(review: str | None, later: str | None = None) -> list[Any]:
        query = (
            "SELECT code, study::text FROM forecast_studies JOIN datastreams USING (datastream_id) JOIN things USING (thing_id)"
            " UNION ALL SELECT model, data_digest FROM forecast_models ORDER BY 1"
        )
        return told(review, fill, lambda: forecasts.main(["--study"]), query, later)

    alone, waiting, accepted = ask(None), ask("waiting"), ask("accepted")
    assert len(alone) > 1, "a study, and models that learn of all series of the panel"
    assert waiting == alone
    assert len(accepted) == len(alone) + 1, "both are studied"
    assert [row for row in accepted if row[0] != "roof-1"] != alone, "and learned of together"
    assert ask("accepted", "taken_out") == alone, "studied again as soon as it counts no more"


def test_nowcasts_of_the_city_are_those_of_a_city_without_the_stranger(
    told: Callable[..., list[Any]],
) -> None:
    now = system_clock()
    end = now - timedelta(seconds=now.timestamp() % QUARTER.total_seconds())

    def fill(owner: Connection, number: int, is_stranger: bool) -> None:
        values = shape(14 * DAY_QUARTERS, seed=1)
        write(owner, number, end, np.roll(values, 40) * 40 if is_stranger else values)

    def ask(review: str | None, later: str | None = None) -> list[Any]:
        query = (
            "SELECT code, model, profile, spread, decay, widths_80, widths_95, (SELECT array_agg(content) FROM nowcast_trees)"
            " FROM nowcast_studies JOIN datastreams USING (datastream_id) JOIN things USING (thing_id) ORDER BY code"
        )
        return told(review, fill, nowcasts.main, query, later)

    alone, waiting, accepted = ask(None), ask("waiting"), ask("accepted")
    assert len(alone) == 1
    assert waiting == alone
    assert len(accepted) == 2
    assert [row for row in accepted if row[0] != "roof-1"] != alone
    assert ask("accepted", "taken_out") == alone, "studied again as soon as it counts no more"


def test_a_panel_that_learned_of_what_counts_no_more_is_studied_again(
    database: Database,
    add_thing: Add,
    weekly: Callable[..., Any],
    add_hours: Callable[[Connection, int, datetime, FloatArray], None],
) -> None:
    now = system_clock()
    end = now.replace(minute=0, second=0, microsecond=0)
    limits = Limits(ForecastSettings(), ServingSettings())
    store = database.settings()
    with (
        database.connect("owner") as owner,
        connect(store.worker_url, store, "falaj-test", autocommit=True, sources=ACCEPTED_ONLY) as worker,
    ):
        numbers = [add_thing(owner), add_stranger(owner, "accepted")]
        for number in numbers:
            add_hours(owner, number, end, weekly(4, noise=5.0).values)
        studied = Studied(models={}, studies={number: {} for number in numbers}, until=end, data_digest="")
        repository.store_studies(worker, Part("flow/0", tuple(numbers)), studied, now, limits.serving)

        def known() -> dict[int, bool]:
            return {one.datastream_id: one.has_gone for one in repository.read_known(worker, now, limits)}

        assert known() == dict.fromkeys(numbers, False)
        owner.execute("UPDATE sources SET review = 'taken_out' WHERE code = 'roof'")
        assert known() == {numbers[0]: True}
        again = Studied(models={}, studies={numbers[0]: {}}, until=end, data_digest="")
        repository.store_studies(worker, Part("flow/0", (numbers[0],)), again, now, limits.serving)
        assert known() == {numbers[0]: False}


@pytest.mark.parametrize(
    ("has_gone", "minutes", "is_due"), [(False, 90, False), (True, 90, True), (True, 30, False)]
)
def test_what_counts_no_more_makes_a_study_due_after_the_pause(
    has_gone: bool, minutes: int, is_due: bool
) -> None:
    settings = ServingSettings(study_pause_seconds=3600)
    noon = datetime(2026, 11, 24, 8, tzinfo=UTC)
    one = Known(1, "flow", False, noon, noon - timedelta(minutes=minutes), noon, has_gone)
    assert is_study_due("flow/0", [one], noon, settings) is is_due
