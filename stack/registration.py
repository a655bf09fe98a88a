"""Registering things and places with a store, as the owner: from simulators, recordings and files."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from citycore.clock import CITY_ZONE, system_clock
from citycore.errors import InvalidFile
from citycore.model import SourceDescription, ThingDescription
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from citycore.store.registry import missing_things, register, store_places

THINGS_FILE_BYTES_MAX = 64 * 2**20


class ThingsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``things load`` reads: one source and its things, in the words of ``citycore.model``."""

    source: SourceDescription
    things: list[ThingDescription]


def owner_connection(settings: StoreSettings | None = None) -> Connection:
    """The store as its owner; :class:`StoreUnavailable` if it does not answer."""
    settings = settings or StoreSettings()
    return connect(settings.owner_url, settings, "falaj", autocommit=True)


def read_things(file: Path) -> ThingsFile:
    """A things file; :class:`InvalidFile` says what is wrong in it, and in which line if it is no JSON."""
    try:
        if file.stat().st_size > THINGS_FILE_BYTES_MAX:
            raise InvalidFile(file=file, line=1, reason=f"larger than {THINGS_FILE_BYTES_MAX} bytes")
        document: Any = json.loads(file.read_text("utf-8"))
        return msgspec.convert(document, ThingsFile)
    except json.JSONDecodeError as error:
        raise InvalidFile(file=file, line=error.lineno, reason=error.msg) from error
    except (OSError, ValueError) as error:
        raise InvalidFile(file=file, line=1, reason=str(error)) from error


def load_things(file: Path) -> tuple[int, int]:
    """Register what the file describes; the numbers of things and of datastreams."""
    known = read_things(file)
    with owner_connection() as connection:
        return len(known.things), register(connection, known.source, known.things)


def load_places(file: Path) -> int:
    """Replace all places by those of a GeoJSON file; their number."""
    from citycore.places import read_places

    places = read_places(file)
    with owner_connection() as connection:
        return store_places(connection, places)


def migrate_store() -> None:
    """Bring the store to the current schema; :class:`StoreUnavailable` if it does not answer."""
    from citycore.credentials import require
    from citycore.store.migrate import migrate

    require("migrate")
    owner_connection().close()  # says clearly if it is away
    migrate(StoreSettings().owner_url.get_secret_value())


def prepare_city(store: StoreSettings, seed: int | None, places: Path | None) -> None:
    """Register the simulated city, and the given places first, so that things find theirs."""
    from citycore.places import read_places
    from simulators.city import describe_city

    with owner_connection(store) as connection:
        if places is not None:
            store_places(connection, read_places(places))
        register(connection, *(describe_city() if seed is None else describe_city(seed)))


def prepare_schedule(store: StoreSettings, seed: int | None) -> None:
    """Load the timetable of the simulated buses, unless it is there."""
    from citycore.transport.gtfs import read_feed
    from citycore.transport.service import load as load_feed
    from citycore.transport.settings import FeedSettings
    from simulators.city import DEFAULT_SEED, SOURCE_CODE
    from simulators.schedule import gtfs_files

    now = system_clock()
    with TemporaryDirectory(prefix="falaj-gtfs-") as folder:
        for name, content in gtfs_files(now.astimezone(CITY_ZONE).date(), seed or DEFAULT_SEED).items():
            (Path(folder) / name).write_text(content, "utf-8")
        feed = read_feed(Path(folder), FeedSettings())
    with owner_connection(store) as connection:
        load_feed(connection, SOURCE_CODE, feed, FeedSettings(), now)


def is_pilot_registered(store: StoreSettings, seed: int | None) -> bool:
    """Whether the hub knows all things that the simulated pilot plays. A programme that an earlier version
    told has no such pilot.
    """
    from simulators.pilot import PILOT_CODE, build_pilot

    things = build_pilot() if seed is None else build_pilot(seed)
    with owner_connection(store) as connection:
        return not missing_things(connection, PILOT_CODE, [thing.code for thing in things])
