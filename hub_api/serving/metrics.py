"""What Prometheus may know of the API: by route template, never by path."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from psycopg_pool import AsyncConnectionPool

from hub_api.serving.database import Database

Pool = AsyncConnectionPool[Any]

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
NO_ROUTE = "(none)"
#: In the scope of a request that is counted and logged nowhere: where people answer something of which nobody may know yet how
#: many have.
UNCOUNTED = "falaj.uncounted"


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
        self._paced = Counter(
            "falaj_api_paced_seconds",
            "Time that requests waited for the pace of their address",
            registry=self.registry,
        )
        #: To look a counter up by its labels takes longer than to count; routes and statuses are few.
        self._counted = cache(self._find_counters)
        for name, pool in (("short", database.pool), ("slow", database.slow), ("export", database.exports)):
            self._watch(name, pool)

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
        requests, durations = self._counted(route, known, status)
        requests.inc()
        durations.observe(seconds)

    def _find_counters(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(route, method, str(status)), self._seconds.labels(route)

    def count_file(self, code: str) -> None:
        """A file was refused; codes are few, and ours."""
        self._files.labels(code).inc()

    def count_wait(self, seconds: float) -> None:
        """A request waited for the pace of its address."""
        self._paced.inc(seconds)


def _figure(pool: Pool, key: str) -> float:
    return float(pool.get_stats().get(key, 0))
