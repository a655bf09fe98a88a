"""An ETag is believed until a row changes; nothing that came late is hidden by one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub_api.serving.validators import version_of, weak_etag
from hub_api.settings import ApiSettings
from stack.waiting import wait_until
from tests.hub_api.conftest import NOW

SERIES = "/v1/observations?thing=air-01&observed_property=pm2_5"
CLOSED = f"{SERIES}&start=2026-11-24T00:00:00Z&end=2026-11-24T09:00:00Z"
#: Live and closed, pages and exports, one and several datastreams, raw and buckets.
WINDOWS = (
    SERIES, f"{SERIES}&order=desc&limit=5", CLOSED, f"{CLOSED}&f=csv", f"{CLOSED}&f=parquet",
    f"{SERIES}&bucket=PT1H", f"{SERIES}&bucket=PT1H&f=csv", "/v1/observations?bbox=58,23,59,24",
    "/v1/observations?thing=air-01&end=2026-11-24T09:00:00Z&f=ndjson", f"{CLOSED}&bucket=PT1H",
)  # fmt: skip


@pytest.fixture
def later(city: Any) -> Any:
    """The clock two days on, so that the day of the city is closed."""
    return lambda: NOW + timedelta(days=2)


def known(api: Any, urls: Any) -> dict[str, str]:
    """The ETags of these answers, each of them good for a 304."""
    etags = {url: api.get(url).headers["etag"] for url in urls}
    for url, etag in etags.items():
        again = api.get(url, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b""), url
    return etags


def is_new(api: Any, url: str, etag: str) -> bool:
    return bool(api.get(url, headers={"if-none-match": etag}).status_code == 200)


def change(city: Any) -> None:
    """What a batch with a late value, and its roll-up, do."""
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection, connection.transaction():
        connection.execute(
            "INSERT INTO observations VALUES (%s, 1, '2026-11-24T08:30:30Z', 7, 101)", [number]
        )
        connection.execute(
            "INSERT INTO observations VALUES (%s, 1, '2026-11-24T10:00:00Z', 8, 101)", [number]
        )
        connection.execute("UPDATE ingest_totals SET batches = batches + 1")
        connection.execute(
            "UPDATE observations_hourly SET observation_count = 61, computed_at = clock_timestamp()"
            " WHERE bucket_start = '2026-11-24T08:00Z'"
        )


def test_a_commit_is_seen_at_once_by_whoever_asks_the_store(city: Any, make_api: Any, later: Any) -> None:
    api = make_api(clock=later, validator_seconds_max=0)
    etags = known(api, WINDOWS)
    change(city)
    for url, etag in etags.items():
        assert is_new(api, url, etag), url
    still = f"{SERIES}&end=2026-11-24T05:00:00Z"
    (etag,) = known(api, [still]).values()
    change_nothing_in(city)
    assert not is_new(api, still, etag), "rows of another window are no news"


def change_nothing_in(city: Any) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations VALUES (%s, 1, '2026-11-24T11:00:00Z', 8, 102)",
            [city.datastreams["air-01.pm2_5"]],
        )


def test_what_is_remembered_is_forgotten_in_time(city: Any, make_api: Any, later: Any) -> None:
    api = make_api(clock=later, validator_seconds_max=0.2)
    etags = known(api, WINDOWS)
    assert api.get(CLOSED).headers["cache-control"] == "public, max-age=86400, immutable"
    change(city)
    for url, etag in etags.items():
        assert wait_until(partial(is_new, api, url, etag), 40), url
    assert ApiSettings().validator_seconds_max <= ApiSettings().live_cache_seconds


def test_the_memory_answers_only_the_same_question(city: Any, make_api: Any) -> None:
    api = make_api()
    etag = known(api, [SERIES])[SERIES]
    assert is_new(api, SERIES, 'W/"other"')
    assert is_new(api, f"{SERIES}&order=desc", etag)
    assert api.get(SERIES, headers={"if-none-match": etag, "accept": "text/csv"}).status_code == 200
    assert api.get(SERIES, headers={"if-none-match": f'"x", {etag}'}).status_code == 304
    assert api.get(SERIES, headers={"if-none-match": etag.removeprefix("W/")}).status_code == 304
    assert api.request("HEAD", SERIES, headers={"if-none-match": etag}).status_code == 304
    again = api.get(SERIES, headers={"if-none-match": etag, "origin": "https://example.org"})
    assert again.headers["access-control-allow-origin"] == "*"
    assert "content-type" not in again.headers
    assert api.get(SERIES, headers={"if-modified-since": "Tue, 24 Nov 2037 00:00:00 GMT"}).status_code == 200


def test_any_change_of_versions_is_another_version() -> None:
    before = version_of([5, 5, 7], "c")
    for after in ([5, 5], [5, 5, 8], [5, 6, 7], [5, 5, 7, 7], []):
        assert weak_etag(version_of(after, "c")) != weak_etag(before)


def test_rows_that_push_others_off_a_full_page_are_news(city: Any, make_api: Any) -> None:
    """Although as many rows have as many versions as before: two workers commit out of turn."""
    api = make_api(validator_seconds_max=0)
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        for minute, batch in ((3, 21), (4, 19)):
            connection.execute(
                "UPDATE observations SET batch_id = %s WHERE datastream_id = %s AND phenomenon_time = %s",
                [batch, number, f"2026-11-24T00:0{minute}:00Z"],
            )
        connection.execute(
            "UPDATE observations SET batch_id = 30 WHERE phenomenon_time = '2026-11-24T00:00Z'"
        )
        urls = [f"{SERIES}&limit=4", "/v1/observations?observed_property=pm2_5&limit=4"]
        etags = known(api, urls)
        for second in (10, 20):
            connection.execute(
                "INSERT INTO observations VALUES (%s, 1, %s, 7, 20)", [number, f"2026-11-24T00:00:{second}Z"]
            )
    for url, etag in etags.items():
        assert is_new(api, url, etag), url
