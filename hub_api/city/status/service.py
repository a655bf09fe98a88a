"""The state of the hub, asked of the database once in a few seconds, however many look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from citycore.clock import Clock
from citycore.errors import FalajError
from hub_api.city.status.model import Component, Readings, State
from hub_api.city.status.repository import fetch_feed_count, fetch_readings, fetch_registry_version
from hub_api.city.status.rules import components, worst
from hub_api.city.status.settings import StatusSettings
from hub_api.city.stream.service import Live
from hub_api.serving.database import Database
from hub_api.serving.hub import REGISTRY_ANSWER_SECONDS_MAX
from hub_api.serving.memory import Memory


@dataclass(frozen=True, slots=True)
class Report:
    """What is shown. ``readings`` is None while the database is away; ``listeners`` are this process's."""

    as_of: datetime
    state: State
    components: tuple[Component, ...]
    readings: Readings | None
    listeners: int


class Board:
    """One per application."""

    def __init__(self, database: Database, live: Live, clock: Clock, settings: StatusSettings) -> None:
        self.settings = settings
        self._database = database
        self._live = live
        self._clock = clock
        self._asking = asyncio.Lock()
        self._last: Memory[str, Report] = Memory(1)
        self._feed_counts: Memory[int, int] = Memory(1)

    async def report(self) -> Report:
        """The state as of a few seconds ago at most; the first to ask waits, the others wait with it."""
        async with self._asking:
            report = self._last.recall("report")
            if report is None:
                report = await self._ask()
                self._last.keep("report", report, self.settings.cache_seconds)
        return report

    async def _ask(self) -> Report:
        now = self._clock()
        readings = await self._readings(now)
        parts = components(readings, stream_is_away=self._live.is_away, settings=self.settings)
        return Report(now, worst(part.state for part in parts), parts, readings, len(self._live.listeners))

    async def _readings(self, now: datetime) -> Readings | None:
        """None if the database does not answer soon: that is then what the status has to say."""
        try:
            is_away = await self._database.ping() is not None
            if is_away:
                return None
            return await fetch_readings(self._database, now, self.settings, await self._feed_count())
        except FalajError:
            return None

    async def _feed_count(self) -> int:
        """How many feeds there are, which is counted again once the registry has changed."""
        version = await fetch_registry_version(self._database)
        count = self._feed_counts.recall(version)
        if count is None:
            count = await fetch_feed_count(self._database)
            self._feed_counts.keep(version, count, REGISTRY_ANSWER_SECONDS_MAX)
        return count
