"""The limits of bulk files; the prefix is ``FALAJ_BULK_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class BulkSettings(BaseSettings):
    """When a day's file is written, and how much is in hand at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_BULK_", frozen=True)

    #: A local day is closed this long after its end; then it gets its file.
    closed_after_seconds: float = Field(default=3_600.0, ge=0)
    #: A closed day that changed is written anew once nothing came for so long,
    quiet_seconds: float = Field(default=30.0, ge=0)
    #: or after so long, if late data keep coming.
    wait_seconds_max: float = Field(default=900.0, ge=0)
    #: Days that one run writes; the next run goes on.
    days_max: int = Field(default=100, ge=1)
    #: Rows of one row group; memory grows with them.
    row_group_rows: int = Field(default=131_072, ge=1)
    compression_level: int = Field(default=3, ge=1, le=22)
    #: Datastreams that are read by one statement.
    datastreams_max: int = Field(default=200, ge=1)
    #: Bytes of files that are read again each time it is looked whether all are there, the longest unread first;
    #: a larger file is read whole.
    verify_bytes_max: int = Field(default=512 * 2**20, ge=1)
    #: How politely a run shares the processors, 0 to 19.
    niceness: int = Field(default=5, ge=0, le=19)
    #: With less free than this on the disk of the files, none is written.
    free_mib_min: int = Field(default=512, ge=0)
