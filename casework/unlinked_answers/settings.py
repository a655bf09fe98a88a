"""Limits of unlinked answers; the prefix is ``FALAJ_UNLINKED_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class UnlinkedSettings(BaseSettings):
    """How much a box takes, and how long what is outside of the tables may tell more than they do."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_UNLINKED_", frozen=True)

    answers_per_box_max: int = Field(default=100_000, ge=1)
    #: The oldest backup and the oldest write-ahead log that the operator keeps, in days. Those of before a box was mixed show in
    #: which transaction an answer came; the statement of each release prints this number. The hub does not
    #: delete them: whoever makes backups sees to it.
    traces_keep_days: int = Field(default=30, ge=0)
    #: How long mixing waits for others to leave the tables, who wait behind it; then it is tried again a round later.
    mixing_wait_seconds_max: float = Field(default=2.0, gt=0)
