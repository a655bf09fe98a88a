"""Roll-ups of hours and days whose rows have left the store wait until they are back.

Computed from what came late alone, such a roll-up would be wrong; so its bucket is noted here, the parts that hold its rows are
wanted, the next run of the archive puts them back, and then the bucket is computed like any other.
"""

from __future__ import annotations

from collections.abc import Collection

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.set_aside import Bucket, arrays_of

QUERIES = load_queries("ingest.archive", "guard.sql")
#: A day is judged with what is next to it.
_MARGIN_SECONDS = {3600: 0, 86_400: 86_400}


class Guard:
    """Within one transaction of the roll-ups, which nothing leaves the store during."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        row = connection.execute(QUERIES["has_any"]).fetchone()
        assert row is not None
        self._has_gone, self._has_waiting = row

    def held_back(self, buckets: Collection[Bucket], seconds: int) -> set[Bucket]:
        """Those of which the store lacks rows; they are noted, and computed later."""
        if not self._has_gone or not buckets:
            return set()
        asked = {**arrays_of(list(buckets)), "seconds": seconds, "margin": _MARGIN_SECONDS[seconds]}
        return set(self._connection.execute(QUERIES["hold_back"], asked).fetchall())

    def returned(self, seconds: int, buckets_max: int) -> list[Bucket]:
        """Those that waited and have their rows again; they are not noted any more."""
        if not self._has_waiting:
            return []
        asked = {"seconds": seconds, "margin": _MARGIN_SECONDS[seconds], "buckets_max": buckets_max}
        return self._connection.execute(QUERIES["take_returned"], asked).fetchall()
