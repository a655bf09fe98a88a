"""SensorThings as dashboards ask it: the newest observation of each of ten thousand things, beside fifty million others.

A thing has one datastream, with a value every five minutes. What is asked for is compared with what the hub's own list of the newest
values takes for as many, in the same run, and has a bound of its own: 300 ms at the 95th percentile for all of the things together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

import httpx
import numpy as np
import psycopg

from benchmarks.reading.history import History
from benchmarks.reading.servers import Stage
from benchmarks.report import Case
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS, copy_stream
from citycore.store.migrate import migrate
from citycore.store.registry import register
from stack.postgres import PrivatePostgres

THINGS: Final = 10_000
STEP: Final = timedelta(minutes=5)
END: Final = datetime(2026, 11, 1, tzinfo=UTC)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
#: Of each thing, five thousand values: fifty million.
STEPS, QUICK_STEPS = 5_000, 50
STEPS_AT_ONCE: Final = 100
DATABASE: Final = "bench_sensorthings"
P95_TARGET_MS: Final = 300.0
NEWEST: Final = "Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc{more}){select})"
COPY: Final = (
    "COPY observations (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN (FORMAT binary)"
)
LATEST: Final = """
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 1, %(newest)s, 20, 1 FROM datastreams
"""


def fill(postgres: PrivatePostgres, steps: int) -> None:
    """A fresh database with the things and their values."""
    with postgres.superuser() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    postgres.create_database(DATABASE)
    migrate(postgres.url("owner", DATABASE))
    source = SourceDescription(code="bench", kind=SourceKind.SIMULATED, name_en="Benchmark", name_ar="قياس")
    with psycopg.connect(postgres.url("owner", DATABASE)) as connection:
        register(connection, source, [_thing(number) for number in range(THINGS)])
    with psycopg.connect(postgres.url("ingest", DATABASE), autocommit=True) as connection:
        for first in range(0, steps, STEPS_AT_ONCE):
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.write(_stream(first, min(STEPS_AT_ONCE, steps - first), steps))
        connection.execute(LATEST, {"newest": END - STEP})
    with postgres.superuser(DATABASE) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _thing(number: int) -> ThingDescription:
    return ThingDescription(
        code=f"bench-{number:05}",
        kind="bench",
        name_en=f"Station {number}",
        name_ar=f"محطة {number}",
        longitude=58.2 + number % 100 / 250,
        latitude=23.5 + number // 100 / 250,
        datastreams=(DatastreamDescription(observed_property="pm2_5", interval_seconds=300),),
    )


def _stream(first: int, steps: int, all_steps: int) -> bytes:
    begin = (END - all_steps * STEP - EPOCH) // MICROSECOND - POSTGRES_EPOCH_MICROSECONDS
    moments = np.repeat(np.arange(first, first + steps), THINGS)
    return copy_stream(
        [
            np.tile(np.arange(1, THINGS + 1, dtype=np.int32), steps),
            np.ones(len(moments), dtype=np.int16),
            begin + moments * (STEP // MICROSECOND),
            np.round(20 + 8 * np.sin(moments / 288), 2),
            np.ones(len(moments), dtype=np.int64),
        ]
    )


def requests() -> dict[str, str]:
    """What is asked, by what it is called."""
    lean = NEWEST.format(more=";$select=phenomenonTime,result", select=";$select=@iot.id")
    whole = NEWEST.format(more="", select="")
    return {
        "newest of 10,000 things, selected": _url(
            "Things", f"$top=10000&$select=@iot.id,name&$expand={lean}"
        ),
        "newest of 10,000 things, whole": _url("Things", f"$top=10000&$expand={whole}"),
        "newest of a page of 100 things": _url("Things", f"$expand={whole}"),
        "newest of one thing": _url("Things(5000)", f"$expand={whole}"),
        "newest of 10,000 datastreams": _url(
            "Datastreams",
            "$top=10000&$select=@iot.id&$expand=Observations($top=1;$orderby=phenomenonTime desc;$select=result)",
        ),
        "100 observations of one datastream": _url(
            "Datastreams(5000)/Observations", "$orderby=phenomenonTime desc&$top=100"
        ),
        "1,000 observations of a time": _url(
            "Datastreams(5000)/Observations",
            "$filter=phenomenonTime ge 2026-10-20T00:00:00Z and phenomenonTime lt 2026-10-24T00:00:00Z&$top=1000",
        ),
    }


def _url(path: str, query: str) -> str:
    return f"/sta/v1.1/{path}?{quote(query, safe='$=&();,/:@')}"


def cases(running: Stage, *, is_quick: bool = False) -> list[Case]:
    """The figures of reading."""
    fill(running.postgres, QUICK_STEPS if is_quick else STEPS)
    server = running.api(History(DATABASE, 0))
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        return measure(client, rounds=3 if is_quick else 30)


def measure(client: httpx.Client, rounds: int) -> list[Case]:
    bare = _p95(client, "/v1/latest?limit=1000", rounds)
    found = [Case("the hub's own list of 1,000 newest values", bare, "ms")]
    for name, url in requests().items():
        taken = _p95(client, url, rounds)
        found.append(
            Case(f"{name}, p95", taken, "ms", bare, taken / bare, target=P95_TARGET_MS / bare, at_most=True)
        )
    return found


def _p95(client: httpx.Client, url: str, rounds: int) -> float:
    times = [_timed(lambda: client.get(url)) for _ in range(rounds + 1)]
    return float(np.percentile(np.array(times[1:]), 95))


def _timed(ask: Callable[[], httpx.Response]) -> float:
    began = time.perf_counter()
    answer = ask()
    assert answer.status_code == httpx.codes.OK, answer.text
    return (time.perf_counter() - began) * 1000
