"""The limits of the search; the prefix is ``FALAJ_FIND_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FindSettings(BaseSettings):
    """How much is kept of each thing, and how much is looked at for each question."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FIND_", frozen=True)

    #: Words of a title, of each text, and of a question that are looked at.
    title_words_max: int = Field(default=40, ge=1)
    text_words_max: int = Field(default=150, ge=1)
    question_words_max: int = Field(default=16, ge=1)
    question_characters_max: int = Field(default=300, ge=1)
    #: Letters of a word that are kept.
    word_letters_max: int = Field(default=24, ge=4)
    #: Rows that are weighed for one question, of each of three ways to fit: of more, the result says that there are more.
    rows_weighed_max: int = Field(default=400, ge=1)
    page_rows_max: int = Field(default=20, ge=1)
    #: Of each kind, on the page of a governorate.
    governorate_rows_max: int = Field(default=3, ge=1)
    #: Things that the worker looks at again in one transaction.
    batch_rows_max: int = Field(default=200, ge=1)
    #: After so long everything is compared with what is public.
    compare_seconds: int = Field(default=300, ge=1)
