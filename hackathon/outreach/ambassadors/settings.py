"""Times and limits of ambassadors; the prefix is ``FALAJ_AMBASSADORS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AmbassadorSettings(BaseSettings):
    """How long a term is, and how long somebody may be quiet in it."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_AMBASSADORS_", frozen=True)

    term_days: int = Field(default=365, ge=1)
    #: Days without a verified activity after which an ambassador is warned.
    at_risk_days: int = Field(default=90, ge=1)
    #: And after which the appointment lapses; counted from the same day.
    lapse_days: int = Field(default=120, ge=2)
    #: Days after the end of a term in which it can still be renewed.
    renewal_days: int = Field(default=60, ge=1)
    motivation_characters_max: int = Field(default=4_000, ge=1)
    biography_characters_max: int = Field(default=1_000, ge=1)
    #: Training notes, or a code of conduct, in one language.
    paper_characters_max: int = Field(default=100_000, ge=1)
    page_rows_max: int = Field(default=100, ge=1)
