"""The limits of lists of the staff; the prefix is ``FALAJ_LISTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ListSettings(BaseSettings):
    """How much is shown, taken away and done at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_LISTS_", frozen=True)

    page_rows: int = Field(default=50, ge=1)
    #: Rows that are counted where nothing else bounds a list, such as the log of who looked; of more it is said that there are more.
    counted_rows_max: int = Field(default=10_000, ge=1)
    #: Rows for which one step is taken at once, in one transaction.
    bulk_rows_max: int = Field(default=500, ge=1)
    #: Rows of the file of a whole list.
    csv_rows_max: int = Field(default=10_000, ge=1)
