"""What the API tells while values lie ahead that a clock of the hub stored before it was set back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from citycore.store.queries import load_queries
from tests.hub_api.conftest import NOW, City

AHEAD = timedelta(hours=6)
#: From when until when a search that goes on piece by piece looks.
EXTENT = load_queries("hub_api.standards.sensorthings")["extent"]


@pytest.fixture
def set_back(city: City) -> City:
    """The newest value of every datastream lies six hours ahead."""
    with city.database.superuser() as connection:
        connection.execute("UPDATE latest SET phenomenon_time = %s", [NOW + AHEAD])
    return city


def _ages(told: Any) -> Iterator[float]:
    """Every age that an answer tells, wherever it stands."""
    if isinstance(told, dict):
        yield from (age for key, age in told.items() if key.endswith("age_seconds") and age is not None)
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _ages(one)


@pytest.mark.parametrize(
    "path", ["/v1/latest", "/v1/status", "/v1/datasets", "/v1/presence", "/v1/datastreams", "/v1/things"]
)
def test_no_age_is_below_zero(set_back: City, make_api: Any, path: str) -> None:
    answer = make_api(clock=lambda: NOW).get(path)
    assert answer.status_code == 200, answer.text
    assert all(age >= 0 for age in _ages(answer.json()))


def test_what_lies_ahead_is_told_with_its_own_time(set_back: City, make_api: Any) -> None:
    body = make_api(clock=lambda: NOW).get("/v1/latest").json()
    assert {datetime.fromisoformat(one["phenomenon_time"]) for one in body["data"]} == {NOW + AHEAD}
    assert {one["age_seconds"] for one in body["data"]} == {body["meta"]["age_seconds"]} == {0.0}


def test_sensorthings_finds_what_lies_ahead_of_the_newest(city: City, make_api: Any) -> None:
    """The newest is right again, and rows that were stamped ahead stand behind it."""
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, now() + n * interval '1 hour', 4711 + n, 1 FROM generate_series(1, 6) AS n",
            [city.datastreams["air-01.pm2_5"]],
        )
    with city.database.connect("read") as connection:
        is_reached = "SELECT %s > (SELECT max(phenomenon_time) FROM latest), %s = (SELECT max(phenomenon_time) FROM observations)"
        newest = next(iter(connection.execute(EXTENT).fetchall()))[1]
        assert connection.execute(is_reached, [newest, newest]).fetchone() == (True, True)
    api = make_api()
    for order in ("result desc", "phenomenonTime asc"):
        asked = {"$filter": "result gt 4711", "$count": "true", "$top": "4", "$orderby": order}
        found = api.get("/sta/v1.1/Observations", params=asked).json()
        assert (found["@iot.count"], len(found["value"])) == (6, 4), order
