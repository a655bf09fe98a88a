"""Limits of mail that comes in. A noun's settings have them under its own prefix."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings


class IncomingMailSettings(BaseSettings):
    #: Of what somebody writes, by mail and on the web; a mail is cut there, and says so.
    subject_characters_max: int = Field(default=150, ge=1)
    body_characters_max: int = Field(default=5_000, ge=1)
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
