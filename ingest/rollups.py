"""Hourly roll-ups of dirty buckets: right after late data, on every edition of TimescaleDB.

Ingest notes in ``dirty_buckets`` which hours a batch touched. Here they are recomputed from
the observations themselves, never adjusted, so a roll-up cannot drift. One roll-up runs at a
time (an advisory lock); what is committed meanwhile is dirty again and comes next.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "rollups.sql")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Hours are recomputed week by week, so that each statement touches few chunks.
_SLICE_HOURS = 7 * 24

Bucket = tuple[int, int]


def roll_up(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Recompute hours that are dirty now; the number of buckets, 0 when nothing is dirty.

    Works through a bounded number of batches in one transaction; call it until it gives 0.
    Gives 0 as well while another process rolls up.
    """
    settings = settings or IngestSettings()
    with connection.transaction():
        locked = connection.execute(QUERIES["lock_rollups"]).fetchone()
        if locked is None or not locked[0]:
            return 0
        taken = connection.execute(
            QUERIES["take_dirty_buckets"],
            {"batches_max": settings.rollup_batches_max, "noted_max": settings.rollup_noted_buckets_max},
        ).fetchall()
        buckets = {bucket for ids, hours in taken for bucket in zip(ids, hours, strict=True)}
        for slice_hours, some in sorted(_slices(buckets).items()):
            _recompute(connection, slice_hours, some, settings.rollup_buckets_max)
    return len(buckets)


def _slices(buckets: set[Bucket]) -> dict[int, list[Bucket]]:
    slices: dict[int, list[Bucket]] = defaultdict(list)
    for datastream_id, hour in buckets:
        slices[hour // _SLICE_HOURS * _SLICE_HOURS].append((datastream_id, hour))
    return slices


def _recompute(connection: Connection, first_hour: int, buckets: list[Bucket], at_once_max: int) -> None:
    ordered = sorted(buckets)
    for begin in range(0, len(ordered), at_once_max):
        some = ordered[begin : begin + at_once_max]
        connection.execute(
            QUERIES["recompute_hours"],
            {
                "datastream_ids": [datastream_id for datastream_id, _ in some],
                "bucket_hours": [hour for _, hour in some],
                "start": _EPOCH + timedelta(hours=first_hour),
                "end": _EPOCH + timedelta(hours=first_hour + _SLICE_HOURS),
            },
        )
