"""The bare ceilings of reading: what the same servers and drivers give without a hub around them.

``python -m benchmarks.reading.ceilings http PORT`` serves the bare handlers with the server's flags of
the API; ``… adbc`` reads a query by ADBC straight into a file of pyarrow, for each line on its input.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Response
from psycopg_pool import AsyncConnectionPool

from citycore.settings import StoreSettings

Pool = AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]
#: What somebody would write who wants one day of one datastream.
DAY = """
SELECT phenomenon_time, result, quality FROM observations
WHERE datastream_id = %(datastream)s AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
ORDER BY phenomenon_time
"""
#: The newest values with what the API says of each.
LATEST = """
SELECT newest.datastream_id, thing.code, thing.name_en, thing.name_ar, datastream.observed_property_code,
       datastream.unit, datastream.result_type, newest.phenomenon_time, newest.result, newest.quality,
       source.kind = 'simulated', source.code, thing.place_code, thing.longitude, thing.latitude,
       datastream.interval_seconds
FROM latest AS newest
JOIN datastreams AS datastream USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
ORDER BY newest.datastream_id
LIMIT %(limit)s
"""
LATEST_KEYS = (
    "datastream",
    "thing",
    "name_en",
    "name_ar",
    "observed_property",
    "unit",
    "result_type",
    "phenomenon_time",
    "result",
    "quality",
    "simulated",
    "source",
    "place",
    "longitude",
    "latitude",
    "interval_seconds",
)


def create_app(store: StoreSettings) -> FastAPI:
    """Three handlers, as bare as FastAPI allows."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    pool: Pool = AsyncConnectionPool(
        store.read_url.get_secret_value(),
        min_size=0,
        max_size=store.pool_connections_max,
        kwargs={"autocommit": True},
        open=False,
    )
    app = FastAPI(lifespan=lifespan)

    async def fetch(query: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        async with pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(query.encode(), parameters)
            return await cursor.fetchall()

    @app.get("/hello")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    @app.get("/day")
    async def day(datastream: int, start: datetime, end: datetime) -> Response:
        rows = await fetch(DAY, {"datastream": datastream, "start": start, "end": end})
        data = [{"phenomenon_time": row[0], "result": row[1], "quality": row[2]} for row in rows]
        return _json({"data": data})

    @app.get("/latest")
    async def latest(limit: int) -> Response:
        rows = await fetch(LATEST, {"limit": limit})
        return _json({"data": [dict(zip(LATEST_KEYS, row, strict=True)) for row in rows]})

    return app


def _json(content: object) -> Response:
    return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), media_type="application/json")


def serve(port: int) -> None:
    import uvicorn

    uvicorn.run(
        create_app(StoreSettings()),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
    )


def read_by_adbc() -> None:
    """For each line, a JSON array of format and query: read, write the file into nothing, say the seconds."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(os.environ["FALAJ_STORE_READ_URL"]) as connection:
        for line in sys.stdin:
            chosen, query = orjson.loads(line)
            began = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(query)
                rows = _write(chosen, cursor.fetch_record_batch())
            connection.rollback()
            answer = {"seconds": time.perf_counter() - began, "rows": rows}
            sys.stdout.write(orjson.dumps(answer).decode() + "\n")
            sys.stdout.flush()


def _write(chosen: str, reader: Any) -> int:
    from pyarrow import ipc, parquet

    rows = 0
    with io.FileIO(os.devnull, "w") as nothing:
        writer = (
            ipc.new_stream(nothing, reader.schema)
            if chosen == "arrow"
            else parquet.ParquetWriter(nothing, reader.schema, compression="zstd")
        )
        for batch in reader:
            writer.write_batch(batch)
            rows += len(batch)
        writer.close()
    return rows


if __name__ == "__main__":
    if sys.argv[1] == "http":
        serve(int(sys.argv[2]))
    else:
        read_by_adbc()
