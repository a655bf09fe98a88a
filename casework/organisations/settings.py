"""Limits of organisations."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OrganisationSettings(BaseSettings):
    """How many of what an organisation has, and how long an invitation counts."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ORGANISATIONS_", frozen=True)

    name_characters_max: int = Field(default=200, ge=1)
    domains_max: int = Field(default=20, ge=1)
    invitation_days: float = Field(default=30.0, gt=0)
    #: Invitations that wait for an answer.
    invitations_max: int = Field(default=200, ge=1)
    #: Organisations that a person has registered and nobody has verified yet.
    registrations_max: int = Field(default=5, ge=1)
    #: Rows of a list or a search at once.
    page_rows_max: int = Field(default=100, ge=1)
