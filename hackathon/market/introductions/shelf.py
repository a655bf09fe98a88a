"""The index of all offerings, kept in the process and built anew when what everybody sees has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from citycore.store.connections import Connection
from hackathon.market.matching.index import Index
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.offerings import repository
from hackathon.market.offerings.repository import Edition


@dataclass(slots=True)
class Shelf:
    """One thread builds; those that come meanwhile wait for it, since what they hold is out of date."""

    _lock: Lock = field(default_factory=Lock)
    _edition: Edition | None = None
    _index: Index | None = None

    def index(self, connection: Connection, settings: MatchingSettings, offerings_max: int) -> Index:
        """Of the newest ``offerings_max`` that are listed. It takes a second for thousands, and is rarely built."""
        with self._lock:
            # Read first: what is published while it is built makes the next one ask again.
            edition = repository.find_edition(connection)
            if self._index is None or edition != self._edition:
                facts = repository.published_offerings(connection, offerings_max)
                self._index, self._edition = Index.of(facts, settings), edition
            return self._index
