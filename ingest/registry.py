"""The registry as ingest sees it: looked up when first needed, forgotten after a while or when it changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import LiteralString

from citycore.store.connections import Connection
from citycore.topics import Address, matches, parse_topic, split_topic
from ingest.decoders.native import is_connection
from ingest.model import Datastream, Route, Source, Thing
from ingest.repository import find_aliases, find_sources, find_things
from ingest.row_posts import find_datastreams

#: A change of the registry is announced there (``b002/city/notices.sql``), and what another worker noted
#: (``tell_workers`` in ``notes.sql``).
LISTENS: tuple[LiteralString, ...] = ("LISTEN falaj_registry", "LISTEN falaj_ingest")
NATIVE = "native"
#: Topics whose route is remembered, so that strangers cannot fill the memory.
_ROUTES_MAX = 50_000
#: Datastreams that are remembered by their numbers.
_DATASTREAMS_MAX = 20_000

Target = Thing | Route


def hear(connection: Connection) -> None:
    """Have the connection's notices, of all that others have committed by now: they come with the answer of any transaction."""
    with connection.transaction():
        connection.execute("SELECT 1")


class Registry:
    """Sources, and things by address. Only registered things are remembered, so its size is the registry's."""

    def __init__(self, age_seconds_max: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._age_seconds_max = age_seconds_max
        self._clock = clock
        self._sources: dict[str, Source] | None = None
        self.aliases: Mapping[str, str] = {}
        self._accepts_all = True
        self._routes: dict[str, Route | None] = {}
        self._things: dict[Address, Thing] = {}
        self._by_topic: dict[str, Thing] = {}
        self._by_number: dict[int, Datastream] = {}
        self._forgets_at = 0.0

    def resolve(
        self, connection_of: Callable[[], Connection], topics: Iterable[str]
    ) -> dict[str, Target | None]:
        """By topic the thing, or for other formats than the native one the route; None where nothing is registered.

        Unknown topics cost one look-up a batch, all together; so a thing counts from the
        moment it is registered.
        """
        self._age()
        found: dict[str, Target | None] = {}
        unknown: dict[Address, str] = {}
        for topic in set(topics):
            thing = self._by_topic.get(topic)
            if thing is None:
                route = self._route(connection_of, topic)
                if route is not None and route.source.decoder == NATIVE and not is_connection(route.topic):
                    address = parse_topic(topic)
                    if address is not None:
                        unknown[address] = topic
                    found[topic] = None
                    continue
                found[topic] = route
                continue
            found[topic] = thing
        for address, thing in self.find(connection_of, unknown).items():
            topic = unknown[address]
            found[topic] = thing
            if thing is not None:
                self._by_topic[topic] = thing
        return found

    def find(
        self, connection_of: Callable[[], Connection], addresses: Iterable[Address]
    ) -> dict[Address, Thing | None]:
        """The thing of each address: by what the device calls itself, or by its code."""
        self._age()
        wanted = set(addresses)
        unknown = [address for address in wanted if address not in self._things]
        if unknown:
            sources = self.sources(connection_of)
            connection = connection_of()
            with connection.transaction():
                self._things |= find_things(connection, sources, unknown)
        return {address: self._things.get(address) for address in wanted}

    def datastreams(
        self, connection_of: Callable[[], Connection], numbers: Sequence[int]
    ) -> dict[int, Datastream]:
        """Those that there are of these numbers."""
        self._age()
        if len(self._by_number) > _DATASTREAMS_MAX:
            self._by_number.clear()
        unknown = [number for number in numbers if number not in self._by_number]
        if unknown:
            self._by_number |= find_datastreams(connection_of(), unknown)
        return {number: self._by_number[number] for number in numbers if number in self._by_number}

    def sources(self, connection_of: Callable[[], Connection]) -> Mapping[str, Source]:
        """Every source by its code."""
        if self._sources is None:
            connection = connection_of()
            with connection.transaction():
                self._sources = find_sources(connection)
                self.aliases = find_aliases(connection)
            self._accepts_all = all(source.is_accepted for source in self._sources.values())
        return self._sources

    def accepts_all(self, connection_of: Callable[[], Connection]) -> bool:
        """Whether there is no source that is not accepted."""
        self.sources(connection_of)
        return self._accepts_all

    def source_of(self, connection_of: Callable[[], Connection], topic: str) -> Source | None:
        """Whose messages come on a topic."""
        route = self._route(connection_of, topic)
        return None if route is None else route.source

    def forget(self, topics: Iterable[str], addresses: Iterable[Address] = ()) -> None:
        """Look these up anew next time: a message named a datastream that was not known."""
        for topic in topics:
            self._by_topic.pop(topic, None)
            address = parse_topic(topic)
            if address is not None:
                self._things.pop(address, None)
        for address in addresses:
            self._things.pop(address, None)

    def forget_all(self) -> None:
        """The registry changed."""
        self._sources = None
        self._routes.clear()
        self._things.clear()
        self._by_topic.clear()
        self._by_number.clear()

    def _age(self) -> None:
        if self._clock() >= self._forgets_at:
            self.forget_all()
            self._forgets_at = self._clock() + self._age_seconds_max

    def _route(self, connection_of: Callable[[], Connection], topic: str) -> Route | None:
        if topic in self._routes:
            return self._routes[topic]
        route = route_of(topic, self.sources(connection_of))
        if len(self._routes) < _ROUTES_MAX:
            self._routes[topic] = route
        return route


def route_of(topic: str, sources: Mapping[str, Source]) -> Route | None:
    """The source in whose namespace a topic lies, or the first by its code whose own filters it matches."""
    placed = split_topic(topic)
    if placed is not None:
        source = sources.get(placed[0])
        return None if source is None else Route(source, placed[1])
    for code in sorted(sources):
        source = sources[code]
        if any(matches(wanted, topic) for wanted in source.topic_filters):
            return Route(source, topic)
    return None
