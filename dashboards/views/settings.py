"""Limits of the page of own views, prefix ``FALAJ_DASHBOARDS_VIEWS_``. What a view holds: ``ArrangementSettings``."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ViewSettings(BaseSettings):
    """How much of what is not saved an address holds."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_VIEWS_", frozen=True)

    #: What is not saved stands in the address up to so many characters; more is kept by the session alone.
    address_characters_max: int = Field(default=6_000, ge=100)


@cache
def view_settings() -> ViewSettings:
    """The settings of this process, read once."""
    return ViewSettings()
