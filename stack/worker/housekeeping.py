"""Dead letters and failures kept within their bounds, intervals and gaps up to date, from time to time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog

from citycore.alerts.settings import AlertSettings
from citycore.clock import Clock
from citycore.failures import service as failures
from citycore.failures.settings import FailureSettings
from citycore.settings import StoreSettings
from citycore.store.connections import ACCEPTED_ONLY, connect
from ingest.air_quality.service import keep_air_quality
from ingest.air_quality.settings import AirQualitySettings
from ingest.alerts.delivering import tidy as tidy_deliveries
from ingest.alerts.previewing import make_wanted
from ingest.dead_letters import tidy_dead_letters
from ingest.presence.service import keep_open_gaps, learn_intervals
from ingest.presence.settings import PresenceSettings
from ingest.settings import IngestSettings
from ingest.transport.service import TransitSettings, keep_transit, newest_note
from ingest.transport.settling import Settling

log = structlog.get_logger()


def keep_dead_letters_bounded(store: StoreSettings, clock: Clock) -> None:
    """Remove what is above the bounds and count the rest; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-letters", autocommit=True) as connection:
        removed = tidy_dead_letters(connection, IngestSettings(), clock())
    if removed:
        log.warning("dead_letters_removed", letters=removed.letters, payload_bytes=removed.payload_bytes)


def keep_failures_bounded(store: StoreSettings, clock: Clock) -> None:
    """Forget what failed and is no more; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-failures", autocommit=True) as connection:
        failures.tidy(connection, FailureSettings(), clock)


def keep_gaps(store: StoreSettings, clock: Clock) -> None:
    """Open the gaps of what is silent by now; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-presence", autocommit=True) as connection:
        keep_open_gaps(connection, PresenceSettings(), clock)


def keep_air(store: StoreSettings, clock: Clock) -> None:
    """Judge the air of hours that have changed and are over; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-air-quality", autocommit=True) as connection:
        keep_air_quality(connection, AirQualitySettings(), clock())


def keep_deliveries_bounded(store: StoreSettings, clock: Clock) -> None:
    """Forget what was told of alerts long ago; :class:`StoreUnavailable`."""
    with connect(store.worker_url, store, "falaj-alerts-tidy", autocommit=True) as connection:
        tidy_deliveries(connection, AlertSettings(), clock())


def make_previews(store: StoreSettings, clock: Clock) -> None:
    """Reckon what rules would have raised, where somebody waits for it; :class:`StoreUnavailable`."""
    with connect(
        store.worker_url, store, "falaj-alert-previews", autocommit=True, sources=ACCEPTED_ONLY
    ) as connection:
        make_wanted(connection, AlertSettings(), clock())


@dataclass(slots=True)
class BusKeeper:
    """Matches vehicles with their schedules and measures hours that are over, once what is read in has come to rest."""

    store: StoreSettings
    clock: Clock
    settings: TransitSettings = field(default_factory=TransitSettings)
    _settling: Settling = field(init=False)

    def __post_init__(self) -> None:
        self._settling = Settling(self.settings.job.settle_seconds_max)

    def run(self) -> None:
        """:class:`StoreUnavailable` if the database is away."""
        with connect(self.store.worker_url, self.store, "falaj-transit", autocommit=True) as connection:
            if self._settling.is_over(newest_note(connection, self.clock()), time.monotonic()):
                keep_transit(connection, self.settings, self.clock())


@dataclass(slots=True)
class IntervalLearner:
    """Looks at some datastreams each time, and at all of them in turn."""

    store: StoreSettings
    clock: Clock
    _after: int = field(default=0, init=False)

    def run(self) -> None:
        """:class:`StoreUnavailable` if the database is away."""
        with connect(self.store.worker_url, self.store, "falaj-intervals", autocommit=True) as connection:
            self._after = learn_intervals(connection, PresenceSettings(), self.clock, self._after) or 0
