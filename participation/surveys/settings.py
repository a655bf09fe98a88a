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
    #: Codes of one printed sheet.
    sheet_codes_max: int = Field(default=1_000, ge=1)
