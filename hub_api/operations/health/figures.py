"""Figures that are not counted here but read from the database when somebody asks for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from citycore.errors import FalajError
from citycore.store.queries import load_queries
from hub_api.city.observations.model import BUCKET_SECONDS
from hub_api.serving.database import Database, Row

QUERIES = load_queries("hub_api.operations.health")


class Figures:
    """All of them, in the registry of the application."""

    def __init__(self, database: Database, registry: CollectorRegistry) -> None:
        self._dead_letters = DeadLetterFigures(database)
        self._roll_ups = RollUpFigures(database)
        registry.register(self._dead_letters)
        registry.register(self._roll_ups)

    async def refresh(self) -> None:
        await self._dead_letters.refresh()
        await self._roll_ups.refresh()


class DeadLetterFigures(Collector):
    """Dead letters as the last housekeeping counted them; :meth:`refresh` reads its few rows anew."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: Sequence[Row] = ()
        self._removals: Sequence[Row] = ()

    async def refresh(self) -> None:
        """While the database is away there are no figures, rather than old ones."""
        try:
            self._counts = await self._database.fetch(QUERIES["dead_letter_counts"])
            self._removals = await self._database.fetch(QUERIES["dead_letter_removals"])
        except FalajError:
            self._counts = self._removals = ()

    def collect(self) -> Iterable[Metric]:
        labels = ["reason", "status"]
        letters = GaugeMetricFamily("falaj_dead_letters", "Dead letters kept", labels=labels)
        size = GaugeMetricFamily("falaj_dead_letters_bytes", "Payload bytes of dead letters", labels=labels)
        counted = GaugeMetricFamily("falaj_dead_letters_counted_timestamp_seconds", "When they were counted")
        removed = CounterMetricFamily(
            "falaj_dead_letters_removed", "Dead letters removed to keep within the bounds", labels=labels
        )
        for reason, status, count, payload_bytes, counted_at in self._counts:
            letters.add_metric([reason, status], count)
            size.add_metric([reason, status], payload_bytes)
            counted = GaugeMetricFamily(counted.name, counted.documentation, value=counted_at.timestamp())
        for reason, status, count in self._removals:
            removed.add_metric([reason, status], count)
        return [letters, size, counted, removed]


class RollUpFigures(Collector):
    """Buckets whose roll-up cannot be computed; :meth:`refresh` counts them anew."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: Sequence[Row] | None = None

    async def refresh(self) -> None:
        """While the database is away there are no figures, rather than old ones."""
        try:
            self._counts = await self._database.fetch(QUERIES["set_aside_counts"])
        except FalajError:
            self._counts = None

    def collect(self) -> Iterable[Metric]:
        aside = GaugeMetricFamily(
            "falaj_rollup_set_aside_buckets", "Buckets that cannot be computed", labels=["bucket"]
        )
        if self._counts is not None:
            counts: dict[int, int] = dict(self._counts)
            for name, seconds in BUCKET_SECONDS.items():
                if name == "P1W":  # made of days when it is asked for
                    continue
                aside.add_metric([name], counts.get(seconds, 0))
        return [aside]
