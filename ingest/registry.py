"""The registry as ingest sees it: looked up when first needed, forgotten after a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from citycore.store.connections import Connection
from citycore.topics import Address, parse_topic
from ingest.model import Thing
from ingest.repository import find_things


class Registry:
    """Things by topic. Only registered things are remembered, so its size is the registry's."""

    def __init__(self, age_seconds_max: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._age_seconds_max = age_seconds_max
        self._clock = clock
        self._things: dict[str, Thing] = {}
        self._forgets_at = 0.0

    def resolve(
        self, connection_of: Callable[[], Connection], topics: Iterable[str]
    ) -> dict[str, Thing | None]:
        """The thing of every topic, None where none is registered.

        Unknown topics cost one look-up a batch, all together; so a thing counts from the
        moment it is registered.
        """
        if self._clock() >= self._forgets_at:
            self._things.clear()
            self._forgets_at = self._clock() + self._age_seconds_max
        wanted = set(topics)
        unknown = {
            address: topic
            for topic in wanted
            if topic not in self._things and (address := parse_topic(topic)) is not None
        }
        if unknown:
            connection = connection_of()
            with connection.transaction():
                self._look_up(connection, unknown)
        return {topic: self._things.get(topic) for topic in wanted}

    def forget(self, topics: Iterable[str]) -> None:
        """Look these up anew next time: a message named a datastream that was not known."""
        for topic in topics:
            self._things.pop(topic, None)

    def _look_up(self, connection: Connection, unknown: dict[Address, str]) -> None:
        for address, thing in find_things(connection, unknown).items():
            self._things[unknown[address]] = thing
