"""The stored history that is read: as ingest would have left it, written by COPY in a minute.

``DATASTREAMS`` datastreams with a value every five minutes, moment by moment as they would arrive,
a batch a day; and as many more that have only a newest value, so that there are ``LATEST`` of those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS, copy_stream
from citycore.store.migrate import migrate
from citycore.store.registry import register
from stack.postgres import PrivatePostgres

PROPERTIES = ("pm2_5", "pm10", "no2", "o3", "air_temperature")
#: Those of the things that have only a newest value.
QUIET_PROPERTIES = ("no", "so2", "co", "relative_humidity", "air_pressure")
STEP = timedelta(minutes=5)
DAY = timedelta(days=1)
DAY_STEPS = DAY // STEP
#: The newest instant that is stored is one step before this.
END = datetime(2026, 11, 1, tzinfo=UTC)
DATASTREAMS = 300
LATEST = 1_000
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COPY = (
    "COPY observations (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN (FORMAT binary)"
)
ACCOUNT = """
INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting, quarantined,
                            first_received_at)
SELECT batch, 'bench', %(rows)s, %(rows)s, %(rows)s, 0, 0, 0, now() FROM generate_series(1, %(batches)s) AS batch
"""
TOTALS = """
INSERT INTO ingest_totals (worker, batches, messages, received, stored, duplicate, conflicting, quarantined,
                           first_received_at, committed_at)
SELECT worker, count(*), sum(messages), sum(received), sum(stored), 0, 0, 0, now(), now()
FROM ingest_batches GROUP BY worker
"""
LATEST_VALUES = """
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT number, 1, %(newest)s, round((20 + random() * 10)::numeric, 2)::float8, 1
FROM generate_series(1, %(latest)s) AS number
"""


@dataclass(frozen=True, slots=True)
class History:
    """So many days that end with ``END``."""

    database: str
    days: int

    @property
    def rows(self) -> int:
        return self.days * DAY_STEPS * DATASTREAMS

    @property
    def name(self) -> str:
        return f"{self.rows / 1e6:.3g} million rows"


def fill(postgres: PrivatePostgres, history: History) -> None:
    """A fresh database with this history."""
    with postgres.superuser() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {history.database} WITH (FORCE)")
    postgres.create_database(history.database)
    migrate(postgres.url("owner", history.database))
    with psycopg.connect(postgres.url("owner", history.database)) as connection:
        register(connection, *_describe())
    with psycopg.connect(postgres.url("ingest", history.database), autocommit=True) as connection:
        for stream in _days(history):
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.write(stream)
        rows = {"rows": DAY_STEPS * DATASTREAMS, "batches": history.days}
        connection.execute(ACCOUNT, rows)
        connection.execute(TOTALS)
        connection.execute(LATEST_VALUES, {"newest": END - STEP, "latest": LATEST})
    # What autovacuum would do in the middle of a measurement.
    with postgres.superuser(history.database) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _describe() -> tuple[SourceDescription, list[ThingDescription]]:
    """Each run of five numbers is a thing; numbers follow the order of registration."""
    source = SourceDescription(code="bench", kind=SourceKind.SIMULATED, name_en="Benchmark", name_ar="قياس")
    stations = DATASTREAMS // len(PROPERTIES)
    return source, [
        _thing(number, PROPERTIES if number < stations else QUIET_PROPERTIES)
        for number in range(LATEST // len(PROPERTIES))
    ]


def _thing(number: int, properties: tuple[str, ...]) -> ThingDescription:
    interval = int(STEP.total_seconds())
    return ThingDescription(
        code=f"bench-{number:03}",
        kind="bench",
        name_en=f"Station {number}",
        name_ar=f"محطة {number}",
        longitude=58.2 + number % 20 / 50,
        latitude=23.5 + number // 20 / 50,
        datastreams=tuple(
            DatastreamDescription(observed_property=code, interval_seconds=interval) for code in properties
        ),
    )


def _days(history: History) -> Iterator[bytes]:
    """Each day as a binary COPY, the oldest first."""
    random = np.random.default_rng(20261101)
    datastreams = np.tile(np.arange(1, DATASTREAMS + 1, dtype=np.int32), DAY_STEPS)
    steps = np.repeat(np.arange(DAY_STEPS), DATASTREAMS)
    daily = 20 + 8 * np.sin(2 * np.pi * steps / DAY_STEPS)
    for day in range(history.days):
        start = (END - (history.days - day) * DAY - EPOCH) // MICROSECOND - POSTGRES_EPOCH_MICROSECONDS
        noise = random.normal(0, 1.5, len(steps))
        yield copy_stream(
            [
                datastreams,
                np.where(np.abs(noise) > 4.5, 3, 1).astype(np.int16),
                start + steps * (STEP // MICROSECOND),
                np.round(daily + noise, 2),
                np.full(len(steps), day + 1),
            ]
        )
