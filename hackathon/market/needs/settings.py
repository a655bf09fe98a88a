"""The limits of needs; the prefix is ``FALAJ_NEEDS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class NeedSettings(BaseSettings):
    """How much can be written, asked and shown at once, and how long everybody waits after the evaluation."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_NEEDS_", frozen=True)

    title_characters_max: int = Field(default=160, ge=1)
    problem_characters_max: int = Field(default=20_000, ge=1)
    criteria_max: int = Field(default=12, ge=1)
    criterion_characters_max: int = Field(default=160, ge=1)
    budget_minor_max: int = Field(default=10**15, ge=1)
    question_characters_max: int = Field(default=4_000, ge=1)
    answer_characters_max: int = Field(default=8_000, ge=1)
    #: Of all vendors to one need, and of one vendor.
    questions_max: int = Field(default=500, ge=1)
    vendor_questions_max: int = Field(default=30, ge=1)
    addenda_max: int = Field(default=100, ge=1)
    openers_max: int = Field(default=5, ge=2, le=5)
    similar_rows_max: int = Field(default=10, ge=1)
    page_rows_max: int = Field(default=50, ge=1)
    #: Between the announcement of who is to win and the award.
    standstill_days: float = Field(default=10, gt=0)
