"""The limits of kept searches; the prefix is ``FALAJ_SEARCHES_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SearchSettings(BaseSettings):
    """How many searches somebody keeps, and how often they hear of them."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SEARCHES_", frozen=True)

    searches_max: int = Field(default=20, ge=1)
    name_characters_max: int = Field(default=80, ge=1)
    words_characters_max: int = Field(default=200, ge=1)
    #: So many hours lie between two mails to the same person.
    mail_hours: float = Field(default=24.0, gt=0)
    #: Where there was nothing new, it is looked again after so many minutes.
    look_minutes: float = Field(default=60.0, gt=0)
    #: What was published within these seconds waits for the next look: its transaction may not have ended.
    settle_seconds: float = Field(default=120.0, ge=0)
    #: Of one search in one mail; that there is more is said.
    mail_matches_max: int = Field(default=10, ge=1)
    #: People that one round of the worker looks for at most.
    round_people_max: int = Field(default=500, ge=1)
