"""The limits of calls; the prefix is ``FALAJ_CALLS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CallSettings(BaseSettings):
    """How much can be written and asked, and how much is shown at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_CALLS_", frozen=True)

    title_characters_max: int = Field(default=160, ge=1)
    summary_characters_max: int = Field(default=10_000, ge=1)
    #: Questions of one round, and how long an answer may be asked for at most.
    fields_max: int = Field(default=20, ge=1)
    field_characters_max: int = Field(default=20_000, ge=1)
    criteria_max: int = Field(default=12, ge=1)
    #: Statements that whoever applies confirms.
    statements_max: int = Field(default=10, ge=0)
    #: The name of a criterion, of a question and of a statement.
    name_characters_max: int = Field(default=300, ge=1)
    #: The most reviews that an application can be planned to get.
    reviews_each_max: int = Field(default=9, ge=1, le=9)
    #: Organisations to choose from as who funds.
    funders_max: int = Field(default=300, ge=1)
    page_rows_max: int = Field(default=50, ge=1)
