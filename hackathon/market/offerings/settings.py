"""The limits of offerings; the prefix is ``FALAJ_OFFERINGS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OfferingSettings(BaseSettings):
    """How much can be offered, said of it, and shown at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OFFERINGS_", frozen=True)

    #: Of one vendor, those that are retired not counted.
    offerings_max: int = Field(default=100, ge=1)
    title_characters_max: int = Field(default=160, ge=1)
    summary_characters_max: int = Field(default=6_000, ge=1)
    capabilities_max: int = Field(default=15, ge=1)
    sectors_max: int = Field(default=8, ge=1)
    references_max: int = Field(default=20, ge=0)
    reference_characters_max: int = Field(default=600, ge=1)
    reference_year_min: int = Field(default=1990, ge=1900)
    #: Words of a search; what is longer is cut off.
    words_max: int = Field(default=12, ge=1)
    page_rows_max: int = Field(default=30, ge=1)
