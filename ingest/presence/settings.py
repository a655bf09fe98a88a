"""When an interval is learned and what counts as a gap, by environment variables with the prefix ``FALAJ_PRESENCE_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PresenceSettings(BaseSettings):
    """Intervals and gaps of datastreams."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PRESENCE_", frozen=True)

    #: Nothing for longer than so many intervals is a gap.
    gap_intervals: float = Field(default=3.0, gt=1)
    #: Gaps that are opened in one run; the others come next.
    gaps_max: int = Field(default=5_000, ge=1)

    #: An interval is learned from so many of the newest values, and from no fewer than these.
    learn_values_max: int = Field(default=60, ge=2)
    learn_values_min: int = Field(default=12, ge=2)
    #: The median of spacings is taken for a natural interval that differs by at most this part.
    learn_snap_part: float = Field(default=0.15, gt=0, lt=1)
    #: A datastream is regular, if so large a part of its spacings is near that interval.
    learn_regular_part: float = Field(default=0.7, gt=0, le=1)
    #: What is declared is wrong if what is learned differs by more than this factor, now and so long ago.
    contradiction_factor: float = Field(default=1.5, gt=1)
    contradiction_seconds: float = Field(default=86_400.0, gt=0)
    #: Datastreams that one run looks at; the next run goes on with those behind.
    learn_datastreams_max: int = Field(default=500, ge=1)
