"""Learn intervals from what comes, and keep the gaps: bounded runs, one datastream's fault is nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from psycopg import sql

from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.isolation import isolate
from ingest.presence.rules import decide
from ingest.presence.settings import PresenceSettings
from ingest.set_aside import Bucket, arrays_of

QUERIES = load_queries("ingest.presence")
LEARNING, GAPS = "learn_intervals", "presence"
_TABLES = {900: "observations_quarter_hourly", 3_600: "observations_hourly"}
#: A day may be longer than 24 hours where clocks change.
_TWO_DAYS = 172_800
log = structlog.get_logger()

#: The instants of two values that follow one another.
Pair = tuple[datetime, datetime]


def learn_intervals(
    connection: Connection, settings: PresenceSettings, clock: Clock, after: int = 0
) -> int | None:
    """Look at a bounded number of datastreams after a number; where the next run goes on, None at the end.

    The connection must commit by itself.
    """
    now = clock()
    recent = 2 * settings.contradiction_seconds
    rows = connection.execute(
        QUERIES["to_learn"],
        {
            "after": after,
            "now": now,
            "recent": recent,
            "datastreams_max": settings.learn_datastreams_max,
        },
    ).fetchall()
    attempts = Attempts(connection, LEARNING, clock)
    for datastream_id, known in rows:
        attempts.attempt(str(datastream_id), partial(_learn, connection, settings, datastream_id, known, now))
    return rows[-1][0] if len(rows) == settings.learn_datastreams_max else None


def _learn(
    connection: Connection, settings: PresenceSettings, datastream_id: int, known: int | None, now: datetime
) -> None:
    long = timedelta(seconds=settings.contradiction_seconds)

    def times(until: datetime) -> list[float]:
        parameters = {
            "datastream_id": datastream_id,
            "until": until,
            "since": until - settings.learn_values_max * long,
            "values_max": settings.learn_values_max,
        }
        return [row[0] for row in connection.execute(QUERIES["newest_times"], parameters).fetchall()]

    found = decide(known, times(now), times(now - long), settings)
    if found is None:
        return
    interval_seconds, since = found
    parameters = {"datastream_id": datastream_id, "interval_seconds": interval_seconds, "since": since}
    with connection.transaction():
        for query in ("put_interval", "forget_intervals", "make_present"):
            connection.execute(QUERIES[query], parameters)
        for width, table in _TABLES.items():
            statement = sql.SQL(QUERIES["expect_anew"]).format(table=sql.Identifier(table))
            connection.execute(statement, parameters | {"seconds": width})
        connection.execute(QUERIES["note_days_since"], parameters)
    log.info("interval_learned", datastream=datastream_id, interval_seconds=interval_seconds, known=known)


def keep_open_gaps(connection: Connection, settings: PresenceSettings, clock: Clock) -> int:
    """Open the gaps of datastreams that are silent by now, and say what is known of open ones; how many opened."""
    now, attempts = clock(), Attempts(connection, GAPS, clock)
    parameters = {
        "now": now,
        "gap_intervals": settings.gap_intervals,
        "gaps_max": settings.gaps_max,
    }
    silent = [row[0] for row in connection.execute(QUERIES["silent"], parameters).fetchall()]
    is_open = [row[0] for row in connection.execute(QUERIES["open"]).fetchall()]
    for query, wanted in (("open_gaps", silent), ("renew_reasons", is_open)):
        work = partial(_execute, connection, query)
        with connection.transaction():
            refused = isolate(connection, work, wanted)
        for datastream_id in refused:
            attempts.attempt(str(datastream_id), partial(work, [datastream_id]))
    return len(silent)


def _execute(connection: Connection, query: str, datastream_ids: Sequence[int]) -> None:
    connection.execute(QUERIES[query], {"datastream_ids": list(datastream_ids)})


def note_gaps(connection: Connection, settings: PresenceSettings, days: Sequence[Bucket]) -> None:
    """Find the gaps of these local days anew, within the transaction that computes them."""
    epochs = [epoch for _, epoch in days]
    parameters = {
        **arrays_of(days),
        "start": min(epochs),
        "end": max(epochs) + _TWO_DAYS,
        "gap_intervals": settings.gap_intervals,
    }
    for query in ("forget_gaps", "note_gaps"):
        connection.execute(QUERIES[query], parameters)


def note_found_gaps(
    connection: Connection, settings: PresenceSettings, days: Sequence[tuple[Bucket, Sequence[Pair]]]
) -> None:
    """The same of days whose values that follow one another too late are known, with those on both sides of midnight."""
    connection.execute(QUERIES["forget_gaps"], arrays_of([day for day, _ in days]))
    found = [(datastream_id, *pair) for (datastream_id, _), pairs in days for pair in pairs]
    if found:
        parameters = {
            "datastream_ids": [datastream_id for datastream_id, _, _ in found],
            "moments": [moment for _, moment, _ in found],
            "followings": [following for _, _, following in found],
            "gap_intervals": settings.gap_intervals,
        }
        connection.execute(QUERIES["note_found_gaps"], parameters)
