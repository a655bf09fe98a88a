"""The limits of decisions; the prefix is ``FALAJ_DECISIONS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DecisionSettings(BaseSettings):
    """How much can be written, and how long things may take."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DECISIONS_", frozen=True)

    title_characters_max: int = Field(default=160, ge=1)
    text_characters_max: int = Field(default=4_000, ge=1)
    link_characters_max: int = Field(default=500, ge=10)
    #: Until an answer is due, in working minutes: thirty days of seven hours.
    answer_minutes: int = Field(default=12_600, ge=1)
    #: So many working days before, its owner is reminded; 0 is never.
    reminder_days: int = Field(default=5, ge=0)
    #: After it is done, those who were heard may say that it is not.
    dispute_days: int = Field(default=60, ge=1)
    grounds_max: int = Field(default=200, ge=1)
    actions_max: int = Field(default=20, ge=1)
    #: How far ahead something may be promised.
    action_days_max: int = Field(default=1_826, ge=1)
    page_rows_max: int = Field(default=25, ge=1)
    #: Of the feed.
    feed_rows_max: int = Field(default=50, ge=1)
    #: Agencies to choose from.
    agencies_max: int = Field(default=200, ge=1)
