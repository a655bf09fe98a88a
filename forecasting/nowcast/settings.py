"""Every limit of nowcasts and anomalies, by name; the prefix is ``FALAJ_NOWCAST_``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]


class NowcastSettings(BaseSettings):
    """Of what, from how much, how often; ``docs/nowcasts.md`` explains the words. Lists are JSON."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_NOWCAST_", frozen=True)

    #: Observed properties whose datastreams are nowcast.
    properties: tuple[str, ...] = ("vehicle_flow", "vehicle_speed", "parking_occupancy", "water_level")
    #: Datastreams of one property and zone, those with the lowest numbers first.
    series_max: Count = 5000
    #: Studied at once: what a process needs follows from it.
    chunk_series: Count = 250

    # The study.
    study_days: Annotated[int, Field(ge=2, le=366)] = 56
    study_hours: Annotated[float, Field(gt=0)] = 24.0
    #: What has come to have enough of a past is studied within so long.
    new_hours: Annotated[float, Field(gt=0)] = 1.0
    #: Quarters with a value, below which there is no nowcast.
    values_min: Count = 192
    test_days_max: Count = 7
    #: Between two origins of the backtest, in quarters: with 13 they lie at all times of the day.
    test_step_quarters: Count = 13
    origins_min: Count = 8
    #: Rows from which the trees learn; what they win has to be worth so much.
    train_rows_max: Count = 150_000
    tree_rounds: Count = 120
    tree_gain: Annotated[float, Field(ge=0, lt=1)] = 0.02

    # The issue.
    #: A quarter counts as complete this long after its end, so that its last messages are in and rolled up.
    grace_seconds: Annotated[float, Field(ge=0)] = 45.0
    #: An older last value is no last value.
    stale_quarters: Count = 4
    #: Quarterly means beyond this size are no measurements.
    value_max: Annotated[float, Field(gt=0)] = 1e100
    #: How quickly bands widen after a miss; 0 keeps those of the study.
    adaptation: Annotated[float, Field(ge=0, le=1)] = 0.02
    #: and how far they go.
    factor_max: Annotated[float, Field(ge=1)] = 4.0

    # Anomalies.
    #: So many steps in a row lie outside the 95 % band before it is one,
    open_steps: Count = 2
    #: or one that lies so many half-widths off.
    open_size: Annotated[float, Field(ge=1)] = 3.0
    #: and so many in a row inside the 80 % band before it is over.
    close_steps: Count = 2
    #: Hours of other properties are compared with the newest forecast that was made so many hours before.
    forecast_lead_hours: Annotated[int, Field(ge=0, le=168)] = 6
    #: Anomalies older than this are removed.
    anomaly_days: Count = 730

    #: Politeness of a run towards the other processes, as in ``nice``.
    niceness: Annotated[int, Field(ge=0, le=19)] = 5
