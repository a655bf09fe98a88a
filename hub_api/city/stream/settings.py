"""Limits of live streams, by environment variables with the prefix ``FALAJ_STREAM_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StreamSettings(BaseSettings):
    """How many may listen, how far back they may ask, and how slow they may be."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STREAM_", frozen=True)

    #: Listeners of one API process; more are told to come back.
    listeners_max: int = Field(default=500, ge=1)
    #: And of one reader, by address or key: half of the room, so that nobody takes it all.
    listeners_per_reader_max: int = Field(default=250, ge=1)
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    #: New batches are gathered for so long before they are sent.
    gather_seconds: float = Field(default=0.1, ge=0)
    #: Without any word from the database, it is asked so often.
    poll_seconds: float = Field(default=5.0, gt=0)
    retry_seconds: float = Field(default=1.0, gt=0)
    #: How long a new listener waits for the database.
    join_seconds_max: float = Field(default=5.0, gt=0)
    #: Rows that are replayed, or sent at once; beyond, an event says that there is a gap.
    replay_rows_max: int = Field(default=20_000, ge=1)
    replay_batches_max: int = Field(default=20_000, ge=1)
    event_rows_max: int = Field(default=500, ge=1)
    #: What waits for a slow reader; beyond, it is dropped.
    buffer_bytes_max: int = Field(default=1024 * 1024, ge=1)
    #: What the kernel may hold for a reader besides; its own megabytes would hide a slow one for minutes.
    unsent_bytes_max: int = Field(default=64 * 1024, ge=1)
    #: A reader who takes nothing for so long is cut off.
    stall_seconds_max: float = Field(default=5.0, gt=0)
    #: How soon a reader may come back.
    reconnect_milliseconds: int = Field(default=3_000, ge=0)
