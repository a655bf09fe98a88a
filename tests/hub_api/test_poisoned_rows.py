"""Rows as an older hub may hold them, every double and both ends of time: whoever asks is answered."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from psycopg import sql
from pyarrow import parquet

from hub_api.serving import memory
from ingest.bulk.service import write_due
from ingest.bulk.settings import BulkSettings
from tests.hub_api.conftest import START, Api, City, open_city, standing
from tests.poison import EDGES, poisoned_values

COUNT, SEED = 10_000, 38
#: What PostgreSQL holds, and beyond what Python does.
ENDS = ("4713-11-25 BC", "0001-01-01", "1969-12-31", "9999-12-31 23:59:59", "10000-01-01", "294246-12-30")
#: One value of each kind, for what takes a whole API a value.
KINDS = (-0.0, sys.float_info.max, -sys.float_info.max, 5e-324, float("inf"), float("-inf"), float("nan"))
BEYOND = (*ENDS, "infinity", "-infinity")


@pytest.fixture(scope="module")
def poisoned(postgres: Any, city_template: Any) -> Iterator[City]:
    with open_city(postgres, city_template) as city:
        _poison(city)
        yield city


@pytest.fixture(scope="module")
def api(poisoned: City) -> Iterator[Api]:
    with standing(poisoned) as one:
        yield one


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets as much time pass as the API keeps anything in its memory."""
    passed = [0.0]
    monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + passed[0]))

    def go_on() -> None:
        passed[0] += 10_000

    return go_on


def _poison(city: City) -> None:
    fine = city.datastreams["air-01.pm2_5"]
    values = poisoned_values(SEED, COUNT)
    begin = START + timedelta(days=1)
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
            " SELECT %s, 2, %s::timestamptz + n * interval '1 second', value, 1"
            " FROM unnest(%s::float8[]) WITH ORDINALITY AS given (value, n)",
            [fine, begin, values],
        )
        connection.execute(
            "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, minimum,"
            " maximum, standard_deviation, p05, p50, p95, good_count, not_evaluated_count, suspect_count, bad_count)"
            " SELECT %s, %s::timestamptz + n * interval '1 hour', 1, value, value, -value, value, value, value, value,"
            " 1, 0, 0, 0 FROM unnest(%s::float8[]) WITH ORDINALITY AS given (value, n)",
            [fine, begin, values[:500]],
        )
        for number, end in enumerate(ENDS):
            connection.execute(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)"
                " VALUES (%s, 2, %s::timestamptz, %s, 1)",
                [fine, end, EDGES[number]],
            )
            connection.execute(
                "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean,"
                " good_count, not_evaluated_count, suspect_count, bad_count)"
                " VALUES (%s, date_trunc('hour', %s::timestamptz), 1, %s, 1, 0, 0, 0) ON CONFLICT DO NOTHING",
                [fine, end, EDGES[number]],
            )


def read_strictly(text: str) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


FORMATS = ("json", "csv", "ndjson", "geojson", "parquet", "arrow", "geoparquet")
WINDOWS = ("", "&start=2026-11-25T00:00:00Z&end=2026-12-30T00:00:00Z", "&start=0001-01-01T00:00:00Z")


@pytest.mark.parametrize("chosen", FORMATS)
def test_every_format_of_observations_answers(api: Api, chosen: str) -> None:
    for bucket, window in product(("", "&bucket=PT1H", "&bucket=P1D"), WINDOWS):
        url = f"/v1/observations?thing=air-01&observed_property=pm2_5&f={chosen}{bucket}{window}"
        answer = api.get(url)
        assert answer.status_code < 500, (url, answer.text[:500])
        if answer.status_code == 200:
            read(chosen, answer)


def read(chosen: str, answer: Any) -> None:
    if chosen in {"json", "geojson"}:
        read_strictly(answer.text)
    elif chosen == "ndjson":
        for line in answer.text.splitlines():
            read_strictly(line)
    elif chosen in {"parquet", "geoparquet"}:
        parquet.read_table(io.BytesIO(answer.content))
    elif chosen == "arrow":
        pa.ipc.open_stream(answer.content).read_all()


def test_all_pages_of_json_are_read_to_the_end(api: Api) -> None:
    url: str | None = "/v1/observations?thing=air-01&observed_property=pm2_5&limit=1000"
    rows = 0
    for _ in range(40):
        if url is None:
            break
        answer = api.get(url)
        assert answer.status_code == 200, answer.text[:500]
        content = read_strictly(answer.text)
        rows += len(content["data"])
        found = content.get("links", {}).get("next") or re.search(
            r'<([^>]+)>; rel="next"', answer.headers.get("link", "")
        )
        url = found if isinstance(found, str) else (found.group(1) if found else None)
    assert rows >= COUNT


#: Each kind of value at a good time, and each end of time with a good value.
CASES = (
    *((value, "2026-11-24") for value in KINDS),
    *((1.0, end) for end in BEYOND),
)


def answers(api: Api, *urls: str) -> None:
    for url in urls:
        answer = api.get(url)
        # Nobody has asked too often: an answer that only says so would prove nothing.
        assert answer.status_code < 500, (url, answer.text[:500])
        assert answer.status_code != 429, url
        if "json" in answer.headers.get("content-type", ""):
            read_strictly(answer.text)


