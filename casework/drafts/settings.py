"""The limits of drafts; the prefix is ``FALAJ_DRAFTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DraftSettings(BaseSettings):
    """How much is kept of what people type, how long, and how soon."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DRAFTS_", frozen=True)

    #: A page with our script keeps what is typed after so many seconds; more than that is never lost.
    save_seconds: float = Field(default=4.0, gt=0, le=10)
    #: Of one draft, with the names of its fields.
    bytes_max: int = Field(default=262_144, ge=1_024)
    #: Of one person.
    drafts_max: int = Field(default=100, ge=1)
    #: After the last time that it was kept, or sent.
    days_kept: float = Field(default=30.0, gt=0)
    #: The longest address of a page whose forms are kept.
    address_characters_max: int = Field(default=500, ge=100)
    #: Forms with so many fields to type into, or with a box for prose, have a button for it.
    button_fields_min: int = Field(default=3, ge=1)
    #: Drafts that the clock removes in one transaction.
    tidy_rows_max: int = Field(default=5_000, ge=1)
