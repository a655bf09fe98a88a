"""Slow questions have connections of their own, and a reader few of them: others are answered as if nobody asked any."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub_api.serving.database import LENT
from hub_api.serving.routing import single_routes
from hub_api.serving.slow import MARK
from tests.hub_api.conftest import Api, City

ANY = "/sta/v1.1/Things?$filter=Datastreams/Observations/result gt 100000"
HERE = "address:127.0.0.1"
#: Whose filters, spans and shapes a reader writes. Everything else below the standards names what it reads, or reads the registry.
SLOW = (
    "/sta/v1.1/{path:path}",
    "/ngsi-ld/v1/entities",
    "/ngsi-ld/v1/entityOperations/query",
    "/ngsi-ld/v1/temporal/entities",
    "/ngsi-ld/v1/temporal/entities/{entity}",
    "/ngsi-ld/v1/temporal/entityOperations/query",
    "/ogc/collections/{collection}/items",
    "/ogc/collections/observations/area",
    "/ogc/collections/observations/locations/{location}",
    "/ogc/collections/observations/position",
    "/ogc/collections/observations/radius",
)


def declared(app: FastAPI) -> set[str]:
    return {
        route.path  # type: ignore[attr-defined]
        for route in single_routes(app.routes)
        if hasattr(getattr(route, "endpoint", None), MARK)
    }


def test_which_questions_are_slow_is_declared(standing_api: Api) -> None:
    found = declared(standing_api.app)
    items = {path for path in found if path.startswith("/ogc/") and path.endswith("/items")}
    assert len(items) > 1
    assert found - items == {path for path in SLOW if not path.endswith("/items")}


def test_ten_slow_questions_of_one_reader_hold_nobody_up(city: City, make_api: Any) -> None:
    api = make_api(slow_place_seconds_max=0.1)
    elsewhere = httpx.ASGITransport(api.app, client=("192.0.2.7", 1))

    async def work(client: httpx.AsyncClient) -> None:
        # What reads observations waits for this lock as it would for a slow disk.
        with city.database.superuser() as connection, connection.transaction():
            connection.execute("LOCK TABLE observations IN ACCESS EXCLUSIVE MODE")
            asked = [asyncio.create_task(client.get(ANY)) for _ in range(10)]
            done, waiting = await asyncio.wait(asked, timeout=5)
            while len(done) < 8:
                done, waiting = await asyncio.wait(asked, timeout=1)
            for one in done:
                refused = one.result()
                assert refused.status_code == 429
                assert 1 <= int(refused.headers["retry-after"]) <= 30
            assert len(waiting) == 2
            assert api.app.state.hub.database.slow.get_stats()["pool_size"] <= 2
            assert (await client.get("/v1/latest")).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
            async with httpx.AsyncClient(transport=elsewhere, base_url="http://hub.test") as other:
                assert (await other.get("/sta/v1.1/Things")).status_code == 200
        for one in waiting:
            assert (await one).status_code == 200

    api.run(work)


def test_a_reader_has_no_more_connections_however_many_statements(city: City, make_api: Any) -> None:
    api = make_api(slow_connections_per_reader_max=2)
    database = api.app.state.hub.database

    async def work(_: httpx.AsyncClient) -> None:
        token = LENT.set(asyncio.Semaphore(2))
        try:
            await asyncio.gather(*(database.fetch(b"SELECT pg_sleep(0.02)") for _ in range(6)))
        finally:
            LENT.reset(token)
        assert database.slow.get_stats()["pool_size"] == 2
        assert database.pool.get_stats().get("pool_size", 0) <= 1

    api.run(work)


def test_when_all_slow_connections_are_taken_what_is_quick_is_answered(
    database: Any, city: City, make_api: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    store = database.settings().model_copy(update={"pool_wait_seconds_max": 0.2})
    api = make_api(store=store, slow_connections_max=1)
    lane = api.app.state.hub.database

    async def work(client: httpx.AsyncClient) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(lane._lend(lane.slow, None))
            busy = await client.get(ANY)
            assert busy.status_code == 503
            assert int(busy.headers["retry-after"]) >= 1
            for quick in ("/v1/latest", "/v1/things", "/readyz", "/ogc/collections"):
                assert (await client.get(quick)).status_code == 200
        assert (await client.get(ANY)).status_code == 200

    api.run(work)
    assert "store_away" not in capfd.readouterr().out


def test_a_slow_question_ends(city: City, make_api: Any) -> None:
    api = make_api(slow_seconds_max=0.1)

    async def work(client: httpx.AsyncClient) -> None:
        with city.database.superuser() as connection, connection.transaction():
            connection.execute("LOCK TABLE observations IN ACCESS EXCLUSIVE MODE")
            assert (await client.get(ANY)).status_code == 503
        assert (await client.get("/sta/v1.1/Things")).status_code == 200

    api.run(work)
