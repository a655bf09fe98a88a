"""Numbers and times as an older hub may hold them, from a real API to the pages: no page fails.

The same seed gives the same rows: every double is as likely as any other, and the edges come first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import falaj_client as api
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from dashboards import model
from dashboards.charts import Drawn, chart_png, forecast_chart
from dashboards.forecast.explain import coverage, judgement
from dashboards.language import Words
from dashboards.model import LEVELS
from dashboards.overview.tiles import TILES
from dashboards.palette import LIGHT
from dashboards.rules import Condition, condition
from dashboards.settings import dashboard_settings
from tests.conftest import open_database
from tests.dashboards.test_pages import APP, FORECAST, OVERVIEW, SECONDS_MAX, html, well
from tests.hub_api.conftest import City, seeded_city, serving_process
from tests.poison import EDGES, poisoned_values

COUNT, SEED = 10_000, 20261127
HOUR = datetime(2026, 11, 27, 9, tzinfo=UTC)
CODES = [code for code, _ in TILES]
THINGS, HORIZON, NUMBERS = 125, 36, 7
FORECASTS = COUNT // (HORIZON * NUMBERS) + 1
ENDS = ("-infinity", "4713-11-25 BC", "0001-01-01", "0001-01-03", "9999-12-29", "294246-12-30", "infinity")
STATIONS = [
    ThingDescription(
        code=f"poisoned-{number:03}", kind="air_quality_station", name_en=f"Station {number}", name_ar=f"محطة {number}",
        longitude=58.0 + number / 200, latitude=23.6,
        datastreams=tuple(DatastreamDescription(observed_property=code, interval_seconds=3600) for code in CODES),
    )
    for number in range(THINGS)
]  # fmt: skip


@pytest.fixture(scope="module")
def address(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with open_database(postgres) as database:
        city = seeded_city(database)
        with database.connect("owner") as connection:
            source = SourceDescription(
                code="poisoned", kind=SourceKind.SIMULATED, name_en="Poisoned", name_ar="معيب"
            )
            register(connection, source, STATIONS)
        poison(city)
        with serving_process(database, tmp_path_factory.mktemp("api") / "log") as (url, _):
            yield url


def poison(city: City) -> None:
    """Every number that the pages read: newest values, hours and forecasts, each over the whole range."""
    values = poisoned_values(SEED, COUNT)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with city.database.superuser() as connection:
        rows = connection.execute(
            "SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE code LIKE 'poisoned-%'"
            " ORDER BY observed_property_code, datastream_id"
        ).fetchall()
        numbers = [number for (number,) in rows]
        assert len(numbers) == THINGS * len(CODES)
        connection.execute(
            "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
            " SELECT %s, 1, %s::timestamptz - n * interval '1 second', value, 1"
            " FROM unnest(%s::float8[]) WITH ORDINALITY AS given (value, n)",
            [numbers[0], hour, values],
        )
        connection.execute(
            "INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)"
            " SELECT *, 1 FROM unnest(%s::int[], array_fill(1::int2, ARRAY[%s]), array_fill(%s::timestamptz, ARRAY[%s]),"
            " %s::float8[])",
            [numbers, len(numbers), hour, len(numbers), values[: len(numbers)]],
        )
        connection.execute(
            "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, minimum,"
            " maximum, standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count)"
            " SELECT (%s::int[])[1 + (n - 1) %% %s], %s::timestamptz - ((n - 1) / %s) * interval '1 hour', 1,"
            " value, value, value, value, value, value, value, 1, 0, 0, 0"
            " FROM unnest(%s::float8[]) WITH ORDINALITY AS given (value, n)",
            [numbers, len(numbers), hour, len(numbers), values],
        )
        for place, number in enumerate(numbers[:: len(numbers) // FORECASTS][:FORECASTS]):
            begin = place * HORIZON * NUMBERS
            some = (values[begin:] + values[:begin])[: HORIZON * NUMBERS]
            connection.execute(
                "WITH issue AS (INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline,"
                " mae, baseline_mae, skill, backtest_origins, coverage_50, coverage_80, coverage_95, training_start,"
                " training_hours, data_digest, candidates) VALUES (%(d)s, %(t)s, %(o)s, %(h)s, 'prophet',"
                " 'seasonal_naive_168', %(v)s, %(v)s, %(v)s, 5, %(v)s, %(v)s, %(v)s, %(t)s, 400, 'x', '[]')"
                " RETURNING forecast_id) INSERT INTO forecast_values SELECT forecast_id,"
                " %(t)s::timestamptz + n * interval '1 hour', v[n * 7 + 1], v[n * 7 + 2], v[n * 7 + 3], v[n * 7 + 4],"
                " v[n * 7 + 5], v[n * 7 + 6], v[n * 7 + 7] FROM issue, generate_series(0, 35) AS n,"
                " (SELECT %(all)s::float8[] AS v) AS given",
                {
                    "d": number, "t": hour, "v": EDGES[place % len(EDGES)], "all": some,
                    "o": hour if place < FORECASTS // 2 else ENDS[place % len(ENDS)],
                    "h": HORIZON if place % 2 else 2**31 - 1,
                },
            )  # fmt: skip
        for place, end in enumerate(ENDS):
            connection.execute(
                "UPDATE latest SET phenomenon_time = %s WHERE datastream_id = ANY(%s)",
                [end, numbers[place::THINGS]],
            )
            connection.execute(
                "INSERT INTO forecast_values SELECT forecast_id, %s::timestamptz, 1, 1, 1, 1, 1, 1, 1 FROM forecasts"
                " ON CONFLICT DO NOTHING",
                [end],
            )


def opened(address: str, monkeypatch: pytest.MonkeyPatch, page: str, **parameters: str) -> AppTest:
    st.cache_data.clear()
    monkeypatch.setenv("FALAJ_API_URL", address)
    app = AppTest.from_file(str(APP), default_timeout=SECONDS_MAX)
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    app = well(app if page == OVERVIEW else app.switch_page(page).run())
    assert [error.value for error in app.error] == []
    return app


def charts(app: AppTest) -> list[Any]:
    """The charts as the browser gets them: read as it reads them, so that NaN is an error."""
    found = app.get("vega_lite_chart")
    return [json.loads(one.proto.spec, parse_constant=refuse) for one in found]


def refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_overview_of_poisoned_values(address, monkeypatch, language):
    for code in ("pm2_5", "free_spaces"):
        app = opened(address, monkeypatch, OVERVIEW, lang=language, property=code)
        page = html(app)
        assert page.count('<li class="falaj-tile') == len(CODES)
        assert len(charts(app)) == 2, "the map, and the last hours"
        assert not {"nan", "inf", "None"} & set(page.replace("<", " ").replace(">", " ").split())


@pytest.mark.parametrize(("language", "apart"), [("en", 9), ("ar", 19)])
def test_the_forecast_of_poisoned_forecasts(address, monkeypatch, language, apart):
    for one in forecast_series(address)[::apart]:
        app = opened(
            address, monkeypatch, FORECAST, lang=language, property=one.observed_property, thing=one.thing
        )
        assert len(charts(app)) == 1


def test_every_poisoned_forecast_is_drawn_and_told(address):
    words, told = Words("ar"), 0
    with api.Client(address, trust_env=False) as client:
        for one in forecast_series(address):
            found = client.forecast(datastream=one.datastream)
            if found is not None:
                told += 1
                forecast = model.forecast_of(found)
                assert len(forecast.steps) <= HORIZON
                chart = forecast_chart(Drawn([], forecast, forecast.unit), words, LIGHT)
                json.loads(json.dumps(chart.to_dict()), parse_constant=refuse)
                assert judgement(forecast, words)
                assert coverage(forecast, words)
    assert FORECASTS // 2 < told < FORECASTS


def forecast_series(address: str) -> list[api.Datastream]:
    with api.Client(address, trust_env=False) as client:
        known = [one for one in client.datastreams() if one.has_forecast and one.source == "poisoned"]
    assert len(known) == FORECASTS
    return known


@pytest.mark.parametrize("value", [None, *EDGES])
def test_a_number_that_cannot_be_drawn_is_none(value: float | None) -> None:
    hour = model.hour_of(statistics(mean=value))
    limit = dashboard_settings().magnitude_max
    fits = value is not None and np.isfinite(value) and abs(value) <= limit
    assert hour.mean == (value if fits else None)


def statistics(**given: Any) -> api.Statistics:
    plain = dict.fromkeys(("minimum", "maximum", "standard_deviation", "p05", "p50", "p95", "expected_count"))
    counts = dict.fromkeys(("good_count", "not_evaluated_count", "suspect_count", "bad_count"), 0)
    return api.Statistics(
        bucket_start=HOUR, observation_count=1, completeness=None, **{**plain, **counts, **given}
    )


def test_charts_and_their_pictures_take_what_is_left():
    """The widest range that a page draws, as a picture that is really drawn."""
    means = [model.hour_of(statistics(mean=value)).mean for value in poisoned_values(SEED, 200)]
    hours = [model.Hour(HOUR - timedelta(hours=number), mean) for number, mean in enumerate(means)]
    step = model.Step(HOUR, 1e100, dict.fromkeys(LEVELS, (-1e100, 1e100)))
    drawn = Drawn(hours, None, "ug/m3")
    chart = forecast_chart(drawn, Words("ar"), LIGHT)
    json.loads(json.dumps(chart.to_dict(), default=str), parse_constant=refuse)
    assert chart_png(chart, Words("ar"), LIGHT, 1).startswith(b"\x89PNG")
    assert "10¹⁰⁰" in Words("en").between(*step.bands["95"])


def test_a_newest_value_without_a_number_is_flagged():
    row = model.Latest(
        datastream=1, thing="a", thing_name=api.Name("a", "a"), observed_property="pm2_5", unit="ug/m3",
        phenomenon_time=HOUR, result=None, quality=model.Quality.GOOD, simulated=True, source="s", place=None,
        position=None, interval_seconds=60,
    )  # fmt: skip
    assert condition(row, HOUR, dashboard_settings()) is Condition.FLAGGED
