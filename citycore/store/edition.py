"""Which edition of TimescaleDB there is, and what follows: the Apache edition keeps rows, the Community edition compresses old ones.

What is done is decided by :func:`plan`, from what was found and nothing else. The hub runs fully on either: its roll-ups,
ages and gaps are its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import LiteralString

import psycopg
from psycopg import sql

from citycore.store.connections import Connection

#: What is compressed, and by which column its rows are put together: the tables that grow for ever. Roll-ups are small
#: beside them, and written anew after late data.
COMPRESSED = ("observations", "observations_category", "observations_position", "observation_flags")
SEGMENT_BY, ORDER_BY = "datastream_id", "phenomenon_time"
#: Since then chunks that are compressed take late rows, corrections and conflicts as any other,
WRITABLE_SINCE = (2, 11)
#: and the statements have the names that they have now.
COLUMNSTORE_SINCE = (2, 18)

EXTENSION = "SELECT extversion, current_setting('timescaledb.license', true) FROM pg_extension WHERE extname = 'timescaledb'"
ENABLED = (
    "SELECT hypertable_name FROM timescaledb_information.hypertables WHERE compression_enabled ORDER BY 1"
)
CHUNKS = """
SELECT hypertable_name, count(*), count(*) FILTER (WHERE is_compressed)
FROM timescaledb_information.chunks GROUP BY hypertable_name ORDER BY hypertable_name
"""


class Edition(StrEnum):
    APACHE = "apache"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Found:
    """``version`` without what follows its numbers; ``enabled``: tables that may be compressed already."""

    edition: Edition
    version: tuple[int, ...]
    enabled: frozenset[str] = frozenset()

    @property
    def compresses(self) -> bool:
        """Whether old chunks are to be compressed: where the licence allows it, and late data can still be written."""
        return self.edition is Edition.COMMUNITY and self.version >= WRITABLE_SINCE


def edition_of(licence: str | None) -> Edition:
    """By the setting ``timescaledb.license``; whatever is not known is taken for the edition that allows less."""
    return Edition.COMMUNITY if licence == "timescale" else Edition.APACHE


def version_of(text: str) -> tuple[int, ...]:
    """``2.19.3`` or ``2.23.0-dev`` as numbers."""
    return tuple(int(part) for part in text.partition("-")[0].split(".") if part.isdecimal())


def plan(found: Found, compress_after_days: int) -> list[sql.Composed]:
    """The statements that make the store compress what is older; none where it cannot."""
    if not found.compresses:
        return []
    is_new = found.version >= COLUMNSTORE_SINCE
    statements = [
        sql.SQL(_ENABLE_NEW if is_new else _ENABLE_OLD).format(
            table=sql.Identifier(table), segment=sql.Literal(SEGMENT_BY), order=sql.Literal(ORDER_BY)
        )
        for table in COMPRESSED
        if table not in found.enabled
    ]
    for table in COMPRESSED:
        names = {"table": sql.Literal(table), "days": sql.Literal(compress_after_days)}
        # Anew each time, so that the age is the setting's.
        statements += [
            sql.SQL(text).format(**names)
            for text in ((_FORGET_NEW, _KEEP_NEW) if is_new else (_FORGET_OLD, _KEEP_OLD))
        ]
    return statements


_ENABLE_NEW: LiteralString = "ALTER TABLE {table} SET (timescaledb.enable_columnstore, timescaledb.segmentby = {segment}, timescaledb.orderby = {order})"
_ENABLE_OLD: LiteralString = (
    "ALTER TABLE {table} SET (timescaledb.compress, timescaledb.compress_segmentby = {segment},"
    " timescaledb.compress_orderby = {order})"
)
_FORGET_NEW: LiteralString = "CALL remove_columnstore_policy({table}, if_exists => true)"
_KEEP_NEW: LiteralString = "CALL add_columnstore_policy({table}, after => make_interval(days => {days}))"
_FORGET_OLD: LiteralString = "SELECT remove_compression_policy({table}, if_exists => true)"
_KEEP_OLD: LiteralString = "SELECT add_compression_policy({table}, make_interval(days => {days}))"


def look(connection: Connection) -> Found:
    """What there is; a store without the extension counts as the edition that allows less."""
    row = connection.execute(EXTENSION).fetchone()
    if row is None:
        return Found(Edition.APACHE, ())
    edition = edition_of(row[1])
    enabled = connection.execute(ENABLED).fetchall() if edition is Edition.COMMUNITY else []
    return Found(edition, version_of(row[0]), frozenset(name for (name,) in enabled))


def chunks(connection: Connection) -> list[tuple[str, int, int]]:
    """Of each hypertable how many chunks it has, and how many of them are compressed."""
    return [(name, count, compressed) for name, count, compressed in connection.execute(CHUNKS).fetchall()]


def follow_edition(owner_url: str, compress_after_days: int) -> Found:
    """Make the store do what its edition allows."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        found = look(connection)
        for statement in plan(found, compress_after_days):
            connection.execute(statement)
    return found
