"""What belongs to a batch beside its observations: units as sent, what formats remember, connections, flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hmac import compare_digest
from typing import Any

import numpy as np
from psycopg.types.json import Jsonb

from citycore.clock import moment_at
from citycore.quality import QualityTests
from citycore.store.binary import int2_array, int4_array, timestamptz_array
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.arrange import HOUR_MICROSECONDS, SOMETHING_OLDER, DirtyHours
from ingest.model import Announced, Flag, Notes, Passed
from ingest.quality import Recent, recent_of

QUERIES = load_queries("ingest", "notes.sql")
#: Service alerts that are gone are kept so long, and the newest so many of each feed.
GONE_DAYS, GONE_MAX = 7, 500


def is_credential(connection: Connection, source: str, user: str, secret_digest: bytes) -> bool:
    """Whether the source has a credential of this name and secret that was not revoked."""
    row = connection.execute(QUERIES["credential"], {"source": source, "username": user}).fetchone()
    return row is not None and compare_digest(row[0], secret_digest)


def remembered(connection: Connection, source_id: int, key: str) -> Any:
    """What the format of a source keeps under this key, or None."""
    row = connection.execute(QUERIES["remembered"], {"source_id": source_id, "key": key}).fetchone()
    return None if row is None else row[0]


def remembered_of(connection: Connection, source: str, key: str) -> Any:
    """What the format of a source keeps under this key, by the source's code, or None."""
    row = connection.execute(QUERIES["remembered_of"], {"source": source, "key": key}).fetchone()
    return None if row is None else row[0]


def recents(
    connection: Connection, tests: Mapping[int, QualityTests], rows_max: int
) -> dict[int, Recent | None]:
    """What came last of these datastreams, None where nothing did."""
    found: dict[int, tuple[list[int], list[float]]] = {}
    rows = connection.execute(
        QUERIES["recent_results"], {"datastream_ids": list(tests), "rows_max": rows_max}
    )
    for datastream_id, microseconds, result in rows.fetchall():
        times, results = found.setdefault(datastream_id, ([], []))
        times.append(microseconds)
        results.append(result)
    nothing: tuple[list[int], list[float]] = ([], [])
    return {
        datastream_id: recent_of(*found.get(datastream_id, nothing), tolerance=wanted.flat_tolerance)
        for datastream_id, wanted in tests.items()
    }


def store_notes(connection: Connection, notes: Notes, batch_id: int) -> None:
    """What a batch says beside its observations."""
    if notes.undue_flags:
        _withdraw_flags(connection, notes.undue_flags, batch_id)
    if notes.late_flags:
        _store_late_flags(connection, notes.late_flags, batch_id)
    if notes.passed:
        connection.execute(QUERIES["pass_stored"], _keys(sorted(notes.passed), batch_id))
    if notes.announced:
        _store_announced(connection, notes.announced)
    with connection.cursor() as cursor:
        for unit in notes.units:
            cursor.execute(
                QUERIES["note_unit"], unit._asdict() | {"since": moment_at(unit.since_microseconds)}
            )
        for (source_id, key), value in sorted(notes.memory.items(), key=lambda item: item[0]):
            parameters = {"source_id": source_id, "key": key, "value": Jsonb(value)}
            cursor.execute(QUERIES["forget" if value is None else "remember"], parameters)
        for _, said in sorted(notes.connections.items()):
            cursor.execute(
                QUERIES["note_connection"], said._asdict() | {"since": moment_at(said.since_microseconds)}
            )
        for source_id, excess in sorted(notes.excesses.items()):
            cursor.execute(QUERIES["note_excess"], excess._asdict() | {"source_id": source_id})
        if notes.units or notes.memory:
            cursor.execute(QUERIES["tell_workers"])


def _store_announced(connection: Connection, announced: Sequence[Announced]) -> None:
    """Service alerts as each feed says them, in an order in which no two workers wait for one another."""
    for one in sorted(announced, key=lambda one: (one.source_id, one.topic, one.stated_at)):
        feed: dict[str, Any] = {
            "source_id": one.source_id,
            "topic": one.topic,
            "stated_at": one.stated_at,
            "is_whole": one.told.is_whole,
            "told": [alert.alert for alert in one.told.alerts],
            "deleted": sorted(one.told.deleted),
            "gone_days": GONE_DAYS,
            "gone_max": GONE_MAX,
        }
        if one.told.alerts:
            alerts = Jsonb([asdict(alert) for alert in one.told.alerts])
            connection.execute(QUERIES["store_service_alerts"], feed | {"alerts": alerts})
        if connection.execute(QUERIES["end_service_alerts"], feed).rowcount:
            connection.execute(QUERIES["drop_service_alerts"], feed)


def _store_late_flags(connection: Connection, flags: Sequence[Flag], batch_id: int) -> None:
    """Flags of stored observations, which count as changed by this batch."""
    some = sorted(flags)
    qualities = int2_array(np.array([flag.quality for flag in some], dtype=np.int16))
    connection.execute(QUERIES["flag_stored"], _keys(some, batch_id) | {"qualities": qualities})
    store_flags(connection, some, batch_id)


def _withdraw_flags(connection: Connection, flags: Sequence[Flag], batch_id: int) -> None:
    """Take back what holds no longer, because a result came between others that are stored."""
    some = sorted(flags)
    connection.execute(
        QUERIES["withdraw_flags"], _keys(some, batch_id) | {"tests": [flag.test for flag in some]}
    )
    connection.execute(QUERIES["judge_by_flags"], _keys(some, batch_id))


def _keys(flags: Sequence[Flag | Passed], batch_id: int) -> dict[str, Any]:
    return {
        "datastream_ids": int4_array(np.array([flag.datastream_id for flag in flags], dtype=np.int32)),
        "times": timestamptz_array(np.array([flag.time for flag in flags], dtype=np.int64)),
        "batch_id": batch_id,
        "earliest": moment_at(min(flag.time for flag in flags)),
        "latest": moment_at(max(flag.time for flag in flags)),
    }


def late_hours(notes: Notes) -> DirtyHours:
    """Where flags of stored observations were given and taken back."""
    changed: tuple[Flag | Passed, ...] = (*notes.late_flags, *notes.undue_flags, *notes.passed)
    hours = sorted({(flag.datastream_id, flag.time // HOUR_MICROSECONDS) for flag in changed})
    pairs = np.array(hours, dtype=np.int64).reshape(len(hours), 2)
    older = np.full(len(hours), SOMETHING_OLDER)
    return DirtyHours(pairs[:, 0], pairs[:, 1], older, older)


def store_flags(connection: Connection, flags: Sequence[Flag], batch_id: int) -> None:
    """Which tests found what suspect or bad, in the order of their key; of two results for one key the worse."""
    worst: dict[tuple[int, int, str], Flag] = {}
    for flag in flags:
        key = (flag.datastream_id, flag.time, flag.test)
        if key not in worst or worst[key].quality < flag.quality:
            worst[key] = flag
    some = [worst[key] for key in sorted(worst)]
    connection.execute(
        QUERIES["store_flags"],
        {
            "datastream_ids": int4_array(np.array([flag.datastream_id for flag in some], dtype=np.int32)),
            "times": timestamptz_array(np.array([flag.time for flag in some], dtype=np.int64)),
            "tests": [flag.test for flag in some],
            "qualities": int2_array(np.array([flag.quality for flag in some], dtype=np.int16)),
            "batch_id": batch_id,
        },
    )
