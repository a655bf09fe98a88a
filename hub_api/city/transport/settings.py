"""The limits of answers about transport; the prefix is ``FALAJ_TRANSPORT_API_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TransportApiSettings(BaseSettings):
    """What is answered when nobody says since when, and what estimates rest on."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TRANSPORT_API_", frozen=True)

    #: Without ``start`` so many days before ``end`` are answered.
    window_days: int = Field(default=7, ge=1)
    #: Free flow, and the size of a car park that does not say it, come from so many days before the end.
    reference_days: int = Field(default=28, ge=1)
    #: Hours (or travel times) that a free flow needs.
    reference_count_min: int = Field(default=24, ge=1)
    #: The quantile of travel times that counts as free flow; of speeds it is the other end.
    free_flow_quantile: float = Field(default=0.05, gt=0, lt=0.5)
    #: A car park with at most this share of its spaces free is full.
    full_free_share: float = Field(default=0.02, ge=0, lt=1)
    #: What it takes to pass a space while looking for a free one: 2.5 m at 9 km/h.
    search_seconds_per_space: float = Field(default=1.0, gt=0)
