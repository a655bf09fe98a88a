"""The limits of signing in on the dashboards; the prefix is ``FALAJ_DASHBOARD_ACCESS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DashboardAccessSettings(BaseSettings):
    """How long a sign-in counts, and how many of a person at once. Whether there is any: ``FALAJ_SIGN_IN_``."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARD_ACCESS_", frozen=True)

    #: The dashboards have to exchange a code for a token within so long.
    code_seconds: float = Field(default=60.0, gt=0, le=60)
    #: How long somebody stays signed in on the dashboards.
    hours: float = Field(default=24.0 * 7, gt=0)
    #: That live at the same time; the oldest ends with one more.
    sign_ins_max: int = Field(default=5, ge=1)
    #: What the dashboards send along (state, nonce, challenge) is no longer.
    asked_characters_max: int = Field(default=512, ge=128)
    #: The signed name is read at once, so it counts no longer than clocks may differ.
    id_token_seconds: int = Field(default=300, ge=60)
