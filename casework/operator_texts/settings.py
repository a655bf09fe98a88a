"""The limits of what the operator writes about the hub; the prefix is ``FALAJ_OPERATOR_TEXT_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OperatorTextSettings(BaseSettings):
    """How long a text may be."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OPERATOR_TEXT_", frozen=True)

    characters_max: int = Field(default=40_000, ge=200)
