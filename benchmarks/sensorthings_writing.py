"""How fast rows come in by ``CreateObservations``, beside the bulk load of as many rows of the same kind in the same run.

Each request has five thousand rows and an outcome for each of them; the next is sent when the one before is answered, so its rows are
stored by then: by one client, and by two that write at once, as programs that have much to bring do. The load is the whole command,
``falaj load``, which answers for a file.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import orjson
from msgspec.structs import replace

from benchmarks.load import START, STEP, Shape, describe
from benchmarks.load_history import _load, _table
from benchmarks.reading.history import History
from benchmarks.reading.servers import COUNTED, Stage
from benchmarks.report import Case
from citycore.keys import KEY_BYTES, build_key, digest_of
from citycore.store.migrate import migrate
from citycore.store.registry import register
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.postgres import PrivatePostgres

ROWS: Final = 5_000
TARGET: Final = 0.5
VALUES, THINGS = 5, 20
LOADED_ROWS, QUICK_LOADED_ROWS = 3_000_000, 500_000
REQUESTS, QUICK_REQUESTS = 60, 10
CLIENTS: Final = 2
#: Requests before those that are timed.
WARM = 3


def cases(running: Stage, *, is_quick: bool = False) -> list[Case]:
    """The figures of writing."""
    shape = Shape((QUICK_LOADED_ROWS if is_quick else LOADED_ROWS) // VALUES, VALUES, THINGS)
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name, ExitStack() as ending:
        folder = Path(name)
        folder.chmod(0o755)
        loaded = _loaded(running.postgres, folder, shape)
        ids = _prepare(running.postgres, shape)
        broker = PrivateBroker(folder / "broker", free_port())
        ending.callback(broker.stop)
        broker.start()
        port, key = free_port(), build_key(secrets.token_bytes(KEY_BYTES))
        own = {"FALAJ_INGEST_HTTP_PORT": str(port), "FALAJ_INGEST_WORKER": "bench"}
        environment = {**running.postgres.environment("falaj"), **broker.environment(), **own}
        running.start("ingest", ["-m", "ingest"], environment, port, "/readyz")
        known = {
            "FALAJ_API_INGEST_URL": f"http://127.0.0.1:{port}",
            "FALAJ_API_ADMIN_KEY_SHA256": digest_of(key),
        }
        server = running.api(History("falaj", 1), {**COUNTED, **known})
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        count = QUICK_REQUESTS if is_quick else REQUESTS
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers=headers, timeout=60) as client:
            seconds = [_send(client, _body(ids, number)) for number in range(count + WARM)]
            bodies = [_body(ids, number) for number in range(count + WARM, 2 * count + WARM)]
            with ThreadPoolExecutor(CLIENTS) as threads:
                began = time.perf_counter()
                list(threads.map(lambda body: _send(client, body), bodies))
                together = time.perf_counter() - began
    rate, both = ROWS / median(seconds[WARM:]), ROWS * count / together
    name = f"CreateObservations, {ROWS:,} rows a request"
    return [
        Case("falaj load: Parquet", loaded, "rows/s"),
        Case(name, rate, "rows/s", loaded, rate / loaded, target=TARGET),
        Case(f"the same, {CLIENTS} clients at once", both, "rows/s", loaded, both / loaded),
    ]


def _loaded(postgres: PrivatePostgres, folder: Path, shape: Shape) -> float:
    """Rows a second."""
    from pyarrow import parquet

    file = folder / "history.parquet"
    parquet.write_table(_table(shape, 0, shape.observations), file)
    _prepare(postgres, shape)
    seconds, _ = _load(postgres, file, shape.observations)
    return shape.observations / seconds


def _prepare(postgres: PrivatePostgres, shape: Shape) -> list[int]:
    """A fresh database; the numbers of its datastreams."""
    with postgres.superuser() as connection:
        connection.execute("DROP DATABASE IF EXISTS falaj WITH (FORCE)")
    postgres.create_database()
    migrate(postgres.url("owner"))
    with postgres.superuser("falaj") as connection:
        source, things = describe(shape)
        register(connection, source, [replace(each, longitude=58.4, latitude=23.6) for each in things])
        connection.commit()
        return [
            row[0]
            for row in connection.execute("SELECT datastream_id FROM datastreams ORDER BY 1").fetchall()
        ]


def _body(ids: Sequence[int], number: int) -> bytes:
    """Of one request, whose rows are all new."""
    each = ROWS // len(ids)
    blocks: list[dict[str, Any]] = [
        {
            "Datastream": {"@iot.id": id_},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": each,
            "dataArray": [
                [
                    f"{START + (number * each + row) * STEP:%Y-%m-%dT%H:%M:%SZ}",
                    round(20 + row * 7 % 1000 / 37, 3),
                ]
                for row in range(each)
            ],
        }
        for id_ in ids
    ]
    return orjson.dumps(blocks)


def _send(client: httpx.Client, body: bytes) -> float:
    """Seconds of one request."""
    began = time.perf_counter()
    answer = client.post("/sta/v1.1/CreateObservations", content=body)
    seconds = time.perf_counter() - began
    links = answer.json()
    if answer.status_code != httpx.codes.CREATED or "error" in links or len(links) != ROWS:
        raise RuntimeError(answer.text[:500])
    return seconds
