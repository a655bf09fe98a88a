"""The limits of GTFS Realtime; the prefix is ``FALAJ_GTFS_REALTIME_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GtfsRealtimeSettings(BaseSettings):
    """How fresh feeds are, and what is left out of them."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_GTFS_REALTIME_", frozen=True)

    #: A feed is made at most once in so many seconds, however many ask.
    window_seconds: int = Field(default=5, ge=1, le=60)
    #: Older positions, and what vehicles said at an older instant, are left out and counted.
    stale_seconds: int = Field(default=300, ge=10)
    #: Speed, heading, trip and the like count for a position if they were observed so near to it.
    same_instant_seconds: int = Field(default=60, ge=0)
    #: Kinds of things that are vehicles where no schedule is loaded; of a source with a schedule all that move are.
    kinds: tuple[str, ...] = ("bus", "tram", "train", "metro", "ferry", "coach", "minibus", "trolleybus")
    #: A vehicle that is farther from the line of a trip is not said to be on it.
    line_metres_max: int = Field(default=200, ge=10)
    #: A vehicle that is farther outside of the stops of its schedule is left out and counted.
    area_metres_max: int = Field(default=1_600, ge=100)
    #: A trip that a vehicle states counts on the service day on which it runs within so many seconds of its times.
    trip_seconds_max: int = Field(default=7_200, ge=0)
    #: So long after its last scheduled stop a trip is still told about.
    trip_kept_seconds: int = Field(default=5_400, ge=0)
    #: An alert at a place is told at stops within so many metres.
    alert_stop_metres: int = Field(default=300, ge=0)
    #: At most so many stops of one alert, the nearest first.
    alert_stops_max: int = Field(default=20, ge=1)
    #: At most so many vehicles of a feed; there are counted that are left out.
    vehicles_max: int = Field(default=10_000, ge=1)
    #: At most so many passages of vehicles are read for a feed.
    passages_max: int = Field(default=200_000, ge=1)
    #: At most so many alerts of a feed, the newest first.
    alerts_max: int = Field(default=500, ge=1)
    #: Feeds that are kept for their window, and what they rest on, in bytes.
    kept_bytes_max: int = Field(default=32_000_000, ge=1)
    #: For so long a schedule is remembered.
    schedule_seconds: int = Field(default=60, ge=1)
