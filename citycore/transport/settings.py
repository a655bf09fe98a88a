"""The limits of schedules and of matching; the prefixes are ``FALAJ_GTFS_`` and ``FALAJ_TRANSIT_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FeedSettings(BaseSettings):
    """How large a schedule may be."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_GTFS_", frozen=True)

    #: Of one file of a feed, unpacked.
    file_bytes_max: int = Field(default=512 * 2**20, ge=1)
    #: Of all files that are read, unpacked.
    feed_bytes_max: int = Field(default=2**30, ge=1)
    #: Rows of one file.
    rows_max: int = Field(default=5_000_000, ge=1)
    #: Days on which a feed has any service.
    days_max: int = Field(default=1_500, ge=1)
    #: Faults that are told; the others are counted.
    faults_max: int = Field(default=20, ge=1)
    #: Versions of the schedule of a source; the oldest goes when there is one more, with the passages that rest on it.
    versions_max: int = Field(default=20, ge=1)
    #: Days before a first schedule is loaded whose positions are matched with it.
    past_days_max: int = Field(default=31, ge=0)


class MatchSettings(BaseSettings):
    """When a position lies on a line, and between which of them the time at a stop is known."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TRANSIT_", frozen=True)

    #: A position further from the line than this is off the route.
    off_route_metres: float = Field(default=150.0, gt=0)
    #: How far off positions usually are.
    noise_metres: float = Field(default=25.0, gt=0)
    #: As near as this along the line a vehicle is at the stop.
    stop_metres: float = Field(default=20.0, ge=0)
    #: No vehicle is faster.
    speed_max_metres_per_second: float = Field(default=35.0, gt=0)
    #: Over a longer gap between positions nothing is interpolated.
    gap_seconds_max: float = Field(default=180.0, gt=0)
    #: A trip that is stated so long before it begins or after it should have ended is not meant.
    stated_seconds_max: float = Field(default=7_200.0, ge=0)
    #: A vehicle that states no trip is on one of its block at most so early,
    block_early_seconds_max: float = Field(default=900.0, ge=0)
    #: or so late.
    block_late_seconds_max: float = Field(default=3_600.0, ge=0)


class MeasureSettings(BaseSettings):
    """What is on time, and which headways count."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TRANSIT_MEASURES_", frozen=True)

    #: A departure is on time if it is at most so early,
    early_seconds_max: float = Field(default=60.0, ge=0)
    #: and at most so late.
    late_seconds_max: float = Field(default=300.0, ge=0)
    #: Headways are measured where at most so much lies between two departures of the schedule.
    headway_seconds_max: float = Field(default=900.0, gt=0)
    #: A shorter share of the scheduled headway is bunching.
    bunching_share: float = Field(default=0.25, gt=0, lt=1)
