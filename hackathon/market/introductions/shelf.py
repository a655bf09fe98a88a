"""The index of all offerings, kept in the process and built anew when what everybody sees has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from casework.programme import Session
from hackathon.market.introductions.settings import IntroductionSettings
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

    def index(self, session: Session) -> Index:
        """Of the newest that are listed, up to a limit. It takes a second for thousands, and is rarely built."""
        connection = session.connection
        with self._lock:
            # Read first: what is published while it is built makes the next one ask again.
            edition = repository.find_edition(connection)
            if self._index is None or edition != self._edition:
                offerings_max = session.of(IntroductionSettings).index_offerings_max
                facts = repository.published_offerings(connection, offerings_max)
                self._index, self._edition = Index.of(facts, session.of(MatchingSettings)), edition
            return self._index
