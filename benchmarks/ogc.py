"""A page of 1,000 features beside a bare handler that asks the same and writes the same with orjson.

``python -m benchmarks.ogc PORT`` serves the bare handlers.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median
from typing import Any

import orjson
from fastapi import FastAPI, Response

from benchmarks.reading.history import History, fill
from benchmarks.reading.load import Load, request
from benchmarks.reading.servers import Stage
from benchmarks.report import Case
from citycore.settings import StoreSettings
from hub_api.standards.ogc.features.model import LATEST, OBSERVATIONS

PAGE = 1_000
TARGET = 0.6
HISTORY = History("bench_ogc", 10)
#: What the bare handlers ask; the columns are those that the features have.
QUERIES = {
    "latest": """
SELECT newest.datastream_id, coalesce(thing.longitude, seen.longitude), coalesce(thing.latitude, seen.latitude),
       newest.datastream_id, thing.code, thing.name_en, thing.name_ar, thing.kind, datastream.observed_property_code,
       observed.name_en, observed.name_ar, observed.sector, datastream.unit, newest.phenomenon_time, newest.result,
       newest.result_text, newest.quality, source.code, source.kind = 'simulated', thing.place_code
FROM latest AS newest
JOIN datastreams AS datastream USING (datastream_id)
JOIN observed_properties AS observed ON observed.code = datastream.observed_property_code
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN datastreams AS track ON track.thing_id = thing.thing_id AND track.observed_property_code = 'location'
LEFT JOIN latest AS seen ON seen.datastream_id = track.datastream_id
ORDER BY newest.datastream_id
LIMIT 1001
""",
    "observations": """
SELECT stored.datastream_id || '-' || (extract(epoch FROM phenomenon_time) * 1000000)::bigint, thing.longitude, thing.latitude,
       stored.datastream_id, thing.code, datastream.observed_property_code, datastream.unit, phenomenon_time, result,
       NULL, quality, source.code, source.kind = 'simulated', thing.place_code
FROM observations AS stored
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
WHERE stored.datastream_id = 7
ORDER BY phenomenon_time DESC
LIMIT 1001
""",
}
NAMES = {
    "latest": tuple(one.name for one in LATEST.properties),
    "observations": tuple(one.name for one in OBSERVATIONS.properties),
}
TARGETS = {
    "latest": f"/ogc/collections/latest/items?limit={PAGE}",
    "observations": f"/ogc/collections/observations/items?limit={PAGE}&datastream=7",
}


def cases(running: Stage, *, rounds: int = 5, seconds: float = 1.5) -> list[Case]:
    """Requests a second of the hub and of the bare handlers, in turns."""
    fill(running.postgres, HISTORY)
    # Nobody counts them, so that nobody paces them either (`FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_SECOND`).
    free = {"FALAJ_LIMITS_FREE_NETWORKS": "127.0.0.0/8"}
    hub, bare = running.api(HISTORY, free), running.bare(HISTORY, "benchmarks.ogc")
    found = []
    for name, target in TARGETS.items():
        loads = [
            Load(bare.port, [request(f"/{name}", bare.port)]),
            Load(hub.port, [request(target, hub.port)]),
        ]
        rates: list[list[float]] = [[], []]
        for _ in range(rounds):
            for load, so_far in zip(loads, rates, strict=True):
                so_far.append(replace(load, latencies=[]).run(seconds).rate)
        ceiling, rate = median(rates[0]), median(rates[1])
        found.append(
            Case(f"OGC API, {PAGE} features of {name}", rate, "pages/s", ceiling, rate / ceiling, TARGET)
        )
    return found


def create_app(store: StoreSettings) -> FastAPI:
    """The bare handlers."""
    from psycopg_pool import AsyncConnectionPool

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        store.read_url.get_secret_value(),
        min_size=0,
        max_size=store.pool_connections_max,
        kwargs={"autocommit": True},
        open=False,
    )
    app = FastAPI(lifespan=lifespan)

    async def answer(name: str) -> Response:
        async with pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(QUERIES[name].encode())
            rows = await cursor.fetchall()
        features = [
            {
                "type": "Feature",
                "id": row[0],
                "geometry": {"type": "Point", "coordinates": row[1:3]},
                "properties": dict(zip(NAMES[name], row[3:], strict=True)),
            }
            for row in rows[:PAGE]
        ]
        content = {"type": "FeatureCollection", "features": features}
        return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), media_type="application/geo+json")

    @app.get("/hello")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    @app.get("/latest")
    async def latest() -> Response:
        return await answer("latest")

    @app.get("/observations")
    async def observations() -> Response:
        return await answer("observations")

    return app


def main(words: Sequence[str]) -> None:
    """Serve the bare handlers at the port that is named."""
    import uvicorn

    uvicorn.run(
        create_app(StoreSettings()),
        host="127.0.0.1",
        port=int(words[-1]),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
