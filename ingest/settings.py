"""The limits of ingest, each with a name."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """How much is taken at once, how long is waited, and what counts as a believable time."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_INGEST_", frozen=True)

    #: The MQTT client id and the name in the ledger; two workers must differ.
    worker: str = f"ingest-{socket.gethostname().lower()}"
    http_port: int = 8002

    batch_messages_max: int = 4_000
    #: How long the first message of a batch waits for company.
    batch_delay_seconds_max: float = 0.05
    #: Unacknowledged messages the broker may have on the way to us (MQTT 5 Receive Maximum):
    #: two batches and more, so that one fills while the other commits.
    receive_maximum: int = 12_000
    #: How long the broker keeps our queue while we are away.
    session_expiry_seconds: int = 7 * 86_400

    results_per_message_max: int = 1_000
    instants_per_message_max: int = 1_000
    text_characters_max: int = 1_000

    #: Clocks before this were never set; clocks further ahead than this are wrong.
    earliest_phenomenon_time: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    clock_ahead_seconds_max: float = 300.0

    #: A changed registration is noticed at the latest after this long (a new one at once).
    registry_age_seconds_max: float = 30.0

    retry_delay_seconds_min: float = 0.1
    retry_delay_seconds_max: float = 5.0
    lock_timeout_seconds: float = 10.0
    stop_seconds_max: float = 10.0

    rollup_batches_max: int = 500
    rollup_buckets_max: int = 50_000
