"""A city with what clients of the standard post besides: parameters, times of results, intervals, properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from stack.postgres import PrivatePostgres
from tests.conftest import Template
from tests.hub_api.conftest import Api, City, open_city, standing

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
ROOT = "/sta/v1.1"
WORDS = (None, "", "Ruwi", "ruwi", " Seeb ", "مطرح", "O'Neill", "a_b%c", "RUWI north", "é")


@dataclass(frozen=True)
class Observed:
    """One of the posted observations, as the answers should tell it."""

    id: str
    time: datetime
    result: float
    result_time: datetime | None
    valid: tuple[datetime, datetime] | None
    number: float | None
    word: str | None
    flag: bool | None


def observed(datastream: int) -> list[Observed]:
    """Forty that differ in all that a filter can ask for."""
    found = []
    for n in range(40):
        time = BEGIN + timedelta(hours=n * 7, seconds=n * 1.25)
        has_parameters = n % 4 != 0
        found.append(
            Observed(
                id=f"{datastream}-{(time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}",
                time=time,
                result=(n - 13) * 0.75,
                result_time=time + timedelta(minutes=n) if n % 3 else None,
                valid=(time, time + timedelta(hours=n % 9)) if n % 2 else None,
                number=float(n % 7) - 2.5 if has_parameters and n % 5 else None,
                word=WORDS[n % len(WORDS)] if has_parameters else None,
                flag=(n % 2 == 0) if has_parameters and n % 3 else None,
            )
        )
    return found


def store(connection: Any, datastream: int) -> None:
    for one in observed(datastream):
        connection.execute(
            "INSERT INTO observations VALUES (%s, %s, %s, %s, 1)",
            [datastream, 1 + int(one.result) % 4, one.time, one.result],
        )
        known = {"n": one.number, "s": one.word, "b": one.flag}
        parameters = {name: value for name, value in known.items() if value is not None} or None
        connection.execute(
            "INSERT INTO observation_details (datastream_id, phenomenon_time, result_time, valid_start, valid_end, parameters)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [datastream, one.time, one.result_time, *(one.valid or (None, None)),
             None if parameters is None else orjson.dumps(parameters).decode()],
        )  # fmt: skip
    last = observed(datastream)[-1]
    connection.execute(
        "INSERT INTO latest VALUES (%s, 1, %s, %s, NULL, NULL, NULL, 1)", [datastream, last.time, last.result]
    )


@pytest.fixture(scope="module")
def rich_city(postgres: PrivatePostgres, city_template: Template[dict[str, int]]) -> Iterator[City]:
    with open_city(postgres, city_template) as city:
        with city.database.superuser() as connection:
            store(connection, city.datastreams["air-01.pm10"])
        yield city


@pytest.fixture(scope="module")
def rich_api(rich_city: City) -> Iterator[Api]:
    with standing(rich_city) as api:
        yield api


@pytest.fixture(scope="module")
def ask(rich_api: Api) -> Callable[[str], Any]:
    """The answer to a path with options as a person writes them; it has to be one."""

    def answer(request: str) -> Any:
        path, mark, query = request.partition("?")
        found = rich_api.get(ROOT + path + mark + quote(query, safe="&=$()',;:/@*"))
        assert found.status_code == 200, (request, found.text)
        return found.json()

    return answer
