"""Limits of voices; the prefix is ``FALAJ_VOICE_``. Minutes are those in which offices work."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class VoiceSettings(BaseSettings):
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
    subject_characters_max: int = Field(default=150, ge=1)
    body_characters_max: int = Field(default=5_000, ge=1)
    page_rows_max: int = Field(default=50, ge=1)
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
    #: Maildirs of agencies, `AGENCY/KIND/{new,cur,tmp}`; none is read if it is not set.
    mail_folder: Path | None = None
    #: An IMAP account with mailboxes `FOLDER/AGENCY/KIND`; none is read if there is no host.
    imap_host: str | None = None
    imap_port: int = Field(default=993, ge=1, le=65_535)
    imap_user: str = ""
    imap_password_file: Path | None = None
    imap_folder: str = "INBOX"
    #: `none` is for a server on this machine.
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    #: Of an authority of one's own.
    imap_authority_file: Path | None = None
    #: For each answer of the server, and between two rounds.
    imap_seconds_max: float = Field(default=20.0, gt=0)
    imap_pause_seconds: float = Field(default=60.0, ge=0)
    mail_bytes_max: int = Field(default=1_000_000, ge=1_000)
    #: Taken in on one round; mails that have to wait do not count.
    mails_at_once: int = Field(default=50, ge=1)
    #: From one address; what comes more waits.
    mails_per_hour: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _imap_is_whole(self) -> Self:
        if self.imap_host is not None and not (self.imap_user and self.imap_password_file):
            raise ValueError("imap_host needs imap_user and imap_password_file")
        return self
