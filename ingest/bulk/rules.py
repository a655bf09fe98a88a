"""Which days are due, and in which runs a day's observations are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from citycore.model import ResultType
from ingest.bulk.model import Datastream
from ingest.bulk.settings import BulkSettings

#: Under which days are set aside whose file cannot be written.
JOB = "bulk_files"


def due_parameters(now: datetime, settings: BulkSettings) -> dict[str, object]:
    """What decides at an instant whether a day is due, as the statements name it."""
    return {
        "job": JOB,
        "now": now,
        "closed_at": now - timedelta(seconds=settings.closed_after_seconds),
        "quiet_since": now - timedelta(seconds=settings.quiet_seconds),
        "waiting_since": now - timedelta(seconds=settings.wait_seconds_max),
    }


def runs(
    datastreams: Sequence[Datastream], datastreams_max: int
) -> Iterator[tuple[ResultType, list[Datastream]]]:
    """Neighbours of one result type, so many at most: read one after the other they are in order."""
    for result_type, group in groupby(datastreams, key=lambda one: one.result_type):
        some = list(group)
        for begin in range(0, len(some), datastreams_max):
            yield result_type, some[begin : begin + datastreams_max]
