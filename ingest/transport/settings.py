"""The limits of matching and measuring; the prefix is ``FALAJ_TRANSIT_JOB_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TransitJobSettings(BaseSettings):
    """How much one run works through, and when what could not be matched is tried again."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TRANSIT_JOB_", frozen=True)

    #: Notes of hours of vehicles that one transaction takes; the others come next.
    notes_max: int = Field(default=5_000, ge=1)
    #: Transactions of one run.
    rounds_max: int = Field(default=20, ge=1)
    #: While hours go on to change, as when a past is read in, their days wait for the end of it, but no longer than this.
    settle_seconds_max: float = Field(default=300.0, ge=0)
    #: Positions of one vehicle and service day; a day with more is set aside.
    positions_max: int = Field(default=200_000, ge=1)
    #: A day of a vehicle that was set aside is tried again after so long, or when it changes.
    retry_seconds: float = Field(default=3_600.0, gt=0)
    #: A vehicle may be so much earlier than its first trip of a day or later than the last.
    margin_seconds: float = Field(default=7_200.0, ge=0)
