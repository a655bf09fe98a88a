"""The limits of own views; the prefix is ``FALAJ_OWN_VIEWS_``. What one holds: ``ArrangementSettings``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OwnViewSettings(BaseSettings):
    """How many views somebody keeps."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OWN_VIEWS_", frozen=True)

    #: Of one person.
    views_max: int = Field(default=50, ge=1)
