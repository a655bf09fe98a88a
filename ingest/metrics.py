"""The account as Prometheus metrics: received = stored + duplicate + conflicting + quarantined."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ingest.model import Account, Notes, Rejection

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_VALUES = (1, 10, 100, 1_000, 5_000, 10_000, 50_000, 100_000)


class Metrics:
    """Counters of committed values; ``in_flight`` is what was received and is not committed yet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = self._counter("messages", "MQTT messages committed")
        self._received = self._counter("received", "Values received and accounted for")
        self._stored = self._counter("stored", "Values stored")
        self._duplicate = self._counter("duplicate", "Values that were already stored")
        self._conflicting = self._counter("conflicting", "Values whose time held another result")
        self._quarantined = self._counter("quarantined", "Values kept as dead letters", ["reason"])
        self._not_kept = self._counter("letters_not_kept", "Letters of unknown topics beyond what is kept")
        self._ignored = self._counter("ignored", "Values that their source does not want")
        self._remarks = self._counter("remarks", "Messages that hold no value and need none")
        self.retries = self._counter("store_failures", "Attempts that the database did not complete")
        self.in_flight = Gauge(
            "falaj_ingest_in_flight_messages", "Received, not committed", registry=self.registry
        )
        self.inbox_bytes = Gauge(
            "falaj_ingest_inbox_bytes", "Payload bytes that wait in this process", registry=self.registry
        )
        self.broker_drops = Gauge(
            "falaj_broker_dropped_messages",
            "Messages the broker threw away because a queue was full ($SYS)",
            registry=self.registry,
        )
        self.qos0_drops = Gauge(
            "falaj_ingest_qos0_dropped_messages",
            "QoS 0 messages that found no room in the inbox",
            registry=self.registry,
        )
        self.takeovers = Gauge(
            "falaj_ingest_session_takeovers",
            "How often another client took the session of this worker, or the hub's identity, over",
            registry=self.registry,
        )
        self._lag = Gauge(
            "falaj_ingest_lag_seconds",
            "Age of the oldest message of the newest batch at its commit",
            registry=self.registry,
        )
        self._batch_seconds = self._histogram(
            "batch_seconds", "From the first decode to the acknowledgement", _SECONDS
        )
        self._commit_seconds = self._histogram(
            "commit_seconds",
            "From the begin of a batch's transaction to its commit, retries included",
            _SECONDS,
        )
        self._batch_values = self._histogram("batch_values", "Values in a batch", _VALUES)

    def time(self, account: Account, batch_seconds: float, commit_seconds: float, lag_seconds: float) -> None:
        """How large one batch was, and how long it took."""
        self._batch_values.observe(account.received)
        self._batch_seconds.observe(batch_seconds)
        self._commit_seconds.observe(commit_seconds)
        self._lag.set(lag_seconds)

    def count(self, account: Account, rejections: Iterable[Rejection]) -> None:
        self._messages.inc(account.messages)
        self._received.inc(account.received)
        self._stored.inc(account.stored)
        self._duplicate.inc(account.duplicate)
        self._conflicting.inc(account.conflicting)
        explained = 0
        for rejection in rejections:
            self._quarantined.labels(rejection.reason).inc(rejection.values)
            explained += rejection.values
            self._not_kept.inc(not rejection.is_kept)
        if account.quarantined > explained:  # found by the store, not by the rules
            self._quarantined.labels("store").inc(account.quarantined - explained)

    def note(self, notes: Notes) -> None:
        """What a batch held beside observations."""
        self._ignored.inc(notes.ignored_values)
        self._remarks.inc(notes.remarks)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"falaj_ingest_{name}", text, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, text: str, labels: tuple[str, ...] | list[str] = ()) -> Counter:
        return Counter(f"falaj_ingest_{name}", text, labels, registry=self.registry)