def test_the_latest_value_and_the_status_answer(poisoned: City, api: Api, forget: Callable[[], None]) -> None:
    """Documents too: their examples are of the time of a newest value."""
    for value, at in CASES:
        with poisoned.database.superuser() as connection:
            connection.execute("UPDATE latest SET phenomenon_time = %s", [at])
            connection.execute("UPDATE latest SET result = %s WHERE result IS NOT NULL", [value])
        forget()
        answers(
            api, "/v1/latest", "/v1/latest?f=csv", "/v1/latest?f=geojson", "/v1/status", "/status",
            "/v1/datasets", "/v1/datastreams", "/metrics", "/v1/things", "/docs/guide",
            "/v1/forecasts?thing=air-01&observed_property=pm2_5", "/",
            "/v1/observations?thing=air-01&observed_property=pm2_5", "/docs", "/innovation", "/openapi.json", "/asyncapi.json",
        )  # fmt: skip


def test_forecasts_answer(poisoned: City, api: Api, forget: Callable[[], None]) -> None:
    for value in KINDS:
        with poisoned.database.superuser() as connection:
            connection.execute(
                "UPDATE forecast_values SET median = %(v)s, lower_50 = %(v)s, upper_95 = %(v)s", {"v": value}
            )
            connection.execute(
                "UPDATE forecasts SET mae = %(v)s, skill = %(v)s, coverage_80 = %(v)s WHERE issued_at = ("
                " SELECT max(issued_at) FROM forecasts)",
                {"v": value},
            )
        forget()
        answers(api, "/v1/forecasts", "/v1/forecasts?thing=air-01", "/v1/forecasts?f=csv")


@pytest.mark.parametrize("column", ["issued_at", "origin", "training_start"])
def test_a_forecast_outside_of_the_calendar_hides_no_other(poisoned: City, api: Api, column: str) -> None:
    spoil = sql.SQL("UPDATE forecasts SET {} = %s WHERE model = 'prophet'").format(sql.Identifier(column))
    read = sql.SQL("SELECT {} FROM forecasts WHERE model = 'prophet'").format(sql.Identifier(column))
    with poisoned.database.superuser() as connection:
        connection.autocommit = True
        (before,) = connection.execute(read).fetchone() or ()
        for end in BEYOND:
            connection.execute(spoil, [end])
            told = api.get("/v1/forecasts?thing=air-01&observed_property=pm2_5")
            assert told.status_code == 200, (end, told.text)
            # Of two that can be said the one is shown that was issued last.
            is_newest = end == "1969-12-31" and column != "issued_at"
            assert [one["model"] for one in told.json()["data"]] == [
                "prophet" if is_newest else "seasonal_naive"
            ], end
        answers_in_every_format(api)
        connection.execute(spoil, [before])


def answers_in_every_format(api: Api) -> None:
    for question, chosen in product(("?", "?thing=air-01&observed_property=pm2_5&"), FORMATS):
        answers(api, f"/v1/forecasts{question}f={chosen}")
    for chosen in ("json", "csv", "parquet"):
        answers(api, f"/v1/forecasts/exceedance{question}limits=eu_aqi_2024&f={chosen}")


def test_hours_of_a_forecast_outside_of_the_calendar_are_left_out(
    poisoned: City, api: Api, forget: Callable[[], None]
) -> None:
    with poisoned.database.superuser() as connection:
        for end in BEYOND:
            connection.execute(
                "INSERT INTO forecast_values SELECT forecast_id, %s::timestamptz, 1, 1, 1, 1, 1, 1, 1 FROM forecasts",
                [end],
            )
    forget()
    answers_in_every_format(api)
    (told,) = api.get("/v1/forecasts?thing=air-01&observed_property=pm2_5").json()["data"]
    assert [one["phenomenon_time"][:4] for one in told["values"]] == ["1969", "2026", "2026", "2026"]


def test_bulk_files_hold_every_double(poisoned: City, tmp_path: Any) -> None:
    with poisoned.database.superuser() as connection:
        connection.execute(
            "INSERT INTO dataset_days (source_id, local_date, changed_at, due_since)"
            " SELECT source_id, day, '2026-01-01', '2026-01-01' FROM sources,"
            " unnest(ARRAY['2026-11-25', '2026-11-26', '4713-11-25 BC', '0001-01-01', '1969-12-31']::date[]) AS day"
            " WHERE code = 'simulator' ON CONFLICT DO NOTHING"
        )
    with poisoned.database.connect("worker") as worker:
        now = START + timedelta(days=300)
        report = write_due(worker, tmp_path, BulkSettings(quiet_seconds=0, free_mib_min=0), lambda: now)
    assert report.written >= 3
    assert report.failed == 2, "the days of no calendar"
    rows = [parquet.read_table(file) for file in tmp_path.glob("dataset=*/date=2026-11-2[56]/*.parquet")]
    found = np.concatenate([table["result"].to_numpy() for table in rows])
    expected = np.array(poisoned_values(SEED, COUNT))
    assert np.isnan(found).sum() >= np.isnan(expected).sum()
    assert set(expected[~np.isnan(expected)]) <= set(found[~np.isnan(found)])
