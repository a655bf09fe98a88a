"""Schedules in the store: what loads them and what there is. Matching and measures are done by ``ingest.transport``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from citycore.transport.errors import FeedSourceNotFound
from citycore.transport.model import Feed, Trip
from citycore.transport.settings import FeedSettings

QUERIES = load_queries("citycore.transport")


@dataclass(frozen=True, slots=True)
class LoadedFeed:
    """A version of the schedule of a source; valid from the first to the last day on which anything runs."""

    source: str
    digest: str
    agency: str
    zone: str
    valid_from: date
    valid_until: date
    loaded_at: datetime
    routes: int
    trips: int


def load(connection: Connection, source: str, feed: Feed, settings: FeedSettings, now: datetime) -> bool:
    """Keep a schedule as the newest version of a source's; False if it is a version that is there already.

    :class:`FeedSourceNotFound`.
    """
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        row = connection.execute(QUERIES["source"], {"source": source}).fetchone()
        if row is None:
            raise FeedSourceNotFound(source=source)
        (source_id,) = row
        versions = connection.execute(QUERIES["versions"], {"source_id": source_id}).fetchall()
        if feed.digest in {digest for _, digest in versions}:
            return False
        _keep(connection, source_id, feed)
        gone = [feed_id for feed_id, _ in versions][: max(0, len(versions) + 1 - settings.versions_max)]
        if gone:
            connection.execute(QUERIES["remove"], {"feeds": gone})
        # What was judged by an earlier version stays, but for the day that goes on.
        days = 1 if versions else settings.past_days_max
        since = now - timedelta(days=days)
        connection.execute(QUERIES["note_past"], {"source_id": source_id, "since": since, "until": now})
    return True


def feeds(connection: Connection) -> list[LoadedFeed]:
    """By source, the newest version first."""
    return rows_of(connection, LoadedFeed, QUERIES["feeds"], {})


def _keep(connection: Connection, source_id: int, feed: Feed) -> None:
    parameters = {
        "source_id": source_id,
        "digest": feed.digest,
        "agency": feed.agency,
        "zone": feed.zone,
        "valid_from": min(feed.days),
        "valid_until": max(feed.days),
        "last_seconds": max((trip.departures[-1] for trip in feed.trips), default=0),
    }
    (feed_id,) = connection.execute(QUERIES["load"], parameters).fetchone() or (0,)
    tables: dict[str, Iterable[tuple[Any, ...]]] = {
        "copy_routes": ((e.route, e.short_name, e.name_en, e.name_ar, e.route_type) for e in feed.routes),
        "copy_stops": ((e.stop, e.name_en, e.name_ar, e.longitude, e.latitude) for e in feed.stops),
        "copy_trips": map(_trip_row, feed.trips),
        "copy_shapes": (
            (shape, [x for x, _ in points], [y for _, y in points]) for shape, points in feed.shapes.items()
        ),
        "copy_days": ((day, service) for day, some in feed.days.items() for service in sorted(some)),
    }
    with connection.cursor() as cursor:
        for statement, rows in tables.items():
            with cursor.copy(QUERIES[statement]) as copy:
                for row in rows:
                    copy.write_row((feed_id, *row))


def _trip_row(trip: Trip) -> tuple[Any, ...]:
    return (
        trip.trip,
        trip.route,
        trip.service,
        trip.direction,
        trip.block,
        trip.shape,
        list(trip.stops),
        list(trip.arrivals),
        list(trip.departures),
        list(trip.timepoints),
    )
