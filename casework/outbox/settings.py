"""Where mail goes and how patiently; the prefix is ``FALAJ_OUTBOX_``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from casework.files.model import Store
from citycore.credentials import CredentialSettings

PositiveSeconds = Annotated[float, Field(gt=0)]


class OutboxSettings(CredentialSettings):
    """Without a host mail is written as files, for hubs that are tried out and for tests."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OUTBOX_", frozen=True, env_ignore_empty=True)

    #: `.eml` files; by default `mail` in the data folder.
    folder: Path | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    #: `starttls` (port 587), `tls` from the first byte (port 465), or `none` to a server on this machine.
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    #: How long the server may take for each of its answers.
    smtp_seconds_max: PositiveSeconds = 10.0
    from_address: str = Field(default="falaj@localhost.localdomain", pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    #: Nothing is tried more often; then it counts as failed and waits for `falaj mail retry`.
    attempts_max: int = Field(default=20, ge=1)
    #: After the first failed attempt; it doubles with each other one.
    retry_seconds_min: PositiveSeconds = 60.0
    retry_seconds_max: PositiveSeconds = 6 * 3_600.0
    #: Whoever sends a mail has it for so long; then somebody else may, because the first has died.
    lease_seconds: PositiveSeconds = 300.0
    #: Mails in one go of the worker.
    batch_mails_max: int = Field(default=200, ge=1)
    #: What was sent is forgotten after this time.
    keep_days: int = Field(default=30, ge=1)
    #: Files that go with mails wait here; by default `mail-files` in the data folder. They go once the mail was sent or has failed.
    files_folder: Path | None = None
    #: Of one file that goes with a mail; in letters a third more leaves.
    file_bytes_max: int = Field(default=5_000_000, ge=1)

    @model_validator(mode="after")
    def _leave_time_for_sending(self) -> Self:
        # Connect, greet, TLS, greet, log in, sender, recipient, data, end: nine answers.
        if self.lease_seconds < 10 * self.smtp_seconds_max:
            raise ValueError("lease_seconds must be at least ten times smtp_seconds_max")
        return self

    def mail_folder(self) -> Path:
        from citycore.settings import data_folder

        return self.folder or data_folder() / "mail"

    def store(self) -> Store:
        """Of the files that go with mails: none is unpacked."""
        return Store.named("mail-files", self.files_folder, (self.file_bytes_max, 0, 0))
