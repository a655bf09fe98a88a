"""Days of datastreams elsewhere: each answer says whose days they are, in every format."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest.rollups import roll_up, roll_up_days
from tests.hub_api.conftest import MINUTES, START, Api, seeded_city

ALL = "/v1/observations{}?observed_property=pm2_5&bucket=P1D"


@pytest.fixture
def elsewhere(database: Any, make_api: Any) -> tuple[Api, dict[str, int]]:
    """The station in Matrah keeps Nepal's days, the one in Seeb the city's."""
    city = seeded_city(database, second_station=True)
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, %s::timestamptz + n * interval '10 minutes', n, 1"
            " FROM generate_series(0, 30) AS n",
            [city.datastreams["air-02.pm2_5"], START],
        )
        connection.execute("DELETE FROM observations_daily")
        connection.execute("DELETE FROM observations_hourly")
        connection.execute("UPDATE places SET zone = 'Asia/Kathmandu' WHERE code = 'matrah'")
        connection.execute(
            "INSERT INTO dirty_buckets SELECT 1, array_agg(id), array_agg(hour)"
            " FROM unnest(%s::int[]) AS id CROSS JOIN generate_series(%s, %s) AS hour",
            [
                [city.datastreams["air-01.pm2_5"], city.datastreams["air-02.pm2_5"]],
                int(START.timestamp()) // 3600,
                int(START.timestamp()) // 3600 + 9,
            ],
        )
    with database.connect("worker") as worker:
        while roll_up(worker) or roll_up_days(worker):
            pass
    return make_api(), city.datastreams


def test_one_datastream_has_the_days_of_its_own_zone(elsewhere: tuple[Api, dict[str, int]]) -> None:
    api, numbers = elsewhere
    answer = api.get(f"/v1/observations?datastream={numbers['air-01.pm2_5']}&bucket=P1D").json()
    assert answer["meta"]["zone"] == "Asia/Kathmandu"
    (day,) = answer["data"]
    assert "zone" not in day
    assert (day["bucket_start"], day["bucket_end"]) == ("2026-11-23T18:15:00Z", "2026-11-24T18:15:00Z")
    assert (day["local_date"], day["observation_count"]) == ("2026-11-24", MINUTES)
    answer = api.get(f"/v1/observations?datastream={numbers['air-02.pm2_5']}&bucket=P1D").json()
    assert answer["meta"]["zone"] == "Asia/Muscat"


def test_rows_of_several_zones_name_their_own_in_every_format(
    elsewhere: tuple[Api, dict[str, int]],
) -> None:
    api, _ = elsewhere
    answer = api.get(ALL.format("")).json()
    assert "zone" not in answer["meta"]
    known = [(row["thing"], row["zone"], row["bucket_end"], row["local_date"]) for row in answer["data"]]
    assert known == [
        ("air-01", "Asia/Kathmandu", "2026-11-24T18:15:00Z", "2026-11-24"),
        ("air-02", "Asia/Muscat", "2026-11-24T20:00:00Z", "2026-11-24"),
    ]
    lines = csv.DictReader(io.StringIO(api.get(ALL.format(".csv")).text))
    assert [(row["thing"], row["zone"], row["bucket_end"], row["local_date"]) for row in lines] == known
    table = pq.read_table(io.BytesIO(api.get(ALL.format(".parquet")).content))
    assert table["zone"].to_pylist() == ["Asia/Kathmandu", "Asia/Muscat"]
    assert table["local_date"].to_pylist() == [date(2026, 11, 24)] * 2
    ends = [datetime(2026, 11, 24, 18, 15, tzinfo=UTC), datetime(2026, 11, 24, 20, tzinfo=UTC)]
    assert table["bucket_end"].to_pylist() == ends
    found = api.get(ALL.format(".ndjson")).text
    assert found.count('"zone":"Asia/Kathmandu"') == 1


def test_rows_of_one_zone_have_no_column_of_it(elsewhere: tuple[Api, dict[str, int]]) -> None:
    api, _ = elsewhere
    answer = api.get(f"{ALL.format('')}&place=matrah").json()
    assert answer["meta"]["zone"] == "Asia/Kathmandu"
    assert ["zone" in row for row in answer["data"]] == [False]
