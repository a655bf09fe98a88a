"""What every connection of the hub has in common."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from citycore.store.connections import connect
from tests.conftest import Database

pytestmark = pytest.mark.usefixtures("wire")

DATASTREAM = 7
DAYS = 60
#: A plan for several processes, however few rows there are, none of which is the one that computes what is looked for.
EAGER = """
SET max_parallel_workers_per_gather = 2;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET parallel_leader_participation = off;
"""
#: Rows of datastreams that the statement itself looks up, in tables of chunks side by side.
ASKED = """
SELECT count(*) FROM (
    SELECT datastream_id, phenomenon_time FROM observations
    UNION ALL SELECT datastream_id, phenomenon_time FROM observations_category
    UNION ALL SELECT datastream_id, phenomenon_time FROM observations_position) AS every
WHERE datastream_id = ANY (ARRAY(SELECT one FROM generate_series(1, 100) AS one WHERE one = %s))
"""


def test_rows_of_many_chunks_are_counted_whole_by_several_processes(database: Database) -> None:
    begin = datetime(2026, 9, 1, tzinfo=UTC)
    with database.superuser() as connection:
        for table, result in (("observations", "1.5"), ("observations_category", "'clear'")):
            connection.execute(
                f"INSERT INTO {table} SELECT %s, 1, %s::timestamptz + n * interval '1 day', {result}, 1"
                " FROM generate_series(0, %s) AS n",
                [DATASTREAM, begin, DAYS - 1],
            )
    settings = database.settings()
    with connect(settings.read_url, settings, "test", autocommit=True) as connection:
        connection.execute(EAGER)
        assert connection.execute(ASKED, [DATASTREAM]).fetchone() == (2 * DAYS,)
