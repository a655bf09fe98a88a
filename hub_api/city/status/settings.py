"""When the status page calls something late, by environment variables with the prefix ``FALAJ_STATUS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StatusSettings(BaseSettings):
    """The rules of ``/status`` and ``/v1/status``; the page states them."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STATUS_", frozen=True)

    #: The database is asked at most so often, however many look.
    cache_seconds: int = Field(default=5, ge=1)
    #: The page comes anew after so long; readers may switch that off.
    refresh_seconds: int = Field(default=30, ge=5)
    #: A datastream is late when its newest value is older than so many of its intervals, then silent.
    late_intervals: float = Field(default=2.0, gt=0)
    silent_intervals: float = Field(default=3.0, gt=0)
    #: Sources and observed properties that are shown: of more, those that have sent anything first.
    feeds_max: int = Field(default=500, ge=1)
    #: The interval of a datastream that declares none.
    interval_seconds_default: int = Field(default=3600, ge=1)
    #: Ingest is late when its newest batch is older.
    ingest_quiet_seconds_max: int = Field(default=300, ge=1)
    #: So long ingest is called bad after another client took its session with the broker over: two hubs that
    #: have one identity take it from each other at most so far apart.
    takeover_seconds_max: int = Field(default=1800, ge=1)
    #: The worker is late when a batch waits for its roll-up for longer.
    worker_lag_seconds_max: int = Field(default=120, ge=1)
    #: A part is away when it gave no account of itself for so long: with the answers that are kept, sooner than one that was
    #: stopped is replaced (`FALAJ_STACK_STOPPED_SECONDS`).
    account_seconds_max: int = Field(default=15, ge=1)
    #: Of one that has been away for so long nothing is expected any more.
    account_forgotten_seconds: int = Field(default=86_400, ge=1)
    #: Ingest is late when messages wait at the broker and nothing was stored for so long.
    stalled_seconds_max: int = Field(default=20, ge=1)
    #: It is late, too, when more messages wait than these.
    waiting_messages_max: int = Field(default=10_000, ge=1)
