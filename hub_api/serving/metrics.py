"""What Prometheus may know of the API: by route template, never by path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import AsyncConnectionPool

from citycore.errors import FalajError
from hub_api.city.observations.model import BUCKET_SECONDS
from hub_api.serving.database import QUERIES, Database, Row

Pool = AsyncConnectionPool[Any]

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
NO_ROUTE = "(none)"


class Metrics:
    """One registry per application, so that tests may have many."""

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "falaj_api_requests",
            "Answers by route, method and status",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "falaj_api_request_seconds",
            "Time from request to end of answer",
            ["route"],
            registry=self.registry,
        )
        self._files = Counter(
            "falaj_api_files_refused",
            "Files that were not taken or not passed on, by why",
            ["code"],
            registry=self.registry,
        )
        for name, pool in (("short", database.pool), ("export", database.exports)):
            self._watch(name, pool)
        self.letters = LetterFigures(database)
        self.registry.register(self.letters)
        self.roll_ups = RollUpFigures(database)
        self.registry.register(self.roll_ups)

    def _watch(self, name: str, pool: Pool) -> None:
        for label, text, key in (
            ("connections", "Open database connections", "pool_size"),
            ("idle", "Idle database connections", "pool_available"),
            ("waiting", "Requests waiting for a database connection", "requests_waiting"),
        ):
            gauge = Gauge(f"falaj_api_pool_{name}_{label}", text, registry=self.registry)
            gauge.set_function(partial(_figure, pool, key))

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        known = method if method in METHODS else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_file(self, code: str) -> None:
        """A file was refused; codes are few, and ours."""
        self._files.labels(code).inc()


class LetterFigures(Collector):
    """Dead letters as the last housekeeping counted them; :meth:`refresh` reads its few rows anew."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: Sequence[Row] = ()
        self._removals: Sequence[Row] = ()

    async def refresh(self) -> None:
        """While the database is away there are no figures, rather than old ones."""
        try:
            self._counts = await self._database.fetch(QUERIES["letter_counts"])
            self._removals = await self._database.fetch(QUERIES["letter_removals"])
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
                aside.add_metric([name], counts.get(seconds, 0))
        return [aside]


def _figure(pool: Pool, key: str) -> float:
    return float(pool.get_stats().get(key, 0))
