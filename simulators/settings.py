"""Limits of publishing and of the simulation; the prefix is ``FALAJ_SIMULATORS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SimulatorsSettings(BaseSettings):
    """How much may be under way to the broker, and how long it may be away."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SIMULATORS_", frozen=True)

    #: Published and not yet acknowledged. Then publishing waits.
    unacknowledged_messages_max: int = 4_000
    #: How many messages are queued before they are written to the socket together.
    write_messages_max: int = 64
    #: The first pause after a lost connection; it doubles up to FALAJ_BROKER_RECONNECT_DELAY_SECONDS_MAX.
    reconnect_delay_seconds_min: float = 0.25
    #: A replay gives up when the broker acknowledges nothing for this long.
    replay_silence_seconds_max: float = 300.0
    #: Lines that a replay left out, of which it tells each with its reason; beyond that only how many.
    refused_lines_told_max: int = 10
    #: How long an orderly stop waits for the last acknowledgements.
    stop_seconds_max: float = 1.5
    #: The shortest pause between two messages of one thing, however high the speed.
    interval_seconds_min: float = 0.1

    #: The past leaves room for the present: so many of its messages may be unacknowledged.
    past_unacknowledged_messages_max: int = Field(default=256, ge=1)
    #: Readings of one thing's past. What reports every minute or less often has all of three weeks, a
    #: bus (every 20 s) the last one.
    past_readings_max: int = Field(default=30_240, ge=1)
    #: Instants of one thing that its past sends together.
    past_message_instants_max: int = Field(default=200, ge=1, le=1_000)
