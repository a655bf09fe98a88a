"""The limits of the engine; the prefix is ``FALAJ_WORKFLOW_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkflowSettings(BaseSettings):
    """How much happens in one transaction."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_WORKFLOW_", frozen=True)

    #: Decisions that are told in one transaction.
    release_decisions_max: int = Field(default=2_000, ge=1)
    #: What somebody may add in their own words when work is sent back or refused.
    words_characters_max: int = Field(default=2_000, ge=1)
