"""The state of the hub, from SQL to values: one question each."""

from __future__ import annotations

from datetime import datetime

from citycore.model import SourceKind
from citycore.store.queries import load_queries
from hub_api.city.ledger.repository import fetch_account
from hub_api.city.status.model import (
    ArchiveParts,
    Credentials,
    DeadLetters,
    Failures,
    Feed,
    Feeds,
    Ingest,
    Readings,
    SetAside,
    SignOfLife,
)
from hub_api.city.status.settings import StatusSettings
from hub_api.serving.database import QUERIES as REGISTRY
from hub_api.serving.database import Database, Row

QUERIES = load_queries("hub_api.city.status")


async def fetch_registry_version(database: Database) -> int:
    """A number that is another one once the registry has changed."""
    version: int = (await database.fetch(REGISTRY["registry_version"]))[0][0]
    return version


async def fetch_feed_count(database: Database) -> int:
    """How many sources and observed properties there are; it reads all datastreams."""
    count: int = (await database.fetch(QUERIES["feed_count"]))[0][0]
    return count


async def fetch_readings(
    database: Database, now: datetime, settings: StatusSettings, feed_count: int
) -> Readings:
    """All that the status says of the store. ``feed_count`` is what :func:`fetch_feed_count` answers."""
    account = await fetch_account(database)
    taken_over = await database.fetch(QUERIES["taken_over"])
    waiting = await database.fetch(QUERIES["waiting_since"])
    letters = await database.fetch(QUERIES["open_dead_letters"])
    signs = await database.fetch(
        QUERIES["component_reports"], {"now": now, "forgotten": settings.account_forgotten_seconds}
    )
    return Readings(
        as_of=now,
        ingest=Ingest(account.committed_at, account.lag_seconds, *taken_over[0]),
        waiting_since=waiting[0][0] if waiting else None,
        dead_letters=DeadLetters(*letters[0]),
        set_aside=SetAside(*(await database.fetch(QUERIES["set_aside_buckets"]))[0]),
        credentials=Credentials(*(await database.fetch(QUERIES["credential_counts"]))[0]),
        archive=ArchiveParts(*(await database.fetch(QUERIES["archive_parts"]))[0]),
        feeds=await _fetch_feeds(database, now, settings, feed_count),
        failures=tuple(Failures(*row) for row in await database.fetch(QUERIES["failures"])),
        signs=tuple(SignOfLife(*row) for row in signs),
    )


async def _fetch_feeds(database: Database, now: datetime, settings: StatusSettings, feed_count: int) -> Feeds:
    limits = {
        "now": now,
        "late": settings.late_intervals,
        "silent": settings.silent_intervals,
        "interval": settings.interval_seconds_default,
        "feeds_max": settings.feeds_max,
    }
    rows = await database.fetch(QUERIES["feeds"], limits)
    newest_at = rows[0][-1] if rows else None
    return Feeds(tuple(_feed(row) for row in rows), feed_count, newest_at)


def _feed(row: Row) -> Feed:
    source, kind, source_en, source_ar, observed_property, property_en, property_ar, *figures, _ = row
    names = (source_en, source_ar), observed_property, (property_en, property_ar)
    return Feed(source, SourceKind(kind), *names, *figures)
