from __future__ import annotations

import numpy as np
import psycopg

from citycore.store.binary import (
    POSTGRES_EPOCH_MICROSECONDS,
    copy_stream,
    float8_array,
    int2_array,
    int4_array,
    timestamptz_array,
)
from ingest.repository import prepare
from tests.conftest import Database

MOMENTS = np.array([946_684_800_000_000, 1_795_555_555_123_456], dtype=np.int64)


def test_a_copy_stream_is_read_back_value_by_value(database: Database) -> None:
    stream = copy_stream(
        [
            np.array([1, -2], dtype=np.int32),
            np.array([3, -4], dtype=np.int16),
            MOMENTS - POSTGRES_EPOCH_MICROSECONDS,
            np.array([1.5, -0.0]),
            np.array([2**40, -1], dtype=np.int64),
        ]
    )
    with psycopg.connect(database.url("owner")) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE t (a int4, b int2, c timestamptz, d float8, e int8)")
        with cursor.copy("COPY t FROM STDIN (FORMAT binary)") as copy:
            copy.write(stream)
        cursor.execute("SELECT a, b, (extract(epoch FROM c) * 1000000)::int8, d, e FROM t")
        assert cursor.fetchall() == [
            (1, 3, int(MOMENTS[0]), 1.5, 2**40),
            (-2, -4, int(MOMENTS[1]), -0.0, -1),
        ]


def test_arrays_arrive_as_they_were_sent(database: Database) -> None:
    with psycopg.connect(database.url("owner")) as connection:
        prepare(connection)
        row = connection.execute(
            "SELECT %s::int4[], %s::int2[], %s::float8[],"
            " ARRAY(SELECT (extract(epoch FROM t) * 1000000)::int8 FROM unnest(%s::timestamptz[]) t)",
            [
                int4_array(np.array([1, 2])),
                int2_array(np.array([-1], dtype=np.int16)),
                float8_array(np.array([0.1, np.pi])),
                timestamptz_array(MOMENTS),
            ],
        ).fetchone()
    assert row == ([1, 2], [-1], [0.1, np.pi], [int(m) for m in MOMENTS])
