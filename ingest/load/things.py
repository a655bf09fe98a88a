"""The things that a file names, wherever they are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from citycore.store.connections import Connection
from citycore.topics import CODE, Address
from ingest.load.model import Known
from ingest.load.repository import find_sources
from ingest.registry import Registry


class Things:
    """Things by code: of one source where the operator named it, else of the source each belongs to."""

    def __init__(self, source: str | None, registry: Registry) -> None:
        self._source = source
        self._registry = registry
        self._sources: dict[str, str] = {}

    def resolve(
        self, connection_of: Callable[[], Connection], codes: Iterable[str | None]
    ) -> dict[str, Known | None]:
        """What is registered under each code, None for nothing."""
        wanted = {code for code in codes if code is not None}
        addresses = self._addresses(connection_of, {code for code in wanted if CODE.fullmatch(code)})
        found = self._registry.find(connection_of, addresses.values())
        known: dict[str, Known | None] = dict.fromkeys(wanted)
        for code, address in addresses.items():
            thing = found[address]
            if thing is not None:
                known[code] = Known(address, thing)
        return known

    def _addresses(self, connection_of: Callable[[], Connection], codes: set[str]) -> dict[str, Address]:
        if self._source is not None:
            return {code: Address(self._source, code) for code in codes}
        unknown = codes - self._sources.keys()
        if unknown:
            connection = connection_of()
            with connection.transaction():
                self._sources |= find_sources(connection, unknown)
        return {code: Address(self._sources[code], code) for code in codes if code in self._sources}
