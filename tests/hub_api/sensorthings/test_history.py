"""Pages, orders and counts of a history in many chunks against Python, which does the same with the same rows.

The database is made to share every statement between several processes, as it does by itself where tables are large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from stack.postgres import PrivatePostgres
from tests.conftest import Template
from tests.hub_api.conftest import START, Api, City, open_city, standing
from tests.hub_api.sensorthings.conftest import ROOT

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
ROWS = 240
STEP = timedelta(hours=8, minutes=7)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PARALLEL = {
    "max_parallel_workers_per_gather": "2",
    "min_parallel_table_scan_size": "0",
    "min_parallel_index_scan_size": "0",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "parallel_leader_participation": "off",
}


@dataclass(frozen=True, slots=True)
class Row:
    datastream: int
    time: datetime
    result: float

    @property
    def id(self) -> str:
        return f"{self.datastream}-{(self.time - EPOCH) // timedelta(microseconds=1)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, without the numbers of datastreams, which a test knows only when it runs."""

    streams: tuple[str, ...]
    above: float | None
    since: datetime | None
    order: str
    top: int
    skip: int
    is_path: bool


STREAMS = ("air-01.pm10", "air-01.pm2_5", "weather-01.weather", "bus-01.location")
ORDERS = {
    "id": lambda one: (one.datastream, one.time),
    "phenomenonTime": lambda one: (one.time, one.datastream),
    "phenomenonTime desc": lambda one: (-(one.time - EPOCH).total_seconds(), one.datastream),
    "result": lambda one: (one.result, one.datastream, one.time),
    "result desc": lambda one: (-one.result, one.datastream, one.time),
    "result desc,phenomenonTime desc": lambda one: (
        -one.result, -(one.time - EPOCH).total_seconds(), one.datastream,
    ),
}  # fmt: skip
asks = st.builds(
    Asked,
    streams=st.sampled_from([STREAMS[:1], STREAMS[1:2], STREAMS[:2], STREAMS[:1]]),
    above=st.none() | st.integers(-2, 25).map(float),
    since=st.none() | st.integers(-5, 2_200).map(lambda hours: BEGIN + timedelta(hours=hours)),
    order=st.sampled_from(sorted(ORDERS)),
    top=st.integers(1, 60),
    skip=st.integers(0, 300),
    is_path=st.booleans(),
)


@pytest.fixture(scope="module")
def long_city(postgres: PrivatePostgres, city_template: Template[dict[str, int]]) -> Iterator[City]:
    with open_city(postgres, city_template) as city:
        number = city.datastreams["air-01.pm10"]
        rows = [one for one in rows_of(city) if one.datastream == number]
        with city.database.superuser() as connection:
            # Every third comes late, behind all others.
            late = sorted(range(len(rows)), key=lambda place: (place % 3 == 0, place))
            for place in late:
                connection.execute(
                    "INSERT INTO observations VALUES (%s, %s, %s, %s, 1)",
                    [number, 1 + place % 4, rows[place].time, rows[place].result],
                )
            connection.execute(
                "INSERT INTO latest VALUES (%s, 1, %s, %s, NULL, NULL, NULL, 1)",
                [number, rows[-1].time, rows[-1].result],
            )
            for name, value in PARALLEL.items():
                connection.execute(
                    sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                        sql.Identifier(city.database.name), sql.Identifier(name), sql.Literal(value)
                    )
                )
        yield city


@pytest.fixture(scope="module")
def long_api(long_city: City) -> Iterator[Api]:
    with standing(long_city) as api:
        yield api


def rows_of(city: City) -> list[Row]:
    """The numbers of the two datastreams that have some."""
    coarse, fine = (city.datastreams[name] for name in STREAMS[:2])
    many = [Row(coarse, BEGIN + n * STEP, (n * 7) % 23 + 0.25 * (n % 5)) for n in range(ROWS)]
    return many + [Row(fine, START + timedelta(minutes=n), n / 4) for n in range(600)]


def expected(rows: Sequence[Row], asked: Asked) -> list[str]:
    """The ids of all that fit, in their order."""
    fitting = [
        one
        for one in rows
        if (asked.above is None or one.result > asked.above)
        and (asked.since is None or one.time >= asked.since)
    ]
    order: Callable[[Row], Any] = ORDERS[asked.order]
    return [one.id for one in sorted(fitting, key=order)]


def request_of(asked: Asked, numbers: Sequence[int]) -> str:
    conditions = [] if asked.above is None else [f"result gt {asked.above}"]
    if asked.since is not None:
        conditions.append(f"phenomenonTime ge {asked.since.isoformat().replace('+00:00', 'Z')}")
    is_path = asked.is_path and len(numbers) == 1
    if not is_path:
        one = f"Datastream/id eq {numbers[0]}"
        conditions.insert(
            0, one if len(numbers) == 1 else f"Datastream/id in ({', '.join(map(str, numbers))})"
        )
    place = f"/Datastreams({numbers[0]})/Observations" if is_path else "/Observations"
    written = "" if not conditions else f"$filter={quote(' and '.join(conditions), safe='/(),:')}&"
    order = quote(asked.order, safe=",")
    return f"{place}?{written}$orderby={order}&$top={asked.top}&$skip={asked.skip}&$count=true&$select=id"


def check(city: City, api: Api, asked: Asked) -> None:
    numbers = [city.datastreams[name] for name in asked.streams]
    wanted = expected([one for one in rows_of(city) if one.datastream in numbers], asked)
    request = request_of(asked, numbers)
    answer = api.get(ROOT + request)
    assert answer.status_code == 200, (request, answer.text)
    page = answer.json()
    assert page["@iot.count"] == len(wanted), request
    told = [one["@iot.id"] for one in page["value"]]
    assert told == wanted[asked.skip : asked.skip + asked.top], request
    assert ("@iot.nextLink" in page) == (len(wanted) > asked.skip + asked.top), request
    if "@iot.nextLink" in page:
        onward = api.get(ROOT + page["@iot.nextLink"].partition(ROOT)[2]).json()
        behind = wanted[asked.skip + asked.top : asked.skip + 2 * asked.top]
        assert [one["@iot.id"] for one in onward["value"]] == behind, request


@pytest.mark.usefixtures("wire")
def test_pages_of_a_history_are_those_of_python(long_city: City, long_api: Api, is_long: bool) -> None:
    @settings(
        max_examples=2_000 if is_long else 20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(asked=asks)
    def holds(asked: Asked) -> None:
        check(long_city, long_api, asked)

    holds()


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("order", ["result", "result desc", "phenomenonTime desc", "id"])
def test_a_feature_of_interest_leads_to_all_that_was_observed_there(
    long_city: City, long_api: Api, order: str
) -> None:
    """The place of a thing that has always stood there: all observations of its datastreams."""
    number = long_city.datastreams["air-01.pm10"]
    feature = long_api.get(f"{ROOT}/Datastreams({number})/Observations?$top=1&$expand=FeatureOfInterest")
    key = feature.json()["value"][0]["FeatureOfInterest"]["@iot.id"]
    asked = Asked(STREAMS[:2], None, None, order, 30, 0, is_path=False)
    wanted = expected(rows_of(long_city), asked)
    page = long_api.get(
        f"{ROOT}/FeaturesOfInterest({key})/Observations?$orderby={quote(order)}&$top=30&$count=true&$select=id"
    ).json()
    assert page["@iot.count"] == len(wanted)
    assert [one["@iot.id"] for one in page["value"]] == wanted[:30]
