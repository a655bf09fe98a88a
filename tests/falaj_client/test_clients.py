"""Both clients against the real API over a real database."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyarrow import parquet

from falaj_client import (
    AsyncClient,
    Client,
    Count,
    InvalidParameters,
    NotFound,
    Observation,
    Options,
    Position,
    Quality,
    Statistics,
    air_questions,
    forecast_questions,
    market_questions,
    participation_questions,
    presence_questions,
    questions,
)
from tests.hub_api.conftest import MINUTES, START, City

PAGED = Options(page_rows=250)
PM10_ROWS = 30_000


def test_both_clients_read_all_sources_of_a_large_hub(api_url: str, city: City) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO sources (code, kind, name_en, name_ar, decoder)"
            " SELECT 'many-' || n, 'device', 'Many', 'كثير', 'native' FROM generate_series(1, 1001) AS n"
        )
        known = {code for (code,) in connection.execute("SELECT code FROM sources").fetchall()}
    assert len(known) > 1_001

    async def codes() -> list[str]:
        async with AsyncClient(api_url) as client:
            return [one.source for one in await client.sources().all()]

    with Client(api_url) as client:
        found = [one.source for one in client.sources()]
    assert (set(found), len(found)) == (known, len(known))
    assert asyncio.run(codes()) == found


def test_what_is_there(api_url: str, city: City, fine: int) -> None:
    with Client(api_url) as client:
        things = client.things().all()
        assert {one.thing for one in things} == {"air-01", "bus-01", "weather-01"}
        station = client.thing("air-01")
        assert station in things
        assert (station.name.en, station.name.text("ar"), station.place) == ("Ruwi", "روي", "matrah")
        assert station.location == Position(longitude=58.54, latitude=23.6)
        assert {one.observed_property for one in station.datastreams} == {"pm2_5", "pm10"}
        streams = {one.datastream: one for one in client.datastreams()}
        assert set(streams) == set(city.datastreams.values())
        assert client.datastream(fine) == streams[fine]
        assert streams[fine].has_forecast
        assert "ug/m3" in {one.unit for one in client.observed_properties(sector="air")}
        assert {one.source: one.licence for one in client.sources()} == {
            "simulator": None,
            "recorded": "CC-BY-4.0",
        }
        (seeb,) = [one for one in client.places(kind="wilayat") if one.place == "seeb"]
        assert seeb.geometry["type"] == "Polygon"
        ledger = client.ledger()
        assert ledger.closes
        assert ledger.received == 1000


def test_what_there_is_to_work_on(api_url: str) -> None:
    with Client(api_url) as client:
        (heat,) = client.hackathons(state="registration_open", mode="hybrid")
        assert (heat.hackathon, heat.name.ar, heat.state_name.en) == (
            "city-heat",
            "حر المدينة",
            "Registration open",
        )
        assert heat.place is not None
        assert heat.place.ar == "مسقط"
        first = heat.deadlines[0]
        assert (first.deadline, first.instant, first.extension_count) == (
            "challenges_close", datetime(2026, 11, 25, tzinfo=UTC), 0,
        )  # fmt: skip
        assert client.hackathons(state="cancelled").all() == []
        (shade,) = client.challenges(hackathon="city-heat", dataset="simulator", thing="air-01")
        assert (shade.datasets, shade.things, shade.terms) == (("simulator",), ("air-01",), "open_source")
        assert shade.organisation_name is not None
        assert shade.organisation_name.en == "Shade Office"
        (row,) = client.challenges(organisation=shade.organisation).to_arrow().to_pylist()
        assert (row["organisation_name_ar"], row["things"]) == ("مكتب الظل", "air-01")
        (row,) = client.hackathons().to_arrow().to_pylist()
        assert (row["place_en"], row["challenge_count"]) == ("Muscat", 1)
        with pytest.raises(NotFound):
            client.challenges(hackathon="city-hea").all()


def test_a_contest_that_nobody_has_judged_yet_is_empty(api_url: str) -> None:
    with Client(api_url) as client:
        for listing in (
            client.submissions(hackathon="city-heat", state="eligible"), client.results(status="final"),
            client.awards(award="peoples_choice"),
        ):  # fmt: skip
            table = listing.to_arrow()
            assert (table.num_rows, "title" in table.column_names) == (0, True)
        with pytest.raises(NotFound):
            client.results(hackathon="city-hea").all()


def test_filters_reach_the_api(api_url: str) -> None:
    with Client(api_url) as client:
        assert [one.thing for one in client.things(bbox=(58.0, 23.5, 58.3, 23.8))] == ["weather-01"]
        assert [one.result for one in client.latest(observed_property="pm2_5")] == [149.75]
        assert client.latest(place="seeb").first().result == "clear"
        assert client.latest(thing="air-01", observed_property="weather").first() is None
        results = {one.observed_property: one.result for one in client.latest()}
        assert results["location"] == Position(58.509, 23.6)


def test_history_over_many_pages(api_url: str, fine: int) -> None:
    with Client(api_url, options=PAGED) as client:
        day = client.observations(datastream=fine)
        rows = day.all()
        assert len(rows) == MINUTES
        assert [one.phenomenon_time for one in rows] == [START + timedelta(minutes=n) for n in range(MINUTES)]
        assert [one.result for one in rows] == [n / 4 for n in range(MINUTES)]
        assert {one.quality for one in rows} == {Quality.GOOD}
        assert [len(page.elements) for page in day.pages()] == [250, 250, 100]
        assert next(day.pages()).freshness.newest_phenomenon_time == rows[-1].phenomenon_time
        backwards = client.observations(datastream=fine, order="desc", limit=300).all()
        assert backwards == rows[:-301:-1]
        window = client.observations(
            thing="air-01", observed_property="pm2_5", start=START + timedelta(minutes=5),
            end=START + timedelta(minutes=8),
        )  # fmt: skip
        assert window.all() == rows[5:8]
        assert window.first() == rows[5]
        described = window.describe()
        assert described is not None
        assert described.datastream == fine


def test_hours(api_url: str, fine: int) -> None:
    with Client(api_url) as client:
        hours = client.statistics(datastream=fine, start=START + timedelta(hours=2), limit=3)
        assert [one.mean for one in hours] == [2, 3, 4]
        hour = hours.first()
        assert isinstance(hour, Statistics)
        assert (hour.bucket_start, hour.completeness, hour.good_count) == (
            START + timedelta(hours=2),
            1.0,
            58,
        )
        frame = hours.to_pandas()
        assert frame["mean"].tolist() == [2, 3, 4]
        assert str(frame["observation_count"].dtype) == "Int64"


def test_forecasts(api_url: str, city: City, fine: int) -> None:
    with Client(api_url) as client:
        (listed,) = client.forecasts()
        assert listed.values == ()
        forecast = client.forecast(datastream=fine)
        assert forecast is not None
        assert (forecast.model, forecast.skill, forecast.coverage.band_80) == ("prophet", 0.5, 0.8)
        assert [one.upper_95 for one in forecast.values] == [3, 4, 5]
        assert (forecast.to_pandas()["median"].tolist(), forecast.to_arrow().num_rows) == ([0, 1, 2], 3)
        assert client.forecast(thing="air-01", observed_property="pm10") is None
        earlier = client.forecast(datastream=fine, issued_by=START)
        assert earlier == client.forecast(issue=listed.issue - 1)


def test_tables_of_history(api_url: str, city: City, fine: int) -> None:
    with Client(api_url) as client:
        series = client.observations(datastream=fine, start=START, end=START + timedelta(hours=2))
        frame = series.to_pandas()
        assert list(frame.columns) == ["phenomenon_time", "result", "quality", "unit", "simulated"]
        assert frame["result"].tolist() == [one.result for one in series]
        assert frame["phenomenon_time"].tolist() == [one.phenomenon_time for one in series]
        assert frame["simulated"].all()
        assert frame.attrs == {
            "datastream": fine, "thing": "air-01", "observed_property": "pm2_5", "sensor": None, "unit": "ug/m3",
            "source": "simulator", "simulated": True,
        }  # fmt: skip
        table = series.to_arrow()
        assert table["result"].to_pylist() == frame["result"].tolist()
        assert table["phenomenon_time"].to_pylist() == frame["phenomenon_time"].tolist()
        assert table.schema.metadata[b"thing"] == b"air-01"
        assert table.schema.field("result").metadata == {b"unit": b"ug/m3"}


def test_tables_of_categories_and_positions(api_url: str, city: City) -> None:
    with Client(api_url) as client:
        sky = client.observations(datastream=city.datastreams["weather-01.weather"])
        assert sky.to_pandas()["result"].tolist() == ['clear, "dry"'] * 10
        assert sky.to_arrow()["result"].to_pylist() == [one.result for one in sky]
        assert not sky.to_pandas()["simulated"].any()
        bus = client.observations(datastream=city.datastreams["bus-01.location"])
        assert bus.to_pandas()["longitude"].tolist() == [one.result.longitude for one in bus]


def test_several_datastreams_at_once(api_url: str, city: City, fine: int, tmp_path: Path) -> None:
    with Client(api_url, options=PAGED) as client:
        mixed = client.observations(bbox=(58, 23, 59, 24))
        rows = mixed.all()
        assert len(rows) == MINUTES + 20
        assert {one.thing for one in rows} == {"air-01", "weather-01", "bus-01"}
        assert {type(one.result) for one in rows} == {float, str, Position}
        assert mixed.describe() is None
        frame = mixed.to_pandas()
        assert frame["datastream"].tolist() == [one.datastream for one in rows]
        numbers = frame[frame["thing"] == "air-01"]
        assert numbers["result"].astype(float).tolist() == [n / 4 for n in range(MINUTES)]
        assert frame[frame["thing"] == "bus-01"]["longitude"].tolist()[0] == 58.5
        table = mixed.to_arrow()
        assert table["thing"].to_pylist() == frame["thing"].tolist()
        assert b"sources" in table.schema.metadata
        station = client.observations(observed_property="pm2_5", place="matrah", source="simulator")
        assert station.to_pandas()["result"].dtype == "float64"
        assert station.first() == Observation(
            phenomenon_time=START, result=0.0, quality=1, datastream=fine, thing="air-01",
            observed_property="pm2_5", unit="ug/m3", simulated=True,
        )  # fmt: skip
        hours = client.statistics(observed_property="pm2_5")
        assert [one.mean for one in hours] == hours.to_pandas()["mean"].tolist() == list(range(10))
        assert hours.to_arrow()["p95"].to_pylist() == [one.p95 for one in hours]
        mixed.save_parquet(tmp_path / "all.parquet")
        assert parquet.read_table(tmp_path / "all.parquet").to_pylist() == table.to_pylist()


def test_days_counts_and_qualities(api_url: str, city: City, fine: int) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations_daily VALUES (%s, '2026-11-23T20:00Z', 600, 1440, NULL, 0, 149.75, 43,"
            " 7, 74, 142, 600, 0, 0, 0, 10)",
            [fine],
        )
        connection.execute("UPDATE observations SET quality = 3 WHERE result > 140")
    with Client(api_url, options=PAGED) as client:
        day = client.statistics(datastream=fine, bucket="P1D").first()
        assert day is not None
        assert (day.local_date, day.mean, day.valid_hour_count) == (date(2026, 11, 24), None, 10)
        assert day.bucket_end == datetime(2026, 11, 24, 20, tzinfo=UTC)
        assert client.statistics(datastream=fine, bucket="PT15M").all() == []
        suspect = client.observations(datastream=fine, quality=("suspect", "bad"))
        assert {one.quality for one in suspect} == {Quality.SUSPECT}
        assert suspect.count(exact=True) == Count("exact", 39)
        assert next(suspect.pages()).quality == ("suspect", "bad")
        assert client.observations(datastream=fine).count().kind == "estimated"
        with pytest.raises(InvalidParameters) as wrong:
            client.observations(datastream=fine, quality="great").all()
        assert wrong.value.parameter == "quality"


def test_a_proposed_request_can_be_opened(api_url: str) -> None:
    with Client(api_url) as client:
        with pytest.raises(NotFound) as missing:
            client.latest(place="matra").all()
        assert missing.value.hint_url == f"{api_url}/v1/latest?place=matrah"
        assert httpx.get(missing.value.hint_url).status_code == 200


def test_maps(api_url: str) -> None:
    with Client(api_url) as client:
        places = client.places().to_geopandas()
        things = client.things().to_geopandas()
        within = things.sjoin(places, predicate="within")
        assert dict(zip(within["thing"], within["place_right"], strict=True))["air-01"] == "matrah"
        assert client.latest().to_geopandas().crs == places.crs


def test_files(api_url: str, fine: int, tmp_path: Path) -> None:
    with Client(api_url) as client:
        series = client.observations(datastream=fine)
        assert series.save_csv(tmp_path / "a.csv") == MINUTES
        text = (tmp_path / "a.csv").read_text("utf-8")
        assert text.startswith("phenomenon_time,result,quality,unit,simulated\n")
        assert "# complete" not in text
        assert text.count("\n") == MINUTES + 1
        series.save_csv(str(tmp_path / "b.csv"), bom=True)
        assert (tmp_path / "b.csv").read_text("utf-8-sig") == text
        limited = client.observations(datastream=fine, limit=5, order="desc")
        assert limited.to_pandas()["result"].tolist() == [149.75, 149.5, 149.25, 149.0, 148.75]


def test_big_windows_are_one_request(api_url: str, city: City) -> None:
    number = int(city.datastreams["air-01.pm10"])
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, %s::timestamptz + n * interval '1 s', n, 1"
            " FROM generate_series(1, %s) AS n",
            [number, START - timedelta(days=30), PM10_ROWS],
        )
    with Client(api_url, options=Options(spool_bytes_max=1000)) as client:
        frame = client.observations(datastream=number).to_pandas()
        assert frame["result"].sum() == PM10_ROWS * (PM10_ROWS + 1) / 2
        assert frame["phenomenon_time"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is no thing named “air-1”."), ("ar", "لا يوجد")]
)
def test_problems_in_both_languages(api_url: str, language: Any, words: str) -> None:
    with Client(api_url, language=language) as client:
        with pytest.raises(NotFound, match=words) as missing:
            client.thing("air-1")
        assert (missing.value.suggestion, missing.value.code) == ("air-01", "not_found")
        with pytest.raises(InvalidParameters) as wrong:
            client.observations(datastream=1, start="2026-11-24T12:00:00").all()
        assert (wrong.value.parameter, wrong.value.faults[0].code) == ("start", "naive_time")
        with pytest.raises(InvalidParameters) as unknown:
            client.statistics(datastream=1, bucket="P3D").to_pandas()
        assert unknown.value.parameter == "bucket"


def test_the_async_client_answers_the_same(api_url: str, city: City, fine: int, tmp_path: Path) -> None:
    async def everything() -> dict[str, Any]:
        async with AsyncClient(api_url, options=PAGED) as client:
            series = client.observations(datastream=fine)
            sky = client.observations(datastream=city.datastreams["weather-01.weather"])
            return {
                "things": await client.things().all(),
                "thing": await client.thing("air-01"),
                "first": await client.latest(observed_property="pm2_5").first(),
                "series": await series.all(),
                "described": await series.describe(),
                "forecast": await client.forecast(datastream=fine),
                "ledger": await client.ledger(),
                "frame": (await series.to_pandas()).to_dict("list"),
                "table": (await sky.to_arrow()).to_pylist(),
                "listing": (await client.datastreams().to_pandas()).to_dict("list"),
                "arrow": (await client.sources().to_arrow()).to_pylist(),
                "places": (await client.places().to_geopandas()).to_wkt().to_dict("list"),
                "mixed": await client.observations(bbox=(58, 23, 59, 24)).to_arrow(),
                "count": await series.count(exact=True),
                "parquet": await series.save_parquet(tmp_path / "async.parquet"),
                "saved": await series.save_csv(tmp_path / "async.csv"),
                "url": series.url,
            }

    found = asyncio.run(everything())
    with Client(api_url, options=PAGED) as client:
        series = client.observations(datastream=fine)
        sky = client.observations(datastream=city.datastreams["weather-01.weather"])
        assert found["first"].result == 149.75
        assert found["things"] == client.things().all()
        assert found["thing"] == client.thing("air-01")
        assert found["series"] == series.all()
        assert found["described"] == series.describe()
        assert found["forecast"] == client.forecast(datastream=fine)
        assert found["ledger"] == client.ledger()
        assert found["frame"] == series.to_pandas().to_dict("list")
        assert found["table"] == sky.to_arrow().to_pylist()
        assert repr(found["listing"]) == repr(client.datastreams().to_pandas().to_dict("list"))
        assert found["arrow"] == client.sources().to_arrow().to_pylist()
        assert repr(found["places"]) == repr(client.places().to_geopandas().to_wkt().to_dict("list"))
        assert found["mixed"].equals(client.observations(bbox=(58, 23, 59, 24)).to_arrow())
        assert found["count"] == Count("exact", MINUTES)
        assert parquet.read_table(tmp_path / "async.parquet").num_rows == MINUTES
        assert found["saved"] == MINUTES
        assert found["url"] == series.url


def test_many_questions_at_once(api_url: str, fine: int) -> None:
    async def together() -> list[int]:
        async with AsyncClient(api_url) as client:
            starts = [START + timedelta(hours=hour) for hour in range(8)]
            windows = [
                client.observations(datastream=fine, start=start, end=start + timedelta(hours=1))
                for start in starts
            ]
            return [len(rows) for rows in await asyncio.gather(*(window.all() for window in windows))]

    assert asyncio.run(together()) == [60] * 8


def test_both_clients_can_be_asked_the_same() -> None:
    shared = (questions, air_questions, forecast_questions, market_questions, participation_questions)

    # No module of ours may have something called annotations.
    called = {"officer_annotations": "annotations"}

    def methods(kind: type) -> dict[str, str]:
        names = [
            called.get(name, name)
            for module in (*shared, presence_questions)
            for name, value in vars(module).items()
            if inspect.isfunction(value) and not name.startswith("_") and name not in ("cut", "counted")
            if value.__module__ == module.__name__
        ]
        return {
            name: str(inspect.signature(getattr(kind, name))).replace("Async", "").split(" -> ")[0]
            for name in names
        }  # fmt: skip

    assert methods(Client) == methods(AsyncClient)
    assert len(methods(Client)) == 50


def test_now_is_a_time_like_any_other(api_url: str, fine: int) -> None:
    with Client(api_url) as client:
        assert (
            client.observations(datastream=fine, start=datetime.now(UTC) + timedelta(days=3650)).first()
            is None
        )
