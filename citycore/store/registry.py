"""Write the registry: vocabulary, sources, things with their datastreams, places.

An operator's work, done by the owner role through the command line. Everything here is
idempotent: the same description twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import psycopg
from psycopg.rows import dict_row

from citycore.clock import system_clock
from citycore.model import PlaceDescription, SourceDescription, ThingDescription
from citycore.registry.document import read
from citycore.registry.service import apply
from citycore.store.connections import Connection
from citycore.store.described import assign_places, values_of
from citycore.store.queries import load_queries
from citycore.vocabulary import observed_properties, sectors

QUERIES = load_queries("citycore.store")


def store_vocabulary(owner_url: str) -> None:
    """Make sectors and observed properties equal to what ships, but for rows that an operator has changed or added."""
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(QUERIES["store_shipped_sector"], [values_of(each) for each in sectors().values()])
        cursor.executemany(
            QUERIES["store_shipped_property"], [values_of(each) for each in observed_properties().values()]
        )


def missing_things(connection: Connection, source: str, codes: Sequence[str]) -> list[str]:
    """Those of the codes that are no things of the source; what they publish would be quarantined."""
    rows = connection.execute(
        QUERIES["registered_things"], {"source": source, "codes": list(codes)}
    ).fetchall()
    known = {code for (code,) in rows}
    return [code for code in codes if code not in known]


def register(connection: Connection, source: SourceDescription, things: Sequence[ThingDescription]) -> int:
    """Register a source and its things as somebody describes them; the number of datastreams described.

    How the messages of a source that is there already are read stays as it is. :class:`DocumentInvalid` says what cannot be.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        kept = cursor.execute(QUERIES["reading_of_source"], {"code": source.code}).fetchone() or {}
    described, its_things = msgspec.to_builtins((source, things))
    document = read({"sources": [{**described, **kept, "things": its_things}]})
    return apply(connection, document, system_clock()).described["datastream"]


def store_places(connection: Connection, places: Iterable[PlaceDescription]) -> int:
    """Replace all places and assign every fixed thing to its place anew; the number of places."""
    rows = [values_of(place) for place in places]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(QUERIES["remove_other_places"], {"codes": [row["code"] for row in rows]})
        cursor.executemany(QUERIES["store_place"], rows)
        assign_places(connection)
    return len(rows)
