"""A small city in a real database, and the API over it, served in this process."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jinja2 import FileSystemBytecodeCache

from citycore.model import (
    DatastreamDescription,
    PlaceDescription,
    SourceDescription,
    SourceKind,
    ThingDescription,
)
from citycore.store.registry import register, store_places
from hub_api.app import create_app
from hub_api.serving.pages.layout import TEMPLATES
from hub_api.settings import ApiSettings
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import Database, Template, make_template, open_database
from tests.hub_api.turns import Turns
from tests.prepared import Program

# To compile all pages takes two seconds: it is done once for all processes, and again for what changes.
TEMPLATES.bytecode_cache = FileSystemBytecodeCache()
PROGRAMME = Path(__file__).with_name("programme.sql")
#: The published challenge there.
SHADE = "00000000-0000-4000-8000-000000000003"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
MINUTES = 600

STATION = ThingDescription(
    code="air-01", kind="air_quality_station", name_en="Ruwi", name_ar="روي", longitude=58.54, latitude=23.6,
    datastreams=(
        DatastreamDescription(observed_property="pm2_5", interval_seconds=60),
        DatastreamDescription(observed_property="pm10"),
    ),
)  # fmt: skip
SKY = ThingDescription(
    code="weather-01", kind="weather_station", name_en="Seeb", name_ar="السيب", longitude=58.18, latitude=23.67,
    datastreams=(DatastreamDescription(observed_property="weather", result_type="category"),),
)  # fmt: skip
SECOND = ThingDescription(
    code="air-02", kind="air_quality_station", name_en="Seeb air", name_ar="هواء السيب", longitude=58.2, latitude=23.66,
    datastreams=(DatastreamDescription(observed_property="pm2_5", interval_seconds=600),),
)  # fmt: skip
BUS = ThingDescription(
    code="bus-01", kind="bus", name_en="Bus 1", name_ar="حافلة 1",
    datastreams=(DatastreamDescription(observed_property="location", result_type="position"),),
)  # fmt: skip


def square(code: str, name_ar: str, west: float, kind: str = "wilayat") -> PlaceDescription:
    ring = [[west, 23.5], [west, 23.8], [west + 0.3, 23.8], [west + 0.3, 23.5], [west, 23.5]]
    return PlaceDescription(
        code=code, kind=kind, parent_code=None, name_en=code.title(), name_ar=name_ar,
        geometry={"type": "Polygon", "coordinates": [ring]}, provenance="a square for tests",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class City:
    """The seeded database and the numbers of its datastreams, by ``thing.property``."""

    database: Any
    datastreams: dict[str, int]


@pytest.fixture(scope="session")
def city_template(postgres: PrivatePostgres) -> Template[dict[str, int]]:
    return make_template(postgres, "city_template", lambda database: seeded_city(database).datastreams)


@pytest.fixture
def database(request: pytest.FixtureRequest, postgres: PrivatePostgres) -> Iterator[Database]:
    """Cloned with the city in it where a test also asks for that."""
    if "city" in request.fixturenames:
        with open_city(postgres, request.getfixturevalue("city_template")) as city:
            yield city.database
    else:
        with open_database(postgres) as database:
            yield database


@pytest.fixture
def city(database: Database, city_template: Template[dict[str, int]]) -> City:
    return City(database, city_template.content)


@contextmanager
def open_city(postgres: PrivatePostgres, template: Template[dict[str, int]]) -> Iterator[City]:
    """A city of one's own, for fixtures that keep one longer than a test."""
    with open_database(postgres, template.name) as database:
        yield City(database, dict(template.content))


def seeded_city(database: Any, *, second_station: bool = False) -> City:
    with database.connect("owner") as connection:
        store_places(connection, [square("matrah", "مطرح", 58.4), square("seeb", "السيب", 58.0)])
        simulated = SourceDescription(
            code="simulator", kind=SourceKind.SIMULATED, name_en="Simulator", name_ar="محاكٍ"
        )
        recorded = SourceDescription(
            code="recorded", kind=SourceKind.RECORDED, name_en="Recorded", name_ar="مسجّل", licence="CC-BY-4.0"
        )
        register(connection, simulated, [STATION, BUS, *([SECOND] if second_station else [])])
        register(connection, recorded, [SKY])
        rows = connection.execute(
            "SELECT things.code || '.' || observed_property_code, datastream_id"
            " FROM datastreams JOIN things USING (thing_id)"
        ).fetchall()
    numbers = dict(rows)
    with database.superuser() as connection:
        _seed(connection, numbers)
        connection.execute(PROGRAMME.read_bytes())
    return City(database, numbers)


