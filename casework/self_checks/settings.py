"""How often the hub looks after itself, and where its log's heads go; the prefix is ``FALAJ_SELF_CHECKS_``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PositiveHours = Annotated[float, Field(gt=0)]


class SelfCheckSettings(BaseSettings):
    """Heads of the programme's log are signed and noted once a day (UTC), and the log is verified against them."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SELF_CHECKS_", frozen=True, env_ignore_empty=True)

    #: Where the worker keeps its own notes; by default `audit-heads` in the data folder.
    folder: Path | None = None
    #: A second place, which those who administer the hub and its database cannot change: a mounted folder that only takes new files.
    heads_folder: Path | None = None
    #: Somebody outside of the hub's administration who gets them by mail.
    heads_mail_to: str | None = Field(default=None, pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    heads_mail_language: Literal["en", "ar"] = "en"
    #: How often the whole log is read and verified, and against how many days of noted heads.
    verify_hours: PositiveHours = 24.0
    verify_days: int = Field(default=30, ge=1)
    #: Administrators are told of the same thing once in so many hours, and of so many things a day.
    told_hours: PositiveHours = 24.0
    told_per_day_max: int = Field(default=20, ge=1)
    #: What was told is remembered for so long.
    keep_days: int = Field(default=30, ge=1)

    def own_folder(self) -> Path:
        from citycore.settings import data_folder

        return self.folder or data_folder() / "audit-heads"
