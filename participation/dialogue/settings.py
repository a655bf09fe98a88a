"""Limits of dialogue; the prefix is ``FALAJ_DIALOGUE_``. Working days are those of offices."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DialogueSettings(BaseSettings):
    """How much can be written, and how long things may take."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DIALOGUE_", frozen=True)

    #: Working days from the end of a session until its summary is due.
    summary_days: int = Field(default=10, ge=1)
    #: Days in which those who were there may amend it.
    amend_days: int = Field(default=7, ge=1)
    title_characters_max: int = Field(default=150, ge=1)
    question_characters_max: int = Field(default=500, ge=1)
    place_characters_max: int = Field(default=300, ge=1)
    link_characters_max: int = Field(default=500, ge=1)
    summary_characters_max: int = Field(default=20_000, ge=1)
    text_characters_max: int = Field(default=4_000, ge=1)
    agenda_lines_max: int = Field(default=30, ge=1)
    minutes_max: int = Field(default=600, ge=1)
    seats_max: int = Field(default=5_000, ge=1)
    #: Of one seat.
    amendments_max: int = Field(default=5, ge=1)
    page_rows_max: int = Field(default=25, ge=1)
