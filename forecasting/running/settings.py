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


class DaskSettings(BaseSettings):
    """A cluster that computes forecasts instead of processes of this machine."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASK_", frozen=True)

    #: The address of its scheduler (``tcp://…``, ``tls://…``). Whoever answers there is trusted with data and results.
    scheduler: str | None = None
    #: It answers within so long, or processes of this machine stand in.
    connect_seconds_max: Seconds = 10.0
