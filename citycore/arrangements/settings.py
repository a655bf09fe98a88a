"""The limits of arrangements; the prefix is ``FALAJ_OWN_VIEWS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ArrangementSettings(BaseSettings):
    """How much one view holds. The hub and the dashboards have the same."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OWN_VIEWS_", frozen=True)

    pieces_max: int = Field(default=12, ge=1)
    #: Of its pieces, written as JSON without spaces, in UTF-8.
    bytes_max: int = Field(default=16_384, ge=256)
    #: What of an address makes one piece.
    parameters_max: int = Field(default=16, ge=1)
    value_characters_max: int = Field(default=256, ge=1)
    name_characters_max: int = Field(default=80, ge=1)
    title_characters_max: int = Field(default=120, ge=1)
