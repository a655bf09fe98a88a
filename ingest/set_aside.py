"""Buckets whose roll-up the database cannot compute: set aside with the reason, shown, tried again.

A roll-up is a calculation over results that somebody else sent. One that fails (a sum that overflows,
the sine of an infinite angle) must stop neither the other buckets nor the process. Its own row keeps the
counts and no figures, so that nobody takes what it said before for what it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
import structlog
from psycopg import sql

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.isolation import attempt, reason_of

QUERIES = load_queries("ingest", "rollups.sql") | load_queries("ingest", "rollups_of_days.sql")
log = structlog.get_logger()

#: A datastream, and the first second of the bucket since 1970.
Bucket = tuple[int, int]


def arrays_of(buckets: Sequence[Bucket]) -> dict[str, list[int]]:
    """Buckets as two arrays of one statement."""
    return {
        "datastream_ids": [datastream_id for datastream_id, _ in buckets],
        "bucket_epochs": [epoch for _, epoch in buckets],
    }


@dataclass(slots=True)
class SetAside:
    """What one roll-up sets aside or takes up again, in its own transaction."""

    connection: Connection
    retry_seconds: float
    #: Whether any bucket is set aside at the beginning.
    has_any: bool
    _since: dict[tuple[int, Bucket], datetime] = field(default_factory=dict, init=False)
    _new: list[tuple[int, Bucket, str]] = field(default_factory=list, init=False)

    def due(self, widths: Sequence[int], buckets_max: int) -> list[Bucket]:
        """Buckets of these widths (in seconds) that are to be tried again by now."""
        if not self.has_any:
            return []
        parameters = {
            "widths": list(widths),
            "retry_seconds": self.retry_seconds,
            "buckets_max": buckets_max,
        }
        return self.connection.execute(QUERIES["due_set_aside"], parameters).fetchall()

    def take_up(self, tables: dict[int, str], buckets: Sequence[Bucket], span: int) -> None:
        """Before spans of so many seconds are computed: forget which of their buckets were set aside."""
        if not self.has_any:
            return
        parameters = {**arrays_of(buckets), "widths": list(tables), "span": span}
        for width, *bucket, since in self.connection.execute(
            QUERIES["take_up_set_aside"], parameters
        ).fetchall():
            datastream_id, epoch = bucket
            self._since[width, (datastream_id, epoch)] = since
            self.forget_row(tables[width], width, (datastream_id, epoch))

    def add(self, width: int, bucket: Bucket, error: psycopg.Error) -> None:
        """Set this one aside."""
        since, reason = self._since.get((width, bucket)), reason_of(error)
        self.connection.execute(
            QUERIES["set_aside"],
            {
                "datastream_id": bucket[0],
                "seconds": width,
                "bucket_epoch": bucket[1],
                "reason": reason,
                "set_aside_at": since,
            },
        )
        if since is None:
            self._new.append((width, bucket, reason))

    def forget_row(self, table: str, width: int, bucket: Bucket) -> None:
        """Remove what the roll-up says of the bucket, if it can say anything of such an instant."""
        statement = sql.SQL(QUERIES["remove_buckets"]).format(table=sql.Identifier(table))
        # Months and years have many lengths, and no two of them begin within a day.
        parameters = {"datastream_id": bucket[0], "bucket_epoch": bucket[1], "seconds": min(width, 86_400)}
        attempt(self.connection, lambda: self.connection.execute(statement, parameters))

    def tell(self) -> None:
        """Once the transaction has committed: say what was set aside that was not so before."""
        for width, (datastream_id, epoch), reason in self._new:
            log.warning(
                "bucket_set_aside",
                datastream=datastream_id,
                bucket_epoch=epoch,
                bucket_seconds=width,
                reason=reason,
            )
