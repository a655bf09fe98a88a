"""Roll-ups of dirty buckets: right after late data, on every edition of TimescaleDB.

Ingest notes in ``dirty_buckets`` which hours a batch touched. Here these hours and their quarters
are recomputed from the observations themselves, never adjusted, so a roll-up cannot drift; their
local days are noted in turn. One roll-up runs at a time (an advisory lock); what is committed
meanwhile is dirty again and comes next.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from psycopg import sql

from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "rollups.sql")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Hours are recomputed week by week, so that each statement touches few chunks.
_SLICE_HOURS = 7 * 24
_DAY = timedelta(days=1)
#: Seconds of a bucket, and a statement that recomputes such buckets of given hours.
_RECOMPUTE = {
    seconds: sql.SQL(QUERIES["recompute_buckets"]).format(table=sql.Identifier(table))
    for seconds, table in ((3600, "observations_hourly"), (900, "observations_quarter_hourly"))
}

Bucket = tuple[int, int]
Day = tuple[int, datetime]


def roll_up(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Recompute hours that are dirty now, with their quarters, and note their days.

    The number of hours, 0 when nothing is dirty. Works through a bounded number of batches in one
    transaction; call it until it gives 0. Gives 0 as well while another process rolls up.
    """
    settings = settings or IngestSettings()
    with connection.transaction():
        if not _locked(connection):
            return 0
        taken = connection.execute(
            QUERIES["take_dirty_buckets"],
            {"batches_max": settings.rollup_batches_max, "noted_max": settings.rollup_noted_buckets_max},
        ).fetchall()
        buckets = {bucket for ids, hours in taken for bucket in zip(ids, hours, strict=True)}
        for slice_hours, some in sorted(_slices(buckets).items()):
            _recompute(connection, slice_hours, some, settings.rollup_buckets_max)
    return len(buckets)


def roll_up_days(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Recompute a bounded number of noted local days; the number of days, 0 when none is due.

    Days that have ended are due at once. A day that goes on is due only every
    ``rollup_open_day_seconds``, because each time it is read whole.
    """
    settings = settings or IngestSettings()
    with connection.transaction():
        if not _locked(connection):
            return 0
        days = connection.execute(
            QUERIES["take_dirty_days"],
            {"days_max": settings.rollup_days_max, "open_seconds": settings.rollup_open_day_seconds},
        ).fetchall()
        for some in _weeks(days).values():
            _recompute_days(connection, some)
    return len(days)


def _locked(connection: Connection) -> bool:
    row = connection.execute(QUERIES["lock_rollups"]).fetchone()
    return row is not None and bool(row[0])


def _slices(buckets: set[Bucket]) -> dict[int, list[Bucket]]:
    slices: dict[int, list[Bucket]] = defaultdict(list)
    for datastream_id, hour in buckets:
        slices[hour // _SLICE_HOURS * _SLICE_HOURS].append((datastream_id, hour))
    return slices


def _recompute(connection: Connection, first_hour: int, buckets: list[Bucket], at_once_max: int) -> None:
    ordered = sorted(buckets)
    for begin in range(0, len(ordered), at_once_max):
        some = ordered[begin : begin + at_once_max]
        parameters = {
            "datastream_ids": [datastream_id for datastream_id, _ in some],
            "bucket_hours": [hour for _, hour in some],
            "start": _EPOCH + timedelta(hours=first_hour),
            "end": _EPOCH + timedelta(hours=first_hour + _SLICE_HOURS),
        }
        for seconds, statement in _RECOMPUTE.items():
            connection.execute(statement, {**parameters, "seconds": seconds})
        for noted in ("note_days", "note_dataset_days"):
            connection.execute(QUERIES[noted], {**parameters, "zone": CITY_ZONE.key})


def _weeks(days: list[Day]) -> dict[int, list[Day]]:
    weeks: dict[int, list[Day]] = defaultdict(list)
    for datastream_id, day in sorted(days, key=lambda one: one[::-1]):
        weeks[(day - _EPOCH).days // 7].append((datastream_id, day))
    return weeks


def _recompute_days(connection: Connection, days: list[Day]) -> None:
    """``days`` in the order of time."""
    connection.execute(
        QUERIES["recompute_days"],
        {
            "datastream_ids": [datastream_id for datastream_id, _ in days],
            "days": [day for _, day in days],
            "start": days[0][1],
            "end": days[-1][1] + _DAY * 2,  # a day may be longer than 24 hours where clocks change
            "zone": CITY_ZONE.key,
        },
    )
