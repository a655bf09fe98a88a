"""Limits of voices; the prefix is ``FALAJ_VOICE_``. Minutes are those in which offices work."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from casework.incoming_mail.settings import IncomingMailSettings


class VoiceSettings(IncomingMailSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_VOICE_")

    #: Working days until it is acknowledged, and answered by kind.
    acknowledge_days: int = Field(default=2, ge=1)
    complaint_days: int = Field(default=10, ge=1)
    suggestion_days: int = Field(default=20, ge=1)
    #: Working days more at each higher level.
    level_days: int = Field(default=5, ge=1)
    #: Working days until whoever was asked something has to reply.
    asker_days: int = Field(default=10, ge=1)
    #: Days in which an answer can be rated or disputed.
    rate_days: int = Field(default=14, ge=1)
    #: Days after a month at which its figures are released: what is answered by then is told as answered.
    figures_days: int = Field(default=30, ge=0)
    #: Agencies that can be chosen among.
    agencies_max: int = Field(default=200, ge=1)
    #: So many alike notes on quality in so many days are worth a suggestion, which those who read them are told.
    alike_notes: int = Field(default=5, ge=2)
    alike_notes_days: int = Field(default=90, ge=1)
    #: What programs that speak Open311 name this hub by.
    jurisdiction: str = "om"
    #: Of one answer to them, the newest first, and days that one question may span.
    open311_rows_max: int = Field(default=1_000, ge=1)
    open311_days_max: int = Field(default=90, ge=1)
