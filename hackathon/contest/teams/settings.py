"""The limits of teams; the prefix is ``FALAJ_TEAMS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TeamSettings(BaseSettings):
    """How much a team can write, how many it can invite, and how long that counts."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TEAMS_", frozen=True)

    name_characters_max: int = Field(default=80, ge=1)
    pitch_characters_max: int = Field(default=2_000, ge=0)
    open_roles_max: int = Field(default=10, ge=0)
    role_characters_max: int = Field(default=80, ge=1)
    #: Never longer than team formation is open.
    invitation_days: float = Field(default=14.0, gt=0)
    code_days: float = Field(default=14.0, gt=0)
    #: Invitations of a team that wait for an answer.
    invitations_max: int = Field(default=20, ge=1)
    #: Requests of a person that wait for an answer, in one hackathon.
    requests_max: int = Field(default=10, ge=1)
    #: Rows of a list at once.
    page_rows_max: int = Field(default=100, ge=1)
