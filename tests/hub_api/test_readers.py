"""What one reader may hold of exports and live streams, and what it is told beyond."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from hub_api.city.stream.settings import StreamSettings
from hub_api.serving.exports.errors import TooManyExports
from hub_api.serving.exports.readers import Readers
from hub_api.serving.limits.settings import LimitSettings

EXPORT = "/v1/observations?thing=air-01&observed_property=pm2_5&f=csv"
HERE = "address:127.0.0.1"


def test_a_reader_has_places_and_waits_for_one() -> None:
    async def work() -> None:
        readers = Readers(2, wait_seconds_max=0.05, seconds_max=600)
        async with AsyncExitStack() as stack:
            for _ in range(2):
                await stack.enter_async_context(readers.place("a"))
            with pytest.raises(TooManyExports) as refused:
                await stack.enter_async_context(readers.place("a"))
            assert 590 < int(str(refused.value.details["reset_seconds"])) <= 600
            async with readers.place("b"):
                pass
        patient = Readers(1, wait_seconds_max=30, seconds_max=600)
        async with patient.place("a"):
            waiting = asyncio.create_task(patient.place("a").__aenter__())
            await asyncio.sleep(0)
            assert not waiting.done()
        await waiting
        async with readers.place("a"), readers.place("a"):
            pass

    asyncio.run(work())


def test_one_reader_does_not_take_all_exports(city: Any, make_api: Any) -> None:
    api = make_api(export_place_seconds_max=0.05)
    hub = api.app.state.hub

    async def work(client: httpx.AsyncClient) -> None:
        async with hub.readers.place(HERE), hub.readers.place(HERE):
            refused = await client.get(EXPORT)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
            assert 500 < int(refused.headers["retry-after"]) <= 600
            assert (await client.get("/v1/latest")).status_code == 200
            transport = httpx.ASGITransport(api.app, client=("192.0.2.7", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as other:
                assert (await other.get(EXPORT)).status_code == 200
            assert (await client.get(EXPORT)).status_code == 200, "what lies ready needs no place"
        assert (await client.get(f"{EXPORT}&limit=1")).status_code == 200

    api.run(work)


def test_exports_that_are_all_taken_are_no_store_that_is_away(
    database: Any, city: Any, make_api: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    store = database.settings().model_copy(update={"pool_wait_seconds_max": 0.2})
    api = make_api(store=store, export_connections_max=2)
    hub = api.app.state.hub

    async def work(client: httpx.AsyncClient) -> None:
        async with hub.database.exporting(), hub.database.exporting():
            busy = await client.get(EXPORT)
            assert (busy.status_code, busy.json()["code"]) == (503, "exports_busy")
            assert int(busy.headers["retry-after"]) >= 1
            assert (await client.get("/readyz")).status_code == 200
        assert (await client.get(EXPORT)).status_code == 200

    api.run(work)
    assert "store_away" not in capfd.readouterr().out


def test_one_reader_does_not_take_all_streams(city: Any, make_api: Any) -> None:
    settings = StreamSettings(listeners_per_reader_max=2)
    api = make_api(stream=settings, limits=LimitSettings())
    live = api.app.state.live

    async def work(client: httpx.AsyncClient) -> None:
        listeners = [await live.join({}, HERE) for _ in range(2)]
        refused = await client.get("/v1/stream?seconds=1")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert int(refused.headers["retry-after"]) >= 1
        live.leave(await live.join({}, "address:192.0.2.7"))
        live.leave(listeners[0])
        live.leave(listeners[0])
        assert (await client.get("/v1/stream?seconds=1")).status_code == 200
        live.leave(listeners[1])

    api.run(work)
