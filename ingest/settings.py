"""The limits of ingest, each with a name."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.comma_lists import CommaList
from citycore.topics import SUBSCRIPTION, disjoint


class IngestSettings(BaseSettings):
    """How much is taken at once, how long is waited, and what counts as a believable time."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_INGEST_", frozen=True)

    #: The name in the ledger and, behind the hub's own id, in the MQTT client id; two workers of a hub must differ.
    worker: str = f"ingest-{socket.gethostname().lower()}"
    #: MQTT topic filters that are subscribed to, separated by commas; `falaj/v1/#` always is. What comes on
    #: a topic that is not the hub's becomes a dead letter, `unknown_topic`.
    topic_filters: CommaList[str] = ("#",)
    #: Workers on one shared subscription divide the messages among themselves.
    is_shared: bool = False
    workers_max: int = 32
    http_port: int = 8002

    #: How often a worker notes in the store that it is at work, and how its session fares (a change it tells at
    #: once), for the status.
    report_seconds: float = Field(default=5.0, gt=0)

    batch_messages_max: int = 2_000
    #: How long the first message of a batch waits for company.
    batch_delay_seconds_max: float = 0.05
    #: The most bytes of payloads that wait in this process, whatever the database does. It sets
    #: the MQTT 5 Receive Maximum: so many messages of the largest size may be unacknowledged.
    inbox_bytes_max: int = 256 * 1024 * 1024
    #: How long the broker keeps our queue while we are away; a shared worker's share of the
    #: messages would be hoarded that long, so it is shorter.
    session_expiry_seconds: int = 7 * 86_400
    shared_session_expiry_seconds: int = 3_600
    #: After another client took the session over: so long until it is asked for again, doubled each time.
    takeover_delay_seconds_min: float = Field(default=30.0, gt=0)
    takeover_delay_seconds_max: float = Field(default=600.0, gt=0)
    #: A worker that is retired has stored all that its session held once nothing came for so long.
    drain_seconds_max: float = 10.0

    results_per_message_max: int = 1_000
    instants_per_message_max: int = 1_000
    text_characters_max: int = 1_000

    #: Stored results of a datastream that are read when its tests of quality begin.
    quality_rows_max: int = Field(default=200, ge=2)
    #: Stored results that one of several workers compares a batch with: so many are read at most of each side, shared among
    #: the datastreams of the batch, but of each at least those above.
    compared_rows_max: int = Field(default=100_000, ge=2)
    #: Formats that ask for something (Sparkplug B for births) may do so this often.
    request_interval_seconds: float = Field(default=1.0, gt=0)
    #: Messages by HTTP: so many at once wait for their batch, and so long at most.
    posts_waiting_max: int = Field(default=100, ge=1)
    post_seconds_max: float = Field(default=30.0, gt=0)
    #: Of the rows in one request of the API.
    rows_bytes_max: int = Field(default=32 * 1024 * 1024, ge=1)
    #: Messages that are tried at once, how long others wait for that, and how large the description of a source may be
    #: that one is tried with.
    tries_max: int = Field(default=2, ge=1)
    try_wait_seconds_max: float = Field(default=5.0, ge=0)
    tried_source_bytes_max: int = Field(default=4 * 1024 * 1024, ge=1)

    #: What formats remember between messages: so large is one value at most, and so many are held in memory.
    decoder_memory_bytes_max: int = Field(default=524_288, ge=256)
    decoder_memory_keys_max: int = Field(default=20_000, ge=1)

    #: Clocks before this were never set; clocks further ahead than this are wrong.
    earliest_phenomenon_time: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    clock_ahead_seconds_max: float = 300.0
    #: Who writes through SensorThings with a key or the credential of a source states when something was observed, which may be longer ago
    #: than any clock of a device goes. The credential of a single device is bounded as above.
    earliest_stated_time: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    #: What they may state of a Datastream that was posted through SensorThings, such as what is expected and not yet observed.
    latest_stated_time: datetime = datetime(2100, 1, 1, tzinfo=UTC)

    #: How far a fixed thing's own position may lie from where it is registered and still be that place: a receiver's
    #: error between houses, or a place that was rounded to three decimals.
    place_metres_max: float = Field(default=100.0, ge=0)

    #: Addresses that are asked at once, by all sources together; the instants in one answer.
    polls_max: int = Field(default=50, ge=0)
    poll_instants_max: int = Field(default=20_000, ge=1)

    #: Addresses that are polled: never more often than this, whatever a source says; after failures the wait doubles up to the maximum.
    poll_seconds_min: float = Field(default=5.0, gt=0)
    poll_retry_seconds_max: float = Field(default=900.0, gt=0)
    #: For each connection, and each wait for bytes; and for one answer as a whole.
    poll_timeout_seconds: float = Field(default=10.0, gt=0)
    poll_answer_seconds_max: float = Field(default=30.0, gt=0)
    #: The most bytes of one answer, unpacked.
    poll_bytes_max: int = Field(default=10 * 1024 * 1024, ge=1)

    #: A changed registration is noticed at the latest after this long (a new one at once).
    registry_age_seconds_max: float = 30.0

    retry_delay_seconds_min: float = 0.1
    retry_delay_seconds_max: float = 5.0
    lock_timeout_seconds: float = 10.0
    stop_seconds_max: float = 10.0

    #: A worker that dies is started again after this long, doubled each time up to the maximum.
    restart_delay_seconds_min: float = 0.2
    restart_delay_seconds_max: float = 10.0

    #: Dead letters that are kept. Housekeeping removes more than that: replayed and discarded
    #: ones first, then those that were received longest ago; what it removed stays counted.
    letters_rows_max: int = 1_000_000
    letters_bytes_max: int = 1024 * 1024 * 1024
    letters_age_days_max: float = 90.0
    #: Topics that are not the hub's: a worker keeps so many letters at once, and so many a second after that.
    #: What goes beyond is counted, as received and as removed, and not kept.
    unknown_topic_letters_max: int = Field(default=2_000, ge=0)
    unknown_topic_letters_per_second_max: float = Field(default=10.0, ge=0)
    #: What a source that the hub's staff has not accepted may send to a worker: so many bytes at once, and so many a second after that.
    #: A message counts as its payload and 200 bytes. What goes beyond is counted and neither looked at nor kept.
    unreviewed_bytes_max: int = Field(default=8 * 1024 * 1024, ge=1)
    unreviewed_bytes_per_second_max: float = Field(default=2_000.0, ge=0)
    #: Letters removed in one transaction.
    letters_removal_rows_max: int = 5_000

    rollup_batches_max: int = 500
    #: Buckets noted by the batches of one transaction, beyond which it takes no further batch.
    rollup_noted_buckets_max: int = 500_000
    rollup_buckets_max: int = 50_000
    #: Local days recomputed in one transaction.
    rollup_days_max: int = Field(default=5_000, ge=1)
    #: A day that goes on is recomputed at most so often.
    rollup_open_day_seconds: float = Field(default=60.0, ge=0)
    #: Of a run of so many hours or more, which a stream does not bring, it is looked up whether anything is kept of it.
    rollup_new_hours_min: int = Field(default=4, ge=1, le=24)
    #: New values are added to an hour that holds at least so many; one that holds fewer is read whole each time.
    rollup_add_rows_min: int = Field(default=60, ge=1)
    #: An hour to which values were added is computed whole so long after its end,
    rollup_ended_hour_seconds: float = Field(default=30.0, ge=0)
    #: and while it goes on at most so often.
    rollup_open_hour_seconds: float = Field(default=300.0, ge=0)
    #: Hours computed whole in one transaction.
    rollup_hours_max: int = Field(default=2_000, ge=1)
    #: Months and years that have ended are computed so long after a change of one of their days,
    rollup_ended_period_seconds: float = Field(default=60.0, ge=0)
    #: and those that go on so often.
    rollup_open_period_seconds: float = Field(default=3_600.0, ge=0)
    #: Months, and years, computed in one transaction.
    rollup_periods_max: int = Field(default=500, ge=1)
    #: Days and whole hours take turns with what comes in: after so long the rest waits for the next turn.
    rollup_turn_seconds: float = Field(default=1.0, gt=0)
    #: At most so many of them are computed before the clock is looked at again.
    rollup_turn_buckets: int = Field(default=1_000, ge=1)
    #: A bucket that could not be computed is tried again when it changes, and after so long.
    rollup_retry_seconds: float = Field(default=3_600.0, ge=1)

    @field_validator("topic_filters")
    @classmethod
    def _without_overlap(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return disjoint((SUBSCRIPTION, *given))

    @property
    def polls(self) -> bool:
        """Whether this worker asks the addresses of sources: of several workers the first one does."""
        return not self.is_shared or self.worker.endswith("-1")

    def receive_maximum(self, message_bytes_max: int) -> int:
        """Unacknowledged messages that the broker may have on the way to us (MQTT: 1 to 65,535)."""
        return max(1, min(65_535, self.inbox_bytes_max // message_bytes_max))