def _seed(connection: Any, numbers: dict[str, int]) -> None:
    fine, sky, bus = numbers["air-01.pm2_5"], numbers["weather-01.weather"], numbers["bus-01.location"]
    connection.execute(
        "INSERT INTO observations SELECT %s, 1, %s::timestamptz + n * interval '1 minute', n / 4.0, 1"
        " FROM generate_series(0, %s) AS n",
        [fine, START, MINUTES - 1],
    )
    connection.execute(
        "INSERT INTO observations_category SELECT %s, 2, %s::timestamptz + n * interval '1 hour',"
        " 'clear, \"dry\"', 1 FROM generate_series(0, 9) AS n",
        [sky, START],
    )
    connection.execute(
        "INSERT INTO observations_position SELECT %s, 1, %s::timestamptz + n * interval '1 minute',"
        " 58.5 + n * 0.001, 23.6, 1 FROM generate_series(0, 9) AS n",
        [bus, START],
    )
    connection.execute(
        "INSERT INTO latest VALUES (%s, 1, %s, 149.75, NULL, NULL, NULL, 1),"
        " (%s, 2, %s, NULL, 'clear', NULL, NULL, 1), (%s, 1, %s, NULL, NULL, 58.509, 23.6, 1)",
        [fine, START + timedelta(minutes=MINUTES - 1), sky, START + timedelta(hours=9), bus,
         START + timedelta(minutes=9)],
    )  # fmt: skip
    connection.execute(
        "INSERT INTO observations_hourly SELECT %s, %s::timestamptz + n * interval '1 hour', 60, 60, n, n - 1,"
        " n + 1, 0.5, n - 0.9, n, n + 0.9, 58, 1, 1, 0 FROM generate_series(0, 9) AS n",
        [fine, START],
    )
    connection.execute(
        "INSERT INTO ingest_batches SELECT n, 'test', 1, 10, 7, 1, 1, 1, %s::timestamptz + n * interval '1 s',"
        " %s::timestamptz + n * interval '1 s' + interval '0.25 s' FROM generate_series(1, 100) AS n",
        [START, START],
    )
    connection.execute(
        "INSERT INTO ingest_totals SELECT worker, count(*), sum(messages), sum(received), sum(stored),"
        " sum(duplicate), sum(conflicting), sum(quarantined), max(first_received_at), max(committed_at)"
        " FROM ingest_batches GROUP BY worker"
    )
    _seed_forecasts(connection, fine)


def _seed_forecasts(connection: Any, datastream: int) -> None:
    for issued, model in ((START, "seasonal_naive"), (START + timedelta(hours=9), "prophet")):
        connection.execute(
            "WITH issue AS (INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model,"
            " baseline, mae, baseline_mae, skill, backtest_origins, coverage_50, coverage_80, coverage_95,"
            " training_start, training_hours, data_digest, candidates) VALUES (%(d)s, %(t)s, %(t)s, 3, %(m)s,"
            " 'seasonal_naive', 2, 4, 0.5, 5, 0.5, 0.8, 0.95, %(t)s, 400, 'x',"
            """ '[{"model": "prophet", "mae": 2, "skill": 0.5}]') RETURNING forecast_id)"""
            " INSERT INTO forecast_values SELECT forecast_id, %(t)s::timestamptz + n * interval '1 hour',"
            " n, n - 1, n + 1, n - 2, n + 2, n - 3, n + 3 FROM issue, generate_series(0, 2) AS n",
            {"d": datastream, "t": issued, "m": model},
        )


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the started application."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client,
    ):
        yield client


class Api:
    """The API as a test sees it: synchronous calls, one event loop for all of them."""

    def __init__(self, app: FastAPI, runner: Turns, client: httpx.AsyncClient) -> None:
        self.app = app
        self._runner = runner
        self.client = client

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self._runner.run(self.client.request(method, url, **options))

    def run(self, work: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        async def call() -> Any:
            return await work(self.client)

        return self._runner.run(call())


@pytest.fixture
def make_api(database: Any) -> Iterator[Callable[..., Api]]:
    """Start an API over the test's database; settings by keyword."""
    with Turns() as runner:
        stack: list[Any] = []

        def make(
            clock: Callable[[], datetime] = lambda: NOW,
            store: Any = None,
            changes: Any = None,
            **settings: Any,
        ) -> Api:
            app = create_app(
                ApiSettings(**settings), store or database.settings(), clock, known_changes=changes
            )
            context = serving(app)
            client = runner.run(context.__aenter__())
            stack.append(context)
            return Api(app, runner, client)

        yield make
        for context in reversed(stack):
            runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def api(city: City, make_api: Callable[..., Api]) -> Api:
    return make_api()


@contextmanager
def serving_process(
    database: Any, log: Path, port: int | None = None, **environment: str
) -> Iterator[tuple[str, Program]]:
    """``python -m hub_api`` over the database: its URL once it is ready, and its process."""
    port = port or free_port()
    settings = {**os.environ, **database.environment(), "FALAJ_API_PORT": str(port), **environment}
    process = Program("hub_api", (), settings, log)
    url = f"http://127.0.0.1:{port}"
    try:
        assert wait_until(lambda: answers(url), 60, alive=lambda: process.poll() is None), log.read_text()
        yield url, process
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5, verify=False).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def standing_city(postgres: PrivatePostgres, city_template: Template[dict[str, int]]) -> Iterator[City]:
    """A city that the tests of a module share, because they only read."""
    with open_city(postgres, city_template) as city:
        yield city


@contextmanager
def standing(city: City, changes: Any = None, **settings: Any) -> Iterator[Api]:
    """The API over a city, for fixtures that live longer than one test; settings by keyword."""
    with Turns() as runner:
        app = create_app(
            ApiSettings(**settings), city.database.settings(), lambda: NOW, known_changes=changes
        )
        context = serving(app)
        yield Api(app, runner, runner.run(context.__aenter__()))
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def standing_api(standing_city: City) -> Iterator[Api]:
    """The API over the city that a module shares."""
    with standing(standing_city) as api:
        yield api


@pytest.fixture(scope="session")
def looker(is_long: bool) -> Iterator[Any]:
    """A browser that looks for what shuts people out."""
    from tests.hub_api.portal.looks import Looker

    looker = Looker(judges_all=is_long)
    yield looker
    looker.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """For what depends on how a page is drawn."""
    from playwright.sync_api import sync_playwright

    from dashboards.screenshot import ARGUMENTS, CHROMIUM

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
