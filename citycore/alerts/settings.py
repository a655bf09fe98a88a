"""The limits of rules and alerts; the prefix is ``FALAJ_ALERTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AlertSettings(BaseSettings):
    """How many rules there are, how they are evaluated, and how alerts are told."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ALERTS_", frozen=True)

    rules_max: int = Field(default=20_000, ge=1)
    receivers_max: int = Field(default=200, ge=1)
    #: What somebody adds to an alert.
    note_characters_max: int = Field(default=500, ge=1)
    #: How far back a preview goes, and how many values of each subject and how many subjects it looks at.
    preview_days: int = Field(default=90, ge=1)
    preview_values_max: int = Field(default=200_000, ge=1)
    preview_subjects_max: int = Field(default=200, ge=1)

    #: Values that are older by the clock raise nothing any more: who loads history is not told of it.
    event_age_seconds_max: float = Field(default=86_400.0, gt=0)
    #: Batches that one transaction evaluates; the others come next.
    batches_max: int = Field(default=200, ge=1)
    #: How often it is looked for what is missing, for new forecasts and for indices.
    look_seconds: float = Field(default=1.0, gt=0)
    #: Without word of a batch it is looked for some so often.
    poll_seconds: float = Field(default=1.0, gt=0)
    #: Between two evaluations, so that small batches are evaluated together.
    gather_seconds: float = Field(default=0.1, ge=0)
    #: While ingest has given no account of itself for so long, nothing is missing.
    account_seconds_max: float = Field(default=60.0, gt=0)

    #: Deliveries that are taken at once, and sent at the same time.
    deliveries_max: int = Field(default=200, ge=1)
    senders: int = Field(default=8, ge=1, le=64)
    #: How long a receiver may take, and how much of its answer is read.
    send_seconds_max: float = Field(default=10.0, gt=0)
    answer_bytes_max: int = Field(default=4_096, ge=0)
    #: What nobody has finished sending after so long is sent again.
    lease_seconds: float = Field(default=30.0, gt=0)
    #: After a failure a receiver rests for so long, twice as long each time, up to the other; after so many failures a delivery is given up.
    retry_seconds_min: float = Field(default=2.0, gt=0)
    retry_seconds_max: float = Field(default=3_600.0, gt=0)
    attempts_max: int = Field(default=50, ge=1)
    #: Deliveries that were told, or given up, are kept for so long.
    keep_days: int = Field(default=90, ge=1)
    tidy_rows_max: int = Field(default=10_000, ge=1)
