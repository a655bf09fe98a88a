"""Limits of the report, prefix ``FALAJ_DASHBOARDS_REPORT_``: what fits on one page."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ReportSettings(BaseSettings):
    """How much of each kind is printed; the rest is counted."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_REPORT_", frozen=True)

    #: The series of the period is drawn from at most so many datastreams.
    datastreams_max: int = Field(default=3, ge=1)
    alerts_max: int = Field(default=4, ge=1)
    silent_max: int = Field(default=6, ge=1)
    annotations_max: int = Field(default=3, ge=1)
    #: How much finer pictures are than the page.
    scale: float = Field(default=2.0, gt=0, le=4)


@cache
def report_settings() -> ReportSettings:
    """The settings of this process, read once."""
    return ReportSettings()
