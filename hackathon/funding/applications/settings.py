"""The limits of applications; the prefix is ``FALAJ_APPLICATIONS_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store


class ApplicationSettings(BaseSettings):
    """How much an application holds, who is reminded when, and where its files lie."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_APPLICATIONS_", frozen=True)

    #: Files by their digest; by default `applications` in the data folder.
    folder: Path | None = None
    title_characters_max: int = Field(default=160, ge=1)
    summary_characters_max: int = Field(default=2_000, ge=1)
    files_max: int = Field(default=20, ge=0)
    file_bytes_max: int = Field(default=50_000_000, ge=1)
    #: All files of an application together.
    files_bytes_max: int = Field(default=200_000_000, ge=1)
    #: What an archive holds once it is unpacked.
    unpacked_bytes_max: int = Field(default=200_000_000, ge=1)
    unpacked_files_max: int = Field(default=5_000, ge=1)
    #: Times that it can be handed in.
    versions_max: int = Field(default=100, ge=1)
    #: People who apply together, the lead among them.
    applicants_max: int = Field(default=10, ge=1)
    #: Invitations that wait for an answer.
    invitations_max: int = Field(default=10, ge=1)
    invitation_days: float = Field(default=14.0, gt=0)
    #: Applications of one call that a person takes part in.
    applications_of_person_max: int = Field(default=3, ge=1)
    #: Days before the close at which those who write a draft are reminded.
    reminder_days: tuple[int, ...] = (14, 3)
    #: Reminders of one round of the clockwork.
    reminders_max: int = Field(default=500, ge=1)
    #: How long an application can be asked to wait for an answer.
    answer_days_max: int = Field(default=60, ge=1)
    question_characters_max: int = Field(default=4_000, ge=1)
    answer_characters_max: int = Field(default=10_000, ge=1)
    appeal_characters_max: int = Field(default=5_000, ge=1)
    #: Lines of the change trail at once.
    trail_rows_max: int = Field(default=200, ge=1)
    page_rows_max: int = Field(default=100, ge=1)

    def store(self) -> Store:
        limits = self.file_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max
        return Store.named("applications", self.folder, limits)
