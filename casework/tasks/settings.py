"""The limits of what waits for somebody; the prefix is ``FALAJ_TASKS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TaskSettings(BaseSettings):
    """How much is said at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TASKS_", frozen=True)

    #: The most urgent of each kind; of the others it is said how many there are.
    rows_max: int = Field(default=5, ge=1)
