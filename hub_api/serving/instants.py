"""Instants and days as the database holds them, beyond what Python and RFC 3339 can say.

PostgreSQL knows years before Christ, years after 9999, and infinity. An older hub may hold such rows; whoever
asks for one is told the first or last instant that an answer can say, instead of nothing at all. Every
connection of the API reads so, whatever it asks.
"""

from __future__ import annotations

from datetime import MAXYEAR, UTC, date, datetime
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.abc import Loader as PlainLoader
from psycopg.adapt import Loader
from psycopg.pq import Format

NAMES: Final = ("timestamptz", "date")
#: A day away from the ends, so that days of every zone have theirs.
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(MAXYEAR, 12, 30, tzinfo=UTC)


class Bounded(bytes):
    """A statement that itself gives no instant beyond :data:`FIRST` and :data:`LAST`, and no day.

    Its rows are read by psycopg's own loaders, in half the time: many thousand rows a second are worth it.
    """


class _Bounded(Loader):
    """What psycopg itself loads, from :data:`FIRST` to :data:`LAST`."""

    first: datetime | date = FIRST
    last: datetime | date = LAST

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        loader = psycopg.adapters.get_loader(oid, self.format)
        assert loader is not None, "psycopg knows the types of time"
        self._plain = loader(oid, context)

    def load(self, data: Buffer) -> Any:
        try:
            moment = self._plain.load(data)
        except psycopg.DataError:
            return self.first if self._is_early(bytes(data)) else self.last
        # Nearly all are far from the ends, and a year is compared soonest.
        return moment if 1 < moment.year < MAXYEAR else min(max(moment, self.first), self.last)

    @staticmethod
    def _is_early(data: bytes) -> bool:
        return data.startswith(b"-") or data.endswith(b"BC")


class _BoundedBinary(_Bounded):
    format = Format.BINARY

    @staticmethod
    def _is_early(data: bytes) -> bool:
        """Counted from the year 2000, in two's complement."""
        return data[0] >= 0x80


class _BoundedDate(_Bounded):
    first, last = FIRST.date(), LAST.date()


class _BoundedDateBinary(_BoundedBinary):
    first, last = FIRST.date(), LAST.date()


def read_plainly(cursor: psycopg.AsyncCursor[Any]) -> None:
    """Read instants and days as psycopg does: those of a :class:`Bounded` statement."""
    for name, loader in _plain_loaders():
        cursor.adapters.register_loader(name, loader)


@cache
def _plain_loaders() -> tuple[tuple[int, type[PlainLoader]], ...]:
    found = []
    for name in NAMES:
        oid = psycopg.adapters.types[name].oid
        loader = psycopg.adapters.get_loader(oid, Format.BINARY)
        assert loader is not None, "psycopg knows the types of time"
        found.append((oid, loader))
    return tuple(found)


def bound_instants(connection: psycopg.BaseConnection[Any]) -> None:
    """From now on no instant that this connection reads is beyond what an answer can say."""
    for name, loaders in (
        ("timestamptz", (_Bounded, _BoundedBinary)),
        ("date", (_BoundedDate, _BoundedDateBinary)),
    ):
        for loader in loaders:
            connection.adapters.register_loader(name, loader)
