"""Limits and air quality, asked of the real API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from falaj_client import Client, Position
from ingest.air_quality.service import keep_air_quality
from ingest.air_quality.settings import AirQualitySettings
from tests.hub_api.conftest import NOW, START, City


def test_the_client_reads_limits(api_url: str) -> None:
    with Client(api_url) as client:
        (one,) = client.limits(table="who_2021", observed_property="pm2_5", averaging="PT24H")
        (index,) = client.limits(table="us_aqi_2024", observed_property="pm2_5", averaging="PT24H")
    assert (one.bands[2].up_to, one.bands[-1].up_to, one.bands[0].low) == (37.5, None, 0)
    assert (one.bands[0].advice, index.bands[0].advice[0].group) == ((), "general")
    assert one.table_name.en.startswith("WHO")


def test_the_client_reads_the_calendar(api_url: str) -> None:
    with Client(api_url) as client:
        (one,) = client.calendar_days(year=2026, kind="ramadan")
    assert (one.first_date, one.name.ar, one.confirmed) == (date(2026, 2, 19), "رمضان", True)


def test_the_client_reads_nowcasts_and_anomalies(api_url: str, city: City) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with city.database.connect("worker") as worker:
        worker.execute(
            "INSERT INTO nowcasts VALUES (%s, %s, %s, 'profile', %s, %s, %s, %s, %s, 1, 1, 0, 0, 0)",
            [number, NOW, NOW, *[[1.0] * 24] * 5],
        )
        worker.execute(
            "INSERT INTO anomalies (datastream_id, expected_by, starts_at, step_count, worst_at, observed, expected, lower_95,"
            " upper_95, size) VALUES (%s, 'forecast', %s, 3, %s, 90, 20, 18, 22, 35)",
            [number, NOW, NOW],
        )
    with Client(api_url) as client:
        (nowcast,) = client.nowcasts(datastream=number)
        (anomaly,) = client.anomalies(thing="air-01", open=True)
        assert client.flags(number, test="spike").all() == []
    assert (len(nowcast.values), nowcast.inside_80, nowcast.location) == (24, None, Position(58.54, 23.6))
    assert (anomaly.end, anomaly.direction, anomaly.start) == (None, "above", NOW)


def test_the_client_reads_what_forecasts_come_to_together_and_what_came_true(api_url: str) -> None:
    with Client(api_url) as client:
        (hour, *_) = client.forecast_scenario(place="matrah", observed_property="pm2_5", above=3)
        assert (hour.series, hour.method, hour.median) == (1, "together", pytest.approx(0, abs=0.1))
        assert client.forecast_skill().all() == []


def test_the_client_reads_how_probably_a_forecast_exceeds_limits(api_url: str) -> None:
    named = {"thing": "air-01", "observed_property": "pm2_5"}
    with Client(api_url) as client:
        (day, *_) = client.forecast_exceedance(**named, at=START)
        (hour,) = client.forecast_exceedance(**named, limits="eu_aqi_2024", limit=1)
    assert (day.table, day.not_judged, day.phenomenon_time) == ("who_2021", "averaging", None)
    assert (hour.bound, hour.relation, hour.probability) == (5, "at_most", 0.025)


def test_the_client_reads_air_quality(api_url: str, city: City) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO air_quality_notes (thing_id, bucket_start) SELECT DISTINCT thing_id, bucket_start"
            " FROM observations_hourly JOIN datastreams USING (datastream_id)"
        )
    with city.database.connect("worker") as connection:
        connection.autocommit = True
        keep_air_quality(connection, AirQualitySettings(), NOW)
    with Client(api_url) as client:
        hours = client.air_quality(thing="air-01", start=START).all()
        (place,) = client.air_quality(by="place", at=NOW - timedelta(hours=2), index="eu")
    assert [hour.value for hour in hours[-2:]] == [39, 44]
    assert (hours[0].value, hours[0].parts[0].coverage) == (None, 0.083333)
    assert (hours[-1].method, hours[-1].start) == ("nowcast", START + timedelta(hours=9))
    assert (place.level, place.location) == ("fair", Position(58.54, 23.6))
    assert hours[-1].advice[0].text.ar
