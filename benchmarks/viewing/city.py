"""A hub of so many things that has run for a year: the simulated city several times over, and what a year leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count, islice

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from benchmarks.programme.crowd import EMPTY
from benchmarks.programme.crowd import fill as fill_programme
from citycore.alerts.document import example_rules, plain, read_rules
from citycore.model import ThingDescription
from citycore.places import read_places
from citycore.store.migrate import migrate
from citycore.store.queries import load_queries
from citycore.store.registry import register, store_places
from ingest.air_quality.service import keep_air_quality
from ingest.air_quality.settings import AirQualitySettings
from simulators.city import describe_city
from stack.postgres import PrivatePostgres
from stack.processes import ROOT

DATABASE = "bench_viewed"
#: What pages open on, whose hours lie there for the whole year.
PROPERTY = "pm2_5"
#: Of everything else. The overview looks back four weeks.
RECENT_DAYS = 35
_QUERIES = load_queries("benchmarks.viewing", "year.sql")


def fill(postgres: PrivatePostgres, things: int, now: datetime) -> None:
    """A database with so many things, a year of their roll-ups, and a small programme of innovation."""
    postgres.create_database(DATABASE)
    owner_url = postgres.url("owner", DATABASE)
    migrate(owner_url)
    with psycopg.connect(owner_url) as owner:
        store_places(owner, read_places(ROOT / "simulators" / "places" / "muscat.geojson"))
        register(owner, describe_city()[0], list(islice(many_things(), things)))
    with postgres.superuser(DATABASE) as connection:
        fill_programme(connection, EMPTY, now)
        (rule,) = (one for one in read_rules(example_rules()) if one.code == "dust_storm")
        values = {
            "now": now,
            "observed_property": PROPERTY,
            "recent_days": RECENT_DAYS,
            "rule": Jsonb(plain(rule)),
        }
        for query in _QUERIES.values():
            connection.execute(query, values)
    with psycopg.connect(postgres.url("worker", DATABASE), autocommit=True) as worker:
        keep_air_quality(worker, AirQualitySettings(), now)
    # What autovacuum would do in the middle of a measurement.
    with postgres.superuser(DATABASE) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def many_things() -> Iterator[ThingDescription]:
    """The simulated city over and over, each time at slightly other places and under other codes."""
    for number in count(1):
        for thing in describe_city(number)[1]:
            yield (
                thing
                if number == 1
                else msgspec.structs.replace(
                    thing,
                    code=f"{thing.code}-{number}",
                    name_en=f"{thing.name_en} ({number})",
                    name_ar=f"{thing.name_ar} ({number})",
                )
            )
