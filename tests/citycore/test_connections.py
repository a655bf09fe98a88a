"""What every connection of the hub has in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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


#: Rows of some datastreams beside what was posted with them, which several processes put into one table of hashes.
JOINED = """
SELECT count(*) FROM observations AS one LEFT JOIN observation_details AS kept USING (datastream_id, phenomenon_time)
WHERE datastream_id = ANY (%s) AND coalesce(kept.phenomenon_start, phenomenon_time) >= %s AND phenomenon_time >= %s
  AND CASE WHEN datastream_id = ANY (ARRAY(SELECT datastream_id FROM hidden_datastreams)) THEN NULL ELSE true END IS NOT NULL
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


def test_no_chunk_is_read_by_several_processes_each_for_itself(database: Database) -> None:
    """Which of them comes first is chance, and so is what is counted: the plan is looked at."""
    begin = datetime(2026, 9, 1, tzinfo=UTC)
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, %s::timestamptz + n * interval '8 hours', 1.5, 1 FROM generate_series(0, 239) AS n",
            [DATASTREAM, begin],
        )
    settings = database.settings()
    with connect(settings.read_url, settings, "test", autocommit=True) as connection:
        connection.execute(EAGER)
        explained = connection.execute(
            f"EXPLAIN (FORMAT JSON, COSTS OFF) {JOINED}", [[DATASTREAM], begin, begin]
        ).fetchone()
        assert explained is not None
        shared = [one for one in shared_nodes(explained[0][0]["Plan"]) if "Plans" in one]
        chunks = [
            one
            for node in shared
            if node.get("Custom Plan Provider") == "ChunkAppend"
            for one in node["Plans"]
        ]
        assert chunks, "several processes read the table"
        assert [one["Node Type"] for one in chunks if not one["Parallel Aware"]] == []
        assert connection.execute(JOINED, [[DATASTREAM], begin, begin]).fetchone() == (240,)


def shared_nodes(node: dict[str, Any], *, is_shared: bool = False) -> Iterator[dict[str, Any]]:
    """What of a plan several processes run."""
    if is_shared:
        yield node
    for inner in node.get("Plans", ()):
        yield from shared_nodes(inner, is_shared=is_shared or node["Node Type"].startswith("Gather"))
