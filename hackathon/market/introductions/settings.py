"""The limits of introductions; the prefix is ``FALAJ_INTRODUCTIONS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IntroductionSettings(BaseSettings):
    """How many there can be, how long a side has to answer, and when both are asked what came of it."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_INTRODUCTIONS_", frozen=True)

    #: Between a suggestion, or the interest of one side, and its end without an answer.
    answer_days: float = Field(default=21, gt=0)
    #: Days after contacts were shared at which both sides are asked.
    outcome_days: tuple[int, ...] = (30, 90, 180)
    #: Of one need, and of one vendor, that are neither over nor without an answer.
    open_per_need_max: int = Field(default=30, ge=1)
    open_per_vendor_max: int = Field(default=60, ge=1)
    note_characters_max: int = Field(default=2_000, ge=1)
    page_rows_max: int = Field(default=50, ge=1)
    #: Questions that one round of the worker asks.
    asked_max: int = Field(default=500, ge=1)
    #: Offerings and needs beyond these are not matched; the newest are.
    index_offerings_max: int = Field(default=20_000, ge=1)
    vendor_offerings_max: int = Field(default=20, ge=1)
    #: Of them, how many a page shows with the needs that suit each.
    vendor_page_offerings: int = Field(default=2, ge=1)
    #: Of the needs that suit an offering, how many stand there.
    vendor_needs_shown: int = Field(default=8, ge=1)
    needs_max: int = Field(default=500, ge=1)
