"""The limits of what owners keep in the registry."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SourceSettings(BaseSettings):
    """How much one owner may have, and how much a page shows."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SOURCES_", frozen=True)

    sources_per_owner_max: int = Field(default=20, ge=1)
    credentials_per_source_max: int = Field(default=50, ge=1)
    name_characters_max: int = Field(default=100, ge=1)
    #: Of lists on the page of a source.
    rows_max: int = Field(default=50, ge=1)
    values_max: int = Field(default=500, ge=1)
    #: Values of today are counted up to this.
    counted_max: int = Field(default=100_000, ge=1)
    #: Topics of which the newest message is tried, to say which devices were heard of.
    tried_topics_max: int = Field(default=20, ge=1)
    #: Letters that one click replays.
    replayed_letters_max: int = Field(default=1_000, ge=1)
    #: Names that nobody knows of which a page says what they most likely mean.
    guessed_names_max: int = Field(default=10, ge=0)
    #: A registry that is taken in on a page.
    document_bytes_max: int = Field(default=1_048_576, ge=1)
    #: Lines of what it would change, and of its faults, that a page shows.
    findings_max: int = Field(default=500, ge=1)
    description_characters_max: int = Field(default=2_000, ge=1)
