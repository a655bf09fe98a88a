"""Where and how much at once forecasts are computed; the prefixes are ``FALAJ_FORECAST_`` and ``FALAJ_DASK_``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


class RunningSettings(BaseSettings):
    """Processes of this machine, and how long a task may take wherever it runs."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FORECAST_", frozen=True)

    #: At once. With 0 everything is computed in the process that asks, and nothing that hangs is ended.
    processes: Annotated[int, Field(ge=0, le=256)] = 2
    #: A process is replaced after so many tasks: what libraries leak goes with it.
    tasks_per_process_max: Count = 32

    #: A study of one group of series may take so long, and so much longer for each of its series;
    study_seconds_max: Seconds = 120.0
    study_series_seconds_max: Seconds = 20.0
    #: likewise a re-issue.
    issue_seconds_max: Seconds = 60.0
    issue_series_seconds_max: Seconds = 1.0


class ServingSettings(BaseSettings):
    """What is issued and studied at once, when, and what is kept."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FORECAST_", frozen=True)

    #: Series that are learned together; larger families are cut.
    panel_series_max: Count = 40
    #: History that an issue reads. A study reads all that is trained on.
    issue_weeks: Annotated[int, Field(ge=3, le=104)] = 16
    #: Series of one batch of issues; the next batch follows at once.
    series_max: Count = 2_000
    #: Series of one run of studies; a run that ends gives its memory back.
    study_series_max: Count = 2_000

    #: Studies begin at this hour of the city's night and are spread over so many hours.
    study_from_hour: Annotated[int, Field(ge=0, le=23)] = 1
    study_spread_hours: Annotated[float, Field(ge=0, le=24)] = 3.0
    #: A new series has its panel studied at once, unless that was less than so long ago.
    study_pause_seconds: Seconds = 3_600.0
    #: A recording is studied again once it has gone on for so long.
    study_grown_hours: Count = 24

    #: A fitted candidate that is larger is not kept; what stands in for it is said by its forecast.
    model_bytes_max: Annotated[int, Field(ge=1, le=100_000_000)] = 50_000_000
    #: Issues kept of each datastream, newest first;
    issues_max: Count = 24
    #: beyond them the first of each local day is kept so many days, and judged by what comes true.
    judged_days: Count = 8
    #: What came true is kept so many days, as sums.
    outcome_days_max: Count = 90


class DaskSettings(BaseSettings):
    """A cluster that computes forecasts instead of processes of this machine."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASK_", frozen=True)

    #: The address of its scheduler (``tcp://…``, ``tls://…``). Whoever answers there is trusted with data and results.
    scheduler: str | None = None
    #: It answers within so long, or processes of this machine stand in.
    connect_seconds_max: Seconds = 10.0
