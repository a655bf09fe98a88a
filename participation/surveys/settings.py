"""Limits of surveys; the prefix is ``FALAJ_SURVEY_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SurveySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_SURVEY_", frozen=True)

    title_characters_max: int = Field(default=150, ge=1)
    purpose_characters_max: int = Field(default=1_000, ge=1)
    service_characters_max: int = Field(default=150, ge=1)
    #: Of where the shares are from by which answers are weighted.
    source_characters_max: int = Field(default=300, ge=1)
    #: How long a survey may be open.
    days_max: int = Field(default=120, ge=1)
    #: Until when after it closes a decision has to be promised.
    decision_days_max: int = Field(default=60, ge=1)
    page_rows_max: int = Field(default=25, ge=1)
    #: Figures of services on one page.
    service_rows_max: int = Field(default=60, ge=1)
    #: Of the agencies to choose from.
    agencies_max: int = Field(default=200, ge=1)
    #: Fewer seconds a page mark an answer; it is counted all the same.
    page_seconds_min: float = Field(default=2.0, ge=0)
    #: An answer is told with all its parts only if at least so many are the same.
    alike_min: int = Field(default=5, ge=2)
    #: How long a device thanks before the next person can begin.
    thanks_seconds: int = Field(default=10, ge=3)
    #: How long a browser remembers that a survey was answered in it.
    browser_days: int = Field(default=120, ge=1)
    #: Codes of one printed sheet.
    sheet_codes_max: int = Field(default=1_000, ge=1)
