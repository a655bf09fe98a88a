"""Limits of the page of data, prefix ``FALAJ_DASHBOARDS_DATA_``."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DataSettings(BaseSettings):
    """How much of the catalogue is shown, and how many rows a trial reads."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_DATA_", frozen=True)

    #: The newest bulk files, at most so many.
    bulk_files_max: int = Field(default=100, ge=1)
    #: A trial of a query shows so many first rows.
    trial_rows: int = Field(default=10, ge=1, le=1_000)


@cache
def data_settings() -> DataSettings:
    """The settings of this process, read once."""
    return DataSettings()
