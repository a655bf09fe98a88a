"""The limits of loading files, each with a name."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class LoadSettings(BaseSettings):
    """How much of a file is in hand at once, and how long a database that is away is waited for."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_INGEST_LOAD_", frozen=True)

    #: Rows of one transaction.
    batch_rows: int = 100_000
    #: Batches that are read and checked while one is written.
    batches_ahead_max: int = 2
    csv_block_bytes: int = 1024 * 1024
    csv_header_bytes_max: int = 64 * 1024
    #: Lines without the header's number of columns that may wait for the next readable line; more
    #: of them mean that the file is no CSV of this shape.
    malformed_lines_max: int = 10_000
    #: Refused rows of one file that become dead letters; the others are counted, and named in
    #: the outcome file.
    dead_letters_max: int = 1_000
    #: How long a load waits for a database that is away before it gives up; it can be continued.
    retry_seconds_max: float = 600.0
